"""Commands for the engineer: dead-letter queues and stopped lanes."""

import json
from collections.abc import Sequence
from typing import Annotated

import typer

from cli.printing import AsJson, Stack, emit, fail, out, table
from cli.target import actor_named, find_target
from upominek.application.ports.administration import WorkQueue
from upominek.domain.values.carrier import Carrier
from upominek.domain.values.channel import Channel

dlq_commands = typer.Typer(no_args_is_help=True, help="Dead-letter queues: what could not be processed.")
lane_commands = typer.Typer(no_args_is_help=True, help="Lanes: a carrier of a creditor that stands still.")

QueueName = Annotated[str, typer.Argument(help=f"One of {', '.join(WorkQueue)}; without it, all of them.")]


@dlq_commands.command("list")
def list_dead_letters(queue: QueueName = "", stack: Stack = None, as_json: AsJson = False) -> None:
    """Show what lies in the dead-letter queues: how many, since when, why, and the ids that the messages carry."""
    from upominek.adapters.json.operations import dead_letters_to_list

    target, wanted = find_target(stack, as_json=as_json), _chosen(queue, as_json=as_json)
    found = dead_letters_to_list(target.application.show_dead_letters(wanted))
    emit(
        found,
        as_json=as_json,
        show=lambda: table(
            "dead-letter queues",
            ["queue", "messages>", "reasons", "for example"],
            [
                (
                    one["queue"],
                    one["count"],
                    ", ".join(dict.fromkeys(each["reason"] or "not known" for each in one["messages"])),
                    json.dumps(one["messages"][:1], ensure_ascii=False),
                )
                for one in found
            ],
        ),
    )


@dlq_commands.command("redrive")
def redrive_dead_letters(queue: QueueName = "", stack: Stack = None, as_json: AsJson = False) -> None:
    """Put what lies in a dead-letter queue back on its queue. Safe to repeat: nothing is sent twice."""
    target, wanted = find_target(stack, as_json=as_json), _chosen(queue, as_json=as_json)
    moved = target.application.redrive_dead_letters(actor_named(), wanted)
    emit(
        {"moved": {each.value: count for each, count in moved.items()}},
        as_json=as_json,
        show=lambda: table("moved back", ["queue", "messages>"], list(moved.items())),
    )


def _chosen(queue: str, *, as_json: bool) -> Sequence[WorkQueue]:
    if queue and queue not in set(WorkQueue):
        fail(f"there is no queue '{queue}': choose one of {', '.join(WorkQueue)}", as_json=as_json)
    return [WorkQueue(queue)] if queue else list(WorkQueue)


@lane_commands.command("list")
def list_lanes(stack: Stack = None, as_json: AsJson = False) -> None:
    """Show the lanes that stand still, since when and why, and whose e-mail comes back so often that it soon will."""
    from upominek.adapters.json.operations import lanes_to_list

    lanes = find_target(stack, as_json=as_json).application.manage_lanes
    found = list(lanes.stopped())
    still = {(creditor, stop.carrier) for creditor, stop in found}
    warned = [one for one in lanes.braking() if (one.creditor, one.carrier) not in still]
    data = lanes_to_list(found, warned)

    def show() -> None:
        table(
            "stopped lanes",
            ["creditor", "channel", "carrier", "since", "reason", "detail"],
            [tuple(one.values()) for one in data if one["since"]],
            empty="none, everything runs",
        )
        for one in warned:
            out.print(f"{one.creditor}: e-mail will stop soon: {one.tally.figures} within 24 hours", markup=False)

    emit(data, as_json=as_json, show=show)


CreditorId = Annotated[str, typer.Argument(help="Id of the creditor.")]


def _named(word: str) -> Channel | Carrier:
    """The channel of this name, or the carrier."""
    from upominek.adapters.carriers.registry import CARRIERS

    if word in set(Channel):
        return Channel(word)
    known = CARRIERS.known()
    if word not in known:
        raise typer.BadParameter(
            f"'{word}' is neither a channel ({', '.join(Channel)}) nor a carrier ({', '.join(known)})"
        )
    return Carrier(word)


Lane = Annotated[
    str, typer.Argument(metavar="LANE", help="A channel (of its carrier, as the creditor chose), or a carrier.")
]


@lane_commands.command("stop")
def stop_lane(
    creditor: CreditorId,
    lane: Lane,
    reason: Annotated[str, typer.Option(help="Why, for whoever reopens it.")] = "",
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Let nothing more out over a lane, within half a minute. Its reminders wait, and expire visibly."""
    lanes = find_target(stack, as_json=as_json).application.manage_lanes
    carrier = lanes.stop(actor_named(), creditor, _named(lane), reason)
    data = {"stopped": lane, "creditor": creditor, "carrier": carrier.value}
    emit(data, as_json=as_json, show=lambda: out.print(f"{creditor}: {lane} stands still", markup=False))


@lane_commands.command("reopen")
def reopen_lane(
    creditor: CreditorId,
    lane: Lane,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Let a lane run again once the cause is mended. What waited goes out, or expires visibly."""
    lanes = find_target(stack, as_json=as_json).application.manage_lanes
    carrier = lanes.reopen(actor_named(), creditor, _named(lane))
    data = {"reopened": lane, "creditor": creditor, "carrier": carrier.value}
    emit(data, as_json=as_json, show=lambda: out.print(f"{creditor}: {lane} runs again", markup=False))
