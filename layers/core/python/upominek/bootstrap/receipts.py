"""Reports of carriers in."""

from functools import cached_property
from typing import TYPE_CHECKING

from upominek.bootstrap.outside import Outside
from upominek.bootstrap.table import Table

if TYPE_CHECKING:
    from upominek.application.receipts.record_receipt import RecordReceipt


class Receipts(Table, Outside):
    """Reports of carriers in."""

    @cached_property
    def record_receipt(self) -> "RecordReceipt":
        """One report of a provider."""
        from upominek.application.receipts.record_receipt import RecordReceipt
        from upominek.application.receipts.watch_reputation import BounceBrake

        return RecordReceipt(
            brake=BounceBrake(progress=self.progress, clock=self.clock, ids=self.ids, carriers=self.carriers),
            creditors=self.creditors,
            cases=self.cases,
            reminders=self.reminders,
            progress=self.progress,
            queues=self.queues,
            delivery_wait_seconds=self.settings.delivery_wait_seconds,
        )
