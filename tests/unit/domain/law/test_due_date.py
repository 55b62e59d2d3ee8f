from datetime import date, timedelta

import pytest

from upominek.domain.errors import InvalidValue
from upominek.domain.law.due_date import (
    claimable_since,
    is_last_business_day,
    last_business_day_before_month,
    moved_due_date,
)
from upominek.domain.values.holiday_table import HOLIDAYS


@pytest.mark.parametrize(
    ("due_on", "moved"),
    [
        ("2026-03-02", "2026-03-02"),  # Monday
        ("2026-03-01", "2026-03-02"),  # Sunday
        ("2026-02-28", "2026-03-02"),  # Saturday
        ("2016-12-31", "2016-12-31"),  # the last Saturday that moved nothing
        ("2017-01-07", "2017-01-09"),  # the first that does
        ("2016-01-02", "2016-01-02"),
        ("2016-01-03", "2016-01-04"),  # Sundays always did
        ("2026-05-01", "2026-05-04"),  # Labour Day, Saturday, Sunday that is a holiday
        ("2024-12-24", "2024-12-24"),  # Christmas Eve was a working day
        ("2025-12-24", "2025-12-29"),  # and is none since 2025: four free days
        ("2018-11-12", "2018-11-13"),  # free in that year only
        ("2021-01-09", "2021-01-11"),
        ("2025-12-31", "2025-12-31"),
        ("2026-01-01", "2026-01-02"),
    ],
)
def test_free_days_move_a_due_date(due_on: str, moved: str) -> None:
    assert moved_due_date(date.fromisoformat(due_on)) == date.fromisoformat(moved)


def test_every_year_since_the_first_rates_has_its_holidays() -> None:
    assert set(range(2014, 2100)) <= HOLIDAYS["PL"].keys()
    with pytest.raises(InvalidValue) as error:
        moved_due_date(date(2100, 1, 4))
    assert error.value.code == "year_unknown"


def test_a_claim_may_be_demanded_from_the_day_after() -> None:
    assert claimable_since(date(2026, 3, 31)) == date(2026, 4, 1)
    assert claimable_since(date(2026, 2, 28)) == date(2026, 3, 3)


@pytest.mark.parametrize(
    ("day", "last"),
    [
        ("2026-02-10", "2026-01-30"),
        ("2026-02-28", "2026-01-30"),
        ("2026-01-01", "2025-12-31"),
        ("2024-04-15", "2024-03-29"),  # Good Friday is a working day
        ("2026-06-01", "2026-05-29"),
    ],
)
def test_the_last_business_day_of_the_month_before(day: str, last: str) -> None:
    assert last_business_day_before_month(date.fromisoformat(day)) == date.fromisoformat(last)


def test_each_month_has_one_last_business_day() -> None:
    days = [date(2014, 1, 1) + timedelta(days=ahead) for ahead in range(365 * 16)]
    last = [day for day in days if is_last_business_day(day)]
    assert [(day.year, day.month) for day in last] == sorted({(day.year, day.month) for day in days})[: len(last)]
    assert all(day == last_business_day_before_month(day + timedelta(days=10)) for day in last)
