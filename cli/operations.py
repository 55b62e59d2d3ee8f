"""Commands for the engineer: dead-letter queues and stopped lanes."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from cli.dead_letters import TOLD, reasons_of
from cli.printing import AsJson, Stack, emit, fail, out, table
from cli.target import Target, find_target
from local.outputs import DEAD_LETTERS, DELIVERY_LOGS
from upominek.application.receipts.watch_reputation import REASON, Braked
from upominek.domain.values.channel import Channel

dlq_commands = typer.Typer(no_args_is_help=True, help="Dead-letter queues: what could not be processed.")
lane_commands = typer.Typer(no_args_is_help=True, help="Lanes: a channel of a creditor that stands still.")

QueueName = Annotated[str, typer.Argument(help=f"One of {', '.join(DEAD_LETTERS)}; without it, all of them.")]
GLANCE_SECONDS = 5
"""How long messages that are only looked at stay hidden from others, should the look be cut short."""


@dlq_commands.command("list")
def list_dead_letters(queue: QueueName = "", stack: Stack = None, as_json: AsJson = False) -> None:
    """Show what lies in the dead-letter queues: how many, since when, why, and the ids that the messages carry."""
    target = find_target(stack, as_json=as_json)
    sqs = target.client("sqs")
    found: list[dict[str, Any]] = []
    for name in _chosen(queue, as_json=as_json):
        url = target.outputs[f"{DEAD_LETTERS[name]}DeadLetterQueueUrl"]
        count = int(
            sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"][
                "ApproximateNumberOfMessages"
            ]
        )
        glance = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=GLANCE_SECONDS,
            MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
            MessageAttributeNames=list(TOLD),
        ).get("Messages", [])
        for one in glance:  # whoever puts them back right after this look must find them
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"], VisibilityTimeout=0)
        reasons = reasons_of(target, DEAD_LETTERS[name], glance)
        messages = [_ids(one) | {"reason": reasons.get(one["MessageId"])} for one in glance]
        found.append({"queue": name, "count": count, "messages": messages})
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
    target = find_target(stack, as_json=as_json)
    moved = {name: _redrive(target, name) for name in _chosen(queue, as_json=as_json)}
    emit(
        {"moved": moved},
        as_json=as_json,
        show=lambda: table("moved back", ["queue", "messages>"], list(moved.items())),
    )


def _chosen(queue: str, *, as_json: bool) -> list[str]:
    if queue and queue not in DEAD_LETTERS:
        fail(f"there is no queue '{queue}': choose one of {', '.join(DEAD_LETTERS)}", as_json=as_json)
    return [queue] if queue else list(DEAD_LETTERS)


def _ids(message: dict[str, Any]) -> dict[str, Any]:
    """What may be shown of a message: its ids. A body that is not ours is not shown, it may hold personal data."""
    try:
        body = json.loads(message["Body"])
    except ValueError:
        body = {}
    body = _event_in(body)
    known = ("creditor", "debtor", "campaign", "day", "step", "channel", "shard", "import", "chunk", "key")
    shown = {name: body[name] for name in known if isinstance(body, dict) and name in body}
    since = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    received = int(message["Attributes"]["ApproximateReceiveCount"])
    return {**shown, "since": since.isoformat(timespec="seconds"), "received": received}


def _event_in(body: Any) -> Any:  # noqa: ANN401 - JSON
    """The message itself, where a function's failure was reported with more about it around."""
    return body.get("requestPayload", body) if isinstance(body, dict) else body


def _redrive(target: Target, name: str) -> int:
    sqs = target.client("sqs")
    source = target.outputs[f"{DEAD_LETTERS[name]}DeadLetterQueueUrl"]
    put_back = _forward_again if name == DELIVERY_LOGS else _send_again
    moved = 0
    for message in _drained(sqs, source):
        put_back(target, name, message)
        # Only now: whatever stops us before leaves the message where it was, or in both places, which does no harm.
        sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
        moved += 1
    return moved


def _send_again(target: Target, name: str, message: dict[str, Any]) -> None:
    group = message.get("Attributes", {}).get("MessageGroupId")
    target.client("sqs").send_message(
        QueueUrl=target.outputs[f"{DEAD_LETTERS[name]}QueueUrl"],
        MessageBody=message["Body"],
        **({"MessageGroupId": group} if group else {}),
    )


def _forward_again(target: Target, _: str, message: dict[str, Any]) -> None:
    """Delivery logs never were on a queue of ours: what lies here is the event that their function could not handle."""
    # Asynchronously, as the log subscription does: Lambda keeps the event, and what fails again comes back here.
    target.client("lambda").invoke(
        FunctionName=target.outputs["ForwardDeliveryLogsFunction"],
        InvocationType="Event",
        Payload=json.dumps(_event_in(json.loads(message["Body"]))).encode(),
    )


def _drained(sqs: Any, url: str) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - a boto3 client
    while messages := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1, MessageSystemAttributeNames=["MessageGroupId"]
    ).get("Messages", []):
        yield from messages


@lane_commands.command("list")
def list_lanes(stack: Stack = None, as_json: AsJson = False) -> None:
    """Show the lanes that stand still, since when and why, and whose e-mail comes back so often that it soon will."""
    lanes = find_target(stack, as_json=as_json).application.manage_lanes
    found = [
        {
            "creditor": creditor,
            "channel": stop.channel.value,
            "since": stop.at.isoformat(),
            "code": stop.code,
            "detail": stop.detail,
        }
        for creditor, stop in lanes.stopped()
    ]
    still = {(one["creditor"], one["channel"]) for one in found}
    warned = [one for one in lanes.braking() if (one.creditor, Channel.EMAIL.value) not in still]

    def show() -> None:
        table(
            "stopped lanes",
            ["creditor", "channel", "since", "reason", "detail"],
            [tuple(one.values()) for one in found],
            empty="none, everything runs",
        )
        for one in warned:
            out.print(f"{one.creditor}: e-mail will stop soon: {one.tally.figures} within 24 hours", markup=False)

    emit([*found, *map(_warning, warned)], as_json=as_json, show=show)


def _warning(braked: Braked) -> dict[str, Any]:
    """In the list of lanes, one that still runs: since when is null."""
    of = {"creditor": braked.creditor, "channel": Channel.EMAIL.value}
    return {**of, "since": None, "code": f"{REASON}-warns", "detail": braked.tally.figures}


CreditorId = Annotated[str, typer.Argument(help="Id of the creditor.")]
LaneChannel = Annotated[Channel, typer.Argument(help="Which channel.")]


@lane_commands.command("stop")
def stop_lane(
    creditor: CreditorId,
    channel: LaneChannel,
    reason: Annotated[str, typer.Option(help="Why, for whoever reopens it.")] = "",
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Let nothing more out over a lane, within half a minute. Its reminders wait, and expire visibly."""
    find_target(stack, as_json=as_json).application.manage_lanes.stop(creditor, channel, reason)
    data = {"stopped": channel.value, "creditor": creditor}
    emit(data, as_json=as_json, show=lambda: out.print(f"{creditor}: {channel.value} stands still", markup=False))


@lane_commands.command("reopen")
def reopen_lane(
    creditor: CreditorId,
    channel: LaneChannel,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Let a lane run again once the cause is mended. What waited goes out, or expires visibly."""
    find_target(stack, as_json=as_json).application.manage_lanes.reopen(creditor, channel)
    data = {"reopened": channel.value, "creditor": creditor}
    emit(data, as_json=as_json, show=lambda: out.print(f"{creditor}: {channel.value} runs again", markup=False))
