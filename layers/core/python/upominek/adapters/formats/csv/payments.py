"""A table of payments as a format: which invoice, how much, on which day, read as tolerantly as tables of invoices are.

It is no line of the table of formats: only a simulation takes such files so far.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from upominek.adapters.formats.csv import cells
from upominek.adapters.formats.csv.encoding import ascii_compatible, rows_encoding
from upominek.adapters.formats.csv.fields import COLUMNS, Field
from upominek.adapters.formats.csv.folding import folded
from upominek.adapters.formats.csv.grammar import Grammar
from upominek.adapters.formats.csv.source import form_of, words_of
from upominek.adapters.formats.csv.survey import TableFormat, refuse_month_first, survey_rows
from upominek.adapters.formats.stated_row import StatedRow, always
from upominek.application.ports.formats import Accepted, SourceFormat, StatementReader, Survey
from upominek.domain.errors import InvalidValue, Refused
from upominek.domain.receivables.events import PaymentStated
from upominek.domain.receivables.rejects import Reject, Rejected
from upominek.domain.values.money import Money
from upominek.domain.values.problem import Problem, TablePlace, problem_of

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


class PaymentTable:
    """Reads the rows of one file.

    Raises:
        Refused: `columns_missing`.
    """

    def __init__(self, form: TableFormat) -> None:
        self._form = form
        self._places = _places(form.header)
        self._grammar = Grammar(form.separator)
        self.number_column = form.header[self._places["number"]].strip()

    def read(self, blocks: Iterable[bytes], first_row: int) -> Iterator[Accepted | Rejected]:
        """The payments in order; blank rows are left out but keep their numbers."""
        encoding = rows_encoding(self._form.encoding)
        batches = self._grammar.batches(ascii_compatible(blocks, self._form.encoding))
        for row, record in enumerate((record for batch in batches for record in batch), first_row):
            text = record.decode(encoding, "replace").rstrip("\r\n")
            if text.strip(f"{self._form.separator} \t"):
                yield self._read(row, self._grammar.cells(text))

    def _read(self, row: int, record: list[str]) -> Accepted | Rejected:
        rejects: list[Reject] = []

        def cell(field: str) -> str:
            place = self._places.get(field, len(record))
            return record[place] if place < len(record) else ""

        def value(field: str, read: Callable[[str], str]) -> str:
            try:
                return read(cell(field))
            except InvalidValue as error:
                rejects.append(problem_of(error, self._place(row, field)))
                return ""

        currency = value("currency", cells.read_currency) if "currency" in self._places else ""
        number = value("number", cells.read_number)
        day = value("day", _read_day)
        amount = value("amount", lambda text: cells.read_amount(text, currency))
        debtor = value("debtor", cells.read_debtor_id) if cell("debtor").strip() else ""
        if rejects:
            return Rejected(row, tuple(rejects), None)
        units, _, code = amount.partition(" ")
        money = Money(int(units), code)
        if money.grosze <= 0:
            return Rejected(row, (_not_positive(self._place(row, "amount")),), None)
        told = PaymentStated(
            id=f"row-{row}", amount=money, day=date.fromisoformat(day), number=number, debtor_id=debtor or None
        )
        return StatedRow(row, always(told))

    def _place(self, row: int, field: str) -> TablePlace:
        return TablePlace(row, self._form.header[self._places[field]].strip())


class PaymentsFormat:
    """A table of payments; it lists no invoices."""

    may_be_full_list = False

    def recognises(self, head: bytes) -> bool:  # noqa: ARG002 - whoever asks has been told that it is one
        """Any table may be one: only its missing columns tell."""
        return True

    def survey(self, blocks: Iterable[bytes], *, chunk_bytes: int) -> Survey:
        """Find encoding, separator, header and row ends. Raises: TableUnreadable, Refused."""
        found = survey_rows(blocks, chunk_bytes=chunk_bytes)
        refuse_month_first(found, [_places(found.format.header)["day"]])
        return Survey(words_of(found.format), found.chunks)

    def reader(self, form: Mapping[str, Any]) -> StatementReader:
        """The reader of a table like this."""
        return PaymentTable(form_of(form))


FORMAT: Final[SourceFormat] = PaymentsFormat()


def _places(header: Sequence[str]) -> dict[str, int]:
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


def _not_positive(where: TablePlace) -> Reject:
    return Problem(
        where,
        "amount_not_positive",
        pl="Wpłata musi być większa od zera. Popraw kwotę albo usuń wiersz.",
        en="A payment must be more than zero. Mend the amount or remove the row.",
    )


def _read_day(text: str) -> str:
    if day := cells.read_date(text):
        return day
    raise InvalidValue(
        "date_missing",
        pl="Brakuje daty wpłaty. Wpisz ją, np. 2026-03-02 lub 02.03.2026.",
        en="The payment's date is missing. Give it, as 2026-03-02 or 02.03.2026.",
    )
