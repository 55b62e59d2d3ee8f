"""Plans made and previewed."""

from functools import cached_property
from typing import TYPE_CHECKING

from upominek.bootstrap.outside import Outside
from upominek.bootstrap.table import Table

if TYPE_CHECKING:
    from upominek.application.planning.plan_reminders import PlanReminders
    from upominek.application.planning.preview_plan import PreviewPlan
    from upominek.application.planning.start_planning import StartPlanning


class Planning(Table, Outside):
    """Plans made and previewed."""

    @cached_property
    def start_planning(self) -> "StartPlanning":
        """The tick."""
        from upominek.application.planning.start_planning import StartPlanning

        return StartPlanning(self.creditors, self.progress, self.queues, self.clock)

    @cached_property
    def plan_reminders(self) -> "PlanReminders":
        """One shard's plan onto the outbox."""
        from upominek.application.outbox import Outbox
        from upominek.application.planning.plan_reminders import PlanReminders

        outbox = Outbox(self.queues, self.manifests)
        return PlanReminders(self.creditors, self.cases, self.invoices, self.progress, outbox, self.clock)

    @cached_property
    def preview_plan(self) -> "PreviewPlan":
        """A day's plan without side effects."""
        from upominek.adapters.carriers.price_lists import carrier_prices
        from upominek.adapters.reference_data.prices import load_prices
        from upominek.application.planning.preview_plan import PreviewPlan

        return PreviewPlan(
            creditors=self.creditors,
            texts=self.texts,
            cases=self.cases,
            invoices=self.invoices,
            progress=self.progress,
            renderer=self.renderer,
            rates=self.rates,
            clock=self.clock,
            prices=load_prices(self.settings.prices_file),
            carrier_prices=carrier_prices,
        )
