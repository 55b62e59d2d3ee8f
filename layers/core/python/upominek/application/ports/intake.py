"""What is known of imports and webhooks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from upominek.domain.receivables.events import PaymentStated


class UnmatchedPaymentRepository(Protocol):
    """Payments that name no invoice with its debtor: kept until somebody finds out what they were for."""

    def keep(self, creditor: str, payments: Sequence[PaymentStated]) -> None:
        """Store those whose ids are new; what stands under an id stays as it is. Idempotent."""
        ...

    def all(self, creditor: str) -> Sequence[PaymentStated]:
        """By day, those of one day by id; consistent."""
        ...

    def remove(self, creditor: str, payment_ids: Collection[str]) -> None:
        """Strike them off. Idempotent."""
        ...


class WebhookRepository(Protocol):
    """Ids of webhooks taken in, so that one id never stands for two bodies."""

    def remember(self, creditor: str, webhook_id: str, body_digest: str) -> bool:
        """Remember the id with the digest of its body, for some days; False when it stands for another body."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRecord:
    """How far the import of one file has come; also its final report.

    Attributes:
        id: derived from the file (key and version), so that a redelivered event meets the same import.
        state: `checking`, `applying`, `done`, `failed`, or `waiting` (a snapshot that would settle too much).
        chunks: how many the file was cut into; `checked` and `applied` hold the numbers of those finished.
        counts: rows, accepted, rejected, new, changed, unchanged, settled.
        plan: the cut as JSON text, opaque to the repository.
    """

    id: str
    creditor: str
    key: str
    state: str
    started_at: datetime
    finished_at: datetime | None = None
    digest: str = ""
    chunks: int = 0
    checked: frozenset[int] = frozenset()
    applied: frozenset[int] = frozenset()
    counts: Mapping[str, int] = field(default_factory=dict)
    error_code: str | None = None
    plan: str = ""


class ImportRepository(Protocol):
    """Imports of files."""

    def start(self, record: ImportRecord) -> ImportRecord:
        """Store the record if its id is new; returns what stands there now."""
        ...

    def get(self, creditor: str, import_id: str) -> ImportRecord:
        """A consistent read. Raises: NotFound."""
        ...

    def finish_chunk(
        self, creditor: str, import_id: str, phase: str, chunk: int, counts: Mapping[str, int]
    ) -> ImportRecord:
        """Note that a chunk is `checked` or `applied` (the phase) and add its counts, once, atomically.

        Returns:
            The record as it is now.
        """
        ...

    def advance(self, creditor: str, import_id: str, from_state: str, record: ImportRecord) -> bool:
        """Replace state, counts, plan, error and finish time if the state is still `from_state`; False otherwise."""
        ...

    def recent(self, creditor: str, limit: int = 20) -> Sequence[ImportRecord]:
        """Newest first."""
        ...
