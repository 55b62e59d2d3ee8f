"""The command that comes after the table was restored to an earlier time."""

from typing import Annotated

import typer

from cli.printing import AsJson, Stack, emit, out, table
from cli.target import actor_named, find_target
from cli.values import moment_in


def restored(
    since: Annotated[
        str, typer.Option(help="The time that the table was restored to: 'YYYY-MM-DD HH:MM' in Poland, or with a zone.")
    ],
    creditor: Annotated[str | None, typer.Option(help="Only this creditor.")] = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Stop all lanes, and see to it that nothing which went out since then goes out again. Safe to repeat."""
    application = find_target(stack, as_json=as_json).application
    at = moment_in("--since", since)
    gaps = application.close_gaps(actor_named(), at, creditor)

    def show() -> None:
        table(
            "may have gone out since, so recorded as unknown",
            ["creditor", "days looked at>", "reminders>", "fallbacks>", "batches of letters>"],
            [(one.creditor, len(one.days), one.reminders, one.fallbacks, one.batches) for one in gaps],
        )
        out.print("All lanes stand still. Bring payments and invoices in again first: docs/operations.md, 'Restoring'.")

    emit([one.to_dict() for one in gaps], as_json=as_json, show=show)
