"""CSV as a format of files that come in."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from upominek.adapters.formats.csv.limits import MAX_HEADER_BYTES
from upominek.adapters.formats.csv.opening import read_opening
from upominek.adapters.formats.csv.rows import InvoiceTable
from upominek.adapters.formats.csv.survey import TableFormat, survey_table
from upominek.application.ports.formats import ANSWERS, SourceFormat, StatementReader, Survey
from upominek.domain.errors import TableUnreadable


class CsvFormat:
    """A table of invoices whose header names columns that are known here; such a table may be the full list."""

    may_be_full_list = True

    def recognises(self, head: bytes) -> bool:
        """Whether it has such a header."""
        try:
            read_opening(head[:MAX_HEADER_BYTES], is_whole=len(head) < MAX_HEADER_BYTES)
        except TableUnreadable:
            return False
        return True

    def survey(self, blocks: Iterable[bytes], *, chunk_bytes: int) -> Survey:
        """Find encoding, separator, header and row ends. Raises: TableUnreadable."""
        found = survey_table(blocks, chunk_bytes=chunk_bytes)
        return Survey(words_of(found.format), found.chunks, found.ignored)

    def reader(self, form: Mapping[str, Any]) -> StatementReader:
        """The reader of a table like this."""
        return InvoiceTable(form_of(form))


def words_of(form: TableFormat) -> Mapping[str, Any]:
    """How to read the table, as it is kept; the header's row where it is not the first, which releases before knew."""
    words = {
        "encoding": form.encoding,
        "separator": form.separator,
        "header": list(form.header),
        "header_row": form.header_row,
    }
    if form.header_row == 1:
        del words["header_row"]
    return words


def form_of(words: Mapping[str, Any]) -> TableFormat:
    """The same, from what was kept."""
    return TableFormat(
        words["encoding"],
        words["separator"],
        tuple(words["header"]),
        words.get("header_row", 1),
        words.get(ANSWERS, {}),
    )


FORMAT: Final[SourceFormat] = CsvFormat()
