"""Plan one shard of one campaign for today: find who is to hear something, and put it on the outbox."""

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import Any, Final

from upominek.application.jobs import OutboxItem, PlanJob
from upominek.application.outbox import Outbox
from upominek.application.planning.shard_run import (
    BATCH,
    Batch,
    ShardRun,
    cases_of,
    open_invoices,
    planned_through,
    set_planned_through,
    shard_run,
)
from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.invoices import InvoiceRepository
from upominek.application.ports.planning import ProgressRepository
from upominek.application.ports.world import Clock
from upominek.domain.cases.case import Agenda, Case
from upominek.domain.errors import NotFound
from upominek.domain.messages.reminder import channel_traits
from upominek.domain.planning.agenda import awaits_address, next_look
from upominek.domain.planning.campaign import in_force
from upominek.domain.planning.decision import Decision, contact_hours, plan_debtor
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.batches import batched
from upominek.domain.values.channel import Channel
from upominek.domain.values.unknown import Unknown, read_word

SENT = "send"
"""What the planner expects of a reminder for which it knows no reason to be skipped."""
OWED: Final = "owed"
"""The same of one that could not be said before; the sender finds out what it says today."""
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


@dataclass(slots=True)
class _Found:
    """What a run has found so far."""

    debtors: int = 0
    without_case: int = 0
    expected: Counter[str] = field(default_factory=Counter)
    planned: set[str] = field(default_factory=set)

    def take(self, item: OutboxItem, decision: Decision | None = None) -> OutboxItem:
        """Count the item, which is about to be put on the outbox."""
        self.planned.add(item.debtor)
        expected = OWED if decision is None else SENT if decision.reason is None else decision.reason.value
        self.expected[expected] += 1
        return item


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
        found = _Found()
        with ThreadPoolExecutor(self.workers) as pool:
            if not job.agenda_only:
                self._plan_due(run, found, pool)
            self._plan_agenda(run, found, pool, agenda_only=job.agenda_only)
        if not job.agenda_only:
            set_planned_through(self.progress, run.creditor, run.campaign, run.shard, run.landing.last)
        return PlanResult(
            outcome=PlanOutcome.PLANNED,
            debtors=found.debtors,
            expected=dict(found.expected),
            without_case=found.without_case,
            is_catch_up=run.since is not None,
        )

    def _plan_due(self, run: ShardRun, found: "_Found", pool: ThreadPoolExecutor) -> None:
        """Those of whom a step lands today by its due date."""
        batches = run.batches(self.invoices)
        while some := list(islice(batches, BATCHES_AT_ONCE)):
            found.debtors += sum(map(len, some))
            plans = []
            for missing, decisions in pool.map(partial(self._decide, run), some):
                found.without_case += missing
                plans.append([found.take(_outbox_item(run, decision), decision) for decision in decisions])
            self.outbox.put(plans, pool.map)

    def _plan_agenda(self, run: ShardRun, found: "_Found", pool: ThreadPoolExecutor, *, agenda_only: bool) -> None:
        """Those who are owed a word from before, or begin today. Where it is known what is owed, no more is read."""
        noted = (
            (debtor, agenda)
            for debtor, agenda in run.agenda(self.cases, run.day, agenda_only=agenda_only)
            if run.concerns(agenda) and debtor not in found.planned
        )
        while some := list(islice(noted, BATCH * BATCHES_AT_ONCE)):
            found.debtors += len(some)
            owed = [found.take(_owed_item(run, debtor, agenda)) for debtor, agenda in some if agenda.campaign]
            asked = [debtor for debtor, agenda in some if not agenda.campaign]
            looked = pool.map(partial(self._look, run), batched(asked, BATCH))
            plans = [[found.take(_outbox_item(run, one), one) for one in decisions] for decisions in looked]
            self.outbox.put([*batched(owed, BATCH), *plans], pool.map)

    def _look(self, run: ShardRun, debtors: Sequence[str]) -> list[Decision]:
        """What each of the debtors hears of this campaign by all that is open; who hears nothing leaves the agenda."""
        cases = self.cases.get_many(run.creditor.id, debtors)
        batch = {debtor: open_invoices(self.invoices, run.creditor.id, debtor) for debtor in cases}
        decisions = [decision for _, decision in run.decide(batch, cases)]
        for debtor in cases.keys() - {one.debtor for one in decisions}:
            self._put_off(run, cases[debtor], batch[debtor])
        return decisions

    def _put_off(self, run: ShardRun, case: Case, due: Sequence[DueInvoice]) -> None:
        """Take a case off the agenda, unless another campaign has something to say, or it came only today."""
        if case.agenda is None or case.agenda.on >= run.day:
            return  # what it came for may still be about to be written
        others = (
            plan_debtor(run.creditor, run.campaigns, one, case, due, today=run.day)
            for one in run.campaigns
            if contact_hours(run.creditor, one).is_contact_day(run.day)
        )
        if not any(others):
            later = next_look(run.creditor, run.campaigns, case, due, run.day)
            awaits = case.awaits_address or awaits_address(run.campaigns, case)
            self.cases.set_agenda(case, later, run.creditor.shards, awaits_address=awaits)

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
        decisions: list[Decision] = []
        for case, decision in run.decide(batch, cases):
            if _may_be_said(run, case, decision):
                # Only all that is open tells, and that is read where there is a doubt.
                due = {decision.debtor: open_invoices(self.invoices, run.creditor.id, decision.debtor)}
                decisions.extend(one for _, one in run.decide(due, cases))
            else:
                decisions.append(decision)
        return len(batch) - len(cases), decisions


def _may_be_said(run: ShardRun, case: Case, decision: Decision) -> bool:
    """Whether the debtor heard as much already, perhaps for the sake of an invoice that does not land today."""
    word = case.words_of(run.campaign.id).overdue
    return word is not None and word.offset_days >= decision.step.offset_days


def _owed_item(run: ShardRun, debtor: str, agenda: Agenda) -> OutboxItem:
    channel = read_word(Channel, agenda.channel)
    return OutboxItem(
        creditor=run.creditor.id,
        debtor=debtor,
        campaign=run.campaign.id,
        day=run.day,
        step=agenda.step,
        channel=Channel.SMS if isinstance(channel, Unknown) else channel,
        invoices=(),
        since=run.since,
    )


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
