from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upominek.domain.errors import InvalidValue
from upominek.domain.values.calendar import MONDAY_TO_FRIDAY, ContactHours

HOURS = ContactHours()
MONDAY_TO_SATURDAY = MONDAY_TO_FRIDAY | {5}
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
SPRING = date(2026, 3, 29)  # a Sunday: 02:00 becomes 03:00
AUTUMN = date(2026, 10, 25)  # a Sunday: 03:00 becomes 02:00
GAZA_SPRING = date(2024, 4, 20)  # a Saturday: 02:00, which is 00:00 UTC, becomes 03:00
GAZA_AUTUMN = date(2024, 10, 26)  # a Saturday: 02:00, which is 23:00 UTC of the day before, becomes 01:00

days = st.dates(date(2000, 3, 1), date(2099, 9, 30))
weekdays = st.sets(st.integers(0, 5), min_size=1).map(frozenset)
zones = st.sampled_from(
    [
        "Europe/Warsaw",
        "Asia/Gaza",
        "America/New_York",
        "Asia/Beirut",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Asia/Kathmandu",
        "UTC",
    ]
)


def utc(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def in_gaza(opens: time, closes: time) -> ContactHours:
    """Hours in a zone that changes its clock on Saturdays, which may be contact days."""
    return ContactHours("Asia/Gaza", MONDAY_TO_SATURDAY, opens, closes)


def test_the_default_is_monday_to_friday_from_eight_to_eight_in_warsaw() -> None:
    friday = date(2026, 3, 6)
    assert HOURS.is_open(utc(friday, 7))
    assert not HOURS.is_open(utc(friday, 7) - timedelta(microseconds=1))
    assert HOURS.is_open(utc(friday, 19) - timedelta(microseconds=1))
    assert not HOURS.is_open(utc(friday, 19))
    assert not HOURS.is_contact_day(date(2026, 3, 7))


def test_summer_time_moves_the_hours() -> None:
    assert not HOURS.is_open(utc(date(2026, 3, 27), 6, 30))
    assert HOURS.is_open(utc(date(2026, 3, 30), 6, 30))


@pytest.mark.parametrize(
    "day", [date(2026, 1, 6), date(2026, 4, 6), date(2026, 6, 4), date(2026, 11, 11), date(2026, 12, 24)]
)
def test_statutory_holidays_are_closed(day: date) -> None:
    assert not HOURS.is_contact_day(day)
    assert not HOURS.is_open(utc(day, 11))


def test_saturday_is_a_choice_and_a_holiday_on_it_is_not() -> None:
    hours = ContactHours(weekdays=MONDAY_TO_SATURDAY)
    assert hours.is_contact_day(date(2026, 3, 7))
    assert not hours.is_contact_day(date(2026, 8, 15))


def test_days_move_over_christmas() -> None:
    assert HOURS.next_contact_day(date(2026, 12, 24)) == date(2026, 12, 28)
    assert HOURS.last_contact_day(date(2026, 12, 27)) == date(2026, 12, 23)
    assert (
        HOURS.next_contact_day(date(2026, 12, 23)) == HOURS.last_contact_day(date(2026, 12, 23)) == date(2026, 12, 23)
    )


@given(weekdays, days)
def test_the_nearest_contact_days_enclose_a_day(chosen: frozenset[int], day: date) -> None:
    hours = ContactHours(weekdays=chosen)
    before, after = hours.last_contact_day(day), hours.next_contact_day(day)
    assert before <= day <= after
    assert hours.is_contact_day(before)
    assert hours.is_contact_day(after)
    between = (before + timedelta(days=n) for n in range(1, (after - before).days))
    assert not any(map(hours.is_contact_day, between))


@given(weekdays, days, st.integers(0, 30), st.integers(-40, 10))
def test_what_lands_after_a_planned_day_is_what_follows_the_last_contact_day_before(
    chosen: frozenset[int], today: date, missed: int, ahead: int
) -> None:
    hours = ContactHours(weekdays=chosen)
    planned_through, day = today - timedelta(days=missed), today + timedelta(days=ahead)
    lands_in_between = planned_through < hours.next_contact_day(day) <= today
    assert lands_in_between == (hours.last_contact_day(planned_through) < day <= hours.last_contact_day(today))


def test_the_next_opening_is_now_when_it_is_open() -> None:
    now = datetime(2026, 3, 6, 12, 0, 0, 1, tzinfo=ZoneInfo("Europe/Warsaw"))
    assert HOURS.next_opening(now) == now
    assert HOURS.next_opening(now).tzinfo is UTC


@pytest.mark.parametrize(
    ("instant", "opening"),
    [
        (utc(date(2026, 3, 6), 5), utc(date(2026, 3, 6), 7)),
        (utc(date(2026, 3, 6), 19), utc(date(2026, 3, 9), 7)),
        (utc(date(2026, 3, 27), 23), utc(date(2026, 3, 30), 6)),
        (utc(date(2026, 10, 24), 23), utc(date(2026, 10, 26), 7)),
        (utc(date(2026, 12, 23), 20), utc(date(2026, 12, 28), 7)),
    ],
)
def test_the_next_opening_skips_nights_weekends_and_holidays(instant: datetime, opening: datetime) -> None:
    assert HOURS.next_opening(instant) == opening


def test_an_opening_hour_that_the_spring_change_skips_opens_with_the_change() -> None:
    hours = in_gaza(time(2, 30), time(9))
    assert hours.next_opening(utc(GAZA_SPRING, 0) - HOUR) == utc(GAZA_SPRING, 0)


def test_hours_that_the_spring_change_skips_altogether_open_on_the_next_contact_day() -> None:
    hours = in_gaza(time(2, 15), time(2, 45))
    assert hours.next_opening(utc(GAZA_SPRING, 0) - HOUR) == utc(GAZA_SPRING + timedelta(days=1), 23, 15)


def test_hours_that_the_autumn_change_repeats_open_twice() -> None:
    hours = in_gaza(time(1, 30), time(1, 45))
    first, second = utc(GAZA_AUTUMN, 0) - HOUR - 30 * MINUTE, utc(GAZA_AUTUMN, 0) - 30 * MINUTE
    assert hours.next_opening(first - HOUR) == first
    assert hours.next_opening(first + 15 * MINUTE) == second
    assert not hours.is_open(second - MINUTE)


def test_a_closing_hour_that_the_autumn_change_repeats_opens_again_with_the_change() -> None:
    hours = in_gaza(time(0, 30), time(1, 30))
    closing = utc(GAZA_AUTUMN, 0) - HOUR - 30 * MINUTE
    assert hours.is_open(closing - MINUTE)
    assert not hours.is_open(closing)
    assert hours.next_opening(closing) == closing + 30 * MINUTE


@settings(max_examples=60, deadline=None)
@given(
    zones,
    st.sampled_from(
        [GAZA_SPRING, date(2025, 3, 29), date(2025, 4, 5), date(2025, 9, 27), GAZA_AUTUMN, date(2025, 11, 1)]
    ),
    st.integers(0, 47),
    st.integers(1, 47),
    st.integers(0, 36 * 60),
)
def test_the_next_opening_is_the_first_open_minute(zone: str, day: date, opens: int, length: int, start: int) -> None:
    closes = min(opens + length, 47)
    if closes == opens:
        return
    hours = ContactHours(zone, MONDAY_TO_SATURDAY, time(opens // 2, opens % 2 * 30), time(closes // 2, closes % 2 * 30))
    instant = utc(day, 0) + (start - 12 * 60) * MINUTE
    expected = next(later for n in range(10 * 24 * 60) if hours.is_open(later := instant + n * MINUTE))
    assert hours.next_opening(instant) == expected


@given(zones, st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1)), weekdays)  # noqa: DTZ001 -- made aware below
def test_an_opening_is_open_and_never_in_the_past(zone: str, naive: datetime, chosen: frozenset[int]) -> None:
    hours = ContactHours(zone, chosen)
    instant = naive.replace(tzinfo=UTC)
    opening = hours.next_opening(instant)
    assert opening >= instant
    assert hours.is_open(opening)


@pytest.mark.parametrize(
    ("day", "clock", "instant"),
    [
        (date(2026, 3, 2), time(9), utc(date(2026, 3, 2), 8)),
        (date(2026, 7, 1), time(9), utc(date(2026, 7, 1), 7)),
        (date(2026, 7, 1), time(0, 30), utc(date(2026, 6, 30), 22, 30)),
        (SPRING, time(1, 59), utc(SPRING, 0, 59)),
        (SPRING, time(2), utc(SPRING, 1)),
        (SPRING, time(2, 30), utc(SPRING, 1)),
        (SPRING, time(3), utc(SPRING, 1)),
        (AUTUMN, time(2, 30), utc(AUTUMN, 0, 30)),
        (AUTUMN, time(3), utc(AUTUMN, 2)),
    ],
)
def test_local_times_become_instants_on_the_nights_of_the_clock_change_too(
    day: date, clock: time, instant: datetime
) -> None:
    assert HOURS.at_local(day, clock) == instant


def test_the_local_day_is_not_the_day_in_utc() -> None:
    assert HOURS.local_day(utc(date(2026, 3, 1), 23)) == date(2026, 3, 2)
    assert HOURS.local_day(utc(date(2026, 7, 1), 22)) == date(2026, 7, 2)
    assert ContactHours("America/New_York").local_day(utc(date(2026, 3, 1), 3)) == date(2026, 2, 28)


@given(zones, days, st.times())
def test_a_local_time_that_exists_is_shown_at_its_instant(zone: str, day: date, clock: time) -> None:
    hours = ContactHours(zone)
    local = hours.at_local(day, clock).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert local >= datetime.combine(day, clock)
    assert local - datetime.combine(day, clock) <= timedelta(hours=1)


def test_an_instant_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        HOURS.is_open(datetime(2026, 3, 2, 9))  # noqa: DTZ001 -- the mistake


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        *(({"zone": zone}, "zone_unknown") for zone in ("", "Warsaw", "Europe", "../etc", "/etc/passwd", "x" * 300)),
        ({"weekdays": frozenset()}, "contact_days_invalid"),
        ({"weekdays": frozenset({6})}, "contact_days_invalid"),
        ({"weekdays": frozenset({0, 7})}, "contact_days_invalid"),
        ({"opens": time(8), "closes": time(8)}, "contact_hours_invalid"),
        ({"opens": time(20), "closes": time(8)}, "contact_hours_invalid"),
        ({"holidays": "XX"}, "holidays_unknown"),
    ],
)
def test_hours_that_make_no_sense_are_refused(wrong: dict[str, object], code: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        ContactHours(**wrong)  # type: ignore[arg-type]
    assert refusal.value.code == code


@pytest.mark.parametrize("year", [1999, 2100, 9999])
def test_years_without_known_holidays_are_refused_rather_than_taken_for_free_of_them(year: int) -> None:
    with pytest.raises(InvalidValue) as refusal:
        HOURS.next_contact_day(date(year, 12, 27))
    assert refusal.value.code == "year_unknown"
