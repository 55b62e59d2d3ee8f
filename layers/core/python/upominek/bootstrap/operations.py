"""What stopped on its way, and what is done about it."""

from functools import cached_property
from typing import TYPE_CHECKING

from upominek.bootstrap.outside import Outside
from upominek.bootstrap.table import Table

if TYPE_CHECKING:
    from upominek.application.operations.check_health import CheckHealth
    from upominek.application.operations.manage_lanes import ManageLanes
    from upominek.application.operations.reconcile_after_restore import ReconcileAfterRestore
    from upominek.application.planning.find_unreached import FindUnreached


class Operations(Table, Outside):
    """What stopped on its way, and what is done about it."""

    @cached_property
    def check_health(self) -> "CheckHealth":
        """What stopped on its way."""
        from upominek.application.operations.check_day import CheckDay
        from upominek.application.operations.check_health import CheckHealth
        from upominek.application.operations.find_missed_steps import FindMissedSteps

        return CheckHealth(
            creditors=self.creditors,
            progress=self.progress,
            imports=self.imports,
            manifests=self.manifests,
            health=self.health,
            check_day=CheckDay(self.cases, self.manifests, self.reminders, self.carriers),
            missed_steps=FindMissedSteps(self.cases, self.invoices),
            clock=self.clock,
        )

    @cached_property
    def manage_lanes(self) -> "ManageLanes":
        """Lanes stopped, shown and reopened."""
        from upominek.application.operations.manage_lanes import ManageLanes

        return ManageLanes(self.creditors, self.progress, self.clock, self.carriers)

    @cached_property
    def reconcile_after_restore(self) -> "ReconcileAfterRestore":
        """What may have gone out since the time that the table was restored to."""
        from upominek.adapters.formats.csv.writing import csv_rows
        from upominek.application.operations.reconcile_after_restore import ReconcileAfterRestore

        return ReconcileAfterRestore(
            clock=self.clock,
            creditors=self.creditors,
            cases=self.cases,
            reminders=self.reminders,
            progress=self.progress,
            manifests=self.manifests,
            letters=self.letters,
            files=self.files,
            carriers=self.carriers,
            read_table=csv_rows,
        )

    @cached_property
    def find_unreached(self) -> "FindUnreached":
        """What no step will ever reach."""
        from upominek.application.planning.find_unreached import FindUnreached

        return FindUnreached(self.creditors, self.cases, self.invoices, self.clock)
