"""When somebody must look at a debtor although no due date calls: the rule for the agenda, pure functions.

The due index finds every debtor on the day on which a step lands by its due date. What it cannot find waits in the
agenda: a step that could not be said, a ladder that began later than the due date, an invoice that came after the run.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final

from upominek.domain.cases.case import WEEK, Agenda, Case, Contact
from upominek.domain.law.due_date import moved_due_date
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign
from upominek.domain.planning.decision import Decision, SkipReason, contact_hours, due_spans, landing_span, plan_debtor
from upominek.domain.planning.ladder import SEVERAL, begins_on, weight_of
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.calendar import ContactHours
from upominek.domain.values.span import ONE_DAY

AHEAD: Final = timedelta(days=366)
MOST_DAYS: Final = 60
"""Days looked at; what lies behind them is found when one of them has come."""
_LONG_AGO: Final = timedelta(days=60)
"""More than any row of closed days."""

AWAITS_ADDRESS: Final = frozenset({SkipReason.NO_ADDRESS})
"""Nothing but a new address ends it, so the case waits under no day."""


def next_look(
    creditor: Creditor, campaigns: tuple[Campaign, ...], case: Case, open_: Sequence[DueInvoice], today: date
) -> Agenda | None:
    """The first day after today on which something can be said that no due date will bring up by itself.

    Args:
        campaigns: those in force, in order.
        case: as it will be after today's message.
        open_: all open invoices of the debtor.
    """
    for day, campaign in islice(days_of_change(creditor, campaigns, case, open_, today), MOST_DAYS):
        if any(_comes_up(creditor, campaigns, one, case, open_, day) for one in campaigns):
            return None  # the due index has the debtor looked at on that day
        decision = plan_debtor(creditor, campaigns, campaign, case, open_, today=day)
        if decision is not None and decision.reason is None:
            return agenda_of(campaign, decision, day)
    return None


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


def days_of_change(
    creditor: Creditor, campaigns: tuple[Campaign, ...], case: Case, open_: Sequence[DueInvoice], today: date
) -> Iterator[tuple[date, Campaign]]:
    """The contact days on which something may change, in order, each with every campaign that runs on it."""
    tomorrow, last = today + ONE_DAY, today + AHEAD
    changes = {tomorrow}
    changes |= {hold.until + ONE_DAY for hold in case.holds.values() if hold.until is not None}
    for place in case.contacts:
        changes |= {place.day + timedelta(days=creditor.limits.days_between), place.day + WEEK, place.day + ONE_DAY}
    soon = today - _LONG_AGO
    changes |= {moved_due_date(one.due_on) + ONE_DAY for one in open_ if soon <= one.due_on <= last}
    found: set[tuple[date, int]] = set()
    for number, campaign in enumerate(campaigns):
        hours = contact_hours(creditor, campaign)
        steps = {
            begins + _days_of(step.offset_days)
            for begins in {begins_on(campaign, hours, one) for one in open_}
            if begins is not None
            for step in campaign.ladder
        }
        found |= {(hours.next_contact_day(day), number) for day in changes | steps if tomorrow <= day <= last}
    yield from ((day, campaigns[number]) for day, number in sorted(found))


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


def _comes_up(
    creditor: Creditor,
    campaigns: tuple[Campaign, ...],
    campaign: Campaign,
    case: Case,
    open_: Sequence[DueInvoice],
    day: date,
) -> bool:
    """Whether the run of the day finds the debtor by a due date of which a step lands, and has something to say."""
    if not lands_on(creditor, campaign, open_, day):
        return False
    return plan_debtor(creditor, campaigns, campaign, case, open_, today=day) is not None


def lands_on(creditor: Creditor, campaign: Campaign, open_: Sequence[DueInvoice], day: date) -> bool:
    """Whether the run of the day finds the debtor by a due date of which a step lands."""
    hours = contact_hours(creditor, campaign)
    if not hours.is_contact_day(day):
        return False
    spans = due_spans(campaign, landing_span(hours, None, day))
    return any(one.due_on in span for span in spans for one in open_)


def _days_of(offset: int) -> timedelta:
    return timedelta(days=offset)
