"""Long queues give out the same messages as short ones, only faster."""

from __future__ import annotations

import copy
import json
import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ministack.services import sqs

from local.stack import long_queues

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_RECEIVES = 3


@pytest.fixture(autouse=True)
def _every_queue_is_long(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(long_queues, "LONG", 0)
    yield
    sqs.reset()


def queue(*, redrive: bool = True) -> str:
    dead = sqs._act_create_queue({"QueueName": f"dead-{uuid4()}"}, "")["QueueUrl"]
    arn = sqs._get_q(dead)["attributes"]["QueueArn"]
    policy = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": MAX_RECEIVES})}
    asked = {"QueueName": f"queue-{uuid4()}", "Attributes": {"VisibilityTimeout": "60"} | (policy if redrive else {})}
    return str(sqs._act_create_queue(asked, "")["QueueUrl"])


def send(url: str, count: int) -> None:
    for number in range(count):
        sqs._act_send_message({"QueueUrl": url, "MessageBody": str(number)}, "")


def bodies(messages: list[dict[str, Any]]) -> list[str]:
    return [message["body"] for message in messages]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    states=st.lists(
        st.tuples(st.sampled_from([-100, -1, 100]), st.integers(0, MAX_RECEIVES + 1), st.sampled_from([1, 400_000])),
        max_size=40,
    ),
    wanted=st.integers(0, 12),
    redrive=st.booleans(),
)
def test_it_gives_out_what_ministack_would(states: list[tuple[int, int, int]], wanted: int, *, redrive: bool) -> None:
    url = queue(redrive=redrive)
    send(url, len(states))
    ours, now = sqs._get_q(url), time.time()
    for message, (visible_in, received, age) in zip(ours["messages"], states, strict=True):
        message |= {"visible_at": now + visible_in, "receive_count": received, "sent_at": now - age}
    theirs = copy.deepcopy(ours["messages"])
    given_out = bodies(long_queues.receive(url, wanted))
    left = {message["body"]: message["receive_count"] for message in ours["messages"]}

    ours["messages"] = theirs
    assert given_out == bodies(long_queues._receive(url, wanted))
    # What is too far back to be looked at is moved to the dead-letter queue later.
    assert {message["body"]: message["receive_count"] for message in ours["messages"]}.items() <= left.items()
    sqs.reset()


def test_what_was_given_out_is_invisible_until_it_is_due_again() -> None:
    url = queue()
    send(url, 15)
    first, second = long_queues.receive(url, 10), long_queues.receive(url, 10)
    assert bodies(first) == [str(number) for number in range(10)]
    assert bodies(second) == [str(number) for number in range(10, 15)]
    assert long_queues.receive(url, 10) == []
    assert {message["receive_count"] for message in first} == {1}
    assert len({message["receipt_handle"] for message in first}) == 10


def test_what_was_worked_on_is_gone_and_nothing_else() -> None:
    url = queue()
    send(url, 20)
    batch = long_queues.receive(url, 10)
    long_queues.delete(url, {message["receipt_handle"] for message in batch[::2]} | {"unknown"})
    expected = [str(number) for number in range(20) if number >= 10 or number % 2]
    assert bodies(sqs._get_q(url)["messages"]) == expected


def test_what_failed_too_often_goes_to_the_dead_letter_queue() -> None:
    url = queue()
    send(url, 1)
    for _ in range(MAX_RECEIVES):
        assert len(long_queues.receive(url, 10)) == 1
        sqs._get_q(url)["messages"][0]["visible_at"] = 0
    assert long_queues.receive(url, 10) == []
    assert sqs._get_q(url)["messages"] == []


def test_a_long_queue_is_as_fast_as_a_short_one() -> None:
    url = queue()
    send(url, 1)
    sqs._get_q(url)["messages"] *= 0
    send(url, 20_000)
    began = time.monotonic()
    for _ in range(100):
        batch = long_queues.receive(url, 10)
        long_queues.delete(url, {message["receipt_handle"] for message in batch})
    assert time.monotonic() - began < 1
    assert len(sqs._get_q(url)["messages"]) == 19_000


def test_short_and_fifo_queues_are_left_to_ministack(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(long_queues, "_receive", lambda url, _: asked.append(url) or [])
    monkeypatch.setattr(long_queues, "_delete", lambda url, _: asked.append(url))
    fifo = sqs._act_create_queue({"QueueName": "q.fifo", "Attributes": {"FifoQueue": "true"}}, "")["QueueUrl"]
    monkeypatch.setattr(long_queues, "LONG", 1000)
    short = queue()
    for url in (fifo, short):
        long_queues.receive(url, 10)
        long_queues.delete(url, {"handle"})
    assert asked == [fifo, fifo, short, short]
