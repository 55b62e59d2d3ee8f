"""Webhooks that nobody would send: an answer of the published document to each, and nothing done where it says no."""

import base64
import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.functions.recorded import Context, event, load
from tests.fuzz.bounds import tries
from tests.fuzz.documents import JUNK_TEXT, Schemas, dumped, spoilt, torn
from tests.unit.application.intake.test_receive_webhook import NEW, WebhookWorld, sign
from upominek import bootstrap

DOCUMENT = yaml.safe_load((Path(__file__).parents[2] / "docs/openapi.yaml").read_text(encoding="utf-8"))
RESPONSES = DOCUMENT["paths"]["/webhooks/{creditor}"]["post"]["responses"]
REFUSALS = {int(status) for status in RESPONSES if status.startswith("4")}
BODY = DOCUMENT["paths"]["/webhooks/{creditor}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
BODIES = Schemas(DOCUMENT["components"]["schemas"]).of(BODY)


class Desk:
    """The function over an empty world in memory, anew for each message."""

    def __init__(self) -> None:
        self._world = WebhookWorld()
        self.handler: Callable[..., dict[str, Any]] = dict

    def receive(self, creditor: str, headers: Mapping[str, str], body: bytes) -> dict[str, int]:
        """What the function calls."""
        return self._world.use_case.receive(creditor, headers, body)

    def answer(self, request: dict[str, Any]) -> tuple[int, dict[str, Any], bool]:
        """Status and body of the answer, and whether anything in the world is another than before."""
        self._world = WebhookWorld()
        before = _all_of(self._world)
        answer = self.handler(request, Context())
        return answer["statusCode"], json.loads(answer["body"]), _all_of(self._world) != before


def _all_of(world: WebhookWorld) -> str:
    table = world.table
    kept = [table.cases, table.invoices, table.due, table.reminders, table.told, table.suppressed]
    return repr([kept, vars(world.webhooks)["_digests"], world.queues.outbox, world.queues.imports])


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POWERTOOLS_SERVICE_NAME", "fuzz-webhook")
        patch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Upominek")
        found = Desk()
        patch.setattr(bootstrap, "receive_events", lambda: found)
        found.handler = load("receive_invoices").handler
        yield found


def posted(body: bytes, **headers: str) -> dict[str, Any]:
    """A signed request of the HTTP API with this body, and with other headers where they are given."""
    request = event("http-api")
    request["pathParameters"] = {"creditor": "hurt"}
    request["headers"] |= sign(body, timestamp=time.time()) | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    request["body"], request["isBase64Encoded"] = base64.b64encode(body).decode(), True
    return request


def held(status: int, content: dict[str, Any], *, changed: bool) -> None:
    """The answer is one of the document's, and a refusal has done nothing."""
    if status == 202:
        assert set(content) == {"accepted", "outcome"}
        return
    assert status in REFUSALS
    assert content["error"]["code"]
    assert set(content["error"]["message"]) == {"pl", "en"}
    assert not changed
    if status == 422:
        assert content["errors"]
        for one in content["errors"]:
            assert one["pointer"] == "" or one["pointer"].startswith("/")
            assert one["code"]
            assert one["message"]["pl"]
            assert one["message"]["en"]


@given(body=BODIES)
@tries(250)
def test_what_the_document_allows_is_taken_in_or_told_what_is_wrong(desk: Desk, body: object) -> None:
    status, content, changed = desk.answer(posted(dumped(body)))
    held(status, content, changed=changed)
    assert status in {202, 422}
    assert changed is (status == 202)


@given(body=spoilt(BODIES))
@tries(350)
def test_what_the_document_does_not_allow_is_never_our_fault(desk: Desk, body: object) -> None:
    status, content, changed = desk.answer(posted(dumped(body)))
    held(status, content, changed=changed)


@given(body=torn(BODIES.map(dumped)))
@tries(250)
def test_torn_bytes_are_refused_or_still_mean_something(desk: Desk, body: bytes) -> None:
    status, content, changed = desk.answer(posted(body))
    held(status, content, changed=changed)


@given(body=st.one_of(st.binary(max_size=2000), st.text(max_size=500).map(lambda text: text.encode(errors="replace"))))
@tries(100)
def test_noise_is_refused(desk: Desk, body: bytes) -> None:
    status, content, changed = desk.answer(posted(body))
    held(status, content, changed=changed)
    assert status in REFUSALS


TEXT = st.one_of(st.sampled_from(JUNK_TEXT), st.text(max_size=60))


@given(
    creditor=st.one_of(st.sampled_from(["hurt", "ghost", "nobody"]), TEXT),
    headers=st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "Webhook-Id", "content-type"]), TEXT
    ),
    body=st.one_of(st.none(), TEXT),
    dropped=st.sets(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"])),
)
@tries(250)
def test_whatever_the_envelope_says_no_stranger_gets_in(
    desk: Desk, creditor: str, headers: dict[str, str], body: str | None, dropped: set[str]
) -> None:
    request = posted(b"{}")
    request["pathParameters"] = {"creditor": creditor}
    request["headers"] = {
        name: value for name, value in {**request["headers"], **headers}.items() if name not in dropped
    }
    request["body"], request["isBase64Encoded"] = body, False
    status, content, changed = desk.answer(request)
    held(status, content, changed=changed)
    assert status in REFUSALS


@given(body=BODIES.map(dumped), damage=st.integers(0), secret=st.binary(min_size=1, max_size=64))
@tries(100)
def test_a_signature_holds_for_one_body_one_time_and_one_secret(
    desk: Desk, body: bytes, damage: int, secret: bytes
) -> None:
    genuine = posted(body)["headers"]
    other = bytearray(body)
    other[damage % len(body)] ^= 1 + damage % 255
    foreign = f"whsec_{base64.b64encode(secret).decode()}"
    signature = genuine["webhook-signature"]
    kept = len("v1,") + damage % (len(signature) - len("v1,"))  # the last character at least is missing
    later = str(int(genuine["webhook-timestamp"]) + 1 + damage % 200)
    for forged in (
        posted(bytes(other), webhook_signature=signature),
        posted(body, webhook_signature=sign(body, foreign)["webhook-signature"]),
        posted(body, webhook_signature=signature[:kept]),
        posted(body, webhook_timestamp=later),
        posted(body, webhook_id="msg_2"),
        posted(body, **sign(body, NEW, timestamp=time.time() - 301)),
    ):
        assert desk.answer(forged)[::2] == (401, False)
