"""An upgrade meets messages of the release before: all that were ever recorded are read, and none changes unawares."""

import inspect
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.functions.corpus import VERSION, produced, recorded
from upominek.adapters.aws.s3_events import tasks
from upominek.adapters.carriers.reports import read_report
from upominek.application.intake.import_plan import ImportJob
from upominek.application.jobs import OutboxItem, PlanJob
from upominek.application.ports.queues import Queues
from upominek.application.receipts.record_receipt import WAITS

RECORDED = recorded()
EVERY = [(version, name) for version, bodies in RECORDED.items() for name in bodies]


def _import(body: Mapping[str, Any]) -> Mapping[str, Any]:
    (job,) = tasks(body)
    assert isinstance(job, ImportJob)
    return job.to_dict()


def _report(body: Mapping[str, Any]) -> Mapping[str, Any]:
    report = read_report(body)
    assert report is not None
    assert report.message_id == body["notification"]["messageId"]
    assert isinstance(body.get(WAITS, 0), int)
    return body


READERS: dict[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
    "plans": lambda body: PlanJob.from_dict(body).to_dict(),
    "outbox": lambda body: OutboxItem.from_dict(body).to_dict(),
    "imports": _import,
    "receipts": _report,
}
"""Each queue's reader, and what it understood in the words of today."""


@pytest.mark.parametrize(("version", "name"), EVERY)
def test_what_any_release_put_on_a_queue_is_understood_by_this_one(version: str, name: str) -> None:
    body = RECORDED[version][name]
    understood = READERS[name.partition("-")[0]](body)
    assert {**understood, "version": 0} == {**body, "version": 0}


def test_this_version_writes_what_is_recorded_for_it() -> None:
    """Red after a change of a message: raise the version, and record it with `python -m tests.functions.corpus`."""
    assert VERSION in RECORDED
    assert _without_digests(produced()) == _without_digests(RECORDED[VERSION])


def test_every_way_onto_a_queue_has_its_messages_in_the_corpus() -> None:
    ways = {name for name, _ in inspect.getmembers(Queues, inspect.isfunction) if not name.startswith("_")}
    assert ways == {"plan", "send", "import_chunks", "receipts"}
    assert {name.partition("-")[0] for name in RECORDED[VERSION]} == READERS.keys()


def test_every_field_of_an_item_is_in_the_corpus() -> None:
    written = {field for name, body in RECORDED[VERSION].items() if name.startswith("outbox-") for field in body}
    # No message on an event is sent yet; `tests/unit/application/test_jobs.py` has one.
    fields = set(inspect.signature(OutboxItem).parameters) - {"occasion"}
    assert fields <= written
    assert written - fields == {"version"}


def _without_digests(bodies: Mapping[str, Mapping[str, Any]]) -> Any:  # noqa: ANN401 - JSON
    """Digests tell of texts, which may change as they like."""
    return json.loads(re.sub(r"[0-9a-f]{12,}", "#", json.dumps(bodies)))
