"""Never twice: workers killed before and after every single call, rivals let in at every one, and both at random."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worlds.stage import ITEM, NOW, Stage
from upominek.application.jobs import OutboxItem
from upominek.application.sending.send_reminder import SendOutcome, SendReminder
from upominek.domain.errors import LaneFault, OutcomeUnknown, PermanentFailure, SendingError, TemporaryFailure
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.receivables.events import PaymentReceived
from upominek.domain.values.carrier import SNS
from upominek.domain.values.channel import Channel
from upominek.domain.values.money import Money

MOST_CALLS = 30
"""More than a reminder takes; the tests check that this is so."""


class Killed(BaseException):
    """What a process sees of its end: nothing that it could catch."""


class Life:
    """Counts the calls of one worker to its ports, and meddles at one of them."""

    def __init__(self, at: int, meddle: Callable[[], object], *, after: bool) -> None:
        self.calls = 0
        self.is_over = False
        self._at, self._meddle, self._after = at, meddle, after

    def pass_through(self, call: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]) -> object:
        if self.is_over:
            raise Killed  # the dead do not clean up
        self.calls += 1
        is_now = self.calls == self._at
        if is_now and not self._after:
            self._meddle()
        answer = call(*args, **kwargs)
        if is_now and self._after:
            self._meddle()
        return answer

    def end(self) -> None:
        self.is_over = True
        raise Killed


class Port:
    """A port that goes through a life."""

    def __init__(self, port: object, life: Life) -> None:
        self._port, self._life = port, life

    def __getattr__(self, name: str) -> Callable[..., object]:
        call = getattr(self._port, name)
        return lambda *args, **kwargs: self._life.pass_through(call, args, kwargs)


def worker(stage: Stage, life: Life) -> SendReminder:
    """A sender all of whose ports, and the clock, go through one life."""
    return stage.sender(**{name: Port(getattr(stage, name), life) for name in stage.ports()})


def mortal(stage: Stage, at: int, *, after: bool) -> tuple[SendReminder, Life]:
    """A worker that dies at its n-th call."""
    life = Life(at, lambda: life.end(), after=after)  # noqa: PLW0108 - it names itself
    return worker(stage, life), life


def redeliver(stage: Stage, *items: OutboxItem) -> None:
    """What SQS does with messages that nobody confirmed, and with what was put back, until nothing is left."""
    waiting = list(items)
    for _ in range(40):
        if not waiting:
            return
        for item in waiting:
            stage.send(item)
        waiting = stage.queues.take_outbox()
        stage.clock.advance(minutes=15)
    raise AssertionError("the outbox never comes to rest")


def nothing(_: Stage) -> None:
    """All goes well."""


def paid(stage: Stage) -> None:
    stage.happens(PaymentReceived(id="p", number="FV/1", debtor_id="D-1", amount=Money(123456), at=NOW))


def failing(*errors: SendingError) -> Callable[[Stage], None]:
    return lambda stage: stage.sms.fail_next(*errors)


STORIES = {
    "all is well": nothing,
    "paid meanwhile": paid,
    "busy": failing(TemporaryFailure("throttled")),
    "refused": failing(PermanentFailure("invalid-number", address_unusable=True)),
    "nobody knows": failing(OutcomeUnknown("timeout")),
    "no phone": lambda stage: stage.debtor(phone=None),
}
FINAL = {
    ReminderStatus.SENT,
    ReminderStatus.UNKNOWN,
    ReminderStatus.FAILED,
    ReminderStatus.SKIPPED,
    ReminderStatus.EXPIRED,
}


def once(stage: Stage, story: str = "") -> None:
    """Each message left at most once, and each reminder ended where people see it."""
    taken = [message.key for message in (*stage.sms.sent, *stage.email.sent)]
    # Where nobody knows the outcome, each attempt may have left.
    left = [message.key for message in stage.sms.attempts] if story == "nobody knows" else taken
    assert len(left) == len(set(left))
    reminders = stage.file().reminders
    assert reminders
    assert {one.status for one in reminders} <= FINAL
    for one in reminders:
        if one.key in left:
            assert one.status in {ReminderStatus.SENT, ReminderStatus.UNKNOWN}
    assert set(left) <= {one.key for one in reminders}


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("after", [False, True])
def test_a_worker_may_be_killed_at_any_call(story: str, *, after: bool) -> None:
    for at in range(1, MOST_CALLS):
        stage = Stage()
        STORIES[story](stage)
        send, life = mortal(stage, at, after=after)
        try:
            send(ITEM)
        except Killed:
            redeliver(stage, ITEM, *stage.queues.take_outbox())
        else:
            redeliver(stage, *stage.queues.take_outbox())
        once(stage, story)
        if not life.is_over:
            return
    raise AssertionError("a reminder takes more calls than this test counts")


@pytest.mark.parametrize("after", [False, True])
def test_a_fallback_may_be_killed_at_any_call(*, after: bool) -> None:
    fallback = replace(ITEM, channel=Channel.EMAIL, is_fallback=True, tried=Channel.SMS)
    for at in range(1, MOST_CALLS):
        stage = Stage()
        stage.sms.fail_next(PermanentFailure("refused"))
        stage.send()
        assert stage.queues.take_outbox() == [fallback]
        send, life = mortal(stage, at, after=after)
        try:
            send(fallback)
        except Killed:
            redeliver(stage, fallback, *stage.queues.take_outbox())
        once(stage)
        assert len(stage.email.attempts) <= 1
        if not life.is_over:
            return
    raise AssertionError("a reminder takes more calls than this test counts")


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("after", [False, True])
def test_a_rival_with_the_same_item_may_come_in_at_any_call(story: str, *, after: bool) -> None:
    for at in range(1, MOST_CALLS):
        stage = Stage()
        STORIES[story](stage)
        life = Life(at, stage.send, after=after)
        worker(stage, life)(ITEM)
        redeliver(stage, *stage.queues.take_outbox())
        once(stage, story)
        if life.calls < at:
            return
    raise AssertionError("a reminder takes more calls than this test counts")


def note(outcomes: list[SendOutcome], stage: Stage) -> None:
    outcomes.append(stage.send())


@pytest.mark.parametrize("after", [False, True])
def test_when_all_goes_well_a_rival_changes_nothing(*, after: bool) -> None:
    for at in range(1, MOST_CALLS):
        stage = Stage()
        outcomes: list[SendOutcome] = []
        life = Life(at, partial(note, outcomes, stage), after=after)
        outcomes.append(worker(stage, life)(ITEM))
        redeliver(stage, *stage.queues.take_outbox())
        assert stage.handed_over() == 1
        assert stage.reminder().status is ReminderStatus.SENT
        assert outcomes.count(SendOutcome.SENT) == 1
        if life.calls < at:
            return


@pytest.mark.parametrize("after", [False, True])
def test_a_rival_that_finds_the_lease_over_does_not_send_either(*, after: bool) -> None:
    for at in range(1, MOST_CALLS):
        stage = Stage()

        def much_later(stage: Stage = stage) -> None:
            stage.clock.advance(minutes=6)
            stage.send()

        life = Life(at, much_later, after=after)
        worker(stage, life)(ITEM)
        redeliver(stage, *stage.queues.take_outbox())
        assert stage.handed_over() <= 1
        once(stage)
        if life.calls < at:
            return


def test_many_workers_at_once_call_the_provider_once() -> None:
    for _ in range(20):
        stage = Stage()
        workers = [stage.sender() for _ in range(8)]
        with ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(lambda send: send(ITEM), workers))
        assert outcomes.count(SendOutcome.SENT) == 1
        assert stage.handed_over() == 1


@settings(max_examples=150, deadline=None)
@given(
    story=st.sampled_from(sorted(STORIES)),
    lives=st.lists(st.tuples(st.integers(1, 16), st.booleans(), st.integers(0, 400)), max_size=6),
    extra=st.integers(0, 2),
)
def test_any_number_of_deaths_and_repetitions(story: str, lives: list[tuple[int, bool, int]], extra: int) -> None:
    stage = Stage()
    STORIES[story](stage)
    waiting = [ITEM] * (1 + extra)
    for at, after, seconds in lives:
        item = waiting.pop(0) if waiting else ITEM
        send, life = mortal(stage, at, after=after)
        try:
            send(item)
        except Killed:
            waiting.append(item)
        assert life.calls <= MOST_CALLS
        waiting += stage.queues.take_outbox()
        stage.clock.advance(seconds=seconds)
    redeliver(stage, *waiting, ITEM)
    once(stage, story)


@pytest.mark.parametrize("after", [False, True])
def test_a_worker_killed_at_a_fault_of_our_set_up_loses_nothing(*, after: bool) -> None:
    for at in range(1, MOST_CALLS):
        stage = Stage()
        stage.sms.fail_next(LaneFault("spend-limit"))
        send, life = mortal(stage, at, after=after)
        waiting = []
        try:
            send(ITEM)
        except Killed:
            waiting = [ITEM]
        stage.progress.reopen_lane("rura", SNS)
        stage.clock.advance(minutes=6)
        for item in [*waiting, *stage.queues.take_outbox()]:
            stage.send(item)
        stage.progress.reopen_lane("rura", SNS)
        redeliver(stage, *stage.queues.take_outbox())
        once(stage)
        if not life.is_over:
            assert stage.reminder().status is ReminderStatus.SENT
            return
