"""How Polish writes counts, amounts and dates; the filters of the templates."""

from datetime import date
from functools import lru_cache
from typing import Final

from upominek.domain.values.money import Money

_NO_BREAK_SPACE: Final = "\u00a0"
_MONTHS: Final = (
    *("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca"),
    *("lipca", "sierpnia", "września", "października", "listopada", "grudnia"),
)


def plural(count: int, one: str, few: str, many: str) -> str:
    """The form that goes with the count: 1 faktura, 2 faktury, 5 faktur, 12 faktur, 22 faktury.

    Source: Unicode CLDR, plural rules for `pl` (one, few, many).
    """
    count = abs(count)
    if count == 1:
        return one
    if count % 10 in {2, 3, 4} and count % 100 not in {12, 13, 14}:
        return few
    return many


def long_amount(money: Money) -> str:
    """`1 234,56 zł` for e-mails and letters, with no-break spaces; other currencies by their code."""
    whole, point, decimals = money.plain().partition(".")
    grouped = f"{int(whole.lstrip('-')):,}".replace(",", _NO_BREAK_SPACE)
    sign = "-" if money.grosze < 0 else ""
    unit = "zł" if money.currency == "PLN" else money.currency
    return f"{sign}{grouped}{point and ','}{decimals}{_NO_BREAK_SPACE}{unit}"


def short_amount(money: Money) -> str:
    """`1234,56 PLN` for SMS: `ł` and the no-break space are outside GSM 03.38 and would double the price."""
    if money.grosze >= 0 and money.currency == "PLN":  # nearly always, and a batch has thousands
        return f"{money.grosze // 100},{money.grosze % 100:02} PLN"
    return f"{money.plain().replace('.', ',')} {money.currency}"


def long_date(day: date) -> str:
    """`2 marca 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


@lru_cache(maxsize=1024)
def short_date(day: date) -> str:
    """`02.03.2026`."""
    return f"{day.day:02}.{day.month:02}.{day.year}"
