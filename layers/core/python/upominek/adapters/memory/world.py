"""Every port in memory, with the guarantees of the real ones; safe for threads.

Tests of use cases run against it, and the contract tests hold it and the AWS adapters to the same words.
"""

from datetime import UTC, datetime

from upominek.adapters.memory.administration import (
    MemoryDeadLetters,
    MemoryPlanStarter,
    MemoryQueueMonitor,
    MemorySendingLog,
)
from upominek.adapters.memory.letters import MemoryLetterRepository
from upominek.adapters.memory.outside import (
    CountingIds,
    ManualClock,
    MemoryEmailSender,
    MemoryFileStore,
    MemoryQueues,
    MemorySecretStore,
    MemorySmsSender,
)
from upominek.adapters.memory.overrides import MemoryTextRepository
from upominek.adapters.memory.rates import MemoryRateRepository
from upominek.adapters.memory.retention import MemoryRetentionRepository
from upominek.adapters.memory.runs import (
    MemoryHealthRepository,
    MemoryImportRepository,
    MemoryManifestStore,
    MemoryProgressRepository,
    MemoryUnmatchedPayments,
    MemoryWebhookRepository,
)
from upominek.adapters.memory.table import (
    MemoryCaseRepository,
    MemoryCreditorRepository,
    MemoryInvoiceRepository,
    MemoryReminderRepository,
    Table,
)

__all__ = ["ManualClock", "World"]

MONDAY_MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)


class World:
    """One of each port; those that share a table share it here as well."""

    def __init__(self, now: datetime = MONDAY_MORNING) -> None:
        self.table = Table()
        self.creditors = MemoryCreditorRepository(self.table)
        self.cases = MemoryCaseRepository(self.table)
        self.invoices = MemoryInvoiceRepository(self.table)
        self.reminders = MemoryReminderRepository(self.table)
        self.retention = MemoryRetentionRepository(self.table)
        self.progress = MemoryProgressRepository()
        self.manifests = MemoryManifestStore()
        self.health = MemoryHealthRepository()
        self.webhooks = MemoryWebhookRepository()
        self.unmatched_payments = MemoryUnmatchedPayments()
        self.imports = MemoryImportRepository()
        self.rates = MemoryRateRepository()
        self.texts = MemoryTextRepository()
        self.letters = MemoryLetterRepository()
        self.queues = MemoryQueues()
        self.sms = MemorySmsSender()
        self.email = MemoryEmailSender()
        self.files = MemoryFileStore()
        self.secrets = MemorySecretStore()
        self.dead_letters = MemoryDeadLetters()
        self.queue_monitor = MemoryQueueMonitor()
        self.sending_log = MemorySendingLog()
        self.plan_starter = MemoryPlanStarter()
        self.clock = ManualClock(now)
        self.ids = CountingIds()
