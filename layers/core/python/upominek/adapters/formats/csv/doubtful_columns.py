"""Columns that mean nothing here, watched for what may speak of payments after all: by their names and their cells.

Such a column makes the file wait (`domain/receivables/asks.py`), so what asks must be worth an answer: ways and terms
of payment, taxes, prices and the like are passed over.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from upominek.adapters.formats.csv.cells import said
from upominek.adapters.formats.csv.columns import TO_PAY, Columns
from upominek.adapters.formats.csv.fields import Field
from upominek.adapters.formats.csv.folding import folded
from upominek.adapters.formats.csv.payment_words import Told, told_by
from upominek.domain.errors import InvalidValue
from upominek.domain.receivables.asks import COLUMN_UNCLEAR, Ask
from upominek.domain.values.money import parse_amount

_SPEAKS: Final = re.compile(
    r"platn|zapl|oplac|\bopl\b|rozlicz|pozosta|saldo|zaleg|nalezn|wplat|wplac|uregul|splat|splac|niedopl|nadpl"
    r"|\bdlug|dluzn[ae]|zadluz|kompens|przetermin|zaliczk|anulow|storn|zamkni|\breszta|\bzostal|brakuj|nieopl|windyk"
    r"|\bstatus|\bstan\b|\bstate\b|\bpaid|unpaid|\bpay(?:ment|able|ments)?\b|\bdue\b|balance|\bopen\b|\bow(?:ed|ing)\b"
    r"|settle|remain|resid|outstand|arrear|overdue|collect|receiv|deposit|prepa|\bvoid|cancel|\bclosed\b|\bleft\b"
)
_HARMLESS: Final = re.compile(
    r"^(?:forma|sposob|metoda|rodzaj|typ|kanal|srodek|warunki|warunek|termin|tytul|numer|nr|id|link|kod|bank|rachunek"
    r"|konto|waluta|dni|ilosc|liczba|okres|opis|operator|bramka|stawka|limit|adres|nazwa|platnik|odbiorca)\b"
    r"|^(?:payment|due|pay) (?:method|terms?|type|days|id|ids|ref|reference|no|number|link|url|mode|means|gateway"
    r"|account|provider|currency)\b|^(?:terms|method|type|mode|means|form|currency|reference) of payment|^days?\b"
    r"|\bdays?$"
    r"|\bdni$|^(?:overdue|past due) days|platnik|^receivables? account|^receiver"
)
_NO_DEBT: Final = re.compile(
    r"netto|\bnet\b|\bvat\b|podat|\btax|subtotal|rabat|discount|upust|ilosc|\bqty\b|quantity|\bcena|price|jednostk|\bunit"
    r"|odsetk|interest|\bkar[ay]\b|koszt|\bcosts?\b|prowizj|marz[ay]|margin|kurs|\brate\b|stawk|\bwag[ai]|weight|limit"
    r"|procent|percent|shipping|dostaw|transport|\blp\b"
)
_SPEAKING: Final = frozenset({Told.PAID, Told.OPEN, Told.PART, Told.PENDING, Told.CANCELLED, Told.DRAFT})
_MONEY: Final = re.compile(r"[^\d]{0,4}[-(]?[\d  .']*\d[.,]\d\d\)?\s*[^\d]{0,4}")
_RATES: Final = (23, 8, 7, 5, 4, 3)
# Source: art. 41, 146ef of the Polish act on VAT: rates in force, and those of lump sums.


@dataclass(slots=True)
class _Watched:
    """One column, and what its cells have shown so far."""

    index: int
    name: str
    may_speak: bool
    has_cells: bool = False
    has_words: bool = False
    only_harmless: bool = True
    is_money: bool = True
    is_less: bool = False
    known: set[str] = field(default_factory=set)


class DoubtfulColumns:
    """Watches the columns that mean nothing; knows after the last row which of them must be asked about."""

    def __init__(self, columns: Columns) -> None:
        self._header = columns.header
        has_left = Field.OUTSTANDING in columns.places
        used = {index for places in columns.places.values() for index in places} | columns.answered
        self._watched = [
            _Watched(index, word, may_speak=_SPEAKS.search(word) is not None and _HARMLESS.search(word) is None)
            for index, word in enumerate(map(folded, columns.header))
            if index not in used and word and not (has_left and word in TO_PAY)
        ]

    def look(self, columns: Sequence[Sequence[str]], amounts: Sequence[str]) -> None:
        """Take further rows into account.

        Args:
            columns: all the cells of each column.
            amounts: canonical texts; empty where one cannot be read.
        """
        for one in self._watched:
            if not (one.has_words or (one.may_speak and one.has_cells and not one.only_harmless)):
                self._look(one, columns[one.index], amounts)

    def asks(self) -> Iterator[Ask]:
        """What is to be asked of the rows so far."""
        for one in self._watched:
            speaks = one.may_speak and one.has_cells and not one.only_harmless
            is_sum = one.has_cells and one.is_money and one.is_less
            if one.has_words or speaks or is_sum:
                yield Ask(COLUMN_UNCLEAR, self._header[one.index].strip())

    def _look(self, one: _Watched, cells: Sequence[str], amounts: Sequence[str]) -> None:
        for cell in set(cells) - one.known:
            text = _text(cell)
            if text:
                one.has_cells = True
                told = told_by(text)
                one.has_words = one.has_words or told in _SPEAKING
                one.only_harmless = one.only_harmless and told is Told.NOTHING
        if not one.may_speak and one.is_money and _NO_DEBT.search(one.name) is None:
            self._weigh(one, cells, amounts)
        if len(one.known) < 1000:  # noqa: PLR2004 - enough for words, which repeat themselves
            one.known.update(cells)

    def _weigh(self, one: _Watched, cells: Sequence[str], amounts: Sequence[str]) -> None:
        """Whether the cells are amounts that never exceed the invoice's, and once fall short of it."""
        for cell, amount in zip(cells, amounts, strict=True):
            text = cell.strip()
            if not text or not amount:
                continue
            units = _units(text, amount[-3:])
            if units is None or abs(units) > abs(int(amount[:-4])):
                one.is_money = False
                return
            one.is_less = one.is_less or (units != 0 and not _is_part_of_tax(units, int(amount[:-4])))


def _text(cell: str) -> str:
    try:
        return said(cell)
    except InvalidValue:
        return cell


def _units(text: str, currency: str) -> int | None:
    if _MONEY.fullmatch(text) is None:
        return None
    try:
        return parse_amount(text, currency).grosze
    except InvalidValue:
        return None


def _is_part_of_tax(units: int, gross: int) -> bool:
    """Whether it is the amount itself, or it without its VAT, or the VAT."""
    return units == gross or any(
        abs(part * (100 + rate) - gross * 100) <= 100 + rate for rate in _RATES for part in (units, gross - units)
    )
