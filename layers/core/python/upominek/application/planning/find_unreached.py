"""What of a creditor's open invoices no step will ever reach: asked by people, over all that is open."""

from collections.abc import Iterator
from dataclasses import dataclass

from upominek.application.planning.shard_run import BATCH, cases_of, knowing_suppressed
from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.invoices import InvoiceRepository
from upominek.application.ports.world import Clock
from upominek.domain.cases.case import Case
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import in_force
from upominek.domain.planning.decision import by_debtor
from upominek.domain.planning.unreached import unreached
from upominek.domain.planning.unreached_sums import Unreached, UnreachedSums
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.batches import batched


@dataclass(frozen=True, slots=True)
class FindUnreached:
    """Reads the index of open invoices page by page, and their cases a hundred at a time. Writes nothing.

    The invoices are in memory at once (some 300 bytes each). Nothing that runs by itself asks for it.
    """

    creditors: CreditorRepository
    cases: CaseRepository
    invoices: InvoiceRepository
    clock: Clock

    def __call__(self, creditor: str) -> Iterator[Unreached]:
        """As things stand now, debtor after debtor. Raises: NotFound, when there is no such creditor."""
        owner = self.creditors.get(creditor)
        campaigns = in_force(self.creditors.campaigns(creditor))
        today = owner.hours.local_day(self.clock.now())
        for case, open_ in open_cases(self.cases, self.invoices, owner):
            yield from unreached(owner, campaigns, case, open_, today)

    def sums(self, creditor: str) -> UnreachedSums:
        """The same in numbers. Raises: NotFound, when there is no such creditor."""
        return UnreachedSums.of(self(creditor))

    def sums_of_all(self) -> UnreachedSums:
        """The numbers over all creditors."""
        return UnreachedSums.of(one for creditor in self.creditors.ids() for one in self(creditor))


def open_cases(
    cases: CaseRepository, invoices: InvoiceRepository, creditor: Creditor
) -> Iterator[tuple[Case, list[DueInvoice]]]:
    """Every case with open invoices, knowing its suppressed addresses, with all of these. Eventually consistent."""
    debtors = by_debtor(list(invoices.all_open(creditor.id, creditor.shards)))
    for some in batched(debtors, BATCH):
        batch = dict(some)
        found = knowing_suppressed(cases, creditor.id, cases_of(cases, creditor.id, batch))
        yield from ((found[debtor], open_) for debtor, open_ in batch.items() if debtor in found)
