"""What SNS logs about SMS."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from local.carriers import sns
from local.carriers.behaviours import ACCEPTED, Call
from local.carriers.message import Message

AT = datetime(2026, 3, 2, 8, 0, 1, 234567, tzinfo=UTC)


def body(text: str = "Faktura FV/1", **attributes: str) -> bytes:
    form = {"Action": "Publish", "PhoneNumber": "+48455000001", "Message": text}
    for position, (name, value) in enumerate(attributes.items(), start=1):
        form[f"MessageAttributes.entry.{position}.Name"] = f"AWS.SNS.SMS.{name}"
        form[f"MessageAttributes.entry.{position}.Value.StringValue"] = value
    return urlencode(form).encode()


def record(answer: str, sent: bytes) -> tuple[bool, dict[str, Any]]:
    message = Message(
        carrier="sns", channel="sms", id="id-1", recipient="+48455000001", accepted_at=AT, request=sns.remembered(sent)
    )
    success, text = sns.log_record(message, answer, AT + timedelta(seconds=3))
    return success, json.loads(text)


def test_a_delivered_sms_is_logged_as_sns_does() -> None:
    success, logged = record(ACCEPTED, body(SMSType="Transactional", MaxPrice="0.50"))
    assert success
    assert logged == {
        "notification": {"messageId": "id-1", "timestamp": "2026-03-02 08:00:01.234"},
        "delivery": {
            "phoneCarrier": "Simulated Carrier",
            "mcc": 260,
            "mnc": 3,
            "numberOfMessageParts": 1,
            "destination": "+48455000001",
            "priceInUSD": 0.04,
            "smsType": "Transactional",
            "providerResponse": "Message has been accepted by phone carrier",
            "dwellTimeMs": 80,
            "dwellTimeMsUntilDeviceAck": 3000,
        },
        "status": "SUCCESS",
    }


def test_a_failure_has_no_carrier() -> None:
    success, logged = record("Phone number is opted out", body())
    assert not success
    assert logged["status"] == "FAILURE"
    assert logged["delivery"]["mcc"] == 0
    assert "phoneCarrier" not in logged["delivery"]
    assert logged["delivery"]["smsType"] == "Promotional"


def test_parts_are_counted_and_paid_for() -> None:
    _, logged = record(ACCEPTED, body("ą" * 71))
    assert logged["delivery"]["numberOfMessageParts"] == 2
    assert logged["delivery"]["priceInUSD"] == 0.08


def test_a_message_dearer_than_allowed_is_not_delivered() -> None:
    success, logged = record(ACCEPTED, body("ą" * 71, MaxPrice="0.05"))
    assert not success
    assert logged["delivery"]["providerResponse"] == "This delivery would exceed max price"


def test_an_objection_names_the_number_as_sns_does() -> None:
    success, logged = record("{phone} is opted out", body())
    assert not success
    assert logged["delivery"]["providerResponse"] == f"{logged['delivery']['destination']} is opted out"


def test_only_a_publish_to_a_phone_is_an_sms() -> None:
    assert sns.recipient_of(body()) == "+48455000001"
    assert sns.recipient_of(urlencode({"Action": "Publish", "TopicArn": "arn"}).encode()) is None
    assert (
        sns.recipient_of(urlencode({"Action": "CheckIfPhoneNumberIsOptedOut", "PhoneNumber": "+48"}).encode()) is None
    )
    assert sns.recipient_of(b"") is None


def test_log_groups_are_named_by_sns() -> None:
    assert sns.log_group("eu-central-1", "1", success=True) == "sns/eu-central-1/1/DirectPublishToPhoneNumber"
    assert sns.log_group("eu-central-1", "1", success=False) == "sns/eu-central-1/1/DirectPublishToPhoneNumber/Failure"


def test_the_message_id_is_read_from_the_answer() -> None:
    assert sns.accepted_id(b"<PublishResult><MessageId>abc-1</MessageId></PublishResult>") == "abc-1"
    with pytest.raises(ValueError, match="MessageId"):
        sns.accepted_id(b"<PublishResult/>")


@pytest.mark.parametrize("call", [Call.THROTTLED, Call.REFUSED, Call.MISCONFIGURED, Call.BROKEN])
def test_a_refusal_names_its_error(call: Call) -> None:
    status, _, content = sns.refusal(call, "request-1")
    assert status >= 400
    assert b"<Code>" in content
