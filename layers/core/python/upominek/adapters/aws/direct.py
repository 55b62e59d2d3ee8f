"""AWS's services of the JSON protocol, asked without botocore's client: the same request, a third of its work.

What takes time in botocore is its model of each service: every value of a request and of an answer is walked through by
its shape. Here a request is JSON as DynamoDB, SQS and Secrets Manager document it, signed by botocore's own signer and
carried by urllib3. The methods are named and answer as botocore's do, for the operations that the product uses, and
raise botocore's errors, so either client serves an adapter. See docs/adr/0015-direct-clients.md.

Source: AWS JSON 1.0 and 1.1 protocols (smithy.io, "AWS JSON protocols"); DynamoDB Developer Guide, "Low-level API" and
"Error handling"; botocore's `retries/standard.py`, from which the list of passing errors is taken.
"""

import json
import socket
import zlib
from base64 import b64encode
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ReadTimeoutError,
    SSLError,
)
from botocore.httpsession import get_cert_path
from urllib3 import HTTPConnectionPool, PoolManager, Timeout, exceptions
from urllib3.connection import HTTPConnection

from upominek.adapters.aws.pausing import back_off
from upominek.settings import of_aws

if TYPE_CHECKING:
    from urllib3.response import BaseHTTPResponse

Answer = dict[str, Any]

_ATTEMPTS: Final = 5
_REFUSED: Final = 300
_SERVER_ERROR: Final = 500
_PASSING: Final = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "Throttling",
        "ThrottlingException",
        "TransactionInProgressException",
        "TooManyRequestsException",
    }
)
"""Refusals that a repetition may overcome."""
_NAMES: Final = {"secretsmanager": "SECRETS_MANAGER"}
"""Services whose name in the environment differs from the one in their endpoints."""
_CONNECT_SECONDS: Final = 2
_KEPT_ALIVE: Final = [*HTTPConnection.default_socket_options, (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]


class JsonClient:
    """One service. May be used by several threads.

    All that is asked through it must be harmless to repeat: what gets no answer is asked again.

    Args:
        service: as in the names of endpoints, such as `dynamodb`.
        target: what the service calls itself in its requests.
        version: of the JSON protocol.
        connections: kept open at once.
        read_seconds: how long to wait for an answer.
        endpoint: instead of the one that the environment says.
    """

    def __init__(
        self,
        service: str,
        target: str,
        version: str,
        *,
        connections: int,
        read_seconds: float,
        endpoint: str | None = None,
    ) -> None:
        self._service = service
        self._target = target
        self._headers = {"Content-Type": f"application/x-amz-json-{version}", "User-Agent": "upominek"}
        self._timeout = Timeout(connect=_CONNECT_SECONDS, read=read_seconds)
        self._region = _region()
        self._stated = _stated_credentials()
        self.endpoint = endpoint or _endpoint(service, self._region)
        self.pool = self._connect(connections)

    def _connect(self, connections: int) -> HTTPConnectionPool:
        manager = PoolManager(
            maxsize=connections,
            block=False,
            timeout=self._timeout,
            retries=False,
            socket_options=_KEPT_ALIVE,
            ca_certs=of_aws("AWS_CA_BUNDLE") or get_cert_path(verify=True),
        )
        return manager.connection_from_url(self.endpoint)

    @cached_property
    def _credentials(self) -> Credentials:
        """Those of the environment, as in Lambda; else whatever botocore finds, such as a profile's."""
        if self._stated is not None:
            return self._stated
        from botocore.session import get_session  # noqa: PLC0415 - takes longer to import than all of this

        found: Credentials | None = get_session().get_credentials()
        if found is None:
            raise NoCredentialsError
        return found

    def call(self, operation: str, /, **request: Any) -> Answer:  # noqa: ANN401 - as botocore has it
        """What the service answers.

        Raises:
            ClientError: it refuses; what it tells besides is in `response`, as with botocore.
            BotoCoreError: no answer came, after several attempts.
        """
        body = json.dumps(request, default=_base64, separators=(",", ":")).encode()
        for attempt in range(_ATTEMPTS):
            try:
                return self._once(operation, body)
            except (BotoCoreError, ClientError) as error:
                if attempt == _ATTEMPTS - 1 or not _is_passing(error):
                    raise
            back_off(attempt)
        raise AssertionError  # the last attempt has returned or raised

    def _once(self, operation: str, body: bytes) -> Answer:
        headers = self._signed(operation, body)
        try:
            answer = self.pool.urlopen("POST", "/", body=body, headers=headers)
        except exceptions.HTTPError as error:
            raise _fault(error, self.endpoint) from error
        content = answer.data
        crc = answer.headers.get("x-amz-crc32")
        if crc is not None and int(crc) != zlib.crc32(content):
            raise ConnectionClosedError(endpoint_url=self.endpoint)
        return _read(answer, content, operation)

    def _signed(self, operation: str, body: bytes) -> dict[str, str]:
        headers = {**self._headers, "X-Amz-Target": f"{self._target}.{operation}"}
        request = AWSRequest("POST", self.endpoint, headers=headers, data=body)
        SigV4Auth(self._credentials.get_frozen_credentials(), self._service, self._region).add_auth(request)
        return dict(request.headers.items())


def _asking(operation: str) -> Callable[..., Answer]:
    """The method for an operation."""

    def ask(self: JsonClient, **request: Any) -> Answer:  # noqa: ANN401 - as botocore has it
        return self.call(operation, **request)

    return ask


class DirectDynamoDb(JsonClient):
    """The table. Bytes in answers are as the protocol has them, in base64."""

    def __init__(self, connections: int, endpoint: str | None = None) -> None:
        super().__init__(
            "dynamodb", "DynamoDB_20120810", "1.0", connections=connections, read_seconds=5, endpoint=endpoint
        )

    get_item = _asking("GetItem")
    put_item = _asking("PutItem")
    update_item = _asking("UpdateItem")
    delete_item = _asking("DeleteItem")
    query = _asking("Query")
    batch_get_item = _asking("BatchGetItem")
    batch_write_item = _asking("BatchWriteItem")
    batch_execute_statement = _asking("BatchExecuteStatement")
    transact_write_items = _asking("TransactWriteItems")


class DirectSqs(JsonClient):
    """The queues. A message may come twice on a standard queue anyway, so sending it again is harmless."""

    def __init__(self, connections: int, endpoint: str | None = None) -> None:
        super().__init__("sqs", "AmazonSQS", "1.0", connections=connections, read_seconds=20, endpoint=endpoint)

    send_message_batch = _asking("SendMessageBatch")


class DirectSecretsManager(JsonClient):
    """The secrets."""

    def __init__(self, endpoint: str | None = None) -> None:
        super().__init__("secretsmanager", "secretsmanager", "1.1", connections=1, read_seconds=5, endpoint=endpoint)

    get_secret_value = _asking("GetSecretValue")
    put_secret_value = _asking("PutSecretValue")
    create_secret = _asking("CreateSecret")


def _stated_credentials() -> Credentials | None:
    if (key := of_aws("AWS_ACCESS_KEY_ID")) and (secret := of_aws("AWS_SECRET_ACCESS_KEY")):
        return Credentials(key, secret, of_aws("AWS_SESSION_TOKEN"))
    return None


def _region() -> str:
    """The region of the environment; where that says nothing, the profile's."""
    region = of_aws("AWS_REGION") or of_aws("AWS_DEFAULT_REGION")
    if not region:
        from botocore.session import get_session  # noqa: PLC0415 - never in Lambda

        region = get_session().get_config_variable("region")
    if not region:
        raise NoRegionError
    return region


def _endpoint(service: str, region: str) -> str:
    """Where the service is, unless the environment names another place.

    Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
    """
    stated = of_aws(f"AWS_ENDPOINT_URL_{_NAMES.get(service, service.upper())}") or of_aws("AWS_ENDPOINT_URL")
    return (stated or f"https://{service}.{region}.amazonaws.com").rstrip("/")


def _base64(value: object) -> str:
    """Bytes, as the protocol has them."""
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} is no JSON")


def _read(answer: "BaseHTTPResponse", content: bytes, operation: str) -> Answer:
    told: Answer = json.loads(content) if content.startswith(b"{") else {}
    if answer.status < _REFUSED:
        return told
    code = str(told.pop("__type", "") or answer.headers.get("x-amzn-errortype") or answer.status)
    # Services write `com.amazon.coral.validate#ValidationException` and `ValidationException:http://…`. What SQS called
    # an error before it spoke JSON comes in a header of its own, and is what botocore still shows.
    code = code.rpartition("#")[2].partition(":")[0]
    code = answer.headers.get("x-amzn-query-error", code).partition(";")[0]
    error = {"Code": code, "Message": str(told.pop("message", "") or told.pop("Message", ""))}
    about = {"HTTPStatusCode": answer.status, "RequestId": answer.headers.get("x-amzn-requestid", "")}
    raise ClientError({**told, "Error": error, "ResponseMetadata": about}, operation)  # type: ignore[typeddict-item]


def _is_passing(error: BotoCoreError | ClientError) -> bool:
    """Whether the same may succeed a moment later."""
    if isinstance(error, ClientError):
        told = error.response
        return told["ResponseMetadata"]["HTTPStatusCode"] >= _SERVER_ERROR or told["Error"]["Code"] in _PASSING
    return isinstance(error, EndpointConnectionError | ReadTimeoutError | ConnectionClosedError)


def _fault(error: exceptions.HTTPError, endpoint: str) -> BotoCoreError:
    """Botocore's name for what kept the answer from us."""
    match error:
        case exceptions.ConnectTimeoutError() | exceptions.NewConnectionError():
            return EndpointConnectionError(endpoint_url=endpoint)
        case exceptions.ReadTimeoutError():
            return ReadTimeoutError(endpoint_url=endpoint)
        case exceptions.SSLError():
            return SSLError(endpoint_url=endpoint, error=error)
    return ConnectionClosedError(endpoint_url=endpoint)
