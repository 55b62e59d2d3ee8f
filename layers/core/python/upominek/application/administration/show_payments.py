"""List a creditor's payments: those on the books of invoices, and those that wait for somebody to find out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.intake import UnmatchedPaymentRepository
from upominek.application.ports.invoices import InvoiceKey, InvoiceRepository
from upominek.application.ports.world import Clock
from upominek.domain.parties.creditor import Creditor
from upominek.domain.receivables.payments import (
    BookedPayment,
    KeptPayment,
    PaymentLine,
    PaymentStatus,
    WhyApart,
    taken_back,
    why_apart,
    why_loose,
)


@dataclass(frozen=True, slots=True)
class ShowPayments:
    """Lists them by one query of the creditor's payments; invoices are read for those alone that may be unknown."""

    creditors: CreditorRepository
    invoices: InvoiceRepository
    unmatched: UnmatchedPaymentRepository
    clock: Clock

    def __call__(self, creditor: str, *, unmatched_only: bool = False) -> list[PaymentLine]:
        """By day, then by id; what was booked and taken back again is left out.

        Args:
            unmatched_only: those that wait for a person, whatever their status is.

        Raises:
            NotFound: `creditor_not_found`.
        """
        keeper = self.creditors.get(creditor)
        today = keeper.hours.local_day(self.clock.now())
        kept = {one.payment.id: one for one in self.unmatched.kept(creditor)}
        listed = list(self.unmatched.booked(creditor, loose_only=unmatched_only))
        lines = [_waiting(one, today) for one in kept.values() if one.booking is None]
        lines += self._booked(keeper, listed, kept, today)
        wanted = (one for one in lines if not (unmatched_only and one.status is PaymentStatus.BOOKED))
        return sorted(wanted, key=lambda one: (one.day, one.id, one.number or ""))

    def _booked(
        self, creditor: Creditor, listed: list[BookedPayment], kept: Mapping[str, KeptPayment], today: date
    ) -> Iterator[PaymentLine]:
        loose = {InvoiceKey(creditor.id, one.debtor, one.number) for one in listed if one.is_loose}
        known = self.invoices.get_many(loose) if loose else {}
        assigned = {one.booking.payment_id: one for one in kept.values() if one.booking is not None}
        for one in taken_back(listed):
            invoice = known.get(InvoiceKey(creditor.id, one.debtor, one.number))
            why = why_loose(one.amount, invoice) if one.is_loose else None
            yield _standing(one, assigned.get(one.id), why, creditor.hours.local_day(one.at), today)


def _waiting(kept: KeptPayment, today: date) -> PaymentLine:
    payment, why = kept.payment, why_apart(kept.payment)
    return PaymentLine(
        id=payment.id,
        day=payment.day,
        amount=payment.amount,
        status=PaymentStatus.PROPOSED if why is WhyApart.AMOUNT_UNUSUAL else PaymentStatus.UNMATCHED,
        age_days=(today - payment.day).days,
        debtor=payment.debtor_id,
        number=payment.number,
        why=why,
        payer=payment.payer,
        account=payment.account,
        title=payment.title,
    )


def _standing(
    booked: BookedPayment, kept: KeptPayment | None, why: WhyApart | None, day: date, today: date
) -> PaymentLine:
    return PaymentLine(
        id=booked.id if kept is None else kept.payment.id,
        day=day,
        amount=booked.amount,
        status=PaymentStatus.BOOKED if why is None else PaymentStatus.UNMATCHED,
        age_days=(today - day).days,
        debtor=booked.debtor,
        number=booked.number,
        why=why,
        by="" if kept is None or kept.booking is None else kept.booking.by,
    )
