"""Time and ids."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time, as business sees it: movable in the embedded default, nowhere else."""

    def now(self) -> datetime:
        """The current time, aware UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait for real seconds."""
        ...


class IdFactory(Protocol):
    """Fresh ids, for facts that no retry must meet again."""

    def new(self) -> str:
        """A new id, sortable by time."""
        ...
