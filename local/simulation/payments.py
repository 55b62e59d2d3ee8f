"""A file of payments: which invoice, how much, on which day. Read as tolerantly as files of invoices are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from upominek.adapters.formats.csv import cells
from upominek.adapters.formats.csv.encoding import Evidence, ascii_compatible, rows_encoding
from upominek.adapters.formats.csv.fields import COLUMNS, Field
from upominek.adapters.formats.csv.folding import folded
from upominek.adapters.formats.csv.grammar import Grammar
from upominek.adapters.formats.csv.limits import MAX_HEADER_BYTES
from upominek.adapters.formats.csv.opening import header_cells, read_opening
from upominek.domain.errors import InvalidValue, Refused
from upominek.domain.receivables.rejects import Reject
from upominek.domain.values.money import Money
from upominek.domain.values.problem import Problem, TablePlace, problem_of

LARGEST_BYTES: Final = 64 * 1024 * 1024

_TITLES: Final[Mapping[str, str]] = {
    "number": f"{COLUMNS[Field.NUMBER].names} | nr | numer | number | tytul | tytul przelewu | title",
    "debtor": f"""
        {COLUMNS[Field.DEBTOR_ID].names} | id kontrahenta | id klienta | numer klienta | debtor id | customer id
        kontrahent | dluznik | klient | debtor | customer
    """,
    "day": """
        data | data wplaty | data platnosci | data zaplaty | data ksiegowania | data operacji | dzien
        date | payment date | paid on | paid at | booking date | value date
    """,
    "amount": "kwota | kwota wplaty | wplata | zaplacono | kwota operacji | amount | paid | paid amount | amount paid",
    "currency": COLUMNS[Field.CURRENCY].names,
}
_COLUMNS: Final = {
    name.strip(): field
    for field, names in _TITLES.items()
    for line in names.splitlines()
    for name in line.split("|")
    if name.strip()
}
_NEEDED: Final = {
    "number": ("„Numer faktury”", "“Invoice number”"),
    "day": ("„Data wpłaty”", "“Payment date”"),
    "amount": ("„Kwota”", "“Amount”"),
}


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment.

    Attributes:
        row: as a spreadsheet numbers it.
        debtor: None where the file does not say whose invoice it is.
        day: the local day on which it came in.
    """

    row: int
    number: str
    debtor: str | None
    day: date
    amount: Money


def read_payments(path: Path) -> tuple[list[Paid], list[Reject]]:
    """The payments, in the order of the file, and what is wrong with the other rows.

    Raises:
        TableUnreadable: it is no table.
        Refused: `columns_missing`, `file_too_large`.
        OSError: it cannot be opened.
    """
    if path.stat().st_size > LARGEST_BYTES:
        raise Refused(
            "file_too_large",
            pl=f"Plik {path.name} ma ponad 64 MB. Zostaw wpłaty tylko z tych dni, o które chodzi.",
            en=f"The file {path.name} has more than 64 MB. Keep the payments of the days in question only.",
        )
    content = path.read_bytes()
    opening = read_opening(content[:MAX_HEADER_BYTES], is_whole=len(content) <= MAX_HEADER_BYTES)
    rows = b"".join(ascii_compatible((content[opening.length :],), opening.encoding))
    encoding = opening.encoding or _told_by(opening.header + rows)
    grammar = Grammar(opening.separator)
    header = header_cells(opening.header, opening.separator, rows_encoding(encoding))
    places = _places(header)
    paid: list[Paid] = []
    rejects: list[Reject] = []
    records = (record for batch in grammar.batches((rows,)) for record in batch)
    for row, record in enumerate(records, opening.header_row + 1):
        text = record.decode(rows_encoding(encoding), "replace").rstrip("\r\n")
        if not text.strip(f"{opening.separator} \t"):
            continue
        found = _read(row, grammar.cells(text), header, places)
        if isinstance(found, Paid):
            paid.append(found)
        else:
            rejects.extend(found)
    return paid, rejects


def _told_by(content: bytes) -> str:
    evidence = Evidence()
    evidence.add(content)
    return evidence.verdict()


def _places(header: list[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, title in enumerate(header):
        if (field := _COLUMNS.get(folded(title))) is not None:
            places.setdefault(field, place)
    missing = [names for field, names in _NEEDED.items() if field not in places]
    if missing:
        raise Refused(
            "columns_missing",
            pl=f"W pliku wpłat brakuje kolumn: {', '.join(pl for pl, _ in missing)}. Dopisz je w nagłówku.",
            en=f"The file of payments lacks columns: {', '.join(en for _, en in missing)}. Add them to the header.",
        )
    return places


def _read(row: int, record: list[str], header: list[str], places: Mapping[str, int]) -> Paid | list[Reject]:
    rejects: list[Reject] = []

    def cell(field: str) -> str:
        place = places.get(field, len(record))
        return record[place] if place < len(record) else ""

    def value(field: str, read: Callable[[str], str]) -> str:
        try:
            return read(cell(field))
        except InvalidValue as error:
            rejects.append(problem_of(error, TablePlace(row, header[places[field]].strip())))
            return ""

    currency = value("currency", cells.read_currency) if "currency" in places else ""
    number = value("number", cells.read_number)
    day = value("day", _read_day)
    amount = value("amount", lambda text: cells.read_amount(text, currency))
    debtor = value("debtor", cells.read_debtor_id) if cell("debtor").strip() else ""
    if rejects:
        return rejects
    units, _, code = amount.partition(" ")
    money = Money(int(units), code)
    if money.grosze <= 0:
        title = header[places["amount"]].strip()
        return [
            Problem(
                TablePlace(row, title),
                "amount_not_positive",
                pl="Wpłata musi być większa od zera. Popraw kwotę albo usuń wiersz.",
                en="A payment must be more than zero. Mend the amount or remove the row.",
            )
        ]
    return Paid(row, number, debtor or None, date.fromisoformat(day), money)


def _read_day(text: str) -> str:
    if day := cells.read_date(text):
        return day
    raise InvalidValue(
        "date_missing",
        pl="Brakuje daty wpłaty. Wpisz ją, np. 2026-03-02 lub 02.03.2026.",
        en="The payment's date is missing. Give it, as 2026-03-02 or 02.03.2026.",
    )
