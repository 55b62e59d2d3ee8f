"""What SES tells about e-mails."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from local.carriers import ses
from local.carriers.aws import Aws
from local.carriers.behaviours import BEHAVIOURS, Call, behaviour_of
from local.carriers.journal import Journal
from local.carriers.message import Message
from local.carriers.teller import Teller
from local.stack.clock import MovableClock

if TYPE_CHECKING:
    from pathlib import Path

ACCEPTED = datetime(2026, 3, 2, 8, 0, 1, 234567, tzinfo=UTC)
REQUEST = {
    "FromEmailAddress": "Hurtownia Rura <faktury@example.com>",
    "Destination": {"ToAddresses": ["Jan <bounced+1@example.com>"], "BccAddresses": ["archiwum@example.com"]},
    "ReplyToAddresses": ["ewa@example.com"],
    "ConfigurationSetName": "upominek-set",
    "EmailTags": [{"Name": "reminder", "Value": "r-1"}, {"Name": "creditor", "Value": "rura"}],
    "Content": {
        "Simple": {
            "Subject": {"Data": "Faktura FV/1, zażółć", "Charset": "UTF-8"},
            "Body": {"Text": {"Data": "…"}},
            "Headers": [{"Name": "List-Unsubscribe", "Value": "<mailto:x@example.com>"}],
        }
    },
}
BODY = json.dumps(REQUEST).encode()


def message(**changes: object) -> Message:
    request = ses.remembered(json.dumps(REQUEST | changes).encode())
    return Message(
        carrier="ses",
        channel="email",
        id="id-1",
        recipient="bounced+1@example.com",
        accepted_at=ACCEPTED,
        request=request,
    )


def event(what: str, **changes: object) -> dict[str, Any]:
    at = ACCEPTED + timedelta(seconds=2)
    entry = ses.event(message(**changes), what, at, region="eu-central-1", account="123456789012")
    assert entry is not None
    return entry | {"Detail": json.loads(entry["Detail"])}


def test_the_first_recipient_decides() -> None:
    assert ses.recipient_of(BODY) == "bounced+1@example.com"
    assert ses.recipient_of(json.dumps({"Destination": {"CcAddresses": ["b@example.com"]}}).encode()) == "b@example.com"
    assert ses.recipient_of(b'{"Content": {"Raw": {}}}') is None


def test_an_e_mail_of_another_making_is_not_kept() -> None:
    assert ses.mail_of(BODY) is not None
    assert ses.mail_of(json.dumps({"Content": {"Raw": {"Data": ""}}}).encode()) is None


def test_an_event_goes_out_as_ses_sends_it() -> None:
    entry = event("Delivery")
    assert entry["Source"] == "aws.ses"
    assert entry["DetailType"] == "Email Delivered"
    assert entry["Resources"] == ["arn:aws:ses:eu-central-1:123456789012:configuration-set/upominek-set"]
    assert entry["Detail"]["eventType"] == "Delivery"
    assert entry["Detail"]["delivery"] == {
        "timestamp": "2026-03-02T08:00:03.234Z",
        "processingTimeMillis": 2000,
        "recipients": ["Jan <bounced+1@example.com>", "archiwum@example.com"],
        "smtpResponse": "250 2.6.0 Message received",
        "reportingMTA": "mta.example.com",
    }


def test_an_e_mail_with_files_has_parts_of_several_kinds() -> None:
    simple = REQUEST["Content"]["Simple"] | {"Attachments": [{"FileName": "kod.png"}]}  # type: ignore[index,operator]
    with_files = event("Send", Content={"Simple": simple})["Detail"]["mail"]["headers"]
    without = event("Send")["Detail"]["mail"]["headers"]
    kinds = [
        next(one["value"] for one in headers if one["name"] == "Content-Type") for headers in (with_files, without)
    ]
    assert [kind.partition(";")[0] for kind in kinds] == ["multipart/mixed", "multipart/alternative"]


def test_every_event_repeats_the_e_mail() -> None:
    mail = event("Send")["Detail"]["mail"]
    assert mail["timestamp"] == "2026-03-02T08:00:01.234Z"
    assert mail["source"] == REQUEST["FromEmailAddress"]
    assert mail["sourceArn"] == "arn:aws:ses:eu-central-1:123456789012:identity/example.com"
    assert mail["messageId"] == "id-1"
    assert {"name": "Subject", "value": "Faktura FV/1, zażółć"} in mail["headers"]
    assert {"name": "List-Unsubscribe", "value": "<mailto:x@example.com>"} in mail["headers"]
    assert mail["commonHeaders"] == {
        "from": ["Hurtownia Rura <faktury@example.com>"],
        "to": ["Jan <bounced+1@example.com>"],
        "replyTo": ["ewa@example.com"],
        "messageId": "id-1",
        "subject": "Faktura FV/1, zażółć",
    }


def test_tags_are_lists_ours_beside_those_of_ses() -> None:
    tags = event("Send")["Detail"]["mail"]["tags"]
    assert tags["reminder"] == ["r-1"]
    assert tags["ses:configuration-set"] == ["upominek-set"]
    assert tags["ses:from-domain"] == ["example.com"]
    assert all(isinstance(values, list) for values in tags.values())


def test_a_bounce_says_whom_it_concerns_and_why() -> None:
    bounce = event("Bounce Permanent/General")["Detail"]["bounce"]
    assert (bounce["bounceType"], bounce["bounceSubType"]) == ("Permanent", "General")
    assert bounce["bouncedRecipients"] == [
        {
            "emailAddress": "bounced+1@example.com",
            "action": "failed",
            "status": "5.1.1",
            "diagnosticCode": "smtp; 550 5.1.1 user unknown",
        }
    ]


def test_a_complaint_says_what_kind_it_is() -> None:
    complaint = event("Complaint abuse")["Detail"]["complaint"]
    assert complaint["complaintFeedbackType"] == "abuse"
    assert complaint["complainedRecipients"] == [{"emailAddress": "bounced+1@example.com"}]


@pytest.mark.parametrize("what", sorted({what for each in BEHAVIOURS for what in each.email}))
def test_everything_that_the_table_names_can_be_told(what: str) -> None:
    entry = event(what)
    event_type = entry["Detail"]["eventType"]
    assert entry["DetailType"] == ses.DETAIL_TYPES[event_type]
    content = {"Rendering Failure": "failure"}.get(event_type, event_type[0].lower() + event_type[1:])
    assert set(entry["Detail"]) == {"eventType", "mail", content}


def test_without_a_configuration_set_nobody_is_told() -> None:
    assert ses.event(message(ConfigurationSetName=None), "Send", ACCEPTED, region="r", account="a") is None


@pytest.mark.parametrize("call", [Call.THROTTLED, Call.REFUSED, Call.MISCONFIGURED, Call.BROKEN])
def test_a_refusal_names_its_error(call: Call) -> None:
    status, headers, body = ses.refusal(call, "request-1")
    assert status >= 400
    assert headers["x-amzn-ErrorType"].isalpha()
    assert json.loads(body)["message"]


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("Send", "SEND"),
        ("Bounce Permanent/General", "BOUNCE"),
        ("DeliveryDelay", "DELIVERY_DELAY"),
        ("Rendering Failure", "RENDERING_FAILURE"),
    ],
)
def test_types_have_the_names_of_the_api(what: str, kind: str) -> None:
    assert ses.event_type(what) == kind


class Services:
    """The event bus, and an SES whose configuration set asks for two types."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def get_configuration_set_event_destinations(self, **named: str) -> dict[str, Any]:
        assert named == {"ConfigurationSetName": "upominek-set"}
        return {"EventDestinations": [{"MatchingEventTypes": ["DELIVERY"]}, {"MatchingEventTypes": ["BOUNCE"]}]}

    def put_events(self, **entries: Any) -> dict[str, Any]:  # noqa: ANN401 - as boto3 has it
        self.told += [json.loads(one["Detail"])["eventType"] for one in entries["Entries"]]
        return {"FailedEntryCount": 0}


def test_only_the_types_that_the_configuration_set_asks_for_are_told(tmp_path: Path) -> None:
    journal, aws = Journal(tmp_path / "journal.sqlite", delay_seconds=0), Services()
    for behaviour in ("delivered", "bounced", "clicked"):
        journal.add(message(), behaviour_of(f"{behaviour}@example.com"))
    Teller(journal, MovableClock(tmp_path / "clock"), Aws(lambda _: aws, "eu-central-1", "1")).tell()
    assert sorted(aws.told) == ["Bounce", "Delivery", "Delivery"]
    assert not journal.is_waiting()
    journal.close()
