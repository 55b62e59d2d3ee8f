"""Which stack a command works on, and in whose name."""

import pytest

from cli.target import actor_named
from local.stack.target import Target
from upominek.domain.parties.actor import LONGEST_NAME, Face


def test_outputs_become_settings() -> None:
    outputs = {"TableName": "t", "SmsQueueUrl": "https://sms", "SendReminderLogGroup": "no setting"}
    application = Target("upominek", outputs, is_embedded=True, clock_file="/clock").application
    settings = application.settings
    assert (settings.table_name, settings.sms_queue_url, settings.clock_file) == ("t", "https://sms", "/clock")
    assert settings.bucket_name is None


def test_the_actor_is_who_was_named_else_the_user_of_the_operating_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.target.getuser", lambda: "ewa")
    assert (actor_named().name, actor_named().face) == ("ewa", Face.COMMAND_LINE)
    assert actor_named(" Ewa Kowal ").name == "Ewa Kowal"
    assert actor_named("x" * 300).name == "x" * LONGEST_NAME


def test_an_id_without_a_name_can_work_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 1001")

    monkeypatch.setattr("cli.target.getuser", nameless)
    assert actor_named().name == "unknown"
