"""forget_people, with a genuine event over the world in memory."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.functions.recorded import Context, event, load
from tests.worlds.intake_world import HURT, IntakeWorld, settled, stated
from upominek import bootstrap
from upominek.application.privacy.apply_retention import ApplyRetention
from upominek.application.privacy.erase_case import EraseCase
from upominek.application.privacy.redact_reminders import RedactReminders
from upominek.domain.errors import Unavailable


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[IntakeWorld]:
    """A creditor with two cases, both closed five years ago."""
    world = IntakeWorld()
    world.apply(stated("FV/1"), settled("FV/1"), stated("FV/2", debtor="K-2"), settled("FV/2", debtor="K-2"))
    world.clock.time += timedelta(days=5 * 366)
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", request.node.name)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Upominek")
    monkeypatch.setattr(bootstrap, "forget_people", lambda: composed(world))
    return world


def composed(world: IntakeWorld) -> ApplyRetention:
    return ApplyRetention(
        creditors=world.creditors,
        redact=RedactReminders(
            manifests=world.manifests, reminders=world.reminders, retention=world.retention, clock=world.clock
        ),
        erase=EraseCase(
            cases=world.cases,
            letters=world.letters,
            files=world.files,
            retention=world.retention,
            unmatched=world.unmatched_payments,
            ids=world.ids,
            clock=world.clock,
        ),
        retention=world.retention,
        clock=world.clock,
    )


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_what_was_forgotten_is_logged_and_counted(world: IntakeWorld, capsys: pytest.CaptureFixture[str]) -> None:
    done = {"creditor": HURT.id, "reminders_redacted": 0, "cases_erased": 2, "is_done": True}
    assert load("forget_people").handler(event("scheduler"), Context()) == {"done": [done]}
    log, counted = lines(capsys)
    assert {name: log[name] for name in done} == done
    assert (counted["CasesErased"], counted["RemindersRedacted"]) == ([2.0], [0.0])
    assert world.cases.get_many(HURT.id, ["K-1", "K-2"]) == {}


def test_with_little_time_left_nothing_is_begun(world: IntakeWorld) -> None:
    answer = load("forget_people").handler(event("scheduler"), Context(remaining_ms=59_000))
    assert [(one["cases_erased"], one["is_done"]) for one in answer["done"]] == [(0, False)]
    assert set(world.cases.get_many(HURT.id, ["K-1", "K-2"])) == {"K-1", "K-2"}


def test_a_case_that_cannot_be_erased_is_named_and_the_others_are_erased(
    world: IntakeWorld, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    forget = world.retention.forget

    def fails_once(creditor: str, debtor: str, *others: Any) -> None:  # noqa: ANN401 - as the port has them
        if debtor == "K-1":
            raise Unavailable("DeleteItem")
        forget(creditor, debtor, *others)

    monkeypatch.setattr(world.retention, "forget", fails_once)
    with pytest.warns(UserWarning, match="No application metrics"), pytest.raises(ExceptionGroup):
        load("forget_people").handler(event("scheduler"), Context())
    (log,) = lines(capsys)
    assert (log["level"], log["code"], log["notes"]) == ("WARNING", "unavailable", ["creditor hurt, case K-1"])
    assert set(world.cases.get_many(HURT.id, ["K-1", "K-2"])) == {"K-1"}
