"""Dates as people and spreadsheets write them."""

import re
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from upominek.domain.errors import InvalidValue
from upominek.domain.values.folded import plain_letters

EARLIEST: Final = date(1990, 1, 1)
LATEST: Final = date(2100, 1, 1)
"""The first day that is a slip again."""

SHORT_YEARS: Final = range(15, 50)
"""Years that may be written with two figures: beyond them `26.03.10` is rather 2026 than 2010."""

MONTHS: Final = (
    "styczen stycznia sty january jan i",
    "luty lutego lut february feb ii",
    "marzec marca mar march iii",
    "kwiecien kwietnia kwi april apr iv",
    "maj maja may v",
    "czerwiec czerwca cze june jun vi",
    "lipiec lipca lip july jul vii",
    "sierpien sierpnia sie august aug viii",
    "wrzesien wrzesnia wrz september sept sep ix",
    "pazdziernik pazdziernika paz october oct x",
    "listopad listopada lis november nov xi",
    "grudzien grudnia gru december dec xii",
)
"""Names of each month as they stand in dates, in Polish, English and Roman figures, without diacritics."""

_MONTH_OF: Final = {name: month for month, names in enumerate(MONTHS, 1) for name in names.split()}
_ZONE: Final = ZoneInfo("Europe/Warsaw")

_ISO_DATE: Final = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_POLISH_DATE: Final = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
_SHORT_DATE: Final = re.compile(r"([0-9]{1,2})([/.])([0-9]{1,2})\2([0-9]{2})")
_COMPACT_DATE: Final = re.compile(r"([0-9]{4})()([0-9]{2})([0-9]{2})")
_NAMED_DATE: Final = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[-. /]+([a-z]+)[-.,' /]+([0-9]{4}|[0-9]{2})")
_MONTH_NAMED_FIRST: Final = re.compile(r"([a-z]+)[-. ]+([0-9]{1,2})(?:st|nd|rd|th)?,? +([0-9]{4})")
_TIME: Final = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
_AFTER_DATE: Final = re.compile(rf"(?: ?r\.?|\.|[ T]{_TIME}(?: ?[AaPp]\.?[Mm]\.?)?(?:[+-][0-9]{{2}}:?[0-9]{{2}})?)$")
_UTC: Final = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})[ T]({_TIME}) ?(?:Z|UTC|GMT)")
_END_OF_DAY: Final = "23:59"
_BEFORE_DATE: Final = re.compile(r"^(?:do dnia|z dnia|dnia|do|dn\.|[a-z]{2,12}\.?,) +")
_AROUND_SIGN: Final = re.compile(r"\s*([./-])\s*")
_LOOKALIKES: Final = str.maketrans(
    {**dict.fromkeys("\u00a0\u2007\u2009\u202f", " "), **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-")}
)


def parse_date(text: str) -> date:
    """A date: ISO, Polish (day first), with the month's name, or as programs export it, with a time that is dropped.

    A time in UTC is told in Poland's: midnight here is the day before there.

    Raises:
        InvalidValue: `date_invalid`, `date_serial`, `date_out_of_range`.
    """
    written = text.strip().translate(_LOOKALIKES)
    if (in_utc := _UTC.fullmatch(written)) is not None:
        return _in_range(_of_utc(text, in_utc[1], in_utc[2]))
    bare = _AFTER_DATE.sub("", written)
    year, month, day = _figures(bare) or _figures(_AROUND_SIGN.sub(r"\1", bare)) or _named(bare) or (0, 0, 0)
    try:
        value = date(year, month, day)
    except ValueError:
        raise _date_invalid(text) from None
    return _in_range(value)


def due_date_missing() -> InvalidValue:
    """There is no date where one must be."""
    return InvalidValue(
        "date_missing",
        pl="Brakuje terminu płatności. Wpisz datę, np. 2026-03-02 lub 02.03.2026.",
        en="The due date is missing. Give it, as 2026-03-02 or 02.03.2026.",
    )


def _figures(text: str) -> tuple[int, int, int] | None:
    """Year, month and day of a date in figures, whether or not there is such a day."""
    if found := _ISO_DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text):
        return int(found[1]), int(found[3]), int(found[4])
    if found := _POLISH_DATE.fullmatch(text):
        return int(found[4]), int(found[3]), int(found[1])
    if (found := _SHORT_DATE.fullmatch(text)) and int(found[4]) in SHORT_YEARS:
        return 2000 + int(found[4]), int(found[3]), int(found[1])
    return None


def _named(text: str) -> tuple[int, int, int] | None:
    """The same of a date with the name of its month: `2 marca 2026`, `Tue, 2 Mar 26`, `March 2, 2026`."""
    words = _BEFORE_DATE.sub("", " ".join(plain_letters(text).split()))
    if figures := _figures(words):
        return figures
    if found := _NAMED_DATE.fullmatch(words):
        day, name, year = found.groups()
    elif found := _MONTH_NAMED_FIRST.fullmatch(words):
        name, day, year = found.groups()
    else:
        return None
    if (month := _MONTH_OF.get(name)) is None or (len(year) == 2 and int(year) not in SHORT_YEARS):  # noqa: PLR2004
        return None
    return int(year) if len(year) > 2 else 2000 + int(year), month, int(day)  # noqa: PLR2004


def _of_utc(text: str, day: str, time: str) -> date:
    try:
        if time.startswith(_END_OF_DAY):
            return date.fromisoformat(day)
        hours, minutes, *_ = time.split(":")
        at = datetime.fromisoformat(day).replace(hour=int(hours), minute=int(minutes), tzinfo=UTC)
        return at.astimezone(_ZONE).date()
    except (ValueError, OverflowError):
        raise _date_invalid(text) from None


def _in_range(value: date) -> date:
    if not EARLIEST <= value < LATEST:
        raise InvalidValue(
            "date_out_of_range",
            pl=f"Rok {value.year} wygląda na pomyłkę. Popraw datę.",
            en=f"The year {value.year} looks like a slip. Mend the date.",
        )
    return value


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
