"""Dates as people and spreadsheets write them."""

import re
from datetime import date
from typing import Final

from upominek.domain.errors import InvalidValue

EARLIEST: Final = date(1990, 1, 1)
LATEST: Final = date(2100, 1, 1)
"""The first day that is a slip again."""

_ISO_DATE: Final = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_POLISH_DATE: Final = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
_COMPACT_DATE: Final = re.compile(r"([0-9]{4})()([0-9]{2})([0-9]{2})")
_AFTER_DATE: Final = re.compile(r"(?: ?r\.?|[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)$")
# No time zone: midnight in Warsaw is the day before in UTC, so such a text does not say which day is meant.


def parse_date(text: str) -> date:
    """A date: ISO, Polish (day first) or as spreadsheets export it, with a time that is dropped.

    Raises:
        InvalidValue: `date_invalid`, `date_serial`, `date_out_of_range`.
    """
    bare = _AFTER_DATE.sub("", text)
    if found := _ISO_DATE.fullmatch(bare) or _COMPACT_DATE.fullmatch(bare):
        year, month, day = found[1], found[3], found[4]
    elif found := _POLISH_DATE.fullmatch(bare):
        year, month, day = found[4], found[3], found[1]
    else:
        raise _date_invalid(text)
    try:
        value = date(int(year), int(month), int(day))
    except ValueError:
        raise _date_invalid(text) from None
    if not EARLIEST <= value < LATEST:
        raise InvalidValue(
            "date_out_of_range",
            pl=f"Rok {value.year} wygląda na pomyłkę. Popraw datę.",
            en=f"The year {value.year} looks like a slip. Mend the date.",
        )
    return value


def due_date_missing() -> InvalidValue:
    """There is no date where one must be."""
    return InvalidValue(
        "date_missing",
        pl="Brakuje terminu płatności. Wpisz datę, np. 2026-03-02 lub 02.03.2026.",
        en="The due date is missing. Give it, as 2026-03-02 or 02.03.2026.",
    )


def _date_invalid(text: str) -> InvalidValue:
    if re.fullmatch(r"[0-9]{5}(?:[.,][0-9]+)?", text):
        return InvalidValue(
            "date_serial",
            pl="Zamiast daty jest liczba dni z arkusza. Nadaj kolumnie format daty i wyeksportuj plik jeszcze raz.",
            en="Instead of a date there is a spreadsheet's day number. Give the column a date format and export again.",
        )
    return InvalidValue(
        "date_invalid",
        pl="Nie ma takiej daty. Wpisz ją jako rrrr-mm-dd lub dd.mm.rrrr, np. 2026-03-02 lub 02.03.2026.",
        en="There is no such date. Write it as yyyy-mm-dd or dd.mm.yyyy, such as 2026-03-02 or 02.03.2026.",
    )
