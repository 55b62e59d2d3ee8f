"""Files that come in as JSON: what a check says of one, what became of one, and what is wrong with its cells."""

# A command starts without the use cases that only name what is shown.
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from upominek.adapters.json.problem import problem_to_dict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from upominek.application.administration.bring_file import FileReport
    from upominek.application.administration.check_file import CheckedFile
    from upominek.domain.receivables.asks import Ask
    from upominek.domain.receivables.rejects import Reject


def checked_to_dict(checked: CheckedFile) -> dict[str, Any]:
    """The shape of `check --json`."""
    return {
        "rows": checked.rows,
        "accepted": checked.accepted,
        "repeated": checked.repeated,
        **checked.words,
        "ignored_columns": list(checked.ignored),
        "rejected": rejects_to_list(checked.rejects),
        "remarks": rejects_to_list(checked.remarks),
        "asks": asks_to_list(checked.asks),
    }


def report_to_dict(told: FileReport) -> dict[str, Any]:
    """The report with the rejected cells as `rejected`.

    The number of rejected rows, which the report itself has under that name, moves to `rejected_rows`.
    """
    rows = told.report.get("rejected", 0)
    return {"remarks": [], "asks": [], **told.report, "rejected_rows": rows, "rejected": rejects_to_list(told.rejects)}


def asks_to_list(asks: Iterable[Ask]) -> list[dict[str, Any]]:
    """What a person has to answer before anything is taken."""
    return [
        {"code": one.code, "column": one.column, "message": dict(zip(("pl", "en"), one.message, strict=True))}
        for one in asks
    ]


def rejects_to_list(rejects: Iterable[Reject]) -> list[dict[str, Any]]:
    """Cells that cannot be taken, or that were understood only in part."""
    return [problem_to_dict(one) for one in rejects]
