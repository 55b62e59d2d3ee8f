"""A file or a webhook is given again after a fault at any call: the result equals that of one clean run."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import pytest

from tests.faults.journey import Journey
from tests.faults.outside import Outside
from tests.faults.wire import EVERYWHERE, Fate, Wire
from tests.unit.application.intake.test_receive_webhook import ISSUED, NEW, sign
from tests.worlds.intake_world import HURT, NOON, stated
from upominek.adapters.aws.s3_events import tasks
from upominek.bootstrap import Application

Wires = tuple[Wire, Wire, Wire]
Result = tuple[list[str], Mapping[str, object]]
CHUNK_BYTES: Final = 220
ROWS: Final = (
    "numer;klient;kwota;termin;email",
    "FV/1;K-1;100,00;2026-03-16;a@firma.example",
    "FV/2;K-1;200,00;2026-03-17;a@firma.example",
    "FV/3;K-2;nic;2026-03-17;b@firma.example",  # a bad row
    "FV/2;K-1;200,00;2026-03-17;a@firma.example",  # a repeated one
    "FV/4;K-3;300,00;2026-03-18;c@firma.example",
    "FV/5;K-3;300,00;2026-03-18;c@firma.example",
    "FV/5;K-3;301,00;2026-03-18;c@firma.example",  # one that disagrees
    "FV/6;K-4;400,00;2026-03-19;d@firma.example",
)
TABLE: Final = "\n".join(ROWS)
KEY: Final = "snapshot/hurt/faktury.csv"
FAULTS_OF: Final = {
    "webhook": tuple(EVERYWHERE),
    # It takes every step that an ordinary file takes, and settles what it lacks.
    "full list": ("killed", "rival"),
}
READING: Final = ("Get", "Head", "Query", "BatchGet", "List", "Scan")
VOLATILE: Final = frozenset({"started_at", "finished_at", "expires_at", "known_at"})
"""When it began and ended differs; all else must not."""


def notification(key: str) -> dict[str, Any]:
    record = {"eventName": "ObjectCreated:Put", "eventTime": NOON.isoformat(), "s3": {"object": {"key": key}}}
    return {"Records": [record]}


def events() -> bytes:
    """An invoice, its payment, another invoice, a hold and a note."""
    data: Any = ISSUED["data"]
    debtor = data["debtor"]["id"]
    at = ISSUED["timestamp"]
    more = [
        {
            "type": "payment.received",
            "timestamp": at,
            "data": PAYMENT | {"number": data["number"], "debtor_id": debtor},
        },
        ISSUED | {"data": data | {"number": "FV/2"}},
        {"type": "case.held", "timestamp": at, "data": {"debtor_id": debtor, "kind": "dispute", "reason": "Umowa"}},
        {"type": "case.noted", "timestamp": at, "data": {"debtor_id": debtor, "text": "Oddzwoni"}},
    ]
    return json.dumps([ISSUED, *more]).encode()


PAYMENT: Final = {"id": "p-1", "amount": "10.00"}


def handle(worker: Application, queue: str, body: Any) -> None:  # noqa: ANN401 - whatever the queue carries
    """What the function behind the queue, or the front door, does with one message."""
    if queue == "webhook":
        worker.receive_webhook.receive("hurt", body["headers"], body["content"].encode())
        return
    importing = worker.import_file
    importing.chunk_bytes, importing.block_bytes = CHUNK_BYTES, CHUNK_BYTES // 4
    importing.real_time = worker.clock.now  # the notification's time is the journey's
    for task in tasks(body):
        importing(task)


@dataclass(frozen=True)
class Start:
    """The table, the bucket and the queue right before a message."""

    items: Sequence[Mapping[str, Any]]
    outside: Outside


@pytest.fixture(scope="module")
def clean(wires: Wires) -> Callable[[str], tuple[Sequence[Start], Result]]:
    """One clean run, with what each of its messages found, and what came of it."""

    @cache
    def played(what: str) -> tuple[Sequence[Start], Result]:
        outside = Outside(NOON)
        journey = Journey(wires, [], outside, handle=handle)
        # All listed invoices but the first are known already, and one that the list lacks.
        known = [("FV/2", "K-1"), ("FV/3", "K-2"), ("FV/4", "K-3"), ("FV/5", "K-3"), ("FV/6", "K-4"), ("FV/9", "K-9")]
        worker = journey.rivals[0]
        worker.creditors.save(HURT)
        worker.apply_events.apply(HURT, [stated(number, hour=-1, debtor=debtor) for number, debtor in known])
        outside.secrets["secret/hurt"] = json.dumps({"current": NEW})
        if what == "webhook":
            content = events()
            outside.put("webhook", {"headers": sign(content), "content": content.decode()})
        else:
            outside.files[KEY] = TABLE.encode()
            outside.put("imports_queue_url", notification(KEY))
        starts: list[Start] = []
        journey.run(at_each=lambda _: starts.append(Start(journey.content(), outside.copy())))
        assert not journey.parked
        return starts, result(journey)

    return played


def result(journey: Journey) -> Result:
    """The whole table and the bucket, apart from when things happened."""
    items = []
    for item in journey.content():
        kept: dict[str, Any] = {name: value for name, value in item.items() if name not in VOLATILE}
        if item["sk"]["S"].startswith("ARRIVAL#"):  # named by when it began
            kept["sk"] = item["sk"]["S"].rpartition("#")[2]
        items.append(json.dumps({name: in_order(value) for name, value in kept.items()}, sort_keys=True, default=repr))
    return sorted(items), {key: timeless(key, content) for key, content in journey.outside.files.items()}


def points(calls: Sequence[str], fault: str) -> list[int]:
    """The calls at which the fault makes a difference of its own; a call of unknown kind is taken for a write.

    A worker that dies between two reads leaves what one leaves that dies before the first of them. A read whose answers
    are lost changes nothing either. What lies in `work/` is written the same by everybody, so no rival comes between.
    """

    def writes(number: int) -> bool:
        return not calls[number - 1].partition(".")[2].startswith(READING)

    numbers = range(1, len(calls) + 1)
    if fault == "killed":
        return [number for number in numbers if number == 1 or writes(number - 1)]
    if fault == "rival":
        return [number for number in numbers if writes(number) or not calls[number - 1].startswith("s3.")]
    return [number for number in numbers if writes(number)]


def in_order(value: Any) -> Any:  # noqa: ANN401 - as DynamoDB has it
    """A set without the order in which its members came."""
    return {"NS": sorted(value["NS"])} if "NS" in value else value


def timeless(key: str, content: bytes) -> object:
    if not key.endswith(".json"):
        return content
    report = json.loads(content)
    return {name: value for name, value in report.items() if name not in VOLATILE}


@pytest.mark.parametrize(("what", "fault"), [(what, fault) for what, faults in FAULTS_OF.items() for fault in faults])
def test_a_fault_at_every_call(
    clean: Callable[[str], tuple[Sequence[Start], Result]], wires: Wires, what: str, fault: str
) -> None:
    starts, expected = clean(what)

    def play(start: Start, fate: Fate) -> Journey:
        journey = Journey(wires, start.items, start.outside.copy(), fate, handle=handle)
        journey.run()
        return journey

    for start in starts:
        whole = play(start, Fate())
        calls = whole.fate.calls[: whole.calls_of_first]
        assert result(whole) == expected
        for number in points(calls, fault):
            journey = play(start, Fate(at=number, fault=fault))
            where = f"{fault} at call {number} of {calls}"
            assert journey.fate.has_struck, where
            assert not journey.parked, where
            items, files = result(journey)
            assert sorted(set(items) ^ set(expected[0])) == [], where
            assert (items, files) == expected, where
