"""Letters that were made: listed, fetched, and gathered in batches to print."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.letters import letter_commands
from cli.printing import AsJson, Stack, emit, err, fail, local_time, out, table
from cli.target import actor_named, find_target
from cli.values import day_in

if TYPE_CHECKING:
    from upominek.application.administration.fetch_letters import PrintedBatch
    from upominek.domain.letters.stored_letter import StoredLetter

commands = letter_commands
"""All commands about letters, these among them."""

Creditor = Annotated[str, typer.Argument(help="Id of the creditor.")]


@letter_commands.command("list")
def list_letters(
    creditor: Creditor,
    debtor: Annotated[str | None, typer.Option("--debtor", help="Only letters to this debtor.")] = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Show the letters that were made: posted ones, those attached to e-mails, and those recorded by hand."""
    found = find_target(stack, as_json=as_json).application.show_letters(creditor, debtor)
    data = [_told(one) for one in found]
    emit(
        data,
        as_json=as_json,
        show=lambda: table(
            "letters",
            ["date", "debtor", "kind", "route", "pages>", "id"],
            [(one["date"], one["debtor"], one["kind"], one["route"], one["pages"], one["id"]) for one in data],
            empty="none",
        ),
    )


@letter_commands.command("get")
def get_letter(
    creditor: Creditor,
    debtor: Annotated[str, typer.Argument(help="Id of the debtor in the creditor's own system.")],
    letter_id: Annotated[str, typer.Argument(help="Id of the letter, as `letter list` shows it.", metavar="ID")],
    file: Annotated[Path, typer.Option("--out", help="Where to write the PDF.", dir_okay=False)],
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Fetch a letter as it was kept. Its hash is compared with the case history before anything is written."""
    letter, pdf = find_target(stack, as_json=as_json).application.show_letters.read(creditor, debtor, letter_id)
    _write(file, pdf, as_json=as_json)
    data = _told(letter) | {"file": str(file)}
    emit(data, as_json=as_json, show=lambda: out.print(f"{file}: {letter.kind}, sha256 {letter.sha256}", markup=False))


@letter_commands.command("batch")
def batch(
    creditor: Creditor,
    folder: Annotated[Path, typer.Option("--out", help="Folder for the PDF and the table of each batch.")],
    day: Annotated[str | None, typer.Option("--date", help="The day of the letters; today if left out.")] = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Gather what is to be posted, and fetch the day's batches: one PDF to print, and a table of what is in it."""
    application = find_target(stack, as_json=as_json).application
    batches = application.fetch_batches(actor_named(), creditor, day_in("--date", day) if day else None)
    data = [_written(one, folder, as_json=as_json) for one in batches]
    emit(data, as_json=as_json, show=lambda: _show(data))


def _written(printed: "PrintedBatch", folder: Path, *, as_json: bool) -> dict[str, Any]:
    one = printed.batch
    name = f"{one.creditor}-{one.day.isoformat()}-{one.number}"
    pdf, index = folder / f"{name}.pdf", folder / f"{name}-index.csv"
    for content, path in ((printed.pdf, pdf), (printed.index, index)):
        _write(path, content, as_json=as_json)
    return one.to_dict() | {"file": str(pdf), "index": str(index)}


def _write(path: Path, content: bytes, *, as_json: bool) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}", as_json=as_json)


def _told(letter: "StoredLetter") -> dict[str, Any]:
    from upominek.adapters.json.case import letter_to_dict

    return {
        "date": letter.day.isoformat(),
        "debtor": letter.debtor,
        "route": letter.route.value,
        "made_at": letter.at.isoformat(timespec="seconds"),
        **letter_to_dict(letter.sent),
    }


def _show(batches: Sequence[dict[str, Any]]) -> None:
    table(
        "batches of letters",
        ["number>", "made at", "letters>", "pages>", "file"],
        [(one["number"], local_time(one["made_at"]), one["letters"], one["pages"], one["file"]) for one in batches],
        empty="no letter of this day is to be posted",
    )
    for one in batches[1:]:
        err.print(
            f"note: batch {one['number']} has {one['letters']} that came after batch {one['number'] - 1} was made",
            style="yellow",
            markup=False,
        )
