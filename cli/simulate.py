"""`upominek simulate`: the weeks to come, message by message, before a penny is spent."""

from pathlib import Path
from typing import Annotated

import typer

from cli.answers import ColumnAnswers, WordAnswers
from cli.printing import AsJson, Stack
from cli.values import SPOKEN
from upominek.domain.language.default import DEFAULT_LANGUAGE


def simulate(
    file: Annotated[Path, typer.Argument(help="A CSV file of invoices.", exists=True, dir_okay=False, readable=True)],
    creditor: Annotated[str, typer.Option("--creditor", help="A creditor's file (YAML), or the id of a stored one.")],
    first: Annotated[str, typer.Option("--from", help="The first day.")],
    last: Annotated[str, typer.Option("--to", help="The last day.")],
    campaign: Annotated[
        list[str] | None,
        typer.Option("--campaign", help="A campaign's file or name; may be repeated. Else the creditor's own."),
    ] = None,
    payments: Annotated[
        Path | None,
        typer.Option("--payments", help="A CSV file of payments: invoice number, date, amount.", exists=True),
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write one page for people to this file.")] = None,
    language: Annotated[str, typer.Option("--language", help=f"Of that page: {SPOKEN}.")] = DEFAULT_LANGUAGE,
    column: ColumnAnswers = None,
    word: WordAnswers = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Show every message that campaigns would send in the weeks to come, and what it would cost. Sends nothing."""
    from cli.simulating import play

    play(
        file,
        creditor,
        days=(first, last),
        campaigns=campaign or [],
        payments=payments,
        html=html,
        language=language,
        answers=(column or [], word or []),
        stack=stack,
        as_json=as_json,
    )
