"""A reminder: one message to one debtor of one campaign on one day and occasion, and what became of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Final, NamedTuple

from upominek.domain.messages.occasion import STEP, Occasion
from upominek.domain.messages.receipt import ARRIVED, Receipt, ReceiptKind
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.values.carrier import Carrier, first_carrier
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.money import Money
from upominek.domain.values.unknown import Unknown


# A tuple is defined in a fifth of the time that a dataclass takes, and every cold start of the sender waits for it.
class ChannelTraits(NamedTuple):
    """What sets a channel apart, wherever it is asked.

    Attributes:
        is_letter: the message is a letter itself, made as a file and put on the list of what is printed.
        attaches_letters: a letter may go with the message.
    """

    is_letter: bool = False
    attaches_letters: bool = False


CHANNELS: Final[Mapping[Channel, ChannelTraits]] = {
    Channel.SMS: ChannelTraits(),
    Channel.EMAIL: ChannelTraits(attaches_letters=True),
    Channel.LETTER: ChannelTraits(is_letter=True),
}
_UNKNOWN_CHANNEL: Final = ChannelTraits()


def channel_traits(channel: Channel | Unknown) -> ChannelTraits:
    """The channel's row; one of another version takes no letters from us."""
    return _UNKNOWN_CHANNEL if isinstance(channel, Unknown) else CHANNELS[channel]


class Rank(IntEnum):
    """The order of what may be said of a message: a status only ever gives way to one that was said with a higher rank.

    Receipts therefore end in the same state in any order. A delivery outranks a failure. A return outranks both, for
    good or not: SES says 'delivered' when the other server took the message, which may still send it back, and never
    the other way round. What may be an automatic reply counts as a failure, not as a return.
    Source: Amazon SES Developer Guide, "Contents of event data", bounce object.
    """

    CLAIMED = 0
    UNKNOWN = 1
    SENT = 2
    FAILED = 3
    DELIVERED = 4
    RETURNED = 5  # the status is `failed`
    BOUNCED = 6
    SKIPPED = 7
    EXPIRED = 8
    OF_ANOTHER_VERSION = 9  # nobody here knows what it rules out, so nothing takes its place

    @classmethod
    def of(cls, status: ReminderStatus | Unknown) -> "Rank":
        """The place of the status."""
        return cls.OF_ANOTHER_VERSION if isinstance(status, Unknown) else cls[status.name]

    @classmethod
    def said_by(cls, receipt: Receipt, status: ReminderStatus | Unknown) -> "Rank":
        """The place of the status that a receipt speaks for."""
        return cls.RETURNED if receipt.kind is ReceiptKind.RETURNED else cls.of(status)


STATUSES: Final[Mapping[ReceiptKind, ReminderStatus | None]] = {
    ReceiptKind.SENT: ReminderStatus.SENT,
    ReceiptKind.DELAYED: ReminderStatus.SENT,
    ReceiptKind.FAILED: ReminderStatus.FAILED,
    ReceiptKind.RETURNED: ReminderStatus.FAILED,
    ReceiptKind.OPTED_OUT: ReminderStatus.FAILED,
    ReceiptKind.BOUNCED: ReminderStatus.BOUNCED,
    **dict.fromkeys(ARRIVED, ReminderStatus.DELIVERED),
    # They are not asked for any more. A filter follows links of what it then sends back, so they say nothing.
    ReceiptKind.OPENED: None,
    ReceiptKind.CLICKED: None,
}


def status_after(receipt: Receipt) -> ReminderStatus | Unknown | None:
    """The status that a receipt speaks for, if it does: whoever complained of a message has received it.

    For a kind that this version does not know it is what the version that knew it said; None where nobody has.
    """
    if receipt.status is not None or isinstance(receipt.kind, Unknown):
        return receipt.status
    return STATUSES[receipt.kind]


@dataclass(frozen=True, slots=True)
class ReminderKey:
    """Where a reminder is kept. The id is derived, so whoever plans, retries or re-imports meets the same record."""

    creditor: str
    debtor: str
    day: date
    id: str


def reminder_key(
    creditor: str,
    campaign: str,
    debtor: str,
    day: date,
    *,
    occasion: Occasion = STEP,
    is_fallback: bool = False,
    to_next_address: bool = False,
) -> ReminderKey:
    """The one key for a creditor, campaign, debtor, day and event.

    The attempts after it have their own, each once: that to the next address of the channel, and the last one, on
    another channel. A step adds nothing to the id: whatever lands on the day is one reminder, by whichever step it was
    planned.
    """
    attempt = "next-address" if to_next_address else "fallback" if is_fallback else ""
    parts = [creditor, campaign, debtor, day.isoformat(), attempt]
    if not occasion.is_step:
        parts.append(occasion.text)
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]
    return ReminderKey(creditor, debtor, day, digest)


PRINT_BATCH: Final = "print-batch"
"""Reason of a reminder that was sent by being put among the letters to print."""


# A tuple is defined in a fifth of the time that a dataclass takes, and every cold start of the sender waits for it.
class LetterRef(NamedTuple):
    """The letter that a reminder is, or that was attached to it.

    Attributes:
        id: what it is kept under; `key` is the file's.
        sha256: of the PDF, in hexadecimal digits.
    """

    id: str
    kind: str
    key: str
    sha256: str
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One message and its fate.

    Attributes:
        step: the step's name, its offset in days with a sign (`+5`); for an event the name of its text.
        carrier: who brings it, chosen when it was claimed and never changed; None in what was stored before there was a
            choice (`carried_by`).
        invoices: numbers of the invoices that it covers.
        totals: one total per currency as of the day, credits taken off.
        address: phone in E.164, e-mail address or lines of the postal address that it went to; None when none was
            usable.
        reason: code of why it was skipped, expired, failed or is unknown; `detail` says more (the kind of hold, the
            provider's classification), `reason_at` when that came about (the payment that was 5 minutes earlier). A
            letter that was sent says `print-batch`.
        text: SMS text, the plain-text part of the e-mail, or the words of the letter.
        parts, price: SMS parts, and the price in the carrier's currency as text (`0.0324 USD`): estimates until a
            receipt tells what was billed.
        lease_until: while claimed, when another worker may conclude that the claimant died.
        complained_at: when the addressee first complained; a fact beside the status.
        receipts: what providers reported, by time, without repetitions.
        letter: the letter that it is, or that was attached.
        redacted_at: when text, subject, address and details were removed; `address_hash` (`contact.address_hash`) then
            tells which address a late complaint is about.
        is_fallback: it was sent because another one failed.
        to_next_address: of those, the one that tried another address of the channel first.
        occasion: why it exists.
    """

    key: ReminderKey
    campaign: str
    step: str
    channel: Channel | Unknown
    template: str
    tone: Tone | Unknown
    status: ReminderStatus | Unknown
    claimed_at: datetime
    carrier: Carrier | None = None
    lease_until: datetime | None = None
    invoices: tuple[str, ...] = ()
    totals: tuple[Money, ...] = ()
    address: str | None = None
    sent_at: datetime | None = None
    provider_message_id: str | None = None
    reason: str | None = None
    detail: str | None = None
    reason_at: datetime | None = None
    subject: str | None = None
    text: str | None = None
    parts: int | None = None
    price: str | None = None
    is_fallback: bool = False
    to_next_address: bool = False
    complained_at: datetime | None = None
    receipts: tuple[Receipt, ...] = ()
    letter: LetterRef | None = None
    redacted_at: datetime | None = None
    address_hash: str | None = None
    occasion: Occasion = STEP

    @property
    def carried_by(self) -> Carrier:
        """Who brings it."""
        return self.carrier or first_carrier(self.channel)
