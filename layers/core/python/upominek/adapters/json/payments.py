"""A creditor's payments as JSON."""

from typing import Any

from upominek.domain.receivables.payments import Booking, PaymentLine


def payment_to_dict(line: PaymentLine) -> dict[str, Any]:
    """A line of the list. `status` is booked, unmatched or proposed; `why` says why it is not on the books."""
    return {
        "id": line.id,
        "day": line.day.isoformat(),
        "amount": line.amount.plain(),
        "currency": line.amount.currency,
        "debtor": line.debtor,
        "invoice": line.number,
        "status": line.status.value,
        "why": line.why and line.why.value,
        "age_days": line.age_days,
        "payer": line.payer or None,
        "account": line.account or None,
        "title": line.title or None,
        "by": line.by or None,
    }


def booking_to_dict(payment_id: str, booking: Booking, *, done: str) -> dict[str, Any]:
    """That a payment was assigned to an invoice, or taken off it."""
    return {"done": done, "id": payment_id, "debtor": booking.debtor, "invoice": booking.number, "by": booking.by}
