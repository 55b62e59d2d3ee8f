"""Commands about what the law lets one say of a case: a register entry, limitation, and all answers together."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

import typer

from cli.cases import Creditor, DebtorId
from cli.printing import AsJson, Stack, emit, fail, out, table
from cli.target import find_target
from cli.values import day_in
from local.stack.clock import WARSAW
from upominek.domain.law.limitation import CLOSE_DAYS
from upominek.domain.values.kinds import ClaimKind

On = Annotated[str | None, typer.Option("--date", help="The day to judge by; today if left out.")]
Close = Annotated[int, typer.Option("--close", min=0, help="Days before the end that count as close to it.")]


def register(
    creditor: Creditor, debtor: DebtorId, day: On = None, stack: Stack = None, as_json: AsJson = False
) -> None:
    """Say whether an entry in a register of debtors may be mentioned, from when it would be lawful, what is missing."""
    from upominek.adapters.json.law import case_register_to_dict

    on = _day("--date", day)
    application = find_target(stack, as_json=as_json).application
    data = case_register_to_dict(application.legal_status(creditor, debtor, on))
    emit(data, as_json=as_json, show=lambda: _draw_register(data))


def limitation(
    creditor: Annotated[str | None, typer.Argument(help="Id of the creditor.")] = None,
    debtor: Annotated[str | None, typer.Argument(help="Id of the debtor in the creditor's own system.")] = None,
    due: Annotated[str | None, typer.Option("--due", help="Instead of a case: a due date.")] = None,
    claim: Annotated[ClaimKind, typer.Option("--claim", help="With --due: what is owed for.")] = ClaimKind.SALE,
    acknowledged: Annotated[
        list[str] | None, typer.Option("--acknowledged", help="With --due: a day of acknowledgement; may be repeated.")
    ] = None,
    day: On = None,
    close_days: Close = CLOSE_DAYS,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Say until when claims may be demanded: those of a case, or one by its due date and kind."""
    from upominek.adapters.clock import real_time
    from upominek.adapters.json.law import case_limitation_to_dict, limitation_to_dict
    from upominek.domain.law import limitation as limits

    on = _day("--date", day)
    if due is not None:
        days = [day_in("--acknowledged", text) for text in acknowledged or ()]
        found = limits.limitation(day_in("--due", due), claim, days)
        data = limitation_to_dict(found, found.standing(on or real_time().astimezone(WARSAW).date(), close_days))
        emit(data, as_json=as_json, show=lambda: _draw_claims([data]))
        return
    if creditor is None or debtor is None:
        fail("name a creditor and a debtor, or give --due", as_json=as_json)
    application = find_target(stack, as_json=as_json).application
    of_case = case_limitation_to_dict(application.legal_status(creditor, debtor, on, close_days=close_days))
    emit(of_case, as_json=as_json, show=lambda: _draw_claims(of_case["claims"]))


def rules(
    creditor: Creditor,
    debtor: DebtorId,
    day: On = None,
    close_days: Close = CLOSE_DAYS,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Give every answer of the law about a case on a day, each with its article."""
    from upominek.adapters.json.law import answers_to_dict

    on = _day("--date", day)
    application = find_target(stack, as_json=as_json).application
    data = answers_to_dict(application.legal_status(creditor, debtor, on, close_days=close_days))
    emit(data, as_json=as_json, show=lambda: _draw_rules(data))


def _draw_rules(data: Mapping[str, Any]) -> None:
    out.print(f"{data['debtor']} ({data['kind']}) on {data['date']}", style="bold", markup=False)
    _draw_claims(data["claims"])
    table(
        "what may be asked for",
        ["", "allowed", "why", "article"],
        [
            (name, "yes" if data[name]["allowed"] else "no", data[name]["message"]["en"], data[name]["article"])
            for name in ("interest", "compensation")
        ],
    )
    _draw_register(data["register"])


def _draw_register(data: Mapping[str, Any]) -> None:
    table(
        "register entry",
        ["question", "answer", "article"],
        [
            ("may a text mention it", _yes_or_lacks(data), data["articles"]["amount_and_age"]),
            ("would an entry be lawful", "yes" if data["lawful"] else "no", data["articles"]["demand"]),
            ("lawful from, as things stand", data["entry_lawful_from"] or "something is to be done first", ""),
            ("lawful from, if demanded today", data["lawful_if_demanded_today"] or "no day", ""),
            ("counts towards the limit", f"{data['amount']} of {data['minimum']} {data['currency']}", ""),
        ],
    )
    table(
        "missing",
        ["condition", "why", "article"],
        [(one["condition"], one["message"]["en"], one["article"]) for one in data["missing"]],
        empty="nothing",
    )


def _yes_or_lacks(data: Mapping[str, Any]) -> str:
    return "yes" if data["may_mention"] else f"no: {', '.join(data['mention_lacks'])}"


def _draw_claims(claims: Sequence[Mapping[str, Any]]) -> None:
    table(
        "limitation",
        ["invoice", "claim", "due", "acknowledged", "last day", "standing", "why", "article"],
        [
            (
                one.get("invoice"),
                one["claim"],
                one["due_date"],
                one["acknowledged_on"],
                one["last_day"],
                one["standing"],
                one.get("message", {}).get("en"),
                one["article"],
            )
            for one in claims
        ],
    )


def _day(option: str, text: str | None) -> date | None:
    return None if text is None else day_in(option, text)
