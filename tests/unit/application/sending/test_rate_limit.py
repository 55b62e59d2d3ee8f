"""The pace of one worker."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from upominek.adapters.memory.outside import ManualClock
from upominek.application.sending.rate_limit import RateLimit
from upominek.application.ttl_cache import TtlCache

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_the_first_message_goes_at_once_and_the_next_when_it_is_worked_off() -> None:
    clock = ManualClock(NOW)
    pace = RateLimit(clock, per_second=2)
    assert pace.wait_seconds() == 0
    pace.pay(3)
    assert pace.wait_seconds() == 1.5
    clock.advance(seconds=1)
    assert pace.wait_seconds() == 0.5
    clock.advance(seconds=1)
    assert pace.wait_seconds() == 0


def test_an_idle_worker_has_saved_nothing() -> None:
    clock = ManualClock(NOW)
    pace = RateLimit(clock, per_second=1)
    clock.advance(hours=1)
    pace.pay(1)
    assert pace.wait_seconds() == 1


def test_who_pays_before_the_debt_is_worked_off_waits_for_both() -> None:
    pace = RateLimit(ManualClock(NOW), per_second=1)
    pace.pay(2)
    pace.pay(1)
    assert pace.wait_seconds() == 3


def test_a_clock_that_is_set_back_makes_nobody_wait_for_days() -> None:
    clock = ManualClock(NOW)
    pace = RateLimit(clock, per_second=1)
    pace.pay(2)
    clock.advance(days=-3)
    assert pace.wait_seconds() == 2
    clock.advance(seconds=2)
    assert pace.wait_seconds() == 0


@given(
    units=st.lists(st.integers(1, 10), min_size=1, max_size=50),
    idle=st.lists(st.floats(0, 20), min_size=50, max_size=50),
    per_second=st.floats(0.1, 100),
)
def test_no_stretch_of_time_sees_more_than_the_rate(units: list[int], idle: list[float], per_second: float) -> None:
    clock = ManualClock(NOW)
    pace = RateLimit(clock, per_second)
    sent: list[tuple[datetime, int]] = []
    for count, pause in zip(units, idle, strict=False):
        clock.advance(seconds=pause)
        clock.sleep(pace.wait_seconds())
        pace.pay(count)
        sent.append((clock.now(), count))
    for first in range(len(sent)):
        for last in range(first + 1, len(sent)):
            seconds = (sent[last][0] - sent[first][0]).total_seconds()
            # What leaves last is paid for afterwards.
            assert sum(count for _, count in sent[first:last]) <= seconds * per_second + 0.01


def test_what_was_read_is_believed_for_a_while_and_not_longer() -> None:
    reads: list[str] = []
    recent: TtlCache[int] = TtlCache(timedelta(seconds=30))

    def read(key: str) -> int:
        reads.append(key)
        return len(reads)

    assert [recent.get("a", NOW, read), recent.get("a", NOW + timedelta(seconds=29), read)] == [1, 1]
    assert recent.get("b", NOW, read) == 2
    assert recent.get("a", NOW + timedelta(seconds=30), read) == 3
    assert recent.get("a", NOW - timedelta(days=1), read) == 4
    recent.forget("a")
    assert recent.get("a", NOW - timedelta(days=1), read) == 5
    recent.forget("never read")
