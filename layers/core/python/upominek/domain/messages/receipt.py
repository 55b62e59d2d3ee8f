"""A receipt: what a provider reports about a message that was handed to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.values.unknown import Unknown


class ReceiptKind(StrEnum):
    """What the provider says, in our words."""

    SENT = "sent"  # accepted by the provider
    DELIVERED = "delivered"
    DELAYED = "delayed"  # still trying
    BOUNCED = "bounced"  # the address will never work
    FAILED = "failed"  # this message will not arrive, unless a delivery says otherwise
    RETURNED = "returned"  # this message came back, perhaps after its delivery; the address may work another day
    COMPLAINED = "complained"
    OPTED_OUT = "opted-out"  # refused, because the addressee wants no messages
    OPENED = "opened"  # by whom is not known: programs open and follow links before anybody has read a word
    CLICKED = "clicked"


# A tuple is defined in a fifth of the time that a dataclass takes, and every cold start of the sender waits for it.
class ReceiptTraits(NamedTuple):
    """What follows from a kind of receipt, wherever it is asked.

    Attributes:
        has_arrived: it can only be said of a message that reached somebody.
        has_failed: the message did not arrive, and the next channel may try.
        may_repeat: it may come any number of times, and says nothing new then.
        is_final_answer: by it a message counts among those of which it is known how they ended.
    """

    has_arrived: bool = False
    has_failed: bool = False
    may_repeat: bool = False
    is_final_answer: bool = False


TRAITS: Final[Mapping[ReceiptKind, ReceiptTraits]] = {
    ReceiptKind.SENT: ReceiptTraits(),
    ReceiptKind.DELIVERED: ReceiptTraits(has_arrived=True, is_final_answer=True),
    ReceiptKind.DELAYED: ReceiptTraits(may_repeat=True),
    ReceiptKind.BOUNCED: ReceiptTraits(has_failed=True, is_final_answer=True),
    ReceiptKind.FAILED: ReceiptTraits(has_failed=True),
    ReceiptKind.RETURNED: ReceiptTraits(has_failed=True),
    ReceiptKind.COMPLAINED: ReceiptTraits(has_arrived=True),
    ReceiptKind.OPTED_OUT: ReceiptTraits(),  # it failed too, but who wants no messages gets none on another channel
    ReceiptKind.OPENED: ReceiptTraits(may_repeat=True),
    ReceiptKind.CLICKED: ReceiptTraits(may_repeat=True),
}
_UNKNOWN_TRAITS: Final = ReceiptTraits()


def receipt_traits(kind: ReceiptKind | Unknown) -> ReceiptTraits:
    """The kind's row; a kind of another version is written down, and nothing follows from it."""
    return _UNKNOWN_TRAITS if isinstance(kind, Unknown) else TRAITS[kind]


ARRIVED = frozenset(kind for kind, traits in TRAITS.items() if traits.has_arrived)
"""What can only be said of a message that reached somebody."""


UNCLASSIFIED: Final = "unclassified"
"""Our code for an answer that nobody here knows: a person should look, whatever else it asks for."""
OPTED_OUT: Final = "opted-out"
"""Our code for the answer that the addressee wants no messages, whoever gave it and when."""


class Action(StrEnum):
    """What an answer asks of us, besides being written down."""

    NONE = "none"
    RETRY_LATER = "retry-later"  # temporary: the channel may work another day; for this message, use the next one
    FALLBACK = "fallback"  # permanent for this message or text: use the next channel of the step
    SUPPRESS = "suppress"  # permanent for the address: never use it again; then the next channel
    STOP_LANE = "stop-lane"  # our own configuration is at fault: stop the channel; this message takes the next one
    ALARM = "alarm"  # a person should look; what failed takes the next channel all the same


# A tuple is defined in a fifth of the time that a dataclass takes, and every cold start of the sender waits for it.
class Price(NamedTuple):
    """What somebody asks for a message, with its currency: carriers bill in their own.

    Attributes:
        amount: decimal text, as it was billed: it may have more places than the currency.
    """

    amount: str
    currency: str

    @property
    def text(self) -> str:
        """`0.0324 USD`."""
        return f"{self.amount} {self.currency}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One report.

    Attributes:
        id: derived from the content, so that a repeated report is known as such.
        at: UTC time at which the provider says it happened.
        code: our name for the provider's answer (`unreachable`, `mailbox-full` …), from the answer table.
        detail: the provider's classification as text, without personal data.
        status: what the version that wrote it made of the message, where this one does not know that word or the kind;
            None otherwise, as it follows from the kind.
        parts, price: SMS parts and the price of the message, as billed.
        times, last_at: how often at least the same was reported, and when last, where it was more than once.
    """

    id: str
    kind: ReceiptKind | Unknown
    at: datetime
    code: str = ""
    detail: str = ""
    action: Action | Unknown = Action.NONE
    parts: int | None = None
    price: Price | None = None
    status: ReminderStatus | Unknown | None = None
    times: int = 1
    last_at: datetime | None = None
