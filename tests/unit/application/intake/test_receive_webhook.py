"""Webhooks: who may speak, what counts once, and what a crash leaves behind."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.worlds.intake_world import IntakeWorld
from upominek.adapters.webhook.reading import read_members
from upominek.adapters.webhook.signature import check_headers, signed_at
from upominek.application.intake.receive_webhook import MOST_BYTES, ReceiveWebhook
from upominek.domain.errors import Conflict, Refused, UpominekError
from upominek.domain.parties.creditor import Creditor
from upominek.domain.receivables.events import EventsInvalid
from upominek.domain.values.money import Money

OLD, NEW, FOREIGN = (f"whsec_{base64.b64encode(word * 4).decode()}" for word in (b"stary-12", b"nowy-345", b"obcy-678"))
ISSUED: dict[str, Any] = {
    "type": "invoice.issued",
    "timestamp": "2026-03-02T08:15:30Z",
    "data": {"number": "FV/1", "debtor": {"id": "K-1"}, "due_date": "2026-03-16", "amount": "100.00"},
}


def sign(body: bytes, secret: str = NEW, webhook_id: str = "msg_1", timestamp: float | None = None) -> dict[str, str]:
    """Headers as an independent client makes them, by the words of the standard."""
    at = int(time.time() if timestamp is None else timestamp)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{webhook_id}.{at}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {"webhook-id": webhook_id, "webhook-timestamp": str(at), "webhook-signature": signature}


class WebhookWorld(IntakeWorld):
    """A creditor with two valid secrets."""

    def __init__(self) -> None:
        super().__init__()
        self.secrets.save_webhook_secrets("hurt", [NEW, OLD])
        self.secrets.save_webhook_secrets("ghost", [NEW])
        self.use_case = ReceiveWebhook(
            self.creditors,
            self.secrets,
            self.webhooks,
            self.apply_events,
            self.clock,
            check_headers=check_headers,
            check_signature=signed_at,
            read_events=read_members,
        )

    def receive(
        self,
        content: object,
        *,
        creditor: str = "hurt",
        change: Callable[[dict[str, str]], object] | None = None,
        secret: str = NEW,
        webhook_id: str = "msg_1",
        timestamp: float | None = None,
    ) -> dict[str, int]:
        """Sign and receive; `change` spoils the headers."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        headers = sign(body, secret, webhook_id, timestamp)
        if change is not None:
            change(headers)
        return dict(self.use_case.receive(creditor, headers, body))

    def refused(self, content: object = ISSUED, **how: Any) -> str:  # noqa: ANN401 - as `receive` has it
        """The code with which the message is refused."""
        with pytest.raises((Refused, EventsInvalid)) as caught:
            self.receive(content, **how)
        assert isinstance(caught.value, UpominekError)
        return caught.value.code


def test_a_signed_message_is_taken_in() -> None:
    world = WebhookWorld()
    assert world.receive([ISSUED, ISSUED | {"timestamp": "2026-03-02T09:00:00Z"}]) == {
        "events": 2,
        "new": 1,
        "unchanged": 1,
    }
    assert world.invoice("FV/1").outstanding == Money(10_000)


def test_both_secrets_are_valid_while_they_are_rotated() -> None:
    world = WebhookWorld()
    assert world.receive(ISSUED, secret=OLD)["events"] == 1
    assert world.receive(ISSUED, secret=NEW, webhook_id="msg_2")["events"] == 1
    world.secrets.save_webhook_secrets("hurt", [NEW])
    assert world.refused(secret=OLD) == "signature_invalid"


def test_one_good_signature_among_several_is_enough() -> None:
    def join(headers: dict[str, str]) -> None:
        headers["webhook-signature"] = f"v1a,bm9uZQ== v1,bm9uZQ== {headers['webhook-signature']}"

    assert WebhookWorld().receive(ISSUED, change=join)["events"] == 1


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda h: h.update({"webhook-signature": "v1"}), id="no comma"),
        pytest.param(lambda h: h.update({"webhook-signature": "v1,a,b"}), id="two commas"),
        pytest.param(lambda h: h.update({"webhook-signature": "v1,*"}), id="no base64"),
        pytest.param(lambda h: h.update({"webhook-signature": "v1,ąę"}), id="no ASCII"),
        pytest.param(lambda h: h.update({"webhook-signature": h["webhook-signature"][:-8]}), id="truncated"),
        pytest.param(lambda h: h.update({"webhook-signature": "v2" + h["webhook-signature"][2:]}), id="version"),
        pytest.param(lambda h: h.update({"webhook-id": "msg_2"}), id="another id"),
        pytest.param(lambda h: h.update({"webhook-timestamp": f"{int(h['webhook-timestamp']) + 1}"}), id="time"),
        pytest.param(lambda h: h.update({"webhook-timestamp": "99999999999"}), id="beyond time"),
    ],
)
def test_a_spoilt_signature_is_refused_and_changes_nothing(spoil: Callable[[dict[str, str]], object]) -> None:
    world = WebhookWorld()
    assert world.refused(change=spoil) == "signature_invalid"
    assert world.table.invoices == {}


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", [None, "", " "])
def test_a_header_that_is_missing_is_named(name: str, value: str | None) -> None:
    def take(headers: dict[str, str]) -> None:
        headers.pop(name)
        if value is not None:
            headers[name] = value

    for creditor in ("hurt", "nobody"):
        with pytest.raises(Refused) as caught:
            WebhookWorld().receive(ISSUED, creditor=creditor, change=take)
        assert caught.value.code == "header_missing"
        assert f" {name} " in caught.value.en
        assert f" {name}." in caught.value.pl


@pytest.mark.parametrize("text", ["yesterday", "nan", "1e300", "-1e15", "2026-03-02T08:15:30Z", "1772439330250", "-1"])
def test_a_time_that_is_not_in_seconds_is_told_so_to_whoever_it_is(text: str) -> None:
    for creditor, secret in (("hurt", NEW), ("hurt", FOREIGN), ("nobody", NEW)):
        with pytest.raises(Refused) as caught:
            WebhookWorld().receive(
                ISSUED, creditor=creditor, secret=secret, change=lambda h: h.update({"webhook-timestamp": text})
            )
        assert caught.value.code == "timestamp_malformed"
        assert ("milliseconds" in caught.value.en) == (text == "1772439330250")


def _hexadecimal(signature: str) -> str:
    return base64.b64decode(signature.removeprefix("v1,")).hex()


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda signature: f"sha256={_hexadecimal(signature)}", id="as GitHub does"),
        pytest.param(lambda signature: f"t=1772439330,v1={_hexadecimal(signature)}", id="as Stripe does"),
        pytest.param(_hexadecimal, id="hexadecimal"),
        pytest.param(lambda signature: f"v1,{_hexadecimal(signature)}", id="v1 and hexadecimal"),
        pytest.param(lambda signature: signature.removeprefix("v1,"), id="bare"),
        pytest.param(lambda signature: signature.rstrip("="), id="no padding"),
        pytest.param(lambda signature: "v1," + "-_" + signature[5:], id="base64url"),
        pytest.param(lambda signature: "v1," + "-_" + signature[5:-1], id="base64url without padding"),
    ],
)
def test_a_signature_written_as_others_write_it_is_told_so_to_whoever_it_is(write: Callable[[str], str]) -> None:
    for secret in (NEW, FOREIGN):
        assert (
            WebhookWorld().refused(
                secret=secret, change=lambda h: h.update({"webhook-signature": write(h["webhook-signature"])})
            )
            == "signature_malformed"
        )


def test_another_body_under_the_same_signature_is_refused() -> None:
    world = WebhookWorld()
    body = json.dumps(ISSUED).encode()
    with pytest.raises(Refused) as caught:
        world.use_case.receive("hurt", sign(body), body.replace(b"100.00", b"900.00"))
    assert caught.value.code == "signature_invalid"


@pytest.mark.parametrize("seconds", [-301, 301])
def test_what_was_signed_too_long_ago_or_ahead_is_refused(seconds: int) -> None:
    assert WebhookWorld().refused(timestamp=time.time() + seconds) == "signature_invalid"


@pytest.mark.parametrize("seconds", [-290, 290])
def test_within_five_minutes_it_is_taken_whatever_the_business_clock_says(seconds: int) -> None:
    world = WebhookWorld()
    world.clock.time = datetime(2027, 3, 2, tzinfo=UTC)
    assert world.receive(ISSUED, timestamp=time.time() + seconds)["events"] == 1


def test_who_is_unknown_hears_the_same_as_who_signs_wrongly() -> None:
    world = WebhookWorld()
    answers = set()
    for creditor, secret in (
        ("hurt", FOREIGN),
        ("nobody", NEW),
        ("ghost", NEW),
        ("HURT", NEW),
        ("hurt#D", NEW),
        ("", NEW),
        ("../hurt", NEW),
    ):
        with pytest.raises(Refused) as caught:
            world.receive(ISSUED, creditor=creditor, secret=secret)
        answers.add((caught.value.code, caught.value.pl, caught.value.en))
    assert len(answers) == 1


def test_the_same_message_twice_changes_nothing_and_is_accepted() -> None:
    world = WebhookWorld()
    first = world.receive(ISSUED)
    version = world.invoice("FV/1").version
    assert world.receive(ISSUED) == first
    assert world.invoice("FV/1").version == version


def test_the_same_content_under_another_id_changes_nothing() -> None:
    world = WebhookWorld()
    world.receive(ISSUED)
    version = world.invoice("FV/1").version
    world.receive(ISSUED, webhook_id="msg_2")
    assert world.invoice("FV/1").version == version


def test_one_id_never_stands_for_two_bodies() -> None:
    world = WebhookWorld()
    world.receive(ISSUED)
    other = ISSUED | {"type": "invoice.changed", "timestamp": "2026-03-02T10:00:00Z"}
    assert world.refused(other) == "webhook_id_reused"
    assert world.receive(other, webhook_id="msg_2")["events"] == 1


def test_ids_of_two_creditors_have_nothing_to_do_with_each_other() -> None:
    world = WebhookWorld()
    world.creditors.save(Creditor(id="ghost", name="Inny"))
    world.receive(ISSUED)
    other = ISSUED | {"timestamp": "2026-03-02T10:00:00Z"}
    assert world.receive(other, creditor="ghost")["events"] == 1
    assert {key.creditor for key in world.table.invoices} == {"hurt", "ghost"}


def test_a_wrong_event_stops_all_and_its_id_stays_free() -> None:
    world = WebhookWorld()
    assert world.refused([ISSUED, ISSUED | {"data": {}}]) == "events_invalid"
    assert world.table.invoices == {}
    assert world.receive(ISSUED)["events"] == 1


def test_a_crash_between_remembering_and_applying_is_healed_by_the_retry() -> None:
    world = WebhookWorld()
    save = world.invoices.save

    def crash(*_: object) -> list[Any]:
        raise Conflict("crash")

    world.invoices.save = crash  # type: ignore[method-assign]
    with pytest.raises(Conflict):
        world.receive(ISSUED)
    world.invoices.save = save  # type: ignore[method-assign]
    assert world.receive(ISSUED)["new"] == 1
    assert world.invoice("FV/1").outstanding == Money(10_000)


def test_a_message_too_large_is_refused_before_anything_is_asked() -> None:
    world = WebhookWorld()
    assert world.refused(b" " * (MOST_BYTES + 1), creditor="nobody") == "body_too_large"
    assert world.refused(b" " * MOST_BYTES) == "events_invalid"


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(ISSUED, ensure_ascii=False).replace("FV", "Łódź").encode("cp1250"),
        b"\xff\xfe\x00",
        b"\x1f\x8b\x08\xff",
    ],
)
def test_a_signed_message_that_is_no_utf8_is_told_so_and_nobody_else_is(body: bytes) -> None:
    def problem(error: pytest.ExceptionInfo[EventsInvalid]) -> str:
        return error.value.problems[0].code

    world = WebhookWorld()
    for secret in (NEW, OLD):
        with pytest.raises(EventsInvalid) as caught:
            world.receive(body, secret=secret)
        assert problem(caught) == "body_not_utf8"
    assert world.refused(body, secret=FOREIGN) == "signature_invalid"
    assert world.refused(body, creditor="nobody") == "signature_invalid"
    assert world.refused(body, timestamp=time.time() - 301) == "signature_invalid"
    assert world.refused(body, change=lambda h: h.update({"webhook-signature": "v1,*"})) == "signature_invalid"


@pytest.mark.parametrize("webhook_id", ["x" * 129, "msg\u200b1"])
def test_an_id_that_cannot_be_kept_is_refused(webhook_id: str) -> None:
    assert WebhookWorld().refused(webhook_id=webhook_id) == "events_invalid"


def test_an_event_more_than_ten_minutes_ahead_of_business_time_is_refused() -> None:
    world = WebhookWorld()

    def dated(**ahead: float) -> dict[str, Any]:
        return ISSUED | {"timestamp": (world.clock.time + timedelta(**ahead)).isoformat(timespec="seconds")}

    for ahead in (timedelta(minutes=11), timedelta(days=1), timedelta(days=30)):
        with pytest.raises(EventsInvalid) as caught:
            world.receive(dated(seconds=ahead.total_seconds()))
        assert [(one.where.pointer, one.code) for one in caught.value.problems] == [
            ("/timestamp", "timestamp_in_future")
        ]
    assert world.receive(dated(minutes=9))["events"] == 1


def test_what_happens_at_the_moment_of_signing_is_never_ahead_wherever_the_clock_was_moved() -> None:
    world = WebhookWorld()
    now = datetime.now(UTC)
    assert world.receive(ISSUED | {"timestamp": now.isoformat(timespec="seconds")})["events"] == 1
    ahead = (now + timedelta(minutes=11)).isoformat(timespec="seconds")
    assert world.refused(ISSUED | {"timestamp": ahead}, webhook_id="msg_2") == "events_invalid"
