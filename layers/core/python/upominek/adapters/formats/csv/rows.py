"""The rows of a table of invoices: each can be taken, or is rejected with all that is wrong with it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from upominek.adapters.formats.csv.cells import LIST_MARK
from upominek.adapters.formats.csv.columns import match_columns
from upominek.adapters.formats.csv.encoding import ascii_compatible, rows_encoding
from upominek.adapters.formats.csv.fields import SEVERAL, Field
from upominek.adapters.formats.csv.grammar import BLANK, Grammar
from upominek.adapters.formats.csv.limits import MAX_CELL_BYTES
from upominek.adapters.formats.csv.opening import file_binary
from upominek.adapters.formats.csv.rejects import cell_too_long, cells_extra, cells_missing
from upominek.adapters.formats.csv.statements import held_for_payment, invoice_stated
from upominek.adapters.formats.csv.survey import TableFormat
from upominek.adapters.formats.csv.values import ValueReader
from upominek.domain.receivables.asks import Ask
from upominek.domain.receivables.events import CaseHeld, InvoiceCancelled, InvoiceStated
from upominek.domain.receivables.rejects import Reject, Rejected
from upominek.domain.receivables.remarks import Remark
from upominek.domain.receivables.repeats import fingerprint
from upominek.domain.values.problem import TablePlace, problem_of

ROWS_AT_A_TIME = 256
VALUE_MARK = "\x1f"

INDISPENSABLE = frozenset(
    {
        *(Field.DEBTOR_ID, Field.NUMBER, Field.DUE_ON, Field.AMOUNT, Field.CURRENCY),
        *(Field.PAID, Field.OUTSTANDING, Field.STATUS, Field.CANCELLED),
    }
)
"""A row may end before its last columns (Excel drops empty cells there), but not before one of these."""


class GoodRow(NamedTuple):
    """A row that can be taken.

    Attributes:
        row: as a spreadsheet numbers it; the header is row 1.
        values: canonical texts, one for each of the table's fields.
        remarks: on the cells that were not understood, whose values are empty.
    """

    row: int
    values: tuple[str, ...]
    table: "InvoiceTable"
    remarks: tuple[Remark, ...] = ()

    @property
    def number(self) -> str:
        """The invoice's number."""
        return self.values[self.table.number_place]

    @property
    def invoice(self) -> tuple[str, str]:
        """Debtor and number of the invoice."""
        return self.values[self.table.debtor_place], self.values[self.table.number_place]

    @property
    def fingerprint(self) -> bytes:
        """What the row is compared with others by; see `repeats`."""
        return fingerprint(self.values[self.table.number_place], VALUE_MARK.join(self.values), self.row)

    def stated(self, at: datetime) -> InvoiceStated | InvoiceCancelled:
        """What the row says of the invoice and its debtor, as of a UTC time."""
        said: dict[Field, str] = {}
        for field, value in zip(self.table.fields, self.values, strict=True):
            said[field] = LIST_MARK.join(filter(None, (said.get(field), value))) if field in SEVERAL else value
        return invoice_stated(said, at)

    def holds(self, at: datetime) -> Sequence[CaseHeld]:
        """The invoice is not to be reminded of, where something was paid and the row does not say how much."""
        return held_for_payment(*self.invoice, self.values[-1], at)


class InvoiceTable:
    """Reads the rows of one file, whole or in chunks.

    Args:
        form: from the survey, or stored since.
    """

    def __init__(self, form: TableFormat) -> None:
        self._form = form
        self._width = len(form.header)
        self._grammar = Grammar(form.separator)
        self._columns = match_columns(form.header, form.answers)
        self._reader = ValueReader(self._columns, form.answers)
        self._shortest = 1 + max(max(self._columns.places.get(field, (0,))) for field in INDISPENSABLE)
        self.fields = self._reader.fields
        self.number_place = self._reader.number_place
        self.debtor_place = self.fields.index(Field.DEBTOR_ID)
        self.number_column = self._columns.title(Field.NUMBER) or ""

    @property
    def columns(self) -> Sequence[str]:
        """The header as the file has it."""
        return self._form.header

    def asks(self) -> list[Ask]:
        """What a person has to be asked of the rows read so far."""
        return list(self._reader.asks())

    def read(self, blocks: Iterable[bytes], first_row: int) -> Iterator[GoodRow | Rejected]:
        """The rows in order; blank ones are left out but keep their numbers.

        Args:
            blocks: the bytes of a chunk, in pieces of any size.
            first_row: the number of the chunk's first row.

        Raises:
            TableUnreadable: the bytes are not those that were surveyed.
        """
        encoding = rows_encoding(self._form.encoding)
        row = first_row
        for records in self._grammar.batches(ascii_compatible(blocks, self._form.encoding)):
            # One call decodes them all: no text has a zero character.
            texts = b"\0".join(records).decode(encoding, "replace").split("\0")
            if len(texts) != len(records):
                raise file_binary()
            for start in range(0, len(texts), ROWS_AT_A_TIME):
                yield from self._check(texts[start : start + ROWS_AT_A_TIME], row + start)
            row += len(texts)

    def _check(self, texts: Sequence[str], first_row: int) -> Sequence[GoodRow | Rejected]:
        """Check some hundred rows together: reading them column by column is what makes `shortcuts` possible."""
        records = {row: text.rstrip("\r\n") for row, text in enumerate(texts, first_row) if text.strip(BLANK)}
        rows: list[int] = []
        table: list[list[str]] = []
        misfits: list[Rejected] = []
        for (row, record), cells in zip(records.items(), self._grammar.table([*records.values()]), strict=True):
            if len(cells) != self._width or len(record) > MAX_CELL_BYTES:
                if (misfit := self._misfit(row, cells)) is not None:
                    misfits.append(Rejected(row, (misfit,), None))
                    continue
                cells = [*cells[: self._width], *[""] * (self._width - len(cells))]  # noqa: PLW2901 - made to fit
            rows.append(row)
            table.append(cells)
        checked = self._check_cells(rows, table) if table else []
        return sorted([*checked, *misfits], key=itemgetter(0)) if misfits else checked

    def _misfit(self, row: int, cells: list[str]) -> Reject | None:
        """Why the cells do not fit under the header, if they do not."""
        for column, cell in zip(self._form.header, cells, strict=False):
            if len(cell) > MAX_CELL_BYTES:
                return cell_too_long(row, column.strip(), MAX_CELL_BYTES)
        if len(cells) < self._shortest:
            return cells_missing(row, len(cells), self._width)
        if any(cell.strip() for cell in cells[self._width :]):
            return cells_extra(row, len(cells), self._width, self._form.separator)
        return None

    def _check_cells(self, rows: list[int], table: list[list[str]]) -> list[GoodRow | Rejected]:
        values, faults = self._reader.read(list(zip(*table, strict=True)))
        good = [GoodRow(row, texts, self) for row, texts in zip(rows, zip(*values, strict=True), strict=True)]
        if not faults:
            return list(good)
        checked: list[GoodRow | Rejected] = list(good)
        for place, errors in faults.items():
            row, number = good[place].row, good[place].number
            told = tuple(
                problem_of(error, TablePlace(row, self._form.header[column].strip()))
                for column, error in sorted(errors.items(), key=itemgetter(0))
            )
            if place not in faults.fatal:
                checked[place] = good[place]._replace(remarks=told)
                continue
            content = VALUE_MARK.join(table[place])
            mark = fingerprint(number, content, row, is_rejected=True) if number else None
            checked[place] = Rejected(row, told, mark)
        return checked
