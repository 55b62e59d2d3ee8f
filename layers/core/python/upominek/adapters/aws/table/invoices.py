"""Invoices in the table, and the index of open ones by due date."""

import heapq
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from typing import Final

from upominek.adapters.aws.client.parallel import in_parallel
from upominek.adapters.aws.table import keys as places
from upominek.adapters.aws.table.case_items import credit
from upominek.adapters.aws.table.expressions import Expression, Update
from upominek.adapters.aws.table.invoice_items import (
    AMOUNT,
    CLAIM,
    CORRECTS,
    CURRENCY,
    KNOWN_AT,
    OUTSTANDING,
    PAGES,
    PAYMENTS,
    PAYMENTS_PER_ITEM,
    VERSION,
    due_from,
    invoice_from,
    invoice_item,
    paged,
    payment_texts,
)
from upominek.adapters.aws.table.table import ConditionFailed, DynamoRepository, is_new
from upominek.adapters.aws.table.typed_json import Item
from upominek.adapters.aws.table.values import money_text
from upominek.application.ports.invoices import InvoiceChange, InvoiceKey
from upominek.domain.errors import Conflict
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.shards import shard_of
from upominek.domain.values.span import Span

_INDEX: Final = (places.DUE_INDEX, places.DUE_SHARD, places.DUE_KEY)
_IN_INDEX: Final = (places.PK, places.SK, places.DUE_KEY, OUTSTANDING, CURRENCY, CLAIM, AMOUNT, KNOWN_AT, CORRECTS)
_OF_CASE: Final = (places.OPEN_INDEX, places.PK, places.DUE_KEY)


class DynamoInvoiceRepository(DynamoRepository):
    """Invoices."""

    def get_many(self, keys: Collection[InvoiceKey]) -> dict[InvoiceKey, Invoice]:
        """Consistent; those that do not exist are absent."""
        invoices = {places.invoice(key): key for key in keys}
        return self._whole({invoices[place]: item for place, item in self._table.get_many(invoices).items()})

    def _whole(self, items: Mapping[InvoiceKey, Item]) -> dict[InvoiceKey, Invoice]:
        """The invoices with the payments on pages beside them."""
        wanted = {
            places.payments_page(key, page): key
            for key, item in items.items()
            for page in range(1, item.get(PAGES, 0) + 1)
        }
        pages = self._table.get_many(wanted) if wanted else {}
        own: dict[InvoiceKey, list[Item]] = {}
        if len(pages) < len(wanted):
            raise Conflict("payments of an invoice")  # its case is being erased
        for place, key in wanted.items():
            own.setdefault(key, []).append(pages[place])
        return {key: invoice_from(item, own.get(key, ())) for key, item in items.items()}

    def save(self, changes: Sequence[InvoiceChange], shards: tuple[int, ...]) -> list[InvoiceKey]:
        """Write each change, provided that nobody wrote since it was read; keys of those that somebody did."""
        new: dict[places.Key, InvoiceChange] = {}
        others = []
        for change in changes:
            place = places.invoice(_key(change))
            is_simple = change.before.version == 0 and change.after.credit is None and not _is_long(change)
            if is_simple and place not in new:
                new[place] = change
            else:
                others.append(change)
        taken = self._table.insert_many({place: _item(change, shards) for place, change in new.items()})
        lost = in_parallel(lambda change: self._save(change, shards), others)
        return [*(_key(new[place]) for place in taken), *filter(None, lost)]

    def _save(self, change: InvoiceChange, shards: tuple[int, ...]) -> InvoiceKey | None:
        place, item = places.invoice(_key(change)), _item(change, shards)
        unchanged = _has_version(change.before.version) if change.before.version else is_new()
        beside = []
        if _is_long(change):
            pages = self._turn_pages(change, item)
            if pages is None:
                return _key(change)
            beside = [self._table.put_in_transaction(*page) for page in pages.items()]
        if change.before.credit != change.after.credit:
            beside.append(self._table.update_in_transaction(*_credit_change(change.after)))
        if beside:
            failed = self._table.transact(self._table.put_in_transaction(place, item, unchanged), *beside)
            return _key(change) if failed else None
        try:
            self._table.put(place, item, unchanged)
        except ConditionFailed:
            return _key(change)
        return None

    def _turn_pages(self, change: InvoiceChange, item: Item) -> dict[places.Key, Item] | None:
        """Leave the newest payments with the item; the new pages that take the rest, None where somebody was faster.

        Pages that stand are never written again: a payment that is told anew stands with the invoice, and counts.
        """
        standing = self._table.get(places.invoice(_key(change))) or {}
        if standing.get(VERSION, 0) != change.before.version:
            return None
        news = {key: one for key, one in change.after.payments.items() if change.before.payments.get(key) != one}
        kept, new = paged(standing.get(PAYMENTS, {}) | payment_texts(news), standing.get(PAGES, 0))
        item.update(kept)
        return {places.payments_page(_key(change), number): page for number, page in new.items()}

    def due(self, creditor: str, shards: tuple[int, ...], shard: int, spans: Sequence[Span]) -> Iterator[DueInvoice]:
        """Open invoices of one shard with due dates in the spans, by due date then debtor.

        An invoice stays in the partition in which it was written, so those of older numbers of shards are read as well,
        and debtors of other shards in them left out.
        """
        partitions = sorted({shard % count for count in shards})
        return self._open(
            [places.due_shard(creditor, partition) for partition in partitions],
            [
                (span.first.isoformat(), (span.last + timedelta(days=1)).isoformat())
                for span in sorted(filter(None, spans), key=lambda one: one.first)
            ],
            lambda debtor: shard_of(debtor, shards[-1]) == shard,
        )

    def open_of(self, creditor: str, debtor: str) -> list[Invoice]:
        """All open invoices of the debtor by due date, by one consistent query of the case's own index."""
        partition = places.case_partition(creditor, debtor)
        items = self._table.query(partition, index=_OF_CASE, is_consistent=True)
        numbered = {InvoiceKey(creditor, debtor, item[places.SK].removeprefix(places.INVOICE)): item for item in items}
        return list(self._whole(numbered).values())

    def all_open(self, creditor: str, shards: tuple[int, ...]) -> Iterator[DueInvoice]:
        """Every open invoice of the creditor, by due date then debtor."""
        partitions = [places.due_shard(creditor, partition) for partition in range(max(shards))]
        return self._open(partitions, [("0", "9~")], lambda _: True)

    def _open(
        self, partitions: Sequence[str], ranges: Sequence[tuple[str, str]], is_wanted: Callable[[str], bool]
    ) -> Iterator[DueInvoice]:
        def one_by_one(partition: str) -> Iterator[Item]:
            pages = (self._table.query(partition, between=r, index=_INDEX, attributes=_IN_INDEX) for r in ranges)
            return chain.from_iterable(pages)

        merged = heapq.merge(*map(one_by_one, partitions), key=lambda item: item[places.DUE_KEY])
        return (invoice for item in merged if is_wanted((invoice := due_from(item)).debtor))


def _key(change: InvoiceChange) -> InvoiceKey:
    return InvoiceKey(change.after.creditor, change.after.debtor, change.after.number)


def _is_long(change: InvoiceChange) -> bool:
    return len(change.after.payments) > PAYMENTS_PER_ITEM


def _item(change: InvoiceChange, shards: tuple[int, ...]) -> Item:
    return invoice_item(replace(change.after, version=change.before.version + 1), shards[-1])


def _has_version(version: int) -> Expression:
    unchanged = Expression()
    unchanged.condition = f"{unchanged.name(VERSION)} = {unchanged.value(version)}"
    return unchanged


def _credit_change(invoice: Invoice) -> tuple[places.Key, Update]:
    """What the case is to be told of the invoice's credit."""
    update = Update()
    if invoice.credit is None:
        update.remove(credit(invoice.number))
    else:
        update.set(credit(invoice.number), money_text(invoice.credit))
    return places.case(invoice.creditor, invoice.debtor), update
