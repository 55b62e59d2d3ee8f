"""Rates, in memory, on top of the packaged ones."""

from collections.abc import Iterable, Sequence
from datetime import date
from threading import RLock

from upominek.adapters.reference_data.rates_file import packaged_rates
from upominek.domain.law.rates import EuroRate, RateTables, ReferenceRate


class MemoryRateRepository:
    """Tables that imports extend."""

    def __init__(self, tables: RateTables | None = None) -> None:
        self._given = tables
        self._lock = RLock()

    def tables(self) -> RateTables:
        """The packaged tables (or those given) with what was imported."""
        with self._lock:
            self._given = self._given or packaged_rates()
            return self._given

    def save_reference(self, rates: Sequence[ReferenceRate], checked_on: date, source: str) -> None:
        """Put the rates on top of the known ones."""
        with self._lock:
            self._given = self.tables().with_reference(rates, checked_on, source)

    def save_euro(self, rates: Iterable[EuroRate], source: str) -> None:
        """Put the rates beside the known ones, over those of the same days."""
        with self._lock:
            self._given = self.tables().with_euro(rates, source)
