"""The tick: each campaign starts once on each contact day, whatever the clock does."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worlds.planning_world import CAMPAIGN, CREDITOR, MONDAY, PlanningWorld, local
from upominek.application.jobs import PlanJob
from upominek.application.planning.start_planning import Started
from upominek.domain.values.calendar import ContactHours

QUARTER = timedelta(minutes=15)


def test_a_campaign_starts_once_its_time_of_day_has_come() -> None:
    world = PlanningWorld(creditor=replace(CREDITOR, shards=(1, 4)))

    world.clock.time = local(MONDAY, "08:59")
    assert world.start_planning() == []
    world.clock.time = local(MONDAY, "09:00")
    assert world.start_planning() == [Started("hydro", "default", MONDAY, 4)]
    assert world.start_planning() == []

    assert world.queues.plans == [PlanJob(creditor="hydro", campaign="default", shard=s, day=MONDAY) for s in range(4)]


def test_nothing_starts_on_a_closed_day_or_when_contact_hours_are_over() -> None:
    world = PlanningWorld()
    for closed in (date(2026, 3, 1), date(2026, 4, 6), date(2026, 12, 24)):  # Sunday, Easter Monday, Christmas Eve
        world.clock.time = local(closed, "12:00")
        assert world.start_planning() == []
    world.clock.time = local(MONDAY, "20:00")
    assert world.start_planning() == []
    world.clock.time = local(MONDAY, "19:59")
    assert world.start_planning() != []


def test_an_ended_campaign_does_not_start() -> None:
    world = PlanningWorld(campaigns=(replace(CAMPAIGN, is_active=False),))
    assert world.start_planning() == []


def test_campaigns_start_by_their_time_of_day_then_by_their_order() -> None:
    noon = replace(CAMPAIGN, id="noon", order=1, at=time(12))
    second, first = replace(CAMPAIGN, id="second", order=3), replace(CAMPAIGN, id="first", order=2)
    world = PlanningWorld(campaigns=(noon, second, first), now=local(MONDAY, "13:00"))

    assert [one.campaign for one in world.start_planning()] == ["first", "second", "noon"]


def test_a_crash_before_the_mark_puts_the_jobs_there_again() -> None:
    world = PlanningWorld()

    class Crash(RuntimeError):
        """The process ends."""

    def crash(*_: object) -> None:
        raise Crash

    marking = world.progress.set_started_on
    world.progress.set_started_on = crash  # type: ignore[assignment,method-assign]
    with pytest.raises(ExceptionGroup, match="could not be started"):
        world.start_planning()
    world.progress.set_started_on = marking  # type: ignore[method-assign]
    world.start_planning()

    assert len(world.queues.plans) == 2


def test_one_broken_creditor_does_not_keep_the_others_from_starting() -> None:
    world = PlanningWorld()
    world.creditors.save(replace(CREDITOR, id="a-broken-one"))
    # No day is left: something that a file is not let in with.
    world.creditors.save_campaign("a-broken-one", replace(CAMPAIGN, weekdays=frozenset()))

    with pytest.raises(ExceptionGroup) as raised:
        world.start_planning()

    assert [job.creditor for job in world.queues.plans] == ["hydro"]
    assert raised.value.exceptions[0].__notes__ == ["creditor a-broken-one"]


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Warsaw", datetime(2026, 3, 29, tzinfo=UTC)),
        ("Europe/Warsaw", datetime(2026, 10, 25, tzinfo=UTC)),
        ("Africa/Cairo", datetime(2026, 4, 24, tzinfo=UTC)),  # on a Friday, at midnight
        ("Australia/Lord_Howe", datetime(2026, 4, 5, tzinfo=UTC)),  # by half an hour
        ("America/Santiago", datetime(2026, 9, 6, tzinfo=UTC)),
    ],
)
@given(at=st.builds(time, st.integers(0, 23), st.integers(0, 45)))
@settings(max_examples=20, deadline=None)
def test_ticks_each_quarter_of_an_hour_over_a_clock_change_start_each_contact_day_once(
    zone: str, change: datetime, at: time
) -> None:
    hours = ContactHours(zone=zone, weekdays=frozenset(range(6)), opens=time(0), closes=time(23, 59, 59))
    world = PlanningWorld(
        creditor=replace(CREDITOR, hours=hours),
        campaigns=(replace(CAMPAIGN, at=at, weekdays=frozenset(range(6))),),
        now=change - timedelta(days=3),
    )
    starts: list[tuple[datetime, Started]] = []
    while world.clock.time < change + timedelta(days=4):
        starts.extend((world.clock.time, one) for one in world.start_planning())
        world.clock.time += QUARTER

    first, last = hours.local_day(change - timedelta(days=2)), hours.local_day(change + timedelta(days=3))
    contact_days = {first + timedelta(days=n) for n in range((last - first).days)}
    expected = Counter(day for day in contact_days if hours.is_contact_day(day))
    assert Counter(one.day for _, one in starts if one.day in contact_days) == expected
    for instant, one in starts:
        assert hours.local_day(instant) == one.day
        if instant > change - timedelta(days=3):
            assert timedelta() <= instant - hours.at_local(one.day, at) < QUARTER


@given(gaps=st.lists(st.integers(1, 60 * 30), min_size=1, max_size=60))
@settings(deadline=None)
def test_however_irregular_the_ticks_no_day_starts_twice(gaps: list[int]) -> None:
    world = PlanningWorld()
    started: list[date] = []
    for minutes in gaps:
        world.clock.advance(minutes=minutes)
        started.extend(one.day for one in world.start_planning())
    assert started == sorted(set(started))
