"""make_letters, with genuine events over the world in memory; and what send_reminder does not import for its sake."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.functions.recorded import Context, load, sqs_event
from tests.functions.test_sending import call, metrics
from tests.worlds.letter_stage import ADDRESS, ATTACHED, TO_ATTACH, TO_POST, LetterStage
from upominek import bootstrap
from upominek.domain.letters.stored_letter import Route
from upominek.settings import NEEDS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> LetterStage:
    stage = LetterStage()
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", request.node.name)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Upominek")
    monkeypatch.setattr(bootstrap, "make_letters", stage.maker)
    monkeypatch.setattr(bootstrap, "print_letters", stage.printer)
    return stage


def test_a_letter_is_made_once_and_counted(stage: LetterStage, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(load("make_letters"), sqs_event(TO_POST.to_dict(), TO_POST.to_dict())) == {"batchItemFailures": []}
    assert [one.route for one in stage.letters.of("rura")] == [Route.POST]
    assert metrics(capsys) == {"RemindersSent": 1, "RemindersAlreadyHandled": 1}


@pytest.mark.usefixtures("stage")
def test_only_what_failed_comes_back_and_no_log_line_has_names_or_addresses(
    capsys: pytest.CaptureFixture[str],
) -> None:
    nobody = replace(TO_POST, creditor="nobody").to_dict()
    answer = call(load("make_letters"), sqs_event(nobody, TO_POST.to_dict()))
    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == ["m-0"]
    logged = capsys.readouterr()
    assert not [secret for secret in (*ADDRESS, "Kowalska", "1234,56") if secret in logged.out + logged.err]
    assert call(load("make_letters"), sqs_event()) == {"batchItemFailures": []}


def test_a_letter_to_attach_moves_on_with_its_e_mail(stage: LetterStage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.step(ATTACHED)
    call(load("make_letters"), sqs_event(TO_ATTACH.to_dict()))
    ((item, delay),) = stage.queues.outbox
    assert (item.awaits_letter, delay) == (False, 0)
    assert item.letter is not None
    assert metrics(capsys) == {"RemindersMoved": 1}


def test_the_evenings_call_gathers_the_letters_of_the_day(
    stage: LetterStage, capsys: pytest.CaptureFixture[str]
) -> None:
    function = load("make_letters")
    call(function, sqs_event(TO_POST.to_dict()))
    capsys.readouterr()
    first = function.handler({"gather": True}, Context())
    assert [(one["creditor"], one["number"], one["letters"]) for one in first["batches"]] == [("rura", 1, 1)]
    assert json.loads(json.dumps(first)) == function.handler({"gather": True}, Context())
    assert "Kowalska" not in capsys.readouterr().out
    assert len([key for key in stage.files.files if "batch-" in key]) == 2


def test_the_sender_starts_without_anything_that_makes_letters() -> None:
    code = "import sys, handler; print(' '.join(sys.modules))"
    paths = [str(ROOT / "layers/core/python"), str(ROOT), str(ROOT / "functions/send_reminder")]
    environment = {
        **dict.fromkeys(NEEDS["send_reminder"], "1"),
        "AWS_DEFAULT_REGION": "eu-central-1",
        "POWERTOOLS_METRICS_NAMESPACE": "Upominek",
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(paths),
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = set(done.stdout.split())
    assert "upominek.application.sending.send_reminder" in loaded
    assert not loaded & {
        "typst",
        "pypdfium2",
        "upominek.adapters.aws.files",
        "upominek.adapters.letters.typesetting",
        "upominek.application.texts.compose_letter",
        "upominek.domain.letters.content",
        "upominek.application.sending.reminder_letters",
        "upominek.domain.letters.letter",
        "upominek.domain.planning.letter_kind",
        "upominek.domain.letters.stored_letter",
    }
