"""What a person or another system does to a running stack: bring a file, post a webhook, start what is due, wait."""

import json
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from local.stack.failure import LocalFailure
from local.stack.stack_view import OWNER
from local.stack.target import Target
from upominek.adapters.json.imports import report_to_dict
from upominek.application.ports.administration import WorkQueue
from upominek.domain.parties.actor import Actor

BLOCK_BYTES = 1 << 20
QUIET_SECONDS = 0.7
POSTPONED_SECONDS = 20


class StackTooSlow(LocalFailure):
    """The stack did not come to rest in the time that it was given."""


class WebhookRefused(LocalFailure):
    """The stack did not take a webhook in."""


def post_events(target: Target, creditor: str, secret: str, webhook_id: str, events: Sequence[dict[str, Any]]) -> Any:  # noqa: ANN401
    """Post a signed webhook as an invoicing system does; returns the answer's body.

    Raises:
        WebhookRefused: with the status and the reason.
    """
    from standardwebhooks import Webhook

    # One event stands alone, several come as a list: both are allowed, so both are tried.
    body = json.dumps(events[0] if len(events) == 1 else list(events), ensure_ascii=False)
    now = datetime.now(UTC)
    request = urllib.request.Request(  # noqa: S310 - the address is the stack's own output
        f"{target.outputs['WebhookUrl']}/{creditor}",
        data=body.encode(),
        headers={
            "content-type": "application/json",
            "webhook-id": webhook_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign(webhook_id, now, body),
        },
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 - as above
            return json.load(response)
    except urllib.error.HTTPError as error:
        raise WebhookRefused(f"{error.code}: {error.read().decode(errors='replace')[:2000]}") from error


def bring_in(
    target: Target,
    creditor: str,
    name: str,
    content: Path | bytes,
    *,
    is_snapshot: bool = False,
    timeout_seconds: float = 3600,
    actor: Actor = OWNER,
) -> dict[str, Any]:
    """Bring a file in and wait for its report, as `import --json` prints it.

    Raises:
        Unavailable: there is still no report after the time-out; the import may still be under way.
    """
    wait = timedelta(seconds=timeout_seconds)
    blocks = _blocks(content)
    bring_file = target.application.bring_file
    return report_to_dict(bring_file(actor, creditor, name, blocks, is_snapshot=is_snapshot, wait=wait))


def _blocks(content: Path | bytes) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as stream:
        while block := stream.read(BLOCK_BYTES):
            yield block


def start_what_is_due(target: Target, actor: Actor = OWNER) -> dict[str, Any]:
    """What the Scheduler does every quarter of an hour: start the campaigns whose time has come."""
    return dict(target.application.start_due(actor))


def in_flight(target: Target) -> tuple[dict[str, int], int]:
    """Messages on the queues by queue, and how many of them wait for a delay to pass."""
    monitor = target.application.queue_monitor
    loads = {queue: load for queue in WorkQueue if (load := monitor.load(queue))}
    found = {queue.value: load.total for queue, load in loads.items() if load.total}
    return found, sum(load.delayed for load in loads.values())


def untold_answers(state_dir: Path) -> int:
    """Answers that the carriers still owe, those apart that come days later."""
    with closing(sqlite3.connect(f"file:{state_dir / 'carriers.sqlite'}?mode=ro", uri=True)) as journal:
        count: int = journal.execute("SELECT count(*) FROM answer WHERE due_business IS NULL").fetchone()[0]
        return count


def wait_until_idle(
    target: Target, *, timeout_seconds: float = 120, progress: Callable[[str], None] = lambda _: None
) -> dict[str, int]:
    """Wait until nothing moves on the queues and the carriers owe no answer.

    Returns:
        What is left all the same, by queue: it waits for contact hours or for a stopped lane, not for us.

    Raises:
        StackTooSlow: with what was still on its way.
    """
    deadline = time.monotonic() + timeout_seconds
    quiet_since = time.monotonic()
    while True:
        waiting, delayed = in_flight(target)
        untold = untold_answers(Path(target.clock_file).parent) if target.clock_file else 0
        now = time.monotonic()
        if untold or sum(waiting.values()) > delayed:
            quiet_since = now
            progress(", ".join(f"{name} {count}" for name, count in {**waiting, "answers": untold}.items() if count))
        # Between two queues a message is in none for a moment; a short delay is one of ours.
        if now - quiet_since > (POSTPONED_SECONDS if waiting else QUIET_SECONDS):
            return waiting
        if now > deadline:
            raise StackTooSlow(f"still on its way after {timeout_seconds:.0f} s: {waiting}, answers {untold}")
        time.sleep(0.2)
