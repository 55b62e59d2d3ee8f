"""Queues, files and secrets, in memory and on AWS (moto)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.contract import moto_wire
from tests.contract.examples import ACME, TODAY
from upominek.adapters.aws.client.clients import Clients
from upominek.adapters.aws.files import PART_BYTES, S3FileStore
from upominek.adapters.aws.queues import SqsQueues
from upominek.adapters.aws.secrets import AwsSecretStore
from upominek.adapters.memory.outside import MemoryFileStore, MemorySecretStore
from upominek.application.jobs import OutboxItem, PlanJob, PreparedAttachment
from upominek.application.ports.creditors import SecretStore
from upominek.application.ports.files import FileStore
from upominek.domain.errors import NotFound, Unavailable
from upominek.domain.values.channel import Channel
from upominek.settings import MissingSettingError, Settings, load

BUCKET = "files"


@pytest.fixture
def clients() -> Iterator[Clients]:
    with mock_aws():
        yield Clients()


@pytest.fixture(params=["memory", "moto"])
def files(request: pytest.FixtureRequest) -> FileStore:
    if request.param == "memory":
        return MemoryFileStore()
    client = request.getfixturevalue("clients").s3
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return S3FileStore(client, BUCKET)


def read(files: FileStore, key: str, first: int = 0, last: int | None = None) -> bytes:
    with files.open(key, first, last) as stream:
        return stream.read()


def test_a_file_is_kept_and_replaced(files: FileStore) -> None:
    files.put("a/ż.csv", b"stare")
    files.put("a/ż.csv", b"0123456789", "text/csv")
    assert files.size("a/ż.csv") == 10
    assert read(files, "a/ż.csv") == b"0123456789"


@pytest.mark.parametrize(
    ("first", "last", "content"),
    [(0, 3, b"0123"), (4, 6, b"456"), (7, None, b"789"), (9, 99, b"9"), (10, None, b""), (50, 60, b"")],
)
def test_a_range_of_a_file_is_read(files: FileStore, first: int, last: int | None, content: bytes) -> None:
    files.put("a", b"0123456789")
    assert read(files, "a", first, last) == content


def test_a_file_is_read_line_by_line(files: FileStore) -> None:
    files.put("a", b"one\ntwo\nthree")
    with files.open("a") as stream:
        assert stream.readline() == b"one\n"
        assert list(stream) == [b"two\n", b"three"]


def test_an_empty_file_is_a_file(files: FileStore) -> None:
    files.put("a", b"")
    assert (files.size("a"), read(files, "a")) == (0, b"")


def test_a_missing_file_is_not_found(files: FileStore) -> None:
    with pytest.raises(NotFound):
        files.size("none")
    with pytest.raises(NotFound), files.open("none"):
        pass


@pytest.mark.parametrize("pieces", [[], [b"", b"ab", b"c"], [b"x" * 1_000_003] * 20, [b"y" * (2 * PART_BYTES)]])
def test_a_stream_is_stored_whole(files: FileStore, pieces: list[bytes]) -> None:
    files.put_stream("s", iter(pieces), "text/csv")
    assert read(files, "s") == b"".join(pieces)


def test_a_stream_that_breaks_off_stores_nothing(files: FileStore) -> None:
    def broken() -> Iterator[bytes]:
        yield b"z" * (2 * PART_BYTES + 1)
        raise ValueError

    with pytest.raises(ValueError):
        files.put_stream("s", broken())
    assert list(files.list("")) == []


def test_files_are_listed_and_removed(files: FileStore) -> None:
    for key in ("b/2", "b/10", "a/1"):
        files.put(key, b"")
    assert list(files.list("b/")) == ["b/10", "b/2"]
    files.delete(["b/10", "none"])
    files.delete([])
    assert list(files.list("")) == ["a/1", "b/2"]


@pytest.fixture(params=["memory", "moto"])
def secrets(request: pytest.FixtureRequest) -> SecretStore:
    if request.param == "memory":
        return MemorySecretStore()
    request.getfixturevalue("clients")
    return AwsSecretStore(moto_wire.secretsmanager(), "upominek/test/webhook/")


def test_secrets_are_kept_and_rotated(secrets: SecretStore) -> None:
    with pytest.raises(NotFound):
        secrets.webhook_secrets(ACME)
    secrets.save_webhook_secrets(ACME, ["whsec_1"])
    assert secrets.webhook_secrets(ACME) == ("whsec_1",)
    secrets.save_webhook_secrets(ACME, ["whsec_2", "whsec_1"])
    assert secrets.webhook_secrets(ACME) == ("whsec_2", "whsec_1")
    with pytest.raises(NotFound):
        secrets.webhook_secrets("other")


@pytest.mark.usefixtures("clients")
def test_a_secret_rotated_elsewhere_is_seen_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = (AwsSecretStore(moto_wire.secretsmanager(), "upominek/test/webhook/") for _ in range(2))
    writer.save_webhook_secrets(ACME, ["whsec_1"])
    assert reader.webhook_secrets(ACME) == ("whsec_1",)
    writer.save_webhook_secrets(ACME, ["whsec_2"])
    assert reader.webhook_secrets(ACME) == ("whsec_1",)
    monkeypatch.setattr("upominek.adapters.aws.secrets.KEPT_SECONDS", 0.0)
    assert reader.webhook_secrets(ACME) == ("whsec_2",)


def item(number: int, channel: Channel = Channel.SMS, creditor: str = ACME) -> OutboxItem:
    return OutboxItem(
        creditor=creditor,
        debtor=f"K-{number}",
        campaign="standard",
        day=TODAY,
        step="+5",
        channel=channel,
        invoices=(f"FV {number}/ż",),
    )


class Sqs:
    """The queues as their readers see them."""

    def __init__(self) -> None:
        self.client = client = boto3.client("sqs")
        names = ("imports", "plans", "sms", "email", "letter", "receipts")
        self.urls = {name: client.create_queue(QueueName=name)["QueueUrl"] for name in names}
        self.queues = SqsQueues(
            moto_wire.sqs(), load(environment={f"{name.upper()}_QUEUE_URL": url for name, url in self.urls.items()})
        )

    def take(self, name: str) -> list[dict[str, Any]]:
        taken = []
        while messages := self.client.receive_message(
            QueueUrl=self.urls[name], MaxNumberOfMessages=10, MessageSystemAttributeNames=["MessageGroupId"]
        ).get("Messages"):
            taken.extend(messages)
        return taken

    def bodies(self, name: str) -> list[Any]:
        return [json.loads(message["Body"]) for message in self.take(name)]


@pytest.fixture
def sqs(clients: Clients) -> Sqs:  # noqa: ARG001 - moto plays
    return Sqs()


def test_reminders_go_to_the_lane_of_their_channel_grouped_by_creditor(sqs: Sqs) -> None:
    sms = [item(number) for number in range(23)]
    emails = [item(number, Channel.EMAIL, "other") for number in range(2)]
    sqs.queues.send([*sms, *emails])
    messages = sqs.take("sms")
    assert {OutboxItem.from_dict(json.loads(one["Body"])) for one in messages} == set(sms)
    assert {one["Attributes"]["MessageGroupId"] for one in messages} == {ACME}
    assert [OutboxItem.from_dict(body) for body in sqs.bodies("email")] == emails


def test_letters_and_e_mails_that_wait_for_one_share_a_lane(sqs: Sqs) -> None:
    made = PreparedAttachment(id="a-1", kind="demand", key="k", sha256="ab", pages=1, fingerprint="cd", name="w.pdf")
    posted, waiting = item(1, Channel.LETTER), replace(item(2, Channel.EMAIL), awaits_letter=True, rewrites=1)
    ready = replace(item(3, Channel.EMAIL), letter=made)
    sqs.queues.send([posted, waiting, ready])
    assert [OutboxItem.from_dict(body) for body in sqs.bodies("letter")] == [posted, waiting]
    assert [OutboxItem.from_dict(body) for body in sqs.bodies("email")] == [ready]


def test_a_delayed_reminder_is_not_seen_yet(sqs: Sqs) -> None:
    sqs.queues.send([item(1)], delay_seconds=900)
    assert sqs.take("sms") == []
    attributes = sqs.client.get_queue_attributes(QueueUrl=sqs.urls["sms"], AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessagesDelayed"] == "1"


def test_jobs_and_reports_go_to_their_queues(sqs: Sqs) -> None:
    jobs = [PlanJob(creditor=ACME, campaign="c", shard=shard, day=TODAY) for shard in range(12)]
    sqs.queues.plan(jobs)
    sqs.queues.import_chunks([{"chunk": 1}])
    sqs.queues.receipts({"id": number} for number in range(3))
    assert sorted((PlanJob.from_dict(body) for body in sqs.bodies("plans")), key=lambda one: one.shard) == jobs
    assert sqs.bodies("imports") == [{"chunk": 1}]
    assert [body["id"] for body in sqs.bodies("receipts")] == [0, 1, 2]


def test_large_bodies_are_sent_in_more_requests(sqs: Sqs) -> None:
    sqs.queues.import_chunks([{"x": "y" * 100_000} for _ in range(5)])
    assert len(sqs.take("imports")) == 5


class Refusing:
    """Takes a part of each batch only."""

    def __init__(self, *, is_ours: bool = False) -> None:
        self.taken: list[str] = []
        self.requests = 0
        self.is_ours = is_ours

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: ARG002, N803
        self.requests += 1
        self.taken.append(Entries[0]["MessageBody"])
        failed = [{"Id": one["Id"], "SenderFault": self.is_ours, "Code": "InternalError"} for one in Entries[1:]]
        return {"Failed": failed}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("upominek.adapters.aws.queues.back_off", lambda _: None)


def test_what_sqs_did_not_take_is_sent_again() -> None:
    client = Refusing()
    SqsQueues(client, Settings(imports_queue_url="q")).import_chunks([{"n": n} for n in range(4)])  # type: ignore[arg-type]
    assert client.taken == [f'{{"n":{n}}}' for n in range(4)]


@pytest.mark.parametrize(("is_ours", "requests"), [(False, 5), (True, 1)])
def test_what_sqs_will_not_take_is_raised(is_ours: bool, requests: int) -> None:  # noqa: FBT001
    client = Refusing(is_ours=is_ours)
    queues = SqsQueues(client, Settings(imports_queue_url="q"))  # type: ignore[arg-type]
    with pytest.raises(Unavailable):
        queues.import_chunks([{"n": n} for n in range(9)])
    assert client.requests == requests


def test_a_queue_that_this_process_was_not_given_is_named(clients: Clients) -> None:
    with pytest.raises(MissingSettingError, match="PLANS_QUEUE_URL"):
        SqsQueues(clients.sqs, Settings()).plan([PlanJob(creditor=ACME, campaign="c", shard=0, day=TODAY)])
