"""On which day a debt is due in law: free days move it, and interest and other consequences count from there."""

from datetime import date, timedelta
from typing import Final

from upominek.domain.errors import InvalidValue
from upominek.domain.values.holiday_table import HOLIDAYS

_COUNTRY: Final = "PL"
_SATURDAY, _SUNDAY = 5, 6
_DAY: Final = timedelta(days=1)

SATURDAYS_SINCE: Final = date(2017, 1, 1)
"""The first day from which Saturdays move a due date. Source: act of 16 December 2016, Dz.U. poz. 2255."""


_LONGEST_FREE: Final = 14
"""Days, and more than any row of free days: what was due before them is overdue, without a look into the calendar."""


def moved_due_date(due_on: date) -> date:
    """The due date, or else the next day that is neither a holiday nor a Saturday.

    Source: art. 115 KC; statutory holidays by the act of 18 January 1951, with 24 December since 2025.

    Raises:
        InvalidValue: `year_unknown`.
    """
    while is_free_day(due_on):
        due_on += _DAY
    return due_on


def is_overdue(due_on: date, today: date) -> bool:
    """Whether the debtor can no longer pay in time: a due date on a free day leaves him the next working day.

    Source: art. 115 KC.
    """
    return due_on < today and ((today - due_on).days > _LONGEST_FREE or moved_due_date(due_on) < today)


def claimable_since(due_on: date) -> date:
    """The first day on which the creditor may demand what is owed: the one after the (moved) due date.

    Source: art. 120 § 1 and 481 § 1 KC: the debtor may still pay in time on the whole of the last day. Some writers
    take that day itself; the two views part only for debts that are due on the last day of a month.
    """
    return moved_due_date(due_on) + _DAY


def is_free_day(day: date) -> bool:
    """Whether a due date on this day moves: a Sunday, a statutory holiday, or since 2017 a Saturday.

    Raises:
        InvalidValue: `year_unknown`.
    """
    weekday = day.weekday()
    return weekday == _SUNDAY or (weekday == _SATURDAY and day >= SATURDAYS_SINCE) or _is_holiday(day)


def last_business_day_before_month(day: date) -> date:
    """The last working day (Monday to Friday, no holiday) of the month before the day's."""
    last = day.replace(day=1) - _DAY
    while last.weekday() >= _SATURDAY or _is_holiday(last):
        last -= _DAY
    return last


def is_last_business_day(day: date) -> bool:
    """Whether it is the last working day of its month."""
    first_of_next = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day == last_business_day_before_month(first_of_next)


def _is_holiday(day: date) -> bool:
    table = HOLIDAYS[_COUNTRY]
    if day.year not in table:
        raise InvalidValue(
            "year_unknown",
            pl=f"Święta są znane dla lat {min(table)}–{max(table)}, nie dla {day.year}. Popraw datę.",
            en=f"Holidays are known for {min(table)}–{max(table)}, not for {day.year}. Mend the date.",
        )
    return day.month * 100 + day.day in table[day.year]
