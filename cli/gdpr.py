"""Commands for the rights of persons: what is kept of a debtor, and its end."""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.printing import AsJson, Stack, emit, err, fail, out, table
from cli.target import actor_named, find_target
from upominek.domain.errors import UpominekError

if TYPE_CHECKING:
    from upominek.application.privacy.export_case import CaseExport
    from upominek.bootstrap import Application

gdpr_commands = typer.Typer(
    no_args_is_help=True, help="Rights of persons (RODO): what is kept of a debtor, and its end."
)

Creditor = Annotated[str, typer.Argument(help="Id of the creditor.")]
DebtorId = Annotated[str, typer.Argument(help="Id of the debtor in the creditor's own system.")]


@gdpr_commands.command("export")
def export(
    creditor: Creditor,
    debtor: DebtorId,
    output: Annotated[Path | None, typer.Option("--output", help="Write into this file.", dir_okay=False)] = None,
    letters: Annotated[
        Path | None, typer.Option("--letters", help="Put the PDFs of letters into this folder.", file_okay=False)
    ] = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Everything that is kept of one debtor, as JSON: for answers by art. 15 and 20 RODO."""
    from upominek.adapters.json.privacy import export_to_dict

    application = find_target(stack, as_json=as_json).application
    found = application.export_case(creditor, debtor)
    data = export_to_dict(found)
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    try:
        if letters is not None:
            _fetch(application, found, letters)
        if output is not None:
            output.parent.mkdir(parents=True, exist_ok=True)
            output.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"{error.filename} cannot be written: {error.strerror}", as_json=as_json)
    if output is None:
        sys.stdout.write(text)
        return
    told = {"creditor": creditor, "debtor": debtor, "file": str(output), "letters": len(found.letters)}
    emit(told, as_json=as_json, show=lambda: out.print(f"{debtor}: all that is kept is in {output}", markup=False))


def _fetch(application: "Application", found: "CaseExport", folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for one, pdf in application.fetch_letters(found.letters):
        (folder / f"{one.day.isoformat()}-{one.id}.pdf").write_bytes(pdf)


@gdpr_commands.command("erase")
def erase(
    creditor: Creditor,
    debtor: DebtorId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    despite_open_invoices: Annotated[
        bool,
        typer.Option(
            "--despite-open-invoices", help="Also when invoices are open: nobody is reminded of them any more."
        ),
    ] = False,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Erase the person from a case, for good. Amounts, dates and that something was sent stay under a pseudonym."""
    from upominek.adapters.json.privacy import erased_to_dict

    application = find_target(stack, as_json=as_json).application
    application.show_creditors.one(creditor)  # before anybody is asked whether they are sure
    if not yes:
        if as_json or not sys.stdin.isatty():
            fail("this cannot be undone: add --yes to do it", as_json=as_json)
        typer.confirm(f"Erase the person {debtor} of {creditor}? This cannot be undone", abort=True, err=True)
    erased = application.erase_person(actor_named(), creditor, debtor, despite_open_invoices=despite_open_invoices)
    data = erased_to_dict(erased, debtor)
    emit(data, as_json=as_json, show=lambda: _show(data))


@gdpr_commands.command("forget")
def forget(stack: Stack = None, as_json: AsJson = False) -> None:
    """Do now what the nights do: redact old messages, erase the people in cases closed long enough ago."""
    try:
        done = [asdict(one) for one in find_target(stack, as_json=as_json).application.forget_now(actor_named())]
    except ExceptionGroup as failures:
        fail("; ".join(map(_told, failures.exceptions)), as_json=as_json)
    emit(
        done,
        as_json=as_json,
        show=lambda: table(
            "forgotten",
            ["creditor", "messages redacted>", "cases erased>"],
            [(one["creditor"], one["reminders_redacted"], one["cases_erased"]) for one in done],
        ),
    )


def _told(failure: Exception) -> str:
    """Where it happened and what, without words that may name a person."""
    what = failure.en if isinstance(failure, UpominekError) else type(failure).__name__
    return f"{', '.join(getattr(failure, '__notes__', ()))}: {what}"


def _show(data: Mapping[str, Any]) -> None:
    kept = ", ".join(f"{data[name]} {name}" for name in ("invoices", "reminders", "facts"))
    out.print(f"{data['debtor']}: erased. {kept} stay without the person as {data['alias']}", markup=False)
    out.print(f"letters deleted: {data['letters']}", markup=False)
    err.print("what goes by itself, or is yours to do:", style="yellow")
    for one in data["remaining"]:
        err.print(f"- {one['en']}", markup=False)
