"""Queues."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from upominek.application.jobs import OutboxItem, PlanJob


class Queues(Protocol):
    """The queues that this product writes to."""

    def plan(self, jobs: Sequence[PlanJob]) -> None:
        """Put jobs on the planning queue, durably."""
        ...

    def send(self, items: Iterable[OutboxItem], *, delay_seconds: int = 0) -> None:
        """Put reminders on the lanes of their channels, in batches, fair by creditor, durably.

        Args:
            delay_seconds: 0 to 900; nobody sees the item before.
        """
        ...

    def import_chunks(self, jobs: Sequence[Mapping[str, object]]) -> None:
        """Put jobs on the import queue, durably."""
        ...

    def receipts(self, bodies: Iterable[Mapping[str, object]], *, delay_seconds: int = 0) -> None:
        """Put reports of providers on the receipts queue, in batches, durably.

        Args:
            delay_seconds: 0 to 900; nobody sees them before.
        """
        ...
