"""A campaign: who is addressed, on which schedule, by which ladder."""

from dataclasses import dataclass, field, replace
from datetime import date, time
from enum import StrEnum
from typing import Final

from upominek.domain.parties.debtor import Debtor, DebtorKind
from upominek.domain.values.calendar import ContactHours
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.money import Money
from upominek.domain.values.unknown import Unknown

WORKING_WEEK = frozenset(range(5))
PAY_WITHIN_DAYS: Final = 7
"""Days that a demand gives, unless its step says otherwise."""
REGISTER_WARNING: Final = "register-warning"
"""The text and the letter that warn of an entry in a register of debtors."""
INTEREST_NOTE: Final = "interest-note"
"""The letter that asks for interest."""
TAX_TEXT: Final = "tax-"
"""What names of texts about taxes and fees of public offices begin with."""


class Use(StrEnum):
    """What a step does with money that the law adds to an invoice."""

    NONE = "none"
    MENTION = "mention"  # tells what it comes to, and does not ask for it
    CLAIM = "claim"  # asks for it now


class Entry(StrEnum):
    """How a campaign begins with an invoice of which it first hears when several of its steps have passed."""

    GENTLE = "gentle"  # with the first step after the due date, and goes on at the ladder's own distances
    CURRENT = "current"  # with the step that has been reached by then
    NONE = "none"  # not at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a step says beyond 'please pay the invoice'.

    Attributes:
        interest: statutory interest for delay.
        compensation: the fixed sum for costs of recovery, owed by businesses and public bodies only.
        register: a warning that data may be passed to a register of debtors.
    """

    interest: Use | Unknown = Use.NONE
    compensation: Use | Unknown = Use.NONE
    register: bool = False

    @property
    def adds_money(self) -> bool:
        """Whether there are amounts to be worked out."""
        return self.interest is not Use.NONE or self.compensation is not Use.NONE


NO_CLAIMS: Final = Claims()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rung of the ladder.

    Attributes:
        offset_days: days from the due date; negative before it.
        channels: in order of preference; the first with a usable address is used, the next one as fallback, once.
        template: name of the text in `templates/<channel>/<language>/`.
        expires_after_days: so many days after its step a word about what is not overdue makes no sense any more; what
            is overdue is owed a word until it is said.
        claims: what it says beyond asking for payment, where the case allows it.
        otherwise: name of the text that goes, in neutral tone, where the case does not; None takes the usual one.
        letter: kind of the letter that is attached to the e-mail, or posted where the channel is `letter`.
        pay_within_days: days that a demand gives from the day on which it is written.
    """

    offset_days: int
    channels: tuple[Channel | Unknown, ...]
    template: str
    tone: Tone | Unknown = Tone.FRIENDLY
    expires_after_days: int = 5
    claims: Claims = NO_CLAIMS
    otherwise: str | None = None
    letter: str | None = None
    pay_within_days: int = PAY_WITHIN_DAYS

    @property
    def name(self) -> str:
        """The offset with its sign, as in `+5`."""
        return f"{self.offset_days:+d}"

    @property
    def known_channels(self) -> tuple[Channel, ...]:
        """Those of the channels that this version can send over."""
        return tuple(one for one in self.channels if not isinstance(one, Unknown))

    @property
    def unknown_word(self) -> Unknown | None:
        """What of it this version does not know, so that it cannot say what the creditor meant; channels aside."""
        words = (self.tone, self.claims.interest, self.claims.compensation)
        return next((one for one in words if isinstance(one, Unknown)), None)

    @property
    def timely_text(self) -> str:
        """Name of the text for who can still pay in time, because the due date fell on a free day."""
        return "tax-before-due" if self.template.startswith(TAX_TEXT) else "due-today"

    @property
    def neutral_text(self) -> str:
        """Name of the text that claims nothing which the case does not allow."""
        return self.otherwise or ("tax-overdue" if self.template.startswith(TAX_TEXT) else "overdue")


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Whose invoices the campaign takes.

    Attributes:
        kinds: empty takes every kind of debtor; `public` takes public healthcare too.
        minimum: smallest total of an invoice, whatever of it was paid; compared within its own currency only.
        tags: the debtor has at least one of them; empty asks for none.
        without_tags: the debtor has none of them.
    """

    kinds: frozenset[DebtorKind | Unknown] = frozenset()
    minimum: Money | None = None
    tags: frozenset[str] = frozenset()
    without_tags: frozenset[str] = frozenset()

    def meets(self, debtor: Debtor, size: Money) -> bool:
        """Whether an invoice of this debtor with this total belongs here."""
        if self.kinds and not self._takes(debtor.kind):
            return False
        if self.tags and not self.tags & debtor.tags:
            return False
        if self.without_tags & debtor.tags:
            return False
        minimum = self.minimum
        return minimum is None or minimum.currency != size.currency or size.grosze >= minimum.grosze

    def _takes(self, kind: DebtorKind | Unknown) -> bool:
        return kind in self.kinds or (kind is DebtorKind.HEALTHCARE and DebtorKind.PUBLIC in self.kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Who is addressed, when, and by which ladder.

    Attributes:
        order: an invoice belongs to the first active campaign, by order and then id, whose audience it meets.
        at: local time of day at which the day's reminders are planned.
        weekdays: days (Monday is 0) on which it is planned; a step on another day moves to the next.
        hours: contact days and hours instead of the creditor's own.
        ladder: steps by rising offset, no two alike.
        entry: how it begins with what it hears of late.
        most_per_day: so many debtors of whom it hears late begin on one day; None is no limit.
        since: the creditor's local day on which it began, or began again: what was open before is heard of then. None
            where a version stored it that did not keep it.
    """

    id: str
    name: str
    ladder: tuple[Step, ...]
    order: int = 100
    is_active: bool = True
    audience: Audience = field(default_factory=Audience)
    at: time = time(9, 0)
    weekdays: frozenset[int] = WORKING_WEEK
    hours: ContactHours | None = None
    entry: Entry | Unknown = Entry.GENTLE
    most_per_day: int | None = None
    since: date | None = None

    @property
    def steps_overdue(self) -> tuple[Step, ...]:
        """The steps after the due date, in order."""
        return tuple(one for one in self.ladder if one.offset_days > 0)


def begun(stated: Campaign, stored: Campaign | None, today: date) -> Campaign:
    """The campaign as newly stated, with the day on which it began: today, unless it runs already."""
    runs = stored is not None and stored.is_active
    return replace(stated, since=stored.since if runs and stored is not None else today)


def in_force(campaigns: tuple[Campaign, ...]) -> tuple[Campaign, ...]:
    """The active campaigns in the order in which an invoice tries them."""
    return tuple(sorted((c for c in campaigns if c.is_active), key=lambda c: (c.order, c.id)))


def running_order(campaigns: tuple[Campaign, ...]) -> tuple[Campaign, ...]:
    """The active campaigns in the order in which a day runs them; who comes first takes the places under the caps."""
    return tuple(sorted(in_force(campaigns), key=lambda c: c.at))


def campaign_of(campaigns: tuple[Campaign, ...], debtor: Debtor, size: Money) -> Campaign | None:
    """The campaign that an invoice of this total belongs to; `campaigns` are those `in_force`."""
    return next((c for c in campaigns if c.audience.meets(debtor, size)), None)
