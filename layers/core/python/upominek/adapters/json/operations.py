"""What an engineer looks at as JSON: health, queues, dead letters, lanes."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from upominek.adapters.carriers.registry import CARRIERS
from upominek.application.administration.redrive_dead_letters import DeadLettersView, LetterView
from upominek.application.administration.show_health import CreditorHealth, QueueHealth, StackHealth
from upominek.application.ports.administration import WorkQueue
from upominek.application.ports.planning import LaneStop
from upominek.application.receipts.watch_reputation import REASON, Braked
from upominek.domain.messages.sender_reputation import ReputationGuard
from upominek.domain.operations.health import Found, Trouble
from upominek.domain.planning.unreached_sums import both
from upominek.domain.values.carrier import Carrier
from upominek.domain.values.unknown import Unknown

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


def health_to_dict(health: StackHealth) -> dict[str, Any]:
    """The shape of `health --json`."""
    return {
        "healthy": health.is_well,
        "creditors": [_creditor(one) for one in health.creditors],
        "queues": [_queue(queue, one) for queue, one in health.queues.items()],
    }


def dead_letters_to_list(found: Iterable[DeadLettersView]) -> list[dict[str, Any]]:
    """The shape of `dlq list --json`."""
    return [
        {"queue": one.queue.value, "count": one.count, "messages": [_letter(each) for each in one.examples]}
        for one in found
    ]


def lanes_to_list(stopped: Iterable[tuple[str, LaneStop]], warned: Iterable[Braked]) -> list[dict[str, Any]]:
    """Lanes that stand still, then those of e-mail that soon will: they still run, so their `since` is null."""
    soon = {"since": None, "code": f"{REASON}-warns"}
    return [
        *({"creditor": creditor, **_stop(stop)} for creditor, stop in stopped),
        *({"creditor": one.creditor, **_lane(one.carrier), **soon, "detail": one.tally.figures} for one in warned),
    ]


def _creditor(one: CreditorHealth) -> dict[str, Any]:
    return {
        "creditor": one.creditor,
        "swept_at": one.swept_at.isoformat(),
        "sweep_is_old": one.is_sweep_late,
        "last_started": {campaign: day.isoformat() for campaign, day in one.started.items()},
        "troubles": _troubles(one.found),
        "stopped_lanes": [_stop(stop) for stop in one.stops],
        "imports": [
            {
                "import": each.id,
                "file": each.key,
                "state": each.state,
                "code": each.error_code,
                "started_at": each.started_at.isoformat(),
            }
            for each in one.imports
        ],
        "email_comes_back": None if one.braked.brake is ReputationGuard.FREE else one.braked.tally.figures,
        **both(one.unreached),
        "unreached_at": one.unreached_at.isoformat(),
    }


def _troubles(found: Mapping[Trouble | Unknown, Found]) -> list[dict[str, Any]]:
    return [
        {
            "trouble": trouble.value,
            "count": some.count,
            "meaning": meaning,
            "what_to_do": what_to_do,
            "examples": [dict(one) for one in some.examples],
        }
        for trouble, some in found.items()
        for meaning, what_to_do in [OF_ANOTHER_VERSION if isinstance(trouble, Unknown) else MEANINGS[trouble]]
    ]


def _stop(stop: LaneStop) -> dict[str, Any]:
    return {**_lane(stop.carrier), "since": stop.at.isoformat(), "code": stop.code, "detail": stop.detail}


def _lane(carrier: Carrier) -> dict[str, Any]:
    return {"channel": (CARRIERS.traits(carrier).channel or carrier).value, "carrier": carrier.value}


def _queue(queue: WorkQueue, one: QueueHealth) -> dict[str, Any]:
    load = one.load
    return {
        "queue": queue.value,
        "waiting": load and load.waiting,
        "under_way": load and load.under_way,
        "delayed": load and load.delayed,
        "oldest_seconds": one.oldest_seconds,
        "dead_letters": one.dead_letters,
    }


def _letter(one: LetterView) -> dict[str, Any]:
    since = one.letter.since.isoformat(timespec="seconds")
    return {**one.ids, "since": since, "received": one.letter.received, "reason": one.reason}
