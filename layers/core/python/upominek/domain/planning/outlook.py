"""What a debtor would hear in the months to come if nothing else happened: pure functions over one debtor."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from upominek.domain.cases.case import Case, Contact
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.agenda import after_word, days_of_change
from upominek.domain.planning.campaign import Campaign
from upominek.domain.planning.decision import Decision, contact_hours, plan_debtor
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.span import ONE_DAY


class Heard(NamedTuple):
    """What comes of a day on which something can change; a decision with a reason says nothing."""

    day: date
    campaign: Campaign
    decision: Decision


def outlook(
    creditor: Creditor, campaigns: tuple[Campaign, ...], case: Case, open_: Sequence[DueInvoice], today: date
) -> Iterator[Heard]:
    """What is decided from today on, message after message, for as long as a year lies between two of them.

    Args:
        campaigns: those in force, in order.
        case: with all that is known of its addresses.
        open_: all open invoices of the debtor.
    """
    before = today - ONE_DAY
    known_at = max((one.known_at for one in open_ if one.known_at is not None), default=None)
    while True:
        said = False
        for day, campaign in days_of_change(creditor, campaigns, case, open_, before):
            decision = plan_debtor(creditor, campaigns, campaign, case, open_, today=day)
            if decision is None:
                continue
            yield Heard(day, campaign, decision)
            if decision.reason is None:
                place = Contact(day, f"{campaign.id}/{day}")
                at = contact_hours(creditor, campaign).at_local(day, campaign.at)
                read_at = at if known_at is None else max(at, known_at)
                case, before, said = after_word(case, campaign, decision, place, read_at), day - ONE_DAY, True
                break
        if not said:
            return
