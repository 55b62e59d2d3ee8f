"""Never twice, on an event: workers killed and rivals let in at every call, on the day of a reminder."""

from collections.abc import Iterator

import pytest

from tests.unit.application.sending.test_never_twice import (
    MOST_CALLS,
    Killed,
    Life,
    Port,
    mortal,
    once,
    redeliver,
    worker,
)
from tests.worlds.stage import ITEM
from tests.worlds.thank_you import THANKS, THANKS_BY_EMAIL, ThankfulStage, thankful, thanking
from upominek.application.jobs import Planned
from upominek.application.outbox import Outbox
from upominek.domain.errors import PermanentFailure
from upominek.domain.messages.reminder_status import ReminderStatus


@pytest.fixture(autouse=True)
def _thanking() -> Iterator[None]:
    with thanking():
        yield


def ended(stage: ThankfulStage) -> None:
    """Both were dealt with, and neither stood in the other's way."""
    once(stage)
    assert {one.key for one in stage.file().reminders} == {ITEM.key, THANKS.key}
    assert stage.reminder(ITEM).status is ReminderStatus.SENT
    assert len(stage.file().case.contacts) == 1
    assert len(stage.file().case.notices) <= 1


@pytest.mark.parametrize("after", [False, True])
def test_a_worker_may_be_killed_at_any_call(*, after: bool) -> None:
    for at in range(1, MOST_CALLS):
        stage = thankful()
        send, life = mortal(stage, at, after=after)
        try:
            send(THANKS)
        except Killed:
            redeliver(stage, THANKS, ITEM, THANKS, *stage.queues.take_outbox())
        else:
            redeliver(stage, ITEM, THANKS, *stage.queues.take_outbox())
        ended(stage)
        if not life.is_over:
            assert stage.handed_over() == 2
            return
    raise AssertionError("a message takes more calls than this test counts")


@pytest.mark.parametrize("after", [False, True])
def test_a_rival_with_the_same_item_or_the_days_reminder_may_come_in_at_any_call(*, after: bool) -> None:
    for at in range(1, MOST_CALLS):
        stage = thankful()

        def rivals(stage: ThankfulStage = stage) -> None:
            stage.send(THANKS)
            stage.send(ITEM)

        life = Life(at, rivals, after=after)
        worker(stage, life)(THANKS)
        redeliver(stage, ITEM, *stage.queues.take_outbox())
        ended(stage)
        assert stage.handed_over() == 2
        if life.calls < at:
            return
    raise AssertionError("a message takes more calls than this test counts")


@pytest.mark.parametrize("after", [False, True])
def test_its_fallback_may_be_killed_at_any_call(*, after: bool) -> None:
    for at in range(1, MOST_CALLS):
        stage = thankful()
        stage.sms.fail_next(PermanentFailure("refused"))
        stage.send(THANKS)
        assert stage.queues.take_outbox() == [THANKS_BY_EMAIL]
        send, life = mortal(stage, at, after=after)
        try:
            send(THANKS_BY_EMAIL)
        except Killed:
            redeliver(stage, THANKS_BY_EMAIL, *stage.queues.take_outbox())
        once(stage)
        assert len(stage.email.attempts) <= 1
        if not life.is_over:
            return
    raise AssertionError("a message takes more calls than this test counts")


@pytest.mark.parametrize("after", [False, True])
def test_whoever_begins_it_may_be_killed_at_any_call_and_begins_again(*, after: bool) -> None:
    for at in range(1, MOST_CALLS):
        stage = thankful()
        _, life = mortal(stage, at, after=after)
        ports = [Port(port, life) for port in (stage.queues, stage.manifests)]
        try:
            Outbox(*ports).put([[ITEM], [THANKS]])  # type: ignore[arg-type]
        except Killed:
            stage.put_out(ITEM, THANKS)
        assert list(stage.manifests.read("rura", ITEM.day)) == [Planned.of(ITEM), Planned.of(THANKS)]
        redeliver(stage, *stage.queues.take_outbox())
        ended(stage)
        assert stage.handed_over() == 2
        if not life.is_over:
            return
