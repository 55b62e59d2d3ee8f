"""Which payments count at once, which wait for a person, and which contradict what is known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from upominek.application.ports.intake import UnmatchedPaymentRepository
from upominek.application.ports.invoices import InvoiceKey, InvoiceRepository
from upominek.domain.errors import InvalidValue
from upominek.domain.parties.creditor import Creditor
from upominek.domain.receivables.allocation import allocate
from upominek.domain.receivables.events import InvoiceStated, PaymentReceived, PaymentStated, TransferReceived
from upominek.domain.receivables.invoice import Invoice, fold
from upominek.domain.receivables.payments import Booking, KeptPayment, WhyApart, is_beyond_reason
from upominek.domain.values.money import Money

Payment = PaymentReceived | TransferReceived | PaymentStated
"""A `PaymentStated` here is one that does not name an invoice with its debtor."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be done with the payments of an intake.

    Attributes:
        booked: for the books of their invoices.
        proposed: name their invoice, and are kept apart all the same.
        unmatched: name none, or are what was left over of a transfer.
        found: ids of those kept apart before, of which the sender now says what they are for.
        assigned: how many a person has booked elsewhere since; nothing is left to do for them.
        contradictions: those that are not taken, by their place in the intake, with the reason.
    """

    booked: list[PaymentReceived] = field(default_factory=list)
    proposed: list[PaymentStated] = field(default_factory=list)
    unmatched: list[PaymentStated] = field(default_factory=list)
    found: list[tuple[KeptPayment, Booking]] = field(default_factory=list)
    assigned: list[str] = field(default_factory=list)
    contradictions: list[tuple[int, InvalidValue]] = field(default_factory=list)


class JudgePayments:
    """Judges by what is known of the invoices, and of payments with the same ids."""

    def __init__(self, invoices: InvoiceRepository, unmatched: UnmatchedPaymentRepository) -> None:
        self._invoices = invoices
        self._unmatched = unmatched

    def __call__(self, creditor: Creditor, payments: Sequence[Payment], stated: Iterable[InvoiceStated] = ()) -> Judged:
        """Judge them, in their order. A payment and its repetition are one; nothing is written.

        Args:
            stated: invoices that come together with them.
        """
        judged = Judged()
        if not payments:
            return judged
        keys = {key for one in payments for key in _keys(creditor.id, one)}
        known = self._invoices.get_many(keys) if keys else {}
        for invoice in stated:
            key = InvoiceKey(creditor.id, invoice.debtor.id, invoice.number)
            if key in keys:
                known[key] = fold(known.get(key) or _awaited(key), invoice)
        kept = dict(self._unmatched.find(creditor.id, {one.id for one in payments}))
        for place, one in enumerate(payments):
            try:
                _judge(creditor, one, known, kept, judged)
            except InvalidValue as error:
                judged.contradictions.append((place, error))
        return judged


def _keys(creditor: str, payment: Payment) -> Iterable[InvoiceKey]:
    match payment:
        case PaymentReceived():
            return [InvoiceKey(creditor, payment.debtor_id, payment.number)]
        case TransferReceived():
            return [InvoiceKey(creditor, payment.debtor_id, number) for number, _ in payment.shares]
        case PaymentStated():
            return []


def _judge(
    creditor: Creditor,
    payment: Payment,
    known: dict[InvoiceKey, Invoice],
    kept: dict[str, KeptPayment],
    judged: Judged,
) -> None:
    """Put the payment where it belongs, and into what is known. Raises: InvalidValue: it contradicts that."""
    earlier = kept.get(payment.id)
    if earlier is not None and earlier.payment.amount != payment.amount:
        raise _another_amount(earlier.payment.amount)
    if isinstance(payment, PaymentStated) and earlier is not None and earlier.booking is not None:
        judged.assigned.append(payment.id)
        return
    if isinstance(payment, PaymentStated):
        judged.unmatched.append(payment)
        kept.setdefault(payment.id, KeptPayment(payment))
        return
    invoices = {key.number: known[key] for key in _keys(creditor.id, payment) if key in known}
    if earlier is not None and _is_a_persons(earlier):
        judged.assigned.append(payment.id)
        return
    shares, rest = ([payment], None) if isinstance(payment, PaymentReceived) else allocate(payment, invoices)
    is_known = _is_known(payment, shares, invoices)
    is_waiting = earlier is not None and earlier.booking is None and bool(earlier.payment.reason)
    if not is_known and (is_waiting or _is_beyond_reason(payment, invoices)):
        proposal = _proposal(creditor, payment)
        judged.proposed.append(proposal)
        kept.setdefault(payment.id, KeptPayment(proposal))
        return
    for share in shares:
        key = InvoiceKey(creditor.id, share.debtor_id, share.number)
        known[key] = fold(known.get(key) or _awaited(key), share)
    judged.booked.extend(shares)
    if rest is not None:
        judged.unmatched.append(replace(rest, day=creditor.hours.local_day(payment.at)))
    if earlier is not None and earlier.booking is None and shares:
        booking = Booking(shares[0].debtor_id, shares[0].number, payment.id, payment.at)
        judged.found.append((earlier, booking))


def _awaited(key: InvoiceKey) -> Invoice:
    return Invoice(creditor=key.creditor, debtor=key.debtor, number=key.number)


def _is_a_persons(kept: KeptPayment) -> bool:
    """Whether a person has decided about it: where it is now it stays, whatever the sender repeats."""
    if kept.payment.reason == WhyApart.INVOICE_UNKNOWN:
        return True  # taken in hand from the list, from an invoice that nobody knew
    return kept.bookings > 0 and (kept.booking is None or bool(kept.booking.by))


def _is_known(
    payment: PaymentReceived | TransferReceived, shares: Sequence[PaymentReceived], invoices: Mapping[str, Invoice]
) -> bool:
    """Whether it stands with its invoices already. Raises: InvalidValue: with another amount."""
    standing = {
        number: one.payments[payment.id].amount for number, one in invoices.items() if payment.id in one.payments
    }
    if isinstance(payment, TransferReceived):
        told = {number: amount for number, amount in payment.shares if amount is not None}
        if standing and sum(one.grosze for one in standing.values()) > max(payment.amount.grosze, 0):
            raise _another_amount(next(iter(standing.values())))
    else:
        told = {share.number: share.amount for share in shares}
    for number, amount in standing.items():
        if told.get(number, amount) != amount:
            raise _another_amount(amount)
    return bool(standing)


def _is_beyond_reason(payment: PaymentReceived | TransferReceived, invoices: Mapping[str, Invoice]) -> bool:
    if isinstance(payment, PaymentReceived):
        return is_beyond_reason(payment.amount, invoices.get(payment.number))
    currency = payment.amount.currency
    amounts = [
        one.header.amount.grosze
        for one in invoices.values()
        if one.header is not None and one.header.amount.currency == currency
    ]
    if len(amounts) < len(payment.shares):
        return is_beyond_reason(payment.amount, None)
    largest = max(invoices.values(), key=lambda one: abs(one.header.amount.grosze) if one.header else 0)
    # Ten times the largest and one of each other: whoever pays this much has mistaken something.
    return is_beyond_reason(payment.amount, largest) and abs(payment.amount.grosze) > sum(map(abs, amounts))


def _proposal(creditor: Creditor, payment: PaymentReceived | TransferReceived) -> PaymentStated:
    numbers = [payment.number] if isinstance(payment, PaymentReceived) else [number for number, _ in payment.shares]
    return PaymentStated(
        id=payment.id,
        amount=payment.amount,
        day=creditor.hours.local_day(payment.at),
        number=numbers[0],
        debtor_id=payment.debtor_id,
        title=", ".join(numbers) if len(numbers) > 1 else "",
        at=payment.at,
        reason=WhyApart.AMOUNT_UNUSUAL.value,
    )


def _another_amount(known: Money) -> InvalidValue:
    return InvalidValue(
        "payment_id_reused",
        pl=f"Wpłata o tym id jest już znana z inną kwotą ({known.plain()} {known.currency}). Korektę podaj jako nową "
        "wpłatę z nowym id: różnicę, także ujemną.",
        en=f"The payment of this id is known with another amount ({known.plain()} {known.currency}). Correct it by a "
        "new payment with an id of its own: the difference, which may be negative.",
    )
