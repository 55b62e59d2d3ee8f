"""Say what a payment was for that nobody knew what to do with, and take that back."""

import hashlib
from dataclasses import dataclass
from datetime import time
from typing import Final

from upominek.application.intake.apply_events import ApplyEvents
from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.intake import UnmatchedPaymentRepository
from upominek.application.ports.invoices import InvoiceKey, InvoiceRepository
from upominek.application.ports.world import Clock
from upominek.domain.cases.case import Fact
from upominek.domain.errors import Conflict, NotFound, Refused
from upominek.domain.parties.actor import Actor
from upominek.domain.parties.creditor import Creditor
from upominek.domain.receivables.events import PaymentReceived, PaymentStated
from upominek.domain.receivables.payments import (
    BACK,
    BookedPayment,
    Booking,
    KeptPayment,
    WhyApart,
    taken_back,
    why_loose,
)
from upominek.domain.values.identifiers import parse_debtor_id, parse_invoice_number
from upominek.domain.values.money import Money


@dataclass(frozen=True, slots=True)
class AssignPayment:
    """Books payments by a person's decision, each once, with the actor in the case's history."""

    creditors: CreditorRepository
    cases: CaseRepository
    invoices: InvoiceRepository
    unmatched: UnmatchedPaymentRepository
    apply_events: ApplyEvents
    clock: Clock

    def assign(self, actor: Actor, creditor: str, payment_id: str, debtor: str, number: str) -> Booking:
        """Book the payment to the invoice. The same again, after a crash say, completes what was left undone.

        Raises:
            NotFound: `creditor_not_found`, `payment_not_found`, `invoice_not_found`.
            Refused: `payment_assigned`, to something else; `currency_differs`.
            Conflict: somebody else assigned it at the same moment.
        """
        actor.require(creditor)
        keeper = self.creditors.get(creditor)
        key = InvoiceKey(creditor, parse_debtor_id(debtor), parse_invoice_number(number))
        kept = self._kept(keeper, payment_id)
        self._check(key, kept.payment.amount)
        booking = kept.booking
        if booking is None:
            times = kept.bookings
            booked_as = payment_id if not times else f"{payment_id}/{times + 1}"
            booking = Booking(key.debtor, key.number, booked_as, self.clock.now(), actor.name)
            if not self.unmatched.note_booking(creditor, payment_id, booking, before=times):
                raise Conflict(f"payment of {creditor}")
        elif (booking.debtor, booking.number) != (key.debtor, key.number):
            raise _assigned(booking)
        self._move(keeper, kept.payment, booking)
        self._tell(creditor, kept.payment, booking, "payment-assigned", actor)
        self.apply_events.look_again(keeper, {key.debtor, kept.payment.debtor_id or key.debtor})
        return booking

    def unassign(self, actor: Actor, creditor: str, payment_id: str) -> Booking:
        """Take the payment off the invoice that it was assigned to; it waits again.

        Returns:
            Where it was.

        Raises:
            NotFound: `creditor_not_found`, `payment_not_found`: nobody has assigned it.
            Conflict: somebody else was faster.
        """
        actor.require(creditor)
        keeper = self.creditors.get(creditor)
        kept = self.unmatched.find(creditor, [payment_id]).get(payment_id)
        if kept is None or kept.booking is None:
            raise _not_found(payment_id)
        booking = kept.booking
        back = _received(keeper, kept.payment, booking, -kept.payment.amount, f"{booking.payment_id}{BACK}")
        self.apply_events.book(keeper, [back])
        self._tell(creditor, kept.payment, booking, "payment-unassigned", actor)
        if not self.unmatched.note_booking(creditor, payment_id, None, before=kept.bookings):
            raise Conflict(f"payment of {creditor}")
        return booking

    def _kept(self, creditor: Creditor, payment_id: str) -> KeptPayment:
        """The payment as it was kept apart; one that stands with an unknown invoice is kept from now on."""
        kept = self.unmatched.find(creditor.id, [payment_id]).get(payment_id)
        if kept is not None:
            return kept
        loose = taken_back(list(self.unmatched.booked(creditor.id, loose_only=True)))
        found = next((one for one in loose if one.id == payment_id and self._is_loose(creditor.id, one)), None)
        if found is None:
            raise _not_found(payment_id)
        payment = PaymentStated(
            id=found.id,
            amount=found.amount,
            day=creditor.hours.local_day(found.at),
            number=found.number,
            debtor_id=found.debtor,
            at=found.at,
            reason=LOOSE,
        )
        self.unmatched.keep(creditor.id, [payment])
        return KeptPayment(payment)

    def _is_loose(self, creditor: str, one: BookedPayment) -> bool:
        key = InvoiceKey(creditor, one.debtor, one.number)
        return why_loose(one.amount, self.invoices.get_many([key]).get(key)) is not None

    def _check(self, key: InvoiceKey, amount: Money) -> None:
        invoice = self.invoices.get_many([key]).get(key)
        if invoice is None or invoice.header is None:
            raise NotFound(
                "invoice_not_found",
                pl=f"Kontrahent {key.debtor} nie ma faktury {key.number}.",
                en=f"The debtor {key.debtor} has no invoice {key.number}.",
            )
        if invoice.header.amount.currency != amount.currency:
            raise Refused(
                "currency_differs",
                pl=f"Wpłata jest w {amount.currency}, a faktura w {invoice.header.amount.currency}: wpisz wpłatę w jej "
                "walucie, z nowym id.",
                en=f"The payment is in {amount.currency}, the invoice in {invoice.header.amount.currency}: enter the "
                "payment in that currency, with an id of its own.",
            )

    def _move(self, creditor: Creditor, payment: PaymentStated, booking: Booking) -> None:
        events = [_received(creditor, payment, booking, payment.amount, booking.payment_id)]
        if payment.reason == LOOSE and payment.debtor_id is not None and payment.number is not None:
            # It stands with an invoice that nobody knows, and must not be there, too, should that one come.
            there = Booking(payment.debtor_id, payment.number, payment.id, booking.at)
            events.append(_received(creditor, payment, there, -payment.amount, f"{payment.id}{BACK}"))
        self.apply_events.book(creditor, events)

    def _tell(self, creditor: str, payment: PaymentStated, booking: Booking, kind: str, actor: Actor) -> None:
        at = booking.at if kind == "payment-assigned" else self.clock.now()
        data = {
            "payment": payment.id,
            "amount": payment.amount.plain(),
            "currency": payment.amount.currency,
            "invoice": booking.number,
        }
        own = hashlib.sha256(f"{kind}\x1f{booking.payment_id}\x1f{at.isoformat()}".encode()).hexdigest()[:20]
        self.cases.add_fact(creditor, booking.debtor, Fact(id=own, at=at, kind=kind, data=data, by=actor.name))


LOOSE: Final = WhyApart.INVOICE_UNKNOWN.value


def _received(
    creditor: Creditor, payment: PaymentStated, booking: Booking, amount: Money, payment_id: str
) -> PaymentReceived:
    at = payment.at or creditor.hours.at_local(payment.day, time(0))
    return PaymentReceived(id=payment_id, number=booking.number, debtor_id=booking.debtor, amount=amount, at=at)


def _assigned(booking: Booking) -> Refused:
    return Refused(
        "payment_assigned",
        pl=f"Ta wpłata jest już przypisana do faktury {booking.number} ({booking.debtor}). Najpierw cofnij to: "
        "upominek payments unassign.",
        en=f"The payment is assigned to the invoice {booking.number} ({booking.debtor}) already. Take that back first: "
        "upominek payments unassign.",
    )


def _not_found(payment_id: str) -> NotFound:
    return NotFound(
        "payment_not_found",
        pl=f"Nie ma wpłaty „{payment_id}”, która by czekała. Zobacz: upominek payments … --unmatched.",
        en=f"There is no payment “{payment_id}” that waits. See: upominek payments … --unmatched.",
    )
