"""What each carrier says, small and by hand: its row here is what holds it to the contract of `test_carriers.py`.

Whoever adds a carrier writes its row from the carrier's own documentation, not from what the code makes of it.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from tests.functions.recorded import ses_event, sns_log
from upominek.adapters.carriers.ses.tags import reminder_tags
from upominek.domain.errors import LaneFault, PermanentFailure, SendingError, TemporaryFailure
from upominek.domain.messages.receipt import Price, ReceiptKind
from upominek.domain.messages.reminder import Reminder
from upominek.domain.values.carrier import SES, SNS, Carrier

TOY = Carrier("toy")


class Refusal(NamedTuple):
    """An answer instead of taking the message, and what it means.

    Attributes:
        error: the carrier's code.
        meaning: our code for it, of `errors.toml`.
        status: of HTTP.
    """

    error: str
    kind: type[SendingError]
    meaning: str
    status: int = 400


class Told(NamedTuple):
    """A report, and what it says.

    Attributes:
        body: the report about a reminder, as it lies on the receipts queue. It is of Monday, 2 March 2026.
        kind, at, price: what has to be read in it; no price where the carrier tells none.
    """

    body: Callable[[Reminder], dict[str, Any]]
    kind: ReceiptKind
    at: datetime
    price: Price | None = None


class Samples(NamedTuple):
    """What a carrier says.

    Attributes:
        accepted_id: the id in its answer when it takes a message.
        delivered, failed: its reports of a message that arrived, and of one that will not.
        refusals: its answers that it does not take a message, at least one of each kind.
        refuses_with: the status of HTTP of an error that nobody knows.
        answer: its answer as bytes and headers, to an error's code and text or to None where it takes the message;
            None for AWS, whose answers `test_senders.Provider` has.
        address: the field of `Settings` with its address, where it has one.
    """

    accepted_id: str
    delivered: Told
    failed: Told
    refusals: tuple[Refusal, ...]
    refuses_with: int = 400
    answer: Callable[[tuple[str, str] | None], tuple[bytes, Mapping[str, str]]] | None = None
    address: str | None = None


def samples_of(carrier: Carrier) -> Samples:
    """The carrier's row; without one its tests fail and say where it belongs."""
    if carrier not in SAMPLES:
        pytest.fail(f"no samples of {carrier!r}: give it a row in SAMPLES, {__name__.replace('.', '/')}.py")
    return SAMPLES[carrier]


def at(hour: int, minute: int, second: int, thousandths: int = 0) -> datetime:
    """In UTC, on the day of the samples."""
    return datetime(2026, 3, 2, hour, minute, second, thousandths * 1000, tzinfo=UTC)


def _sns(name: str) -> Callable[[Reminder], dict[str, Any]]:
    return lambda reminder: sns_log(name, reminder.provider_message_id or "")


def _ses(name: str) -> Callable[[Reminder], dict[str, Any]]:
    def body(reminder: Reminder) -> dict[str, Any]:
        event = ses_event(name, reminder.key.id)
        tags = {one["Name"]: [one["Value"]] for one in reminder_tags(reminder.key)}
        event["detail"]["mail"] |= {"tags": tags, "messageId": reminder.provider_message_id}
        return event

    return body


def _toy(status: str, time: str) -> Callable[[Reminder], dict[str, Any]]:
    return lambda reminder: {
        "carrier": TOY,
        "id": reminder.provider_message_id,
        "status": status,
        "at": time,
        "price": "0.16",
    }


def _toy_answer(error: tuple[str, str] | None) -> tuple[bytes, Mapping[str, str]]:
    said = {"id": "toy-1"} if error is None else {"error": error[0], "message": error[1]}
    return json.dumps(said).encode(), {"Content-Type": "application/json"}


SAMPLES: dict[Carrier, Samples] = {
    SNS: Samples(
        accepted_id="sns-1",
        delivered=Told(_sns("success"), ReceiptKind.DELIVERED, at(9, 0, 2, 902), Price("0.03244", "USD")),
        failed=Told(_sns("failure"), ReceiptKind.FAILED, at(9, 0, 3, 251), Price("0.03244", "USD")),
        refusals=(
            Refusal("Throttling", TemporaryFailure, "throttled"),
            Refusal("OptedOut", PermanentFailure, "opted-out"),
            Refusal("AuthorizationError", LaneFault, "not-allowed", status=403),
        ),
    ),
    SES: Samples(
        accepted_id="ses-1",
        delivered=Told(_ses("delivery"), ReceiptKind.DELIVERED, at(9, 0, 4, 133)),
        failed=Told(_ses("bounce-permanent"), ReceiptKind.BOUNCED, at(9, 0, 5, 669)),
        refusals=(
            Refusal("TooManyRequestsException", TemporaryFailure, "throttled", status=429),
            Refusal("MessageRejected", PermanentFailure, "content-rejected"),
            Refusal("SendingPausedException", LaneFault, "sending-paused"),
        ),
    ),
    TOY: Samples(
        accepted_id="toy-1",
        delivered=Told(
            _toy("DELIVERED", "2026-03-02T10:01:00+01:00"), ReceiptKind.DELIVERED, at(9, 1, 0), Price("0.16", "PLN")
        ),
        failed=Told(
            _toy("UNREACHABLE", "2026-03-02T10:02:00+01:00"), ReceiptKind.FAILED, at(9, 2, 0), Price("0.16", "PLN")
        ),
        refusals=(
            Refusal("200", TemporaryFailure, "throttled", status=200),
            Refusal("13", PermanentFailure, "number-refused", status=200),
            Refusal("103", LaneFault, "out-of-funds", status=200),
        ),
        refuses_with=200,
        answer=_toy_answer,
    ),
}
"""By carrier; printed letters go to nobody over HTTP and nobody reports of them, so `print` has no row."""
