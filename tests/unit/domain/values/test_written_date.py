"""Dates as people write them: read as the one day that they can mean, or refused."""

from contextlib import suppress
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upominek.domain.errors import InvalidValue
from upominek.domain.values.written_date import EARLIEST, LATEST, MONTHS, parse_date

MARCH = date(2026, 3, 10)
DAYS = st.dates(date(2015, 1, 1), date(2049, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "10.3.26",
        "10.03.26",
        "10/03/26",
        "10. 3. 2026",
        "10.03.2026.",
        "10.03.2026r.",
        "10\u201103\u20112026",
        "dnia 10.03.2026 r.",
        "do 10 marca 2026",
        "10 marca 2026",
        "10 MARCA 2026 r.",
        "10. marca 2026",
        "10 marzec 2026",
        "10 mar 2026",
        "10-mar-26",
        "10 III 2026",
        "10.III.2026",
        "wtorek, 10 marca 2026",
        "March 10, 2026",
        "10th March 2026",
        "Tue, 10 Mar 2026",
        "2026-03-10T00:00:00Z",
        "2026-03-09T23:00:00Z",
        "2026-03-10T23:59:59Z",
        "2026-03-10T00:00:00+01:00",
        "2026-03-10T00:00:00.000+0100",
        "2026-03-10 00:00:00 UTC",
        "10.03.2026 00:00",
    ],
)
def test_a_day_however_it_is_written(text: str) -> None:
    assert parse_date(text) == MARCH


@pytest.mark.parametrize(
    "text",
    [
        "10.03.10",
        "26-03-10",
        "10-03-26",
        "10.3",
        "marca 2026",
        "10 foo 2026",
        "10 marca",
        "31 lutego 2026",
        "٢٠٢٦-٠٣-١٠",
    ],
)
def test_what_says_no_certain_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_date(text)
    assert refusal.value.code == "date_invalid"


@given(DAYS, st.sampled_from(["{0.day}.{0.month}.{0.year}", "{0.day:02}/{0.month:02}/{0.year}", "{0:%d.%m.%y}", "{0}"]))
def test_figures_are_day_first_or_iso(day: date, way: str) -> None:
    assert parse_date(way.format(day)) == day


@given(DAYS, st.data(), st.sampled_from(["{0.day} {1} {0.year}", "{0.day:02}-{1}-{0:%y}", "{0.day}. {1} {0.year} r."]))
def test_every_name_of_every_month(day: date, data: st.DataObject, way: str) -> None:
    name = data.draw(st.sampled_from(MONTHS[day.month - 1].split()))
    assert parse_date(way.format(day, data.draw(st.sampled_from([name, name.upper(), name.title()])))) == day


@given(DAYS)
def test_midnight_in_poland_told_in_utc_is_the_day_that_begins(day: date) -> None:
    midnight = datetime.combine(day, time(0), ZoneInfo("Europe/Warsaw")).astimezone(UTC)
    assert parse_date(midnight.strftime("%Y-%m-%dT%H:%M:%SZ")) == day


@given(st.text() | st.from_regex(r"[0-9]{1,4}[-./ T:a-zZ+]{1,6}[0-9a-z]{1,4}[-./ ]{1,2}[0-9]{2,4}.{0,12}"))
def test_any_text_is_a_day_of_these_years_or_refused(text: str) -> None:
    with suppress(InvalidValue):
        day = parse_date(text)
        assert EARLIEST <= day < LATEST
        assert parse_date(day.isoformat()) == day
