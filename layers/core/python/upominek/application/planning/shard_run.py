"""One run: what one shard of one campaign finds to be said on one day. The planner and the preview share it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.invoices import InvoiceRepository
from upominek.application.ports.planning import ProgressRepository
from upominek.domain.cases.case import Agenda, Case
from upominek.domain.errors import NotFound
from upominek.domain.messages.reminder import ReminderKey, reminder_key
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign
from upominek.domain.planning.decision import (
    ANYTHING,
    Asked,
    Decision,
    by_debtor,
    contact_hours,
    due_spans,
    landing_span,
    missed_since,
    plan_debtor,
    progress_ids,
    usable_addresses,
)
from upominek.domain.receivables.open_invoice import DueInvoice, due_invoice
from upominek.domain.values.channel import Channel
from upominek.domain.values.contact import address_hash
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

    def agenda(
        self, cases: CaseRepository, through: date, *, agenda_only: bool = False
    ) -> Iterator[tuple[str, Agenda]]:
        """Who is to be looked at by the day though no due date calls, with those that begin as far as they may today.

        What came after the day's run does not begin today where the campaign spreads it over days.
        """
        creditor, shards, most = self.creditor.id, self.creditor.shards, self.campaign.most_per_day
        yield from cases.agenda(creditor, shards, self.shard, through)
        if most is None:
            yield from cases.agenda(creditor, shards, self.shard, through, entries=True)
        elif not agenda_only and (share := share_of(most, shards[-1], self.shard, self.day)):
            yield from islice(cases.agenda(creditor, shards, self.shard, through, entries=True), share)

    def concerns(self, agenda: Agenda) -> bool:
        """Whether it may be this campaign's."""
        return agenda.campaign in {"", self.campaign.id}

    def decide(
        self, batch: Batch, cases: Mapping[str, Case], *, as_before: bool = False
    ) -> Iterator[tuple[Case, Decision]]:
        """What each of the debtors hears; those who hear nothing of this campaign today are left out.

        Args:
            as_before: as if today's own reminder had not gone yet.
        """
        for debtor, due in batch.items():
            if (case := cases.get(debtor)) is not None:
                asked = Asked(besides=frozenset({self.key_of(debtor).id})) if as_before else ANYTHING
                decision = plan_debtor(
                    self.creditor, self.campaigns, self.campaign, case, due, today=self.day, asked=asked
                )
                if decision is not None:
                    yield case, decision


def share_of(most: int, shards: int, shard: int, day: date) -> int:
    """What a shard may take of a day's number; what does not divide goes round from day to day."""
    return most // shards + ((shard + day.toordinal()) % shards < most % shards)


def open_invoices(invoices: InvoiceRepository, creditor: str, debtor: str) -> list[DueInvoice]:
    """All open invoices of a debtor, as decisions are made of them."""
    return [due for one in invoices.open_of(creditor, debtor) if (due := due_invoice(one)) is not None]


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


def knowing_suppressed(cases: CaseRepository, creditor: str, found: Mapping[str, Case]) -> dict[str, Case]:
    """The cases with all that is known of their addresses, by one more read for all of them."""
    digests = {
        address_hash(address, creditor)
        for case in found.values()
        for channel in Channel
        for address in usable_addresses(case.debtor, channel)
    }
    suppressed = cases.suppressed(creditor, digests) if digests else frozenset()
    return {debtor: replace(case, suppressed=case.suppressed | suppressed) for debtor, case in found.items()}
