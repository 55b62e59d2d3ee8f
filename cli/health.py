"""`upominek health`: what needs a look, and what to do about it."""

import json
from typing import Annotated, Any

import typer

from cli.printing import AsJson, Stack, emit, local_time, out, table
from cli.target import find_target
from cli.unreached import tell_unreached


def health(
    creditor: Annotated[str | None, typer.Option("--creditor", help="Only this creditor.")] = None,
    now: Annotated[
        bool, typer.Option("--now", help="Look at everything anew, instead of telling what the last sweep found.")
    ] = False,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Show what stopped on its way, queues, dead letters and stopped lanes. Ends with 1 when something needs a look."""
    from upominek.adapters.json.operations import health_to_dict

    found = find_target(stack, as_json=as_json).application.show_health(creditor, anew=now)
    data = health_to_dict(found)
    emit(data, as_json=as_json, show=lambda: _draw(data))
    if not found.is_well:
        raise typer.Exit(1)


def _draw(data: dict[str, Any]) -> None:
    for one in data["creditors"]:
        swept = f"{one['creditor']}: looked at {local_time(one['swept_at'])}"
        swept += "".join(f"; {campaign} last started {day}" for campaign, day in one["last_started"].items())
        if one["sweep_is_old"]:
            swept += "; the hourly sweep does not run: see the alarm NoSweep in docs/operations.md"
        table(
            swept,
            ["what", "how many>", "for example"],
            [(trouble["trouble"], trouble["count"], _example(trouble["examples"])) for trouble in one["troubles"]],
            empty="nothing stopped on its way",
        )
        for trouble in one["troubles"]:
            out.print(f"{trouble['trouble']}: {trouble['meaning']}. {trouble['what_to_do']}", markup=False)
        for stop in one["stopped_lanes"]:
            since = local_time(stop["since"])
            out.print(
                f"{one['creditor']}: {stop['channel']} ({stop['carrier']}) stands still since {since} "
                f"({stop['code']} {stop['detail']}): "
                f"mend the cause, then `upominek lane reopen {one['creditor']} {stop['carrier']}`",
                markup=False,
            )
        for file in one["imports"]:
            since = local_time(file["started_at"])
            what = f"{one['creditor']}: {file['file']} {file['state']} since {since} ({file['code']})"
            mend = f"upominek imports {one['creditor']}` says why"
            if file["state"] == "waiting":
                mend += f", `upominek confirm {one['creditor']} {file['import']}` or `--discard` decides"
            out.print(f"{what}: nothing of it was taken in. `{mend}", markup=False)
        if one["email_comes_back"]:
            figures = f"{one['email_comes_back']} e-mails within 24 hours"
            out.print(
                f"{one['creditor']}: {figures}: see the alarm EmailBrakeWarns in docs/operations.md", markup=False
            )
        tell_unreached(one)
    table(
        "queues",
        ["queue", "waiting>", "under way>", "delayed>", "oldest, s>", "dead letters>"],
        [tuple("–" if cell is None else cell for cell in one.values()) for one in data["queues"]],
    )
    if any(one["dead_letters"] for one in data["queues"]):
        out.print("dead letters: `upominek dlq list` says which, `upominek dlq redrive` puts them back", markup=False)
    out.print("all is well" if data["healthy"] else "something needs a look", markup=False)


def _example(examples: list[dict[str, str]]) -> str:
    return json.dumps(examples[0], ensure_ascii=False) if examples else ""
