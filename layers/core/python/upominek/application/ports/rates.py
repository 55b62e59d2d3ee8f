"""Rates of interest and of the euro."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    # Only what writes messages, makes letters, reckons interest or sweeps needs these; other cold starts do not wait.
    from upominek.domain.law.rates import EuroRate, RateTables, ReferenceRate


class RateRepository(Protocol):
    """What interest and compensation are reckoned by: the packaged tables, and what was imported since."""

    def tables(self) -> "RateTables":
        """The packaged tables with what was imported. May be some minutes old, but not what this process saved."""
        ...

    def save_reference(self, rates: Sequence["ReferenceRate"], checked_on: date, source: str) -> None:
        """From the first of these days on, put these reference rates in place of all others.

        Args:
            rates: oldest first, at least one.
            checked_on: the day up to which they are known to be complete.

        Raises:
            Conflict: somebody else imported at the same moment.
        """
        ...

    def save_euro(self, rates: Iterable["EuroRate"], source: str) -> None:
        """Add these rates of the euro; of one day, the newest counts. Raises: Conflict."""
        ...
