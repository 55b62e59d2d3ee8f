"""Which carriers are played here, by the names of their folders: one module and one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

from local.carriers import ses, sns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from email.message import EmailMessage

    from local.carriers.aws import Aws
    from local.carriers.behaviours import Call
    from local.carriers.journal import Answer

HttpAnswer = tuple[int, dict[str, str], bytes]
"""Status, headers and body."""


class StandIn(Protocol):
    """What a module must have to play a carrier."""

    @property
    def CHANNEL(self) -> Literal["email", "sms"]:  # noqa: N802 - a constant of the module
        """Decides in which words of the table of behaviours its answers are noted."""

    @property
    def TOLD_AT_ONCE(self) -> int:  # noqa: N802 - a constant of the module
        """How many answers one `tell` is given at most."""

    def takes(self, command: str, path: str, /) -> bool:
        """Whether a call may be one that hands a message over."""

    def recipient_of(self, body: bytes, /) -> str | None:
        """Whom the message is for; None if the call hands none over, and goes on to the emulator as it is."""

    def answered(self, body: bytes, hand_on: Callable[[], HttpAnswer], /) -> HttpAnswer:
        """Take the message: by an answer of its own, or by that of the emulator if it knows this carrier."""

    def accepted_id(self, answer: bytes, /) -> str:
        """The message id in the answer to a message that was taken."""

    def refusal(self, call: Call, request_id: str, /) -> HttpAnswer:
        """What it answers instead of taking the message."""

    def remembered(self, body: bytes, /) -> dict[str, Any]:
        """What reports will need of the request."""

    def mail_of(self, body: bytes, /) -> EmailMessage | None:
        """The e-mail that was taken, to be looked at; None for other messages."""

    def tell(self, answers: Sequence[Answer], at: datetime, aws: Aws, /) -> None:
        """Report, each as often as its `copies` say. `what` is said in the words of the table of behaviours.

        If it raises, it is asked again for each of them alone: read all of them before the first is told.
        """


STAND_INS: dict[str, StandIn] = {"ses": ses, "sns": sns}
"""Each is asked whether a call is one of its own; what is nobody's goes on to the emulator as it is."""
