"""start_plans and plan_reminders, with genuine events over the world in memory."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.functions.recorded import Context, event, load, sqs_event
from tests.worlds.planning_world import CAMPAIGN, CREDITOR, MONDAY, PlanningWorld
from upominek import bootstrap
from upominek.application.jobs import PlanJob

JOB = PlanJob(creditor="hydro", campaign="default", shard=0, day=MONDAY)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> PlanningWorld:
    """What the functions find behind `bootstrap`."""
    world = PlanningWorld(creditor=replace(CREDITOR, shards=(2,)))
    # Powertools keeps one logger for each service, and with it the standard output of the test that made it.
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", request.node.name)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Upominek")
    monkeypatch.setattr(bootstrap, "start_plans", lambda: world.start_planning)
    monkeypatch.setattr(bootstrap, "plan_reminders", lambda: world.plan_reminders)
    return world


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_tick_starts_what_is_due_and_says_so(world: PlanningWorld, capsys: pytest.CaptureFixture[str]) -> None:
    function = load("start_plans")
    started = {"creditor": "hydro", "campaign": "default", "day": "2026-03-02", "shards": 2}

    assert function.handler(event("scheduler"), Context()) == {"started": [started]}
    assert function.handler(event("scheduler"), Context()) == {"started": []}

    assert [job.shard for job in world.queues.plans] == [0, 1]
    log, *counted = lines(capsys)
    assert {name: log[name] for name in started} == started
    assert [line["CampaignsStarted"] for line in counted] == [[1.0], [0.0]]


def test_a_tick_by_hand_needs_no_event(world: PlanningWorld) -> None:
    assert load("start_plans").handler({}, Context())["started"]
    assert world.queues.plans


def test_a_creditor_that_cannot_be_started_is_named_and_fails_the_tick(
    world: PlanningWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world.creditors.save_campaign("hydro", replace(CAMPAIGN, weekdays=frozenset()))
    with pytest.warns(UserWarning, match="No application metrics"), pytest.raises(ExceptionGroup):
        load("start_plans").handler(event("scheduler"), Context())
    (log,) = lines(capsys)
    assert (log["level"], log["code"], log["notes"]) == ("WARNING", "contact_days_invalid", ["creditor hydro"])


def test_a_job_puts_reminders_on_the_outbox_and_is_counted(
    world: PlanningWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(6):
        world.invoice(f"FV {number}", f"D{number}", MONDAY - timedelta(days=1))
    jobs = [JOB.to_dict(), replace(JOB, shard=1).to_dict()]

    assert load("plan_reminders").handler(sqs_event(*jobs), Context()) == {"batchItemFailures": []}

    assert len(world.queues.outbox) == 6
    first, second, counted = lines(capsys)
    assert first["reminders"] + second["reminders"] == 6
    assert (first["shard"], first["outcome"], first["is_catch_up"]) == (0, "planned", False)
    assert sum(counted["RemindersPlanned"]) == 6


def test_a_campaign_that_has_ended_is_told_and_no_failure(
    world: PlanningWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = load("plan_reminders").handler(sqs_event(replace(JOB, campaign="old").to_dict()), Context())
    assert answer == {"batchItemFailures": []}
    assert lines(capsys)[0]["outcome"] == "campaign-ended"
    assert world.queues.outbox == []


def test_only_what_failed_comes_back(world: PlanningWorld, capsys: pytest.CaptureFixture[str]) -> None:
    world.invoice("FV 1", "D1", MONDAY - timedelta(days=1))

    def down(*_: object) -> None:
        raise ConnectionError("D1 +48512345678")

    world.queues.send = down  # type: ignore[assignment,method-assign]
    jobs = [JOB.to_dict(), replace(JOB, shard=1).to_dict()]
    answer = load("plan_reminders").handler(sqs_event("no json", *jobs), Context())

    failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
    assert "m-0" in failed
    assert len(failed) == 2
    logged = capsys.readouterr()
    assert '"error":"ConnectionError"' in logged.out
    assert "512345678" not in logged.out + logged.err


@pytest.mark.parametrize("bodies", [(), ("no json",)])
def test_neither_an_empty_batch_nor_one_of_which_all_failed_raises(
    world: PlanningWorld, bodies: tuple[str, ...]
) -> None:
    answer = load("plan_reminders").handler(sqs_event(*bodies), Context())
    assert len(answer["batchItemFailures"]) == len(bodies)
    assert world.queues.outbox == []
