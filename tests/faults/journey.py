"""The way of a reminder through real queues of functions: tick, plan, send, record, receipts; one worker has a fate.

Messages come as SQS brings them: at least once, later when they ask for it, again when their worker failed, and to the
dead-letter queue at last. The message at which the fault struck comes again to two rivals at once, and so does whatever
lies on a queue twice.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from io import BytesIO
from threading import Barrier
from typing import Any, Final

from pypdfium2 import PdfDocument
from typing_extensions import override

from tests.contract.conftest import create_table
from tests.faults.outside import Outside, Waiting
from tests.faults.wire import Fate, Killed, Wire
from tests.worlds.letter_stage import PlainTypesetter
from upominek.adapters.carriers.reports import read_report
from upominek.adapters.carriers.sns.reports import without_phone
from upominek.adapters.texts.renderer import TemplateRenderer
from upominek.application.jobs import OutboxItem, PlanJob
from upominek.application.receipts.record_receipt import Recorded
from upominek.bootstrap import Application
from upominek.domain.letters.content import LetterContent
from upominek.domain.letters.letter import Letter
from upominek.domain.texts.overrides import NO_OVERRIDES, Overrides
from upominek.settings import Settings

VISIBILITY_SECONDS: Final = 150
MOST_RECEIVES: Final = 5
MOST_ROUNDS: Final = 200
RENDERER: Final = TemplateRenderer()
QUEUES: Final = tuple(one.name for one in fields(Settings) if one.name.endswith("_queue_url"))


class JourneyClock:
    """Business time, moved by nobody but the queues."""

    def __init__(self, outside: Outside) -> None:
        self.outside = outside

    def now(self) -> datetime:
        return self.outside.now

    def sleep(self, seconds: float) -> None:
        self.outside.now += timedelta(seconds=seconds)


def settings(table: str) -> Settings:
    return Settings(
        table_name=table,
        bucket_name="files",
        webhook_secret_prefix="secret/",
        ses_configuration_set="upominek",
        ses_messages_per_second=1e6,
        sms_parts_per_second=1e6,
        **{name: f"http://127.0.0.1:9/sqs/{name}" for name in QUEUES},
    )


def process(wire: Wire, table: str, outside: Outside) -> Application:
    """What one process holds, as the product puts it together."""
    wire.outside = outside
    application = Application(settings(table))
    application.__dict__ |= {
        "clients": wire.clients,
        "clock": JourneyClock(outside),
        "renderer": RENDERER,
        "typesetter": StampedTypesetter(),
    }
    return application


class StampedTypesetter(PlainTypesetter):
    """Takes no time, since letters are made thousands of times here; what they say stands behind a blank page."""

    @override
    def letter(self, content: LetterContent, overrides: Overrides = NO_OVERRIDES) -> Letter:
        plain = super().letter(content, overrides)
        pdf = blank_page() + b"\n% " + plain.pdf
        return replace(plain, pdf=pdf, sha256=sha256(pdf).hexdigest(), pages=1)


@cache
def blank_page() -> bytes:
    page, buffer = PdfDocument.new(), BytesIO()
    page.new_page(595, 842)
    page.save(buffer)
    page.close()
    return buffer.getvalue()


def handle(worker: Application, queue: str, body: Any) -> None:  # noqa: ANN401 - whatever the queue carries
    """What the function behind the queue does with one message."""
    match queue:
        case "tick":
            worker.start_planning()
        case "plans_queue_url":
            worker.plan_reminders(PlanJob.from_dict(body))
        case "sms_queue_url" | "email_queue_url":
            worker.send_reminder(OutboxItem.from_dict(body), seconds_left=120)
        case "letter_queue_url":
            worker.make_letters(OutboxItem.from_dict(body), seconds_left=120)
        case "gather":
            made = list(worker.print_letters.all())
            assert isinstance(worker.clock, JourneyClock)
            worker.clock.outside.batches += made
        case "logs":
            worker.queues.receipts([without_phone(body)])
        case "receipts_queue_url":
            report = read_report(body)
            assert report is not None
            if worker.record_receipt(report, body) is Recorded.FOREIGN:
                assert isinstance(worker.clock, JourneyClock)
                worker.clock.outside.foreign.add(report.message_id)
            worker.record_receipt.brake()
        case _:
            raise AssertionError(f"nobody reads {queue}")


@dataclass(frozen=True)
class Start:
    """The table and the queues right before a message."""

    queue: str
    items: Sequence[Mapping[str, Any]]
    outside: Outside


@dataclass
class Journey:
    """One table with its queues, from the first message until all are at rest.

    Attributes:
        wires: of the worker with the fate, and of its two rivals.
        items: what the table holds at the beginning.
        parked: what ended in a dead-letter queue.
        calls_of_first: how many calls the first message took; faults are for these.
    """

    wires: tuple[Wire, Wire, Wire]
    items: Sequence[Mapping[str, Any]]
    outside: Outside
    fate: Fate = field(default_factory=Fate)
    parked: list[Waiting] = field(default_factory=list)
    calls_of_first: int | None = None
    handle: Callable[[Application, str, Any], None] = handle

    def __post_init__(self) -> None:
        engine = self.wires[1].engine
        for wire in self.wires:
            wire.fate = Fate()
        self.table = create_table(engine)
        for start in range(0, len(self.items), 25):
            some: Any = [{"PutRequest": {"Item": one}} for one in self.items[start : start + 25]]
            engine.batch_write_item(RequestItems={self.table: some})
        self.mortal, *self.rivals = (process(wire, self.table, self.outside) for wire in self.wires)
        self.wires[0].fate = self.fate

    def content(self) -> list[dict[str, Any]]:
        """Every item of the table."""
        pages = self.wires[1].engine.get_paginator("scan").paginate(TableName=self.table)
        return [item for page in pages for item in page["Items"]]

    def starts(self, begins: str, at_first: Callable[[Application], object] = lambda _: None) -> list[Start]:
        """Run, and say where each message found the world, from the first one of a queue on.

        Args:
            at_first: what happens in the world right before that first one.
        """
        found: list[Start] = []

        def keep(queue: str) -> None:
            if not found and queue != begins:
                return
            if not found:
                at_first(self.rivals[0])
            found.append(Start(queue, self.content(), self.outside.copy()))

        self.run(at_each=keep)
        return found

    def run(self, at_each: Callable[[str], object] = lambda _: None) -> None:
        """Until nothing waits any more.

        Args:
            at_each: called before each message, with its queue.
        """
        for _ in range(MOST_ROUNDS):
            if not self.outside.waiting:
                return
            first = min(self.outside.waiting, key=lambda one: one.ready_at)
            at_each(first.queue)
            self.outside.now = max(self.outside.now, first.ready_at)
            text = json.dumps(first.body, sort_keys=True)
            same = [
                one
                for one in self.outside.waiting
                if one.queue == first.queue and json.dumps(one.body, sort_keys=True) == text
            ]
            for one in same:
                self.outside.waiting.remove(one)
            self._deliver(first, is_doubled=len(same) > 1)
            if self.calls_of_first is None:
                self.calls_of_first = len(self.fate.calls)
        raise AssertionError("the queues never come to rest")

    def _deliver(self, message: Waiting, *, is_doubled: bool) -> None:
        if self.fate.has_struck:
            failures = self._deliver_to_rivals(message) if is_doubled else [self._by(self.rivals[0], message)]
            has_failed = all(failures)
        else:
            self.fate.rival = lambda: self._by(self.rivals[0], message)
            has_failed = self._by(self.mortal, message)
            if has_failed and self.fate.has_struck:
                self._again(message)
                self._again(message)
                return
        if has_failed:
            self._again(message)

    def _again(self, message: Waiting) -> None:
        receives = message.receives + 1
        if receives >= MOST_RECEIVES:
            self.parked.append(message)
            return
        self.outside.put(message.queue, message.body, VISIBILITY_SECONDS, receives)

    def _by(self, worker: Application, message: Waiting) -> bool:
        """Whether the worker failed."""
        try:
            self.handle(worker, message.queue, message.body)
        except (Exception, Killed) as error:
            if isinstance(error, AssertionError):
                raise
            return True
        return False

    def _deliver_to_rivals(self, message: Waiting) -> list[bool]:
        at_once = Barrier(len(self.rivals))

        def work(worker: Application) -> bool:
            at_once.wait()
            return self._by(worker, message)

        with ThreadPoolExecutor(len(self.rivals)) as pool:
            return list(pool.map(work, self.rivals))
