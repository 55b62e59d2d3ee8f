"""A receipt: what a provider reports about a message that was handed to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReceiptKind(StrEnum):
    """What the provider says, in our words."""

    SENT = "sent"  # accepted by the provider
    DELIVERED = "delivered"
    DELAYED = "delayed"  # still trying
    BOUNCED = "bounced"  # the address will never work
    FAILED = "failed"  # this message will not arrive
    COMPLAINED = "complained"
    OPTED_OUT = "opted-out"  # refused, because the addressee wants no messages
    OPENED = "opened"
    CLICKED = "clicked"


ARRIVED = frozenset({ReceiptKind.DELIVERED, ReceiptKind.OPENED, ReceiptKind.CLICKED, ReceiptKind.COMPLAINED})
"""What can only be said of a message that reached somebody."""


class Action(StrEnum):
    """What an answer asks of us, besides being written down."""

    NONE = "none"
    RETRY_LATER = "retry-later"  # temporary: the channel may work another day; for this message, use the next one
    FALLBACK = "fallback"  # permanent for this message or text: use the next channel of the step
    SUPPRESS = "suppress"  # permanent for the address: never use it again; then the next channel
    STOP_LANE = "stop-lane"  # our own configuration is at fault: stop the channel; this message takes the next one
    ALARM = "alarm"  # a person should look; what failed takes the next channel all the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One report.

    Attributes:
        id: derived from the content, so that a repeated report is known as such.
        at: UTC time at which the provider says it happened.
        code: our name for the provider's answer (`unreachable`, `mailbox-full` …), from the answer table.
        detail: the provider's classification as text, without personal data.
        parts, price_usd: SMS parts as billed, and the price of the message in USD as decimal text.
    """

    id: str
    kind: ReceiptKind
    at: datetime
    code: str = ""
    detail: str = ""
    action: Action = Action.NONE
    parts: int | None = None
    price_usd: str | None = None
