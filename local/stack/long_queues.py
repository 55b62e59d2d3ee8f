"""Lets ministack hand out messages of a long queue as fast as those of a short one.

ministack looks through the whole queue several times for each batch that it gives to a function and takes back: with
50 000 messages that is an eighth of a second for ten of them, in which it does nothing else. Here it looks only as far
as it must. Short queues, and FIFO queues, are left as they are.
"""

from __future__ import annotations

import time
from typing import Any

from ministack.services import sqs

# Below this, looking through the whole queue costs less than a millisecond.
LONG = 1000
EXPIRY_SECONDS = 60

# ruff: noqa: SLF001 - names inside ministack
_receive, _delete = sqs._receive_messages_for_esm, sqs._delete_messages_for_esm
_expiry_checked_at: dict[str, float] = {}


def install() -> None:
    """From now on, event sources of functions work this way."""
    sqs._receive_messages_for_esm = receive
    sqs._delete_messages_for_esm = delete


def receive(queue_url: str, max_number: int) -> list[dict[str, Any]]:
    """Give out the oldest messages that are visible, as `ReceiveMessage` does."""
    queue = sqs._get_q(queue_url)
    if queue["is_fifo"] or len(queue["messages"]) < LONG:
        return list(_receive(queue_url, max_number))
    with sqs._queues_lock:
        _forget_expired(queue_url, queue)
        now = time.time()
        batch = _oldest_visible(queue, now, min(max_number or 1, 10))
        if any(_is_exhausted(queue, message) for message in batch):
            sqs._dlq_sweep(queue)
            batch = _oldest_visible(queue, now, min(max_number or 1, 10))
        timeout = int(queue["attributes"].get("VisibilityTimeout", "30"))
        for message in batch:
            message["receipt_handle"] = sqs.new_uuid()
            message["visible_at"] = now + timeout
            message["receive_count"] += 1
            if message.get("first_receive_at") is None:
                message["first_receive_at"] = now
        return batch


def delete(queue_url: str, receipt_handles: set[str]) -> None:
    """Take messages that were worked on out of the queue; they are near its front."""
    queue = sqs._get_q(queue_url)
    if queue["is_fifo"] or len(queue["messages"]) < LONG:
        _delete(queue_url, receipt_handles)
        return
    with sqs._queues_lock:
        messages, wanted, position = queue["messages"], set(receipt_handles), 0
        while wanted and position < len(messages):
            handle = messages[position].get("receipt_handle")
            if handle in wanted:
                wanted.remove(handle)
                # In place: whoever sends at this moment appends to the same list.
                del messages[position]
            else:
                position += 1


def _oldest_visible(queue: dict[str, Any], now: float, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for message in queue["messages"]:
        sqs._ensure_msg_fields(message)
        if message["visible_at"] <= now:
            found.append(message)
            if len(found) == count:
                break
    return found


def _is_exhausted(queue: dict[str, Any], message: dict[str, Any]) -> bool:
    """Whether the message may belong into the dead-letter queue; ministack decides."""
    return "RedrivePolicy" in queue["attributes"] and message["receive_count"] > 0


def _forget_expired(queue_url: str, queue: dict[str, Any]) -> None:
    now = time.monotonic()
    if now - _expiry_checked_at.get(queue_url, -EXPIRY_SECONDS) > EXPIRY_SECONDS:
        _expiry_checked_at[queue_url] = now
        sqs._expire_retained(queue)
