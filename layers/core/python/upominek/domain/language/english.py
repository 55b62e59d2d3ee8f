"""How English writes amounts and dates; the filters of the templates."""

from datetime import date
from typing import Final

from upominek.domain.values.money import Money

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def english_amount(money: Money) -> str:
    """`PLN 1,234.56`."""
    whole, point, decimals = money.plain().partition(".")
    sign = "-" if money.grosze < 0 else ""
    return f"{money.currency}\u00a0{sign}{int(whole.lstrip('-')):,}{point}{decimals}"


def english_date(day: date) -> str:
    """`2 March 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
