"""Senders hand a message over at most once, whatever the provider and the network do."""

import json
import socket
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError

from local.carriers.mail import as_mail
from tests.contract.examples import claimed
from upominek.adapters.aws.client.direct import DirectSes, DirectSns
from upominek.adapters.carriers.at_most_once import AtMostOnce
from upominek.adapters.carriers.aws_words import in_our_words
from upominek.adapters.carriers.ses.sender import SesEmailSender
from upominek.adapters.carriers.ses.tags import key_from_tags
from upominek.adapters.carriers.sns.sender import SnsSmsSender
from upominek.adapters.clock import real_time
from upominek.application.ports.carriers import Attachment, EmailMessage, SmsMessage
from upominek.domain.errors import LaneFault, OutcomeUnknown, PermanentFailure, SendingError, TemporaryFailure

KEY = claimed().key
SMS = SmsMessage(key=KEY, to="+48512345678", text="Przypominamy o fakturze.", sender="HYDRO")
EMAIL = EmailMessage(
    key=KEY,
    to="jadwiga@example.com",
    sender="Hydro <faktury@example.com>",
    subject="Faktura – termin",
    text="Dzień dobry",
    html="<p>Dzień dobry</p>",
    reply_to="anna@example.com",
)


class Provider:
    """SNS and SES as one server whose behaviour a test sets."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.status = 200
        self.error: tuple[str, str] | None = None
        self.hangs = False
        self.hangs_up = False
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                provider.requests.append(body)
                if provider.hangs:
                    time.sleep(1.5)
                if provider.hangs or provider.hangs_up:
                    self.close_connection = True
                    return
                content, headers = provider.answer(is_sns="Action=Publish" in body)
                self.send_response(provider.status)
                for name, value in {**headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:  # type: ignore[explicit-override]
                """Nothing to tell."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, *, is_sns: bool) -> tuple[bytes, dict[str, str]]:
        if is_sns and self.error is None:
            result = "<PublishResult><MessageId>sns-1</MessageId></PublishResult>"
            return f"<PublishResponse>{result}</PublishResponse>".encode(), {"Content-Type": "text/xml"}
        if is_sns and self.error is not None:
            code, message = self.error
            error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
            return f"<ErrorResponse>{error}</ErrorResponse>".encode(), {"Content-Type": "text/xml"}
        if self.error is None:
            return b'{"MessageId": "ses-1"}', {"Content-Type": "application/json"}
        code, message = self.error
        headers = {"Content-Type": "application/json", "x-amzn-ErrorType": code}
        return json.dumps({"message": message}).encode(), headers


@pytest.fixture
def provider() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.server.shutdown()
    provider.server.server_close()


def client(service: str, url: str) -> Any:  # noqa: ANN401 - the generated types know no variable names
    """The product's client, which only waits less."""
    return {"sns": DirectSns, "sesv2": DirectSes}[service](read_seconds=0.5, endpoint=url)


@pytest.fixture(params=["sns", "sesv2"])
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def send(service: str, url: str) -> str:
    if service == "sns":
        return SnsSmsSender(client(service, url), max_price_usd="0.10").send(SMS)
    return SesEmailSender(client(service, url), configuration_set="receipts").send(EMAIL)


def test_an_sms_leaves_with_its_sender_and_its_highest_price(provider: Provider) -> None:
    assert send("sns", provider.url) == "sns-1"
    fields = dict(parse_qsl(provider.requests[0]))
    assert fields["PhoneNumber"] == "+48512345678"
    assert fields["Message"] == SMS.text
    attributes = {
        fields[f"MessageAttributes.entry.{number}.Name"]: (
            fields[f"MessageAttributes.entry.{number}.Value.DataType"],
            fields[f"MessageAttributes.entry.{number}.Value.StringValue"],
        )
        for number in (1, 2, 3)
    }
    assert attributes == {
        "AWS.SNS.SMS.SMSType": ("String", "Transactional"),
        "AWS.SNS.SMS.SenderID": ("String", "HYDRO"),
        "AWS.SNS.SMS.MaxPrice": ("Number", "0.10"),
    }


def test_an_email_leaves_with_both_texts_and_our_tags(provider: Provider) -> None:
    assert send("sesv2", provider.url) == "ses-1"
    request = json.loads(provider.requests[0])
    assert request["FromEmailAddress"] == EMAIL.sender
    assert request["Destination"] == {"ToAddresses": [EMAIL.to]}
    assert request["ReplyToAddresses"] == ["anna@example.com"]
    assert request["ConfigurationSetName"] == "receipts"
    simple = request["Content"]["Simple"]
    assert simple["Subject"] == {"Data": EMAIL.subject, "Charset": "UTF-8"}
    assert (simple["Body"]["Text"]["Data"], simple["Body"]["Html"]["Data"]) == (EMAIL.text, EMAIL.html)
    assert simple["Headers"] == [
        {"Name": "Auto-Submitted", "Value": "auto-generated"},
        {"Name": "X-Auto-Response-Suppress", "Value": "OOF, AutoReply"},
    ]
    assert "Attachments" not in simple
    tags = {tag["Name"]: [tag["Value"]] for tag in request["EmailTags"]}
    assert key_from_tags(tags) == KEY
    # SES makes the header Feedback-ID of it.
    assert tags["ses:feedback-id-a"] == [KEY.creditor]


def test_an_email_takes_its_picture_and_its_letter_along(provider: Provider) -> None:
    picture = Attachment(name="kod.png", media_type="image/png", content=b"\x89PNG\r\n", content_id="transfer-code")
    letter = Attachment(name="Wezwanie do zapłaty.pdf", media_type="application/pdf", content=b"%PDF")
    sender = SesEmailSender(client("sesv2", provider.url), configuration_set="receipts")
    assert sender.send(replace(EMAIL, attachments=(picture, letter))) == "ses-1"
    (request,) = map(json.loads, provider.requests)
    assert request["Content"]["Simple"]["Attachments"] == [
        {
            "FileName": "kod.png",
            "ContentType": "image/png",
            "ContentDisposition": "INLINE",
            "ContentTransferEncoding": "BASE64",
            "ContentId": "transfer-code",
            "RawContent": "iVBORw0K",
        },
        {
            "FileName": "Wezwanie do zapłaty.pdf",
            "ContentType": "application/pdf",
            "ContentDisposition": "ATTACHMENT",
            "ContentTransferEncoding": "BASE64",
            "RawContent": "JVBERg==",
        },
    ]
    # The simulator builds of it what SES would.
    mail = as_mail(request)
    assert mail.get_content_type() == "multipart/mixed"
    assert [(part.get_content_type(), part.get_filename()) for part in mail.walk() if not part.is_multipart()] == [
        ("text/plain", None),
        ("text/html", None),
        ("image/png", "kod.png"),
        ("application/pdf", "Wezwanie do zapłaty.pdf"),
    ]


FILE = Attachment(name="a.pdf", media_type="application/pdf", content=b"%PDF")


@pytest.mark.parametrize(
    "message",
    [
        replace(EMAIL, subject="Faktura\r\nBcc: all@firma.example"),
        replace(EMAIL, sender="Hydro\n <faktury@example.com>"),
        replace(EMAIL, reply_to="anna@example.com\r\nBcc: all@firma.example"),
        replace(EMAIL, to="jadwiga@example.com\u2028"),
        replace(EMAIL, attachments=(replace(FILE, name="a.pdf\r\nX: y"),)),
        replace(EMAIL, attachments=(replace(FILE, name=""),)),
        replace(EMAIL, attachments=(replace(FILE, media_type="application/pdf\r\nX: y"),)),
        replace(EMAIL, attachments=(replace(FILE, content_id="a>\r\nX: y"),)),
    ],
)
def test_nothing_in_a_message_begins_a_header_of_its_own(provider: Provider, message: EmailMessage) -> None:
    with pytest.raises(PermanentFailure) as caught:
        SesEmailSender(client("sesv2", provider.url), configuration_set="receipts").send(message)
    assert caught.value.code == "header-refused"
    assert provider.requests == []


def test_a_message_that_is_too_large_for_ses_is_not_even_onceed_over(provider: Provider) -> None:
    sender = SesEmailSender(client("sesv2", provider.url), configuration_set="receipts")
    with pytest.raises(PermanentFailure) as caught:
        sender.send(replace(EMAIL, attachments=(replace(FILE, content=bytes(30_000_000)),)))
    assert caught.value.code == "message-too-large"
    assert provider.requests == []


def test_an_answer_that_does_not_come_leaves_the_outcome_unknown_after_one_request(
    service: str, provider: Provider
) -> None:
    provider.hangs = True
    with pytest.raises(OutcomeUnknown) as caught:
        send(service, provider.url)
    assert caught.value.__cause__ is None
    assert len(provider.requests) == 1


def test_a_connection_that_breaks_after_the_request_leaves_the_outcome_unknown(
    service: str, provider: Provider
) -> None:
    provider.hangs_up = True
    with pytest.raises(OutcomeUnknown):
        send(service, provider.url)
    assert len(provider.requests) == 1


@pytest.mark.parametrize("code", ["InternalError", "InternalFailure", "SomethingNew"])
def test_an_internal_error_leaves_the_outcome_unknown_after_one_request(
    service: str, provider: Provider, code: str
) -> None:
    provider.status, provider.error = 500, (code, "oops")
    with pytest.raises(OutcomeUnknown):
        send(service, provider.url)
    assert len(provider.requests) == 1


def test_without_a_connection_nothing_left_and_it_may_go_later(service: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    with pytest.raises(TemporaryFailure):
        send(service, f"http://127.0.0.1:{port}")


def test_a_connection_is_tried_more_than_once(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("upominek.adapters.carriers.at_most_once.time.sleep", waits.append)
    answers: Iterator[Any] = iter(
        [EndpointConnectionError(endpoint_url="sns"), ConnectTimeoutError(endpoint_url="sns"), "sns-1"]
    )

    def call() -> str:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return str(answer)

    assert (
        AtMostOnce(client("sns", "http://127.0.0.1:1"), "upominek.adapters.carriers.sns", in_our_words).call(call)
        == "sns-1"
    )
    assert len(waits) == 2


TABLE: list[tuple[str, int, str, str, type[SendingError], str]] = [
    ("sns", 400, "Throttling", "Rate exceeded", TemporaryFailure, "throttled"),
    ("sns", 400, "OptedOut", "opted out", PermanentFailure, "opted-out"),
    (
        "sns",
        400,
        "InvalidParameter",
        "Invalid parameter: PhoneNumber Reason: +48512345678 is not valid to publish to",
        PermanentFailure,
        "number-refused",
    ),
    ("sns", 400, "InvalidParameter", "Invalid parameter: Message too long", PermanentFailure, "message-refused"),
    ("sns", 403, "AuthorizationError", "User is not authorized", LaneFault, "not-allowed"),
    ("sns", 403, "InvalidClientTokenId", "The security token is invalid", LaneFault, "credentials-refused"),
    ("sns", 429, "NeverHeardOf", "", TemporaryFailure, "throttled"),
    ("sns", 400, "NeverHeardOf", "", LaneFault, "unclassified"),
    ("sesv2", 429, "TooManyRequestsException", "Maximum sending rate exceeded.", TemporaryFailure, "throttled"),
    ("sesv2", 429, "TooManyRequestsException", "Daily message quota exceeded", LaneFault, "daily-quota-reached"),
    ("sesv2", 400, "LimitExceededException", "", LaneFault, "limit-reached"),
    (
        "sesv2",
        400,
        "MessageRejected",
        "Email address is not verified. The following identities failed the check in region EU: jadwiga@example.com",
        LaneFault,
        "not-verified",
    ),
    ("sesv2", 400, "MessageRejected", "Illegal content", PermanentFailure, "content-rejected"),
    ("sesv2", 400, "SendingPausedException", "", LaneFault, "sending-paused"),
    ("sesv2", 400, "AccountSuspendedException", "", LaneFault, "account-suspended"),
    ("sesv2", 400, "MailFromDomainNotVerifiedException", "", LaneFault, "mail-from-not-verified"),
    ("sesv2", 404, "NotFoundException", "Configuration set does not exist", LaneFault, "configuration-set-missing"),
    ("sesv2", 400, "BadRequestException", "Local address contains control", PermanentFailure, "address-invalid"),
    ("sesv2", 403, "AccessDeniedException", "not authorized to perform", LaneFault, "not-allowed"),
]


@pytest.mark.parametrize(("service", "status", "code", "text", "kind", "meaning"), TABLE)
def test_what_the_provider_answers_has_a_meaning(  # noqa: PLR0917 - a table
    provider: Provider, service: str, status: int, code: str, text: str, kind: type[SendingError], meaning: str
) -> None:
    provider.status, provider.error = status, (code, text)
    with pytest.raises(SendingError) as caught:
        send(service, provider.url)
    assert (type(caught.value), caught.value.code) == (kind, meaning)
    assert len(provider.requests) == 1
    told = f"{caught.value.detail} {caught.value.pl} {caught.value.en}"
    assert "jadwiga@" not in told
    assert "512345678" not in told
    is_unusable = isinstance(caught.value, PermanentFailure) and caught.value.address_unusable
    assert is_unusable is (meaning in {"opted-out", "address-invalid"})


def test_a_sender_without_credentials_stops_the_lane(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    with pytest.raises(LaneFault):
        send("sns", provider.url)
    assert provider.requests == []


def test_a_connection_that_was_idle_is_not_trusted(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    made = client("sns", provider.url)
    closed: list[bool] = []
    monkeypatch.setattr(made, "close", lambda: closed.append(True))
    sender = SnsSmsSender(made)
    sender.send(SMS)
    assert closed == []
    monkeypatch.setattr("upominek.adapters.carriers.at_most_once.real_time", lambda: real_time() + timedelta(minutes=1))
    sender.send(SMS)
    assert closed == [True]


def test_a_client_that_closed_its_connections_opens_new_ones(provider: Provider) -> None:
    made = client("sns", provider.url)
    sender = SnsSmsSender(made)
    sender.send(SMS)
    made.close()
    assert sender.send(SMS) == "sns-1"


@pytest.mark.parametrize("folder", ["upominek.adapters.carriers.sns", "upominek.adapters.carriers.ses"])
def test_each_entry_of_the_table_is_complete(folder: str) -> None:
    table = tomllib.loads(files(folder).joinpath("errors.toml").read_text(encoding="utf-8"))
    for entry in table["errors"]:
        assert entry["kind"] in {"temporary", "permanent", "lane-fault", "unknown"}
        assert entry["source"] in table["sources"]
        assert {"error", "code", "pl", "en"} <= entry.keys()
        assert entry.get("contains", "text").islower()
