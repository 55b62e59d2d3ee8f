"""The clock of the embedded default, which can be moved: a file holds seconds that are added to the real time.

Moved time runs on at its usual pace. Nothing deployed to AWS reads such a file.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from pathlib import Path

WARSAW = ZoneInfo("Europe/Warsaw")


class MovableClock:
    """Business time: the real time plus the offset in a file; without the file, the real time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """The current business time, aware UTC."""
        return datetime.now(UTC) + self.offset()

    def offset(self) -> timedelta:
        """How far the clock is moved."""
        try:
            return timedelta(seconds=float(self._path.read_text(encoding="ascii")))
        except FileNotFoundError:
            return timedelta()

    def set_today(self, day: date, at: time | None = None) -> datetime:
        """Move the clock to this local day in Poland; by default the time of day stays what it is.

        Raises:
            ValueError: such a local time does not exist, or is unclear, on that night of the clock change.
        """
        now = self.now()
        wanted = datetime.combine(day, at or now.astimezone(WARSAW).time(), tzinfo=WARSAW)
        if at is not None and wanted.replace(fold=0).utcoffset() != wanted.replace(fold=1).utcoffset():
            raise ValueError(f"{wanted:%Y-%m-%d %H:%M} does not exist, or comes twice, in Poland")
        self._write(wanted.astimezone(UTC) - datetime.now(UTC))
        return self.now()

    def advance(self, by: timedelta) -> datetime:
        """Move the clock on from where it is."""
        self._write(self.offset() + by)
        return self.now()

    def reset(self) -> None:
        """Go back to the real time."""
        self._path.unlink(missing_ok=True)

    def _write(self, offset: timedelta) -> None:
        # Replaced as a whole: a function that reads at this moment sees the old offset or the new one.
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_name(f"{self._path.name}.new")
        draft.write_text(f"{offset.total_seconds()}\n", encoding="ascii")
        draft.replace(self._path)
