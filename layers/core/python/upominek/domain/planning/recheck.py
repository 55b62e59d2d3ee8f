"""What is left of a planned reminder a moment before it goes: pure functions on what was just read."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from upominek.domain.cases.case import Case
from upominek.domain.messages.reminder import Reminder
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.planning.campaign import Campaign, Step
from upominek.domain.planning.decision import LIMITATION, Decision, SkipReason, step_landing
from upominek.domain.receivables.invoice import Invoice, InvoiceStatus
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.channel import Channel
from upominek.domain.values.span import Span
from upominek.domain.values.unknown import Unknown


@dataclass(frozen=True, slots=True)
class Gone:
    """Why an invoice needs no word any more, and since when, where that is known."""

    reason: SkipReason
    at: datetime | None = None


def still_due(
    numbers: Sequence[str], invoices: Mapping[str, Invoice], campaign: Campaign, landing: Span
) -> tuple[dict[DueInvoice, Step], Gone]:
    """The planned invoices that are still open, each with its most advanced step that landed, by due date and number.

    Args:
        invoices: as just read; those that do not exist are absent.
        landing: the days of which the reminder was planned.

    Returns:
        The invoices, and why the others dropped out: the newest reason, which explains the message if none is left.
    """
    return remaining(numbers, invoices, partial(_still_due, campaign=campaign, landing=landing))


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


def _still_due(invoice: Invoice | None, campaign: Campaign, landing: Span) -> tuple[DueInvoice, Step] | Gone:
    if invoice is None or invoice.header is None or invoice.outstanding is None:
        return Gone(SkipReason.CHANGED)
    if invoice.status is InvoiceStatus.CANCELLED:
        return Gone(SkipReason.CANCELLED, invoice.cancelled_at)
    if invoice.status is InvoiceStatus.SETTLED:
        return Gone(SkipReason.PAID, paid_at(invoice))
    step = step_landing(campaign, invoice.header.due_on, landing)
    if step is None or invoice.outstanding.grosze <= 0:
        return Gone(SkipReason.CHANGED, next((one.at for one in reversed(invoice.log) if one.kind != "issued"), None))
    header = invoice.header
    due = DueInvoice(invoice.debtor, invoice.number, header.due_on, invoice.outstanding, header.claim)
    return due, step


def paid_at(invoice: Invoice) -> datetime | None:
    """When a settled invoice was paid: the last payment, or else the statement or list that said so."""
    if invoice.payments:
        return max(payment.at for payment in invoice.payments.values())
    return invoice.settled_at or (invoice.header.at if invoice.header else None)


def reminded(earlier: Collection[Reminder], due: DueInvoice, step: Step) -> Reminder | None:
    """The earlier reminder that covered the invoice at this step or a later one, if there was one.

    What was said on an event is no step, so it never keeps one back. A step of a ladder whose name is no offset is of
    another version; nobody here knows what it said, so it counts.
    """
    silent = {ReminderStatus.SKIPPED, ReminderStatus.EXPIRED}
    return next(
        (
            one
            for one in earlier
            if one.occasion.is_step
            and one.status not in silent
            and due.number in one.invoices
            and _reaches(one.step, step)
        ),
        None,
    )


def _reaches(name: str, step: Step) -> bool:
    try:
        return int(name) >= step.offset_days
    except ValueError:
        return True


def channels_after(step: Step, tried: Channel | Unknown) -> tuple[Channel | Unknown, ...]:
    """The channels that remain for a fallback: those that the step names behind the one that failed."""
    if tried not in step.channels:
        return step.channels
    return step.channels[step.channels.index(tried) + 1 :]


def reason_at(decision: Decision, case: Case, today: date) -> datetime | None:
    """Since when a hold keeps the message back; None for other reasons."""
    if decision.reason not in {SkipReason.HELD, SkipReason.OPTED_OUT} or decision.detail == LIMITATION:
        return None
    holds = (case.hold_on(today, number) for number in (None, *(one.number for one in decision.invoices)))
    return next((hold.since for hold in holds if hold is not None), None)
