"""AWS's services, asked without botocore's client: the same request, a third of its work.

What takes time in botocore is its model of each service: every value of a request and of an answer is walked through by
its shape. Here a request is what the service documents, made by hand. The methods are named and answer as botocore's
do, for the operations that the product uses, and raise botocore's errors, so either client serves an adapter.
See docs/adr/0015-direct-clients.md.

Source: smithy.io, "AWS JSON protocols", "AWS query protocol", "AWS restJson1 protocol"; DynamoDB Developer Guide,
"Low-level API"; Amazon SNS API Reference, "Publish"; Amazon SES API v2 Reference, "SendEmail".
"""

import json
import zlib
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from botocore.auth import S3SigV4Auth
from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError, EndpointConnectionError
from botocore.exceptions import ReadTimeoutError as NoAnswerError

from upominek.adapters.aws.client.backoff import back_off
from upominek.adapters.aws.client.signed_http import REFUSED, SignedHttp, refusal

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from urllib3.response import BaseHTTPResponse

Answer = dict[str, Any]

_ATTEMPTS: Final = 5
_SERVER_ERROR: Final = 500
_PASSING: Final = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
"""Refusals that a repetition may overcome. Source: botocore's `retries/standard.py`."""


class JsonClient(SignedHttp):
    """A service of AWS's JSON protocol of which all may be asked twice: what gets no answer is asked again.

    Args:
        target: what the service calls itself in its requests.
        version: of the protocol.
    """

    def __init__(self, service: str, target: str, version: str, *, variable: str = "", **connecting: Any) -> None:  # noqa: ANN401
        super().__init__(service, host=service, variable=variable or service.upper(), **connecting)
        self._target = target
        self._type = f"application/x-amz-json-{version}"

    def call(self, operation: str, /, **request: Any) -> Answer:  # noqa: ANN401 - as botocore has it
        """What the service answers.

        Raises:
            ClientError: it refuses; what it tells besides is in `response`, as with botocore.
            BotoCoreError: no answer came, after several attempts.
        """
        body = _json(request)
        return _repeated(lambda: self._once(operation, body))

    def _once(self, operation: str, body: bytes) -> Answer:
        headers = {"Content-Type": self._type, "X-Amz-Target": f"{self._target}.{operation}"}
        answer = self.ask("POST", "/", headers, body)
        content = answer.data
        crc = answer.headers.get("x-amz-crc32")
        if crc is not None and int(crc) != zlib.crc32(content):
            raise ConnectionClosedError(endpoint_url=self.endpoint)
        return _read_json(answer, operation)


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
        name = "secretsmanager"
        super().__init__(
            name, name, "1.1", variable="SECRETS_MANAGER", connections=1, read_seconds=5, endpoint=endpoint
        )

    get_secret_value = _asking("GetSecretValue")
    put_secret_value = _asking("PutSecretValue")
    create_secret = _asking("CreateSecret")


class DirectSns(SignedHttp):
    """SMS: no request is ever repeated here, since that might send a message twice."""

    def __init__(self, *, read_seconds: float = 20, endpoint: str | None = None) -> None:
        super().__init__("sns", host="sns", variable="SNS", connections=1, read_seconds=read_seconds, endpoint=endpoint)

    def publish(self, **request: Any) -> Answer:  # noqa: ANN401 - as botocore has it
        """Send a message, with attributes, once."""
        attributes: Mapping[str, Mapping[str, str]] = request.pop("MessageAttributes", {})
        fields = {"Action": "Publish", "Version": "2010-03-31", **request}
        for number, (name, value) in enumerate(attributes.items(), start=1):
            entry = f"MessageAttributes.entry.{number}"
            fields |= {f"{entry}.Name": name, **{f"{entry}.Value.{kind}": text for kind, text in value.items()}}
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        answer = self.ask("POST", "/", headers, urlencode(fields).encode())
        if answer.status >= REFUSED:
            raise _refusal_in_xml(answer, "Publish")
        told = _xml(answer)
        if told is None:
            raise ConnectionClosedError(endpoint_url=self.endpoint)
        return {"MessageId": _text(told, "MessageId")}


class DirectSes(SignedHttp):
    """E-mail: no request is ever repeated here, since that might send a message twice."""

    def __init__(self, *, read_seconds: float = 20, endpoint: str | None = None) -> None:
        super().__init__(
            "ses", host="email", variable="SESV2", connections=1, read_seconds=read_seconds, endpoint=endpoint
        )

    def send_email(self, **request: Any) -> Answer:  # noqa: ANN401 - as botocore has it
        """Send a message, once."""
        answer = self.ask("POST", "/v2/email/outbound-emails", {"Content-Type": "application/json"}, _json(request))
        return _read_json(answer, "SendEmail")


class DirectS3(SignedHttp):
    """Small files into the bucket, whole; all else that the bucket is asked for is botocore's."""

    signer = S3SigV4Auth

    def __init__(self, *, endpoint: str | None = None) -> None:
        super().__init__("s3", host="s3", variable="S3", connections=4, read_seconds=20, endpoint=endpoint)

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, ContentType: str) -> None:  # noqa: N803 - as botocore
        """Store or replace; the same again changes nothing, so it is asked again when no answer comes."""

        def once() -> Answer:
            path = f"/{Bucket}/{quote(Key, safe='/~')}"
            answer = self.ask("PUT", path, {"Content-Type": ContentType}, Body)
            if answer.status >= REFUSED:
                raise _refusal_in_xml(answer, "PutObject")
            return {}

        _repeated(once)


def _json(request: Mapping[str, Any]) -> bytes:
    return json.dumps(request, default=_base64, separators=(",", ":")).encode()


def _base64(value: object) -> str:
    """Bytes, as the protocols have them."""
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} is no JSON")


def _read_json(answer: "BaseHTTPResponse", operation: str) -> Answer:
    try:
        told: Answer = json.loads(answer.data) if answer.data.startswith(b"{") else {}
    except ValueError:
        # Cut off on its way, or not from AWS: as good as none.
        raise ConnectionClosedError(endpoint_url=operation) from None
    if answer.status < REFUSED:
        return told
    code = str(told.pop("__type", "") or answer.headers.get("x-amzn-errortype") or answer.status)
    # Services write `com.amazon.coral.validate#ValidationException` and `ValidationException:http://…`. What SQS called
    # an error before it spoke JSON comes in a header of its own, and is what botocore still shows.
    code = code.rpartition("#")[2].partition(":")[0]
    code = answer.headers.get("x-amzn-query-error", code).partition(";")[0]
    message = str(told.pop("message", "") or told.pop("Message", ""))
    raise refusal(answer, operation, code, message, **told)


def _refusal_in_xml(answer: "BaseHTTPResponse", operation: str) -> ClientError:
    told = _xml(answer)
    if told is None:
        return refusal(answer, operation, str(answer.status), "")
    return refusal(answer, operation, _text(told, "Code"), _text(told, "Message"))


def _xml(answer: "BaseHTTPResponse") -> "Element | None":
    """The answer, if it is XML: AWS's own, for whoever else might answer would have to have its certificate."""
    from xml.etree.ElementTree import ParseError, fromstring  # noqa: PLC0415 - most functions never need it

    try:
        return fromstring(answer.data)  # noqa: S314
    except ParseError:
        return None


def _text(told: "Element", name: str) -> str:
    """The text of the first element of that name, in whatever namespace."""
    return next((one.text or "" for one in told.iter() if one.tag.rpartition("}")[2] == name), "")


def _repeated(once: Callable[[], Answer]) -> Answer:
    """The answer of the first attempt that gets one, or is refused for good."""
    for attempt in range(_ATTEMPTS - 1):
        try:
            return once()
        except (BotoCoreError, ClientError) as error:
            if not _is_passing(error):
                raise
        back_off(attempt)
    return once()


def _is_passing(error: BotoCoreError | ClientError) -> bool:
    """Whether the same may succeed a moment later."""
    if isinstance(error, ClientError):
        told = error.response
        return told["ResponseMetadata"]["HTTPStatusCode"] >= _SERVER_ERROR or told["Error"]["Code"] in _PASSING
    return isinstance(error, EndpointConnectionError | NoAnswerError | ConnectionClosedError)
