"""Letters (pisma): what kinds there are, what each is for, and what the law keeps each from saying."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from upominek.domain.errors import InvalidValue, NotUnderstood, Refused
from upominek.domain.planning.letter_kind import LetterKind
from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.money import Money
from upominek.domain.values.unknown import Unknown

MOST_INSTALMENTS: Final = 60
INSTALMENTS: Final = 3
"""Parts that an agreement offers unless told otherwise."""
ROWS_ON_FIRST_PAGE: Final = 10
ROWS_ON_NEXT_PAGES: Final = 30
_BEFORE_POSTCODE: Final = re.compile(r"\s*[,;]\s*(?=\d{2}-\d{3}\s)")
_POSTCODE: Final = re.compile(r"\d{2}-\d{3}\s+(?P<place>\S.*)")


class Window(StrEnum):
    """On which side the window of the envelope is."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter as it was made; the same content gives the same bytes.

    Attributes:
        pdf: tagged, PDF/A-2a and PDF/UA-1.
        sha256: of the PDF, in hexadecimal digits.
        file_name: what the debtor's computer calls it, in the language of the letter.
        unprintable: characters of names and numbers that no font of the letter has; `□` stands in their place.
    """

    kind: LetterKind
    language: str
    pdf: bytes
    sha256: str
    pages: int
    file_name: str = "letter.pdf"
    unprintable: str = ""


@dataclass(frozen=True, slots=True)
class Instalment:
    """One part of what is owed, and until when it is to be paid."""

    due_on: date
    amount: Money


def instalments(total: Money, count: int, first_on: date) -> tuple[Instalment, ...]:
    """The total in monthly parts that add up to it exactly; the first ones carry what does not divide.

    Each falls on the day of the month of the first, or on the month's last day where the month is shorter.

    Raises:
        InvalidValue: `instalments_count`, `instalments_amount`.
    """
    if not 2 <= count <= MOST_INSTALMENTS:  # noqa: PLR2004 - one part is no instalment
        raise InvalidValue(
            "instalments_count",
            pl=f"Liczba rat ma być między 2 a {MOST_INSTALMENTS}.",
            en=f"The number of instalments must be between 2 and {MOST_INSTALMENTS}.",
        )
    if total.grosze < count:
        raise InvalidValue(
            "instalments_amount",
            pl=f"Kwoty {total.plain()} {total.currency} nie da się podzielić na {count} rat. Podaj mniej rat.",
            en=f"{total.plain()} {total.currency} cannot be split into {count} instalments. Give fewer.",
        )
    share, rest = divmod(total.grosze, count)
    return tuple(
        Instalment(_months_later(first_on, number), Money(share + (number < rest), total.currency))
        for number in range(count)
    )


def check_kind(kind: LetterKind, claims: frozenset[ClaimKind | Unknown]) -> None:
    """Refuse the kinds that the law has no use for, whatever the case is like.

    Args:
        claims: what the invoices are for.

    Raises:
        Refused: `letter_tax`.
        NotUnderstood: nobody here knows what one of the invoices is for.

    Source: act of 17 June 1966 on enforcement proceedings in administration, art. 15: a tax is demanded by
    `upomnienie`, and Ordynacja podatkowa art. 53 gives it interest of its own.
    """
    for claim in claims:
        if isinstance(claim, Unknown):
            raise NotUnderstood("claim", claim)
    if ClaimKind.TAX in claims and not kind.traits.suits_taxes:
        raise Refused(
            "letter_tax",
            pl="Podatków i opłat publicznych nie dochodzi się takim pismem: służy do tego upomnienie (art. 15 ustawy o "
            "postępowaniu egzekucyjnym w administracji). Możliwe jest przypomnienie: reminder.",
            en="Taxes and public fees are not demanded by such a letter: the law has its own for them (art. 15 of the "
            "act on enforcement proceedings in administration). A reminder is possible.",
        )


def expected_pages(invoices: int) -> int:
    """About how many pages a letter with so many invoices will take, to say beforehand what it will cost."""
    return 1 + max(-(-(invoices - ROWS_ON_FIRST_PAGE) // ROWS_ON_NEXT_PAGES), 0)


def envelope_lines(address: tuple[str, ...]) -> tuple[str, ...]:
    """The address as an envelope has it: a postcode begins a line, also where a file had all of it in one cell."""
    return tuple(part for line in address for part in _BEFORE_POSTCODE.split(line) if part)


def place_of(address: tuple[str, ...]) -> str | None:
    """The town of a Polish address: what follows the postcode; None where no line has one."""
    return next((found["place"] for line in reversed(address) if (found := _POSTCODE.fullmatch(line.strip()))), None)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
