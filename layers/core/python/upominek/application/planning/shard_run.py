"""One run: what one shard of one campaign finds to be said on one day. The planner and the preview share it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.invoices import InvoiceRepository
from upominek.application.ports.planning import ProgressRepository
from upominek.domain.cases.case import Case
from upominek.domain.errors import NotFound
from upominek.domain.messages.reminder import ReminderKey, reminder_key
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign
from upominek.domain.planning.decision import (
    Decision,
    by_debtor,
    contact_hours,
    due_spans,
    landing_span,
    missed_since,
    plan_debtor,
    progress_ids,
)
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.span import Span

BATCH = 100
"""Debtors whose cases are read at once: as many as DynamoDB gives in one request."""

Batch = Mapping[str, Sequence[DueInvoice]]
"""Due invoices by debtor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardRun:
    """What one shard of one campaign has to look at on one day.

    Attributes:
        campaigns: those in force, in order; they tell whose an invoice is.
        landing: the days of steps whose turn it is.
        since: after missed runs, the last day that was planned.
    """

    creditor: Creditor
    campaigns: tuple[Campaign, ...]
    campaign: Campaign
    shard: int
    day: date
    landing: Span
    since: date | None = None

    def key_of(self, debtor: str) -> ReminderKey:
        """Where the reminder is kept that the run asks for."""
        return reminder_key(self.creditor.id, self.campaign.id, debtor, self.day)

    def batches(self, invoices: InvoiceRepository) -> Iterator[Batch]:
        """The due invoices, some debtors at a time, and all of a debtor's together.

        The index is read by due date, so a debtor may turn up again at the very end: what is due in the shard is in
        memory at once (some 300 bytes an invoice), what belongs to it, such as cases, is not.
        """
        due = invoices.due(self.creditor.id, self.creditor.shards, self.shard, due_spans(self.campaign, self.landing))
        debtors = by_debtor(list(due))
        while batch := dict(islice(debtors, BATCH)):
            yield batch

    def decide(self, batch: Batch, cases: Mapping[str, Case]) -> Iterator[tuple[Case, Decision]]:
        """What each of the debtors hears; those whose invoices are not this campaign's today are left out."""
        for debtor, due in batch.items():
            if (case := cases.get(debtor)) is not None:
                decision = plan_debtor(
                    self.creditor, self.campaigns, self.campaign, case, due, landing=self.landing, today=self.day
                )
                if decision is not None:
                    yield case, decision


def shard_run(
    creditor: Creditor,
    campaigns: tuple[Campaign, ...],
    campaign: Campaign,
    shard: int,
    day: date,
    planned_through: date | None,
) -> ShardRun:
    """The run of a shard on a day, given how far the runs before it came."""
    hours = contact_hours(creditor, campaign)
    return ShardRun(
        creditor=creditor,
        campaigns=campaigns,
        campaign=campaign,
        shard=shard,
        day=day,
        landing=landing_span(hours, planned_through, day),
        since=missed_since(hours, planned_through, day),
    )


def planned_through(progress: ProgressRepository, creditor: Creditor, campaign: Campaign, shard: int) -> date | None:
    """The last day of steps that was planned for the shard, or for the one that it was split from."""
    found = (
        progress.planned_through(creditor.id, campaign.id, number) for number in progress_ids(creditor.shards, shard)
    )
    return next((day for day in found if day is not None), None)


def set_planned_through(
    progress: ProgressRepository, creditor: Creditor, campaign: Campaign, shard: int, day: date
) -> None:
    """Remember how far the shard was planned."""
    progress.set_planned_through(creditor.id, campaign.id, progress_ids(creditor.shards, shard)[0], day)


def cases_of(cases: CaseRepository, creditor: str, batch: Batch) -> dict[str, Case]:
    """The debtors' cases; one that the eventually consistent read does not know yet is asked for by itself."""
    found = cases.get_many(creditor, batch)
    for debtor in batch.keys() - found.keys():
        try:
            found[debtor] = cases.get(creditor, debtor)
        except NotFound:  # an invoice whose case was never written
            continue
    return found
