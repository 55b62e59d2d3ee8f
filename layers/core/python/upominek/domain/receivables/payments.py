"""Payments as a creditor's list has them: on the books of an invoice, or kept apart until somebody has looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from upominek.domain.receivables.events import PaymentStated
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.values.money import Money

BACK: Final = "/back"
"""What the id of a payment ends with that takes another one off its invoice."""

MOST_TIMES: Final = 10
FLOOR: Final = 1_000_00
CEILING: Final = 100_000_000_00
"""In minor units. Nobody means ten times an invoice, beyond the floor; nor anything beyond the ceiling."""


class PaymentStatus(StrEnum):
    """Where the money is."""

    BOOKED = "booked"
    UNMATCHED = "unmatched"  # of no invoice that is known
    PROPOSED = "proposed"  # names its invoice, and waits for a person all the same


class WhyApart(StrEnum):
    """Why a payment is not on the books."""

    NO_INVOICE = "no-invoice"
    NO_DEBTOR = "no-debtor"
    INVOICE_UNKNOWN = "invoice-unknown"
    CURRENCY_DIFFERS = "currency-differs"
    AMOUNT_UNUSUAL = "amount-unusual"
    REMAINDER = "remainder"


@dataclass(frozen=True, slots=True)
class Booking:
    """To which invoice a payment that was kept apart went.

    Attributes:
        payment_id: under which it stands there.
        by: who decided it; empty where the sender named the invoice later.
    """

    debtor: str
    number: str
    payment_id: str
    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class KeptPayment:
    """A payment that was kept apart.

    Attributes:
        booking: where it went; None while it waits.
        bookings: how often it was booked so far, so that each has an id of its own.
    """

    payment: PaymentStated
    booking: Booking | None = None
    bookings: int = 0

    @property
    def debtors(self) -> frozenset[str]:
        """Whom it is known to concern."""
        booked = None if self.booking is None else self.booking.debtor
        return frozenset(filter(None, (self.payment.debtor_id, booked)))


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedPayment:
    """A payment that stands with an invoice.

    Attributes:
        is_loose: the invoice was not known by then, or is in another currency: look whether it still is so.
    """

    id: str
    amount: Money
    at: datetime
    debtor: str
    number: str
    is_loose: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLine:
    """A line of the list.

    Attributes:
        age_days: since the money came in.
        why: None for what is booked.
        by: who assigned it.
    """

    id: str
    day: date
    amount: Money
    status: PaymentStatus
    age_days: int
    debtor: str | None = None
    number: str | None = None
    why: WhyApart | None = None
    payer: str = ""
    account: str = ""
    title: str = ""
    by: str = ""


def listed(invoice: Invoice) -> list[BookedPayment]:
    """The payments of an invoice as they are on the list."""
    return [
        BookedPayment(id=key, amount=one.amount, at=one.at, debtor=invoice.debtor, number=invoice.number)
        for key, one in invoice.payments.items()
    ]


def taken_back(listed: Sequence[BookedPayment]) -> list[BookedPayment]:
    """The list without those that were taken off their invoice again, and without what took them off."""
    places = {(one.debtor, one.number, one.id) for one in listed}
    return [
        one
        for one in listed
        if (one.debtor, one.number, one.id + BACK) not in places
        and not (one.id.endswith(BACK) and (one.debtor, one.number, one.id.removesuffix(BACK)) in places)
    ]


def is_beyond_reason(amount: Money, invoice: Invoice | None) -> bool:
    """Whether a person should look before this much counts for the invoice; None where it is not known."""
    size = abs(amount.grosze)
    if size > CEILING:
        return True
    if invoice is None or invoice.header is None or invoice.header.amount.currency != amount.currency:
        return False
    return size > FLOOR and size > MOST_TIMES * abs(invoice.header.amount.grosze)


def why_apart(payment: PaymentStated) -> WhyApart:
    """Why a payment that was kept apart is not on the books."""
    if payment.reason:
        known = [why for why in WhyApart if why == payment.reason]
        return known[0] if known else WhyApart.NO_INVOICE  # of a newer version: it waits all the same
    if payment.number is None:
        return WhyApart.NO_INVOICE
    return WhyApart.NO_DEBTOR if payment.debtor_id is None else WhyApart.AMOUNT_UNUSUAL


def why_loose(amount: Money, invoice: Invoice | None) -> WhyApart | None:
    """Why a payment that stands with an invoice settles nothing; None where it does."""
    if invoice is None or invoice.header is None:
        return WhyApart.INVOICE_UNKNOWN
    return None if invoice.header.amount.currency == amount.currency else WhyApart.CURRENCY_DIFFERS
