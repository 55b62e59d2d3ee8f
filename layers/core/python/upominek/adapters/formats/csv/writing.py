"""CSV as this product writes it: safe to open in a spreadsheet, and readable in a Polish one by a double click."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

BYTE_ORDER_MARK = "\ufeff"
SEPARATOR = ";"

# Source: OWASP, CSV Injection; the wide forms are those that a Japanese Excel takes for the plain ones.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

ROWS_A_BLOCK = 1000


def csv_blocks(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The table in pieces of some hundred kilobytes: UTF-8 with a byte order mark, `;`, CR LF.

    A text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay numbers.
    """
    buffer = StringIO(BYTE_ORDER_MARK)
    buffer.seek(0, 2)
    writer = csv.writer(buffer, delimiter=SEPARATOR, lineterminator="\r\n")
    writer.writerow(map(harmless, header))
    for count, row in enumerate(rows, 1):
        writer.writerow([harmless(cell) for cell in row])
        if count % ROWS_A_BLOCK == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def csv_rows(content: bytes) -> list[list[str]]:
    """The rows of a table that was written here, the header first."""
    text = StringIO(content.decode("utf-8-sig"), newline="")
    return list(csv.reader(text, delimiter=SEPARATOR))


def harmless(cell: object) -> object:
    """The cell such that no spreadsheet takes it for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
