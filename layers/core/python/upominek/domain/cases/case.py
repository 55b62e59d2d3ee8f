"""The case (sprawa): everything between one creditor and one debtor."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from upominek.domain.cases.last_word import SILENCE, LastWords
from upominek.domain.messages.reminder import Reminder
from upominek.domain.parties.creditor import Limits
from upominek.domain.parties.debtor import Debtor
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money, Totals
from upominek.domain.values.unknown import Unknown

WEEK = timedelta(days=7)

HEAVIEST = 2
"""The weight of a formal message, and of one of which nobody here knows what it says."""

BETWEEN_NUMBERS = "\n"
"""Between the numbers of invoices in a fact; never in a number, where it would be unprintable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Why the case, or one invoice of it, is not addressed now.

    Attributes:
        since: UTC time.
        until: last day (the creditor's local date, inclusive) on which it holds; None holds until released.
        number: the invoice that it is about; None for the whole case.
    """

    kind: HoldKind | Unknown
    since: datetime
    reason: str
    until: date | None = None
    number: str | None = None
    by: str = ""

    @property
    def key(self) -> str:
        """One hold of a kind for the case and one for each invoice."""
        return self.kind.value if self.number is None else f"{self.kind.value}/{self.number}"

    def holds_on(self, day: date) -> bool:
        """Whether it still holds on the local day."""
        return self.until is None or day <= self.until


@dataclass(frozen=True, slots=True, order=True)
class Contact:
    """A place taken in the debtor's limits: the local day of sending and the reminder that took it.

    Attributes:
        is_notice: it is among those of notices, which keep no demand back.
        weight: how much the message weighs by its tone, 0 for a friendly one; it never tells two places apart.
    """

    day: date
    reminder_id: str
    is_notice: bool = False
    weight: int = field(default=HEAVIEST, compare=False)


@dataclass(frozen=True, slots=True)
class Agenda:
    """When somebody must look at the case although no due date calls: something is owed to the debtor, or begins.

    Attributes:
        on: the creditor's local day; it stays in the agenda after that until somebody has looked.
        is_entry: its invoices became known long after their due dates, so campaigns may spread them over days.
        campaign, step, channel: what is owed, where that is known; empty where the case must be looked at first.
    """

    on: date
    is_entry: bool = False
    campaign: str = ""
    step: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What the planner and the sender must know of a debtor besides the invoices.

    Attributes:
        contacts: places taken lately by what asks for payment, newest first.
        credits: by invoice number, what is in the debtor's favour (credit notes, overpayments), always positive.
        suppressed: hashes (`contact.address_hash`) of this debtor's addresses that must not be used.
        acknowledged: by invoice number, the local days on which the debtor acknowledged it, in order.
        notices: places taken lately by notices, newest first.
        words: by campaign, what it said last.
        agenda: when the case is to be looked at for another reason than a due date.
        awaits_address: something is owed to the debtor as soon as there is an address to write to.
    """

    creditor: str
    debtor: Debtor
    holds: Mapping[str, Hold] = field(default_factory=dict)
    contacts: tuple[Contact, ...] = ()
    credits: Mapping[str, Money] = field(default_factory=dict)
    suppressed: frozenset[str] = frozenset()
    acknowledged: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    notices: tuple[Contact, ...] = ()
    words: Mapping[str, LastWords] = field(default_factory=dict)
    agenda: Agenda | None = None
    awaits_address: bool = False

    def words_of(self, campaign: str, besides: frozenset[str] = frozenset()) -> LastWords:
        """What the campaign said last, apart from these messages."""
        return self.words.get(campaign, SILENCE).without(besides)

    def hold_on(self, day: date, number: str | None = None) -> Hold | None:
        """The hold on the whole case (number None) or on one invoice that is in force on the local day."""
        return next((h for h in self.holds.values() if h.number == number and h.holds_on(day)), None)

    def credit_in(self, currency: str) -> Money:
        """All that is in the debtor's favour in one currency."""
        return Totals.of(self.credits.values()).within(currency)

    def holds_place(self, contact: Contact) -> bool:
        """Whether the place is taken by this very message."""
        return contact in (self.notices if contact.is_notice else self.contacts)

    def cap_reached(
        self,
        limits: Limits,
        day: date,
        *,
        weight: int = HEAVIEST,
        is_notice: bool = False,
        outranks: Collection[str] = (),
        besides: Collection[str] = (),
    ) -> str | None:
        """`cap-day`, `cap-week` or `too-soon` when no further message may go on the local day, None when one may.

        On one day every message counts. Over the week only what weighs at least as much does: a friendly note never
        takes the place of a demand. Notices count among themselves: they take no place of a demand, and no demand keeps
        one back.

        Args:
            weight: of the message that is to go.
            outranks: ids of messages of the same ladder than which it says more. From them, and from those that weigh
                less, it need not keep the distance.
            besides: ids of messages whose places are its own.
        """
        taken = [c for c in (self.notices if is_notice else self.contacts) if c.reminder_id not in besides]
        if sum(c.day == day for c in taken) >= limits.per_day:
            return "cap-day"
        as_heavy = (c for c in taken if is_notice or c.weight >= weight)
        if sum(c.day > day - WEEK for c in as_heavy) >= limits.per_week:
            return "cap-week"
        near = timedelta(days=limits.days_between)
        equals = (c for c in taken if c.weight >= weight and c.reminder_id not in outranks)
        if not is_notice and any(abs(c.day - day) < near for c in equals):
            return "too-soon"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Anything else that happened in a case: a hold set or released, a note, an acknowledgement, a demand, an opt-out.

    Attributes:
        data: plain values for the timeline; no contact data.
    """

    id: str
    at: datetime
    kind: str
    data: Mapping[str, str] = field(default_factory=dict)
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """The whole case as one query gives it."""

    case: Case
    invoices: tuple[Invoice, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    facts: tuple[Fact, ...] = ()


def days_by_number(acknowledged: Iterable[tuple[str, date]]) -> dict[str, tuple[date, ...]]:
    """By invoice number, the days of what was acknowledged when, in order."""
    days: dict[str, tuple[date, ...]] = {}
    for number, day in sorted(acknowledged):
        days[number] = (*days.get(number, ()), day)
    return days
