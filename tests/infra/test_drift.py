"""What the stack and the product must agree on without importing each other."""

import re
from datetime import date, timedelta

import pytest

from infra import metrics
from infra.bundling import CORE, FUNCTIONS, ROOT
from infra.environments import LEAST_MANIFEST_DAYS
from infra.functions import QUEUES
from infra.rows import MANIFESTS
from tests.infra.conftest import Template
from upominek.adapters.aws.dead_letters import output_of
from upominek.adapters.aws.manifests import PREFIX
from upominek.adapters.aws.table import keys
from upominek.adapters.config_files.creditors_file import MOST_TEXT_DAYS
from upominek.application.ports.administration import WorkQueue
from upominek.application.sending.send_reminder import SendOutcome
from upominek.domain.operations.health import Trouble
from upominek.domain.parties.creditor import Creditor
from upominek.domain.privacy.retention import texts_expired_before
from upominek.settings import NEEDS, Settings, as_environment

POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}


@pytest.mark.parametrize("function", NEEDS)
def test_a_function_is_told_what_it_needs_and_nothing_else(aws: Template, function: str) -> None:
    told = aws.functions[function]["Environment"]["Variables"].keys() - POWERTOOLS
    assert told == {*NEEDS[function]}, (
        f"{function}: NEEDS in upominek/settings.py and what Runtime._environment in infra/runtime.py makes of its row "
        f"in infra/functions.py disagree"
    )


@pytest.mark.parametrize("function", NEEDS)
def test_the_embedded_stack_also_says_where_clock_and_table_are(embedded: Template, function: str) -> None:
    told = embedded.functions[function]["Environment"]["Variables"]
    assert told.keys() == {*NEEDS[function], *POWERTOOLS, "CLOCK_FILE", "AWS_ENDPOINT_URL_DYNAMODB"}
    assert told["CLOCK_FILE"] == {"Ref": "ClockFile"}
    assert told["AWS_ENDPOINT_URL_DYNAMODB"] == {"Ref": "TableEndpoint"}


def test_every_setting_is_a_field_that_the_product_reads(template: Template) -> None:
    told = {name for function in template.functions.values() for name in function["Environment"]["Variables"]}
    ours = {name for name in told if not name.startswith(("POWERTOOLS_", "AWS_"))}
    assert {name.lower() for name in ours} <= set(Settings.__dataclass_fields__)


def test_keys_and_indexes_are_those_that_the_product_reads_and_writes(template: Template) -> None:
    [table] = template.of_type("AWS::DynamoDB::Table").values()
    indexes = {each["IndexName"]: _keys(each["KeySchema"]) for each in table["GlobalSecondaryIndexes"]}
    assert _keys(table["KeySchema"]) == [keys.PK, keys.SK]
    assert indexes == {
        keys.DUE_INDEX: [keys.DUE_SHARD, keys.DUE_KEY],
        keys.AGENDA_INDEX: [keys.AGENDA_SHARD, keys.AGENDA_KEY],
        keys.MESSAGE_INDEX: [keys.MESSAGE_KEY],
        keys.RETENTION_INDEX: [keys.RETENTION_SHARD, keys.RETENTION_KEY],
    }
    local = {each["IndexName"]: _keys(each["KeySchema"]) for each in table["LocalSecondaryIndexes"]}
    assert local == {keys.OPEN_INDEX: [keys.PK, keys.DUE_KEY]}
    assert table["TimeToLiveSpecification"] == {"AttributeName": keys.TTL, "Enabled": True}


def test_metrics_that_alarms_watch_are_those_that_the_functions_count() -> None:
    senders = ("send_reminder", "make_letters")
    outcomes = {(sender, outcome.metric) for outcome in SendOutcome for sender in senders}
    literal = {
        (path.parent.name, metric)
        for path in FUNCTIONS.glob("*/handler.py")
        for metric in re.findall(r'\.count\("(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert {metrics.SENT, metrics.SKIPPED, metrics.LANE_STOPPED} <= outcomes
    assert {metrics.POSTED, metrics.NOT_POSTED} <= outcomes
    assert {metrics.PLANNED, metrics.TO_LOOK_AT, metrics.RECEIPTS_AWAITED} <= literal
    swept = {(metrics.SWEPT, name) for name in metrics.TROUBLES} | {metrics.RECEIPT_MISSING}
    assert swept == {("sweep_reminders", trouble.metric) for trouble in Trouble}


def test_manifests_are_where_the_stack_lets_them_be_written_and_lets_them_expire() -> None:
    assert PREFIX == MANIFESTS


def test_manifests_outlive_the_texts_that_are_found_by_them() -> None:
    today = date(2026, 3, 2)
    creditor = Creditor(id="a", name="A", text_days=MOST_TEXT_DAYS, message_lifetime=timedelta(days=14))
    nights = texts_expired_before(creditor, today) - (today - timedelta(days=LEAST_MANIFEST_DAYS))
    assert nights >= timedelta(days=7)


def test_the_command_line_knows_every_queue_and_every_dead_letter_queue(template: Template) -> None:
    outputs = template.body["Outputs"].keys()
    dead = {name.removesuffix("DeadLetterQueueUrl") for name in outputs if name.endswith("DeadLetterQueueUrl")}
    queues = {name.removesuffix("QueueUrl") for name in outputs if name.endswith("QueueUrl")}
    known = {output_of(queue) for queue in WorkQueue}
    assert known == dead, "say it in upominek.application.ports.administration.WorkQueue"
    assert known - {output_of(WorkQueue.DELIVERY_LOGS)} == {one for one in queues if not one.endswith("DeadLetter")}


def test_a_queue_is_called_the_same_in_settings_and_in_the_outputs(template: Template) -> None:
    settings = as_environment(dict.fromkeys(template.body["Outputs"], "there"))
    assert {queue.setting for queue in QUEUES} <= settings.keys()
    assert {queue.setting.lower() for queue in QUEUES} <= set(Settings.__dataclass_fields__), (
        "a queue that no setting names cannot be sent to: add its field to upominek.settings"
    )


def test_outputs_that_the_command_line_asks_for_are_there(template: Template) -> None:
    asked = {
        name
        for folder in ("local", "cli", "layers/core/python/upominek")
        for path in (ROOT / folder).rglob("*.py")
        for name in re.findall(r'outputs(?:\[|\.get\()"(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert len(asked) > 4
    assert asked <= template.body["Outputs"].keys()


def test_secrets_are_looked_for_where_the_stack_allows_it(aws: Template) -> None:
    told = aws.functions["receive_invoices"]["Environment"]["Variables"]["WEBHOOK_SECRET_PREFIX"]
    assert told == aws.body["Outputs"]["WebhookSecretPrefix"]["Value"]


def test_the_run_time_layer_has_no_aws_sdk() -> None:
    """Lambda brings boto3, which weighs 36 MB."""
    locked = (CORE.parents[1] / "dependencies" / "requirements.txt").read_text(encoding="utf-8")
    assert not re.search(r"^(boto3|botocore)==", locked, re.MULTILINE)


def _keys(schema: list[dict[str, str]]) -> list[str]:
    return [each["AttributeName"] for each in schema]
