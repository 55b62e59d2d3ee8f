"""`upominek health`: what needs a look, and what to do about it."""

import json
from datetime import timedelta
from typing import Annotated, Any, Final

import typer

from cli.printing import AsJson, Stack, emit, local_time, out, table
from cli.target import Target, find_target
from local.outputs import DEAD_LETTERS
from local.stack.work import COUNTS
from upominek.adapters.clock import real_time
from upominek.domain.messages.sender_reputation import ReputationGuard
from upominek.domain.operations.health import Health, Trouble
from upominek.domain.values.unknown import Unknown

OLD: Final = timedelta(hours=3)
"""The sweep comes by the hour."""
AGE_WITHIN: Final = timedelta(minutes=15)

MEANINGS: Final = {
    Trouble.CLAIM_STUCK: (
        "a worker died over it; whether the message left is not known",
        "`upominek dlq redrive sms` (or email, letter): the sender then closes it as unknown. It is never sent again.",
    ),
    Trouble.REMINDER_LOST: (
        "planned, its time is over, and nothing is on record",
        (
            "`upominek dlq list`, then `upominek dlq redrive`: it is recorded as expired. Otherwise its message is "
            "gone, and the debtor hears of the next step."
        ),
    ),
    Trouble.RECEIPT_MISSING: (
        "sent over 72 hours ago, and no receipt says how it ended",
        (
            "A few are phones that are off. Many at once: look at `upominek receipts`, and whether delivery logs and "
            "SES events are switched on. Nothing is sent again."
        ),
    ),
    Trouble.IMPORT_STOPPED: (
        "an import made no progress for an hour",
        (
            "`upominek imports CREDITOR`, `upominek dlq list imports`, then `upominek dlq redrive imports`: it goes on "
            "where it stopped."
        ),
    ),
    Trouble.RUN_MISSED: (
        "a campaign was not planned on its last contact day",
        (
            "`upominek dlq list plans`. The next run catches up, once, at the most advanced step; `upominek tick` "
            "runs what is due now."
        ),
    ),
    Trouble.STEP_MISSED: (
        "a step came, its run is over, and the debtor heard nothing",
        "`upominek case show CREDITOR DEBTOR` shows the case; its next step comes all the same. A fault of ours.",
    ),
}
"""Each trouble in words, and what to do about it."""

OF_ANOTHER_VERSION: Final = (
    "another version found it, and this one does not know what it is",
    "Look with the version that swept last; after a rollback `upominek health --now` looks at everything anew.",
)


def health(
    creditor: Annotated[str | None, typer.Option("--creditor", help="Only this creditor.")] = None,
    now: Annotated[
        bool, typer.Option("--now", help="Look at everything anew, instead of telling what the last sweep found.")
    ] = False,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Show what stopped on its way, queues, dead letters and stopped lanes. Ends with 1 when something needs a look."""
    target = find_target(stack, as_json=as_json)
    application = target.application
    creditors = [application.creditors.get(creditor).id] if creditor else application.creditors.ids()
    known = [_creditor(target, one, anew=now) for one in creditors]
    queues = [_queue(target, name) for name in DEAD_LETTERS]
    is_well = not any(
        one["troubles"] or one["stopped_lanes"] or one["sweep_is_old"] or one["email_comes_back"] for one in known
    )
    is_well = is_well and not any(one["dead_letters"] for one in queues)
    data = {"healthy": is_well, "creditors": known, "queues": queues}
    emit(data, as_json=as_json, show=lambda: _draw(data))
    if not is_well:
        raise typer.Exit(1)


def _creditor(target: Target, creditor: str, *, anew: bool) -> dict[str, Any]:
    """What is known of a creditor; looked up now where the last sweep was long ago or there was none."""
    application = target.application
    found = application.health.get(creditor)
    is_fresh = found is not None and timedelta() <= application.clock.now() - found.at < OLD
    # The clock of the embedded stack is moved by hours and days, which no schedule keeps up with.
    is_late = found is not None and not is_fresh and not target.is_embedded
    if anew or found is None or not is_fresh:
        found = application.check_health.of(creditor, anew=anew)
    stops = application.progress.lane_stops(creditor).values()
    braked = application.manage_lanes.braked(creditor)
    started = {
        one.id: application.progress.started_on(creditor, one.id) for one in application.creditors.campaigns(creditor)
    }
    return {
        "creditor": creditor,
        "swept_at": found.at.isoformat(),
        "sweep_is_old": is_late,
        "last_started": {campaign: day.isoformat() for campaign, day in started.items() if day},
        "troubles": _troubles(found),
        "stopped_lanes": [
            {"channel": one.channel.value, "since": one.at.isoformat(), "code": one.code, "detail": one.detail}
            for one in stops
        ],
        "email_comes_back": None if braked.brake is ReputationGuard.FREE else braked.tally.figures,
    }


def _troubles(health: Health) -> list[dict[str, Any]]:
    return [
        {
            "trouble": trouble.value,
            "count": found.count,
            "meaning": meaning,
            "what_to_do": what_to_do,
            "examples": [dict(one) for one in found.examples],
        }
        for trouble, found in health.found.items()
        if found.count
        for meaning, what_to_do in [OF_ANOTHER_VERSION if isinstance(trouble, Unknown) else MEANINGS[trouble]]
    ]


def _queue(target: Target, name: str) -> dict[str, Any]:
    sqs, dead = target.client("sqs"), target.outputs[f"{DEAD_LETTERS[name]}DeadLetterQueueUrl"]
    told: dict[str, Any] = {"queue": name, "waiting": None, "under_way": None, "delayed": None, "oldest_seconds": None}
    if url := target.outputs.get(f"{DEAD_LETTERS[name]}QueueUrl"):  # delivery logs have only dead letters
        counts = _counts(sqs, url)
        told |= {"waiting": counts[0], "under_way": counts[1], "delayed": counts[2]}
        told["oldest_seconds"] = _oldest_seconds(target, url)
    return told | {"dead_letters": sum(_counts(sqs, dead))}


def _counts(sqs: Any, url: str) -> list[int]:  # noqa: ANN401 - a boto3 client
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(COUNTS))["Attributes"]
    return [int(answer[count]) for count in COUNTS]


def _oldest_seconds(target: Target, url: str) -> int | None:
    """How long the oldest message waits. SQS itself does not tell, and the embedded stack has no CloudWatch."""
    if target.is_embedded:
        return None
    answer = target.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions=[{"Name": "QueueName", "Value": url.rpartition("/")[2]}],
        StartTime=real_time() - AGE_WITHIN,
        EndTime=real_time(),
        Period=300,
        Statistics=["Maximum"],
    )
    newest = max(answer["Datapoints"], key=lambda one: one["Timestamp"], default=None)
    return None if newest is None else int(newest["Maximum"])


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
                f"{one['creditor']}: {stop['channel']} stands still since {since} ({stop['code']} {stop['detail']}): "
                f"mend the cause, then `upominek lane reopen {one['creditor']} {stop['channel']}`",
                markup=False,
            )
        if one["email_comes_back"]:
            figures = f"{one['email_comes_back']} e-mails within 24 hours"
            out.print(
                f"{one['creditor']}: {figures}: see the alarm EmailBrakeWarns in docs/operations.md", markup=False
            )
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
