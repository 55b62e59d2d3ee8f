"""What the workers of one import leave for each other in `work/`, until it is done.

Checking leaves of each chunk its rejects and remarks, its sorted fingerprints and, of a snapshot, the invoices that it
lists.
Merging makes of them the rows that must be skipped, chunk by chunk, and of a snapshot the invoices to settle. All of it
is written whole and the same each time, so whoever repeats a step replaces a file by its equal. Nothing here grows in
memory with the file.
"""

import json
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from heapq import merge
from typing import Any, Final

from upominek.application.ports.files import FileStore
from upominek.application.ports.formats import Chunk
from upominek.domain.errors import NotFound
from upominek.domain.receivables.asks import Ask, joined
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.receivables.rejects import Reject, reject_line, reject_of
from upominek.domain.receivables.remarks import Remark
from upominek.domain.receivables.repeats import (
    FINGERPRINT_BYTES,
    NUMBER_BYTES,
    disagreeing,
    entries,
    fingerprint,
    repeated,
    sorted_run,
)

DIGEST_BYTES: Final = 8
READ_BYTES: Final = DIGEST_BYTES * FINGERPRINT_BYTES * 512
"""About 100 KB; whole fingerprints and whole digests fit in."""
MOST_HELD: Final = 200_000
"""Skipped rows held in memory before they are put aside."""


@dataclass(frozen=True, slots=True)
class Work:
    """The files of one import."""

    files: FileStore
    prefix: str

    # --- Checking -----------------------------------------------------------------------------------------------------

    def put_checked(
        self,
        chunk: int,
        rejects: Sequence[Reject],
        remarks: Sequence[Remark],
        fingerprints: Iterable[bytes],
        listed: Iterable[bytes] | None,
        asks: Sequence[Ask] = (),
    ) -> None:
        """Keep what the check of a chunk found.

        Args:
            remarks: of rows that can be taken.
            listed: digests of the invoices in its rows, see `listing`; None where nobody will ask.
        """
        self.files.put(self._name("rejects", chunk), _lines(map(reject_line, rejects)))
        self.files.put(self._name("remarks", chunk), _lines(map(reject_line, remarks)))
        self.files.put(self._name("prints", chunk), sorted_run(fingerprints))
        if asks:
            self.files.put(self._name("asks", chunk), _lines(asks))
        if listed is not None:
            self.files.put(self._name("listed", chunk), b"".join(sorted(listed)))

    # --- Merging ------------------------------------------------------------------------------------------------------

    def merge_rows(self, chunks: Sequence[Chunk], number_column: str) -> Counter[str]:
        """Find the invoices that several rows name, and leave each chunk the rows that it must skip.

        Of rows that say the same all but the first are skipped; of rows that disagree all are, and become rejects.

        Returns:
            Numbers of rows: `repeated` ones, and `disagreeing` ones.
        """
        counts: Counter[str] = Counter()
        first_rows = [chunk.first_row for chunk in chunks]
        held: dict[int, list[Sequence[Any]]] = {}
        parts: Counter[int] = Counter()

        def put_aside() -> None:
            for chunk, lines in held.items():
                self.files.put(self._name("parts", chunk, parts[chunk]), _lines(lines))
                parts[chunk] += 1
            held.clear()

        runs = (entries(self._blocks(self._name("prints", number))) for number in range(len(chunks)))
        for count, (kind, line) in enumerate(_skips(runs, number_column), 1):
            counts[kind] += 1
            held.setdefault(bisect_right(first_rows, line[0]) - 1, []).append(line)
            if count % MOST_HELD == 0:
                put_aside()
        put_aside()
        for chunk in range(len(chunks)):
            lines = [line for part in range(parts[chunk]) for line in self._read(self._name("parts", chunk, part))]
            self.files.put(self._name("skip", chunk), _lines(sorted(lines)))
        return counts

    def rejects(self, chunks: int) -> Iterator[Reject]:
        """All rejects of the file, in order of rows."""
        for chunk in range(chunks):
            bad_cells = (reject_of(line) for line in self._read(self._name("rejects", chunk)))
            disagreements = (reject_of(line) for line in self._read(self._name("skip", chunk)) if len(line) > 1)
            yield from merge(bad_cells, disagreements, key=lambda one: one.where.row)

    def remarks(self, chunks: int) -> Iterator[Remark]:
        """All remarks of the file, in order of rows: of the rows that are taken."""
        for chunk in range(chunks):
            skipped = self._skipped(chunk)
            yield from (reject_of(line) for line in self._read_if_there("remarks", chunk) if line[0] not in skipped)

    def asks(self, chunks: int) -> list[Ask]:
        """What a person has to answer first, each question once."""
        lines = (line for chunk in range(chunks) for line in self._read_if_there("asks", chunk))
        return joined(Ask(code, column, tuple(words)) for code, column, words in lines)

    def put_missing(self, chunks: int, open_invoices: Iterable[DueInvoice]) -> Counter[str]:
        """Find the open invoices that no row lists, and keep them.

        Returns:
            Numbers of invoices: `open` ones, and the `missing` ones among them.
        """
        listed = array("Q")
        for digest in merge(*(self._digests(self._name("listed", chunk)) for chunk in range(chunks))):
            listed.append(digest)
        counts: Counter[str] = Counter(open=0, missing=0)

        def missing() -> Iterator[bytes]:
            for invoice in open_invoices:
                counts["open"] += 1
                rejected = listing_of_reject(fingerprint(invoice.number, "", 0))
                if not any(_contains(listed, one) for one in (listing(invoice.debtor, invoice.number), rejected)):
                    counts["missing"] += 1
                    yield _lines([(invoice.debtor, invoice.number)])

        self.files.put_stream(self._missing, missing())
        return counts

    # --- Applying -----------------------------------------------------------------------------------------------------

    def skipped(self, chunk: int) -> frozenset[int]:
        """Rows of the chunk that must not be applied. Raises: NotFound, when all is done and cleaned up.

        Those that the check rejected are among them: it may have been the check of another version.
        """
        return self._skipped(chunk) | {line[0] for line in self._read(self._name("rejects", chunk))}

    def missing(self) -> Iterator[tuple[str, str]]:
        """Debtor and number of the invoices to settle. Raises: NotFound, as `skipped`."""
        return ((debtor, number) for debtor, number in self._read(self._missing))

    def is_kept(self) -> bool:
        """Whether what merging left is still there."""
        return bool(self.files.list(self._name("skip", 0)))

    def clean_up(self) -> None:
        """Remove everything."""
        self.files.delete(self.files.list(self.prefix))

    # ------------------------------------------------------------------------------------------------------------------

    def _skipped(self, chunk: int) -> frozenset[int]:
        return frozenset(line[0] for line in self._read(self._name("skip", chunk)))

    def _read_if_there(self, kind: str, chunk: int) -> Iterator[list[Any]]:
        """Nothing of what a version that checked the chunk did not know."""
        with suppress(NotFound):
            yield from self._read(self._name(kind, chunk))

    @property
    def _missing(self) -> str:
        return f"{self.prefix}missing"

    def _name(self, kind: str, *numbers: int) -> str:
        return f"{self.prefix}{kind}/" + "-".join(f"{number:06}" for number in numbers)

    def _blocks(self, key: str) -> Iterator[bytes]:
        """A file in pieces, each asked for when it is needed: hundreds may be read side by side."""
        size = self.files.size(key)
        for first in range(0, size, READ_BYTES):
            with self.files.open(key, first, min(first + READ_BYTES, size) - 1) as stream:
                yield stream.read()

    def _read(self, key: str) -> Iterator[list[Any]]:
        rest = b""
        for block in self._blocks(key):
            *whole, rest = (rest + block).split(b"\n")
            yield from map(json.loads, whole)

    def _digests(self, key: str) -> Iterator[int]:
        for block in self._blocks(key):
            for start in range(0, len(block), DIGEST_BYTES):
                yield int.from_bytes(block[start : start + DIGEST_BYTES])


def listing(debtor: str, number: str) -> bytes:
    """Eight bytes for an invoice in a good row; a chance hit merely leaves an invoice open."""
    return blake2b(f"{debtor}\x1f{number}".encode(), digest_size=DIGEST_BYTES).digest()


def listing_of_reject(reject_fingerprint: bytes) -> bytes:
    """The same for a rejected row: whose invoice it is may be wrong in it, so its number says it alone."""
    return blake2b(reject_fingerprint[:NUMBER_BYTES], digest_size=DIGEST_BYTES).digest()


def _skips(runs: Iterable[Iterable[bytes]], number_column: str) -> Iterator[tuple[str, Sequence[Any]]]:
    for one in repeated(runs):
        if one.agree:
            yield from (("repeated", (row,)) for row in one.accepted[1:])
        else:
            yield from (("disagreeing", reject_line(reject)) for reject in disagreeing(one, number_column))


def _contains(digests: Sequence[int], digest: bytes) -> bool:
    wanted = int.from_bytes(digest)
    place = bisect_left(digests, wanted)
    return place < len(digests) and digests[place] == wanted


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as lines of JSON."""
    return b"".join(json.dumps(list(row), ensure_ascii=False).encode() + b"\n" for row in rows)
