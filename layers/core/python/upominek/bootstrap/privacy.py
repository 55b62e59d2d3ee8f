"""Redaction, retention, export and erasure."""

from functools import cached_property
from typing import TYPE_CHECKING

from upominek.bootstrap.outside import Outside
from upominek.bootstrap.table import Table

if TYPE_CHECKING:
    from upominek.application.privacy.apply_retention import ApplyRetention
    from upominek.application.privacy.erase_case import EraseCase
    from upominek.application.privacy.export_case import ExportCase


class Privacy(Table, Outside):
    """Redaction, retention, export and erasure."""

    @cached_property
    def erase_case(self) -> "EraseCase":
        """The person taken out of one case."""
        from upominek.application.privacy.erase_case import EraseCase

        return EraseCase(
            cases=self.cases,
            letters=self.letters,
            files=self.files,
            retention=self.retention,
            unmatched=self.unmatched_payments,
            ids=self.ids,
            clock=self.clock,
        )

    @cached_property
    def export_case(self) -> "ExportCase":
        """Everything that is kept of one debtor."""
        from upominek.application.privacy.export_case import ExportCase

        return ExportCase(self.creditors, self.cases, self.letters, self.unmatched_payments, self.clock)

    @cached_property
    def apply_retention(self) -> "ApplyRetention":
        """The night's work on privacy."""
        from upominek.application.privacy.apply_retention import ApplyRetention
        from upominek.application.privacy.redact_reminders import RedactReminders

        return ApplyRetention(
            creditors=self.creditors,
            redact=RedactReminders(
                manifests=self.manifests, reminders=self.reminders, retention=self.retention, clock=self.clock
            ),
            erase=self.erase_case,
            retention=self.retention,
            clock=self.clock,
        )
