"""What is kept no longer, in memory: redaction of reminders, closed cases, and their erasure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from upominek.adapters.memory.table import CaseRow, Table
from upominek.application.ports.invoices import InvoiceKey
from upominek.domain.cases.case import CaseFile
from upominek.domain.messages.reminder import Reminder, ReminderKey, status_after


class MemoryRetentionRepository:
    """Redaction and erasure."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def redacted_through(self, creditor: str) -> date | None:
        """The last day of planning whose reminders were all redacted."""
        return self._table.redacted_through.get(creditor)

    def set_redacted_through(self, creditor: str, day: date) -> None:
        """Remember it; never back."""
        with self._table.lock:
            known = self._table.redacted_through.get(creditor, day)
            self._table.redacted_through[creditor] = max(known, day)

    def redact(self, reminders: Sequence[Reminder]) -> Sequence[ReminderKey]:
        """Write each without what was removed; keys of those to which a receipt has come since they were read."""
        return [one.key for one in reminders if not self._redact(one)]

    def _redact(self, reminder: Reminder) -> bool:
        table, key = self._table, reminder.key
        with table.lock:
            if key not in table.reminders or len(table.told.get(key, ())) != len(reminder.receipts):
                return False
            table.reminders[key] = replace(
                table.reminders[key],
                address=None,
                address_hash=reminder.address_hash,
                subject=None,
                text=None,
                detail=None,
                redacted_at=reminder.redacted_at,
            )
            self._tell(reminder)
            return True

    def closed_before(self, creditor: str, shards: tuple[int, ...], day: date) -> Iterator[tuple[str, date]]:  # noqa: ARG002
        """Debtors whose last noted closing was before the day, with the day of it."""
        with self._table.lock:
            found = [
                (row.closed_on, debtor)
                for (owner, debtor), row in self._table.cases.items()
                if owner == creditor and row.closed_on is not None and row.closed_on < day
            ]
        return ((debtor, closed_on) for closed_on, debtor in sorted(found))

    def keep_open(self, creditor: str, debtor: str, closed_on: date) -> None:
        """Take the case off the index, unless a later closing was noted."""
        with self._table.lock:
            row = self._table.cases.get((creditor, debtor))
            if row is not None and row.closed_on == closed_on:
                row.closed_on = None

    def begin_erasure(self, creditor: str, debtor: str, shards: tuple[int, ...], secret: str) -> str:  # noqa: ARG002
        """Note in the case that it is being erased; the secret that stands there now."""
        with self._table.lock:
            row = self._table.row(creditor, debtor)
            row.erasure, row.closed_on = row.erasure or secret, date.min
            return row.erasure

    def pseudonymise(self, file: CaseFile, at: datetime) -> None:  # noqa: ARG002
        """Store a case without its person, in no index."""
        table, case = self._table, file.case
        with table.lock:
            for invoice in file.invoices:
                table.invoices[InvoiceKey(invoice.creditor, invoice.debtor, invoice.number)] = invoice
            for reminder in file.reminders:
                table.reminders[reminder.key] = replace(reminder, receipts=())
                table.nameless.add(reminder.key)
                self._tell(reminder)
            table.cases[case.creditor, case.debtor.id] = CaseRow(
                debtor=case.debtor,
                credits=dict(case.credits),
                acknowledged={(number, day) for number, days in case.acknowledged.items() for day in days},
                facts={(one.at, one.id): one for one in file.facts},
            )

    def forget(self, creditor: str, debtor: str, secret: str, digests: Collection[str]) -> None:
        """Delete all that is kept of the case."""
        table, mine = self._table, (creditor, debtor)
        with table.lock:
            row = table.cases.get(mine)
            if row is None or row.erasure != secret:
                return
            for mark in [(creditor, digest) for digest in digests]:
                if table.suppressed.get(mark) == debtor:
                    table.suppressed[mark] = ""
            for invoice in [one for one in table.invoices if (one.creditor, one.debtor) == mine]:
                table.drop(invoice)
            for key in [one for one in table.reminders if (one.creditor, one.debtor) == mine]:
                table.reminders.pop(key)
                table.told.pop(key, None)
            del table.cases[mine]

    def _tell(self, reminder: Reminder) -> None:
        self._table.told[reminder.key] = [(one, status_after(one)) for one in reminder.receipts]
