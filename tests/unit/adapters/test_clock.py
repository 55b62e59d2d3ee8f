from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from upominek.adapters.clock import SystemClock, UlidFactory, real_time


def test_without_a_file_business_time_is_real_time() -> None:
    before = datetime.now(UTC)
    assert before <= SystemClock().now() <= datetime.now(UTC)


def test_the_file_moves_the_clock_whenever_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock = SystemClock(str(file))
    for content, moved in ((None, 0), ("86400", 86_400), ("-3600.5\n", -3600.5), ("", 0)):
        if content is not None:
            file.write_text(content, encoding="ascii")
        difference = clock.now() - datetime.now(UTC) - timedelta(seconds=moved)
        assert abs(difference) < timedelta(seconds=5)
    assert abs(real_time() - datetime.now(UTC)) < timedelta(seconds=5)


def test_sleeping_takes_real_time_and_never_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("upominek.adapters.clock.time.sleep", slept.append)
    SystemClock().sleep(1.5)
    SystemClock().sleep(-1)
    assert slept == [1.5, 0.0]


def test_ids_differ_and_sort_by_time(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = [datetime(2026, 3, 2, tzinfo=UTC) + timedelta(milliseconds=number) for number in range(50)]
    ids = []
    for moment in moments:
        monkeypatch.setattr("upominek.adapters.clock.real_time", lambda moment=moment: moment)
        ids.append(UlidFactory().new())
    assert ids == sorted(set(ids))
    assert {len(one) for one in ids} == {26}
    assert UlidFactory().new() != UlidFactory().new()


def test_an_id_is_a_ulid(monkeypatch: pytest.MonkeyPatch) -> None:
    # Source: the example of the ULID specification, whose time is 1469918176385 ms.
    monkeypatch.setattr("upominek.adapters.clock.real_time", lambda: datetime.fromtimestamp(1469918176.385, UTC))
    assert UlidFactory().new()[:10] == "01ARYZ6S41"
