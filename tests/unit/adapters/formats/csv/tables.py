"""Tables of invoices as bytes, and what becomes of them."""

from collections.abc import Iterator
from io import BytesIO

from upominek.adapters.formats.csv.rows import GoodRow, InvoiceTable
from upominek.adapters.formats.csv.survey import TableSurvey, survey_table
from upominek.domain.receivables.rejects import Reject, Rejected
from upominek.domain.receivables.remarks import Remark

HEADER = ("Id kontrahenta", "Nazwa", "Numer faktury", "Termin płatności", "Kwota brutto")
ROW = ("K1", "Żółta Łódź", "FV/1", "2026-03-02", "100,00")


def text_of(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER, separator: str = ";", end: str = "\r\n") -> str:
    """A table whose cells need no quotation marks."""
    return "".join(separator.join(row) + end for row in (header, *rows))


def blocks_of(content: bytes, size: int = 1 << 20) -> Iterator[bytes]:
    """The content in pieces."""
    stream = BytesIO(content)
    while block := stream.read(size):
        yield block


def survey(content: bytes, *, block: int = 1 << 20, chunk: int = 1 << 24) -> TableSurvey:
    return survey_table(blocks_of(content, block), chunk_bytes=chunk)


def read(content: bytes, *, block: int = 1 << 20, chunk: int = 1 << 24) -> list[GoodRow | Rejected]:
    """All rows, through survey and chunks."""
    found = survey(content, block=block, chunk=chunk)
    table = InvoiceTable(found.format)
    return [
        row
        for one in found.chunks
        for row in table.read(blocks_of(content[one.start : one.stop], block), one.first_row)
    ]


def rejects(content: bytes) -> list[Reject]:
    return [reject for row in read(content) if isinstance(row, Rejected) for reject in row.rejects]


def remarks(content: bytes) -> list[Remark]:
    return [remark for row in read(content) if isinstance(row, GoodRow) for remark in row.remarks]


def row_of(header: str, cells: str) -> GoodRow | Rejected:
    """The only row of a table separated by `|`."""
    (row,) = read(f"{header}\n{cells}\n".encode())
    return row
