"""The direct clients over HTTP: what they send, what they repeat, and what they make of answers."""

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ReadTimeoutError,
)

from upominek.adapters.aws.client.direct import DirectDynamoDb, DirectSecretsManager, DirectSqs, JsonClient

OK = (200, b'{"fine":true}', {})
THROTTLED = (400, b'{"__type":"com.amazon.coral.availability#ThrottlingException","message":"slower"}', {})
BROKEN = (500, b"<html>", {})
HANGS_UP = (0, b"", {})
BAD_SUM = (200, b"{}", {"x-amz-crc32": "1"})
CUT_OFF = (200, b'{"fine":', {})
MOST = 5

Said = tuple[int, bytes, dict[str, str]]


@dataclass
class Aws:
    """Says what it is told to, one after another, and then that all is fine."""

    says: list[Said] = field(default_factory=list)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def aws() -> Iterator[Aws]:
    told = Aws()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.paths.append(self.path)
            told.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status, content, headers = told.says.pop(0) if told.says else OK
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    told.url = f"http://127.0.0.1:{server.server_port}"
    yield told
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("upominek.adapters.aws.client.direct.back_off", lambda _: None)


def test_a_request_is_json_and_signed(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    table = DirectDynamoDb(connections=1, endpoint=aws.url)
    assert table.put_item(TableName="t", Item={"a": {"B": b"\x00\xff"}, "b": {"S": "zażółć"}}) == {"fine": True}
    ((headers, body),) = aws.heard
    assert json.loads(body) == {"TableName": "t", "Item": {"a": {"B": "AP8="}, "b": {"S": "zażółć"}}}
    assert headers["x-amz-target"] == "DynamoDB_20120810.PutItem"
    assert headers["content-type"] == "application/x-amz-json-1.0"
    assert headers["x-amz-security-token"] == "token"
    signature = headers["authorization"]
    assert "/eu-central-1/dynamodb/aws4_request" in signature
    assert "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target" in signature


@pytest.mark.parametrize("passing", [THROTTLED, BROKEN, HANGS_UP, BAD_SUM, CUT_OFF])
def test_what_may_pass_is_asked_again_with_the_very_same_body(aws: Aws, passing: Said) -> None:
    aws.says = [passing] * (MOST - 1)
    assert DirectSqs(connections=1, endpoint=aws.url).send_message_batch(QueueUrl="q", Entries=[]) == {"fine": True}
    assert len(aws.heard) == MOST
    assert len({body for _, body in aws.heard}) == 1


@pytest.mark.parametrize(
    ("passing", "error"),
    [
        (THROTTLED, ClientError),
        (BROKEN, ClientError),
        (HANGS_UP, ConnectionClosedError),
        (BAD_SUM, ConnectionClosedError),
    ],
)
def test_it_is_not_asked_for_ever(aws: Aws, passing: Said, error: type[Exception]) -> None:
    aws.says = [passing] * MOST
    with pytest.raises(error):
        DirectDynamoDb(connections=1, endpoint=aws.url).get_item(TableName="t")
    assert len(aws.heard) == MOST


def test_a_refusal_is_told_as_botocore_tells_it_and_not_asked_again(aws: Aws) -> None:
    body = {
        "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
        "message": "The conditional request failed",
        "Item": {"a": {"S": "b"}},
    }
    aws.says = [(400, json.dumps(body).encode(), {"x-amzn-RequestId": "r-1"})]
    with pytest.raises(ClientError) as refused:
        DirectDynamoDb(connections=1, endpoint=aws.url).put_item(TableName="t")
    assert refused.value.operation_name == "PutItem"
    assert refused.value.response == {
        "Item": {"a": {"S": "b"}},
        "Error": {"Code": "ConditionalCheckFailedException", "Message": "The conditional request failed"},
        "ResponseMetadata": {"HTTPStatusCode": 400, "RequestId": "r-1"},
    }
    assert len(aws.heard) == 1


def test_a_right_sum_is_taken(aws: Aws) -> None:
    content = b'{"Item":{}}'
    aws.says = [(200, content, {"x-amz-crc32": str(zlib.crc32(content))})]
    assert DirectDynamoDb(connections=1, endpoint=aws.url).get_item(TableName="t") == {"Item": {}}


def test_nobody_listens() -> None:
    with pytest.raises(EndpointConnectionError):
        DirectDynamoDb(connections=1, endpoint="http://127.0.0.1:9").get_item(TableName="t")


def test_no_answer_in_time(aws: Aws) -> None:
    import socket  # noqa: PLC0415 - only here

    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        client = JsonClient(
            "dynamodb", "T", "1.0", connections=1, read_seconds=0.05, endpoint=f"http://127.0.0.1:{port}"
        )
        with pytest.raises(ReadTimeoutError):
            client.call("Get")
    assert aws.heard == []


def test_connections_are_used_again(aws: Aws) -> None:
    table = DirectDynamoDb(connections=1, endpoint=aws.url)
    for _ in range(3):
        table.get_item(TableName="t")
    assert table.pool.num_connections == 1


@pytest.mark.parametrize(
    ("names", "endpoint"),
    [
        ({}, "https://secretsmanager.eu-central-1.amazonaws.com"),
        ({"AWS_REGION": "eu-west-1"}, "https://secretsmanager.eu-west-1.amazonaws.com"),
        ({"AWS_ENDPOINT_URL": "http://h:1/"}, "http://h:1"),
        ({"AWS_ENDPOINT_URL": "http://h:1", "AWS_ENDPOINT_URL_SECRETS_MANAGER": "http://h:2"}, "http://h:2"),
    ],
)
def test_where_it_is_asked(names: dict[str, str], endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    assert DirectSecretsManager().endpoint == endpoint


@pytest.mark.parametrize(("below", "path"), [("", "/"), ("/", "/"), ("/aws/sqs", "/aws/sqs/")])
def test_an_endpoint_may_begin_further_down(aws: Aws, below: str, path: str) -> None:
    DirectSqs(connections=1, endpoint=aws.url + below).send_message_batch(QueueUrl="q", Entries=[])
    assert aws.paths == [path]


def test_without_region_or_credentials_it_says_so(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(NoCredentialsError):
        DirectDynamoDb(connections=1, endpoint=aws.url).get_item(TableName="t")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(NoRegionError):
        DirectDynamoDb(connections=1)


def test_credentials_of_a_profile_are_found(aws: Aws, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    path = f"{tmp_path}/credentials"
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write("[default]\naws_access_key_id = PROFILE\naws_secret_access_key = s\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", path)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    DirectDynamoDb(connections=1, endpoint=aws.url).get_item(TableName="t")
    assert "Credential=PROFILE/" in aws.heard[0][0]["authorization"]
