"""Whoever may have paid hears nothing until somebody has looked: holds for money of which the invoice is not known."""

from collections.abc import Collection, Iterable
from datetime import datetime, time

from upominek.application.cases.apply_case_event import apply_to_case
from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.intake import UnmatchedPaymentRepository
from upominek.application.ports.invoices import InvoiceKey, InvoiceRepository
from upominek.application.ports.world import Clock
from upominek.domain.errors import NotFound
from upominek.domain.parties.creditor import Creditor
from upominek.domain.receivables.events import CaseHeld, CaseReleased, PaymentStated
from upominek.domain.receivables.payments import BookedPayment, taken_back, why_loose
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

BY = "upominek"
MARK = "wpłata"


class HoldForMoney:
    """Sets and releases one hold of the whole case for all money of a debtor that waits.

    A hold that stands for another reason is left as it is. The hold's time is that of the payment, so a repetition does
    not hold anew what a person has released.
    """

    def __init__(
        self,
        cases: CaseRepository,
        invoices: InvoiceRepository,
        unmatched: UnmatchedPaymentRepository,
        clock: Clock,
    ) -> None:
        self._cases = cases
        self._invoices = invoices
        self._unmatched = unmatched
        self._clock = clock

    def hold(self, creditor: Creditor, apart: Iterable[PaymentStated], loose: Iterable[BookedPayment]) -> None:
        """Hold the debtors whom this money names; what was taken back holds nobody."""
        told: dict[str, tuple[str, str, datetime]] = {}
        for one in apart:
            at = one.at or creditor.hours.at_local(one.day, time(0))
            if one.debtor_id is not None and one.amount.grosze > 0:
                told.setdefault(one.debtor_id, (one.id, _sum(one.amount), at))
        for entry in loose:
            if entry.amount.grosze > 0:
                told.setdefault(entry.debtor, (entry.id, _sum(entry.amount), entry.at))
        for debtor, (payment, amount, at) in told.items():
            if not self._may_hold(creditor.id, debtor):
                continue
            reason = (
                f"{MARK} {payment} ({amount}) czeka na przypisanie do faktury / "
                "payment waits to be assigned to an invoice"
            )
            held = CaseHeld(debtor_id=debtor, kind=HoldKind.CHECK, at=at, reason=reason, by=BY)
            apply_to_case(self._cases, creditor.id, held)
        if told:
            self.look_again(creditor, told)  # the invoice may have come at the same moment

    def _may_hold(self, creditor: str, debtor: str) -> bool:
        try:
            return HoldKind.CHECK.value not in self._cases.get(creditor, debtor).holds
        except NotFound:  # nothing is owed by anybody of whom only this payment speaks
            return False

    def look_again(self, creditor: Creditor, debtors: Collection[str]) -> None:
        """Release those of whose money none waits any more."""
        held = self._cases.get_many(creditor.id, debtors)
        ours = {
            debtor: case.holds[HoldKind.CHECK.value]
            for debtor, case in held.items()
            if HoldKind.CHECK.value in case.holds and case.holds[HoldKind.CHECK.value].by == BY
        }
        ours = {debtor: hold for debtor, hold in ours.items() if hold.reason.startswith(MARK)}
        if not ours:
            return
        for debtor in ours.keys() - self._waiting(creditor.id):
            at = max(self._clock.now(), ours[debtor].since)
            over = CaseReleased(debtor_id=debtor, kind=HoldKind.CHECK, at=at, reason=MARK, by=BY)
            apply_to_case(self._cases, creditor.id, over)

    def _waiting(self, creditor: str) -> set[str]:
        """Debtors of whose money some waits."""
        kept = self._unmatched.kept(creditor)
        waiting = {one.payment.debtor_id for one in kept if one.booking is None and one.payment.amount.grosze > 0}
        loose = taken_back(list(self._unmatched.booked(creditor, loose_only=True)))
        known = self._invoices.get_many({InvoiceKey(creditor, one.debtor, one.number) for one in loose})
        for one in loose:
            if why_loose(one.amount, known.get(InvoiceKey(creditor, one.debtor, one.number))) is not None:
                waiting.add(one.debtor)
        return {debtor for debtor in waiting if debtor is not None}


def _sum(amount: Money) -> str:
    return f"{amount.plain()} {amount.currency}"
