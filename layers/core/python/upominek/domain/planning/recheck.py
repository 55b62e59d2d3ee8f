"""What is left of a planned reminder a moment before it goes: pure functions on what was just read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from upominek.domain.cases.case import Case
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign, Step, campaign_of
from upominek.domain.planning.decision import LIMITATION, Decision, SkipReason, contact_hours
from upominek.domain.planning.ladder import OnLadder, on_ladder
from upominek.domain.receivables.invoice import Invoice, InvoiceStatus
from upominek.domain.receivables.open_invoice import DueInvoice


@dataclass(frozen=True, slots=True)
class Gone:
    """Why an invoice needs no word any more, and since when, where that is known."""

    reason: SkipReason
    at: datetime | None = None
    detail: str | None = None


def remaining(
    numbers: Sequence[str],
    invoices: Mapping[str, Invoice],
    look: Callable[[Invoice | None], tuple[DueInvoice, Step] | Gone],
) -> tuple[dict[DueInvoice, Step], Gone]:
    """Those of the invoices that are left after a look at each, by due date and number, and why the others are not."""
    due: dict[DueInvoice, Step] = {}
    gone: list[Gone] = []
    for number in numbers:
        found = look(invoices.get(number))
        if isinstance(found, Gone):
            gone.append(found)
        else:
            due[found[0]] = found[1]
    ordered = sorted(due, key=lambda one: (one.due_on, one.number))
    return {one: due[one] for one in ordered}, max(
        gone, key=lambda one: (one.at is not None, one.at), default=Gone(SkipReason.CHANGED)
    )


def why_nothing(
    creditor: Creditor,
    campaigns: tuple[Campaign, ...],
    campaign: Campaign,
    case: Case,
    due: Sequence[DueInvoice],
    *,
    planned: Mapping[str, Invoice | None],
    step: str,
    today: date,
) -> Gone:
    """Why a reminder has nothing to say any more.

    Args:
        due: all open invoices of the debtor.
        planned: those that it was planned for, as just read; none where its step was owed from before.
        step: the name of the one that was planned.
    """
    closed = [gone for one in planned.values() if (gone := _closed(one)) is not None]
    if closed or not due:
        return max(closed, key=lambda one: (one.at is not None, one.at), default=Gone(SkipReason.PAID))
    mine = [one for one in due if campaign_of(campaigns, case.debtor, one.size) is campaign]
    if not mine:
        return Gone(SkipReason.CHANGED, detail="campaign")
    placed = on_ladder(campaign, contact_hours(creditor, campaign), case.words_of(campaign.id), mine)
    offset = offset_of(step)
    waiting = [one for one in placed if one.invoice.number in planned and not _is_told(one, offset)]
    if not waiting or offset is None:
        return Gone(SkipReason.ALREADY_REMINDED)
    if any(one.begins_on + timedelta(days=offset) <= today for one in waiting):
        return Gone(SkipReason.EXPIRED)
    invoices = (planned[one.invoice.number] for one in waiting)
    moved = (entry.at for one in invoices if one is not None for entry in one.log if entry.kind != "issued")
    return Gone(SkipReason.CHANGED, max(moved, default=None))


def offset_of(step: str) -> int | None:
    """The offset in the name of a ladder's step; None where the name is of another version."""
    try:
        return int(step)
    except ValueError:
        return None


def _is_told(one: OnLadder, offset: int | None) -> bool:
    return offset is None or (one.told is not None and one.told >= offset)


def _closed(invoice: Invoice | None) -> Gone | None:
    """Why the invoice is not open; None where it is."""
    if invoice is None or invoice.header is None:
        return Gone(SkipReason.CHANGED)
    if invoice.status is InvoiceStatus.CANCELLED:
        return Gone(SkipReason.CANCELLED, invoice.cancelled_at)
    return Gone(SkipReason.PAID, paid_at(invoice)) if invoice.status is InvoiceStatus.SETTLED else None


def paid_at(invoice: Invoice) -> datetime | None:
    """When a settled invoice was paid: the last payment, or else the statement or list that said so."""
    if invoice.payments:
        return max(payment.at for payment in invoice.payments.values())
    return invoice.settled_at or (invoice.header.at if invoice.header else None)


def reason_at(decision: Decision, case: Case, today: date) -> datetime | None:
    """Since when a hold keeps the message back; None for other reasons."""
    if decision.reason not in {SkipReason.HELD, SkipReason.OPTED_OUT} or decision.detail == LIMITATION:
        return None
    holds = (case.hold_on(today, number) for number in (None, *(one.number for one in decision.invoices)))
    return next((hold.since for hold in holds if hold is not None), None)
