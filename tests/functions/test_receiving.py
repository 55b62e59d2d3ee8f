"""receive_invoices, with genuine requests of the HTTP API over the world in memory."""

import base64
import json
import time
from typing import Any

import pytest

from tests.functions.recorded import Context, event, load
from tests.unit.application.intake.test_receive_webhook import FOREIGN, ISSUED, WebhookWorld, sign
from upominek import bootstrap
from upominek.domain.errors import Conflict


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> WebhookWorld:
    """What the function finds behind `bootstrap`."""
    world = WebhookWorld()
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", request.node.name)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Upominek")
    monkeypatch.setattr(bootstrap, "receive_events", lambda: world.use_case)
    return world


def request_of(body: bytes, creditor: str = "hurt", *, as_base64: bool = False, **signing: Any) -> dict[str, Any]:  # noqa: ANN401 - as `sign` has it
    content = event("http-api")
    content["pathParameters"] = {"creditor": creditor}
    content["headers"] |= sign(body, **signing)
    content["body"] = base64.b64encode(body).decode() if as_base64 else body.decode(errors="surrogateescape")
    content["isBase64Encoded"] = as_base64
    return content


def answer_to(request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    answer = load("receive_invoices").handler(request, Context())
    assert answer["headers"]["content-type"] == "application/json"
    return answer["statusCode"], json.loads(answer["body"])


BODY = json.dumps(ISSUED).encode()


@pytest.mark.parametrize("as_base64", [False, True])
def test_202_when_everything_is_durable(world: WebhookWorld, *, as_base64: bool) -> None:
    assert answer_to(request_of(BODY, as_base64=as_base64)) == (202, {"accepted": 1, "outcome": {"new": 1}})
    assert world.invoice("FV/1").is_open


def test_202_again_for_a_repetition_and_409_for_another_body(world: WebhookWorld) -> None:
    assert answer_to(request_of(BODY))[0] == 202
    assert answer_to(request_of(BODY))[0] == 202
    status, content = answer_to(request_of(json.dumps([ISSUED]).encode()))
    assert (status, content["error"]["code"]) == (409, "webhook_id_reused")
    assert world.invoice("FV/1").version == 1


@pytest.mark.usefixtures("world")
def test_401_in_the_same_words_whoever_it_is() -> None:
    answers = [
        answer_to(request_of(BODY, secret=FOREIGN)),
        answer_to(request_of(BODY, "nobody")),
        answer_to(request_of(BODY, "NO BODY/..")),
        answer_to(request_of(BODY, timestamp=time.time() - 400)),
    ]
    assert answers[0][0] == 401
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.usefixtures("world")
def test_400_names_the_header_that_is_missing() -> None:
    status, content = answer_to(event("http-api"))
    assert (status, content["error"]["code"]) == (400, "header_missing")
    assert "webhook-id" in content["error"]["message"]["pl"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_405_for_another_method_with_the_one_that_works(world: WebhookWorld, method: str) -> None:
    request = request_of(BODY)
    request["requestContext"]["http"]["method"] = method
    request["pathParameters"] = {"proxy": "hurt"}
    answer = load("receive_invoices").handler(request, Context())
    assert (answer["statusCode"], answer["headers"]["allow"]) == (405, "POST")
    assert json.loads(answer["body"])["error"]["code"] == "method_not_allowed"
    assert world.table.invoices == {}


def test_a_slash_at_the_end_is_no_matter(world: WebhookWorld) -> None:
    request = request_of(BODY)
    request["pathParameters"] = {"proxy": "hurt/"}
    assert answer_to(request)[0] == 202
    assert world.invoice("FV/1").is_open
    request["pathParameters"] = {"proxy": "hurt/more"}
    assert answer_to(request)[0] == 401


@pytest.mark.usefixtures("world")
def test_413_for_more_than_a_mebibyte() -> None:
    assert answer_to(request_of(b" " * (1024 * 1024 + 1)))[0] == 413


@pytest.mark.usefixtures("world")
def test_422_with_a_pointer_to_each_bad_field() -> None:
    wrong = ISSUED | {"data": ISSUED["data"] | {"amount": "dużo", "debtor": {"id": ""}}}
    status, content = answer_to(request_of(json.dumps([ISSUED, wrong]).encode()))
    assert (status, content["error"]["code"]) == (422, "events_invalid")
    assert [(one["pointer"], one["code"]) for one in content["errors"]] == [
        ("/1/data/debtor/id", "debtor_id_missing"),
        ("/1/data/amount", "amount_invalid"),
    ]
    assert all(set(one["message"]) == {"pl", "en"} for one in content["errors"])


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"NaN",
        b"\xff\xfe",
        b"[" * 50_000,
        b'{"type": "case.noted", "timestamp": 1e999, "data": 1}',
        b'{"type": {"$ref": "#"}}',
        b'[{"type": "payment.received", "timestamp": "2026-03-02T08:15:30Z", "data": {"id": "\\ud800"}}]',
    ],
)
def test_bad_input_is_never_our_fault(body: bytes) -> None:
    for as_base64 in (False, True):
        assert 400 <= answer_to(request_of(body, as_base64=as_base64))[0] < 500


def test_503_when_the_sender_should_try_again(world: WebhookWorld) -> None:
    def lost(*_: object) -> list[Any]:
        raise Conflict("invoices")

    world.invoices.save = lost  # type: ignore[method-assign]
    assert answer_to(request_of(BODY))[0] == 503


def test_headers_may_come_in_any_case_and_a_body_may_be_missing(world: WebhookWorld) -> None:
    request = request_of(BODY)
    request["headers"] = {name.title(): value for name, value in request["headers"].items()}
    assert answer_to(request)[0] == 202
    without = request_of(b"", webhook_id="msg_3")
    del without["body"]
    assert answer_to(without)[0] == 422
    assert len(world.table.invoices) == 1


def test_what_is_counted_and_what_is_never_logged(world: WebhookWorld, capsys: pytest.CaptureFixture[str]) -> None:
    person = {"id": "K-1", "name": "Anna Nowak", "phones": ["512345678"], "emails": ["anna@nowak.pl"]}
    private = ISSUED | {"data": ISSUED["data"] | {"debtor": person}}
    answer_to(request_of(json.dumps(private).encode()))
    answer_to(request_of(json.dumps(private | {"timestamp": "Anna Nowak"}).encode(), webhook_id="msg_2"))
    answer_to(request_of(BODY, "Anna Nowak"))
    text = capsys.readouterr().out
    assert not any(word in text for word in ("Nowak", "512345678", "anna@", "K-1"))
    counted = [json.loads(line) for line in text.splitlines() if "_aws" in line]
    assert [{name: one[name] for name in one if name.startswith(("Events", "Webhooks"))} for one in counted] == [
        {"EventsTakenIn": [1.0]},
        {"WebhooksRefused": [1.0]},
        {"WebhooksRefused": [1.0]},
    ]
    assert world.invoice("FV/1").is_open
