"""sweep_reminders, with a genuine event over the world in memory: what is found is counted for the alarms."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.functions.recorded import Context, event, load
from tests.unit.application.operations.test_check_health import SweepingWorld
from tests.worlds.planning_world import CAMPAIGN, CREDITOR, MONDAY, local
from upominek import bootstrap
from upominek.domain.operations.health import Trouble

DAY = timedelta(days=1)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> SweepingWorld:
    """A reminder that was planned on the Monday; it is Friday, and nothing is on record of it."""
    world = SweepingWorld()
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", request.node.name)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Upominek")
    monkeypatch.setattr(bootstrap, "sweep", lambda: world.check_health)
    world.due_today("A")
    world.clock.time = local(MONDAY + 4 * DAY)
    return world


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_what_is_found_is_counted(world: SweepingWorld, capsys: pytest.CaptureFixture[str]) -> None:
    answer = load("sweep_reminders").handler(event("scheduler"), Context(remaining_ms=900_000))
    assert answer["creditors"] == 1
    log, counted = lines(capsys)
    assert log["creditor"] == "hydro"
    assert log["troubles"] == {"reminder-lost": 1, "run-missed": 1}
    names = {trouble.metric for trouble in Trouble} | {"ReceiptsAwaited"}
    assert {name: counted[name] for name in names & counted.keys()} == {
        "ReminderLost": [1.0],
        "RunMissed": [1.0],
        "ReceiptsAwaited": [0.0],
    }
    assert world.health.get("hydro") is not None


def test_a_creditor_that_cannot_be_looked_at_is_named_and_the_others_are_counted(
    world: SweepingWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world.creditors.save(replace(CREDITOR, id="broken"))
    world.creditors.save_campaign("broken", replace(CAMPAIGN, weekdays=frozenset()))
    with pytest.raises(ExceptionGroup):
        load("sweep_reminders").handler(event("scheduler"), Context(remaining_ms=900_000))
    _, counted, warning = lines(capsys)
    assert (warning["level"], warning["notes"]) == ("WARNING", ["creditor broken"])
    assert counted["ReminderLost"] == [1.0]


def test_where_nothing_is_found_no_metric_is_written(world: SweepingWorld, capsys: pytest.CaptureFixture[str]) -> None:
    world.clock.time = local(MONDAY)
    load("sweep_reminders").handler(event("scheduler"), Context(remaining_ms=900_000))
    (log,) = lines(capsys)
    assert log["troubles"] == {}


def test_with_little_time_left_nothing_is_begun(world: SweepingWorld) -> None:
    assert load("sweep_reminders").handler({}, Context(remaining_ms=200_000))["creditors"] == 0
    assert world.health.get("hydro") is None
