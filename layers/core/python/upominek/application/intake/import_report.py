"""What became of a file, for people and programs: `reports/<creditor>/<name>.json`."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from upominek.application.intake.count_unreached import unreached_of
from upominek.application.intake.import_plan import UNNAMED, Arrival, ImportPlan, path_of
from upominek.application.ports.files import FileStore, ReadTable
from upominek.application.ports.formats import ANSWERS, Survey
from upominek.application.ports.intake import ImportRecord
from upominek.domain.errors import UpominekError
from upominek.domain.receivables.asks import Ask, Meaning, column_key
from upominek.domain.receivables.rejects import reject_of
from upominek.domain.receivables.remarks import MOST_TOLD, Remark

COUNTS: Final = ("rows", "accepted", "rejected", "repeated", "new", "changed", "unchanged")
SNAPSHOT_COUNTS: Final = ("open", "missing", "settled")
OTHER_COUNTS: Final = (
    "reopening",
    "held",
    "contacts",
    "payments",
    "unmatched",
    "superseded",
    "cancelled",
    "holds",
    "releases",
    "notes",
)
"""Of statements that are not about invoices as they stand; told where there are any."""


HEAD_BYTES: Final = 256 * 1024
"""Of the file of remarks: enough for those that a report tells."""


def put_report(files: FileStore, record: ImportRecord, remarks: Sequence[Remark] = ()) -> None:
    """Write the summary of an import that is done, has failed, or waits; the same record gives the same report.

    Args:
        remarks: the first ones, see `first_remarks`.
    """
    told = [
        {"row": one.where.row, "column": one.where.column, "code": one.code, "message": {"pl": one.pl, "en": one.en}}
        for one in remarks
    ]
    _put(files, record.key, {**report_of(record), "remarks": told})


def remarks_key(key: str) -> str:
    """Where all remarks on a file are told."""
    return f"remarks/{path_of(key)}"


def first_remarks(files: FileStore, read_table: ReadTable, record: ImportRecord) -> list[Remark]:
    """As many remarks as a report tells, from the file that has all."""
    if not record.counts.get("remarks"):
        return []
    with files.open(remarks_key(record.key), 0, HEAD_BYTES - 1) as stream:
        head = stream.read()
    _, *lines = read_table(head[: head.rindex(b"\r\n")])
    # Where the file goes on, the last line may have been cut.
    return [reject_of(line) for line in lines[: -1 if len(head) == HEAD_BYTES else None][:MOST_TOLD]]


def put_repetition(files: FileStore, arrival: Arrival, earlier: ImportRecord) -> None:
    """Say that this content was taken in before, under whatever name, and changes nothing."""
    _put(
        files,
        arrival.key,
        {
            "file": arrival.key,
            "state": "repeated",
            "uploaded_at": _time(arrival.at),
            "same_as": {"import": earlier.id, "file": earlier.key, "started_at": _time(earlier.started_at)},
            "message": {
                "pl": "Ta sama zawartość została już wczytana wcześniej; nic się nie zmieniło.",
                "en": "The same content was taken in before; nothing has changed.",
            },
            "new": 0,
            "changed": 0,
        },
    )


def put_refusal(files: FileStore, arrival: Arrival, error: UpominekError) -> None:
    """Say why a file could not even be begun."""
    _put(
        files,
        arrival.key,
        {
            "file": arrival.key,
            "state": "failed",
            "uploaded_at": _time(arrival.at),
            "error": {"code": error.code, "message": {"pl": error.pl, "en": error.en}},
        },
    )


def report_of(record: ImportRecord) -> dict[str, Any]:
    """The summary of an import as it stands."""
    plan = ImportPlan.from_json(record.plan)
    report: dict[str, Any] = {
        "import": record.id,
        "creditor": record.creditor,
        "file": record.key,
        "state": record.state,
        "uploaded_at": _time(plan.uploaded_at),
        "stated_at": _time(plan.at),
        "started_at": _time(record.started_at),
        "finished_at": _time(record.finished_at),
    }
    if plan.survey is not None:
        report |= {name: record.counts.get(name, 0) for name in COUNTS}
        if plan.is_snapshot:
            report |= {name: record.counts.get(name, 0) for name in SNAPSHOT_COUNTS}
        report |= {name: count for name in OTHER_COUNTS if (count := record.counts.get(name))}
        report |= {
            **words_of(plan.format, plan.survey),
            "ignored_columns": ignored_columns(plan.survey),
            "asks": asks_to_list(plan.asks),
            "unreached": unreached_of(record.counts),
            "remarks_total": record.counts.get("remarks", 0),
            "remarks_file": remarks_key(record.key) if record.counts.get("remarks") else None,
            "rejects_file": f"rejected/{path_of(record.key)}" if record.counts.get("rejected") else None,
        }
    if plan.error is not None:
        code, pl, en = plan.error
        report["error"] = {"code": code, "message": {"pl": pl, "en": en}}
    return report


def ignored_columns(survey: Survey) -> list[str]:
    """Those that mean nothing, also by what a person has said of them."""
    answers = survey.format.get(ANSWERS, {})
    return [one for one in survey.ignored if answers.get(column_key(one), Meaning.NONE) == Meaning.NONE]


def asks_to_list(asks: Iterable[Ask]) -> list[dict[str, Any]]:
    """The questions as they are told."""
    return [
        {"code": one.code, "column": one.column, "message": dict(zip(("pl", "en"), one.message, strict=True))}
        for one in asks
    ]


def words_of(name: str, survey: Survey) -> dict[str, str | int]:
    """What is told of a file's format: its name, where it is not the usual one, and what the survey found in words."""
    named = {} if name == UNNAMED else {"format": name}
    return named | {key: value for key, value in survey.format.items() if isinstance(value, str | int)}


def _put(files: FileStore, key: str, report: dict[str, Any]) -> None:
    content = json.dumps(report, ensure_ascii=False, indent=2).encode()
    files.put(f"reports/{path_of(key)}.json", content, "application/json")


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="milliseconds")
