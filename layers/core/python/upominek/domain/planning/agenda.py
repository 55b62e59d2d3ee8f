"""When somebody must look at a debtor although no due date calls: the rule for the agenda, pure functions.

The due index finds every debtor on the day on which a step lands by its due date. What it cannot find waits in the
agenda: a step that could not be said, a ladder that began later than the due date, an invoice that came after the run.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby, islice
from typing import Final

from upominek.domain.cases.case import WEEK, Agenda, Case, Contact
from upominek.domain.law.due_date import moved_due_date
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign, running_order
from upominek.domain.planning.decision import (
    Decision,
    SkipReason,
    choose_address,
    contact_hours,
    due_spans,
    landing_span,
    of_campaign,
    plan_debtor,
)
from upominek.domain.planning.ladder import begins_on, is_heard_of_late, on_ladder, weight_of
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.calendar import ContactHours
from upominek.domain.values.span import ONE_DAY

AHEAD: Final = timedelta(days=366)
MOST_DAYS: Final = 60
"""Days looked at; what lies behind them is found when one of them has come."""
_LONG_AGO: Final = timedelta(days=60)
"""More than any row of closed days."""


def next_look(
    creditor: Creditor,
    campaigns: tuple[Campaign, ...],
    case: Case,
    open_: Sequence[DueInvoice],
    today: date,
    *,
    looked: Campaign | None = None,
) -> Agenda | None:
    """The first day after today on which something can be said that no due date will bring up by itself.

    Args:
        campaigns: those in force, in order.
        case: as it will be after today's message.
        open_: all open invoices of the debtor.
        looked: whose turn it was just now, so that another one may still have a word today; None where all had theirs.
    """
    return _Outlook(creditor, campaigns, case, open_, today).next_look(looked)


def awaits_address(campaigns: Sequence[Campaign], case: Case, reason: SkipReason | None = None) -> bool:
    """Whether the next contact data are to wake the case: there is no address for a step that came, or may come.

    Args:
        reason: why today's message does not go.
    """
    channels = {step.channels for campaign in campaigns for step in campaign.ladder}
    return reason is SkipReason.NO_ADDRESS or any(choose_address(case, one) is None for one in channels)


def agenda_of(campaign: Campaign, decision: Decision, on: date) -> Agenda:
    """What is to be said on the day, as it looks from here."""
    channel = decision.channel.value if decision.channel else ""
    return Agenda(on, campaign=campaign.id, step=decision.step.name, channel=channel)


def look_at_once(creditor: Creditor, campaigns: Sequence[Campaign], due_on: date, now: datetime) -> Agenda | None:
    """Today, where an invoice that becomes known now has steps which no run to come finds by its due date.

    Args:
        campaigns: those in force; whose the invoice is, only its case will tell.
    """
    today = creditor.hours.local_day(now)
    is_missed = is_entry = False
    for campaign in campaigns:
        hours = contact_hours(creditor, campaign)
        steps = (due_on + _days_of(one.offset_days) for one in campaign.ladder)
        is_missed = is_missed or any(_has_passed(hours, campaign, comes_on, now) for comes_on in steps)
        is_entry = is_entry or is_heard_of_late(campaign, due_on, today)
    return Agenda(today, is_entry=is_entry) if is_missed else None


def _has_passed(hours: ContactHours, campaign: Campaign, comes_on: date, now: datetime) -> bool:
    """Whether the run in which a step of this day lands has begun, or should have."""
    today = hours.local_day(now)
    if comes_on > today or comes_on < today - _LONG_AGO:
        return comes_on <= today
    landed_on = hours.next_contact_day(comes_on)
    return landed_on < today or (landed_on == today and now >= hours.at_local(today, campaign.at))


def days_of_change(
    creditor: Creditor,
    campaigns: tuple[Campaign, ...],
    case: Case,
    open_: Sequence[DueInvoice],
    today: date,
    *,
    looked: Campaign | None = None,
) -> Iterator[tuple[date, Campaign]]:
    """The contact days on which something may change, each with the campaigns that run on it in the day's order.

    Args:
        looked: of today, those campaigns whose turn was not; None leaves today out.
    """
    tomorrow, last, near = today + ONE_DAY, today + AHEAD, timedelta(days=creditor.limits.days_between)
    changes = {tomorrow}
    changes |= {hold.until + ONE_DAY for hold in case.holds.values() if hold.until is not None}
    for place in case.contacts:
        changes |= {place.day + near, place.day + WEEK, place.day + ONE_DAY}
    changes |= {moved_due_date(one.due_on) + ONE_DAY for one in open_ if today - _LONG_AGO <= one.due_on <= last}
    found: set[tuple[date, int]] = set()
    order = running_order(campaigns)
    for number, campaign in enumerate(order):
        hours = contact_hours(creditor, campaign)
        steps = {
            begins + _days_of(step.offset_days)
            for begins in {begins_on(campaign, hours, one) for one in open_}
            if begins is not None
            for step in campaign.ladder
        }
        found |= {(hours.next_contact_day(day), number) for day in changes | steps if tomorrow <= day <= last}
        if looked is not None and campaign.id != looked.id and hours.is_contact_day(today):
            found.add((today, number))
    yield from ((day, order[number]) for day, number in sorted(found))


def after_word(case: Case, campaign: Campaign, decision: Decision, place: Contact, read_at: datetime) -> Case:
    """The case once the message went.

    Args:
        place: its day is that of sending.
        read_at: UTC time before the invoices were read.
    """
    place = replace(place, weight=weight_of(decision.step.tone))
    word = decision.word(place.reminder_id, place.day, read_at)
    words = case.words_of(campaign.id)
    if decision.is_ahead:
        words = replace(words, ahead=word.after(words.ahead))
    else:
        words = replace(words, overdue=word.after(words.overdue))
    return replace(case, contacts=(place, *case.contacts), words={**case.words, campaign.id: words})


def lands_on(creditor: Creditor, campaign: Campaign, open_: Sequence[DueInvoice], day: date) -> bool:
    """Whether the run of the day finds the debtor by a due date of which a step lands."""
    hours = contact_hours(creditor, campaign)
    if not hours.is_contact_day(day):
        return False
    spans = due_spans(campaign, landing_span(hours, None, day))
    return any(one.due_on in span for span in spans for one in open_)


@dataclass(frozen=True, slots=True)
class _Outlook:
    """What can be seen of the days to come, if nothing else happens."""

    creditor: Creditor
    campaigns: tuple[Campaign, ...]
    case: Case
    open: Sequence[DueInvoice]
    today: date

    def next_look(self, looked: Campaign | None) -> Agenda | None:
        waiting = set(self._waiting())
        if not waiting:
            return None
        called: set[DueInvoice] = set()
        for day, running in groupby(islice(self._days(looked), MOST_DAYS), key=lambda one: one[0]):
            if day > self.today:
                called |= {*self._called(day)}
            if waiting <= called:
                return None
            # What waits must be found though all that the due index calls by then is paid.
            rest = [one for one in self.open if one not in called]
            for _, campaign in running:
                decision = self._news(campaign, day, self.open)
                if decision is not None and self._news(campaign, day, rest) is not None:
                    return agenda_of(campaign, decision, day)
        return None

    def _waiting(self) -> Iterator[DueInvoice]:
        """The invoices of which a step was not said, or will come on another day than by the due date; often none."""
        for campaign in self.campaigns:
            hours, words = contact_hours(self.creditor, campaign), self.case.words_of(campaign.id)
            for one in on_ladder(campaign, hours, words, self._of(campaign)):
                if one.begins_on != one.invoice.due_on or one.unsaid(campaign, self.today) is not None:
                    yield one.invoice

    def _days(self, looked: Campaign | None) -> Iterator[tuple[date, Campaign]]:
        return days_of_change(self.creditor, self.campaigns, self.case, self.open, self.today, looked=looked)

    def _called(self, day: date) -> Iterator[DueInvoice]:
        """The invoices for which a run of the day finds the debtor by their due dates, and has something to say."""
        for campaign in self.campaigns:
            hours = contact_hours(self.creditor, campaign)
            if not hours.is_contact_day(day):
                continue
            spans = due_spans(campaign, landing_span(hours, None, day))
            landed = [one for one in self._of(campaign) if any(one.due_on in span for span in spans)]
            # Where its ladder began later, an invoice's due date calls in vain.
            landed = [one for one in landed if begins_on(campaign, hours, one) == one.due_on]
            if landed and self._plan(campaign, day, landed) and self._plan(campaign, day, self.open):
                yield from landed

    def _news(self, campaign: Campaign, day: date, due: Sequence[DueInvoice]) -> Decision | None:
        """What goes on the day, or is the first to find out that there is no address for its step, so that it shows."""
        later = self._plan(campaign, day, due)
        if later is None or later.reason is not SkipReason.NO_ADDRESS:
            return None if later is None or later.reason is not None else later
        now = self._plan(campaign, self.today, due)
        is_known = now is not None and now.reason is later.reason and now.step.offset_days >= later.step.offset_days
        return None if is_known else later

    def _of(self, campaign: Campaign) -> Iterator[DueInvoice]:
        return of_campaign(self.campaigns, campaign, self.case, self.open)

    def _plan(self, campaign: Campaign, day: date, due: Sequence[DueInvoice]) -> Decision | None:
        return plan_debtor(self.creditor, self.campaigns, campaign, self.case, due, today=day)


def _days_of(offset: int) -> timedelta:
    return timedelta(days=offset)
