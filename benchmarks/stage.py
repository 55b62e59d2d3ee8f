"""Where benchmarks play: a real table engine in memory, an AWS that does nothing around it, and a settable clock."""

import gzip
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from botocore.config import Config
from botocore.session import get_session

from benchmarks.measuring import ROOT, end_in_order
from local.stack.embedded import table_binary
from upominek.adapters.aws.table import keys
from upominek.adapters.aws.table.typed_json import Item, encode_item
from upominek.bootstrap import Application
from upominek.settings import load

# A Monday that lands no other day's steps would need a Tuesday: on it exactly one day of steps lands.
NOW = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
QUEUES = ("IMPORTS", "PLANS", "SMS", "EMAIL", "RECEIPTS", "LETTERS", "LETTER", "POST")
ITEMS_PER_WRITE = 25
LOADERS = 4
ON_DEMAND = {"BillingMode": "PAY_PER_REQUEST"}
STARTING_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Stage:
    """Addresses of what runs, and a folder."""

    table_endpoint: str
    aws_endpoint: str
    folder: Path

    @property
    def clock_file(self) -> Path:
        return self.folder / "clock"

    def set_clock(self, now: datetime = NOW) -> None:
        """Let business time go on from here."""
        self.clock_file.write_text(str((now - datetime.now(UTC)).total_seconds()), encoding="ascii")

    def environment(self, table: str, **more: str) -> dict[str, str]:
        """What a function finds in its environment; the account may send as fast as it likes."""
        return {
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "000000000000",
            "AWS_SECRET_ACCESS_KEY": "none",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_ENDPOINT_URL": self.aws_endpoint,
            "AWS_ENDPOINT_URL_DYNAMODB": self.table_endpoint,
            "TABLE_NAME": table,
            "BUCKET_NAME": "bucket",
            **{f"{name}_QUEUE_URL": f"{self.aws_endpoint}/0/{name.lower()}" for name in QUEUES},
            "WEBHOOK_SECRET_PREFIX": "webhook/",
            "SES_CONFIGURATION_SET": "set",
            "SES_MESSAGES_PER_SECOND": "1000000",
            "SMS_PARTS_PER_SECOND": "1000000",
            "SENDER_CONCURRENCY": "2",
            "SMS_MAX_PRICE_USD": "0.50",
            "POWERTOOLS_SERVICE_NAME": "benchmark",
            "POWERTOOLS_METRICS_NAMESPACE": "Upominek",
            "POWERTOOLS_LOG_LEVEL": "INFO",
            "CLOCK_FILE": str(self.clock_file),
            **more,
        }

    def application(self, table: str) -> Application:
        """The product on one table."""
        return Application(load(None, self.environment(table)))

    def client(self, service: str, pool: int = 40) -> Any:  # noqa: ANN401 - botocore's clients share no type
        """A bare client, set up as the product's own are."""
        endpoint = self.table_endpoint if service == "dynamodb" else self.aws_endpoint
        config = Config(
            max_pool_connections=pool,
            connect_timeout=2,
            read_timeout=20,
            tcp_keepalive=True,
            retries={"mode": "standard", "total_max_attempts": 5},
        )
        return get_session().create_client(service, endpoint_url=endpoint, config=config)

    def create_table(self) -> str:
        """An empty table as the stack makes it."""
        name = f"upominek-{uuid4().hex[:8]}"
        self.client("dynamodb").create_table(BillingMode="PAY_PER_REQUEST", **_definition(name))
        return name

    def load(self, table: str, items: Iterable[Item]) -> int:
        """Put items into the table, with their keys in them, past the SDK; how many there were."""
        remaining = iter(items)
        batches = iter(lambda: list(islice(remaining, ITEMS_PER_WRITE)), [])
        with ThreadPoolExecutor(LOADERS) as pool:
            waiting = [pool.submit(self._load, table, some) for some in _portions(batches)]
            return sum(one.result() for one in waiting)

    def _load(self, table: str, batches: list[list[Item]]) -> int:
        connection = HTTPConnection(self.table_endpoint.removeprefix("http://"))
        loaded = 0
        for batch in batches:
            puts = [{"PutRequest": {"Item": encode_item(item)}} for item in batch]
            body = json.dumps({"RequestItems": {table: puts}})
            connection.request("POST", "/", body, BATCH_WRITE)
            answer = connection.getresponse()
            told = json.loads(answer.read())
            assert answer.status == 200, told
            assert not told.get("UnprocessedItems"), told
            loaded += len(batch)
        connection.close()
        return loaded


SCOPE = "000000000000/20260303/eu-central-1/dynamodb/aws4_request"
SIGNATURE = f"AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=host, Signature=0"
BATCH_WRITE: Mapping[str, str] = {
    "X-Amz-Target": "DynamoDB_20120810.BatchWriteItem",
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Date": "20260303T100000Z",
    "Authorization": SIGNATURE,
}


def _definition(name: str) -> dict[str, Any]:
    """A table as the stack makes it."""
    text = (
        *(keys.PK, keys.SK, keys.DUE_SHARD, keys.DUE_KEY, keys.MESSAGE_KEY),
        *(keys.RETENTION_SHARD, keys.RETENTION_KEY, keys.AGENDA_SHARD, keys.AGENDA_KEY),
    )
    shown = ["outstanding", "currency", "claim", "amount", "known_at", "corrects"]
    due = {"ProjectionType": "INCLUDE", "NonKeyAttributes": shown}
    owed = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["agenda_for"]}
    whole = {"ProjectionType": "ALL"}
    bare = {"ProjectionType": "KEYS_ONLY"}
    closed = _schema(keys.RETENTION_SHARD, keys.RETENTION_KEY)
    return {
        "TableName": name,
        "AttributeDefinitions": [{"AttributeName": one, "AttributeType": "S"} for one in text],
        "KeySchema": _schema(keys.PK, keys.SK),
        "LocalSecondaryIndexes": [
            {"IndexName": keys.OPEN_INDEX, "KeySchema": _schema(keys.PK, keys.DUE_KEY), "Projection": whole}
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": keys.AGENDA_INDEX,
                "KeySchema": _schema(keys.AGENDA_SHARD, keys.AGENDA_KEY),
                "Projection": owed,
            },
            {"IndexName": keys.DUE_INDEX, "KeySchema": _schema(keys.DUE_SHARD, keys.DUE_KEY), "Projection": due},
            {"IndexName": keys.MESSAGE_INDEX, "KeySchema": _schema(keys.MESSAGE_KEY), "Projection": bare},
            {"IndexName": keys.RETENTION_INDEX, "KeySchema": closed, "Projection": bare},
        ],
    }


def _export(folder: Path, tables: Mapping[str, Iterable[Item]]) -> list[str]:
    """Write tables as DynamoDB exports them; the options that make the engine begin with them.

    Ten times as fast as writing them through the front door, which matters from some hundred thousand items.
    """
    for name, items in tables.items():
        (folder / "export" / name / "data").mkdir(parents=True)
        with gzip.open(folder / "export" / name / "data" / "part.json.gz", "wt", compresslevel=1) as part:
            for item in items:
                part.write(json.dumps({"Item": encode_item(item)}) + "\n")
    described = [{"Table": _definition(name) | {"BillingModeSummary": ON_DEMAND}} for name in tables]
    (folder / "schema.json").write_text(json.dumps(described), encoding="utf-8")
    return ["import", "--serve", "--source", str(folder / "export"), "--schema", str(folder / "schema.json")]


def _portions(batches: Iterator[list[Item]], size: int = 400) -> Iterator[list[list[Item]]]:
    while some := list(islice(batches, size)):
        yield some


def _schema(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]


@contextmanager
def stage(tables: Mapping[str, Iterable[Item]] | None = None) -> Iterator[Stage]:
    """Everything that runs, until the end; this process means it too, whatever the caller's own AWS set-up is.

    Args:
        tables: what the engine holds from the beginning.
    """
    binary = table_binary()
    if binary is None:
        sys.exit("dynoxide has no binary for this machine, and no figure here means anything without it.")
    end_in_order()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="upominek-bench-")))
        table_port, aws_port = _free_port(), _free_port()
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "layers/core/python")])}
        for command in (
            [str(binary), *(_export(folder, tables) if tables else ["serve"]), "--port", str(table_port)],
            [sys.executable, "-m", "benchmarks.bare_aws", str(aws_port)],
        ):
            process = stack.enter_context(
                subprocess.Popen(
                    command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, cwd=folder
                )
            )
            stack.callback(process.terminate)
        for port in (table_port, aws_port):
            _await(port)
        playing = Stage(f"http://127.0.0.1:{table_port}", f"http://127.0.0.1:{aws_port}", folder)
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]
        os.environ.update(playing.environment("none"))
        playing.set_clock()
        yield playing


def use(playing: Stage, table: str, **more: str) -> None:
    """Let functions that this process imports find the table."""
    os.environ.update(playing.environment(table, **more))


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _await(port: int) -> None:
    for _ in range(STARTING_SECONDS * 20):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    sys.exit(f"nothing answers at port {port}")
