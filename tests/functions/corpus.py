"""What queues carry, as the product writes it today; `python -m tests.functions.corpus` records it for this version.

A queue outlives a deployment: what the release before wrote is read by the next. So a version that was released stays
in `messages/` as it is, and a changed message is recorded under a new one, in full knowledge.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.functions.recorded import sns_log
from tests.worlds.intake_world import IntakeWorld, at
from tests.worlds.letter_stage import ATTACHED, TO_ATTACH, LetterStage
from tests.worlds.planning_world import MONDAY, PlanningWorld
from tests.worlds.stage import ITEM, NOW, Stage
from upominek.adapters.carriers.reports import read_report
from upominek.adapters.carriers.sns.reports import without_phone
from upominek.application.intake.import_plan import Arrival, ImportJob
from upominek.application.jobs import OutboxItem
from upominek.domain.errors import TemporaryFailure
from upominek.domain.values.channel import Channel

MESSAGES = Path(__file__).with_name("messages")
VERSION = version("upominek")
Body = Mapping[str, Any]


def recorded() -> dict[str, dict[str, Body]]:
    """What was recorded, by version and name."""
    return {
        folder.name: {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
        for folder in MESSAGES.iterdir()
    }


def produced() -> dict[str, Body]:
    """Each kind of message, as the use cases put it on a queue; the name begins with the queue's."""
    bodies = dict([*_plans(), *_outbox(), *_letters(), *_imports(), *_receipts()])
    return {name: json.loads(json.dumps(body)) for name, body in bodies.items()}


def _plans() -> Iterator[tuple[str, Body]]:
    world = PlanningWorld()
    world.invoice("FV/1", "D-1", MONDAY - timedelta(days=1))
    world.start_planning()
    (job,) = world.queues.plans
    yield "plans-job", job.to_dict()
    yield "outbox-planned", _only(world.run(MONDAY))
    world.invoice("FV/2", "D-2", MONDAY + timedelta(days=1))
    world.run(MONDAY)
    yield "outbox-caught-up", _only(world.run(MONDAY + timedelta(days=3)))


def _outbox() -> Iterator[tuple[str, Body]]:
    stage = Stage()
    stage.sms.fail_next(TemporaryFailure("throttled"))
    stage.send()
    yield "outbox-turned-away", _only(stage.queues.take_outbox())
    stage.send()
    failed = read_report(sns_log("failure", "sms-0001"))
    assert failed is not None
    stage.recorder()(failed, {})
    yield "outbox-fallback", _only(stage.queues.take_outbox())
    yield from _attempts()


def _attempts() -> Iterator[tuple[str, Body]]:
    """To the next address, and over the next channel after that."""
    stage = Stage()
    stage.debtor(more_phones=["+48455000021"])
    stage.send()
    for name, message_id in {"outbox-next-address": "sms-0001", "outbox-after-next-address": "sms-0002"}.items():
        failed = read_report(sns_log("failure", message_id))
        assert failed is not None
        stage.recorder()(failed, {})
        (item,) = stage.queues.take_outbox()
        yield name, item.to_dict()
        stage.send(item)


def _letters() -> Iterator[tuple[str, Body]]:
    stage = LetterStage(ATTACHED)
    yield "outbox-awaiting-letter", TO_ATTACH.to_dict()
    stage.make(TO_ATTACH)
    (ready,) = stage.queues.take_outbox()
    yield "outbox-with-letter", ready.to_dict()
    stage.invoice("FV/2", due_on=date(2026, 2, 25))
    stage.invoice("FV/1", grosze=99, at=NOW)
    stage.send(ready)
    yield "outbox-letter-outdated", _only(stage.queues.take_outbox())
    yield "outbox-to-post", replace(ITEM, channel=Channel.LETTER).to_dict()


def _imports() -> Iterator[tuple[str, Body]]:
    world = IntakeWorld()
    key = "incoming/hurt/faktury.csv"
    rows = "".join(f"K-{number};FV/{number};2026-03-16;100,00\r\n" for number in range(20))
    world.files.put(key, f"Id kontrahenta;Numer faktury;Termin płatności;Kwota brutto\r\n{rows}".encode())
    importing = world.importing(chunk_bytes=200)
    importing.arrived(Arrival(key=key, at=at(0), version="v1"))
    seen = set()
    while world.queues.imports:
        body = world.queues.imports.pop(0)
        if body["step"] not in seen:
            yield f"imports-{body['step']}", body
        seen.add(body["step"])
        importing.work(ImportJob.from_dict(body))


def _receipts() -> Iterator[tuple[str, Body]]:
    forwarded = without_phone(sns_log("success", "sms-9999"))
    yield "receipts-forwarded", forwarded
    stage = Stage()
    early = read_report(forwarded)
    assert early is not None
    stage.recorder()(early, forwarded)
    ((waiting, _),) = stage.queues.reports
    yield "receipts-put-back", waiting


def _only(items: list[OutboxItem]) -> Body:
    (item,) = items
    return item.to_dict()


if __name__ == "__main__":
    (MESSAGES / VERSION).mkdir(parents=True, exist_ok=True)
    for name, body in produced().items():
        text = json.dumps(body, ensure_ascii=False, indent=2, sort_keys=True)
        (MESSAGES / VERSION / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
