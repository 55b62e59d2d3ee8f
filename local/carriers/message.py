"""A message as the simulator remembers it until everything about it is told."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

FIRST_CARRIERS: Final = {"email": "ses", "sms": "sns"}
"""Whose a message is that was noted before notes named a carrier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What was handed over.

    Attributes:
        carrier: the name of the stand-in that took it.
        id: the carrier's message id.
        accepted_at: business time.
        request: what the stand-in needs for telling of it.
    """

    carrier: str
    channel: Literal["email", "sms"]
    id: str
    recipient: str
    accepted_at: datetime
    request: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """As text, for the journal."""
        return json.dumps(asdict(self) | {"accepted_at": self.accepted_at.isoformat()}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Message:
        """Read back what `to_json` wrote."""
        fields = json.loads(text)
        carrier = fields.get("carrier") or FIRST_CARRIERS[fields["channel"]]
        return cls(**fields | {"carrier": carrier, "accepted_at": datetime.fromisoformat(fields["accepted_at"])})
