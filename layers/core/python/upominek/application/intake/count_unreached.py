"""What an intake brought that no step will reach, as far as it can tell without reading the world again.

It sees the invoices that it wrote, the campaigns, and the cases of their debtors, a hundred in a request. So it knows
of addresses, holds, campaigns and limitation. What depends on the debtor's other invoices (sums too small, credits) it
leaves to `FindUnreached`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.world import Clock
from upominek.domain.cases.case import Case
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import Debtor, merged
from upominek.domain.receivables.events import InvoiceEvent, InvoiceStated
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.receivables.open_invoice import DueInvoice, due_invoice
from upominek.domain.values.batches import batched
from upominek.domain.values.money import Money

AT_ONCE: Final = 100
_KNOWN_AT_INTAKE: Final = frozenset({"no-campaign", "entry-none", "no-address", "opted-out", "held", "limitation"})
_COUNT, _SUM = "unreached", "unreached_sum"


Brought = tuple[Invoice, Sequence[InvoiceEvent]]
"""An open invoice that is new or has changed, and what was said of it."""


@dataclass(frozen=True, slots=True)
class CountUnreached:
    """Counts invoices and minor units by reason and currency, to be added up chunk by chunk."""

    creditors: CreditorRepository
    cases: CaseRepository
    clock: Clock

    def __call__(self, creditor: Creditor, brought: Sequence[Brought]) -> Counter[str]:
        """Counts with names that `unreached_of` reads."""
        by_debtor: dict[str, list[Brought]] = {}
        for one in brought:
            by_debtor.setdefault(one[0].debtor, []).append(one)
        counts: Counter[str] = Counter()
        for some in batched(by_debtor.items(), AT_ONCE):
            known = self.cases.get_many(creditor.id, [debtor for debtor, _ in some])
            cases = (
                (_told(known.get(debtor) or Case(creditor=creditor.id, debtor=Debtor(id=debtor)), mine), mine)
                for debtor, mine in some
            )
            counts += self._counted(creditor, cases)
        return counts

    def _counted(self, creditor: Creditor, cases: Iterable[tuple[Case, Sequence[Brought]]]) -> Counter[str]:
        # The cold start of an import does not wait for the planner's rules.
        from upominek.domain.planning.campaign import in_force  # noqa: PLC0415
        from upominek.domain.planning.unreached import whys  # noqa: PLC0415

        campaigns = in_force(self.creditors.campaigns(creditor.id))
        today = creditor.hours.local_day(self.clock.now())
        counts: Counter[str] = Counter()
        for case, mine in cases:
            open_: list[DueInvoice] = [due for one, _ in mine if (due := due_invoice(one)) is not None]
            for invoice, why in whys(creditor, campaigns, case, open_, today, is_noted=True).items():
                if why.reason.value in _KNOWN_AT_INTAKE:
                    place = f"{why.reason.value}/{invoice.outstanding.currency}"
                    counts[f"{_COUNT}/{place}"] += 1
                    counts[f"{_SUM}/{place}"] += invoice.outstanding.grosze
        return counts


def unreached_of(counts: Mapping[str, int]) -> dict[str, Any]:
    """The shape of `unreached` in the report of an import."""
    sums: list[dict[str, Any]] = []
    for name, count in sorted(counts.items()):
        what, _, place = name.partition("/")
        if what == _COUNT and count:
            reason, _, currency = place.partition("/")
            amount = Money(counts.get(f"{_SUM}/{place}", 0), currency)
            sums.append({"reason": reason, "currency": currency, "amount": amount.plain(), "invoices": count})
    return {"invoices": sum(one["invoices"] for one in sums), "sums": sums}


def _told(case: Case, mine: Sequence[Brought]) -> Case:
    """The case with what was just said of the debtor, which an eventually consistent read may not know yet."""
    debtor = case.debtor
    stated = [event for _, events in mine for event in events if isinstance(event, InvoiceStated)]
    for event in sorted(stated, key=lambda event: event.at):
        debtor = merged(debtor, event.debtor, event.at)
    return replace(case, debtor=debtor)
