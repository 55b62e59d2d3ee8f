"""After a restore: what went out since then does not go out again, and what can be known is known again."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.unit.application.receipts.test_record_receipt import FALLBACK, report
from tests.worlds.letter_stage import TO_POST, LetterStage
from tests.worlds.planning_world import MONDAY, PlanningWorld, local
from tests.worlds.stage import ITEM, NOW, TODAY, Stage
from upominek.adapters.carriers.registry import CARRIERS
from upominek.adapters.formats.csv.writing import csv_rows
from upominek.adapters.memory.world import World
from upominek.application.jobs import OutboxItem, Planned
from upominek.application.operations.reconcile_after_restore import RESTORED, Gap, ReconcileAfterRestore
from upominek.application.sending.send_reminder import SendOutcome
from upominek.domain.messages.receipt import Action, ReceiptKind
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.values.carrier import PRINT, SES, SNS
from upominek.domain.values.channel import Channel

# The backup was made an hour before anything was sent.
SINCE = NOW - timedelta(hours=1)
OUTSIDE = ("manifests", "files", "queues", "sms", "email", "clock")


def planned(*items: OutboxItem) -> list[Planned]:
    return [Planned.of(one) for one in items]


def put_out(stage: Stage, *items: OutboxItem) -> None:
    """What the planner does before the items are on the outbox."""
    stage.manifests.write("rura", items[0].day, planned(*items))


def table_of_before(world: Any, before: Any) -> Any:  # noqa: ANN401 - any kind of stage
    """The world with its table as another one has it: what is outside of the table is as it is."""
    for name in OUTSIDE:
        setattr(before, name, getattr(world, name))
    return before


def close(world: World, creditor: str = "rura") -> Gap:
    reconcile_after_restore = ReconcileAfterRestore(
        cases=world.cases,
        clock=world.clock,
        creditors=world.creditors,
        reminders=world.reminders,
        progress=world.progress,
        manifests=world.manifests,
        letters=world.letters,
        files=world.files,
        carriers=CARRIERS,
        read_table=csv_rows,
    )
    return reconcile_after_restore(creditor, SINCE)


def reopen(stage: Stage) -> None:
    for carrier in CARRIERS.known():
        stage.progress.reopen_lane("rura", carrier)


@pytest.fixture
def lost() -> Stage:
    """An SMS went and failed, its fallback went by e-mail; then the table was restored to before both."""
    stage = Stage()
    put_out(stage, ITEM)
    assert stage.send() is SendOutcome.SENT
    stage.recorder()(report(ReceiptKind.FAILED, Action.FALLBACK), {})
    assert [stage.send(item) for item in stage.queues.take_outbox()] == [SendOutcome.SENT]
    return table_of_before(stage, Stage())


def test_without_it_everything_would_go_twice(lost: Stage) -> None:
    assert [lost.send(), lost.send(FALLBACK)] == [SendOutcome.SENT, SendOutcome.SENT]
    assert (len(lost.sms.sent), len(lost.email.sent)) == (2, 2)


def test_neither_the_reminder_nor_its_fallback_goes_again(lost: Stage) -> None:
    assert close(lost) == Gap(creditor="rura", days=(TODAY,), reminders=1, fallbacks=1, batches=0)
    assert lost.send() is SendOutcome.LANE_STOPPED
    reopen(lost)
    assert [lost.send(), lost.send(FALLBACK)] == [SendOutcome.ALREADY_HANDLED] * 2
    assert (len(lost.sms.sent), len(lost.email.sent)) == (1, 1)
    reminder = lost.reminder()
    assert (reminder.status, reminder.reason, reminder.step) == (ReminderStatus.UNKNOWN, RESTORED, "+5")
    assert lost.reminder(FALLBACK).channel is Channel.EMAIL


def test_all_lanes_stand_still_and_say_why(lost: Stage) -> None:
    close(lost)
    stops = lost.progress.lane_stops("rura")
    assert {(one.carrier, one.code) for one in stops.values()} == {(SNS, RESTORED), (SES, RESTORED), (PRINT, RESTORED)}
    assert SINCE.isoformat() in stops[SNS].detail


def test_a_repetition_finds_nothing_more(lost: Stage) -> None:
    close(lost)
    assert close(lost) == Gap(creditor="rura", days=(TODAY,), reminders=0, fallbacks=0, batches=0)


def test_all_of_a_days_reminders_are_closed(lost: Stage) -> None:
    put_out(lost, *(replace(ITEM, debtor=f"D-{number}") for number in range(2, 2500)))
    gap = close(lost)
    assert (gap.reminders, gap.fallbacks) == (2499, 2499)


def test_a_late_receipt_settles_it(lost: Stage) -> None:
    close(lost)
    delivered = replace(report(ReceiptKind.DELIVERED), key=lost.reminder().key)
    lost.recorder()(delivered, {})
    assert lost.reminder().status is ReminderStatus.DELIVERED


def test_what_has_a_record_keeps_it_and_only_its_fallback_may_have_gone() -> None:
    stage = Stage()
    put_out(stage, ITEM)
    stage.send()
    before = stage.reminder()
    assert (close(stage).reminders, close(stage).fallbacks) == (0, 0)
    assert stage.reminder() == before
    assert stage.reminder(FALLBACK).reason == RESTORED


def test_no_other_address_is_written_to_where_that_may_have_been_done() -> None:
    """The first message was on record in the restored table; that it failed, and what followed, was not."""
    stage = Stage()
    stage.debtor(more_phones=["+48455000021"])
    put_out(stage, ITEM)
    stage.send()
    failed = report(ReceiptKind.FAILED, Action.RETRY_LATER)
    assert close(stage) == Gap(creditor="rura", days=(TODAY,), reminders=0, fallbacks=2, batches=0)
    reopen(stage)
    stage.recorder()(failed, {})
    (item,) = stage.queues.take_outbox()
    assert item.to_next_address
    assert stage.send(item) is SendOutcome.ALREADY_HANDLED
    assert len(stage.sms.sent) == 1


def test_what_was_skipped_has_no_fallback() -> None:
    stage = Stage()
    put_out(stage, ITEM)
    stage.debtor(phone=None, email=None)
    assert stage.send() is SendOutcome.SKIPPED
    assert close(stage).fallbacks == 0


def test_what_was_planned_long_before_is_left_alone() -> None:
    stage = Stage()
    old, recent = (replace(ITEM, day=TODAY - timedelta(days=days)) for days in (4, 3))
    put_out(stage, old)
    put_out(stage, recent)
    assert close(stage).days == (recent.day,)
    assert stage.is_unclaimed(old)


def test_others_are_none_of_its_business(lost: Stage) -> None:
    foreign = replace(ITEM, creditor="other")
    lost.manifests.write("other", TODAY, planned(foreign))
    assert close(lost).reminders == 1
    assert lost.is_unclaimed(foreign)
    assert lost.progress.lane_stops("other") == {}


def test_no_run_catches_up_with_days_that_were_planned() -> None:
    def world() -> PlanningWorld:
        world = PlanningWorld()
        world.invoice("FV/1", "D-1", date(2026, 3, 1))  # its step +1 lands on Monday
        world.invoice("FV/2", "D-2", date(2026, 3, 2))  # its step +1 lands on Tuesday
        world.run(date(2026, 2, 27))
        return world

    for is_closed in (False, True):
        first = world()
        assert [item.debtor for item in first.run(MONDAY)] == ["D-1"]
        restored = world()
        restored.manifests.write("hydro", MONDAY, list(first.manifests.read("hydro", MONDAY)))
        restored.clock.time = local(MONDAY + timedelta(days=1), "08:00")
        if is_closed:
            close(restored, "hydro")
        tuesday = [item.debtor for item in restored.run(MONDAY + timedelta(days=1))]
        assert tuesday == (["D-2"] if is_closed else ["D-1", "D-2"])


def test_todays_run_may_be_repeated() -> None:
    world = PlanningWorld()
    world.invoice("FV/1", "D-1", date(2026, 3, 1))
    world.run(date(2026, 2, 27))
    (item,) = world.run(MONDAY)
    restored = PlanningWorld()
    restored.invoice("FV/1", "D-1", date(2026, 3, 1))
    restored.manifests.write("hydro", MONDAY, list(world.manifests.read("hydro", MONDAY)))
    restored.clock.time = local(MONDAY, "12:00")
    close(restored, "hydro")
    assert restored.run(MONDAY, "12:00") == [item]


def test_letters_that_were_printed_are_not_printed_again() -> None:
    printed = LetterStage()
    put_out(printed, TO_POST)
    printed.make()
    # The table is as it was when the letter was made, but not yet gathered.
    before = table_of_before(printed, LetterStage())
    before.reminders, before.letters = printed.reminders, printed.letters
    (batch,) = printed.printer()("rura", TODAY)
    before.letters._batches.clear()
    assert close(before).batches == 1
    (again,) = before.printer()("rura", TODAY)
    assert replace(again, made_at=batch.made_at) == batch
    assert [key for key in before.files.list("letters/rura/") if "batch-002" in key] == []
