"""Every queue's way to its dead-letter queue and back: seen with its reason, mended, worked off, once.

Which queues there are is asked of the running stack, so that a new one has to be added here.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.household import DUE, TODAY, Household, Provider, email, eventually, open_household, phone, quiet
from tests.e2e.test_command_line import HEADER, CommandLine
from tests.functions.recorded import logs_event, sns_log
from upominek.adapters.carriers.sns.reports import without_phone
from upominek.application.jobs import PlanJob

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.stack.embedded import Embedded

pytestmark = pytest.mark.e2e

SUFFIX = "DeadLetterQueueUrl"
DELIVERY_LOGS = "DeliveryLogs"
UNREADABLE = ("Imports", "Plans", "Sms", "Email", "Letter", "Receipts")
"""Queues whose messages fail because an item of the table cannot be read."""


class Stack:
    """The running stack, as somebody sees it who breaks it and mends it."""

    def __init__(self, running: Embedded) -> None:
        self.outputs = running.outputs
        self.client = running.client
        self.dead = sorted(name.removesuffix(SUFFIX) for name in running.outputs if name.endswith(SUFFIX))

    def count(self) -> dict[str, int]:
        """How many messages lie in each dead-letter queue."""
        name = "ApproximateNumberOfMessages"
        sqs = self.client("sqs")
        return {
            queue: int(
                sqs.get_queue_attributes(QueueUrl=self.outputs[f"{queue}{SUFFIX}"], AttributeNames=[name])[
                    "Attributes"
                ][name]
            )
            for queue in self.dead
        }

    @contextmanager
    def impatient(self) -> Iterator[None]:
        """Queues give up after two attempts within seconds; otherwise it would take hours."""
        sqs, names = self.client("sqs"), ["VisibilityTimeout", "RedrivePolicy"]
        urls = [self.outputs[f"{queue}QueueUrl"] for queue in UNREADABLE]
        before = {url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"] for url in urls}
        for url, attributes in before.items():
            policy = json.loads(attributes["RedrivePolicy"]) | {"maxReceiveCount": 2}
            sqs.set_queue_attributes(
                QueueUrl=url, Attributes={"VisibilityTimeout": "2", "RedrivePolicy": json.dumps(policy)}
            )
        try:
            yield
        finally:
            for url, attributes in before.items():
                sqs.set_queue_attributes(QueueUrl=url, Attributes={name: attributes[name] for name in names})

    @contextmanager
    def without_attributes(self, *keys: tuple[str, str]) -> Iterator[None]:
        """These items cannot be read, as if a release had written them wrongly."""
        table, dynamodb = self.outputs["TableName"], self.client("dynamodb")
        bare: Any = [{"pk": {"S": partition}, "sk": {"S": sort}} for partition, sort in keys]
        whole = [dynamodb.get_item(TableName=table, Key=key)["Item"] for key in bare]
        for item in bare:
            dynamodb.put_item(TableName=table, Item=item)
        try:
            yield
        finally:
            for item in whole:
                dynamodb.put_item(TableName=table, Item=item)

    @contextmanager
    def forwarder_astray(self) -> Iterator[None]:
        """The function that forwards delivery logs was told of a queue that is not there."""
        functions, name = self.client("lambda"), self.outputs["ForwardDeliveryLogsFunction"]
        right = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        wrong = right | {"RECEIPTS_QUEUE_URL": f"{right['RECEIPTS_QUEUE_URL']}-gone"}
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": wrong})
        try:
            yield
        finally:
            functions.update_function_configuration(FunctionName=name, Environment={"Variables": right})

    def put(self, queue: str, body: Any) -> None:  # noqa: ANN401 - JSON
        self.client("sqs").send_message(QueueUrl=self.outputs[f"{queue}QueueUrl"], MessageBody=json.dumps(body))


def test_what_died_on_any_queue_is_seen_mended_and_worked_off_once(embedded: Embedded, tmp_path: Path) -> None:
    quiet(embedded)
    stack, provider = Stack(embedded), Provider(embedded)
    firm, other = (open_household(embedded, name, tmp_path) for name in ("martwa", "zapomniana"))
    cli = CommandLine(tmp_path, embedded.state_dir)
    assert stack.dead == sorted((*UNREADABLE, DELIVERY_LOGS)), "a queue that is not tried here"
    assert set(stack.count().values()) == {0}

    numbers = {debtor: phone("00") for debtor in ("SMS", "LETTER", "PLANNED")}
    address, failing, silent, second = email("delivered"), phone("20"), phone("20"), email("delivered")
    firm.takes(
        *(firm.issued(debtor, "+5", phones=[number]) for debtor, number in numbers.items()),
        firm.issued("EMAIL", "+1", emails=[address]),
    )
    # Of another creditor: what a warm sender knows of the first one, it would believe for half a minute.
    other.takes(
        other.issued("FAILED", "+5", phones=[failing], emails=[second]),
        other.issued("LOGGED", "+5", phones=[silent]),
    )
    failed_id, logged_id = _sent(other, "FAILED"), _sent(other, "LOGGED")

    unreadable = (f"C#{firm.id}", "CREDITOR"), (f"C#{other.id}", "CAMPAIGN#default")
    with stack.without_attributes(*unreadable), stack.forwarder_astray():
        with stack.impatient():
            firm.put(firm.item("SMS", "+5", "sms"), firm.item("EMAIL", "+1", "email"))
            firm.put(firm.item("LETTER", "+5", "letter"))
            for shard in (0, 1):
                stack.put("Plans", PlanJob(creditor=firm.id, campaign="default", shard=shard, day=TODAY).to_dict())
            _bring_file(stack, firm)
            stack.put("Receipts", without_phone(sns_log("failure", failed_id)))
            stack.client("lambda").invoke(
                FunctionName=stack.outputs["ForwardDeliveryLogsFunction"],
                InvocationType="Event",
                Payload=json.dumps(logs_event(json.dumps(sns_log("success", logged_id)))).encode(),
            )
            expected = dict.fromkeys(stack.dead, 1) | {"Plans": 2}
            assert eventually(lambda: stack.count() == expected), stack.count()
        listed = cli.json("dlq", "list")
        reasons = {one["queue"]: {message["reason"] for message in one["messages"]} for one in listed}

    assert reasons.pop("delivery-logs") == {"Runtime.HandlerError"}  # all that ministack says of it
    assert reasons.keys() == {queue.lower() for queue in UNREADABLE}
    assert set.union(*reasons.values()) == {"KeyError"}

    moved = cli.json("dlq", "redrive")["moved"]
    assert moved == dict.fromkeys((*reasons, "delivery-logs"), 1) | {"plans": 2}
    firm.settle()

    assert eventually(lambda: other.fates("LOGGED") == [("sms", "delivered")])
    assert eventually(lambda: [one["number"] for one in firm.case("Z-PLIKU")["invoices"]] == ["FV/Z-PLIKU"])
    for debtor in numbers:
        assert eventually(lambda debtor=debtor: firm.fates(debtor) == [("sms", "delivered")]), debtor
    assert firm.fates("EMAIL") == [("email", "delivered")]
    assert eventually(lambda: sorted(other.fates("FAILED")) == [("email", "delivered"), ("sms", "failed")])
    everybody = [*numbers.values(), address, failing, second, silent]
    assert {one: len(provider.handed(one)) for one in everybody} == dict.fromkeys(everybody, 1)
    assert set(stack.count().values()) == {0}


def _sent(firm: Household, debtor: str) -> str:
    """Send the debtor's SMS, of which nobody reports anything; the provider's id of it."""
    firm.put(firm.item(debtor, "+5", "sms"))
    assert eventually(lambda: firm.fates(debtor) == [("sms", "sent")])
    found: str = firm.reminders(debtor)[0]["provider_message_id"]
    return found


def _bring_file(stack: Stack, firm: Household) -> None:
    row = f"Z-PLIKU;Firma;;;FV/Z-PLIKU;{DUE['-3'].strftime('%d.%m.%Y')};10,00"
    stack.client("s3").put_object(
        Bucket=stack.outputs["BucketName"], Key=f"incoming/{firm.id}/plik.csv", Body=f"{HEADER}\r\n{row}\r\n".encode()
    )
