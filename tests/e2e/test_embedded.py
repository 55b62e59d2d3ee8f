"""The embedded default: what `up` brings, what survives, what `down` leaves."""

from __future__ import annotations

import http.client
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import zipfile
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from local.stack import deployment, processes
from local.stack import embedded as embedded_default
from local.stack.clock import WARSAW
from local.stack.deployment import DeploymentFailed
from upominek.settings import NEEDS, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from local.stack.embedded import Embedded

pytestmark = pytest.mark.e2e

ECHO = """
import json, os, boto3
sqs = boto3.client("sqs")

def handler(event, context):
    try:
        import pydantic
        found = "pydantic"
    except ImportError:
        found = None
    for record in event["Records"]:
        sqs.send_message(
            QueueUrl=sqs.get_queue_url(QueueName="echo-out")["QueueUrl"],
            MessageBody=json.dumps({"body": record["body"], "found": found, "environment": dict(os.environ)}),
        )
"""


def eventually(condition: Callable[[], Any], seconds: float = 20) -> Any:  # noqa: ANN401 - as the condition
    """What the condition answers as soon as it is true."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return answer


@pytest.fixture
def state_dir(tmp_path: Path) -> Iterator[Path]:
    """A folder of its own; nothing runs in it afterwards."""
    yield tmp_path / "state"
    embedded_default.down(tmp_path / "state")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """A second stack beside the one that all tests share, started by somebody who works with AWS otherwise."""
    state_dir = tmp_path_factory.mktemp("other")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AWS_PROFILE", "work")
        try:
            yield embedded_default.up(state_dir, today=date(2026, 3, 2))
        finally:
            embedded_default.down(state_dir)


def add_echo(embedded: Embedded) -> None:
    """A function that sends what it receives on, with what it sees around itself."""
    sqs, functions = embedded.client("sqs"), embedded.client("lambda")
    for name in ("echo-in", "echo-out"):
        sqs.create_queue(QueueName=name)
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("echo.py", ECHO)
    functions.create_function(
        FunctionName="echo",
        Runtime="python3.13",
        Handler="echo.handler",
        Role="arn:aws:iam::000000000000:role/echo",
        Code={"ZipFile": package.getvalue()},
        Timeout=20,
    )
    arn = f"arn:aws:sqs:{embedded_default.REGION}:{embedded_default.ACCOUNT}:echo-in"
    functions.create_event_source_mapping(FunctionName="echo", EventSourceArn=arn, BatchSize=1)


def echo(embedded: Embedded, body: str) -> dict[str, Any]:
    """What the function made of a message."""
    sqs = embedded.client("sqs")
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="echo-in")["QueueUrl"], MessageBody=body)
    out = sqs.get_queue_url(QueueName="echo-out")["QueueUrl"]
    messages = eventually(lambda: sqs.receive_message(QueueUrl=out).get("Messages"))
    sqs.delete_message(QueueUrl=out, ReceiptHandle=messages[0]["ReceiptHandle"])
    return dict(json.loads(messages[0]["Body"]))


# --- What is there ---------------------------------------------------------------------------------------------------


def test_every_resource_of_the_stack_is_there(embedded: Embedded) -> None:
    resources = embedded.client("cloudformation").describe_stack_resources(StackName=embedded.stack)["StackResources"]
    template = json.loads(deployment.Assembly(deployment.BUILD / embedded.deployed, embedded.deployed).template)
    assert {each["LogicalResourceId"] for each in resources} == set(template["Resources"])
    assert {each["ResourceStatus"] for each in resources} == {"CREATE_COMPLETE"}


def test_the_table_engine_has_the_table_of_the_template(embedded: Embedded) -> None:
    table = embedded.client("dynamodb").describe_table(TableName=embedded.outputs["TableName"])["Table"]
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["pk", "sk"]
    assert {index["IndexName"] for index in table["GlobalSecondaryIndexes"]} == {
        "due",
        "agenda",
        "message",
        "retention",
    }
    assert [index["IndexName"] for index in table["LocalSecondaryIndexes"]] == ["open"]
    assert (embedded.state_dir / "table.sqlite").exists() == (embedded.table_engine == "dynoxide")


def test_a_second_up_changes_nothing_and_takes_no_time(embedded: Embedded) -> None:
    began, pids = time.monotonic(), embedded.pids
    told: list[str] = []
    again = embedded_default.up(embedded.state_dir, progress=told.append, answer_after_seconds=0.2)
    assert again == embedded
    assert again.pids == pids
    assert told == []
    assert time.monotonic() - began < 3


def test_another_command_finds_it(embedded: Embedded) -> None:
    script = f"""
import json, os, pathlib
from local.stack import embedded
running = embedded.attach(pathlib.Path({str(embedded.state_dir)!r}))
running.use_in_this_process()
import boto3
tables = boto3.client("dynamodb").list_tables()["TableNames"]
print(json.dumps([tables, boto3.client("sts").get_caller_identity()["Account"], "AWS_PROFILE" in os.environ]))
"""
    environment = {**os.environ, "AWS_PROFILE": "work", "AWS_REGION": "us-east-1", "HTTP_PROXY": "http://127.0.0.1:9"}
    said = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(said.stdout) == [[embedded.outputs["TableName"]], embedded_default.ACCOUNT, False]


def test_outputs_are_the_settings_that_functions_need(embedded: Embedded) -> None:
    settings = load("receive_invoices", embedded.environment())
    assert settings.table_name == embedded.outputs["TableName"]
    assert settings.clock_file == str(embedded.clock_file)
    decided_by_the_template = {
        "SES_MESSAGES_PER_SECOND",
        "SMS_PARTS_PER_SECOND",
        "SENDER_CONCURRENCY",
        "DELIVERY_WAIT_SECONDS",
        "SMS_MAX_PRICE_USD",
    }
    assert {name for needs in NEEDS.values() for name in needs} - decided_by_the_template <= set(embedded.environment())


def test_addresses_can_be_used_as_they_are_printed(embedded: Embedded) -> None:
    assert embedded.outputs["WebhookUrl"].startswith("http://127.0.0.1:")
    assert "$" not in embedded.outputs["WebhookUrl"]
    webhook = urllib.parse.urlsplit(embedded.endpoints["webhook"])
    with closing(http.client.HTTPConnection(webhook.netloc)) as connection:
        connection.request("POST", f"{webhook.path}/rura/nowhere", b"{}")
        answer = connection.getresponse()
        # Our own function answers below the webhook's path, and says what is wrong.
        assert (answer.status, json.loads(answer.read())["error"]["code"]) == (400, "header_missing")
    queue = embedded.client("sqs").get_queue_attributes(QueueUrl=embedded.outputs["SmsQueueUrl"])
    assert queue["ResponseMetadata"]["HTTPStatusCode"] == 200


# --- What survives, and what does not --------------------------------------------------------------------------------


def put_everything(embedded: Embedded) -> None:
    table = embedded.outputs["TableName"]
    embedded.client("dynamodb").put_item(TableName=table, Item={"pk": {"S": "a"}, "sk": {"S": "b"}})
    embedded.client("s3").put_object(Bucket=embedded.outputs["BucketName"], Key="reports/one.json", Body=b"{}")
    embedded.client("secretsmanager").create_secret(Name="upominek/test", SecretString="kept")
    embedded.client("sqs").send_message(QueueUrl=embedded.outputs["SmsDeadLetterQueueUrl"], MessageBody="dead")


def has_item(embedded: Embedded) -> bool:
    key = {"pk": {"S": "a"}, "sk": {"S": "b"}}
    return "Item" in embedded.client("dynamodb").get_item(TableName=embedded.outputs["TableName"], Key=key)


def has_file(embedded: Embedded, key: str = "reports/one.json") -> bool:
    listed = embedded.client("s3").list_objects_v2(Bucket=embedded.outputs["BucketName"]).get("Contents", [])
    return key in {each["Key"] for each in listed}


def has_secret(embedded: Embedded) -> bool:
    secrets = embedded.client("secretsmanager").list_secrets()["SecretList"]
    return "upominek/test" in {each["Name"] for each in secrets}


def count_dead(embedded: Embedded) -> int:
    queue = embedded.outputs["SmsDeadLetterQueueUrl"]
    counted = embedded.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    return int(counted["ApproximateNumberOfMessages"])


def is_written(embedded: Embedded, name: str) -> bool:
    path = embedded.state_dir / "ministack" / "state" / "secretsmanager.json"
    return path.exists() and name in path.read_text(encoding="utf-8")


def kill(embedded: Embedded) -> None:
    for pid in embedded.pids.values():
        os.killpg(pid, signal.SIGKILL)
    eventually(lambda: not embedded.pids)


def test_an_orderly_end_loses_nothing_and_leaves_no_process(state_dir: Path) -> None:
    first = embedded_default.up(state_dir)
    put_everything(first)
    add_echo(first)
    assert echo(first, "before")["body"] == "before"
    pids = first.pids
    assert set(pids) == set(first.ports)

    embedded_default.down(state_dir)
    assert embedded_default.attach(state_dir) is None
    assert not any(processes.is_alive(pid) for pid in pids.values())
    assert not any(processes.answers(f"http://127.0.0.1:{port}") for port in first.ports.values())
    assert not (state_dir / "tmp").exists()

    # Meanwhile another program has taken a port.
    with closing(socket.create_server(("127.0.0.1", first.ports["ministack"]))):
        second = embedded_default.up(state_dir)
    assert second.ports["ministack"] != first.ports["ministack"]
    assert (has_item(second), has_file(second), has_secret(second), count_dead(second)) == (True, True, True, 1)
    assert second.outputs["TableName"] == first.outputs["TableName"]
    assert echo(second, "after")["body"] == "after"


def test_after_a_crash_it_comes_back_with_the_table_the_files_and_the_secrets(state_dir: Path) -> None:
    first = embedded_default.up(state_dir)
    put_everything(first)
    assert eventually(lambda: is_written(first, "upominek/test"))
    kill(first)
    assert embedded_default.attach(state_dir) is None

    second = embedded_default.up(state_dir)
    assert second.endpoints["webhook"] == first.endpoints["webhook"]
    assert (has_item(second), has_file(second), has_secret(second)) == (True, True, True)

    # Killed before it could write down what was deployed, it is made anew.
    kill(second)
    for path in (state_dir / "ministack" / "state").glob("*.json"):
        if path.name != "secretsmanager.json":
            path.unlink()
    told: list[str] = []
    third = embedded_default.up(state_dir, progress=told.append)
    assert (has_item(third), has_file(third), has_secret(third)) == (True, False, True)
    assert any("put aside" in each for each in told)
    assert list(state_dir.glob("aside/*/s3/*/*/reports/one.json"))

    embedded_default.down(state_dir, forget=True)
    assert [path.name for path in state_dir.iterdir()] == ["up.lock"]


def test_without_a_binary_of_dynoxide_ministack_keeps_the_table(
    state_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_default, "table_binary", lambda: None)
    told: list[str] = []
    running = embedded_default.up(state_dir, progress=told.append)
    assert running.table_engine == "ministack"
    assert any("dynoxide" in each for each in told)
    assert running.endpoints["dynamodb"] == running.endpoints["aws"]
    put_everything(running)
    embedded_default.down(state_dir)
    assert has_item(embedded_default.up(state_dir))


# --- What functions see ----------------------------------------------------------------------------------------------


def test_functions_see_the_stack_and_not_this_project(other: Embedded) -> None:
    add_echo(other)
    seen = echo(other, "hello")
    assert seen["found"] is None
    assert seen["environment"]["AWS_ENDPOINT_URL_SNS"] == other.endpoints["sns"]
    assert seen["environment"]["AWS_ENDPOINT_URL_SESV2"] == other.endpoints["ses"]
    assert "AWS_PROFILE" not in seen["environment"]
    ours = other.client("lambda").get_function_configuration(FunctionName=other.outputs["StartPlansFunction"])
    assert ours["Environment"]["Variables"]["CLOCK_FILE"] == str(other.clock_file)
    assert ours["Environment"]["Variables"]["AWS_ENDPOINT_URL_DYNAMODB"] == other.endpoints["dynamodb"]
    assert other.clock.now().astimezone(WARSAW).date() == date(2026, 3, 2)


def test_two_folders_have_nothing_to_do_with_each_other(embedded: Embedded, other: Embedded) -> None:
    assert not set(other.ports.values()) & set(embedded.ports.values())
    put_everything(other)
    assert has_item(other)
    assert not has_item(embedded)
    assert not has_secret(embedded)


# --- What changes ----------------------------------------------------------------------------------------------------


def test_a_program_that_died_is_started_again(other: Embedded) -> None:
    os.killpg(other.pids["carriers"], signal.SIGKILL)
    assert eventually(lambda: "carriers" not in other.pids)
    again = embedded_default.up(other.state_dir)
    assert again.endpoints == other.endpoints
    assert set(again.pids) == set(again.ports)


def test_changed_sources_are_deployed_and_a_broken_template_is_refused(
    other: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state_dir = other.state_dir
    first = embedded_default.up(state_dir)
    first.client("s3").put_object(Bucket=first.outputs["BucketName"], Key="reports/two.json", Body=b"{}")
    assembly = deployment.synthesise(lambda _: None)

    def change(digest: str, resource_type: str, **properties: object) -> None:
        folder = tmp_path / digest
        shutil.copytree(assembly.folder, folder)
        path = next(folder.glob("*.template.json"))
        template = json.loads(path.read_text(encoding="utf-8"))
        for resource in template["Resources"].values():
            if resource["Type"] == resource_type:
                resource["Properties"] |= properties
        path.write_text(json.dumps(template), encoding="utf-8")
        manifest = next(folder.glob("*.assets.json"))
        renamed = manifest.read_text(encoding="utf-8").replace(template_key(assembly), f"{digest}.json")
        manifest.write_text(renamed, encoding="utf-8")
        changed = deployment.Assembly(folder, digest)
        monkeypatch.setattr(deployment, "synthesise", lambda _: changed)

    change("larger", "AWS::Lambda::Function", MemorySize=777)
    second = embedded_default.up(state_dir)
    assert second.pids == first.pids
    function = second.client("lambda").get_function_configuration(FunctionName=second.outputs["StartPlansFunction"])
    assert function["MemorySize"] == 777
    assert has_file(second, "reports/two.json")

    change("broken", "AWS::SQS::Queue", VisibilityTimeout=-1)
    with pytest.raises(DeploymentFailed, match="VisibilityTimeout"):
        embedded_default.up(state_dir)
    assert embedded_default.attach(state_dir) == second
    assert has_file(second, "reports/two.json")


def template_key(assembly: deployment.Assembly) -> str:
    """Where the template of the assembly is stored."""
    manifest = json.loads(next(assembly.folder.glob("*.assets.json")).read_text(encoding="utf-8"))
    files = [each for each in manifest["files"].values() if each["source"]["path"].endswith(".template.json")]
    return str(next(iter(files[0]["destinations"].values()))["objectKey"])
