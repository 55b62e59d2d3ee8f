"""What the first bytes of a file tell: whether it is a table at all, its separator, and where its header ends."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from upominek.adapters.formats.csv.columns import is_header, known_columns
from upominek.adapters.formats.csv.encoding import UTF_8, WINDOWS_1250, ascii_compatible, is_utf_16, marked
from upominek.adapters.formats.csv.grammar import Grammar
from upominek.adapters.formats.csv.limits import MAX_COLUMNS, MAX_TITLE_ROWS
from upominek.adapters.formats.csv.unreadable import (
    file_empty,
    header_missing,
    not_a_table,
    record_too_long,
    too_many_columns,
)
from upominek.domain.errors import TableUnreadable

SEPARATORS = (";", ",", "\t", "|")
SEVERAL_COLUMNS = 3

# Source: the formats' own specifications; the order matters, since every .xlsx and .ods is a .zip as well.
OTHER_KINDS = (
    (re.compile(rb"PK\x03\x04.*?xl/[a-z_]", re.DOTALL), "xlsx"),
    (re.compile(rb"PK\x03\x04.*?opendocument\.spreadsheet", re.DOTALL), "ods"),
    (re.compile(rb"PK(?:\x03\x04|\x05\x06)|\x1f\x8b|7z\xbc\xaf\x27\x1c|Rar!|BZh"), "archive"),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "xls"),
    (re.compile(rb"\s*%PDF-"), "pdf"),
    (re.compile(rb"\{\\rtf"), "rtf"),
    (re.compile(rb"\s*(?:<!doctype html|<html|<head|<body|<table|<meta)", re.IGNORECASE), "html"),
    (re.compile(rb"\s*<(?:\?xml|[a-z])", re.IGNORECASE), "xml"),
    (re.compile(rb"\s*(?:\{|\[\s*\{)\s*[\"}]"), "json"),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|II\*\0|MM\0\*"), "image"),
)
KINDS = {
    "xlsx": ("skoroszyt Excela (.xlsx)", "an Excel workbook (.xlsx)"),
    "ods": ("arkusz LibreOffice (.ods)", "a LibreOffice spreadsheet (.ods)"),
    "xls": ("stary skoroszyt Excela (.xls)", "an old Excel workbook (.xls)"),
    "html": ("strona HTML", "an HTML page"),
    "archive": ("archiwum (np. ZIP)", "an archive (such as ZIP)"),
    "pdf": ("dokument PDF", "a PDF document"),
    "rtf": ("dokument RTF", "an RTF document"),
    "xml": ("plik XML", "an XML file"),
    "json": ("plik JSON", "a JSON file"),
    "image": ("obraz", "a picture"),
    "binary": ("plik binarny", "a binary file"),
}
SPREADSHEETS = frozenset({"xlsx", "ods", "xls", "html"})

# Neither tabs nor line ends, nor the end-of-file mark that old DOS programs leave.
_CONTROL = bytes(set(range(0x20)) - set(b"\t\n\v\f\r\x1a"))
_MOST_CONTROL = 0.02

# Excel's own way to name the separator; it shows no such row.
_SEPARATOR_LINE = re.compile(rb'"?sep=([;,\t|])"?[;,\t|]*(?:\r\n?|\n)', re.IGNORECASE)
_BLANK_LINE = re.compile(rb'[;,\t| "]*(?:\r\n?|\n)')


@dataclass(frozen=True, slots=True)
class Opening:
    """The beginning of a table.

    Attributes:
        encoding: as far as the first bytes settle it; None leaves it to the whole file.
        separator: one ASCII character.
        header: the bytes of the header row, ASCII compatible.
        header_row: its number as a spreadsheet shows it.
        length: bytes of the file up to the first row after the header.
    """

    encoding: str | None
    separator: str
    header: bytes
    header_row: int
    length: int


def read_opening(head: bytes, *, is_whole: bool) -> Opening:
    """Look at the first bytes.

    Args:
        head: `limits.MAX_HEADER_BYTES` of the file, or all of it.
        is_whole: there is no more.

    Raises:
        TableUnreadable: it is empty, a file of another kind, or has no end of a first row.
    """
    refuse_other_kinds(head)
    encoding, mark_length = marked(head)
    content = b"".join(ascii_compatible((head[mark_length:],), encoding))
    refuse_other_kinds(content)
    refuse_binary(content)
    separator, start, skipped = None, 0, 0
    if (line := _SEPARATOR_LINE.match(content)) is not None:
        separator, start = line[1].decode(), line.end()
    while (line := _BLANK_LINE.match(content, start)) is not None:
        start = line.end()
        skipped += 1
    if not content[start:].strip():
        raise file_empty() if is_whole else record_too_long()
    found = _header(content[start:], (separator,) if separator else SEPARATORS, is_whole=is_whole)
    before = content[: start + found.stop]
    length = len(before.decode().encode(encoding)) if encoding and is_utf_16(encoding) else len(before)
    return Opening(encoding, found.separator, found.content, skipped + found.row, mark_length + length)


def header_cells(header: bytes, separator: str, encoding: str) -> list[str]:
    """The column names, without the empty ones that spreadsheets add on the right."""
    cells = Grammar(separator).cells(header.decode(encoding, "replace").rstrip("\r\n"))
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def refuse_other_kinds(content: bytes) -> None:
    """Say what the file is, where its first bytes show it.

    Raises:
        TableUnreadable: `file_is_xlsx`, `file_is_pdf` and so on.
    """
    for pattern, kind in OTHER_KINDS:
        if pattern.match(content):
            raise _of_kind(kind)


def refuse_binary(content: bytes) -> None:
    """Tell text from anything else.

    Raises:
        TableUnreadable: `file_is_binary`.
    """
    control = len(content) - len(content.translate(None, _CONTROL))
    if b"\0" in content or control > len(content) * _MOST_CONTROL:
        raise file_binary()


def file_binary() -> TableUnreadable:
    """It is no text."""
    return _of_kind("binary")


def _of_kind(kind: str) -> TableUnreadable:
    pl, en = KINDS[kind]
    return not_a_table(kind, pl=pl, en=en, is_spreadsheet=kind in SPREADSHEETS)


class _Row(NamedTuple):
    """A row that may be the header, read with one separator.

    Attributes:
        row: its number among the rows that were looked at, from 1.
        stop: where it ends among their bytes.
    """

    separator: str
    row: int
    content: bytes
    stop: int
    cells: Sequence[str]

    @property
    def sense(self) -> tuple[int, int, int]:
        """How much it looks like a header: names that are known, then cells, then what stands further up."""
        return known_columns(self.cells[:MAX_COLUMNS]), len(self.cells), -self.row


def _header(content: bytes, separators: Iterable[str], *, is_whole: bool) -> _Row:
    """The header, with the separator under which it makes most sense.

    It is the first row that names all that is needed; else the first that names several columns, and has to be mended;
    else the one that names most. What stands above it are titles.
    """
    candidates = [list(_rows(content, separator, is_whole=is_whole)) for separator in separators]
    if not any(candidates):
        raise record_too_long()
    by_sense = sorted((row for some in candidates for row in some), key=lambda one: one.sense, reverse=True)
    rows = sorted(by_sense, key=lambda one: one.row)
    for is_it in (is_header, _names_several):
        for row in rows:
            if len(row.cells) <= MAX_COLUMNS and is_it(row.cells):
                return row
    first = rows[0]
    if len(first.cells) > MAX_COLUMNS:
        raise too_many_columns(len(first.cells))
    most = max(rows, key=lambda one: one.sense)
    if not most.sense[0]:
        raise header_missing(", ".join(filter(None, (cell.strip()[:20] for cell in first.cells[:4]))))
    return most


def _names_several(cells: Sequence[str]) -> bool:
    return known_columns(cells) >= SEVERAL_COLUMNS


def _rows(content: bytes, separator: str, *, is_whole: bool) -> Iterator[_Row]:
    """The first rows."""
    records = [record for batch in Grammar(separator).batches((content,)) for record in batch]
    # A row that goes on behind these bytes is none that can be judged.
    judged = records if is_whole else records[:-1]
    stop = 0
    for row, record in enumerate(judged[: MAX_TITLE_ROWS + 1], 1):
        stop += len(record)
        yield _Row(separator, row, record, min(stop, len(content)), _cells(record, separator))


def _cells(header: bytes, separator: str) -> list[str]:
    """The column names in an encoding good enough to find the separator; the right one is known later."""
    cells = header_cells(header, separator, UTF_8)
    return cells if "\ufffd" not in "".join(cells) else header_cells(header, separator, WINDOWS_1250)
