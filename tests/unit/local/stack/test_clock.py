"""The clock that can be moved."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest

from local.stack.clock import WARSAW, MovableClock

if TYPE_CHECKING:
    from pathlib import Path

MOMENT = timedelta(seconds=5)


@pytest.fixture
def clock(tmp_path: Path) -> MovableClock:
    return MovableClock(tmp_path / "state" / "clock")


def test_without_a_file_it_shows_the_real_time(clock: MovableClock) -> None:
    assert abs(clock.now() - datetime.now(UTC)) < MOMENT
    assert clock.now().tzinfo is UTC


def test_it_is_moved_to_a_day_and_a_local_time(clock: MovableClock) -> None:
    clock.set_today(date(2026, 3, 2), time(8, 30))
    assert abs(clock.now() - datetime(2026, 3, 2, 7, 30, tzinfo=UTC)) < MOMENT
    clock.set_today(date(2026, 7, 1), time(8, 30))
    assert abs(clock.now() - datetime(2026, 7, 1, 6, 30, tzinfo=UTC)) < MOMENT


def test_moved_to_a_day_it_keeps_the_time_of_day_that_it_shows(clock: MovableClock) -> None:
    clock.set_today(date(2026, 3, 2), time(21, 15))
    shown = clock.set_today(date(2026, 3, 9)).astimezone(WARSAW)
    assert (shown.date(), shown.hour, shown.minute) == (date(2026, 3, 9), 21, 15)


def test_moved_time_runs_on(clock: MovableClock) -> None:
    clock.set_today(date(2026, 3, 2), time(8))
    assert clock.now() < clock.now()


def test_it_can_be_moved_on_and_set_back(clock: MovableClock) -> None:
    before = clock.set_today(date(2026, 3, 2), time(8))
    assert abs(clock.advance(timedelta(days=3)) - before - timedelta(days=3)) < MOMENT
    clock.reset()
    clock.reset()
    assert clock.offset() == timedelta()


def test_every_clock_on_the_same_file_is_moved(clock: MovableClock, tmp_path: Path) -> None:
    other = MovableClock(tmp_path / "state" / "clock")
    clock.set_today(date(2026, 12, 24), time(12))
    assert abs(other.now() - clock.now()) < MOMENT


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_time_that_does_not_exist_or_comes_twice_is_refused(clock: MovableClock, day: date) -> None:
    with pytest.raises(ValueError, match="02:30"):
        clock.set_today(day, time(2, 30))


def test_without_a_time_the_nights_of_the_clock_change_are_days_like_others(clock: MovableClock) -> None:
    clock.set_today(date(2026, 3, 28), time(2, 30))
    clock.set_today(date(2026, 3, 29))
    assert clock.now().astimezone(WARSAW).date() == date(2026, 3, 29)
