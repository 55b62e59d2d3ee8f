"""Commands about one case: show it, hold it, release it, write into it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import typer

from local.cli.printing import AsJson, Stack, emit, local_time, out, table
from local.cli.target import find_target
from upominek.adapters.presenting import case_to_dict
from upominek.domain.errors import InvalidValue
from upominek.domain.intake import CaseHeld, CaseNoted, CaseReleased, HoldKind

Creditor = Annotated[str, typer.Argument(help="Id of the creditor.")]
DebtorId = Annotated[str, typer.Argument(help="Id of the debtor in the creditor's own system.")]
By = Annotated[str, typer.Option("--by", help="Who says so, for the history.")]
ForInvoice = Annotated[str | None, typer.Option("--invoice", help="Only this invoice, instead of the whole case.")]


def case(creditor: Creditor, debtor: DebtorId, stack: Stack = None, as_json: AsJson = False) -> None:
    """Show one case: debtor, open invoices, totals, holds, and everything that happened."""
    data = case_to_dict(find_target(stack, as_json=as_json).application.show_case(creditor, debtor))
    emit(data, as_json=as_json, show=lambda: draw_case(data))


def draw_case(data: Mapping[str, Any]) -> None:
    """Draw a case as `case_to_dict` gives it."""
    debtor = data["debtor"]
    out.print(f"{debtor['id']}  {debtor.get('name') or ''}  ({debtor.get('kind')})", style="bold", markup=False)
    table(
        "invoices",
        ["number", "due", "amount>", "outstanding>", "", "status"],
        [
            (one["number"], one["due_date"], one["amount"], one["outstanding"], one["currency"], one["status"])
            for one in data["invoices"]
        ],
    )
    totals = ", ".join(f"{one['amount']} {one['currency']}" for one in data["totals"]) or "nothing"
    out.print(f"owed in all: {totals}", markup=False)
    table(
        "holds",
        ["kind", "since", "until", "reason"],
        [
            (one["kind"], local_time(one["since"]), one["until"] or "until released", one["reason"])
            for one in data["holds"]
        ],
        empty="none",
    )
    out.print("timeline", style="italic")
    for one in data["timeline"]:
        untold = UNTOLD | MESSAGE if one["kind"] == "reminder" else UNTOLD
        told = ", ".join(f"{name} {value}" for name, value in one.items() if name not in untold and told_of(value))
        out.print(f"  {local_time(one['at'])}  {one['kind']:<16} {told}", markup=False, soft_wrap=True)
        for receipt in one.get("receipts") or ():
            out.print(
                f"      {local_time(receipt['at'])}  {receipt['kind']} {receipt.get('code') or ''}",
                markup=False,
            )


UNTOLD = frozenset({"at", "kind", "receipts", "provider_message_id", "id", "reminder", "pl"})
MESSAGE = frozenset({"text", "subject"})
"""What a reminder said, word by word, is too much for a line; a note is nothing but its text."""


def told_of(value: object) -> bool:
    """Whether a timeline's value is worth a word on the screen."""
    return isinstance(value, str | int | float) and value != ""


def hold(
    creditor: Creditor,
    debtor: DebtorId,
    kind: Annotated[HoldKind, typer.Argument(help="Why nobody writes to this debtor now.")],
    reason: Annotated[str, typer.Option("--reason", help="In words, for the history.")],
    until: Annotated[
        str | None, typer.Option("--until", help="Last day, YYYY-MM-DD; without it, until released.")
    ] = None,
    invoice: ForInvoice = None,
    by: By = "",
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Stop reminders to a debtor, or about one invoice, at once."""
    application = find_target(stack, as_json=as_json).application
    event = CaseHeld(
        debtor_id=debtor,
        kind=kind,
        at=application.clock.now(),
        reason=reason,
        until=_day(until),
        number=invoice,
        by=by,
    )
    application.keep_case(creditor, event)
    _confirm("held", creditor, debtor, kind.value, as_json=as_json)


def release(
    creditor: Creditor,
    debtor: DebtorId,
    kind: Annotated[HoldKind, typer.Argument(help="Which hold is over.")],
    reason: Annotated[str, typer.Option("--reason", help="In words, for the history.")] = "",
    invoice: ForInvoice = None,
    by: By = "",
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """End a hold before its time."""
    application = find_target(stack, as_json=as_json).application
    event = CaseReleased(debtor_id=debtor, kind=kind, at=application.clock.now(), reason=reason, number=invoice, by=by)
    application.keep_case(creditor, event)
    _confirm("released", creditor, debtor, kind.value, as_json=as_json)


def note(
    creditor: Creditor,
    debtor: DebtorId,
    text: Annotated[str, typer.Argument(help="What is to be remembered.")],
    by: By = "",
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Write a note into the history of a case."""
    application = find_target(stack, as_json=as_json).application
    event = CaseNoted(id=application.ids.new(), debtor_id=debtor, at=application.clock.now(), text=text, by=by)
    application.keep_case(creditor, event)
    _confirm("noted", creditor, debtor, "", as_json=as_json)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidValue(
            "date", pl=f"„{text}” nie jest datą: napisz RRRR-MM-DD.", en=f"'{text}' is no date: write YYYY-MM-DD."
        ) from error


def _confirm(done: str, creditor: str, debtor: str, kind: str, *, as_json: bool) -> None:
    data = {"done": done, "creditor": creditor, "debtor": debtor, "kind": kind}
    emit(data, as_json=as_json, show=lambda: out.print(f"{debtor}: {done} {kind}".rstrip(), markup=False))
