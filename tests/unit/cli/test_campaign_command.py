"""`upominek campaign add`: what it would change, said before it is taken."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import creditors
from cli.commands import app
from tests.worlds.planning_world import CREDITOR, MONDAY, PlanningWorld
from upominek.application.administration.save_campaign import SaveCampaign
from upominek.application.administration.show_creditors import ShowCreditors
from upominek.application.cases.wake_debtors import WakeDebtors
from upominek.application.planning.foresee_campaign import ForeseeCampaign

FILE = """
id: {id}
name: Nowa
order: 1
ladder:
  - {{offset: {offset}, channels: [email], template: overdue}}
"""


class Stack:
    """A world as a target of commands."""

    def __init__(self) -> None:
        world = self.world = PlanningWorld()
        wake = WakeDebtors(world.creditors, world.cases, world.progress, world.clock)
        foresee = ForeseeCampaign(world.creditors, world.cases, world.invoices, world.clock)
        self.application = SimpleNamespace(
            show_creditors=ShowCreditors(world.creditors),
            save_campaign=SaveCampaign(world.creditors, world.invoices, wake, world.clock, foresee),
        )


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Stack:
    stack = Stack()
    monkeypatch.setattr(creditors, "find_target", lambda *_, **__: stack)
    monkeypatch.setenv("UPOMINEK_ACTOR", "anna")
    return stack


def add(folder: Path, offset: int, *options: str, name: str = "default") -> str:
    file = folder / "kampania.yaml"
    file.write_text(FILE.format(id=name, offset=offset), encoding="utf-8")
    done = CliRunner().invoke(app, ["campaign", "add", CREDITOR.id, str(file), *options], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def answer(folder: Path, offset: int, *options: str, name: str = "default") -> Any:  # noqa: ANN401 - JSON
    return json.loads(add(folder, offset, "--json", *options, name=name))


def test_it_says_what_changes_and_takes_it(stack: Stack, tmp_path: Path) -> None:
    stack.world.invoice("FV 1", "A", MONDAY)
    said = add(tmp_path, 9)
    assert "default: 1 debtors with open invoices: 1 later" in said
    assert [one.ladder[0].offset_days for one in stack.world.creditors.campaigns("hydro")] == [9]


def test_a_dry_run_stores_nothing(stack: Stack, tmp_path: Path) -> None:
    stack.world.invoice("FV 1", "A", MONDAY)
    before = stack.world.creditors.campaigns("hydro")
    said = answer(tmp_path, 9, "--dry-run")
    assert (said["stored"], said["effect"]["later"]) == (False, 1)
    assert "nothing was stored" in add(tmp_path, 9, "--dry-run")
    assert stack.world.creditors.campaigns("hydro") == before


@pytest.mark.usefixtures("stack")
def test_how_a_campaign_begins_and_how_far_apart_messages_are_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "stara.yaml"
    file.write_text(FILE.format(id="stara", offset=5) + "entry: current\nmost_per_day: 7\n", encoding="utf-8")
    run = CliRunner().invoke
    assert "entry current: " in (said := run(app, ["campaign", "check", str(file)]).stdout)
    assert "at most 7 debtors a day" in said
    stored = json.loads(run(app, ["campaign", "add", CREDITOR.id, str(file), "--json"]).stdout)
    assert (stored["entry"], stored["most_per_day"]) == ("current", 7)
    listed = {one["id"]: one for one in json.loads(run(app, ["campaign", "list", CREDITOR.id, "--json"]).stdout)}
    assert {name: (one["entry"], one["most_per_day"]) for name, one in listed.items()} == {
        "default": ("gentle", None),
        "stara": ("current", 7),
    }
    assert listed["stara"]["since"] is not None
    shown = json.loads(run(app, ["creditor", "show", CREDITOR.id, "--json"]).stdout)
    assert (shown["days_between"], shown["smallest"]) == (3, {"reminder": 2, "demand": 10})
    assert "no limit" in run(app, ["creditor", "show", CREDITOR.id]).stdout


@pytest.mark.usefixtures("stack")
def test_a_first_campaign_says_who_begins(tmp_path: Path) -> None:
    said = answer(tmp_path, 5, name="nowa")
    assert said["effect"]["is_first"] is True
    assert said["effect"]["debtors"] == 0
    assert "no debtor with open invoices is concerned" in add(tmp_path, 5, "--dry-run", name="druga")
