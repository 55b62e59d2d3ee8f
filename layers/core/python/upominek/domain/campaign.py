"""A campaign: who is addressed, on which schedule, by which ladder."""

from dataclasses import dataclass, field
from datetime import time

from upominek.domain.calendar import ContactHours
from upominek.domain.debtor import Debtor, DebtorKind
from upominek.domain.money import Money
from upominek.domain.reminder import Channel, Tone

WORKING_WEEK = frozenset(range(5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rung of the ladder.

    Attributes:
        offset_days: days from the due date; negative before it.
        channels: in order of preference; the first with a usable address is used, the next one as fallback, once.
        template: name of the text in `templates/<channel>/<language>/`.
        expires_after_days: a reminder caught up more than this many days after its step makes no sense any more.
    """

    offset_days: int
    channels: tuple[Channel, ...]
    template: str
    tone: Tone = Tone.FRIENDLY
    expires_after_days: int = 5

    @property
    def name(self) -> str:
        """The offset with its sign, as in `+5`."""
        return f"{self.offset_days:+d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Whose invoices the campaign takes.

    Attributes:
        kinds: empty takes every kind of debtor.
        minimum: smallest outstanding amount of an invoice; compared within its own currency only.
        tags: the debtor has at least one of them; empty asks for none.
        without_tags: the debtor has none of them.
    """

    kinds: frozenset[DebtorKind] = frozenset()
    minimum: Money | None = None
    tags: frozenset[str] = frozenset()
    without_tags: frozenset[str] = frozenset()

    def meets(self, debtor: Debtor, outstanding: Money) -> bool:
        """Whether an invoice of this debtor with this outstanding amount belongs here."""
        if self.kinds and debtor.kind not in self.kinds:
            return False
        if self.tags and not self.tags & debtor.tags:
            return False
        if self.without_tags & debtor.tags:
            return False
        minimum = self.minimum
        return minimum is None or minimum.currency != outstanding.currency or outstanding.grosze >= minimum.grosze


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Who is addressed, when, and by which ladder.

    Attributes:
        order: an invoice belongs to the first active campaign, by order and then id, whose audience it meets.
        at: local time of day at which the day's reminders are planned.
        weekdays: days (Monday is 0) on which it is planned; a step on another day moves to the next.
        hours: contact days and hours instead of the creditor's own.
        ladder: steps by rising offset, no two alike.
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


def in_force(campaigns: tuple[Campaign, ...]) -> tuple[Campaign, ...]:
    """The active campaigns in the order in which an invoice tries them."""
    return tuple(sorted((c for c in campaigns if c.is_active), key=lambda c: (c.order, c.id)))


def running_order(campaigns: tuple[Campaign, ...]) -> tuple[Campaign, ...]:
    """The active campaigns in the order in which a day runs them; who comes first takes the places under the caps."""
    return tuple(sorted(in_force(campaigns), key=lambda c: c.at))


def campaign_of(campaigns: tuple[Campaign, ...], debtor: Debtor, outstanding: Money) -> Campaign | None:
    """The campaign that an invoice belongs to; `campaigns` are those `in_force`."""
    return next((c for c in campaigns if c.audience.meets(debtor, outstanding)), None)
