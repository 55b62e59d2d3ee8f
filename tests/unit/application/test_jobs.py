"""What queues carry: there and back, and readable from an older version."""

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.worlds.thank_you import KIND, THANKS, THANKS_BY_EMAIL, thanking
from upominek.application.jobs import OutboxItem, PlanJob, Planned, key_in
from upominek.domain.values.carrier import SES
from upominek.domain.values.channel import Channel

DAY = date(2026, 3, 2)


@given(
    st.builds(
        OutboxItem,
        creditor=st.just("rura"),
        debtor=st.text(),
        campaign=st.just("main"),
        day=st.dates(),
        step=st.sampled_from(["-3", "+5"]),
        channel=st.sampled_from(Channel),
        invoices=st.lists(st.text()).map(tuple),
        since=st.none() | st.dates(),
        is_fallback=st.booleans(),
        tried=st.none() | st.sampled_from(Channel),
        attempt=st.integers(0, 20),
    )
)
def test_an_item_of_the_outbox(item: OutboxItem) -> None:
    assert OutboxItem.from_dict(json.loads(json.dumps(item.to_dict()))) == item


def test_an_item_that_was_written_before_attempts_were_counted() -> None:
    item = OutboxItem(
        creditor="rura", debtor="D", campaign="main", day=DAY, step="+5", channel=Channel.SMS, invoices=("FV/1",)
    )
    body = item.to_dict()
    assert set(body) == {"version", "creditor", "debtor", "campaign", "day", "step", "channel", "invoices"}
    assert OutboxItem.from_dict(body).attempt == 0


def test_an_item_on_an_event() -> None:
    with thanking():
        for item in (THANKS, THANKS_BY_EMAIL):
            body = json.loads(json.dumps(item.to_dict()))
            assert body["occasion"] == f"{KIND}/p-1"
            assert OutboxItem.from_dict(body) == item
            assert key_in(body) == item.key
    assert Planned.of(THANKS).fallback_key == THANKS_BY_EMAIL.key


def test_a_planning_job() -> None:
    job = PlanJob(creditor="rura", campaign="main", shard=3, day=DAY)
    assert PlanJob.from_dict(json.loads(json.dumps(job.to_dict()))) == job


def test_who_turned_an_item_away_has_no_say_on_another_channel() -> None:
    item = OutboxItem(
        creditor="rura", debtor="D", campaign="main", day=DAY, step="+5", channel=Channel.EMAIL, invoices=("FV/1",),
        attempt=1, carrier=SES,
    )  # fmt: skip
    moved = item.on(Channel.SMS)
    assert (moved.channel, moved.carrier, moved.attempt, moved.key) == (Channel.SMS, None, 1, item.key)
