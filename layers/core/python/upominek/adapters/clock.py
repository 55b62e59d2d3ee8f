"""The machine's clock, and ids made of it. Nothing else in the product asks the machine for the time."""

import secrets
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def real_time() -> datetime:
    """The real time, for what the outside world dates: signatures, expiry in the table."""
    return datetime.now(UTC)


class SystemClock:
    """Business time: the real time, moved by what the clock file says.

    Args:
        offset_file: file with seconds to be added, which may be written while this runs; only the embedded default has
            one. A file that is not there moves nothing.
    """

    def __init__(self, offset_file: str | None = None) -> None:
        self._file = None if offset_file is None else Path(offset_file)

    def now(self) -> datetime:
        """The current business time, aware UTC."""
        return real_time() if self._file is None else real_time() + self._offset_in(self._file)

    def sleep(self, seconds: float) -> None:
        """Wait for real seconds."""
        time.sleep(max(seconds, 0.0))

    @staticmethod
    def _offset_in(file: Path) -> timedelta:
        try:
            return timedelta(seconds=float(file.read_bytes() or 0))
        except FileNotFoundError:
            return timedelta()


class UlidFactory:
    """ULIDs: 26 characters that sort by time, with 80 random bits each."""

    def new(self) -> str:
        """A new id."""
        milliseconds = int(real_time().timestamp() * 1000)
        number = milliseconds << 80 | secrets.randbits(80)
        return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
