"""Say what would be taken from a file of invoices, without taking anything in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from upominek.domain.receivables.rejects import Reject
from upominek.domain.receivables.repeats import Fingerprints, disagreeing
from upominek.domain.table_file.fields import Field
from upominek.domain.table_file.rows import BadRow, InvoiceTable
from upominek.domain.table_file.survey import Survey, survey_table

BLOCK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """What an import would make of a file.

    Attributes:
        rows: lines with an invoice, or with what should be one.
        accepted: those that would be taken.
        repeated: those that say the same as another one.
        rejects: what is wrong with the others, in order of rows.
    """

    survey: Survey
    rows: int
    accepted: int
    repeated: int
    rejects: tuple[Reject, ...]


def check_file(stream: BinaryIO, spill: Callable[[], BinaryIO]) -> CheckedFile:
    """Read the file as an import would.

    Args:
        spill: opens a file for what does not fit into memory, gone once it is closed.

    Raises:
        TableUnreadable: it is no table of invoices.
    """
    survey = survey_table(_blocks(stream))
    reader = InvoiceTable(survey.format)
    fingerprints = Fingerprints(spill)
    rows, bad_rows = 0, set()
    rejects: list[Reject] = []
    for chunk in survey.chunks:
        for row in reader.read(_blocks(stream, chunk.start, chunk.stop), chunk.first_row):
            rows += 1
            if isinstance(row, BadRow):
                rejects.extend(row.rejects)
                bad_rows.add(row.row)
            if row.fingerprint is not None:
                fingerprints.add(row.fingerprint)
    repeats = 0
    for one in fingerprints.repeated():
        found = list(disagreeing(one, reader.title(Field.NUMBER)))
        rejects.extend(found)
        bad_rows.update(reject.where.row for reject in found)
        repeats += 0 if found else len(one.accepted) - 1
    return CheckedFile(
        survey=survey,
        rows=rows,
        accepted=rows - len(bad_rows),
        repeated=repeats,
        rejects=tuple(sorted(rejects, key=lambda one: one.where.row)),
    )


def _blocks(stream: BinaryIO, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    stream.seek(start)
    while block := stream.read(BLOCK_BYTES if stop is None else min(BLOCK_BYTES, stop - stream.tell())):
        yield block
