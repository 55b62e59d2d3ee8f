"""What was read a moment ago and may be believed for a moment longer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

V = TypeVar("V")

BELIEVED: Final = timedelta(seconds=30)
"""How long creditors, their campaigns and their stopped lanes are remembered."""


class TtlCache(Generic[V]):
    """Values by key, each read anew once it is older than `age`."""

    def __init__(self, age: timedelta = BELIEVED) -> None:
        self._age = age
        self._known: dict[str, tuple[datetime, V]] = {}

    def get(self, key: str, now: datetime, read: Callable[[str], V]) -> V:
        """The value, read unless it is recent; a clock that was set back makes it old too."""
        known = self._known.get(key)
        if known is None or not timedelta() <= now - known[0] < self._age:
            known = self._known[key] = now, read(key)
        return known[1]

    def forget(self, key: str) -> None:
        """Read it anew next time."""
        self._known.pop(key, None)
