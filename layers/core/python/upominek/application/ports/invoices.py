"""Invoices and the due index."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from upominek.domain.receivables.invoice import Invoice
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.span import Span


@dataclass(frozen=True, slots=True)
class InvoiceKey:
    """Where an invoice is kept."""

    creditor: str
    debtor: str
    number: str


@dataclass(frozen=True, slots=True)
class InvoiceChange:
    """An invoice as it was read (version 0 when it did not exist) and as it shall be."""

    before: Invoice
    after: Invoice


class InvoiceRepository(Protocol):
    """Invoices, and the index of open ones by due date."""

    def get_many(self, keys: Collection[InvoiceKey]) -> dict[InvoiceKey, Invoice]:
        """Consistent, in batches; those that do not exist are absent."""
        ...

    def save(self, changes: Sequence[InvoiceChange], shards: tuple[int, ...]) -> list[InvoiceKey]:
        """Write each change, provided that the stored invoice still has the version of `before`.

        An invoice whose `credit` changes is written in one transaction with its case. What is open gets its place in
        the due index, by the creditor's newest number of shards; what is closed leaves it.

        Returns:
            Keys that somebody else changed first: read, fold and save these again. The others are durable.
        """
        ...

    def due(self, creditor: str, shards: tuple[int, ...], shard: int, spans: Sequence[Span]) -> Iterator[DueInvoice]:
        """Open invoices of one shard with due dates in the spans, from the index, by due date then debtor.

        Args:
            shards: every number of shards that the creditor has had; `shard` counts within the newest.
        """
        ...

    def open_of(self, creditor: str, debtor: str) -> list[Invoice]:
        """All open invoices of the debtor, credit notes among them, by due date; consistent, in one request or few."""
        ...

    def all_open(self, creditor: str, shards: tuple[int, ...]) -> Iterator[DueInvoice]:
        """Every open invoice of the creditor, from the index."""
        ...
