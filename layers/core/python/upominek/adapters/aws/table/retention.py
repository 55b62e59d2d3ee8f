"""What is kept no longer, in the table: redaction of reminders, the index of closed cases, and their erasure."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from itertools import chain
from typing import Final

from upominek.adapters.aws.client.parallel import in_parallel
from upominek.adapters.aws.table import keys
from upominek.adapters.aws.table.case_items import ERASURE, fact_item, nameless_item
from upominek.adapters.aws.table.expressions import Expression, Update
from upominek.adapters.aws.table.invoice_items import DUE_ATTRIBUTES, invoice_item, paged, payment_texts
from upominek.adapters.aws.table.reminder_items import (
    ADDRESS_HASH,
    AGAIN,
    PERSONAL,
    RECEIPTS,
    REDACTED_AT,
    again_entries,
    detail_attributes,
    outcome_attributes,
    receipt_entries,
)
from upominek.adapters.aws.table.table import ConditionFailed, DynamoRepository
from upominek.adapters.aws.table.typed_json import Item
from upominek.adapters.aws.table.values import time_text
from upominek.application.ports.invoices import InvoiceKey
from upominek.domain.cases.case import CaseFile
from upominek.domain.messages.carrier_traits import ReportNaming
from upominek.domain.messages.reminder import Reminder, ReminderKey, status_after
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.values.shards import shard_of

_THROUGH: Final = "day"
_INDEX: Final = (keys.RETENTION_INDEX, keys.RETENTION_SHARD, keys.RETENTION_KEY)


class DynamoRetentionRepository(DynamoRepository):
    """Redaction and erasure."""

    def redacted_through(self, creditor: str) -> date | None:
        """The last day of planning whose reminders were all redacted."""
        item = self._table.get(keys.redacted(creditor))
        return None if item is None else date.fromisoformat(item[_THROUGH])

    def set_redacted_through(self, creditor: str, day: date) -> None:
        """Remember it; never back."""
        update = Update()
        update.set(_THROUGH, day.isoformat())
        known = update.name(_THROUGH)
        update.condition = f"attribute_not_exists({known}) OR {known} < {update.value(day.isoformat())}"
        with suppress(ConditionFailed):
            self._table.update(keys.redacted(creditor), update)

    def redact(self, reminders: Sequence[Reminder]) -> Sequence[ReminderKey]:
        """Write each without what was removed; keys of those to which a receipt has come since they were read."""
        return [key for key in in_parallel(self._redact, reminders) if key is not None]

    def _redact(self, reminder: Reminder) -> ReminderKey | None:
        update = Update()
        update.set(REDACTED_AT, time_text(reminder.redacted_at))
        if reminder.address_hash is not None:
            update.set(ADDRESS_HASH, reminder.address_hash)
        update.remove(*PERSONAL)
        unchanged = f"attribute_not_exists({update.name(RECEIPTS)})"
        if entries := _entries(reminder):
            update.set(RECEIPTS, entries)
            unchanged = f"size({update.name(RECEIPTS)}) = {update.value(len(entries))}"
        update.condition = f"attribute_exists({update.name(keys.PK)}) AND {unchanged}"
        try:
            self._table.update(keys.reminder(reminder.key), update)
        except ConditionFailed:
            return reminder.key
        return None

    def closed_before(self, creditor: str, shards: tuple[int, ...], day: date) -> Iterator[tuple[str, date]]:
        """Debtors whose last noted closing was before the day, with the day of it, shard by shard."""
        between = "0", keys.retention_key(day, "")
        partitions = [keys.retention_shard(creditor, shard) for shard in range(max(shards))]
        attributes = keys.PK, keys.RETENTION_KEY
        pages = (self._table.query(one, between=between, index=_INDEX, attributes=attributes) for one in partitions)
        for item in chain.from_iterable(pages):
            closed_on, _, debtor = item[keys.RETENTION_KEY].partition("#")
            yield debtor, date.fromisoformat(closed_on)

    def keep_open(self, creditor: str, debtor: str, closed_on: date) -> None:
        """Take the case off the index, unless a later closing was noted."""
        update = Update()
        update.remove(keys.RETENTION_SHARD, keys.RETENTION_KEY)
        known = update.name(keys.RETENTION_KEY)
        update.condition = f"{known} = {update.value(keys.retention_key(closed_on, debtor))}"
        with suppress(ConditionFailed):
            self._table.update(keys.case(creditor, debtor), update)

    def begin_erasure(self, creditor: str, debtor: str, shards: tuple[int, ...], secret: str) -> str:
        """Note it in the case, and put that before all others in the index, so that it is finished whoever began it."""
        update = Update()
        update.assign(ERASURE, f"if_not_exists({update.name(ERASURE)}, {update.value(secret)})")
        update.set(keys.RETENTION_SHARD, keys.retention_shard(creditor, shard_of(debtor, shards[-1])))
        update.set(keys.RETENTION_KEY, keys.retention_key(date.min, debtor))
        standing: str = self._table.update(keys.case(creditor, debtor), update, wants_item=True)[ERASURE]
        return standing

    def pseudonymise(self, file: CaseFile, at: datetime) -> None:
        """Store each item of the case, the case itself last."""
        creditor, debtor = file.case.creditor, file.case.debtor.id
        items: dict[keys.Key, Item] = {}
        for invoice in file.invoices:
            key = InvoiceKey(creditor, debtor, invoice.number)
            kept, pages = paged(payment_texts(invoice.payments), 0)
            items[keys.invoice(key)] = _invoice_item(invoice) | kept
            items |= {keys.payments_page(key, number): page for number, page in pages.items()}
        for reminder in file.reminders:
            items[keys.reminder(reminder.key)] = _reminder_item(reminder)
        for fact in file.facts:
            items[keys.fact(creditor, debtor, fact.at, fact.id)] = fact_item(fact)
        self._all(lambda key: self._table.put(key, items[key]), items)
        self._table.put(keys.case(creditor, debtor), nameless_item(file.case, at))

    def forget(self, creditor: str, debtor: str, secret: str, digests: Collection[str]) -> None:
        """Delete every item of the partition, the case itself last, and take the debtor's id off marks of addresses."""
        case = keys.case(creditor, debtor)
        standing = self._table.get(case)
        if standing is None or standing.get(ERASURE) != secret:
            return
        marks = [keys.suppressed(creditor, digest) for digest in sorted(digests)]
        self._all(lambda key: self._unname(key, debtor), marks)
        found = self._table.query(case[0], attributes=(keys.PK, keys.SK), is_consistent=True)
        rest = [key for item in found if (key := (item[keys.PK], item[keys.SK])) != case]
        self._all(self._table.delete, rest)
        ours = Expression()
        ours.condition = f"{ours.name(ERASURE)} = {ours.value(secret)}"
        with suppress(ConditionFailed):
            self._table.delete(case, ours)

    def _unname(self, mark: keys.Key, debtor: str) -> None:
        update = Update()
        update.remove("debtor")
        update.condition = f"{update.name('debtor')} = {update.value(debtor)}"
        with suppress(ConditionFailed):  # not marked, or by another's case
            self._table.update(mark, update)

    @staticmethod
    def _all(work: Callable[[keys.Key], object], places: Collection[keys.Key]) -> None:
        in_parallel(work, list(places))


def _invoice_item(invoice: Invoice) -> Item:
    """Without a place in the index, should it be open: nobody is left to be reminded."""
    item = invoice_item(invoice, shards=1)
    return {name: value for name, value in item.items() if name not in DUE_ATTRIBUTES}


def _reminder_item(reminder: Reminder) -> Item:
    # Our own tags in a late report lead nowhere any more, so each is found by its carrier's id. Who is told our
    # reference instead (`OUR_REFERENCE`) finds it no more.
    item = detail_attributes(reminder, ReportNaming.ITS_ID) | outcome_attributes(reminder)
    return item | {RECEIPTS: _entries(reminder) or None, AGAIN: again_entries(reminder.receipts) or None}


def _entries(reminder: Reminder) -> list[str]:
    return [entry for one in reminder.receipts for entry in receipt_entries(one, status_after(one))]
