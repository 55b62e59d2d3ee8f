"""Each test of a port runs against memory, moto and dynoxide, so that the tests of use cases may trust in memory."""

import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from upominek.adapters.aws.client.direct import DirectDynamoDb
from upominek.adapters.aws.table import keys
from upominek.adapters.aws.table.cases import DynamoCaseRepository
from upominek.adapters.aws.table.creditors import DynamoCreditorRepository
from upominek.adapters.aws.table.health import DynamoHealthRepository
from upominek.adapters.aws.table.imports import DynamoImportRepository
from upominek.adapters.aws.table.invoices import DynamoInvoiceRepository
from upominek.adapters.aws.table.letters import DynamoLetterRepository
from upominek.adapters.aws.table.progress import DynamoProgressRepository
from upominek.adapters.aws.table.reminders import DynamoReminderRepository
from upominek.adapters.aws.table.retention import DynamoRetentionRepository
from upominek.adapters.aws.table.text_overrides import DynamoTextRepository
from upominek.adapters.aws.table.unmatched_payments import DynamoUnmatchedPayments
from upominek.adapters.aws.table.webhooks import DynamoWebhookRepository
from upominek.adapters.carriers.registry import CARRIERS
from upominek.adapters.memory.world import World
from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.intake import ImportRepository, UnmatchedPaymentRepository, WebhookRepository
from upominek.application.ports.invoices import InvoiceRepository
from upominek.application.ports.letters import LetterRepository
from upominek.application.ports.operations import HealthRepository
from upominek.application.ports.planning import ProgressRepository
from upominek.application.ports.privacy import RetentionRepository
from upominek.application.ports.reminders import ReminderRepository
from upominek.application.ports.texts import TextRepository

if TYPE_CHECKING:
    from botocore.model import OperationModel
    from mypy_boto3_dynamodb import DynamoDBClient

REGION = "eu-central-1"
PLATFORM = f"{sys.platform}-{'x64' if platform.machine() == 'x86_64' else 'arm64'}"
DYNOXIDE = Path(__file__).parents[2] / "node_modules/@dynoxide" / PLATFORM / "dynoxide"


READING = ("GetItem", "BatchGetItem", "Query")
WRITING = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")


@dataclass(frozen=True)
class Store:
    """The repositories over one empty table."""

    creditors: CreditorRepository
    cases: CaseRepository
    invoices: InvoiceRepository
    reminders: ReminderRepository
    progress: ProgressRepository
    webhooks: WebhookRepository
    texts: TextRepository
    letters: LetterRepository
    imports: ImportRepository
    health: HealthRepository
    unmatched_payments: UnmatchedPaymentRepository
    retention: RetentionRepository


@dataclass
class Meter:
    """Adds up the capacity units that the engine counts for each call."""

    read: float = 0.0
    written: float = 0.0
    calls: list[tuple[str, float]] = field(default_factory=list)

    def watch(self, client: "DynamoDBClient | DirectDynamoDb") -> None:
        if isinstance(client, DirectDynamoDb):
            self._watch_direct(client)
            return
        for operation in (*READING, *WRITING):
            client.meta.events.register(f"provide-client-params.dynamodb.{operation}", self._ask)  # type: ignore[arg-type]
            client.meta.events.register(f"after-call.dynamodb.{operation}", self._count)

    @staticmethod
    def _ask(params: dict[str, Any], **_: object) -> dict[str, Any]:
        return {**params, "ReturnConsumedCapacity": "INDEXES"}

    def _watch_direct(self, client: DirectDynamoDb) -> None:
        ask = client.call

        def metered(operation: str, /, **request: Any) -> Any:  # noqa: ANN401 - as the client has it
            answer = ask(operation, **self._ask(request))
            self._add(operation, answer)
            return answer

        client.call = metered  # type: ignore[method-assign]

    def _count(self, parsed: dict[str, Any], model: "OperationModel", **_: object) -> None:
        self._add(model.name, parsed)

    def _add(self, operation: str, answer: dict[str, Any]) -> None:
        consumed = answer.get("ConsumedCapacity", [])
        units = sum(one["CapacityUnits"] for one in (consumed if isinstance(consumed, list) else [consumed]))
        self.calls.append((operation, units))
        if operation in READING:
            self.read += units
        else:
            self.written += units


@pytest.fixture(autouse=True)
def _invented_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)


@pytest.fixture(scope="session")
def dynoxide() -> Iterator[str]:
    """The address of a running dynoxide with its table in memory."""
    program = str(DYNOXIDE) if DYNOXIDE.exists() else shutil.which("dynoxide")
    if program is None:
        pytest.skip(f"dynoxide has no binary for {PLATFORM}; npm ci brings it where there is one")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen([program, "serve", "--port", str(port)], stdout=subprocess.DEVNULL) as process:
        try:
            _await(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _await(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("dynoxide does not answer")


def dynamodb(endpoint: str | None = None) -> "DynamoDBClient":
    config = Config(region_name=REGION, max_pool_connections=40, retries={"mode": "standard", "total_max_attempts": 5})
    client = boto3.client(
        "dynamodb", endpoint_url=endpoint, config=config, aws_access_key_id="test", aws_secret_access_key="test"
    )
    client.meta.events.register("provide-client-params.dynamodb.*", _check_placeholders)
    return client


def direct(endpoint: str) -> "DynamoDBClient":
    """The client that is deployed, for an engine that listens."""
    client = DirectDynamoDb(connections=40, endpoint=endpoint)
    ask = client.call

    def checked(operation: str, /, **request: Any) -> Any:  # noqa: ANN401 - as the client has it
        _check_placeholders(request)
        return ask(operation, **request)

    client.call = checked  # type: ignore[method-assign]
    return cast("DynamoDBClient", client)


def _check_placeholders(params: dict[str, Any], **_: object) -> None:
    """AWS refuses a request with a name or value that no expression uses; the engines here do not all mind."""
    requests = [one for write in params.get("TransactItems", ()) for one in write.values()] or [params]
    for request in requests:
        used = " ".join(str(value) for name, value in request.items() if name.endswith("Expression"))
        given = {*request.get("ExpressionAttributeNames", ()), *request.get("ExpressionAttributeValues", ())}
        assert given == set(re.findall(r"[#:][0-9]+", used))


def create_table(client: "DynamoDBClient") -> str:
    """A table as the stack makes it."""
    name = f"upominek-{uuid4().hex[:8]}"
    text = (
        keys.PK,
        keys.SK,
        keys.DUE_SHARD,
        keys.DUE_KEY,
        keys.MESSAGE_KEY,
        keys.RETENTION_SHARD,
        keys.RETENTION_KEY,
        keys.AGENDA_SHARD,
        keys.AGENDA_KEY,
    )
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": one, "AttributeType": "S"} for one in text],
        KeySchema=_schema(keys.PK, keys.SK),
        LocalSecondaryIndexes=[
            {
                "IndexName": keys.OPEN_INDEX,
                "KeySchema": _schema(keys.PK, keys.DUE_KEY),
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": keys.DUE_INDEX,
                "KeySchema": _schema(keys.DUE_SHARD, keys.DUE_KEY),
                "Projection": {
                    "ProjectionType": "INCLUDE",
                    "NonKeyAttributes": ["outstanding", "currency", "claim", "amount", "known_at", "corrects"],
                },
            },
            {
                "IndexName": keys.AGENDA_INDEX,
                "KeySchema": _schema(keys.AGENDA_SHARD, keys.AGENDA_KEY),
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["agenda_for"]},
            },
            {
                "IndexName": keys.MESSAGE_INDEX,
                "KeySchema": _schema(keys.MESSAGE_KEY),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            },
            {
                "IndexName": keys.RETENTION_INDEX,
                "KeySchema": _schema(keys.RETENTION_SHARD, keys.RETENTION_KEY),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            },
        ],
    )
    return name


def _schema(*names: str) -> list[Any]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]


def dynamo_store(client: "DynamoDBClient", table: str) -> Store:
    return Store(
        creditors=DynamoCreditorRepository(client, table),
        cases=DynamoCaseRepository(client, table),
        invoices=DynamoInvoiceRepository(client, table),
        reminders=DynamoReminderRepository(client, table, CARRIERS),
        progress=DynamoProgressRepository(client, table),
        webhooks=DynamoWebhookRepository(client, table),
        texts=DynamoTextRepository(client, table),
        letters=DynamoLetterRepository(client, table),
        imports=DynamoImportRepository(client, table),
        health=DynamoHealthRepository(client, table),
        unmatched_payments=DynamoUnmatchedPayments(client, table),
        retention=DynamoRetentionRepository(client, table),
    )


def memory_store() -> Store:
    world = World()
    return Store(
        creditors=world.creditors,
        cases=world.cases,
        invoices=world.invoices,
        reminders=world.reminders,
        progress=world.progress,
        webhooks=world.webhooks,
        texts=world.texts,
        letters=world.letters,
        imports=world.imports,
        health=world.health,
        unmatched_payments=world.unmatched_payments,
        retention=world.retention,
    )


@pytest.fixture(params=["memory", "moto", "dynoxide"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store of each kind."""
    match request.param:
        case "memory":
            yield memory_store()
        case "moto":
            # moto lacks PartiQL, and single inserts are plain conditional writes.
            request.getfixturevalue("monkeypatch").setattr("upominek.adapters.aws.table.table.INSERTS_PER_REQUEST", 1)
            with mock_aws():
                client = dynamodb()
                yield dynamo_store(client, create_table(client))
        case "dynoxide":
            client = dynamodb(endpoint := request.getfixturevalue("dynoxide"))
            table = create_table(client)
            yield dynamo_store(direct(endpoint), table)
            client.delete_table(TableName=table)


@pytest.fixture(params=["memory", "dynoxide"])
def contested_store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store for races. Not moto: it checks a condition and writes in two steps, so threads come between."""
    if request.param == "memory":
        yield memory_store()
        return
    client = dynamodb(endpoint := request.getfixturevalue("dynoxide"))
    table = create_table(client)
    yield dynamo_store(direct(endpoint), table)
    client.delete_table(TableName=table)
