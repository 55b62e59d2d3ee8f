from datetime import date

from tests.unit.domain.values.holiday_source import table
from upominek.domain.values.calendar import ContactHours
from upominek.domain.values.holiday_table import HOLIDAYS


def test_the_table_says_what_the_package_says() -> None:
    assert table() == HOLIDAYS


def test_christmas_eve_is_free_since_2025() -> None:
    hours = ContactHours()
    assert not hours.is_holiday(date(2024, 12, 24))
    assert hours.is_holiday(date(2025, 12, 24))
    assert hours.is_holiday(date(2026, 12, 24))
