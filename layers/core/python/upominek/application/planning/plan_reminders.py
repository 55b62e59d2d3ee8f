"""Plan one shard of one campaign for today: find who is to hear something, and put it on the outbox."""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import Any, Final

from upominek.application.jobs import OutboxItem, PlanJob
from upominek.application.outbox import Outbox
from upominek.application.planning.shard_run import (
    Batch,
    ShardRun,
    cases_of,
    planned_through,
    set_planned_through,
    shard_run,
)
from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.invoices import InvoiceRepository
from upominek.application.ports.planning import ProgressRepository
from upominek.application.ports.world import Clock
from upominek.domain.errors import NotFound
from upominek.domain.messages.reminder import channel_traits
from upominek.domain.planning.campaign import in_force
from upominek.domain.planning.decision import Decision, contact_hours
from upominek.domain.values.channel import Channel

SENT = "send"
"""What the planner expects of a reminder for which it knows no reason to be skipped."""
BATCHES_AT_ONCE: Final = 50
"""So many batches of debtors make a part of the manifest: it is held in memory until it is written."""


class PlanOutcome(StrEnum):
    """What became of a planning job."""

    PLANNED = "planned"
    NOT_TODAY = "not-today"  # a job for another day, or for a closed one
    CAMPAIGN_ENDED = "campaign-ended"
    CREDITOR_UNKNOWN = "creditor-unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanResult:
    """What a run found.

    Attributes:
        debtors: those with open invoices in the due dates that the campaign asks for.
        expected: the reminders put on the outbox, by what will probably become of them: `send` or a reason to skip.
        without_case: debtors in the index whose case does not exist.
        is_catch_up: earlier runs had been missed.
    """

    outcome: PlanOutcome
    debtors: int = 0
    expected: Mapping[str, int] = field(default_factory=dict)
    without_case: int = 0
    is_catch_up: bool = False

    @property
    def reminders(self) -> int:
        """How many were put on the outbox."""
        return sum(self.expected.values())

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for the log."""
        return asdict(self) | {"outcome": self.outcome.value, "reminders": self.reminders}


@dataclass(frozen=True, slots=True)
class PlanReminders:
    """Read what is due, decide, and put a reminder for each debtor concerned on the outbox.

    Nothing is written but the day's manifest, the outbox and, last of all, how far the shard was planned. So a job may
    run twice, or end anywhere and run again: the same reminders have the same ids, and the sender sends each once. What
    is on the outbox is in the manifest, which is written first: nothing that was ever asked for is missing there.

    Everybody whose step has come goes to the outbox, those too who will probably be skipped: the sender decides anew
    by what then holds, and records the reason where the message does not go.

    A job for any day but the current local one (redelivered overnight, moved back from the dead-letter queue) plans
    nothing: it would send stale reminders beside the current ones. Its days are not lost: the shard's progress did not
    move, so the next run takes them in, once, at the most advanced step.

    Attributes:
        workers: how many batches of debtors are worked on at once; their time goes by waiting for the network.
    """

    creditors: CreditorRepository
    cases: CaseRepository
    invoices: InvoiceRepository
    progress: ProgressRepository
    outbox: Outbox
    clock: Clock
    workers: int = 8

    def __call__(self, job: PlanJob) -> PlanResult:
        """Plan the shard. Idempotent."""
        run = self._run(job)
        if isinstance(run, PlanOutcome):
            return PlanResult(outcome=run)
        debtors = without_case = 0
        expected: Counter[str] = Counter()
        batches = run.batches(self.invoices)
        with ThreadPoolExecutor(self.workers) as pool:
            while some := list(islice(batches, BATCHES_AT_ONCE)):
                debtors += sum(map(len, some))
                plans = []
                for missing, decisions in pool.map(partial(self._decide, run), some):
                    without_case += missing
                    expected.update(SENT if one.reason is None else one.reason.value for one in decisions)
                    plans.append([_outbox_item(run, decision) for decision in decisions])
                self.outbox.put(plans, pool.map)
        set_planned_through(self.progress, run.creditor, run.campaign, run.shard, run.landing.last)
        return PlanResult(
            outcome=PlanOutcome.PLANNED,
            debtors=debtors,
            expected=dict(expected),
            without_case=without_case,
            is_catch_up=run.since is not None,
        )

    def _run(self, job: PlanJob) -> ShardRun | PlanOutcome:
        try:
            creditor = self.creditors.get(job.creditor)
        except NotFound:
            return PlanOutcome.CREDITOR_UNKNOWN
        campaigns = in_force(self.creditors.campaigns(creditor.id))
        campaign = next((one for one in campaigns if one.id == job.campaign), None)
        if campaign is None:
            return PlanOutcome.CAMPAIGN_ENDED
        hours = contact_hours(creditor, campaign)
        if job.day != hours.local_day(self.clock.now()) or not hours.is_contact_day(job.day):
            return PlanOutcome.NOT_TODAY
        through = planned_through(self.progress, creditor, campaign, job.shard)
        return shard_run(creditor, campaigns, campaign, job.shard, job.day, through)

    def _decide(self, run: ShardRun, batch: Batch) -> tuple[int, list[Decision]]:
        cases = cases_of(self.cases, run.creditor.id, batch)
        return len(batch) - len(cases), [decision for _, decision in run.decide(batch, cases)]


def _outbox_item(run: ShardRun, decision: Decision) -> OutboxItem:
    attaches_letter = decision.channel is not None and channel_traits(decision.channel).attaches_letters
    # What does not go is recorded by the worker of any lane.
    return OutboxItem(
        creditor=run.creditor.id,
        debtor=decision.debtor,
        campaign=run.campaign.id,
        day=run.day,
        step=decision.step.name,
        channel=decision.channel or next(iter(decision.step.known_channels), Channel.SMS),
        awaits_letter=decision.reason is None and attaches_letter and decision.letter is not None,
        invoices=tuple(invoice.number for invoice in decision.invoices),
        since=run.since,
    )
