"""Which stack a command works on, and in whose name."""

import pytest

from cli.target import actor_named
from local.stack.target import Target
from upominek.domain.parties.actor import LONGEST_NAME, Face
from upominek.settings import Settings

OUTPUTS = {
    "TableName": "table",
    "BucketName": "bucket",
    "SmsQueueUrl": "https://sqs/sms",
    "SmsDeadLetterQueueUrl": "https://sqs/sms-dead",
    "WebhookSecretPrefix": "upominek/a/webhook/",
    "SesConfigurationSet": "set",
    "StartPlansFunction": "start",
}


def test_settings_are_the_outputs_that_have_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRICES_FILE", "prices.toml")
    monkeypatch.setenv("TABLE_NAME", "of another stack")
    monkeypatch.setenv("BUCKET_NAME", "of another stack")
    target = Target("a", OUTPUTS, is_embedded=True, clock_file="/clock")
    assert target.application.settings == Settings(
        table_name="table",
        bucket_name="bucket",
        sms_queue_url="https://sqs/sms",
        webhook_secret_prefix="upominek/a/webhook/",
        ses_configuration_set="set",
        clock_file="/clock",
        prices_file="prices.toml",
    )


def test_what_a_stack_does_not_say_is_not_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANS_QUEUE_URL", "of another stack")
    assert Target("a", OUTPUTS, is_embedded=False).application.settings.plans_queue_url is None


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
