"""What is written when a message goes, or does not: the sender and the simulation write the same."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from upominek.application.ports.cases import Reservation
from upominek.domain.cases.case import Agenda, Case, Contact
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.agenda import after_word, next_look
from upominek.domain.planning.campaign import Campaign
from upominek.domain.planning.decision import Decision
from upominek.domain.receivables.open_invoice import DueInvoice

FEWEST_PLACES: Final = 6
"""Places remembered at least: light messages push out heavy ones, which count by themselves."""


def reservation_of(
    creditor: Creditor,
    campaigns: tuple[Campaign, ...],
    campaign: Campaign,
    case: Case,
    decision: Decision,
    due: Sequence[DueInvoice],
    *,
    place: Contact,
    read_at: datetime,
) -> Reservation:
    """The place of a message that goes, what is remembered of it, and when the debtor is to be looked at next.

    Args:
        due: all open invoices of the debtor.
        place: its day is that of sending.
        read_at: UTC time before they were read.
    """
    after = after_word(case, campaign, decision, place, read_at)
    return Reservation(
        contact=after.contacts[0],
        places=places_of(creditor),
        campaign=campaign.id,
        words=after.words_of(campaign.id),
        agenda=next_look(creditor, campaigns, after, due, place.day, looked=campaign),
    )


def agenda_without(
    creditor: Creditor,
    campaigns: tuple[Campaign, ...],
    campaign: Campaign | None,
    case: Case,
    due: Sequence[DueInvoice],
    place: Contact,
) -> Agenda | None:
    """When the debtor is to be looked at next where this message does not go, and what it holds is given back.

    Args:
        campaign: whose message it is; None where there is no such campaign any more.
        place: the one that it would have on the day.
    """
    own = frozenset({place.reminder_id})
    free = replace(
        case,
        contacts=tuple(one for one in case.contacts if one.reminder_id not in own),
        words={campaign: words.without(own) for campaign, words in case.words.items()},
    )
    return next_look(creditor, campaigns, free, due, place.day, looked=campaign)


def places_of(creditor: Creditor) -> int:
    """How many places are remembered."""
    return max(2 * creditor.limits.per_day, 2 * creditor.limits.per_week, FEWEST_PLACES)
