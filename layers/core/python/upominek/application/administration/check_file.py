"""Say what would be taken from a file, without taking anything in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from upominek.application.intake.import_report import ignored_columns, words_of
from upominek.application.intake.source_file import SourceFile
from upominek.application.ports.formats import SourceFormats, Survey
from upominek.domain.receivables.asks import NO_ANSWERS, Answers, Ask
from upominek.domain.receivables.rejects import Reject, Rejected
from upominek.domain.receivables.remarks import Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """What an import would make of a file.

    Attributes:
        words: what is told of its format; see `words_of`.
        rows: lines with an invoice, or with what should be one; statements of any kind in other formats.
        accepted: those that would be taken.
        repeated: those that say the same as another one.
        rejects: what is wrong with the others, in order of rows.
        remarks: what was not understood of those that would be taken, in order of rows.
        asks: what a person would have to answer before anything is taken.
        ignored: columns that mean nothing, or nothing by the answers.
    """

    words: Mapping[str, str | int]
    survey: Survey
    rows: int
    accepted: int
    repeated: int
    rejects: tuple[Reject, ...]
    remarks: tuple[Remark, ...] = ()
    asks: tuple[Ask, ...] = ()
    ignored: Sequence[str] = ()


def check_file(
    formats: SourceFormats, stream: BinaryIO, spill: Callable[[], BinaryIO], answers: Answers = NO_ANSWERS
) -> CheckedFile:
    """Read the file as an import would.

    Args:
        spill: opens a file for what does not fit into memory, gone once it is closed.
        answers: what a person has said of its columns.

    Raises:
        TableUnreadable: nothing of it can be taken.
        Refused: `answer_stray`.
    """
    file = SourceFile(formats, stream, spill, answers)
    rows, bad_rows = 0, set()
    rejects: list[Reject] = []
    remarks: list[Remark] = []
    for one in file.statements():
        rows += 1
        if isinstance(one, Rejected):
            rejects.extend(one.rejects)
            bad_rows.add(one.row)
        else:
            remarks.extend(one.remarks)
    repeats, said_before = 0, set()
    for repeated, against in file.repeated():
        rejects.extend(against)
        bad_rows.update(reject.where.row for reject in against)
        if not against:
            others = sorted(repeated.accepted)[1:]
            said_before.update(others)
            repeats += len(others)
    return CheckedFile(
        words=words_of(file.format, file.survey),
        survey=file.survey,
        rows=rows,
        accepted=rows - len(bad_rows),
        repeated=repeats,
        rejects=tuple(sorted(rejects, key=lambda one: one.where.row)),
        remarks=tuple(one for one in remarks if one.where.row not in bad_rows | said_before),
        asks=tuple(file.asks()),
        ignored=ignored_columns(file.survey),
    )
