"""Invoices that a file names more than once, wherever in the file: found in memory that does not grow with it.

Each row leaves a fingerprint of 24 bytes: 16 for the invoice's number, 4 for all that the row says, 4 for the row.
Chunks sort theirs into runs, and merging the runs brings the rows of an invoice together, even when they were read by
two workers. Rows that say the same are one statement, taken once. Where they differ, none is taken: to believe one of
them would be a guess about somebody's debt. A row that is rejected for a bad cell differs from every good one.

Short numbers stand in the fingerprint themselves and long ones by a digest of 15 bytes, so two invoices are never taken
for one. A checksum of 32 bits misses one in four thousand million differences between rows of the same invoice.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from heapq import merge, nsmallest
from itertools import chain, groupby
from struct import Struct
from typing import BinaryIO
from zlib import crc32

from upominek.domain.receivables.rejects import Reject, rows_disagree

NUMBER_BYTES = 16
CONTENT_END = 20
FINGERPRINT_BYTES = 24
RUN_LENGTH = 100_000
BLOCK_BYTES = FINGERPRINT_BYTES * 2048
MOST_ROWS_NAMED = 5
LONG_NUMBER = b"\xff"  # begins no number: it is no part of any UTF-8 text

_FINGERPRINT = Struct(f">{NUMBER_BYTES}sII")


def fingerprint(number: str, content: str, row: int, *, is_rejected: bool = False) -> bytes:
    """What is kept of a row to compare it with the others; sorts by invoice, then content, then row.

    Args:
        number: of the invoice.
        content: all that the row says, in canonical texts; the cells as they are for a rejected row.
        row: as a spreadsheet numbers it, below 2 000 000 000.
        is_rejected: the row is not taken anyway.
    """
    key = number.encode()
    if len(key) > NUMBER_BYTES:
        key = LONG_NUMBER + blake2b(key, digest_size=NUMBER_BYTES - 1).digest()
    return _FINGERPRINT.pack(key, crc32(content.encode()), row << 1 | is_rejected)


@dataclass(frozen=True, slots=True)
class Repeated:
    """One invoice in several rows.

    Attributes:
        first_rows: the first few of them, in order.
        count: how many they are, those rejected for a bad cell included.
        accepted: those that have no bad cell, in any order.
        agree: they all say the same.
    """

    first_rows: Sequence[int]
    count: int
    accepted: Sequence[int]
    agree: bool


def sorted_run(fingerprints: Iterable[bytes]) -> bytes:
    """The fingerprints of a chunk as they are kept until the last chunk is read."""
    return b"".join(sorted(fingerprints))


def entries(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The fingerprints in a stored run, which comes in pieces of any size."""
    rest = b""
    for block in blocks:
        piece = rest + block
        whole = len(piece) - len(piece) % FINGERPRINT_BYTES
        for start in range(0, whole, FINGERPRINT_BYTES):
            yield piece[start : start + FINGERPRINT_BYTES]
        rest = piece[whole:]


def repeated(runs: Iterable[Iterable[bytes]]) -> Iterator[Repeated]:
    """The invoices that are there more than once.

    Args:
        runs: the fingerprints of each run, sorted.
    """
    for _, group in groupby(merge(*runs), key=_invoice):
        first = next(group)
        # Nearly all invoices are there once.
        if (second := next(group, None)) is not None:  # noqa: B031 - takes up where the first use ended
            yield _repeated(chain((first, second), group))  # noqa: B031 - the same


def disagreeing(one: Repeated, column: str) -> Iterator[Reject]:
    """The rows that must not be taken after all because they contradict others; none when all agree.

    Args:
        one: the invoice.
        column: what the file calls the invoice's number.
    """
    if not one.agree:
        named = ", ".join(map(str, one.first_rows)) + (" …" if one.count > len(one.first_rows) else "")
        for row in one.accepted:
            yield rows_disagree(row, column, named)


class Fingerprints:
    """Collects fingerprints in one process: a run at a time in memory, the rest in files.

    Args:
        open_file: gives an empty file to write and read, such as `tempfile.TemporaryFile`.
        run_length: how many are kept in memory.
    """

    def __init__(self, open_file: Callable[[], BinaryIO], run_length: int = RUN_LENGTH) -> None:
        self._open_file = open_file
        self._run_length = run_length
        self._current: list[bytes] = []
        self._files: list[BinaryIO] = []

    def add(self, one: bytes) -> None:
        """Keep the fingerprint of a row."""
        self._current.append(one)
        if len(self._current) >= self._run_length:
            file = self._open_file()
            file.write(sorted_run(self._current))
            self._files.append(file)
            self._current = []

    def repeated(self) -> Iterator[Repeated]:
        """The invoices that are there more than once; afterwards the files are closed."""
        try:
            yield from repeated([sorted(self._current), *(entries(_blocks(file)) for file in self._files)])
        finally:
            for file in self._files:
                file.close()


def _repeated(group: Iterable[bytes]) -> Repeated:
    rows, accepted = array("Q"), array("Q")
    first_content = content = b""
    for entry in group:
        content = entry[NUMBER_BYTES:CONTENT_END]
        first_content = first_content or content
        row, is_rejected = divmod(int.from_bytes(entry[CONTENT_END:]), 2)
        rows.append(row)
        if not is_rejected:
            accepted.append(row)
    # Sorted by content: all agree when the first and the last do.
    return Repeated(nsmallest(MOST_ROWS_NAMED, rows), len(rows), accepted, first_content == content)


def _invoice(entry: bytes) -> bytes:
    return entry[:NUMBER_BYTES]


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while block := file.read(BLOCK_BYTES):
        yield block
