"""Each kind of item in a case's partition is known to all that tell of a case, or is refused: none is dropped.

A new kind turns this red until it is planted here, and read, shown, exported, copied without the person, and in memory.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pprint import pformat
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.contract.conftest import Store, create_table, direct, dynamo_store, dynamodb, memory_store
from tests.contract.examples import ACME, DEBTOR, KOWALSKA, NOW, TODAY, apply_events, claimed, fact, sent, stated
from tests.contract.test_runs import CREDITOR
from tests.worlds.places import take_place
from upominek.adapters.aws.table.invoice_items import PAYMENTS_PER_ITEM
from upominek.adapters.aws.table.keys import CaseItem, case_partition
from upominek.adapters.json.case import case_to_dict
from upominek.adapters.json.privacy import export_to_dict
from upominek.application.cases.manage_case import CaseView
from upominek.application.ports.invoices import InvoiceChange, InvoiceKey
from upominek.application.privacy.export_case import CaseExport
from upominek.domain.cases.case import CaseFile, Contact
from upominek.domain.cases.timeline import timeline, totals
from upominek.domain.errors import NotUnderstood
from upominek.domain.privacy.pseudonym import Alias, without_person
from upominek.domain.receivables.events import PaymentReceived
from upominek.domain.receivables.invoice import Invoice, fold_all
from upominek.domain.values.money import Money

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ALIAS: Final = Alias("secret")


def plant_case(store: Store) -> None:
    store.cases.open_case(ACME, KOWALSKA, NOW)


def plant_invoice(store: Store) -> None:
    apply_events(store.invoices, stated("FV 77/2026"))


def plant_payments(store: Store) -> None:
    """So many that a page of its own takes the first ones; one of them is in a currency that nothing else is in."""
    key = InvoiceKey(ACME, DEBTOR, "FV 77/2026")
    before = store.invoices.get_many([key]).get(key) or Invoice(creditor=ACME, debtor=DEBTOR, number=key.number)
    amounts = [Money(77, "CHF"), *[Money(1)] * PAYMENTS_PER_ITEM]
    events = [
        PaymentReceived(id=f"p-{number:03}", number=key.number, debtor_id=DEBTOR, amount=amount, at=NOW)
        for number, amount in enumerate(amounts)
    ]
    assert store.invoices.save([InvoiceChange(before, fold_all(before, events))], (1,)) == []


def plant_reminder(store: Store) -> None:
    store.reminders.claim(claimed("planted"))
    store.reminders.record(sent(claimed("planted")))


def plant_fact(store: Store) -> None:
    store.cases.add_fact(ACME, DEBTOR, fact("f-77", kind="planted-fact"))


@dataclass(frozen=True)
class Kind:
    """How an item of the kind comes into a case, and the word by which it is known afterwards, wherever it is told."""

    plant: Callable[[Store], None]
    told_as: str


KINDS: Final = {
    CaseItem.CASE: Kind(plant_case, "consumer"),
    CaseItem.INVOICE: Kind(plant_invoice, "FV 77/2026"),
    CaseItem.PAYMENTS: Kind(plant_payments, "CHF"),
    CaseItem.REMINDER: Kind(plant_reminder, "planted"),
    CaseItem.EVENT: Kind(plant_fact, "planted-fact"),
}


def places(store: Store, file: CaseFile) -> dict[str, Any]:
    """Wherever a case is told of."""
    kept = without_person(file, ALIAS, NOW)
    store.retention.pseudonymise(kept, NOW)
    return {
        "reader": file,
        "timeline": case_to_dict(CaseView(file, TODAY, totals(file.invoices, TODAY), tuple(timeline(file)))),
        "export": export_to_dict(CaseExport(at=NOW, creditor=CREDITOR, file=file, letters=(), suppressed={})),
        "nameless copy": store.cases.file(ACME, ALIAS.debtor),
    }


@pytest.mark.parametrize("kind", CaseItem)
def test_a_kind_of_item_is_told_everywhere(store: Store, kind: CaseItem) -> None:
    plant_case(store)
    KINDS[kind].plant(store)
    told = places(store, store.cases.file(ACME, DEBTOR))
    assert {name: KINDS[kind].told_as in pformat(said, width=1000) for name, said in told.items()} == dict.fromkeys(
        told, True
    )


@pytest.fixture
def client(dynoxide: str) -> "DynamoDBClient":
    return dynamodb(dynoxide)


def kinds_stored(client: "DynamoDBClient", table: str, debtor: str) -> dict[CaseItem, int]:
    items = client.scan(TableName=table, ConsistentRead=True)["Items"]
    mine = [CaseItem.of(one["sk"]["S"]) for one in items if one["pk"]["S"] == case_partition(ACME, debtor)]
    return {kind: mine.count(kind) for kind in CaseItem}


def test_memory_and_the_copy_have_as_many_items_of_each_kind(client: "DynamoDBClient", dynoxide: str) -> None:
    store, memory = dynamo_store(direct(dynoxide), table := create_table(client)), memory_store()
    for one in (store, memory):
        for kind in KINDS.values():
            kind.plant(one)
    assert kinds_stored(client, table, DEBTOR) == dict.fromkeys(CaseItem, 1)
    file = store.cases.file(ACME, DEBTOR)
    assert file == memory.cases.file(ACME, DEBTOR)
    store.retention.pseudonymise(without_person(file, ALIAS, NOW), NOW)
    assert kinds_stored(client, table, ALIAS.debtor) == dict.fromkeys(CaseItem, 1)


@pytest.mark.parametrize("sort", ["INSTALMENT#1", "CASE#2", "TASK", "invoice#1"])
def test_an_item_of_another_version_is_refused_and_stands_in_nobodys_way(
    client: "DynamoDBClient", dynoxide: str, sort: str
) -> None:
    """The case is not told without it. Whoever sends reads the case's own item alone, so a hold in it still counts."""
    store = dynamo_store(direct(dynoxide), table := create_table(client))
    plant_case(store)
    key = {"pk": {"S": case_partition(ACME, DEBTOR)}, "sk": {"S": sort}}
    client.put_item(TableName=table, Item=key)
    with pytest.raises(NotUnderstood, match=sort.partition("#")[0]) as refused:
        store.cases.file(ACME, DEBTOR)
    assert refused.value.code == "not_understood"
    assert store.cases.get(ACME, DEBTOR).debtor.name == KOWALSKA.name
    assert take_place(store.cases, ACME, DEBTOR, Contact(TODAY, "r"))
    assert store.reminders.since(ACME, DEBTOR, TODAY, TODAY) == []
    secret = store.retention.begin_erasure(ACME, DEBTOR, (1,), "s")
    store.retention.forget(ACME, DEBTOR, secret, ())
    assert kinds_stored(client, table, DEBTOR) == dict.fromkeys(CaseItem, 0)
