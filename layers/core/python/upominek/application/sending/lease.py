"""A reminder in hand: what is known of it between claim and record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from upominek.application.jobs import OutboxItem
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.texts import TextRepository
from upominek.domain.cases.case import Case, Contact
from upominek.domain.messages.reminder import Reminder, channel_traits
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign, in_force
from upominek.domain.planning.decision import Decision, SkipReason, contact_hours
from upominek.domain.planning.occasions import traits_of, words_of
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.texts.message_context import MessageContext
from upominek.domain.texts.overrides import NO_OVERRIDES, Overrides
from upominek.domain.values.calendar import ContactHours
from upominek.domain.values.carrier import Carrier
from upominek.domain.values.channel import Channel, Tone

if TYPE_CHECKING:
    from upominek.domain.planning.letter_kind import LetterKind


@dataclass(frozen=True, slots=True)
class CreditorSnapshot:
    """A creditor, its campaigns in force and its own texts, as believed for half a minute."""

    creditor: Creditor
    campaigns: tuple[Campaign, ...]
    overrides: Overrides = NO_OVERRIDES

    @classmethod
    def read(cls, creditors: CreditorRepository, texts: TextRepository, creditor: str) -> "CreditorSnapshot":
        """Those of the creditor. Raises: NotFound."""
        return cls(creditors.get(creditor), in_force(creditors.campaigns(creditor)), texts.current(creditor))

    def campaign(self, item: OutboxItem) -> Campaign | None:
        """The item's campaign, unless it has ended."""
        return next((one for one in self.campaigns if one.id == item.campaign), None)

    def hours(self, item: OutboxItem) -> ContactHours:
        """When the item may go."""
        campaign = self.campaign(item)
        return contact_hours(self.creditor, campaign) if campaign else self.creditor.hours


@dataclass(slots=True)
class Lease:
    """One item in hand, alone.

    Attributes:
        reminder: as claimed.
        place: what it takes within the caps; a fallback takes the very place of its original.
        has_place: the place may have been taken.
        shares_place: the original was handed over today, so the place is not the fallback's to give back.
        tried_addresses: hashes of those that an attempt before this one went to, and that it must not go to.
        takes_place: false where nobody claims anything, and only what would be said is asked for.
    """

    item: OutboxItem
    terms: CreditorSnapshot
    reminder: Reminder
    place: Contact
    has_place: bool = False
    shares_place: bool = False
    takes_place: bool = True
    tried_addresses: frozenset[str] = frozenset()

    @property
    def today(self) -> date:
        """The creditor's local day."""
        return self.place.day


class Skip(Exception):
    """The reminder need not or must not go."""

    def __init__(
        self,
        reason: SkipReason,
        *,
        detail: str | None = None,
        at: datetime | None = None,
        suppressed: frozenset[str] = frozenset(),
    ) -> None:
        """Keep what is to be recorded.

        Args:
            suppressed: hashes of addresses that were found to be unusable, besides those that the case knows of.
        """
        super().__init__(reason)
        self.reason, self.detail, self.at, self.suppressed = reason, detail, at, suppressed


class OtherLane(Exception):
    """The reminder may go, over another channel than the lane that it is on."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel)
        self.channel = channel


class LetterOutdated(Exception):
    """There is no letter to attach, or it does not say what holds now."""


# A tuple is defined in a fifth of the time that a dataclass takes, and every cold start of the sender waits for it.
class MessagePlan(NamedTuple):
    """What a reminder says as things stand.

    Attributes:
        letter: the letter that it is, or that goes with it.
    """

    case: Case
    decision: Decision
    invoices: Mapping[str, Invoice]
    context: MessageContext
    letter: "LetterKind | None"

    @property
    def text(self) -> str:
        """Name of its text; a letter that is posted has its own."""
        channel = self.decision.channel
        is_posted = channel is not None and channel_traits(channel).is_letter
        return self.letter.value if is_posted and self.letter else self.decision.template


def carrier_of(item: OutboxItem, terms: CreditorSnapshot) -> Carrier:
    """Who is to bring the item: whom the creditor chose, or who turned it away for now and is to try again."""
    return item.carrier or terms.creditor.carriers.of(item.channel)


def reminder_of(
    item: OutboxItem, terms: CreditorSnapshot, now: datetime, lease_until: datetime | None = None
) -> Reminder:
    """The item as a claimed reminder, before anything is known of what it will say."""
    words = words_of(item.occasion, item.step, terms.campaigns, item.campaign)
    return Reminder(
        key=item.key,
        campaign=item.campaign,
        step=item.step,
        channel=item.channel,
        carrier=carrier_of(item, terms),
        template=words.template if words else "",
        tone=words.tone if words else Tone.NEUTRAL,
        status=ReminderStatus.CLAIMED,
        claimed_at=now,
        lease_until=lease_until,
        invoices=item.invoices,
        is_fallback=item.is_fallback,
        to_next_address=item.to_next_address,
        occasion=item.occasion,
    )


def place_of(item: OutboxItem, day: date) -> Contact:
    """What the item takes within the caps on the day; a fallback takes the very place of its original."""
    return Contact(day, item.original_key.id, is_notice=not traits_of(item.occasion).takes_place_of_demand)
