"""Commands about one case: show it, hold it, release it, write into it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typing_extensions import override

from cli.printing import AsJson, Stack, emit, local_time, out, table
from cli.target import actor_named, find_target
from cli.values import day_in, moment_in
from upominek.domain.errors import InvalidValue
from upominek.domain.law.acknowledgement import AcknowledgementKind, StatementChannel
from upominek.domain.law.demand import Route
from upominek.domain.values.kinds import HoldKind

Creditor = Annotated[str, typer.Argument(help="Id of the creditor.")]
DebtorId = Annotated[str, typer.Argument(help="Id of the debtor in the creditor's own system.")]
By = Annotated[str, typer.Option("--by", help="Who says so, for the history; you, if left out.")]
ForInvoice = Annotated[str | None, typer.Option("--invoice", help="Only this invoice, instead of the whole case.")]
Invoices = Annotated[list[str] | None, typer.Option("--invoice", help="Number of an invoice; may be repeated.")]


class _CaseGroup(TyperGroup):
    """`case CREDITOR DEBTOR` shows the case, without a further word."""

    @override
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "--help"}:
            args = ["show", *args]
        return super().parse_args(ctx, args)


case_commands = typer.Typer(
    cls=_CaseGroup,
    no_args_is_help=True,
    help="Show a case (`case CREDITOR DEBTOR`), or write down what counts as evidence.",
)


@case_commands.command("show")
def case(creditor: Creditor, debtor: DebtorId, stack: Stack = None, as_json: AsJson = False) -> None:
    """Show one case: debtor, open invoices, totals, holds, and everything that happened."""
    from upominek.adapters.json.case import case_to_dict

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
        values = {name: value for name, value in one.items() if name not in untold and told_of(value)}
        told = ", ".join(f"{name} {in_words(value)}" for name, value in values.items())
        out.print(f"  {local_time(one['at'])}  {one['kind']:<16} {told}", markup=False, soft_wrap=True)
        if isinstance(letter := one.get("letter"), dict):
            pages = "1 page" if letter["pages"] == 1 else f"{letter['pages']} pages"
            said = f"      letter {letter['id']}: {letter['kind']}, {pages}, sha256 {letter['sha256']}"
            out.print(said, markup=False, soft_wrap=True)
        for receipt in one.get("receipts") or ():
            said = f"      {local_time(receipt['at'])}  {receipt['kind']} {receipt.get('code') or ''}"
            if receipt.get("last_at"):
                said += f", {receipt['times']} times until {local_time(receipt['last_at'])}"
            out.print(said, markup=False)


UNTOLD = frozenset({"at", "kind", "receipts", "provider_message_id", "id", "reminder", "pl", "digest"})
MESSAGE = frozenset({"text", "subject", "invoices", "totals"})
"""What a reminder said, word by word, is too much for a line; a note is nothing but its text."""


def told_of(value: object) -> bool:
    """Whether a timeline's value is worth a word on the screen."""
    return isinstance(value, str | int | float | list) and value not in ("", [])


def in_words(value: object) -> str:
    """A timeline's value on the screen."""
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


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
    manage_case = find_target(stack, as_json=as_json).application.manage_case
    actor, last = actor_named(by), _day(until)
    manage_case.hold(actor, creditor, debtor, kind, reason=reason, until=last, number=invoice)
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
    manage_case = find_target(stack, as_json=as_json).application.manage_case
    manage_case.release(actor_named(by), creditor, debtor, kind, reason=reason, number=invoice)
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
    find_target(stack, as_json=as_json).application.manage_case.note(actor_named(by), creditor, debtor, text)
    _confirm("noted", creditor, debtor, "", as_json=as_json)


@case_commands.command()
def acknowledge(
    creditor: Creditor,
    debtor: DebtorId,
    kind: Annotated[AcknowledgementKind, typer.Option("--kind", help="What was said.")],
    channel: Annotated[StatementChannel, typer.Option("--channel", help="How it was said.")],
    by: Annotated[str, typer.Option("--by", help="Who said it, on the debtor's side.")],
    text: Annotated[str, typer.Option("--text", help="The words, or what was agreed.")],
    at: Annotated[
        str | None, typer.Option("--at", help="When, 'YYYY-MM-DD HH:MM' in Poland, or with a zone; now if left out.")
    ] = None,
    invoice: Invoices = None,
    taken_by: Annotated[str, typer.Option("--taken-by", help="Who of your people heard or received it.")] = "",
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Write down that a debtor acknowledged the debt. It is never changed, and limitation runs anew from that day."""
    from upominek.adapters.json.law import acknowledgement_to_dict
    from upominek.application.cases.record_evidence import Statement

    application = find_target(stack, as_json=as_json).application
    said = Statement(
        kind=kind,
        channel=channel,
        by=by,
        text=text,
        at=None if at is None else moment_in("--at", at),
        numbers=invoice or (),
        taken_by=taken_by,
    )
    data = acknowledgement_to_dict(application.record_acknowledgement(actor_named(), creditor, debtor, said))

    def show() -> None:
        about = ", ".join(data["invoices"])
        out.print(f"{debtor}: {data['kind']} of {local_time(data['at'])} kept, about {about}", markup=False)

    emit(data, as_json=as_json, show=show)


@case_commands.command()
def demand(
    creditor: Creditor,
    debtor: DebtorId,
    route: Annotated[Route, typer.Option("--route", help="How it was sent.")],
    sent_on: Annotated[str, typer.Option("--sent-on", help="The day on which it was sent: 2026-03-02 or 02.03.2026.")],
    letter: Annotated[str, typer.Option("--letter", help="SHA-256 of the letter, as the case history has it.")] = "",
    invoice: Invoices = None,
    by: By = "",
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Write down that a demand warning of a register entry was sent: the month before an entry counts from it."""
    from upominek.adapters.json.law import demand_to_dict
    from upominek.application.cases.record_evidence import Sending

    application = find_target(stack, as_json=as_json).application
    day = day_in("--sent-on", sent_on)
    sent = Sending(route=route, sent_on=day, numbers=invoice or (), letter=letter)
    recorded = application.record_demand(actor_named(by), creditor, debtor, sent)
    data = {"creditor": creditor, "debtor": debtor, **demand_to_dict(recorded.demand), "counts": recorded.is_admissible}

    def show() -> None:
        told = "" if recorded.is_admissible else "; an entry does not count from this route"
        about = ", ".join(recorded.demand.numbers)
        out.print(f"{debtor}: demand of {day} kept, naming {data['bureau']}, about {about}{told}", markup=False)

    emit(data, as_json=as_json, show=show)


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
