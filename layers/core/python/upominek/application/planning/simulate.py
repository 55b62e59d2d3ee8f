"""The weeks to come as they would go: what campaigns would say and cost if nobody paid, or if only these payments came.

Nothing is decided here: every day is the preview of that day, on cases and invoices held in memory, with the clock set
to it. So a simulation says what the planner and the sender would do, by the very same rules. Carriers are taken to
deliver everything; a second attempt over another channel does not occur.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Protocol

from upominek.application.intake.apply_events import ApplyEvents
from upominek.application.planning.preview_plan import DayPlan, PlannedReminder, PreviewPlan
from upominek.application.planning.reservation import reservation_of
from upominek.application.planning.shard_run import open_invoices, set_planned_through
from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.invoices import InvoiceRepository
from upominek.application.ports.planning import ProgressRepository
from upominek.application.ports.world import Clock
from upominek.domain.cases.case import Contact
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.agenda import awaits_address, next_look
from upominek.domain.planning.campaign import Campaign, in_force
from upominek.domain.planning.decision import SkipReason, contact_hours, plan_debtor
from upominek.domain.receivables.events import PaymentReceived


class SettableClock(Clock, Protocol):
    """A clock that shows what it is told to."""

    def set(self, day: date, clock: time, zone_of: Creditor) -> None:
        """Show this local time of the creditor's."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulate:
    """Walks through the days of one creditor.

    All ports are over one store in memory, made for this simulation, which holds the creditor and its campaigns, the
    cases and the invoices.
    """

    creditors: CreditorRepository
    cases: CaseRepository
    invoices: InvoiceRepository
    progress: ProgressRepository
    preview: PreviewPlan
    apply_events: ApplyEvents
    clock: SettableClock

    def __call__(
        self, creditor: str, first: date, last: date, payments: Mapping[date, Sequence[PaymentReceived]]
    ) -> Iterator[DayPlan]:
        """Every day from first to last, one after the other; each is forgotten when it was given.

        Args:
            payments: by the local day on which they come in, before anything is planned; those of earlier days come in
                on the first day.

        Raises:
            NotFound: there is no such creditor.
        """
        owner = self.creditors.get(creditor)
        waiting = sorted(payments.items())
        for ahead in range((last - first).days + 1):
            day = first + timedelta(days=ahead)
            while waiting and waiting[0][0] <= day:
                self.apply_events.apply(owner, waiting.pop(0)[1])
            self.clock.set(day, owner.hours.opens, owner)
            plan = self.preview(day, creditor)
            self._remember(owner, plan)
            yield plan

    def _remember(self, creditor: Creditor, plan: DayPlan) -> None:
        """What the day leaves behind: what was said, whose turn comes when, and how far each campaign was planned."""
        campaigns = in_force(self.creditors.campaigns(creditor.id))
        by_id = {one.id: one for one in campaigns}
        for reminder in plan.reminders:
            self._keep_word(creditor, campaigns, by_id[reminder.campaign], reminder, plan.day)
        for skipped in plan.skipped:
            case = self.cases.get(creditor.id, skipped.debtor)
            due = open_invoices(self.invoices, creditor.id, skipped.debtor)
            agenda = next_look(creditor, campaigns, case, due, plan.day)
            reason = SkipReason.NO_ADDRESS if skipped.reason == SkipReason.NO_ADDRESS.value else None
            awaits = awaits_address(campaigns, case, reason)
            self.cases.set_agenda(case, agenda, creditor.shards, awaits_address=awaits)
        for campaign in campaigns:
            if contact_hours(creditor, campaign).is_contact_day(plan.day):
                for shard in range(creditor.shards[-1]):
                    set_planned_through(self.progress, creditor, campaign, shard, plan.day)

    def _keep_word(
        self,
        creditor: Creditor,
        campaigns: tuple[Campaign, ...],
        campaign: Campaign,
        reminder: PlannedReminder,
        day: date,
    ) -> None:
        case = self.cases.get(creditor.id, reminder.debtor)
        due = open_invoices(self.invoices, creditor.id, reminder.debtor)
        decision = plan_debtor(creditor, campaigns, campaign, case, due, today=day)
        if decision is None:
            return
        place = Contact(day, reminder.id)
        reservation = reservation_of(
            creditor, campaigns, campaign, case, decision, due, place=place, read_at=self.clock.now()
        )
        self.cases.reserve_contact(case, reservation, creditor.shards)
