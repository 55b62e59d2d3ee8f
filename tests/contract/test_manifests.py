"""Manifests in memory and on S3 (moto), and what the sweep keeps, in memory and in the table."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from moto import mock_aws

from tests.contract.conftest import Meter, Store, create_table, dynamo_store, dynamodb
from tests.contract.examples import ACME, DEBTOR, NOW, TODAY, claimed, receipt, sent
from tests.contract.moto_wire import over_moto
from upominek.adapters.aws.client.clients import Clients
from upominek.adapters.aws.client.direct import DirectS3
from upominek.adapters.aws.manifests import S3ManifestStore
from upominek.adapters.memory.runs import MemoryManifestStore
from upominek.application.jobs import Planned
from upominek.application.ports.planning import ManifestStore
from upominek.domain.messages.receipt import ReceiptKind
from upominek.domain.messages.reminder import reminder_key
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.operations.health import DayLook, Found, Health, Seen, Trouble
from upominek.domain.values.channel import Channel

BUCKET = "files"
DAY = timedelta(days=1)


def entry(debtor: str, creditor: str = ACME, *, days: int = 0, campaign: str = "standard") -> Planned:
    key = reminder_key(creditor, campaign, debtor, TODAY + days * DAY)
    return Planned(key, campaign, "+5", Channel.EMAIL)


@pytest.fixture
def clients() -> Iterator[Clients]:
    with mock_aws():
        yield Clients()


@pytest.fixture(params=["memory", "moto"])
def manifests(request: pytest.FixtureRequest) -> ManifestStore:
    if request.param == "memory":
        return MemoryManifestStore()
    client = request.getfixturevalue("clients").s3
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return S3ManifestStore(over_moto(DirectS3()), lambda: client, BUCKET)


def read(manifests: ManifestStore, creditor: str = ACME, days: int = 0) -> list[Planned]:
    return sorted(manifests.read(creditor, TODAY + days * DAY), key=lambda one: one.key.debtor + one.campaign)


def test_what_was_written_is_read(manifests: ManifestStore) -> None:
    entries = [entry("K-2", campaign="Inna kampania"), entry("K-2"), entry("Żółć i spółka/1")]
    manifests.write(ACME, TODAY, entries)
    assert read(manifests) == entries


def test_parts_add_up_and_repetitions_are_read_once(manifests: ManifestStore) -> None:
    manifests.write(ACME, TODAY, [entry("A"), entry("B")])
    manifests.write(ACME, TODAY, [entry("B"), entry("A")])
    manifests.write(ACME, TODAY, [entry("B"), entry("C")])
    assert read(manifests) == [entry("A"), entry("B"), entry("C")]


def test_days_with_a_manifest_are_known_in_order(manifests: ManifestStore) -> None:
    for days in (3, -40, 0):
        manifests.write(ACME, TODAY + days * DAY, [entry("A", days=days)])
    assert manifests.days(ACME) == [TODAY - 40 * DAY, TODAY, TODAY + 3 * DAY]
    assert read(manifests, days=3) == [entry("A", days=3)]


def test_nothing_written_is_nothing_read(manifests: ManifestStore) -> None:
    manifests.write(ACME, TODAY + DAY, [entry("A", days=1)])
    assert read(manifests) == []
    assert manifests.days("nobody") == []


def test_of_another_creditor_nothing_is_read(manifests: ManifestStore) -> None:
    manifests.write("acme-2", TODAY, [entry("A", "acme-2")])
    assert manifests.days(ACME) == []
    assert read(manifests) == []


def test_an_object_is_named_by_what_it_says_and_holds_ids_only(clients: Clients) -> None:
    client = clients.s3
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    store = S3ManifestStore(over_moto(DirectS3()), lambda: client, BUCKET)
    for entries in ([entry("A"), entry("B")], [entry("B"), entry("A")]):
        store.write(ACME, TODAY, entries)
    store.write(ACME, TODAY, [])
    (found,) = client.list_objects_v2(Bucket=BUCKET)["Contents"]
    assert found["Key"].startswith("manifests/acme/2026-03-02/")
    assert found["Key"].endswith(".jsonl.gz")
    content = gzip.decompress(client.get_object(Bucket=BUCKET, Key=found["Key"])["Body"].read())
    first = entry("A")
    assert content.splitlines()[0] == (
        f'{{"debtor":"A","id":"{first.key.id}","campaign":"standard","step":"+5","channel":"email"}}'.encode()
    )


def test_many_days_come_in_several_pages(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    client = clients.s3
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    store = S3ManifestStore(over_moto(DirectS3()), lambda: client, BUCKET)
    paging = client.get_paginator
    monkeypatch.setattr(client, "get_paginator", lambda name: _Small(paging(name)))
    for days in range(5):
        store.write(ACME, TODAY + days * DAY, [entry("A", days=days)])
    assert len(store.days(ACME)) == 5


class _Small:
    """A paginator whose pages are small."""

    def __init__(self, paginator: object) -> None:
        self._paginator = paginator

    def paginate(self, **request: object) -> object:
        return self._paginator.paginate(**request, PaginationConfig={"PageSize": 2})  # type: ignore[attr-defined]


# --- What the sweep reads and keeps


def test_reminders_are_read_together_as_their_receipts_tell_them(store: Store) -> None:
    other = replace(claimed(), key=reminder_key(ACME, "standard", "K-2", TODAY))
    nobody = reminder_key(ACME, "standard", "K-3", TODAY)
    for one in (claimed(), other):
        store.reminders.claim(one)
    store.reminders.record(sent(claimed()))
    store.reminders.apply_receipt(claimed().key, receipt(ReceiptKind.DELIVERED), ReminderStatus.DELIVERED)
    found = store.reminders.get_many([claimed().key, other.key, nobody])
    assert {key.debtor: one.status for key, one in found.items()} == {
        DEBTOR: ReminderStatus.DELIVERED,
        "K-2": ReminderStatus.CLAIMED,
    }
    assert found[claimed().key] == store.reminders.get(claimed().key)


def test_what_a_sweep_found_is_kept_and_replaced(store: Store) -> None:
    found = Found(3, ({"debtor": "Żółć", "day": "2026-03-02"},))
    health = Health(
        creditor=ACME,
        at=NOW,
        days={
            TODAY: DayLook(entries=5, awaited=2, again_at=NOW + DAY, found={Trouble.CLAIM_STUCK: found}),
            TODAY + DAY: DayLook(entries=1),
        },
        steps={"standard/2026-03-02": found},
        runs=Found(1, ({"campaign": "standard"},)),
        imports=found,
        importing={"i-1": Seen("checking 1 0", NOW)},
        campaigns={"standard": Seen("ab12", None)},
    )
    assert store.health.get(ACME) is None
    store.health.save(health)
    assert store.health.get(ACME) == health
    later = Health(creditor=ACME, at=NOW + DAY)
    store.health.save(later)
    assert store.health.get(ACME) == later
    assert store.health.get("bursztyn") is None


def test_a_look_at_a_reminder_costs_half_a_read_unit_and_what_was_found_one_written(dynoxide: str) -> None:
    client = dynamodb(dynoxide)
    table = create_table(client)
    store = dynamo_store(client, table)
    reminders = [replace(claimed(), key=reminder_key(ACME, "standard", f"K-{number}", TODAY)) for number in range(20)]
    for one in reminders:
        store.reminders.claim(one)
        store.reminders.record(sent(one))
    meter = Meter()
    meter.watch(client)
    assert len(store.reminders.get_many([one.key for one in reminders])) == 20
    look = DayLook(entries=20, awaited=20, again_at=NOW)
    store.health.save(Health(creditor=ACME, at=NOW, days={TODAY + days * DAY: look for days in range(7)}))
    assert (meter.read, meter.written) == (10, 1)
    client.delete_table(TableName=table)
