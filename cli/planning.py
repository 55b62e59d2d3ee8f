"""Commands about what goes out: the plan of a day, and running what is due now."""

from datetime import date
from typing import Annotated, Any

import typer

from cli.printing import AsJson, Stack, emit, fail, local_time, out, table
from cli.target import actor_named, find_target
from cli.unreached import tell_unreached
from local.stack.clock import WARSAW


def plan(
    day: Annotated[str, typer.Option("--date", help="The day, YYYY-MM-DD; today where it is left out.")] = "",
    creditor: Annotated[str | None, typer.Option("--creditor", help="Only of this creditor.")] = None,
    dry_run: Annotated[  # noqa: ARG001 - said aloud by careful people
        bool, typer.Option("--dry-run", help="Planning never sends; this says so for the reader.")
    ] = True,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Show who would hear what on a day, over which channel, at which cost; who would not, and why. Sends nothing."""
    from upominek.domain.planning.unreached_sums import both

    application = find_target(stack, as_json=as_json).application
    try:
        wanted = date.fromisoformat(day) if day else application.show_time().astimezone(WARSAW).date()
    except ValueError:
        fail(f"'{day}' is no date: write YYYY-MM-DD", as_json=as_json)
    data = application.preview_plan(wanted, creditor).to_dict()
    find = application.find_unreached
    data |= both(find.sums_of_all() if creditor is None else find.sums(creditor))
    emit(data, as_json=as_json, show=lambda: _draw(data))


def _text(reminder: dict[str, Any]) -> str:
    """The text, how it speaks, and what it leaves out of what its step claims."""
    is_posted = reminder["channel"] == "letter"
    spoken = reminder["template"] if is_posted else f"{reminder['template']}, {reminder['tone']}"
    if reminder["letter"] and not is_posted:
        spoken += f", with the letter {reminder['letter']}"
    return f"{spoken} (without {', '.join(reminder['withheld'])})" if reminder["withheld"] else spoken


def _draw(data: dict[str, Any]) -> None:
    table(
        f"{data['date']}: would go out",
        [
            "creditor",
            "debtor",
            "campaign",
            "step>",
            "channel",
            "text",
            "address",
            "invoices",
            "total>",
            "parts>",
            "cost>",
        ],
        [
            (
                one["creditor"],
                one["debtor"],
                one["campaign"],
                one["step"],
                one["channel"],
                _text(one),
                one["address"],
                ", ".join(one["invoices"]),
                ", ".join(f"{total['amount']} {total['currency']}" for total in one["totals"]),
                one["parts"] or "",
                one["cost"],
            )
            for one in data["reminders"]
        ],
    )
    table(
        "would not, although a step has come",
        ["creditor", "debtor", "campaign", "step>", "invoices", "reason"],
        [
            (
                one["creditor"],
                one["debtor"],
                one["campaign"],
                one["step"],
                ", ".join(one["invoices"]),
                f"{one['reason']} {one['detail'] or ''}".strip(),
            )
            for one in data["skipped"]
        ],
        empty="nobody",
    )
    out.print(
        f"{len(data['reminders'])} messages, {data['parts']} SMS parts, about "
        + ", ".join(f"{cost} {currency}" for currency, cost in data["costs"].items()),
        markup=False,
    )
    tell_unreached(data)


def tick(
    wait: Annotated[bool, typer.Option(help="Wait until the queues are empty.")] = True,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Run what is due now, instead of waiting for the next quarter of an hour. Safe to repeat: nothing goes twice."""
    from local.stack.work import StackTooSlow, start_what_is_due, wait_until_idle

    target = find_target(stack, as_json=as_json)
    started = start_what_is_due(target, actor_named())
    data: dict[str, Any] = {"started": started, "at": target.application.show_time().isoformat()}
    if wait:
        try:
            with out.status("working") as status:
                data["waiting"] = wait_until_idle(target, timeout_seconds=900, progress=status.update)
        except StackTooSlow as error:
            fail(str(error), code=1, as_json=as_json)
    emit(data, as_json=as_json, show=lambda: _draw_tick(data))


def _draw_tick(data: dict[str, Any]) -> None:
    table(
        f"{local_time(data['at'])}: started",
        ["creditor", "campaign", "day", "shards>"],
        [(one["creditor"], one["campaign"], one["day"], one["shards"]) for one in data["started"].get("started", ())],
        empty="nothing, no campaign's time has come",
    )
    if "waiting" not in data:
        return
    left = ", ".join(f"{queue} {count}" for queue, count in data["waiting"].items())
    out.print(
        f"left on the queues: {left} (for contact hours, or for a stopped lane)" if left else "the queues are empty",
        markup=False,
    )
