"""The way onto the outbox: what is new stands in its day's manifest first, what was there before is put back.

Nothing else writes to the lanes. The sweep, redaction and restoring find messages by the manifests alone, so one that
went without a line there would never be missed, and its words would stay for years.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from upominek.application.jobs import OutboxItem, Planned
from upominek.application.ports.planning import ManifestStore
from upominek.application.ports.queues import Queues

if TYPE_CHECKING:
    from datetime import date


class Outbox:
    """Where messages begin.

    Nothing is queued before all of it is in the manifests, so who was killed in between repeats it: the same items
    have the same ids, and the sender sends each once.
    """

    def __init__(self, queues: Queues, manifests: ManifestStore) -> None:
        self._queues = queues
        self._manifests = manifests

    def put(self, batches: Sequence[Sequence[OutboxItem]], side_by_side: Callable[..., Iterable[Any]] = map) -> None:
        """Put new messages on their lanes, durably. Idempotent.

        Args:
            side_by_side: as `map`, for each batch; a pool's, where there are many.
        """
        days: dict[tuple[str, date], list[Planned]] = {}
        for item in chain.from_iterable(batches):
            days.setdefault((item.creditor, item.day), []).append(Planned.of(item))
        for (creditor, day), entries in days.items():
            self._manifests.write(creditor, day, entries)
        deque(
            side_by_side(self._queues.send, [batch for batch in batches if batch]), maxlen=0
        )  # to hear of what failed


def put_back(queues: Queues, item: OutboxItem, *, delay_seconds: int = 0) -> None:
    """Put a message on its lane again, later or on another lane, or its fallback: both are found by the line it has."""
    queues.send([item], delay_seconds=delay_seconds)
