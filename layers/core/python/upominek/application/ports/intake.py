"""What is known of imports and webhooks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from upominek.domain.receivables.events import PaymentStated
from upominek.domain.receivables.payments import BookedPayment, Booking, KeptPayment


class UnmatchedPaymentRepository(Protocol):
    """A creditor's payments: those kept apart until somebody finds out what they are for, and the list of others."""

    def keep(self, creditor: str, payments: Sequence[PaymentStated]) -> None:
        """Store those whose ids are new; what stands under an id stays as it is. Idempotent."""
        ...

    def all(self, creditor: str) -> Sequence[PaymentStated]:
        """Those kept apart, wherever they went since; by day, those of one day by id; consistent."""
        ...

    def kept(self, creditor: str) -> Sequence[KeptPayment]:
        """The same, with what became of each."""
        ...

    def find(self, creditor: str, payment_ids: Collection[str]) -> Mapping[str, KeptPayment]:
        """Those of the payments that were kept apart; consistent."""
        ...

    def note_booking(self, creditor: str, payment_id: str, booking: Booking | None, *, before: int) -> bool:
        """Note where the payment went, or that it waits again.

        Args:
            before: how often it had been booked when it was read.

        Returns:
            False where it is not there, or somebody has booked it meanwhile.
        """
        ...

    def list_booked(self, creditor: str, payments: Sequence[BookedPayment]) -> None:
        """Put payments that stand with an invoice on the list, each once. Idempotent."""
        ...

    def booked(self, creditor: str, *, loose_only: bool = False) -> Iterable[BookedPayment]:
        """The list, in no order.

        Args:
            loose_only: those alone whose invoice was not known when they came, or in another currency.
        """
        ...

    def strike_booked(self, creditor: str, payments: Sequence[BookedPayment]) -> None:
        """Take these off the list. Idempotent."""
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

    def restart(self, creditor: str, import_id: str, from_state: str, record: ImportRecord) -> bool:
        """The same, and no chunk counts as finished any more."""
        ...

    def recent(self, creditor: str, limit: int = 20) -> Sequence[ImportRecord]:
        """Newest first."""
        ...

    def answers(self, creditor: str) -> Mapping[str, str]:
        """What a person has said of the columns of the creditor's files, for good; see `domain/receivables/asks.py`."""
        ...

    def keep_answers(self, creditor: str, answers: Mapping[str, str]) -> None:
        """Keep these too; the newer answer to a question counts. Idempotent."""
        ...
