"""`upominek health`: what needs a look, in words that say what to do, and an exit code for those who watch."""

import json
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli import health
from cli.commands import app
from tests.unit.application.operations.test_check_health import SweepingWorld
from tests.worlds.planning_world import MONDAY, local
from upominek.adapters.carriers.registry import CARRIERS
from upominek.adapters.json.operations import MEANINGS
from upominek.adapters.memory.administration import MemoryQueueMonitor
from upominek.application.administration.show_health import ShowHealth
from upominek.application.operations.manage_lanes import ManageLanes
from upominek.application.planning.find_unreached import FindUnreached
from upominek.application.ports.administration import QueueLoad, WorkQueue
from upominek.application.ports.intake import ImportRecord
from upominek.application.ports.planning import LaneStop
from upominek.domain.messages.sender_reputation import ReputationCounts
from upominek.domain.operations.health import Trouble
from upominek.domain.values.carrier import SES

DAY = timedelta(days=1)


class Stack:
    """The world of the sweep as a target of commands."""

    def __init__(self) -> None:
        self.world = SweepingWorld()
        self.queues = MemoryQueueMonitor()
        self.is_embedded = True

    @property
    def application(self) -> SimpleNamespace:
        world = self.world
        shown = ShowHealth(
            creditors=world.creditors,
            progress=world.progress,
            health=world.health,
            sweep=world.check_health,
            find_unreached=FindUnreached(world.creditors, world.cases, world.invoices, world.clock),
            lanes=ManageLanes(world.creditors, world.progress, world.clock, CARRIERS),
            queues=self.queues,
            clock=world.clock,
            keeps_pace=not self.is_embedded,
        )
        return SimpleNamespace(show_health=shown)


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Stack:
    stack = Stack()
    monkeypatch.setattr(health, "find_target", lambda *_, **__: stack)
    return stack


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["health", *arguments], catch_exceptions=False)


def data_of(*arguments: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(run(*arguments, "--json").stdout)


def test_where_all_is_well_it_says_so_and_ends_with_zero(stack: Stack) -> None:
    done = run()
    assert done.exit_code == 0
    assert "hydro: looked at 2026-03-02 09:00: nothing stopped on its way" in done.stdout
    assert "all is well" in done.stdout
    assert stack.world.health.get("hydro") is not None


def test_what_stopped_is_told_with_what_to_do_and_ends_with_one(stack: Stack) -> None:
    stack.world.due_today("A")
    stack.world.clock.time = local(MONDAY + 4 * DAY)
    done = run()
    assert done.exit_code == 1
    assert "upominek dlq redrive" in " ".join(done.stdout.split())
    assert "something needs a look" in done.stdout
    (creditor,) = data_of()["creditors"]
    assert creditor["creditor"] == "hydro"
    assert creditor["last_started"] == {"default": "2026-03-02"}
    assert [(one["trouble"], one["count"]) for one in creditor["troubles"]] == [("reminder-lost", 1), ("run-missed", 1)]
    assert creditor["troubles"][0]["examples"][0]["debtor"] == "A"


def test_a_file_that_waits_or_failed_is_told_until_somebody_has_decided(stack: Stack) -> None:
    record = ImportRecord(
        id="1",
        creditor="hydro",
        key="incoming/hydro/a.csv",
        state="waiting",
        started_at=local(MONDAY),
        error_code="file_asks",
    )
    stack.world.imports.start(record)
    done = run()
    assert done.exit_code == 1
    assert "upominek confirm hydro 1" in " ".join(done.stdout.split())
    newer = replace(record, id="2", state="failed", started_at=local(MONDAY + DAY), error_code="columns_missing")
    stack.world.imports.start(newer)
    (creditor,) = data_of()["creditors"]
    assert [(one["import"], one["state"], one["code"]) for one in creditor["imports"]] == [
        ("2", "failed", "columns_missing"),
        ("1", "waiting", "file_asks"),
    ]
    stack.world.imports.advance("hydro", "1", "waiting", replace(record, state="failed", error_code="import_discarded"))
    stack.world.imports.start(replace(record, id="3", state="done", started_at=local(MONDAY + 2 * DAY)))
    assert data_of()["healthy"] is True


def test_a_fresh_sweep_is_told_and_not_repeated_unless_asked(stack: Stack) -> None:
    (item,) = stack.world.due_today("A")
    stack.world.check_health()
    stack.world.claim(item)
    stack.world.clock.advance(hours=2)
    assert data_of()["healthy"] is True
    assert run("--now").exit_code == 1
    assert data_of()["creditors"][0]["troubles"][0]["trouble"] == "claim-stuck"


def test_an_old_sweep_is_made_up_for_and_on_aws_told_as_a_trouble(stack: Stack) -> None:
    stack.world.run(MONDAY)
    stack.world.check_health()
    stack.world.clock.advance(hours=4)
    assert run().exit_code == 0
    stack.world.clock.advance(hours=4)
    stack.is_embedded = False
    done = run()
    assert done.exit_code == 1
    assert "the hourly sweep does not run" in done.stdout


def test_dead_letters_and_stopped_lanes_need_a_look(stack: Stack) -> None:
    stack.queues.loads[WorkQueue.SMS] = QueueLoad(waiting=7)
    assert data_of()["healthy"] is True
    stack.queues.given_up[WorkQueue.SMS] = 2
    done = run()
    assert done.exit_code == 1
    assert "upominek dlq list" in done.stdout
    sms = next(one for one in data_of()["queues"] if one["queue"] == "sms")
    assert (sms["waiting"], sms["dead_letters"], sms["oldest_seconds"]) == (7, 2, None)

    stack.queues.given_up = {}
    stack.world.progress.stop_lane("hydro", LaneStop(SES, local(MONDAY), "no-sender", "unverified"))
    done = run()
    assert done.exit_code == 1
    assert "upominek lane reopen hydro ses" in " ".join(done.stdout.split())


def test_on_aws_the_age_of_the_oldest_message_is_told(stack: Stack) -> None:
    stack.queues.oldest[WorkQueue.SMS] = 9
    queues = {one["queue"]: one for one in data_of()["queues"]}
    assert queues["sms"]["oldest_seconds"] == 9
    assert queues["delivery-logs"] == {
        "queue": "delivery-logs",
        "waiting": None,
        "under_way": None,
        "delayed": None,
        "oldest_seconds": None,
        "dead_letters": 0,
    }


def test_one_creditor_alone_can_be_asked_for(stack: Stack) -> None:
    stack.world.creditors.save(SimpleNamespace(id="zzz"))  # type: ignore[arg-type]
    assert [one["creditor"] for one in data_of("--creditor", "hydro")["creditors"]] == ["hydro"]


def test_every_trouble_is_put_into_words() -> None:
    assert MEANINGS.keys() == set(Trouble)


def test_email_that_comes_back_needs_a_look_before_it_is_stopped(stack: Stack) -> None:
    stack.world.progress.count("hydro", SES, stack.world.clock.now(), ReputationCounts(1000, 50), "t")
    done = run()
    assert done.exit_code == 1
    assert "hydro: 50 bounced, 0 complained, of 1000 e-mails within 24 hours" in " ".join(done.stdout.split())
    assert data_of()["creditors"][0]["email_comes_back"] == "50 bounced, 0 complained, of 1000"


def test_what_no_step_will_reach_is_counted_for_who_asks_once_a_day_or_now(stack: Stack) -> None:
    world = stack.world
    world.invoice("FV 1", "A", MONDAY - DAY, 10_000, phones=(), emails=())
    done = run()
    assert (
        "1 invoice, 100.00 PLN, that no step will reach: 1 without an address for any step that is left" in done.stdout
    )
    (first,) = data_of()["creditors"]
    assert first["unreached"] == {
        "invoices": 1,
        "sums": [
            {
                "reason": "no-address",
                "detail": None,
                "currency": "PLN",
                "amount": "100.00",
                "invoices": 1,
                "debtors": 1,
            }
        ],
    }
    assert first["ended"] == {"invoices": 0, "sums": []}

    world.invoice("FV 2", "B", MONDAY - DAY, 1)
    world.clock.advance(hours=1)
    world.check_health()  # the sweep keeps the figures
    assert data_of()["creditors"][0]["unreached"] == first["unreached"]
    assert data_of()["creditors"][0]["unreached_at"] == first["unreached_at"]

    assert data_of("--now")["creditors"][0]["unreached"]["invoices"] == 2
    world.clock.advance(hours=25)
    world.invoice("FV 3", "C", MONDAY - DAY, 2)
    assert data_of()["creditors"][0]["unreached"]["invoices"] == 3
