"""send_reminder, record_receipt and forward_delivery_logs, with genuine events over the world in memory."""

import base64
import json
import tracemalloc
import zlib
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from tests.functions.recorded import Context, event, load, logs_event, ses_event, sns_log, sqs_event
from tests.worlds.stage import EMAIL, ITEM, NOW, PHONE, Stage
from upominek import bootstrap
from upominek.application.receipts.record_receipt import WAIT_SECONDS
from upominek.domain.errors import LaneFault, Unavailable
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.messages.sender_reputation import ReputationCounts
from upominek.domain.values.carrier import SES
from upominek.domain.values.channel import Channel

TO_EMAIL = replace(ITEM, channel=Channel.EMAIL)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Stage:
    """The world that the functions find behind `bootstrap`."""
    stage = Stage()
    # Powertools keeps one logger for each service, and with it the standard output of the test that made it.
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", request.node.name)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Upominek")
    monkeypatch.setattr(bootstrap, "send_reminder", stage.sender)
    monkeypatch.setattr(bootstrap, "record_receipt", stage.recorder)
    monkeypatch.setattr(bootstrap, "queues", lambda: stage.queues)
    return stage


def call(function: ModuleType, content: dict[str, Any], context: Context | None = None) -> dict[str, Any]:
    answer: dict[str, Any] = function.handler(content, context or Context())
    return answer


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def metrics(capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    """Sums of what was counted."""
    found: dict[str, float] = {}
    for line in lines(capsys):
        for metric in line.get("_aws", {}).get("CloudWatchMetrics", [{"Metrics": []}])[0]["Metrics"]:
            found[metric["Name"]] = found.get(metric["Name"], 0) + sum(line[metric["Name"]])
    del found["Messages"]
    return found


# --- send_reminder


def test_a_batch_is_sent_and_counted(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.debtor("D-2")
    answer = call(load("send_reminder"), sqs_event(ITEM.to_dict(), ITEM.to_dict()))
    assert answer == {"batchItemFailures": []}
    assert [message.to for message in stage.sms.sent] == [PHONE]
    assert metrics(capsys) == {"RemindersSent": 1, "RemindersAlreadyHandled": 1}


def test_only_what_failed_comes_back(stage: Stage) -> None:
    nobody = replace(ITEM, creditor="nobody").to_dict()
    answer = call(load("send_reminder"), sqs_event(nobody, ITEM.to_dict(), "no json"))
    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == ["m-0", "m-2"]
    assert len(stage.sms.sent) == 1


@pytest.mark.parametrize("bodies", [(), ({"creditor": "nobody"},)])
def test_neither_an_empty_batch_nor_one_of_which_all_failed_raises(
    stage: Stage, bodies: tuple[dict[str, str], ...]
) -> None:
    answer = call(load("send_reminder"), sqs_event(*bodies))
    assert len(answer["batchItemFailures"]) == len(bodies)
    assert stage.handed_over() == 0


def test_a_worker_whose_time_is_over_puts_its_items_back(stage: Stage) -> None:
    assert call(load("send_reminder"), sqs_event(ITEM.to_dict()), Context(remaining_ms=5_000)) == {
        "batchItemFailures": []
    }
    assert [item for item, _ in stage.queues.outbox] == [ITEM]


def test_a_stopped_lane_is_counted_under_the_name_that_the_alarm_knows(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.sms.fail_next(LaneFault("spend-limit"))
    call(load("send_reminder"), sqs_event(ITEM.to_dict()))
    assert metrics(capsys) == {"LaneStopped": 1}


def test_no_log_line_has_contact_data_or_words(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.sms.fail_next(ValueError(f"{PHONE} FV/1 1234,56 PLN"))
    call(
        load("send_reminder"),
        sqs_event(ITEM.to_dict(), replace(TO_EMAIL, is_fallback=True, tried=Channel.SMS).to_dict()),
    )
    logged = capsys.readouterr()
    assert stage.email.sent
    for secret in (PHONE, PHONE[3:], EMAIL, "1234,56", "Kowalska", stage.email.sent[0].subject):
        assert secret not in logged.out + logged.err
    assert '"error":"OutcomeUnknown"' in logged.out
    assert '"error":"ValueError"' in logged.out


# --- record_receipt


def send_email(stage: Stage) -> str:
    stage.debtor(phone=None)
    stage.send(TO_EMAIL)
    return stage.reminder().key.id


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("send", ReminderStatus.SENT, "accepted"),
        ("delivery", ReminderStatus.DELIVERED, "delivered"),
        ("bounce-permanent", ReminderStatus.BOUNCED, "no-such-mailbox"),
        ("bounce-transient", ReminderStatus.FAILED, "mailbox-full"),
        ("complaint", ReminderStatus.DELIVERED, "complaint"),
        ("reject", ReminderStatus.FAILED, "rejected"),
        ("open", ReminderStatus.SENT, "opened"),
        ("click", ReminderStatus.SENT, "clicked"),
        ("rendering-failure", ReminderStatus.FAILED, "rendering-failed"),
        ("delivery-delay", ReminderStatus.SENT, "delayed-communication"),
    ],
)
def test_every_event_of_ses_reaches_its_reminder(stage: Stage, name: str, status: ReminderStatus, code: str) -> None:
    content = ses_event(name, send_email(stage))
    assert call(load("record_receipt"), sqs_event(content, content)) == {"batchItemFailures": []}
    reminder = stage.reminder()
    assert reminder.status is status
    assert [one.code for one in reminder.receipts] == [code]
    assert EMAIL not in str(reminder.receipts)


@pytest.mark.parametrize(
    ("name", "status", "code", "price"),
    [
        ("success", ReminderStatus.DELIVERED, "accepted-by-carrier", "0.03244 USD"),
        ("failure", ReminderStatus.FAILED, "unreachable", "0.03244 USD"),
        ("quota", ReminderStatus.FAILED, "spend-limit", None),
    ],
)
def test_every_delivery_log_of_sns_reaches_its_reminder(
    stage: Stage, name: str, status: ReminderStatus, code: str, price: str | None
) -> None:
    stage.send()
    call(load("record_receipt"), sqs_event(sns_log(name, "sms-0001")))
    reminder = stage.reminder()
    assert (reminder.status, reminder.price, reminder.parts) == (status, price, 1)
    assert [one.code for one in reminder.receipts] == [code]


def test_reports_are_counted_and_strange_ones_apart(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.send()
    bodies = [sns_log("quota", "sms-0001"), sns_log("quota", "sms-0001"), sns_log("success", "not yet")]
    call(load("record_receipt"), sqs_event(*bodies))
    assert metrics(capsys) == {"ReportsNew": 1, "ReportsRepeated": 1, "ReportsWaiting": 1, "ReportsToLookAt": 2}
    assert [seconds for _, seconds in stage.queues.reports] == [5]


def test_too_many_returns_stop_the_email_lane_and_are_counted_under_the_name_that_the_alarm_knows(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    content = ses_event("bounce-permanent", send_email(stage))
    stage.progress.count("rura", SES, NOW, ReputationCounts(999, 99), "before")
    call(load("record_receipt"), sqs_event(content, content))
    assert metrics(capsys) == {"ReportsNew": 1, "ReportsRepeated": 1, "ReportsToLookAt": 0, "EmailBrakeStop": 1}
    assert stage.progress.lane_stops("rura").keys() == {SES}


def test_a_report_is_safe_though_it_cannot_be_counted(
    stage: Stage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object) -> None:
        raise Unavailable("UpdateItem")

    monkeypatch.setattr(stage.progress, "count", unavailable)
    content = ses_event("delivery", send_email(stage))
    assert call(load("record_receipt"), sqs_event(content)) == {"batchItemFailures": []}
    assert stage.reminder().status is ReminderStatus.DELIVERED
    assert any(line.get("message") == "Not counted yet" for line in lines(capsys))


def test_an_sms_of_somebody_else_in_the_account_is_dropped_after_its_wait(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another stack, or a shop's one-time codes: no dead letter, nothing to look at, whatever was answered."""
    body: dict[str, object] = sns_log("failure", "sms-of-a-shop")
    body["delivery"] = {**sns_log("failure", "x")["delivery"], "providerResponse": "Gremlins"}
    for _ in range(len(WAIT_SECONDS) + 1):
        assert call(load("record_receipt"), sqs_event(body)) == {"batchItemFailures": []}
        body, _ = stage.queues.reports.pop() if stage.queues.reports else ({}, 0)
    assert body == {}
    counted = metrics(capsys)
    assert counted == {"ReportsWaiting": len(WAIT_SECONDS), "ReportsForeign": 1, "ReportsToLookAt": 0}


def test_an_email_of_somebody_else_is_none_of_our_business(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    content = ses_event("delivery", "x")
    del content["detail"]["mail"]["tags"]["upominek-reminder"]
    assert call(load("record_receipt"), sqs_event(content)) == {"batchItemFailures": []}
    assert metrics(capsys) == {}
    assert stage.queues.reports == []


def test_what_is_no_report_lands_in_the_dead_letters_and_not_in_the_log(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = call(load("record_receipt"), sqs_event({"to": PHONE}, sns_log("success", "sms-0001")))
    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == ["m-0"]
    assert PHONE not in capsys.readouterr().out
    assert call(load("record_receipt"), {"Records": []}) == {"batchItemFailures": []}
    assert stage.clock.now() == NOW


# --- forward_delivery_logs


def test_delivery_logs_are_forwarded_without_the_phone_number(stage: Stage) -> None:
    log = sns_log("success", "sms-0001")
    call(load("forward_delivery_logs"), logs_event(json.dumps(log), json.dumps(sns_log("failure", "sms-0002"))))
    bodies = [body for body, _ in stage.queues.reports]
    assert PHONE not in json.dumps(bodies)
    assert [body["notification"]["messageId"] for body in bodies] == ["sms-0001", "sms-0002"]
    stage.send()
    call(load("record_receipt"), sqs_event(*bodies))
    assert stage.reminder().status is ReminderStatus.DELIVERED


def test_the_control_message_is_ignored(stage: Stage) -> None:
    assert event("cloudwatch-logs-control")["messageType"] == "CONTROL_MESSAGE"
    call(load("forward_delivery_logs"), logs_event(name="cloudwatch-logs-control"))
    assert stage.queues.reports == []


def test_a_line_that_cannot_be_read_holds_up_no_other_and_is_not_lost(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    good = json.dumps(sns_log("success", "sms-0001"))
    with pytest.raises(ValueError, match="2 delivery logs"):
        call(load("forward_delivery_logs"), logs_event(f"no json {PHONE}", good, "{}"))
    assert len(stage.queues.reports) == 1
    assert PHONE not in capsys.readouterr().out


@pytest.mark.parametrize("size", [17 * 1024 * 1024, 100 * 1024 * 1024])
def test_logs_that_unpack_without_end_are_refused_before_memory_is_and_end_as_a_dead_letter(
    stage: Stage, size: int
) -> None:
    packing = zlib.compressobj(9, zlib.DEFLATED, 31)
    million = b" " * 1024 * 1024
    bomb = b"".join(packing.compress(million) for _ in range(size // len(million))) + packing.flush()
    forward = load("forward_delivery_logs")
    tracemalloc.start()
    try:
        # Lambda tries what fails again, and then puts it into the dead-letter queue, which has an alarm.
        with pytest.raises(ValueError, match="unpack to more"):
            call(forward, {"awslogs": {"data": base64.b64encode(bomb).decode()}})
        assert tracemalloc.get_traced_memory()[1] < 64 * 1024 * 1024
    finally:
        tracemalloc.stop()
    assert stage.queues.reports == []
