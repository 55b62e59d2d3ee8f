"""What a table holds, item by item, with one of each kind; recorded for each version, see test_upgrade."""

import json
from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.contract.conftest import Store
from tests.contract.examples import (
    ACME,
    DEBTOR,
    KOWALSKA,
    NOW,
    TODAY,
    apply_events,
    claimed,
    fact,
    payment,
    receipt,
    sent,
    stated,
)
from tests.contract.test_letters import LETTER
from tests.contract.test_runs import CAMPAIGN, CREDITOR, RECORD
from tests.worlds.places import take_place
from upominek.application.ports.cases import Reservation
from upominek.application.ports.planning import LaneStop
from upominek.domain.cases.case import Agenda, Contact, Hold
from upominek.domain.cases.last_word import LastWord, LastWords
from upominek.domain.letters.stored_letter import Batch
from upominek.domain.messages.receipt import Price, ReceiptKind
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.values.carrier import SNS
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ITEMS = Path(__file__).with_name("items")
VERSION = version("upominek")
BEFORE_THE_AGENDA = frozenset({"0.1.0", "0.2.0"})
"""Releases that remembered no words, and looked at nobody but by due dates."""


def fill(store: Store, release: str = VERSION) -> None:
    """Store one of each that the release knows, the same each time."""
    store.creditors.save(CREDITOR)
    store.creditors.save_campaign(ACME, CAMPAIGN)
    # Without what no version before this one could keep.
    store.cases.open_case(ACME, replace(KOWALSKA, vat_id=None), NOW)
    apply_events(store.invoices, stated(), payment("p-1", 300), stated("FV 2/2026", amount=Money(999)))
    store.cases.hold(ACME, DEBTOR, Hold(kind=HoldKind.DISPUTE, since=NOW, reason="wada towaru"), fact())
    store.cases.suppress(ACME, DEBTOR, "a" * 32, fact("f-2"))
    store.cases.acknowledge(ACME, DEBTOR, TODAY, ["FV 1/2026"], fact("f-3", kind="acknowledged"))
    reminder = claimed()
    store.reminders.claim(reminder)
    if release in BEFORE_THE_AGENDA:
        take_place(store.cases, ACME, DEBTOR, Contact(TODAY, reminder.key.id))
    else:
        say(store, reminder.key.id)
    store.reminders.record(sent(reminder, subject="Faktura po terminie"))
    told = receipt(ReceiptKind.DELIVERED, parts=2, price=Price("0.0648", "USD"), code="ok", detail="accepted")
    store.reminders.apply_receipt(reminder.key, told, ReminderStatus.DELIVERED)
    store.letters.add(LETTER)
    store.letters.open_batch(Batch(ACME, TODAY, 1, NOW, (LETTER.id,)))
    store.imports.start(RECORD)
    store.imports.finish_chunk(ACME, RECORD.id, "checked", 0, {"rows": 5})
    store.progress.stop_lane(ACME, LaneStop(SNS, NOW, "spend-limit", "403"))
    store.progress.set_planned_through(ACME, "standard", 1, TODAY)
    store.progress.set_started_on(ACME, "standard", TODAY)


def say(store: Store, reminder_id: str) -> None:
    """A word with a history, and one that is owed after it."""
    word = LastWord(on=TODAY, at=NOW, offset_days=5, text="overdue", reminder_id=reminder_id, left_out={"FV 2": 1})
    earlier = replace(word, on=TODAY - timedelta(days=4), offset_days=1, reminder_id="r-0")
    place = Reservation(
        contact=Contact(TODAY, reminder_id, weight=1),
        places=6,
        campaign="standard",
        words=LastWords(overdue=word.after(earlier), ahead=replace(earlier, offset_days=-3)),
        agenda=Agenda(TODAY + timedelta(days=9), campaign="standard", step="+14", channel="email"),
    )
    assert store.cases.reserve_contact(store.cases.get(ACME, DEBTOR), place, CREDITOR.shards)
    store.progress.wake(ACME, NOW)
    store.progress.set_looked_at(ACME, NOW)


def look(store: Store) -> dict[str, Any]:
    """Everything that the repositories say of it."""
    return {
        "creditor": store.creditors.get(ACME),
        "ids": list(store.creditors.ids()),
        "campaigns": store.creditors.campaigns(ACME),
        "file": store.cases.file(ACME, DEBTOR),
        "suppressed": store.cases.suppressed(ACME, ["a" * 32]),
        "agenda": [
            noted
            for shard in range(CREDITOR.shards[-1])
            for noted in store.cases.agenda(ACME, CREDITOR.shards, shard, TODAY + timedelta(days=30))
        ],
        "open of the debtor": list(store.invoices.open_of(ACME, DEBTOR)),
        "open": list(store.invoices.all_open(ACME, CREDITOR.shards)),
        "found": store.reminders.find_by_message(SNS, "7a3f9d52-1b1f-5ab4-9dd9-c2a0d3e5a1b2"),
        "letters": list(store.letters.of(ACME)),
        "batches": list(store.letters.batches(ACME, TODAY)),
        "import": store.imports.get(ACME, RECORD.id),
        "lanes": store.progress.lane_stops(ACME),
        "planned": store.progress.planned_through(ACME, "standard", 1),
        "started": store.progress.started_on(ACME, "standard"),
        "woken": store.progress.woken(ACME),
    }


def dump(client: "DynamoDBClient", table: str) -> list[dict[str, Any]]:
    """The items as JSON."""
    items = client.scan(TableName=table)["Items"]
    text = json.dumps(items, default=lambda content: b64encode(content).decode())
    return sorted(json.loads(text), key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def load(client: "DynamoDBClient", table: str, items: list[dict[str, Any]]) -> None:
    """Put such items into a table."""
    for item in items:
        content: Any = {name: {"B": b64decode(one["B"])} if "B" in one else one for name, one in item.items()}
        client.put_item(TableName=table, Item=content)
