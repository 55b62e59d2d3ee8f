"""A carrier that was only just added is played beside SNS and SES, and its faults are its own."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from local.carriers.aws import Aws
from local.carriers.behaviours import DELIVERED, behaviour_of
from local.carriers.face import Simulator
from local.carriers.journal import Journal
from local.carriers.mail import MailFolder
from local.carriers.message import Message
from local.carriers.stand_ins import STAND_INS, StandIn
from local.carriers.teller import Teller
from local.stack.clock import MovableClock
from tests.unit.local.carriers import toy_gateway

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.carriers.journal import Answer

TOY: StandIn = toy_gateway
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
SMS = {"price": "0.04", "parts": 1, "sms_type": "Transactional", "max_price": None}


class Emulator(BaseHTTPRequestHandler):
    """Answers as ministack does, and knows SNS and SES alone."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        known = {"/": b"<MessageId>sns-1</MessageId>", "/v2/email/outbound-emails": b'{"MessageId": "ses-1"}'}
        self.send_response(200 if self.path in known else 404)
        self.send_header("Content-Length", str(len(known.get(self.path, b""))))
        self.end_headers()
        self.wfile.write(known.get(self.path, b""))

    def log_message(self, *_: object) -> None:
        """Write no log."""


class Told:
    """Every service of AWS that reports go to."""

    def __init__(self) -> None:
        self.by: list[str] = []
        self.toy: list[dict[str, Any]] = []
        self.failure: Exception | None = None
        self.exceptions = self
        self.ResourceNotFoundException = LookupError

    def get_configuration_set_event_destinations(self, **_: str) -> dict[str, Any]:
        return {"EventDestinations": [{"MatchingEventTypes": ["DELIVERY"]}]}

    def put_events(self, *, Entries: list[object]) -> dict[str, Any]:  # noqa: N803 - as boto3 has it
        self.by += ["ses"] * len(Entries)
        return {"FailedEntryCount": 0}

    def put_log_events(self, *, logEvents: list[object], **_: str) -> None:  # noqa: N803 - as boto3 has it
        if self.failure:
            raise self.failure
        self.by += ["sns"] * len(logEvents)

    def send_message(self, **named: str) -> None:
        self.by.append("toy")
        self.toy.append(json.loads(named["MessageBody"]))


@pytest.fixture(autouse=True)
def _with_toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STAND_INS, "toy", TOY)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.sqlite", delay_seconds=0)
    yield journal
    journal.close()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def teller(journal: Journal, told: Told, tmp_path: Path) -> Teller:
    return Teller(journal, MovableClock(tmp_path / "clock"), Aws(lambda _: told, "eu-central-1", "1"))


@pytest.fixture
def simulator(socket_enabled: None, journal: Journal, tmp_path: Path) -> Iterator[Simulator]:  # noqa: ARG001 - asked for
    with ThreadingHTTPServer(("127.0.0.1", 0), Emulator) as emulator:
        simulator = Simulator(
            ("127.0.0.1", 0),
            emulator=f"http://127.0.0.1:{emulator.server_port}",
            journal=journal,
            mail=MailFolder(tmp_path / "mail"),
            clock=MovableClock(tmp_path / "clock"),
        )
        with simulator:
            for server in (emulator, simulator):
                threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            yield simulator
            simulator.shutdown()
        emulator.shutdown()


def post(simulator: Simulator, path: str, body: str) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", simulator.server_port, timeout=5)
    connection.request("POST", path, body)
    answer = connection.getresponse()
    said = (answer.status, answer.read())
    connection.close()
    return said


def to_toy(simulator: Simulator, number: str) -> tuple[int, dict[str, str]]:
    status, answer = post(simulator, "/toy/messages", json.dumps({"to": number, "price": "0.12"}))
    return status, json.loads(answer)


def note(journal: Journal, carrier: str, number: str, request: dict[str, Any]) -> None:
    message = Message(
        carrier=carrier, channel="sms", id=number, recipient="+48501000001", accepted_at=AT, request=request
    )
    journal.add(message, DELIVERED)


def test_a_gateway_that_the_emulator_does_not_know_answers_and_reports(
    simulator: Simulator, teller: Teller, told: Told, journal: Journal
) -> None:
    status, answer = to_toy(simulator, "+48455000001")
    assert status == 202
    teller.tell()
    assert [(one["id"], one["status"], one["price"]) for one in told.toy] == [(answer["id"], "failed", "0.12")]
    assert told.by == ["toy"]
    assert not journal.is_waiting()


def test_the_table_of_behaviours_is_the_gateways_too(simulator: Simulator, teller: Teller, told: Told) -> None:
    assert to_toy(simulator, "+48455000091") == (400, {"error": "refused"})
    assert to_toy(simulator, "+48455000021")[0] == 202
    teller.tell()
    assert [one["status"] for one in told.toy] == ["ok", "ok"]


def test_sns_and_ses_are_played_beside_it_as_before(
    simulator: Simulator, teller: Teller, told: Told, tmp_path: Path
) -> None:
    to_toy(simulator, "+48501000001")
    sms = urlencode({"Action": "Publish", "PhoneNumber": "+48501000001", "Message": "FV/1"})
    assert post(simulator, "/", sms) == (200, b"<MessageId>sns-1</MessageId>")
    email = {
        "FromEmailAddress": "a@example.com",
        "Destination": {"ToAddresses": ["anna@example.org"]},
        "ConfigurationSetName": "set",
        "Content": {"Simple": {"Subject": {"Data": "FV/1"}, "Body": {"Text": {"Data": "x"}, "Html": {"Data": "x"}}}},
    }
    assert post(simulator, "/v2/email/outbound-emails", json.dumps(email)) == (200, b'{"MessageId": "ses-1"}')
    assert post(simulator, "/nobody", "")[0] == 404
    teller.tell()
    assert sorted(told.by) == ["ses", "sns", "toy"]
    assert (tmp_path / "mail" / "ses-1.eml").is_file()


def test_what_was_noted_before_notes_named_a_carrier_is_of_the_first_ones() -> None:
    for channel, carrier in (("sms", "sns"), ("email", "ses")):
        older = {"channel": channel, "id": "m", "recipient": "r", "accepted_at": AT.isoformat(), "request": {}}
        message = Message.from_json(json.dumps(older))
        assert message.carrier == carrier
        assert Message.from_json(message.to_json()) == message


@pytest.mark.parametrize("carrier", ["toy", "sns", "gone"])
def test_a_report_that_fails_is_logged_and_the_others_are_told(
    carrier: str, journal: Journal, teller: Teller, told: Told, capfd: pytest.CaptureFixture[str]
) -> None:
    note(journal, carrier, "faulty-1", {})
    note(journal, "sns", "sns-2", SMS)
    note(journal, "toy", "toy-3", {"price": "0.12"})
    teller.tell()
    assert sorted(told.by) == ["sns", "toy"]
    assert not journal.is_waiting()
    log = capfd.readouterr().err
    assert f"given up: {carrier} faulty-1" in log
    assert "+48501000001" not in log


@pytest.mark.parametrize(
    "failure", [EndpointConnectionError(endpoint_url="http://aws"), ClientError({}, "PutLogEvents"), TimeoutError()]
)
def test_what_aws_does_not_take_waits_and_holds_nobody_up(
    failure: Exception, journal: Journal, teller: Teller, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.failure = failure
    note(journal, "sns", "sns-1", SMS)
    note(journal, "toy", "toy-2", {"price": "0.12"})
    teller.tell()
    assert told.by == ["toy"]
    assert journal.is_waiting("sns-1")
    told.failure = None
    now = time.time()
    monkeypatch.setattr("local.carriers.journal.time.time", lambda: now + 2)
    teller.tell()
    assert told.by == ["toy", "sns"]


def test_the_thread_outlives_a_failing_report_and_a_failing_journal(
    journal: Journal, teller: Teller, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    due, failures = journal.due, iter([OSError("disk")])

    def fails_once(business: datetime, *, limit: int) -> list[Answer]:
        for failure in failures:
            raise failure
        return due(business, limit=limit)

    monkeypatch.setattr("local.carriers.teller.AGAIN_AFTER_SECONDS", 0.01)
    monkeypatch.setattr(journal, "due", fails_once)
    note(journal, "toy", "faulty-1", {})
    teller.start()
    deadline = time.monotonic() + 5
    while journal.is_waiting() and time.monotonic() < deadline:
        time.sleep(0.01)
    note(journal, "toy", "toy-2", {"price": "0.12"})
    while journal.is_waiting() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert teller.is_alive()
    teller.stop()
    teller.join(timeout=5)
    assert [one["id"] for one in told.toy] == ["toy-2"]


def test_a_behaviour_with_no_answer_leaves_nothing_to_tell(simulator: Simulator, journal: Journal) -> None:
    assert behaviour_of("+48455000020").sms == ()
    assert to_toy(simulator, "+48455000020")[0] == 202
    assert not journal.is_waiting()
