"""Commands about files: check one without taking it in, or bring one in and wait for the report."""

import csv
import io
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from cli.printing import AsJson, Stack, emit, err, fail, out, table
from cli.target import Target, find_target
from upominek.adapters.json.problem import problem_to_dict
from upominek.application.intake.import_report import COUNTS, SNAPSHOT_COUNTS, report_of
from upominek.domain.errors import TableUnreadable, Unavailable
from upominek.domain.table_file.fields import Field
from upominek.domain.table_file.rejects import Reject, reject_of
from upominek.domain.table_file.repeats import Fingerprints, disagreeing
from upominek.domain.table_file.rows import BadRow, InvoiceTable
from upominek.domain.table_file.survey import survey_table

CsvFile = Annotated[Path, typer.Argument(help="A CSV file.", exists=True, dir_okay=False, readable=True)]
BLOCK_BYTES = 1 << 20
FIRST_POLL_SECONDS, LONGEST_POLL_SECONDS = 0.2, 5.0
ROWS_SHOWN = 50


def check(file: CsvFile, as_json: AsJson = False) -> None:
    """Say what would be taken from a CSV file and what is wrong with the rest, by row and column. Takes nothing in."""
    with file.open("rb") as stream:
        try:
            data = checked(stream)
        except TableUnreadable as error:
            fail(error, as_json=as_json)
    emit(data, as_json=as_json, show=lambda: _draw_check(file.name, data))
    if data["rejected"]:
        raise typer.Exit(1)


def checked(stream: BinaryIO) -> dict[str, Any]:
    """What `check --json` prints.

    Raises:
        TableUnreadable: it is no table of invoices.
    """
    survey = survey_table(_blocks(stream))
    reader = InvoiceTable(survey.format)
    fingerprints = Fingerprints(tempfile.TemporaryFile)
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
    return {
        "rows": rows,
        "accepted": rows - len(bad_rows),
        "repeated": repeats,
        "encoding": survey.format.encoding,
        "separator": survey.format.separator,
        "ignored_columns": list(survey.ignored),
        "rejected": [problem_to_dict(one) for one in sorted(rejects, key=lambda one: one.where.row)],
    }


def import_file(
    file: CsvFile,
    creditor: Annotated[str, typer.Option("--creditor", help="Whose invoices these are.")],
    snapshot: Annotated[
        bool, typer.Option("--snapshot", help="The file lists all open invoices: what it lacks is settled.")
    ] = False,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Bring a CSV file in, as a file dropped into the bucket would come in, and wait for the report."""
    target = find_target(stack, as_json=as_json)
    target.application.creditors.get(creditor)
    with out.status("the file is being taken in") if not as_json else err.status("the file is being taken in"):
        report = bring_in(target, creditor, file.name, file, is_snapshot=snapshot)
    emit(report, as_json=as_json, show=lambda: _draw_report(file.name, report))
    if report.get("error"):
        raise typer.Exit(2)
    if report["rejected"]:
        raise typer.Exit(1)


def bring_in(
    target: Target,
    creditor: str,
    name: str,
    content: Path | bytes,
    *,
    is_snapshot: bool = False,
    timeout_seconds: float = 3600,
) -> dict[str, Any]:
    """Put a file into the bucket and wait for its report; the rejected cells are added as `rejected`.

    The number of rejected rows, which the report has under that name, moves to `rejected_rows`.

    Raises:
        Unavailable: there is still no report after the time-out; the import may still be under way.
    """
    deadline = time.monotonic() + timeout_seconds
    s3 = target.client("s3")
    bucket = target.outputs["BucketName"]
    before = _report(s3, bucket, creditor, name)
    key = f"{'snapshot' if is_snapshot else 'incoming'}/{creditor}/{name}"
    if isinstance(content, bytes):
        s3.put_object(Bucket=bucket, Key=key, Body=content)
    else:
        s3.upload_file(str(content), bucket, key)
    pause = FIRST_POLL_SECONDS
    while (report := _report(s3, bucket, creditor, name)) is None or report == before:
        if time.monotonic() > deadline:
            raise Unavailable(f"the report on {name}")
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_POLL_SECONDS)
    report["rejected_rows"] = report.get("rejected", 0)
    report["rejected"] = _rejects_file(s3, bucket, report["rejects_file"]) if report.get("rejects_file") else []
    return report


def confirm_import(
    creditor: Annotated[str, typer.Argument(help="Id of the creditor.")],
    import_id: Annotated[str, typer.Argument(help="Id of the import, from the report.")],
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Let a snapshot that waits be applied: whatever it lacks is settled."""
    record = find_target(stack, as_json=as_json).application.import_file.confirm(creditor, import_id)
    data = {"import": record.id, "creditor": creditor, "state": record.state}
    emit(data, as_json=as_json, show=lambda: out.print(f"{record.id}: {record.state}", markup=False))


def list_imports(
    creditor: Annotated[str, typer.Argument(help="Id of the creditor.")], stack: Stack = None, as_json: AsJson = False
) -> None:
    """List the newest imports of a creditor and how far they have come."""
    application = find_target(stack, as_json=as_json).application
    application.creditors.get(creditor)
    data = [report_of(one) for one in application.imports.recent(creditor)]
    emit(
        data,
        as_json=as_json,
        show=lambda: table(
            "imports",
            ["id", "file", "started", "state", "accepted>", "rejected>"],
            [
                (one["import"], one["file"], one["started_at"], one["state"], one.get("accepted"), one.get("rejected"))
                for one in data
            ],
        ),
    )


def _report(s3: Any, bucket: str, creditor: str, name: str) -> dict[str, Any] | None:  # noqa: ANN401 - a boto3 client
    try:
        answer = s3.get_object(Bucket=bucket, Key=f"reports/{creditor}/{name}.json")
    except s3.exceptions.NoSuchKey:
        return None
    report: dict[str, Any] = json.load(answer["Body"])
    return report


def _rejects_file(s3: Any, bucket: str, key: str) -> list[dict[str, Any]]:  # noqa: ANN401 - a boto3 client
    text = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode("utf-8-sig")
    return [
        problem_to_dict(reject_of(line)) for line in list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1:]
    ]


def _blocks(stream: BinaryIO, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    stream.seek(start)
    while block := stream.read(BLOCK_BYTES if stop is None else min(BLOCK_BYTES, stop - stream.tell())):
        yield block


def _draw_check(name: str, data: dict[str, Any]) -> None:
    out.print(
        f"{name}: {data['rows']} rows, {data['accepted']} can be taken, read as {data['encoding']} "
        f"separated by {data['separator']!r}",
        markup=False,
    )
    if data["ignored_columns"]:
        out.print(f"columns without meaning here: {', '.join(data['ignored_columns'])}", markup=False)
    _draw_rejects(data["rejected"])


def _draw_report(name: str, report: dict[str, Any]) -> None:
    for said in (report.get("error", {}).get("message"), report.get("message")):
        if said:
            out.print(said["en"], markup=False)
    counts = [f"{label} {report[label]}" for label in (*COUNTS, *SNAPSHOT_COUNTS) if isinstance(report.get(label), int)]
    out.print(f"{name}: {report['state']}; {', '.join(counts)}", markup=False)
    if report["state"] == "waiting":
        out.print(f"to let it through: upominek confirm {report['creditor']} {report['import']}", markup=False)
    _draw_rejects(report["rejected"])


def _draw_rejects(rejects: list[dict[str, Any]]) -> None:
    if not rejects:
        return
    table(
        "rejected",
        ["row>", "column", "code", "what to mend"],
        [(one["row"], one["column"], one["code"], one["message"]["en"]) for one in rejects[:ROWS_SHOWN]],
    )
    if len(rejects) > ROWS_SHOWN:
        out.print(f"and {len(rejects) - ROWS_SHOWN} more; --json has all of them")
