"""How English writes counts, amounts and dates."""

from datetime import date
from typing import Final

from upominek.domain.language.first_names import address_form
from upominek.domain.language.language import Language, Plural
from upominek.domain.values.money import Money

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def plural_of(count: int) -> Plural:
    """The category of the count. Source: Unicode CLDR, plural rules for `en`."""
    return Plural.ONE if count == 1 else Plural.OTHER


def english_amount(money: Money) -> str:
    """`PLN 1,234.56`."""
    whole, point, decimals = money.plain().partition(".")
    sign = "-" if money.grosze < 0 else ""
    return f"{money.currency}\u00a0{sign}{int(whole.lstrip('-')):,}{point}{decimals}"


def english_date(day: date) -> str:
    """`2 March 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def table_date(day: date) -> str:
    """`02 Mar 2026`: as wide as figures, and the month's name keeps it from being read wrongly."""
    return f"{day.day:02} {_MONTHS[day.month - 1][:3]} {day.year}"


def _as_it_is(text: str) -> str:
    return text


ENGLISH: Final = Language(
    code="en",
    plurals=(Plural.ONE, Plural.OTHER),
    plural_of=plural_of,
    amount=english_amount,
    short_amount=english_amount,
    long_date=english_date,
    short_date=english_date,
    document_date=english_date,
    table_date=table_date,
    decimal_sign=".",
    # English has no vocative. Whom the Polish table knows has a first name that may stand in a greeting.
    address_form=address_form,
    bound=_as_it_is,
)
