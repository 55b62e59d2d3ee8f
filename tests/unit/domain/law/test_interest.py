from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upominek.adapters.reference_data.rates_file import packaged_rates
from upominek.domain.errors import InvalidValue, NotFound
from upominek.domain.law.due_date import moved_due_date
from upominek.domain.law.interest import Interest, interest
from upominek.domain.law.rates import InterestKind, RateTables, ReferenceRate, rate_on
from upominek.domain.values.money import Money

TEN_THOUSAND = Money(10_000_00)
CIVIL = InterestKind.CIVIL


def reckon(due: str, paid: str, kind: InterestKind = CIVIL, amount: Money = TEN_THOUSAND, **payments: int) -> Interest:
    """Interest by the packaged rates; payments as `d2022_06_10=2000`, in grosze."""
    parts = [(date.fromisoformat(day[1:].replace("_", "-")), Money(paid_)) for day, paid_ in payments.items()]
    return interest(amount, date.fromisoformat(due), date.fromisoformat(paid), kind, packaged_rates(), parts)


@pytest.mark.parametrize(
    ("due", "paid", "expected"),
    [
        ("2015-12-31", "2021-01-10", "3419.23"),
        ("2016-01-02", "2021-01-10", "3415.39"),
        ("2020-03-17", "2021-01-10", "469.64"),
        ("2020-04-07", "2021-01-10", "432.24"),
        ("2021-01-04", "2021-01-10", "9.21"),
        ("2021-01-09", "2021-01-10", "0.00"),
        ("2022-03-01", "2022-09-20", "605.76"),
    ],
)
def test_civil_interest_is_what_published_calculators_give(due: str, paid: str, expected: str) -> None:
    assert reckon(due, paid).interest.plain() == expected


def test_commercial_interest_of_a_known_case() -> None:
    found = reckon("2026-02-10", "2026-03-26", InterestKind.COMMERCIAL, Money(12_400_00))
    assert [(one.days, one.rate, one.interest.plain()) for one in found.periods] == [(44, 14, "209.27")]


def test_each_period_is_shown() -> None:
    found = reckon("2022-03-01", "2022-09-20")
    first, second, *_, last = found.periods
    assert first == (date(2022, 3, 2), date(2022, 3, 8), 7, Decimal("8.25"), TEN_THOUSAND, Money(15_82))
    assert second[:4] == (date(2022, 3, 9), date(2022, 4, 6), 29, Decimal(9))
    assert last[:4] == (date(2022, 9, 8), date(2022, 9, 20), 13, Decimal("12.25"))
    assert found.interest == Money(sum(one.interest.grosze for one in found.periods))


def test_interest_runs_from_the_day_after_to_the_day_of_payment() -> None:
    assert reckon("2026-03-02", "2026-03-02").periods == ()
    assert reckon("2026-03-02", "2026-02-20").interest == Money(0)
    assert [one.days for one in reckon("2026-03-02", "2026-03-03").periods] == [1]


def test_nothing_runs_while_the_due_date_is_moved() -> None:
    found = reckon("2025-12-24", "2025-12-30")  # Christmas Eve, two holidays, Saturday, Sunday
    assert found.due_date_moved_to == date(2025, 12, 29)
    assert [(one.from_day, one.days) for one in found.periods] == [(date(2025, 12, 30), 1)]


def test_a_leap_year_has_no_dearer_days() -> None:
    leap, plain = reckon("2024-01-31", "2024-02-29"), reckon("2025-01-31", "2025-03-01")
    assert leap.interest == plain.interest
    assert leap.periods[0].days == plain.periods[0].days == 29


def test_half_a_grosz_is_rounded_up() -> None:
    tables = packaged_rates().with_reference([ReferenceRate(date(2014, 1, 1), Decimal(0))], date(2026, 1, 1))
    due, ten_days_late = date(2026, 3, 2), date(2026, 3, 12)
    assert rate_on(CIVIL, ten_days_late, tables) == Decimal("5.5")
    # 36.50 × 5.5 % × 10 / 365 is 5.5 grosze.
    assert interest(Money(36_50), due, ten_days_late, CIVIL, tables).interest == Money(6)
    assert interest(Money(36_49), due, ten_days_late, CIVIL, tables).interest == Money(5)


def test_a_part_payment_lowers_what_is_owed_from_the_next_day() -> None:
    found = reckon("2022-03-01", "2022-09-20", d2022_06_10=2000_50)
    assert found.interest.plain() == "539.23"
    bases = [(one.from_day, one.base.plain()) for one in found.periods]
    assert (date(2022, 6, 9), "10000.00") in bases
    assert (date(2022, 6, 11), "7999.50") in bases


def test_payments_in_time_later_and_on_one_day() -> None:
    in_time = reckon("2026-03-09", "2026-03-31", d2026_03_09=4000_00)
    assert [one.base for one in in_time.periods] == [Money(6000_00)]
    late = reckon("2026-03-09", "2026-03-31", d2026_03_31=4000_00, d2026_05_01=100)
    assert late.periods == reckon("2026-03-09", "2026-03-31").periods
    day = date(2026, 3, 16)
    twice = interest(
        TEN_THOUSAND,
        date(2026, 3, 9),
        date(2026, 3, 31),
        CIVIL,
        packaged_rates(),
        [(day, Money(1000_00)), (day, Money(500_00))],
    )
    assert [one.base for one in twice.periods] == [TEN_THOUSAND, Money(8500_00)]


def test_the_order_of_payments_makes_no_difference() -> None:
    one = reckon("2022-03-01", "2022-09-20", d2022_06_10=100, d2022_04_10=5000_00)
    assert one == reckon("2022-03-01", "2022-09-20", d2022_04_10=5000_00, d2022_06_10=100)


def test_nothing_runs_on_what_is_paid() -> None:
    found = reckon("2026-03-02", "2026-06-01", d2026_03_04=9000_00, d2026_03_06=1500_00, d2026_04_01=100)
    assert found.periods[-1].to_day == date(2026, 3, 6)
    assert reckon("2026-03-02", "2026-06-01", d2026_03_01=10_000_00).interest == Money(0)


def test_it_says_up_to_when_the_rates_are_known() -> None:
    known = packaged_rates().checked_on
    certain = reckon("2026-03-02", known.isoformat())
    assert (certain.rates_as_of, certain.is_provisional) == (known, False)
    assert reckon("2026-03-02", (known + timedelta(days=1)).isoformat()).is_provisional
    assert not reckon("2027-03-02", "2027-03-02").is_provisional


@pytest.mark.parametrize("amount", [Money(1), Money(1_000_000_000_00)])
def test_smallest_and_largest_amounts(amount: Money) -> None:
    found = reckon("2015-12-31", "2021-01-10", amount=amount)
    exact = sum(
        (Decimal(amount.grosze) * one.rate * one.days / 36500).quantize(Decimal(1), ROUND_HALF_UP)
        for one in found.periods
    )
    assert found.interest == Money(int(exact))


@pytest.mark.parametrize(
    ("amount", "payment", "code"),
    [
        (Money(100, "EUR"), Money(1), "interest_currency"),
        (Money(100), Money(1, "EUR"), "interest_currency"),
        (Money(0), Money(1), "interest_amount"),
        (Money(-100), Money(1), "interest_amount"),
        (Money(100), Money(0), "payment_invalid"),
        (Money(100), Money(-1), "payment_invalid"),
    ],
)
def test_what_has_no_interest_is_said(amount: Money, payment: Money, code: str) -> None:
    with pytest.raises(InvalidValue) as error:
        interest(amount, date(2026, 3, 2), date(2026, 4, 2), CIVIL, packaged_rates(), [(date(2026, 3, 10), payment)])
    assert error.value.code == code


def test_days_before_the_table_are_an_error_not_a_hole() -> None:
    with pytest.raises(NotFound):
        reckon("2015-06-01", "2016-02-01", InterestKind.COMMERCIAL)
    assert reckon("2015-06-01", "2015-06-01", InterestKind.COMMERCIAL).interest == Money(0)


days = st.dates(date(2016, 1, 1), date(2030, 12, 31))
amounts = st.integers(1, 10**11).map(Money)
kinds = st.sampled_from(InterestKind)


@given(st.lists(days, min_size=3, max_size=3).map(sorted), amounts, kinds)
def test_a_stretch_is_the_sum_of_its_parts(three: list[date], amount: Money, kind: InterestKind) -> None:
    """[a, c] equals [a, b] and [b, c], up to one grosz for each period."""
    tables = packaged_rates()
    due, middle, end = three[0], moved_due_date(three[1]), three[2]
    whole = interest(amount, due, end, kind, tables)
    parts = [interest(amount, due, middle, kind, tables), interest(amount, middle, end, kind, tables)]
    if end <= middle:  # moved past the end
        return
    apart = abs(whole.interest.grosze - sum(one.interest.grosze for one in parts))
    assert apart <= len(whole.periods) + 1
    assert sum(one.days for one in whole.periods) == sum(one.days for part in parts for one in part.periods)


@given(days, st.integers(0, 4000), amounts, kinds, st.lists(st.tuples(days, amounts), max_size=4))
def test_periods_follow_each_other_and_agree_with_plain_counting(
    due: date, length: int, amount: Money, kind: InterestKind, payments: list[tuple[date, Money]]
) -> None:
    tables = packaged_rates()
    paid_on = due + timedelta(days=length)
    found = interest(amount, due, paid_on, kind, tables, payments)
    day = found.due_date_moved_to
    for one in found.periods:
        assert one.from_day == day + timedelta(days=1)
        assert one.days == (one.to_day - one.from_day).days + 1
        assert one.rate == rate_on(kind, one.from_day, tables) == rate_on(kind, one.to_day, tables)
        owed = amount.grosze - sum(paid.grosze for on, paid in payments if on < one.from_day)
        assert one.base.grosze == owed > 0
        exact = Fraction(owed * one.days) * Fraction(one.rate) / 36500
        assert Fraction(-1, 2) < exact - one.interest.grosze < Fraction(1, 2) or (
            exact - one.interest.grosze == Fraction(-1, 2)
        )
        day = one.to_day
    still_owed = amount.grosze > sum(paid.grosze for on, paid in payments if on < paid_on)
    if still_owed and paid_on > found.due_date_moved_to:
        assert day == paid_on


@given(days, st.integers(1, 3000), amounts)
def test_one_rate_is_one_period(due: date, length: int, amount: Money) -> None:
    tables: RateTables = packaged_rates()
    found = interest(amount, due, due + timedelta(days=length), InterestKind.COMMERCIAL, tables)
    rates = [one.rate for one in found.periods]
    assert all(before != after for before, after in pairwise(rates))
