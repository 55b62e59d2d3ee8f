"""`upominek tick`: what was started and what is left, for people; the same JSON as ever for programs."""

import json
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from cli import planning
from cli.commands import app
from upominek.adapters.memory.administration import MemoryPlanStarter
from upominek.adapters.memory.world import World
from upominek.application.administration.show_time import ShowTime
from upominek.application.administration.start_due import StartDue

STARTED = {"started": [{"creditor": "hydro", "campaign": "default", "day": "2026-03-02", "shards": 2}]}


@pytest.fixture
def starter(monkeypatch: pytest.MonkeyPatch) -> MemoryPlanStarter:
    world, starter = World(), MemoryPlanStarter(STARTED)
    application = SimpleNamespace(show_time=ShowTime(world.clock), start_due=StartDue(starter))
    monkeypatch.setattr(planning, "find_target", lambda *_, **__: SimpleNamespace(application=application))
    monkeypatch.setattr("local.stack.work.wait_until_idle", lambda *_, **__: {"sms": 3})
    return starter


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["tick", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.usefixtures("starter")
def test_people_read_what_was_started_and_what_is_left() -> None:
    told = run()
    assert "2026-03-02 10:00: started" in told
    assert "hydro" in told
    assert "left on the queues: sms 3" in told
    assert "{" not in told


def test_where_nothing_is_due_it_says_so(starter: MemoryPlanStarter, monkeypatch: pytest.MonkeyPatch) -> None:
    starter.answer = {"started": []}
    monkeypatch.setattr("local.stack.work.wait_until_idle", lambda *_, **__: {})
    told = run()
    assert "no campaign's time has come" in told
    assert "the queues are empty" in told
    assert "queues" not in run("--no-wait")


def test_programs_read_what_they_always_did(starter: MemoryPlanStarter) -> None:
    at = "2026-03-02T09:00:00+00:00"
    assert json.loads(run("--json")) == {"started": STARTED, "at": at, "waiting": {"sms": 3}}
    assert json.loads(run("--no-wait", "--json")) == {"started": STARTED, "at": at}
    assert starter.started == 2
