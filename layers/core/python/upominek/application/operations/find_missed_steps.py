"""Plan a day that is over once more, and find whose step should have come and did not."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from upominek.application.planning.shard_run import ShardRun, cases_of, shard_run
from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.invoices import InvoiceRepository
from upominek.domain.cases.case import CaseFile
from upominek.domain.errors import NotUnderstood
from upominek.domain.operations.health import MOST_ASKED, MOST_OF_A_DAY, Finds, Found, Trouble
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign
from upominek.domain.planning.decision import Decision, contact_hours


@dataclass(frozen=True, slots=True)
class FindMissedSteps:
    """Asks the pure planner what a run should have found, and the manifest and the cases whether it did.

    A case counts only where nothing has happened since that could explain the silence: an invoice, a debtor's details
    or a fact that came after the run are for the next one. Changes nothing.
    """

    cases: CaseRepository
    invoices: InvoiceRepository

    def __call__(
        self,
        creditor: Creditor,
        campaigns: tuple[Campaign, ...],
        campaign: Campaign,
        day: date,
        planned: Collection[str],
    ) -> Found:
        """Who heard nothing although a step of the campaign landed on the day.

        Args:
            campaigns: those in force, in order.
            planned: ids of the reminders in the day's manifest.
        """
        finds = Finds(MOST_OF_A_DAY)
        planned_at = contact_hours(creditor, campaign).at_local(day, campaign.at)
        asked = 0
        for shard in range(creditor.shards[-1]):
            run = shard_run(creditor, campaigns, campaign, shard, day, None)
            for decision in self._unplanned(run, planned):
                if (asked := asked + 1) > MOST_ASKED:
                    return finds.of(Trouble.STEP_MISSED)
                if self._is_silent(creditor, decision, day, planned_at):
                    step = decision.step.name
                    told = {"debtor": decision.debtor, "day": day.isoformat(), "campaign": campaign.id, "step": step}
                    finds.add(Trouble.STEP_MISSED, **told)
        return finds.of(Trouble.STEP_MISSED)

    def _is_silent(self, creditor: Creditor, decision: Decision, day: date, planned_at: datetime) -> bool:
        try:
            file = self.cases.file(creditor.id, decision.debtor)
        except NotUnderstood:
            return True  # of another version: what cannot be read here is for a person to look at
        return _is_silent(file, decision, day, planned_at)

    def _unplanned(self, run: ShardRun, planned: Collection[str]) -> Iterator[Decision]:
        """What would have gone, and is not in the manifest."""
        for batch in run.batches(self.invoices):
            rest = {debtor: due for debtor, due in batch.items() if run.key_of(debtor).id not in planned}
            if rest:
                decisions = run.decide(rest, cases_of(self.cases, run.creditor.id, rest))
                yield from (decision for _, decision in decisions if decision.reason is None)


def _is_silent(file: CaseFile, decision: Decision, day: date, planned_at: datetime) -> bool:
    """Whether no step spoke to the debtor since, and nothing was heard either."""
    if any(one.key.day >= day and one.occasion.is_step for one in file.reminders):
        return False
    numbers: Sequence[str] = [one.number for one in decision.invoices]
    told_at = [one.header.at for one in file.invoices if one.header is not None and one.number in numbers]
    told_at += [fact.at for fact in file.facts]
    if file.case.debtor.changed_at is not None:
        told_at.append(file.case.debtor.changed_at)
    return all(at < planned_at for at in told_at)
