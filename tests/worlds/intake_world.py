"""A creditor in memory into which events and files come, with helpers to make them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from upominek.adapters.formats.csv.writing import csv_blocks, csv_rows
from upominek.adapters.formats.known import KnownFormats
from upominek.adapters.memory.world import World
from upominek.application.cases.wake_debtors import WakeDebtors
from upominek.application.intake.apply_events import ApplyEvents
from upominek.application.intake.count_unreached import CountUnreached
from upominek.application.intake.import_file import ImportFile
from upominek.application.intake.import_plan import Arrival, ImportJob
from upominek.application.ports.intake import ImportRecord
from upominek.application.ports.invoices import InvoiceKey
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import DebtorDetails
from upominek.domain.receivables.events import (
    Header,
    InvoiceCancelled,
    InvoiceSettled,
    InvoiceStated,
    PaymentReceived,
    Statement,
)
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.values.contact import Email, Phone
from upominek.domain.values.money import Money

HURT = Creditor(id="hurt", name="Hurtownia Hydrauliczna")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DUE = date(2026, 3, 16)


def at(hour: float) -> datetime:
    return NOON + timedelta(hours=hour)


def stated(number: str, hour: float = 0, grosze: int = 10_000, debtor: str = "K-1", **others: object) -> InvoiceStated:
    details = DebtorDetails(
        id=debtor,
        name=f"Firma {debtor}",
        phones=(Phone("+48512345678", may_receive_sms=True),),
        emails=(Email("a@b.pl"),),
    )
    given = {"at": at(hour), "amount": Money(grosze), "due_on": DUE}
    header = Header(**given | others)  # type: ignore[arg-type]
    return InvoiceStated(number=number, debtor=details, header=header)


def paid(payment: str, number: str, hour: float = 1, grosze: int = 10_000, debtor: str = "K-1") -> PaymentReceived:
    return PaymentReceived(id=payment, number=number, debtor_id=debtor, amount=Money(grosze), at=at(hour))


def cancelled(number: str, hour: float = 1, debtor: str = "K-1") -> InvoiceCancelled:
    return InvoiceCancelled(number=number, debtor_id=debtor, at=at(hour))


def settled(number: str, hour: float = 1, debtor: str = "K-1") -> InvoiceSettled:
    return InvoiceSettled(number=number, debtor_id=debtor, at=at(hour))


class IntakeWorld(World):
    """Everything in memory, with one creditor and the use cases of intake."""

    def __init__(self) -> None:
        super().__init__(at(0))
        self.formats = KnownFormats()
        self.creditors.save(HURT)
        self.wake = WakeDebtors(self.creditors, self.cases, self.progress, self.clock)
        self.apply_events = ApplyEvents(self.cases, self.invoices, self.unmatched_payments, self.wake, self.clock)

    def apply(self, *events: Statement) -> dict[str, int]:
        """Take the events in; what became of them."""
        return dict(self.apply_events.apply(HURT, events))

    def invoice(self, number: str, debtor: str = "K-1") -> Invoice:
        """An invoice as it is stored."""
        return self.table.invoices[InvoiceKey("hurt", debtor, number)]

    def importing(
        self, *, chunk_bytes: int | None = None, real_time: Callable[[], datetime] | None = None
    ) -> ImportFile:
        """The import, with small chunks if wanted."""
        use_case = ImportFile(
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
            real_time=real_time or self.clock.now,
        )
        if chunk_bytes is not None:
            use_case.chunk_bytes = chunk_bytes
            use_case.block_bytes = max(chunk_bytes // 4, 16)
        return use_case

    def drop(
        self, key: str, content: str | bytes, hour: float = 0, *, chunk_bytes: int | None = None, version: str = ""
    ) -> ImportRecord | None:
        """Put a file into the bucket and let it be taken in to the end."""
        self.files.put(key, content.encode() if isinstance(content, str) else content)
        importing = self.importing(chunk_bytes=chunk_bytes)
        record = importing.arrived(Arrival(key=key, at=at(hour), version=version))
        self.work(importing)
        return None if record is None else self.imports.get(record.creditor, record.id)

    def work(self, importing: ImportFile) -> None:
        """Take every job from the queue, oldest first."""
        while self.queues.imports:
            importing.work(ImportJob.from_dict(self.queues.imports.pop(0)))  # type: ignore[attr-defined]
