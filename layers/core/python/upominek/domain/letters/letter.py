"""Letters (pisma): what kinds there are, what each is for, and what the law keeps each from saying."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from upominek.domain.errors import InvalidValue, NotUnderstood, Refused
from upominek.domain.planning.campaign import Use
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


class LetterKind(StrEnum):
    """What a letter is, by the name of its text in `templates/letter/<language>/`."""

    REMINDER = "reminder"  # przypomnienie
    DEMAND = "demand"  # wezwanie do zapłaty
    FINAL_DEMAND = "final-demand"  # ostateczne przedsądowe wezwanie do zapłaty
    REGISTER_WARNING = "register-warning"  # wezwanie z ostrzeżeniem o zamiarze przekazania danych do biura
    INTEREST_NOTE = "interest-note"  # nota odsetkowa
    BALANCE_CONFIRMATION = "balance-confirmation"  # potwierdzenie salda
    INSTALMENT_AGREEMENT = "instalment-agreement"  # porozumienie ratalne

    @property
    def traits(self) -> "LetterTraits":
        """The kind's row."""
        return TRAITS[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterTraits:
    """What sets a kind of letter apart, wherever it is asked.

    Attributes:
        is_form: the debtor is to sign it and send it back.
        is_demand: it asks for payment; a confirmation of balance is none, so it names everything that is open, what is
            disputed and not yet due as well, and claims nothing beyond it.
        usual_interest: what it does with statutory interest unless told otherwise: a note of interest is there to claim
            it, every other letter leaves it out until the creditor chooses.
        is_for_interest: interest is all that it asks for.
        is_registered: it warns of an entry in a register, so it is posted by registered letter.
        is_in_parts: what it comes to is paid in instalments.
        suits_taxes: taxes and public fees may be named in it; the law demands them by a letter of its own.
    """

    is_form: bool = False
    is_demand: bool = True
    usual_interest: Use = Use.NONE
    is_for_interest: bool = False
    is_registered: bool = False
    is_in_parts: bool = False
    suits_taxes: bool = False


TRAITS: Final[Mapping[LetterKind, LetterTraits]] = {
    LetterKind.REMINDER: LetterTraits(suits_taxes=True),
    LetterKind.DEMAND: LetterTraits(),
    LetterKind.FINAL_DEMAND: LetterTraits(),
    LetterKind.REGISTER_WARNING: LetterTraits(is_registered=True),
    LetterKind.INTEREST_NOTE: LetterTraits(is_for_interest=True, usual_interest=Use.CLAIM),
    LetterKind.BALANCE_CONFIRMATION: LetterTraits(is_form=True, is_demand=False),
    LetterKind.INSTALMENT_AGREEMENT: LetterTraits(is_form=True, is_in_parts=True),
}


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
