"""When somebody must look at a debtor although no due date calls: the rule for the agenda, pure functions.

The due index finds every debtor on the day on which a step lands by its due date. What it cannot find waits in the
agenda: a step that could not be said, a ladder that began later than the due date, an invoice that came after the run.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby, islice
from typing import Final

from upominek.domain.cases.case import WEEK, Agenda, Case
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
from upominek.domain.planning.ladder import SEVERAL, begins_on
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
    called: set[DueInvoice] = set()
    found = islice(_days(creditor, campaigns, case, open_, today, looked), MOST_DAYS)
    for day, running in groupby(found, key=lambda one: one[0]):
        if day > today:
            called |= {*_called(creditor, campaigns, case, open_, day)}
        # What waits must be found though all that the due index calls by then is paid.
        rest = [one for one in open_ if one not in called]
        if not rest:
            return None
        for _, campaign in running:
            looks = [plan_debtor(creditor, campaigns, campaign, case, due, today=day) for due in (rest, open_)]
            decision = looks[-1]
            if decision is not None and all(_is_news(creditor, campaigns, campaign, case, open_, today, one) for one in looks):
                return agenda_of(campaign, decision, day)
    return None


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
        passed = [
            one for one in campaign.ladder if _has_passed(hours, campaign, due_on + _days_of(one.offset_days), now)
        ]
        is_missed = is_missed or bool(passed)
        is_entry = is_entry or sum(one.offset_days > 0 for one in passed) >= SEVERAL
    return Agenda(today, is_entry=is_entry) if is_missed else None


def _has_passed(hours: ContactHours, campaign: Campaign, comes_on: date, now: datetime) -> bool:
    """Whether the run in which a step of this day lands has begun, or should have."""
    today = hours.local_day(now)
    if comes_on > today or comes_on < today - _LONG_AGO:
        return comes_on <= today
    landed_on = hours.next_contact_day(comes_on)
    return landed_on < today or (landed_on == today and now >= hours.at_local(today, campaign.at))


def _days(
    creditor: Creditor,
    campaigns: tuple[Campaign, ...],
    case: Case,
    open_: Sequence[DueInvoice],
    today: date,
    looked: Campaign | None,
) -> Iterator[tuple[date, Campaign]]:
    """The contact days on which something may change, each with the campaigns that run on it in the order of the day.

    Of today only those that were not looked at.
    """
    tomorrow, last = today + ONE_DAY, today + AHEAD
    changes = {tomorrow}
    changes |= {hold.until + ONE_DAY for hold in case.holds.values() if hold.until is not None}
    for place in case.contacts:
        changes |= {place.day + timedelta(days=creditor.limits.days_between), place.day + WEEK, place.day + ONE_DAY}
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


def _called(
    creditor: Creditor, campaigns: tuple[Campaign, ...], case: Case, open_: Sequence[DueInvoice], day: date
) -> Iterator[DueInvoice]:
    """The invoices for which a run of the day finds the debtor by their due dates, and has something to say."""
    for campaign in campaigns:
        hours = contact_hours(creditor, campaign)
        if not hours.is_contact_day(day):
            continue
        spans = due_spans(campaign, landing_span(hours, None, day))
        mine = of_campaign(campaigns, campaign, case, open_)
        # Where its ladder began later, an invoice's due date calls in vain.
        landed = [
            one
            for one in mine
            if any(one.due_on in span for span in spans) and begins_on(campaign, hours, one) == one.due_on
        ]
        if landed and all(plan_debtor(creditor, campaigns, campaign, case, due, today=day) for due in (landed, open_)):
            yield from landed


def _is_news(
    creditor: Creditor,
    campaigns: tuple[Campaign, ...],
    campaign: Campaign,
    case: Case,
    open_: Sequence[DueInvoice],
    today: date,
    later: Decision | None,
) -> bool:
    """Whether it goes, or is the first to find out that there is no address for its step, so that somebody sees it."""
    if later is None or later.reason is not SkipReason.NO_ADDRESS:
        return later is not None and later.reason is None
    now = plan_debtor(creditor, campaigns, campaign, case, open_, today=today)
    return now is None or now.reason is not SkipReason.NO_ADDRESS or now.step.offset_days < later.step.offset_days


def _days_of(offset: int) -> timedelta:
    return timedelta(days=offset)
