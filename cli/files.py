"""Commands about files: check one without taking it in, or bring one in and wait for the report."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.answers import ColumnAnswers, WordAnswers
from cli.printing import AsJson, Stack, emit, err, fail, out, table
from cli.target import actor_named, find_target
from cli.unreached import tell_unreached

CsvFile = Annotated[Path, typer.Argument(help="A CSV file.", exists=True, dir_okay=False, readable=True)]
ROWS_SHOWN = 50


def check(file: CsvFile, column: ColumnAnswers = None, word: WordAnswers = None, as_json: AsJson = False) -> None:
    """Say what would be taken from a CSV file and what is wrong with the rest, by row and column. Takes nothing in."""
    from tempfile import TemporaryFile

    from upominek.adapters.formats.known import KnownFormats
    from upominek.adapters.json.imports import checked_to_dict
    from upominek.application.administration.check_file import check_file
    from upominek.domain.errors import InvalidValue, Refused, TableUnreadable
    from upominek.domain.receivables.asks import answers_of

    with file.open("rb") as stream:
        try:
            answers = answers_of(column or (), word or ())
            data = checked_to_dict(check_file(KnownFormats(), stream, TemporaryFile, answers))
        except (TableUnreadable, Refused, InvalidValue) as error:
            fail(error, as_json=as_json)
    emit(data, as_json=as_json, show=lambda: _draw_check(file.name, data))
    if data["rejected"] or data["asks"]:
        raise typer.Exit(1)


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
    from local.stack.work import bring_in

    target, actor = find_target(stack, as_json=as_json), actor_named()
    with (err if as_json else out).status("the file is being taken in"):
        report = bring_in(target, creditor, file.name, file, is_snapshot=snapshot, actor=actor)
    emit(report, as_json=as_json, show=lambda: _draw_report(file.name, report))
    if report.get("error"):
        raise typer.Exit(2)
    if report["rejected"]:
        raise typer.Exit(1)


def confirm_import(
    creditor: Annotated[str, typer.Argument(help="Id of the creditor.")],
    import_id: Annotated[str, typer.Argument(help="Id of the import, from the report.")],
    column: ColumnAnswers = None,
    word: WordAnswers = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Let the answers hold for the creditor's next files, too.")
    ] = False,
    discard: Annotated[bool, typer.Option("--discard", help="Let it go unused instead.")] = False,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Let a file that waits be applied, or let it go.

    Whatever a full list lacks is settled; a column that was asked about and is not answered says nothing of payments.
    """
    from upominek.domain.errors import InvalidValue
    from upominek.domain.receivables.asks import answers_of

    try:
        answers = answers_of(column or (), word or ())
    except InvalidValue as error:
        fail(error, as_json=as_json)
    confirm = find_target(stack, as_json=as_json).application.confirm_import
    record = confirm(actor_named(), creditor, import_id, answers, keeps=keep, discards=discard)
    data = {"import": record.id, "creditor": creditor, "state": record.state}
    emit(data, as_json=as_json, show=lambda: out.print(f"{record.id}: {record.state}", markup=False))


def list_imports(
    creditor: Annotated[str, typer.Argument(help="Id of the creditor.")], stack: Stack = None, as_json: AsJson = False
) -> None:
    """List the newest imports of a creditor and how far they have come."""
    data = find_target(stack, as_json=as_json).application.show_imports(creditor)
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


def _draw_check(name: str, data: dict[str, Any]) -> None:
    how = f"{data['encoding']} separated by {data['separator']!r}" if "separator" in data else data["format"]
    out.print(f"{name}: {data['rows']} rows, {data['accepted']} can be taken, read as {how}", markup=False)
    if "header_row" in data:
        out.print(f"the header is in row {data['header_row']}", markup=False)
    _draw_ignored(data)
    _draw_asks(data["asks"])
    _draw_rejects(data["rejected"])
    _draw_remarks(data["remarks"], len(data["remarks"]))


def _draw_report(name: str, report: dict[str, Any]) -> None:
    from upominek.application.intake.import_report import COUNTS, OTHER_COUNTS, SNAPSHOT_COUNTS

    for said in (report.get("error", {}).get("message"), report.get("message")):
        if said:
            out.print(said["en"], markup=False)
    counts = [
        f"{label} {report[label]}"
        for label in (*COUNTS, *SNAPSHOT_COUNTS, *OTHER_COUNTS)
        if isinstance(report.get(label), int)
    ]
    out.print(f"{name}: {report['state']}; {', '.join(counts)}", markup=False)
    if "header_row" in report:
        out.print(f"the header is in row {report['header_row']}", markup=False)
    if report["state"] == "waiting":
        named = f"{report['creditor']} {report['import']}"
        if report["asks"]:
            out.print(f"It waits for you. To answer: upominek confirm {named} --column NAME=MEANING", markup=False)
            out.print(
                "(--word WORD=MEANING for a word; --keep for the next files, too; what is not answered has",
                markup=False,
            )
            out.print("nothing to do with payments)", markup=False)
        else:
            out.print(f"It waits for you. To let it through: upominek confirm {named}", markup=False)
        out.print(f"To let it go unused: upominek confirm {named} --discard", markup=False)
    tell_unreached(report)
    _draw_ignored(report)
    _draw_asks(report["asks"])
    _draw_rejects(report["rejected"])
    _draw_remarks(report["remarks"], report.get("remarks_total", 0))
    if report.get("remarks_file"):
        out.print(f"all remarks: {report['remarks_file']}", markup=False)


def _draw_ignored(data: dict[str, Any]) -> None:
    if data.get("ignored_columns"):
        out.print(f"columns without meaning here: {', '.join(data['ignored_columns'])}", markup=False)


def _draw_asks(asks: list[dict[str, Any]]) -> None:
    if asks:
        table(
            "nothing is taken in before this is answered",
            ["column", "question"],
            [(one["column"], one["message"]["en"]) for one in asks],
        )


def _draw_remarks(remarks: list[dict[str, Any]], total: int) -> None:
    if not remarks:
        return
    _draw_cells("taken, but understood only in part", remarks)
    if total > ROWS_SHOWN:
        out.print(f"and {total - ROWS_SHOWN} more")


def _draw_cells(title: str, cells: list[dict[str, Any]]) -> None:
    table(
        title,
        ["row>", "column", "code", "what to mend"],
        [(one["row"], one["column"], one["code"], one["message"]["en"]) for one in cells[:ROWS_SHOWN]],
    )


def _draw_rejects(rejects: list[dict[str, Any]]) -> None:
    if not rejects:
        return
    _draw_cells("rejected", rejects)
    if len(rejects) > ROWS_SHOWN:
        out.print(f"and {len(rejects) - ROWS_SHOWN} more; --json has all of them")
