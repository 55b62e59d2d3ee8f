from datetime import date
from decimal import Decimal

import pytest

from upominek.adapters.reference_data.rates_file import packaged_rates
from upominek.domain.errors import InvalidValue, NotFound
from upominek.domain.law.rates import (
    EuroRate,
    InterestKind,
    RateTables,
    ReferenceRate,
    Rule,
    interest_kind,
    rate_on,
)
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.values.kinds import ClaimKind

CIVIL = """
    2014-12-23 8 · 2016-01-01 7 · 2020-03-18 6.5 · 2020-04-09 6 · 2020-05-29 5.6 · 2021-10-07 6 · 2021-11-04 6.75 ·
    2021-12-09 7.25 · 2022-01-05 7.75 · 2022-02-09 8.25 · 2022-03-09 9 · 2022-04-07 10 · 2022-05-06 10.75 ·
    2022-06-09 11.5 · 2022-07-08 12 · 2022-09-08 12.25 · 2023-09-07 11.5 · 2023-10-05 11.25 · 2025-05-08 10.75 ·
    2025-07-03 10.5 · 2025-09-04 10.25 · 2025-10-09 10 · 2025-11-06 9.75 · 2025-12-04 9.5 · 2026-03-05 9.25
"""
COMMERCIAL = """
    2016H1–2019H2 9.5 · 2020H1 11.5 · 2020H2–2021H2 10.1 · 2022H1 11.75 · 2022H2 16 · 2023H1–2023H2 16.75 ·
    2024H1–2025H1 15.75 · 2025H2 15.25 · 2026H1 14 · 2026H2 13.75
"""


def half_years(text: str) -> dict[date, Decimal]:
    """The rate on the first day of each half-year."""
    rates = {}
    for entry in text.split("·"):
        span, rate = entry.split()
        first, _, last = span.partition("–")
        half = first
        while True:
            year, number = int(half[:4]), half[-1]
            rates[date(year, 1 if number == "1" else 7, 1)] = Decimal(rate)
            if half == (last or first):
                break
            half = f"{year}H2" if number == "1" else f"{year + 1}H1"
    return rates


def test_civil_rates_are_those_that_were_published() -> None:
    published = [entry.split() for entry in CIVIL.split("·")]
    table = packaged_rates().tables[InterestKind.CIVIL]
    assert [(one.since, one.percent) for one in table.rates] == [
        (date.fromisoformat(since), Decimal(percent)) for since, percent in published
    ]


def test_commercial_rates_are_those_that_were_published() -> None:
    published = half_years(COMMERCIAL)
    assert len(published) == 22
    for day, percent in published.items():
        last = date(day.year, 6, 30) if day.month == 1 else date(day.year, 12, 31)
        assert rate_on(InterestKind.COMMERCIAL, day, packaged_rates()) == percent
        assert rate_on(InterestKind.COMMERCIAL, last, packaged_rates()) == percent


def test_healthcare_debtors_owe_two_points_less_since_2020() -> None:
    for day, percent in half_years(COMMERCIAL).items():
        less = Decimal(2) if day >= date(2020, 1, 1) else Decimal(0)
        assert rate_on(InterestKind.HEALTHCARE, day, packaged_rates()) == percent - less


def test_the_last_known_rates_stay_in_force() -> None:
    assert rate_on(InterestKind.CIVIL, date(2031, 5, 5), packaged_rates()) == Decimal("9.25")
    assert rate_on(InterestKind.COMMERCIAL, date(2031, 5, 5), packaged_rates()) == Decimal("13.75")


def test_before_the_first_rate_nothing_is_guessed() -> None:
    assert rate_on(InterestKind.CIVIL, date(2014, 12, 23), packaged_rates()) == 8
    for kind, day in ((InterestKind.CIVIL, date(2014, 12, 22)), (InterestKind.COMMERCIAL, date(2015, 12, 31))):
        with pytest.raises(NotFound) as error:
            rate_on(kind, day, packaged_rates())
        assert error.value.code == "rate_unknown"


@pytest.mark.parametrize(
    ("decided", "half_year", "commercial"),
    [
        (date(2026, 9, 10), date(2026, 12, 31), "13.75"),  # a change within the half-year waits for the next one
        (date(2026, 9, 10), date(2027, 1, 1), "13.25"),
        (date(2027, 1, 1), date(2027, 1, 1), "13.25"),  # in force on the very day
        (date(2027, 1, 2), date(2027, 1, 2), "13.75"),
        (date(2027, 1, 2), date(2027, 7, 1), "13.25"),
        (date(2027, 7, 2), date(2028, 1, 1), "13.25"),
    ],
)
def test_a_new_reference_rate_counts_from_the_next_half_year(decided: date, half_year: date, commercial: str) -> None:
    tables = packaged_rates().with_reference([ReferenceRate(decided, Decimal("3.25"))], decided)
    assert rate_on(InterestKind.COMMERCIAL, half_year, tables) == Decimal(commercial)
    assert rate_on(InterestKind.CIVIL, decided, tables) == Decimal("8.75")


def test_an_import_stands_from_its_first_day_on() -> None:
    imported = [ReferenceRate(date(2026, 3, 4), Decimal("3.5"))]
    tables = packaged_rates().with_reference(imported, date(2026, 4, 1), "a file")
    assert [one.since for one in tables.reference][-2:] == [date(2025, 12, 4), date(2026, 3, 4)]
    assert tables.checked_on == date(2026, 4, 1)  # it ends before what was known did
    assert tables.sources[-1] == "a file"
    newer = [ReferenceRate(date(2026, 3, 5), Decimal("3.75"))]
    for said, checked in ((date(2026, 4, 1), packaged_rates().checked_on), (date(2027, 4, 1), date(2027, 4, 1))):
        assert packaged_rates().with_reference(newer, said).checked_on == checked


def test_rates_of_the_euro_are_added_by_day() -> None:
    day = date(2026, 10, 30)
    tables = packaged_rates().with_euro([EuroRate(day, Decimal("4.25"))]).with_euro([EuroRate(day, Decimal("4.26"))])
    assert tables.euro_on(day).rate == Decimal("4.26")
    assert tables.euro_on(date(2025, 2, 28)).table == "041/A/NBP/2025"
    with pytest.raises(NotFound) as error:
        tables.euro_on(date(2026, 9, 30))
    assert "2026-09-30" in error.value.pl


RULE = Rule(since=date(2020, 1, 1), above_reference=Decimal(5))
FIRST, SECOND = ReferenceRate(date(2019, 1, 1), Decimal(1)), ReferenceRate(date(2021, 1, 1), Decimal(2))


@pytest.mark.parametrize(
    ("reference", "rule", "code"),
    [
        ([SECOND, FIRST], RULE, "rates_disordered"),
        ([FIRST, FIRST], RULE, "rates_disordered"),
        ([SECOND], RULE, "rates_missing"),
        ([], RULE, "rates_missing"),
        ([FIRST], Rule(since=date(2020, 1, 1)), "rates_missing"),
        ([ReferenceRate(date(2019, 1, 1), Decimal(-1))], RULE, "rate_out_of_range"),
        ([ReferenceRate(date(2019, 1, 1), Decimal(375))], RULE, "rate_out_of_range"),
        ([ReferenceRate(date(2019, 1, 1), Decimal("1.00001"))], RULE, "rate_out_of_range"),
    ],
)
def test_tables_that_are_wrong_are_never_made(reference: list[ReferenceRate], rule: Rule, code: str) -> None:
    with pytest.raises(InvalidValue) as error:
        RateTables.of(reference=reference, rules={InterestKind.CIVIL: [rule]}, checked_on=date(2022, 1, 1))
    assert error.value.code == code


def test_each_kind_of_debtor_owes_its_interest() -> None:
    assert {kind: interest_kind(kind) for kind in DebtorKind} == {
        DebtorKind.CONSUMER: InterestKind.CIVIL,
        DebtorKind.BUSINESS: InterestKind.COMMERCIAL,
        DebtorKind.PUBLIC: InterestKind.COMMERCIAL,
        DebtorKind.HEALTHCARE: InterestKind.HEALTHCARE,
    }
    assert interest_kind(DebtorKind.CONSUMER, ClaimKind.SALE) is InterestKind.CIVIL
    assert interest_kind(DebtorKind.CONSUMER, ClaimKind.TAX) is None
