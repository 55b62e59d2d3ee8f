"""Rates that the law adds interest and compensation by: what was published, and the tables derived from it.

One published series, the National Bank of Poland's reference rate, and a few rules of the law give every table of
interest. Both are data with a source, not code: `adapters.reference_data.rates_file` reads them.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Final, Self, assert_never

from upominek.domain.errors import InvalidValue, NotFound
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.unknown import Unknown

UNITS_PER_PERCENT: Final = 10_000
"""A rate is also kept as a whole number of these, so that interest is reckoned in integers."""

HIGHEST_PERCENT: Final = 200
LOWEST_EURO, HIGHEST_EURO = Decimal(1), Decimal(20)


class InterestKind(StrEnum):
    """Which statutory interest for delay is owed."""

    CIVIL = "civil"
    COMMERCIAL = "commercial"
    HEALTHCARE = "healthcare"


def interest_kind(debtor: DebtorKind, claim: ClaimKind | Unknown | None = None) -> InterestKind | None:
    """Which interest a debtor of this kind owes; None for taxes and fees, whose interest is not reckoned here.

    None too where nobody here knows what is owed for.

    Source: art. 481 § 2 KC for consumers; art. 4 pt 3 of the act of 8 March 2013 on excessive delays in commercial
    transactions for businesses and public bodies, with a lower rate for public healthcare entities; art. 53 and 56 of
    the Tax Ordinance for taxes, by a rate of their own.
    """
    if claim is ClaimKind.TAX or isinstance(claim, Unknown):
        return None
    match debtor:
        case DebtorKind.CONSUMER:
            return InterestKind.CIVIL
        case DebtorKind.HEALTHCARE:
            return InterestKind.HEALTHCARE
        case DebtorKind.BUSINESS | DebtorKind.PUBLIC:
            return InterestKind.COMMERCIAL
        case _:
            assert_never(debtor)


@dataclass(frozen=True, slots=True)
class ReferenceRate:
    """The central bank's reference rate, per cent a year, in force until the next one."""

    since: date
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How the law sets a rate from a day on: a fixed one, or so much above the reference rate.

    Attributes:
        percent: the fixed rate; with `above_reference`, unused.
        above_reference: percentage points on top of the reference rate.
    """

    since: date
    percent: Decimal | None = None
    above_reference: Decimal | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """A yearly rate of interest in per cent, in force until the next one in its table."""

    since: date
    percent: Decimal


@dataclass(frozen=True, slots=True)
class RateTable:
    """Rates in order of time; two that follow each other differ.

    Attributes:
        starts: the first day of each rate, as an ordinal.
        ends: the last day of each rate; the last one has none.
        units: each rate in units of 1/10 000 of a per cent.
    """

    rates: tuple[Rate, ...]
    starts: tuple[int, ...] = field(init=False, repr=False, compare=False)
    ends: tuple[date, ...] = field(init=False, repr=False, compare=False)
    units: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ends", tuple(one.since - timedelta(days=1) for one in self.rates[1:]))
        object.__setattr__(self, "starts", tuple(one.since.toordinal() for one in self.rates))
        object.__setattr__(self, "units", tuple(int(one.percent * UNITS_PER_PERCENT) for one in self.rates))

    def place(self, day: date) -> int:
        """Which of the rates is in force on the day.

        Raises:
            NotFound: `rate_unknown`, the table begins later.
        """
        place = bisect_right(self.starts, day.toordinal()) - 1
        if place < 0:
            first = f"{self.rates[0].since}" if self.rates else "–"
            raise NotFound(
                "rate_unknown",
                pl=f"Stopa odsetek na {day} nie jest znana; tabela zaczyna się {first}. Podaj późniejszy termin albo "
                "uzupełnij tabelę (--rates).",
                en=f"The rate of interest on {day} is not known; the table begins on {first}. Give a later date, or "
                "a table that goes further back (--rates).",
            )
        return place


@dataclass(frozen=True, slots=True)
class EuroRate:
    """The central bank's average rate of the euro on a day, złoty for one euro.

    Attributes:
        table: number of the table A that it stands in, such as `021/A/NBP/2025`; empty where that is not known.
    """

    on: date
    rate: Decimal
    table: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTables:
    """Everything published that interest and compensation are reckoned by.

    Make one by `of`, which checks and derives. After `checked_on` the last known rates are taken to stay in force.

    Attributes:
        reference: reference rates, oldest first.
        rules: by kind of interest, oldest first.
        checked_on: the last day up to which the reference rates are known to be complete.
        tables: derived from the two, by kind.
        euro: average rates of the euro by day.
        sources: where the data came from, one sentence each.
    """

    reference: tuple[ReferenceRate, ...]
    rules: Mapping[InterestKind, tuple[Rule, ...]]
    checked_on: date
    tables: Mapping[InterestKind, RateTable]
    euro: Mapping[date, EuroRate] = field(default_factory=dict)
    sources: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        *,
        reference: Sequence[ReferenceRate],
        rules: Mapping[InterestKind, Sequence[Rule]],
        checked_on: date,
        euro: Iterable[EuroRate] = (),
        sources: Sequence[str] = (),
    ) -> Self:
        """The tables of these data.

        Raises:
            InvalidValue: `rates_disordered`, `rate_out_of_range`, `rates_missing` (a rule needs a reference rate from
                before the first one).
        """
        check_order([one.since for one in reference])
        for one in reference:
            check_percent(one.percent)
        tables = {
            kind: RateTable(tuple(_merged(_derived(kind, of_kind, reference)))) for kind, of_kind in rules.items()
        }
        return cls(
            reference=tuple(reference),
            rules={kind: tuple(of_kind) for kind, of_kind in rules.items()},
            checked_on=checked_on,
            tables=tables,
            euro={one.on: one for one in euro},
            sources=tuple(sources),
        )

    def with_reference(
        self,
        rates: Sequence[ReferenceRate],
        checked_on: date,
        source: str = "",
        rules: Mapping[InterestKind, Sequence[Rule]] | None = None,
    ) -> Self:
        """These tables with newer data: from its first day on the new series counts, and nothing of the old one.

        A series that ends before the old one did is complete up to its own `checked_on` only.

        Args:
            rates: oldest first; none leaves the old ones.
            rules: of the kinds whose rules are new as well.
        """
        goes_on = not rates or not self.reference or rates[-1].since >= self.reference[-1].since
        first = rates[0].since if rates else date.max
        return self.of(
            reference=[*(one for one in self.reference if one.since < first), *rates],
            rules={**self.rules, **(rules or {})},
            checked_on=max(self.checked_on, checked_on) if goes_on else checked_on,
            euro=self.euro.values(),
            sources=(*self.sources, *([source] if source else [])),
        )

    def with_euro(self, rates: Iterable[EuroRate], source: str = "") -> Self:
        """These tables with more rates of the euro; a new rate of a day takes the place of the old one."""
        return replace(
            self,
            euro={**self.euro, **{one.on: one for one in rates}},
            sources=(*self.sources, *([source] if source else [])),
        )

    def euro_on(self, day: date) -> EuroRate:
        """The rate of the day. Raises: NotFound: `euro_rate_unknown`."""
        if day not in self.euro:
            raise NotFound(
                "euro_rate_unknown",
                pl=f"Brakuje średniego kursu euro NBP z {day}. Wczytaj tabelę A (upominek rates import-eur PLIK) "
                "albo podaj kurs (--eur-rate).",
                en=f"The central bank's average rate of the euro of {day} is missing. Import table A "
                "(upominek rates import-eur FILE), or give the rate (--eur-rate).",
            )
        return self.euro[day]


def rate_on(kind: InterestKind, day: date, tables: RateTables) -> Decimal:
    """The yearly rate in force on the day, in per cent. Raises: NotFound: `rate_unknown`."""
    table = tables.tables[kind]
    return table.rates[table.place(day)].percent


def check_order(days: Sequence[date]) -> None:
    """Each day is later than the one before. Raises: InvalidValue: `rates_disordered`."""
    for before, after in pairwise(days):
        if after <= before:
            raise InvalidValue(
                "rates_disordered",
                pl=f"{after} stoi po {before}. Ułóż wpisy od najstarszego, każdy dzień raz.",
                en=f"{after} stands after {before}. Put the entries in order, oldest first, each day once.",
            )


def check_percent(percent: Decimal) -> Decimal:
    """The rate, if it can be one. Raises: InvalidValue: `rate_out_of_range`."""
    units = percent * UNITS_PER_PERCENT
    if not 0 <= percent <= HIGHEST_PERCENT or units != int(units):
        raise InvalidValue(
            "rate_out_of_range",
            pl=f"„{percent}” nie jest stopą w procentach rocznie. Wpisz np. 3,75.",
            en=f"“{percent}” is no yearly rate in per cent. Write it as 3.75.",
        )
    return percent


def check_euro(rate: Decimal) -> Decimal:
    """The rate, if a euro can cost that. Raises: InvalidValue: `euro_rate_out_of_range`."""
    if not LOWEST_EURO <= rate <= HIGHEST_EURO:
        raise InvalidValue(
            "euro_rate_out_of_range",
            pl=f"„{rate}” nie jest kursem euro w złotych. Wpisz np. 4,2589.",
            en=f"“{rate}” is no rate of the euro in złoty. Write it as 4.2589.",
        )
    return rate


def _derived(kind: InterestKind, rules: Sequence[Rule], reference: Sequence[ReferenceRate]) -> Iterator[Rate]:
    """A kind's rates from its rules.

    Source: art. 481 § 2 KC: the civil rate follows the reference rate from day to day. Art. 11b of the act of 8 March
    2013: a commercial one stands for half a year, by the reference rate in force on 1 January or 1 July.
    """
    check_order([one.since for one in rules])
    ends = [*(one.since for one in rules[1:]), date.max]
    for rule, end in zip(rules, ends, strict=True):
        if rule.above_reference is None:
            if rule.percent is None:
                raise _rates_missing(rule.since)
            yield Rate(rule.since, check_percent(rule.percent))
            continue
        days = _changes(rule.since, reference) if kind is InterestKind.CIVIL else _half_years(rule.since, reference)
        for day in days:
            if day < end:
                yield Rate(day, _in_force(day, reference) + rule.above_reference)


def _changes(since: date, reference: Sequence[ReferenceRate]) -> Iterator[date]:
    yield since
    yield from (one.since for one in reference if one.since > since)


def _half_years(since: date, reference: Sequence[ReferenceRate]) -> Iterator[date]:
    """The first days of half-years, up to the one that the last change of the reference rate decides."""
    day = since
    yield day
    while reference and day < reference[-1].since:
        day = date(day.year, 7, 1) if day.month < 7 else date(day.year + 1, 1, 1)  # noqa: PLR2004 - July
        yield day


def _in_force(day: date, reference: Sequence[ReferenceRate]) -> Decimal:
    place = bisect_right(reference, day, key=lambda one: one.since) - 1
    if place < 0:
        raise _rates_missing(day)
    return reference[place].percent


def _merged(rates: Iterable[Rate]) -> Iterator[Rate]:
    """Without those that change nothing, so that a rate counts as one period as long as it lasts."""
    before: Decimal | None = None
    for one in rates:
        if one.percent != before:
            yield one
        before = one.percent


def _rates_missing(day: date) -> InvalidValue:
    return InvalidValue(
        "rates_missing",
        pl=f"Brakuje stopy referencyjnej na {day}. Dopisz wcześniejsze stopy.",
        en=f"There is no reference rate for {day}. Add earlier rates.",
    )


def percent_text(percent: Decimal) -> str:
    """A rate with two decimals, or more where it has more."""
    return f"{percent:.2f}" if percent == round(percent, 2) else f"{percent.normalize():f}"
