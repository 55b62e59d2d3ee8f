"""A third language, for tests only: the module and the texts that somebody would write who adds Ukrainian."""

from datetime import date
from pathlib import Path
from typing import Final

from upominek.domain.language.language import Language, Plural
from upominek.domain.values.money import Money

TEXTS: Final = Path(__file__).parent / "unit" / "adapters" / "ukrainian"
"""A few of them: one SMS, one e-mail, one letter."""

_MONTHS: Final = (
    *("січня", "лютого", "березня", "квітня", "травня", "червня"),
    *("липня", "серпня", "вересня", "жовтня", "листопада", "грудня"),
)


def plural_of(count: int) -> Plural:
    """The category of the count: 1, 21 рахунок; 2, 22 рахунки; 5, 11 рахунків.

    Source: Unicode CLDR, plural rules for `uk`.
    """
    if count % 10 == 1 and count % 100 != 11:
        return Plural.ONE
    if count % 10 in {2, 3, 4} and count % 100 not in {12, 13, 14}:
        return Plural.FEW
    return Plural.MANY


def amount(money: Money) -> str:
    """`1234,56 PLN`."""
    return f"{money.plain().replace('.', ',')} {money.currency}"


def long_date(day: date) -> str:
    """`2 березня 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def document_date(day: date) -> str:
    """`2 березня 2026 року`."""
    return f"{long_date(day)} року"


def short_date(day: date) -> str:
    """`02.03.26`."""
    return f"{day:%d.%m.%y}"


def no_address(_: str | None) -> None:
    """Nobody is addressed by name."""


def as_it_is(text: str) -> str:
    """The text."""
    return text


UKRAINIAN: Final = Language(
    code="uk",
    plurals=(Plural.ONE, Plural.FEW, Plural.MANY),
    plural_of=plural_of,
    amount=amount,
    short_amount=amount,
    long_date=long_date,
    short_date=short_date,
    document_date=document_date,
    table_date=short_date,
    decimal_sign=",",
    address_form=no_address,
    bound=as_it_is,
)
