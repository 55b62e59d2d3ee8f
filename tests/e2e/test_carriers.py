"""The carrier simulator beside ministack: what is taken, refused, and told."""

from __future__ import annotations

import http.client
import json
import os
import signal
import time
from contextlib import closing
from email import message_from_bytes
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from local.carriers import sns
from local.stack import embedded as embedded_default

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.stack.embedded import Embedded

pytestmark = pytest.mark.e2e

SECONDS = 20


class Bus:
    """A queue of our own that hears what the rule of the stack hears."""

    def __init__(self, embedded: Embedded) -> None:
        self._sqs = embedded.client("sqs")
        name = f"heard-{uuid4()}"
        self._url = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        events = embedded.client("events")
        events.put_rule(Name=name, EventPattern=json.dumps({"source": ["aws.ses"]}))
        arn = f"arn:aws:sqs:{embedded_default.REGION}:{embedded_default.ACCOUNT}:{name}"
        events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
        self._heard: list[dict[str, Any]] = []

    def heard(self, key: str) -> list[dict[str, Any]]:
        """Events about the message of this id, or to this recipient, in the order of their arrival."""
        while messages := self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                self._heard.append(json.loads(message["Body"]))
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        mails = [(event, event["detail"]["mail"]) for event in self._heard]
        return [event for event, mail in mails if key in {mail["messageId"], *mail["destination"]}]


@pytest.fixture(scope="module")
def bus(embedded: Embedded) -> Bus:
    return Bus(embedded)


def client(embedded: Embedded, service: str, **config: float) -> Any:  # noqa: ANN401 - boto3 clients share no type
    """A client that asks once."""
    return boto3.client(
        service,
        endpoint_url=embedded.endpoints[{"sesv2": "ses"}.get(service, service)],
        region_name=embedded_default.REGION,
        aws_access_key_id=embedded_default.ACCOUNT,
        aws_secret_access_key=embedded_default.SECRET_KEY,
        config=Config(retries={"total_max_attempts": 1}, **config),
    )


def send_email(embedded: Embedded, recipient: str, **config: float) -> str:
    sent = client(embedded, "sesv2", **config).send_email(
        FromEmailAddress="Hurtownia Rura <faktury@example.com>",
        Destination={"ToAddresses": [recipient]},
        ConfigurationSetName=embedded.outputs["SesConfigurationSet"],
        EmailTags=[{"Name": "reminder", "Value": "r-1"}],
        Content={"Simple": {"Subject": {"Data": "Faktura"}, "Body": {"Text": {"Data": "Dzień dobry"}}}},
    )
    return str(sent["MessageId"])


def send_sms(embedded: Embedded, digits: str, text: str = "Faktura FV/1", **config: float) -> str:
    number = f"+48455{uuid4().int % 10_000:04}{digits}"
    return str(client(embedded, "sns", **config).publish(PhoneNumber=number, Message=text)["MessageId"])


def logged(embedded: Embedded, message_id: str) -> list[dict[str, Any]]:
    """Records of SNS about this message."""
    logs = embedded.client("logs")
    records = []
    for success in (True, False):
        group = sns.log_group(embedded_default.REGION, embedded_default.ACCOUNT, success=success)
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group):
            records += [json.loads(event["message"]) for event in page["events"]]
    return [record for record in records if record["notification"]["messageId"] == message_id]


def wait_for(count: int, look: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    deadline = time.monotonic() + SECONDS
    while len(found := look()) < count and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def types(events: list[dict[str, Any]]) -> list[str]:
    return [event["detail-type"] for event in events]


def test_an_e_mail_is_taken_and_its_delivery_told_on_the_bus(embedded: Embedded, bus: Bus) -> None:
    message_id = send_email(embedded, "anna@example.com")
    (event,) = wait_for(1, lambda: bus.heard(message_id))
    # "Email Sent" is not among the types that the stack's configuration set asks for.
    assert (event["detail-type"], event["source"]) == ("Email Delivered", "aws.ses")
    assert event["detail"]["mail"]["tags"]["reminder"] == ["r-1"]
    assert event["detail"]["delivery"]["recipients"] == ["anna@example.com"]


def test_ministack_has_the_e_mail_too(embedded: Embedded) -> None:
    message_id = send_email(embedded, "ewa@example.com")
    with closing(http.client.HTTPConnection("127.0.0.1", embedded.ports["ministack"])) as connection:
        connection.request("GET", "/_ministack/ses/messages")
        messages = json.load(connection.getresponse())["messages"][embedded_default.ACCOUNT]
    assert [each["To"] for each in messages if each["MessageId"] == message_id] == [["ewa@example.com"]]


def test_the_e_mail_lies_in_a_folder_with_its_picture(embedded: Embedded) -> None:
    picture = {"FileName": "kod.png", "ContentType": "image/png", "RawContent": b"\x89PNG"}
    sent = client(embedded, "sesv2").send_email(
        FromEmailAddress="Hurtownia Rura <faktury@example.com>",
        Destination={"ToAddresses": ["delivered@example.com"]},
        ConfigurationSetName=embedded.outputs["SesConfigurationSet"],
        EmailTags=[{"Name": "ses:feedback-id-a", "Value": "rura"}],
        Content={
            "Simple": {
                "Subject": {"Data": "Faktura"},
                "Body": {"Text": {"Data": "Dzień dobry"}, "Html": {"Data": '<img src="cid:kod">'}},
                "Attachments": [{**picture, "ContentDisposition": "INLINE", "ContentId": "kod"}],
            }
        },
    )
    file = embedded.state_dir / "mail" / f"{sent['MessageId'].partition('@')[0]}.eml"
    parts = [part for part in message_from_bytes(file.read_bytes()).walk() if not part.is_multipart()]
    assert [(part.get_content_type(), part["Content-ID"]) for part in parts] == [
        ("text/plain", None),
        ("text/html", None),
        ("image/png", "<kod>"),
    ]
    assert parts[2].get_payload(decode=True) == b"\x89PNG"


def test_the_rule_of_the_stack_wants_these_events(embedded: Embedded, bus: Bus) -> None:
    message_id = send_email(embedded, "bounced+rule@example.com")
    heard = wait_for(1, lambda: bus.heard(message_id))
    assert heard
    events = embedded.client("events")
    rules = [each for each in events.list_rules()["Rules"] if each["Name"].startswith(embedded.stack)]
    for event in heard:
        assert any(
            events.test_event_pattern(EventPattern=rule["EventPattern"], Event=json.dumps(event))["Result"]
            for rule in rules
        )


def test_an_sms_is_taken_and_its_delivery_logged(embedded: Embedded) -> None:
    message_id = send_sms(embedded, "00", "Przypominamy o płatności")
    record = wait_for(1, lambda: logged(embedded, message_id))[0]
    assert record["status"] == "SUCCESS"
    assert record["delivery"]["numberOfMessageParts"] == 1


def test_a_failed_sms_is_logged_as_such(embedded: Embedded) -> None:
    message_id = send_sms(embedded, "03")
    record = wait_for(1, lambda: logged(embedded, message_id))[0]
    assert (record["status"], record["delivery"]["providerResponse"]) == ("FAILURE", "Phone number is opted out")


def test_twice_means_the_same_answer_two_times(embedded: Embedded, bus: Bus) -> None:
    message_id = send_email(embedded, "twice@example.com")
    events = wait_for(2, lambda: bus.heard(message_id))
    assert types(events) == ["Email Delivered", "Email Delivered"]
    assert events[0]["detail"] == events[1]["detail"]


def test_before_its_time_means_before_the_call_is_answered(embedded: Embedded, bus: Bus) -> None:
    message_id = send_email(embedded, "early@example.com")
    assert types(bus.heard(message_id)) == ["Email Delivered"]
    assert len(logged(embedded, send_sms(embedded, "24"))) == 1


def test_no_answer_means_none(embedded: Embedded, bus: Bus) -> None:
    email, sms = send_email(embedded, "no-answer@example.com"), send_sms(embedded, "20")
    later = send_email(embedded, "anna@example.com")
    assert len(wait_for(1, lambda: bus.heard(later))) == 1
    assert (bus.heard(email), logged(embedded, sms)) == ([], [])


@pytest.mark.parametrize(
    ("name", "digits", "ses_code", "sns_code"),
    [
        ("refused", "91", "MessageRejected", "InvalidParameter"),
        ("misconfigured", "92", "MailFromDomainNotVerifiedException", "AuthorizationError"),
        ("broken", "93", "InternalServiceErrorException", "InternalError"),
    ],
)
def test_a_refused_call_says_why(embedded: Embedded, name: str, digits: str, ses_code: str, sns_code: str) -> None:
    with pytest.raises(ClientError) as refused:
        send_email(embedded, f"{name}@example.com")
    assert refused.value.response["Error"]["Code"] == ses_code
    with pytest.raises(ClientError) as refused:
        send_sms(embedded, digits)
    assert refused.value.response["Error"]["Code"] == sns_code


def test_a_throttled_call_is_taken_the_second_time(embedded: Embedded) -> None:
    for _ in range(2):
        with pytest.raises(ClientError, match="TooManyRequests"):
            send_email(embedded, "throttled+1@example.com")
        assert send_email(embedded, "throttled+1@example.com")


def test_a_lost_answer_leaves_the_caller_in_doubt_and_the_message_arrives(embedded: Embedded, bus: Bus) -> None:
    with pytest.raises(ConnectionClosedError):
        send_email(embedded, "cut-off+1@example.com")
    with pytest.raises(ReadTimeoutError):
        send_email(embedded, "hanging+1@example.com", read_timeout=0.5)
    with pytest.raises(ConnectionClosedError):
        send_sms(embedded, "94")
    assert types(wait_for(1, lambda: bus.heard("cut-off+1@example.com"))) == ["Email Delivered"]
    assert types(wait_for(1, lambda: bus.heard("hanging+1@example.com"))) == ["Email Delivered"]


def test_other_calls_are_handed_on(embedded: Embedded) -> None:
    assert client(embedded, "sesv2").get_account()["SendingEnabled"]
    topic = client(embedded, "sns").create_topic(Name="topic")["TopicArn"]
    assert client(embedded, "sns").publish(TopicArn=topic, Message="to a topic")["MessageId"]
    client(embedded, "sns").delete_topic(TopicArn=topic)


def test_what_was_to_be_told_is_told_once_though_the_simulator_was_killed(embedded: Embedded, bus: Bus) -> None:
    message_id = send_email(embedded, "slow@example.com")
    os.killpg(embedded.pids["carriers"], signal.SIGKILL)
    again = embedded_default.up(embedded.state_dir, answer_after_seconds=0.2)
    assert again.endpoints == embedded.endpoints
    assert types(wait_for(1, lambda: bus.heard(message_id))) == ["Email Delivered"]
    time.sleep(1)
    assert len(bus.heard(message_id)) == 1
