"""Files and webhooks in."""

from functools import cached_property
from typing import TYPE_CHECKING

from upominek.bootstrap.cases import Cases
from upominek.bootstrap.outside import Outside

if TYPE_CHECKING:
    from upominek.application.intake.apply_events import ApplyEvents
    from upominek.application.intake.import_file import ImportFile
    from upominek.application.intake.receive_webhook import ReceiveWebhook


class Intake(Cases, Outside):
    """Files and webhooks in."""

    @cached_property
    def apply_events(self) -> "ApplyEvents":
        """Events into cases and invoices."""
        from upominek.application.intake.apply_events import ApplyEvents

        return ApplyEvents(self.cases, self.invoices, self.unmatched_payments, self.wake_debtors, self.clock)

    @cached_property
    def receive_webhook(self) -> "ReceiveWebhook":
        """Webhooks in."""
        from upominek.adapters.webhook.reading import read_members
        from upominek.adapters.webhook.signature import check_headers, signed_at
        from upominek.application.intake.receive_webhook import ReceiveWebhook

        return ReceiveWebhook(
            self.creditors,
            self.secrets,
            self.webhooks,
            self.apply_events,
            self.clock,
            check_headers=check_headers,
            check_signature=signed_at,
            read_events=read_members,
        )

    @cached_property
    def import_file(self) -> "ImportFile":
        """Files in."""
        from upominek.adapters.clock import real_time
        from upominek.adapters.formats.csv.writing import csv_blocks, csv_rows
        from upominek.application.intake.count_unreached import CountUnreached
        from upominek.application.intake.import_file import ImportFile

        return ImportFile(
            creditors=self.creditors,
            imports=self.imports,
            invoices=self.invoices,
            files=self.files,
            queues=self.queues,
            apply_events=self.apply_events,
            count_unreached=CountUnreached(self.creditors, self.cases, self.clock),
            clock=self.clock,
            formats=self.formats,
            write_table=csv_blocks,
            read_table=csv_rows,
            real_time=real_time,
        )
