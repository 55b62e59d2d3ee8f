"""What a changed campaign does to the words to come, debtor by debtor: pure functions that ask the same rule twice."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from upominek.domain.cases.case import Agenda, Case
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.agenda import days_of_change, lands_on, look_at_once, next_look
from upominek.domain.planning.campaign import Campaign, Entry, campaign_of, running_order
from upominek.domain.planning.decision import contact_hours, plan_debtor
from upominek.domain.planning.ladder import heard_of_on, is_heard_of_late, offset_now, on_ladder
from upominek.domain.planning.outlook import Heard
from upominek.domain.receivables.open_invoice import DueInvoice


class Change(StrEnum):
    """What becomes of a debtor's next word."""

    BEGINS = "begins"  # none was to come before
    EARLIER = "earlier"
    LATER = "later"
    OTHERWISE = "otherwise"  # on the same day, by another step or text
    NEVER = "never"  # none is to come any more
    SAME = "same"
    SILENT = "silent"  # none is to come, as before


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """What the change does to one debtor.

    Attributes:
        is_at_once: hears the next word on the first day on which there can be one, and would not have before.
        is_gentle: it begins with the first step after the due date, though others have passed.
        is_not_again: would have heard the last words once more, since their step has moved; by the rule does not.
    """

    change: Change
    is_at_once: bool = False
    is_gentle: bool = False
    is_not_again: bool = False


@dataclass(frozen=True, slots=True)
class CampaignEffect:
    """How many debtors a campaign concerns, as it was or as it will be, and what it changes for them."""

    is_first: bool
    counts: Counter[str]

    @classmethod
    def of(cls, affected: Iterator[Affected], *, is_first: bool) -> "CampaignEffect":
        """Counted."""
        counts: Counter[str] = Counter()
        for one in affected:
            counts["debtors"] += 1
            counts[one.change.value] += 1
            counts["at_once"] += one.is_at_once
            counts["gently"] += one.is_gentle
            counts["not_again"] += one.is_not_again
        return cls(is_first, counts)

    def to_dict(self) -> dict[str, Any]:
        """The shape of `effect` in `campaign add --json`."""
        names = ("debtors", *(one.value for one in Change), "at_once", "gently", "not_again")
        return {"is_first": self.is_first, **{name: self.counts[name] for name in names}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A campaign about to take the place of another one, or to begin.

    Attributes:
        before, after: the campaigns in force then, in order.
        stored, stated: the one that changes; None where there is none in force.
        now: UTC time.
    """

    creditor: Creditor
    before: tuple[Campaign, ...]
    after: tuple[Campaign, ...]
    stored: Campaign | None
    stated: Campaign | None
    now: datetime

    def affects(self, case: Case, open_: Sequence[DueInvoice]) -> Affected | None:
        """What it does to a debtor; None where none of the invoices is the campaign's, before or after.

        Args:
            case: with all that is known of its addresses.
            open_: all open invoices of the debtor.
        """
        if not (_mine(self.before, self.stored, case, open_) or _mine(self.after, self.stated, case, open_)):
            return None
        today = self.creditor.hours.local_day(self.now)
        # What is planned today is over where its hour has passed.
        clock = [one.at for one in (self.stated, self.stored) if one is not None]
        over = today if self.now >= self.creditor.hours.at_local(today, min(clock)) else today - timedelta(days=1)
        old = next_word(self.creditor, self.before, case, open_, over, case.agenda)
        new = next_word(self.creditor, self.after, case, open_, over, self._woken(case, open_))
        change = _change(old, new)
        return Affected(
            change=change,
            is_at_once=change in {Change.BEGINS, Change.EARLIER} and new is not None and self._is_next(new, over),
            is_gentle=new is not None and self._is_gentle(new),
            is_not_again=self._says_not_again(case, open_, over),
        )

    def _woken(self, case: Case, open_: Sequence[DueInvoice]) -> Agenda | None:
        """When the debtor is looked at once the campaign begins: it wakes whom it should have written to already."""
        begins = self.stated is not None and (self.stored is None or self.stored.since != self.stated.since)
        if self.stated is None or not begins:
            return case.agenda
        woken = (look_at_once(self.creditor, [self.stated], one.due_on, self.now) for one in open_)
        return next((one for one in woken if one is not None), case.agenda)

    def _is_next(self, new: Heard, over: date) -> bool:
        return new.day == contact_hours(self.creditor, new.campaign).next_contact_day(over + timedelta(days=1))

    def _is_gentle(self, new: Heard) -> bool:
        campaign = new.campaign
        if campaign != self.stated or campaign.entry is Entry.CURRENT or not campaign.steps_overdue:
            return False
        if new.decision.step != campaign.steps_overdue[0]:
            return False
        hours = contact_hours(self.creditor, campaign)
        return any(
            is_heard_of_late(campaign, one.due_on, heard_on)
            for one in new.decision.invoices
            if (heard_on := heard_of_on(campaign, hours, one)) is not None
        )

    def _says_not_again(self, case: Case, open_: Sequence[DueInvoice], over: date) -> bool:
        campaign = self.stated
        word = None if campaign is None else case.words_of(campaign.id).overdue
        if campaign is None or word is None:
            return False
        offset = offset_now(campaign, word)
        if offset == word.offset_days:
            return False
        placed = on_ladder(
            campaign,
            contact_hours(self.creditor, campaign),
            case.words_of(campaign.id),
            _mine(self.after, campaign, case, open_),
        )
        return any(
            one.told is not None and one.told >= offset and one.begins_on + timedelta(days=offset) > over
            for one in placed
        )


def next_word(
    creditor: Creditor,
    campaigns: tuple[Campaign, ...],
    case: Case,
    open_: Sequence[DueInvoice],
    over: date,
    noted: Agenda | None,
) -> Heard | None:
    """The next message of a debtor, on the first day on which a run looks at them and finds something to say.

    Args:
        over: the last day of which the runs are over.
        noted: when they are to be looked at though no due date calls.
    """
    order = running_order(campaigns)
    changes = days_of_change(creditor, campaigns, case, open_, over)
    waiting = {(day, order.index(campaign)) for day, campaign in changes}
    waiting |= set(_landings(creditor, order, open_, over))
    waiting |= _on(creditor, order, noted, over)
    while waiting:
        day, number = min(waiting)
        waiting.remove((day, number))
        campaign = order[number]
        is_noted = noted is not None and noted.on <= day and noted.campaign in {"", campaign.id}
        if not (is_noted or lands_on(creditor, campaign, open_, day)):
            continue
        decision = plan_debtor(creditor, campaigns, campaign, case, open_, today=day)
        if decision is None:
            continue
        if decision.reason is None:
            return Heard(day, campaign, decision)
        noted = next_look(creditor, campaigns, case, open_, day)
        waiting |= _on(creditor, order, noted, day)
    return None


def _landings(
    creditor: Creditor, campaigns: Sequence[Campaign], open_: Sequence[DueInvoice], over: date
) -> Iterator[tuple[date, int]]:
    """The days on which a due date brings the debtor up, also where the ladder began later."""
    for number, campaign in enumerate(campaigns):
        hours = contact_hours(creditor, campaign)
        for comes_on in {one.due_on + timedelta(days=step.offset_days) for one in open_ for step in campaign.ladder}:
            if comes_on > over:
                yield hours.next_contact_day(comes_on), number


def _on(creditor: Creditor, campaigns: tuple[Campaign, ...], noted: Agenda | None, over: date) -> set[tuple[date, int]]:
    """The first day after the one that is over on which each campaign looks at what is noted."""
    if noted is None:
        return set()
    first = max(noted.on, over + timedelta(days=1))
    return {
        (contact_hours(creditor, campaign).next_contact_day(first), number) for number, campaign in enumerate(campaigns)
    }


def _mine(
    campaigns: tuple[Campaign, ...], campaign: Campaign | None, case: Case, open_: Sequence[DueInvoice]
) -> list[DueInvoice]:
    """The invoices that the campaign takes."""
    if campaign is None:
        return []
    owners = ((one, campaign_of(campaigns, case.debtor, one.size)) for one in open_ if one.outstanding.grosze > 0)
    return [one for one, owner in owners if owner is not None and owner.id == campaign.id]


def _change(old: Heard | None, new: Heard | None) -> Change:
    if new is None:
        return Change.SILENT if old is None else Change.NEVER
    if old is None:
        return Change.BEGINS
    if new.day != old.day:
        return Change.EARLIER if new.day < old.day else Change.LATER
    return Change.SAME if _said(old) == _said(new) else Change.OTHERWISE


def _said(heard: Heard) -> tuple[object, ...]:
    decision = heard.decision
    return heard.campaign.id, decision.step.name, decision.template, decision.channel, decision.letter
