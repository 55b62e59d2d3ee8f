"""SQS, SNS, SES, S3 and Secrets Manager in memory, as they answer over HTTP. The real adapters talk to them."""

import json
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from tests.functions.recorded import ses_event, sns_log

if TYPE_CHECKING:
    from upominek.domain.letters.stored_letter import Batch

S3_SPACE: Final = "http://s3.amazonaws.com/doc/2006-03-01/"
THROTTLED: Final = {
    "dynamodb": (400, "com.amazonaws.dynamodb.v20120810#ThrottlingException"),
    "sqs": (400, "com.amazonaws.sqs#ThrottlingException"),
    "secretsmanager": (400, "ThrottlingException"),
    "sesv2": (429, "TooManyRequestsException"),
}
"""How the services that speak JSON turn a request away for the time being."""


@dataclass(frozen=True)
class Answer:
    """What comes back over HTTP."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Waiting:
    """A message of a queue, or an event on its way to one."""

    ready_at: datetime
    queue: str
    body: Any
    receives: int = 0


def of_json(content: object, status: int = 200, error: str = "") -> Answer:
    """An answer of a service that speaks JSON."""
    headers = {"content-type": "application/x-amz-json-1.0"} | ({"x-amzn-errortype": error} if error else {})
    return Answer(status, json.dumps(content).encode(), headers)


def of_xml(text: str, status: int = 200) -> Answer:
    """An answer of a service that speaks XML."""
    return Answer(status, f'<?xml version="1.0"?>{text}'.encode(), {"content-type": "text/xml"})


def of_sns_error(code: str, message: str, status: int = 400) -> Answer:
    """An error of SNS."""
    error = f"<Type>Sender</Type><Code>{code}</Code><Message>{message}</Message>"
    return of_xml(f"<ErrorResponse><Error>{error}</Error></ErrorResponse>", status)


def throttled(service: str) -> Answer:
    """What the service says to who asks too often."""
    if service == "sns":
        return of_sns_error("Throttling", "Rate exceeded")
    if service == "s3":
        return of_xml("<Error><Code>SlowDown</Code><Message>Please reduce your rate</Message></Error>", 503)
    status, error = THROTTLED[service]
    return of_json({"__type": error, "message": "Rate exceeded"}, status, error.rpartition("#")[2])


def broken(service: str) -> Answer:
    """What the service says when something is wrong with itself."""
    if service == "sns":
        return of_sns_error("InternalError", "An internal error", 500)
    if service == "s3":
        return of_xml("<Error><Code>InternalError</Code><Message>An internal error</Message></Error>", 500)
    return of_json({"__type": "InternalServerError", "message": "An internal error"}, 500, "InternalServerError")


class Outside:
    """All of AWS but the table.

    Attributes:
        now: business time, which decides when a delayed message comes.
        waiting: messages of all queues, and reports of carriers on their way.
        sms, emails: what the carriers took: SMS by phone number, e-mails by reminder id.
        attached: the documents of each e-mail that was taken.
        batches: of letters, as whoever gathered them was told, and may have printed them.
        foreign: message ids of reports that were taken for somebody else's and dropped.
        sms_ends, email_ends: what becomes of what is taken: `delivered`, `unreachable`, `bounced`; or `refused`.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.waiting: list[Waiting] = []
        self.sms: Counter[str] = Counter()
        self.emails: Counter[str] = Counter()
        self.attached: list[tuple[bytes, ...]] = []
        self.batches: list[Batch] = []
        self.foreign: set[str] = set()
        self.reports: list[Any] = []
        self.files: dict[str, bytes] = {}
        self.secrets: dict[str, str] = {}
        self.sms_ends = self.email_ends = "delivered"
        self._lock = RLock()

    def copy(self) -> "Outside":
        """The same, going its own way from now on."""
        twin = Outside(self.now)
        twin.__dict__ |= {name: deepcopy(value) for name, value in vars(self).items() if name != "_lock"}
        return twin

    def answer(self, service: str, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Do what one request asks for."""
        with self._lock:
            match service:
                case "sqs":
                    return self._queue(json.loads(body))
                case "sns":
                    return self._publish(dict(parse_qsl(body.decode())))
                case "sesv2":
                    return self._send_email(json.loads(body))
                case "secretsmanager":
                    return self._secret(json.loads(body))
                case "s3":
                    return self._file(method, url, headers, body)
        raise AssertionError(f"{service} is not played here yet: teach it to tests/faults/outside.py")

    # --- queues

    def put(self, queue: str, body: object, after: float = 0, receives: int = 0) -> None:
        """Let a message come after so many seconds."""
        with self._lock:
            self.waiting.append(Waiting(self.now + timedelta(seconds=after), queue, body, receives))

    def _queue(self, request: dict[str, Any]) -> Answer:
        queue = request["QueueUrl"].rpartition("/")[2]
        for entry in request["Entries"]:
            self.put(queue, json.loads(entry["MessageBody"]), entry.get("DelaySeconds", 0))
        taken = [{"Id": one["Id"], "MessageId": "m", "MD5OfMessageBody": "0" * 32} for one in request["Entries"]]
        return of_json({"Successful": taken, "Failed": []})

    # --- carriers

    def _publish(self, request: dict[str, str]) -> Answer:
        phone = request["PhoneNumber"]
        if self.sms_ends == "refused":
            return of_sns_error("InvalidParameter", f"Phone number {phone} is not valid to publish to")
        self.sms[phone] += 1
        message_id = f"sms-{phone}-{self.sms[phone]}"
        log = sns_log("failure" if self.sms_ends == "unreachable" else "success", message_id)
        self._report("logs", log, 3)
        found = f"<PublishResult><MessageId>{message_id}</MessageId></PublishResult>"
        return of_xml(f'<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">{found}</PublishResponse>')

    def _send_email(self, request: dict[str, Any]) -> Answer:
        tags = {one["Name"]: [one["Value"]] for one in request["EmailTags"]}
        reminder = tags["upominek-reminder"][0]
        self.emails[reminder] += 1
        parts = request["Content"]["Simple"].get("Attachments", ())
        documents = [one["RawContent"] for one in parts if one["ContentDisposition"] == "ATTACHMENT"]
        self.attached.append(tuple(map(b64decode, documents)))
        message_id = f"email-{reminder}-{self.emails[reminder]}"
        end = "bounce-permanent" if self.email_ends == "bounced" else "delivery"
        for after, name in enumerate(("send", end), 1):
            event = ses_event(name, reminder)
            event["detail"]["mail"] |= {"tags": tags, "messageId": message_id}
            self._report("receipts_queue_url", event, after)
        return of_json({"MessageId": message_id})

    def _report(self, queue: str, body: object, after: float) -> None:
        self.reports.append(body)
        self.put(queue, body, after)

    # --- secrets

    def _secret(self, request: dict[str, Any]) -> Answer:
        text = self.secrets.get(request["SecretId"])
        if text is None:
            return of_json({"__type": "ResourceNotFoundException"}, 400, "ResourceNotFoundException")
        return of_json({"SecretString": text, "Name": request["SecretId"]})

    # --- files

    def _file(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        place = urlsplit(url)
        _, _, path = place.path.partition("/s3/")
        _, _, key = unquote(path).partition("/")
        query = dict(parse_qsl(place.query, keep_blank_values=True))
        if method == "PUT":
            self.files[key] = body
            return Answer(200, headers={"etag": '"0"'})
        if method == "POST" and "delete" in query:
            for one in ET.fromstring(body).iter(f"{{{S3_SPACE}}}Key"):  # noqa: S314 - our own request
                self.files.pop(one.text or "", None)
            return of_xml(f'<DeleteResult xmlns="{S3_SPACE}"/>')
        if method == "GET" and "list-type" in query:
            names = sorted(name for name in self.files if name.startswith(query["prefix"]))
            listed = "".join(f"<Contents><Key>{escape(name)}</Key></Contents>" for name in names)
            return of_xml(
                f'<ListBucketResult xmlns="{S3_SPACE}"><IsTruncated>false</IsTruncated>{listed}</ListBucketResult>'
            )
        if method in {"HEAD", "GET"}:
            return self._content(method, key, headers.get("Range") or headers.get("range"))
        raise AssertionError(f"{method} {url} is not played here yet: teach it to tests/faults/outside.py")

    def _content(self, method: str, key: str, wanted: str | None) -> Answer:
        content = self.files.get(key)
        if content is None:
            error = f"<Error><Code>NoSuchKey</Code><Message>{escape(key)}</Message></Error>"
            return Answer(404) if method == "HEAD" else of_xml(error, 404)
        if wanted:
            first, last = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted).groups()  # type: ignore[union-attr]
            content = content[int(first) : int(last) + 1 if last else None]
            if not content:
                return of_xml("<Error><Code>InvalidRange</Code></Error>", 416)
        length = {"content-length": str(len(content)), "etag": '"0"'}
        dated = length | {"last-modified": datetime(2026, 3, 2, tzinfo=UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")}
        return Answer(206 if wanted else 200, b"" if method == "HEAD" else content, dated)
