"""Take rates in: those of reference and of the euro, as NBP publishes them, unless they contradict what is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from upominek.application.ports.rates import RateRepository
from upominek.domain.errors import Refused
from upominek.domain.law.rates import EuroRate, RateTables, ReferenceRate, percent_text
from upominek.domain.parties.actor import Actor

_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Where a file says something else than what is known; None where one of the two says nothing."""

    day: date
    known: Decimal | None
    file: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceFile:
    """What a file says of the reference rates.

    Attributes:
        name: of the file, for whoever asks where a rate comes from.
        rates: oldest first, at least one.
        checked_on: the day up to which they are known to be complete.
    """

    name: str
    rates: Sequence[ReferenceRate]
    checked_on: date

    def into(self, before: RateTables) -> RateTables:
        """The tables with these rates in them."""
        return before.with_reference(self.rates, self.checked_on, self.source)

    @property
    def source(self) -> str:
        """In words, as it is kept."""
        return f"{self.name}, reference rates imported up to that of {self.rates[-1].since}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRates:
    """Before and after an import, and where the two differ."""

    before: RateTables
    contradicts: tuple[Contradiction, ...]


@dataclass(frozen=True, slots=True)
class ImportRates:
    """Puts rates into the table of a stack."""

    rates: RateRepository

    def reference(self, actor: Actor, file: ReferenceFile, *, may_replace: bool = False) -> ImportedRates:
        """Take reference rates in, from the first of the file's days on.

        Raises:
            Refused: `rates_contradict`, unless what is known may be replaced.
            Conflict: somebody else imported at the same moment.
        """
        actor.require_all()
        before = self.rates.tables()
        found = reference_contradictions(before, file.rates)
        _check(file.name, found, may_replace=may_replace)
        self.rates.save_reference(file.rates, file.checked_on, file.source)
        return ImportedRates(before=before, contradicts=found)

    def euro(self, actor: Actor, name: str, rates: Sequence[EuroRate], *, may_replace: bool = False) -> ImportedRates:
        """Take rates of the euro in.

        Raises:
            Refused: `rates_contradict`, unless what is known may be replaced.
            Conflict: somebody else imported at the same moment.
        """
        actor.require_all()
        before = self.rates.tables()
        found = euro_contradictions(before, rates)
        _check(name, found, may_replace=may_replace)
        self.rates.save_euro(rates, f"{name}, rates of the euro imported up to that of {rates[-1].on}")
        return ImportedRates(before=before, contradicts=found)


@dataclass(frozen=True, slots=True)
class ShowRates:
    """Reads the rates in use."""

    rates: RateRepository

    def __call__(self) -> RateTables:
        """All of them."""
        return self.rates.tables()


def reference_contradictions(known: RateTables, read: Sequence[ReferenceRate]) -> tuple[Contradiction, ...]:
    """Where the file and what is known differ, from the file's first day to the last day known."""
    if not known.reference:
        return ()
    first, last = max(read[0].since, known.reference[0].since), known.reference[-1].since
    before: Mapping[date, Decimal] = {one.since: one.percent for one in known.reference if one.since >= first}
    after: Mapping[date, Decimal] = {one.since: one.percent for one in read if first <= one.since <= last}
    return tuple(
        Contradiction(day, before.get(day), after.get(day))
        for day in sorted(before.keys() | after.keys())
        if before.get(day) != after.get(day)
    )


def euro_contradictions(known: RateTables, read: Sequence[EuroRate]) -> tuple[Contradiction, ...]:
    """Days of which the file says another rate than is known."""
    return tuple(
        Contradiction(one.on, before.rate, one.rate)
        for one in read
        if (before := known.euro.get(one.on)) and before.rate != one.rate
    )


def _check(file: str, found: Sequence[Contradiction], *, may_replace: bool) -> None:
    if not found or may_replace:
        return
    told = "; ".join(f"{one.day.isoformat()}: {_told(one.known)} / {_told(one.file)}" for one in found[:_SHOWN])
    raise Refused(
        "rates_contradict",
        pl=f"{file} przeczy znanym stopom albo ich nie ma (znane / w pliku): {told}. Pobierz plik ponownie; jeśli to "
        "on ma rację, dodaj --replace.",
        en=f"{file} contradicts or lacks rates that are known (known / in the file): {told}. Download the file again; "
        "if it is right, add --replace.",
    )


def _told(rate: Decimal | None) -> str | None:
    return None if rate is None else percent_text(rate)
