"""What is kept in the one table."""

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from upominek.bootstrap.settled import Settled

if TYPE_CHECKING:
    from collections.abc import Callable

    from upominek.adapters.aws.table.cases import DynamoCaseRepository
    from upominek.adapters.aws.table.creditors import DynamoCreditorRepository
    from upominek.adapters.aws.table.health import DynamoHealthRepository
    from upominek.adapters.aws.table.imports import DynamoImportRepository
    from upominek.adapters.aws.table.invoices import DynamoInvoiceRepository
    from upominek.adapters.aws.table.letters import DynamoLetterRepository
    from upominek.adapters.aws.table.progress import DynamoProgressRepository
    from upominek.adapters.aws.table.rates import DynamoRateRepository
    from upominek.adapters.aws.table.reminders import DynamoReminderRepository
    from upominek.adapters.aws.table.retention import DynamoRetentionRepository
    from upominek.adapters.aws.table.text_overrides import DynamoTextRepository
    from upominek.adapters.aws.table.unmatched_payments import DynamoUnmatchedPayments
    from upominek.adapters.aws.table.webhooks import DynamoWebhookRepository


R = TypeVar("R")


class Table(Settled):
    """What is kept in the one table."""

    def _in_table(self, repository: "Callable[[Any, str], R]") -> "R":
        return repository(self.clients.dynamodb, self._needed("table_name"))

    @cached_property
    def creditors(self) -> "DynamoCreditorRepository":
        """Creditors and campaigns."""
        from upominek.adapters.aws.table.creditors import DynamoCreditorRepository

        return self._in_table(DynamoCreditorRepository)

    @cached_property
    def cases(self) -> "DynamoCaseRepository":
        """Cases."""
        from upominek.adapters.aws.table.cases import DynamoCaseRepository

        return self._in_table(DynamoCaseRepository)

    @cached_property
    def invoices(self) -> "DynamoInvoiceRepository":
        """Invoices and the due index."""
        from upominek.adapters.aws.table.invoices import DynamoInvoiceRepository

        return self._in_table(DynamoInvoiceRepository)

    @cached_property
    def reminders(self) -> "DynamoReminderRepository":
        """Reminders and receipts."""
        from upominek.adapters.aws.table.reminders import DynamoReminderRepository

        return DynamoReminderRepository(self.clients.dynamodb, self._needed("table_name"), self.carriers)

    @cached_property
    def rates(self) -> "DynamoRateRepository":
        """Rates of interest and of the euro."""
        from upominek.adapters.aws.table.rates import DynamoRateRepository

        return self._in_table(DynamoRateRepository)

    @cached_property
    def texts(self) -> "DynamoTextRepository":
        """Creditors' own texts."""
        from upominek.adapters.aws.table.text_overrides import DynamoTextRepository

        return self._in_table(DynamoTextRepository)

    @cached_property
    def progress(self) -> "DynamoProgressRepository":
        """Cursors and lanes."""
        from upominek.adapters.aws.table.progress import DynamoProgressRepository

        return self._in_table(DynamoProgressRepository)

    @cached_property
    def retention(self) -> "DynamoRetentionRepository":
        """What is kept no longer."""
        from upominek.adapters.aws.table.retention import DynamoRetentionRepository

        return self._in_table(DynamoRetentionRepository)

    @cached_property
    def health(self) -> "DynamoHealthRepository":
        """What the newest sweep found of each creditor."""
        from upominek.adapters.aws.table.health import DynamoHealthRepository

        return self._in_table(DynamoHealthRepository)

    @cached_property
    def webhooks(self) -> "DynamoWebhookRepository":
        """Ids of webhooks taken in."""
        from upominek.adapters.aws.table.webhooks import DynamoWebhookRepository

        return self._in_table(DynamoWebhookRepository)

    @cached_property
    def imports(self) -> "DynamoImportRepository":
        """Imports of files."""
        from upominek.adapters.aws.table.imports import DynamoImportRepository

        return self._in_table(DynamoImportRepository)

    @cached_property
    def unmatched_payments(self) -> "DynamoUnmatchedPayments":
        """Payments that name no invoice with its debtor."""
        from upominek.adapters.aws.table.unmatched_payments import DynamoUnmatchedPayments

        return self._in_table(DynamoUnmatchedPayments)

    @cached_property
    def letters(self) -> "DynamoLetterRepository":
        """Letters that were made, and the batches in which they are printed."""
        from upominek.adapters.aws.table.letters import DynamoLetterRepository

        return self._in_table(DynamoLetterRepository)
