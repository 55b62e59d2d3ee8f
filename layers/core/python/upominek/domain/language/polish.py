"""How Polish writes counts, amounts and dates, and binds its short words."""

import re
from datetime import date
from functools import cache, lru_cache
from typing import Final

from upominek.domain.language.first_names import address_form
from upominek.domain.language.language import Language, Plural
from upominek.domain.values.money import Money

_NO_BREAK_SPACE: Final = "\u00a0"
_NO_BREAK_HYPHEN: Final = "\u2011"
_MONTHS: Final = (
    *("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca"),
    *("lipca", "sierpnia", "września", "października", "listopada", "grudnia"),
)


def plural_of(count: int) -> Plural:
    """The category of the count: 1 faktura; 2, 22 faktury; 5, 12 faktur.

    Source: Unicode CLDR, plural rules for `pl`.
    """
    if count == 1:
        return Plural.ONE
    if count % 10 in {2, 3, 4} and count % 100 not in {12, 13, 14}:
        return Plural.FEW
    return Plural.MANY


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


def document_date(day: date) -> str:
    """`2 marca 2026 r.`, as documents have it."""
    return f"{long_date(day)} r."


def bound(text: str) -> str:
    """The text in which no line ends with a one-letter word or parts a number from what belongs to it.

    Source: the custom of Polish typography (PN-83/P-55366 on setting text).
    """
    one_letter_word, before_number, after_number = _no_line_ends()
    text = text.replace("e-mail", f"e{_NO_BREAK_HYPHEN}mail")
    text = one_letter_word.sub(rf"\1{_NO_BREAK_SPACE}", text)
    return after_number.sub(_NO_BREAK_SPACE, before_number.sub(rf"\1{_NO_BREAK_SPACE}", text))


@cache
def _no_line_ends() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """After a word of one letter, before a number, after a number; compiled for letters only."""
    return (
        re.compile(r"(?<![^\s(„])([aiouwzAIOUWZ]) "),
        re.compile(r"(?<![^\s(])(art\.|ust\.|pkt|nr|§) (?=\d)"),
        re.compile(rf"(?<=\d) (?=(?:r\.|zł|dni|ust\.|pkt|{'|'.join(_MONTHS)}))"),
    )


POLISH: Final = Language(
    code="pl",
    plurals=(Plural.ONE, Plural.FEW, Plural.MANY),
    plural_of=plural_of,
    amount=long_amount,
    short_amount=short_amount,
    long_date=long_date,
    short_date=short_date,
    document_date=document_date,
    table_date=short_date,
    decimal_sign=",",
    address_form=address_form,
    bound=bound,
)
