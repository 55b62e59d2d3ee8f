"""A message on an event, from the outbox to its erasure, over memory and the engine: also on the day of a reminder."""

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from typing import Final

import pytest

from tests.contract.conftest import create_table, dynamo_store, dynamodb
from tests.contract.examples import ACME, DEBTOR, KOWALSKA, NOW, TODAY, claimed, sent
from tests.contract.test_restoring import StageOnFile
from tests.unit.application.operations.test_reconcile_after_restore import close, reopen
from tests.worlds.stage import CAMPAIGN, CREDITOR, ITEM
from tests.worlds.thank_you import KIND, PAID, THANKS, THANKS_BY_EMAIL, WORDS, ThankfulStage, thanking
from upominek.adapters.carriers.registry import CARRIERS
from upominek.adapters.json.case import case_to_dict
from upominek.adapters.json.privacy import export_to_dict
from upominek.adapters.memory.world import World
from upominek.application.cases.manage_case import CaseView
from upominek.application.jobs import OutboxItem, Planned
from upominek.application.operations.check_day import CheckDay
from upominek.application.privacy.erase_case import EraseCase
from upominek.application.privacy.export_case import CaseExport
from upominek.application.privacy.redact_reminders import RedactReminders
from upominek.application.receipts.record_receipt import Report
from upominek.domain.cases.timeline import timeline, totals
from upominek.domain.errors import NotUnderstood, PermanentFailure
from upominek.domain.messages.occasion import Occasion
from upominek.domain.messages.receipt import Action, Receipt, ReceiptKind
from upominek.domain.messages.reminder import Reminder
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.operations.health import Trouble
from upominek.domain.planning.campaign import in_force
from upominek.domain.values.carrier import SNS
from upominek.domain.values.kinds import HoldKind

SECOND: Final = replace(THANKS, invoices=("FV/3",), occasion=Occasion(KIND, "p-2"))
PAID_TOO: Final = replace(PAID, id="p-2", number="FV/3")
NOVEL: Final = Occasion("z-newer", "e/1")


class StageInTable(StageOnFile, ThankfulStage):
    """The stage with its table in the engine."""


@pytest.fixture(params=["memory", "dynoxide"])
def stage(request: pytest.FixtureRequest) -> Iterator[ThankfulStage]:
    """The stage with the payment, and the kind of message in the table of kinds."""
    with thanking():
        if request.param == "memory":
            stage = ThankfulStage()
        else:
            client = dynamodb(request.getfixturevalue("dynoxide"))
            stage = StageInTable()
            stage.use(dynamo_store(client, create_table(client)))
            stage.begin()
        stage.pay()
        yield stage


def by_key(stage: ThankfulStage) -> dict[str, Reminder]:
    return {one.key.id: one for one in stage.file().reminders}


def shown(stage: ThankfulStage) -> dict[str, object]:
    file = stage.file()
    view = CaseView(file, TODAY, totals(file.invoices, TODAY), tuple(timeline(file)))
    told: dict[str, object] = json.loads(json.dumps(case_to_dict(view)))
    return told


def test_both_go_once_and_stand_in_the_history(stage: ThankfulStage) -> None:
    for _ in range(2):  # whoever heard of the payment was killed, and began again
        stage.put_out(ITEM)
        stage.say_thanks()
    assert stage.send_all() == ["sent", "sent", "already-handled", "already-handled"]
    assert [one.text for one in stage.sms.sent][1:] == [WORDS]
    assert by_key(stage).keys() == {ITEM.key.id, THANKS.key.id}
    entries = [one for one in shown(stage)["timeline"] if one["kind"] == "reminder"]  # type: ignore[attr-defined]
    assert [(one["step"], one.get("occasion")) for one in entries] == [("+5", None), (KIND, f"{KIND}/p-1")]
    assert list(stage.manifests.read("rura", TODAY)) == [Planned.of(ITEM), Planned.of(THANKS)]
    thanks = stage.reminder(THANKS)
    assert (thanks.status, thanks.template, thanks.totals) == (ReminderStatus.SENT, KIND, ())


def test_they_go_although_all_is_paid_and_not_when_the_event_is_gone(stage: ThankfulStage) -> None:
    stage.put_out(ITEM)
    stage.happens(replace(PAID, id="p-0", number="FV/1", amount=stage.file().invoices[0].header.amount))  # type: ignore[union-attr]
    other = replace(THANKS, occasion=Occasion(KIND, "p-9"))
    stage.put_out(THANKS, other)
    assert stage.send_all() == ["skipped", "sent", "skipped"]
    assert (stage.reminder(ITEM).reason, stage.reminder(other).reason) == ("paid", "changed")


def test_they_take_no_place_of_a_demand_and_none_is_taken_from_them(stage: ThankfulStage) -> None:
    stage.pay(PAID_TOO)
    stage.put_out(THANKS, ITEM, SECOND)
    assert stage.send_all() == ["sent", "sent", "skipped"]
    assert stage.reminder(SECOND).reason == "cap-day"
    case = stage.file().case
    assert [one.reminder_id for one in case.contacts] == [ITEM.key.id]
    assert [one.reminder_id for one in case.notices] == [THANKS.key.id]
    assert case.cap_reached(CREDITOR.limits, TODAY) == "cap-day"
    assert case.cap_reached(CREDITOR.limits, TODAY + timedelta(days=1), is_notice=True) is None


def test_what_fails_gives_its_place_back_or_to_its_fallback(stage: ThankfulStage) -> None:
    stage.sms.fail_next(PermanentFailure("refused"))
    stage.say_thanks()
    assert stage.send_all() == ["failed"]
    assert stage.queues.take_outbox() == [THANKS_BY_EMAIL]
    assert [stage.send(THANKS_BY_EMAIL).value for _ in range(2)] == ["sent", "already-handled"]
    assert len({THANKS.key, THANKS_BY_EMAIL.key, ITEM.key}) == 3
    assert stage.reminder(THANKS_BY_EMAIL).is_fallback
    assert len(stage.file().case.notices) == 1
    stage.hold(HoldKind.DISPUTE)
    stage.pay(PAID_TOO)
    assert stage.send(SECOND).value == "skipped"
    assert stage.reminder(SECOND).reason == "held"
    assert len(stage.file().case.notices) == 1


def test_hours_lanes_and_opt_outs_are_theirs_as_well(stage: ThankfulStage) -> None:
    stage.clock.advance(hours=14)
    assert stage.send(THANKS).value == "deferred"
    stage.clock.advance(hours=10)
    stage.hold(HoldKind.OPT_OUT)
    assert stage.send(THANKS).value == "skipped"
    assert stage.reminder(THANKS).reason == "opted-out"
    stage.clock.advance(hours=24 * 7)
    late = replace(THANKS, occasion=Occasion(KIND, "p-late"))
    assert stage.send(late).value == "expired"


def test_a_receipt_is_theirs_and_a_late_failure_starts_their_fallback(stage: ThankfulStage) -> None:
    stage.put_out(ITEM)
    stage.say_thanks()
    stage.send_all()
    message = stage.reminder(THANKS).provider_message_id
    assert message is not None
    failed = Receipt(id="r-1", kind=ReceiptKind.FAILED, at=NOW, action=Action.FALLBACK)
    stage.recorder()(Report(carrier=SNS, receipt=failed, message_id=message), {})
    assert stage.reminder(THANKS).status is ReminderStatus.FAILED
    assert stage.reminder(ITEM).status is ReminderStatus.SENT
    assert stage.queues.take_outbox() == [THANKS_BY_EMAIL]


def test_their_words_are_redacted_with_those_of_reminders(stage: ThankfulStage) -> None:
    stage.put_out(ITEM)
    stage.sms.fail_next(PermanentFailure("refused"))
    stage.say_thanks()
    stage.send(THANKS)
    stage.send(ITEM)
    stage.send(THANKS_BY_EMAIL)
    stage.clock.advance(hours=24 * (CREDITOR.text_days + 30))
    redact = RedactReminders(
        manifests=stage.manifests, reminders=stage.reminders, retention=stage.retention, clock=stage.clock
    )
    assert redact(CREDITOR) == (3, True)
    assert {one.text for one in stage.file().reminders} == {None}
    assert stage.reminder(THANKS_BY_EMAIL).occasion == THANKS.occasion


def test_they_are_exported_and_the_event_is_nobodys_once_the_case_is_erased(stage: ThankfulStage) -> None:
    stage.say_thanks()
    stage.send_all()
    export = CaseExport(at=NOW, creditor=CREDITOR, file=stage.file(), letters=(), suppressed={})
    assert [one["occasion"] for one in export_to_dict(export)["reminders"]] == [{"kind": KIND, "id": "p-1"}]
    erase = EraseCase(
        cases=stage.cases,
        letters=stage.letters,
        files=stage.files,
        retention=stage.retention,
        unmatched=World().unmatched_payments,
        ids=stage.ids,
        clock=stage.clock,
    )
    erased = erase(CREDITOR, "D-1", despite_open_invoices=True)
    [nameless] = stage.cases.file("rura", erased.alias).reminders
    assert nameless.occasion.kind == KIND
    assert nameless.occasion.id != "p-1"


def test_after_a_restore_they_do_not_go_again_and_no_step_is_passed_over(stage: ThankfulStage) -> None:
    tomorrow = TODAY + timedelta(days=1)
    late = replace(THANKS, day=tomorrow, occasion=Occasion(KIND, "p-2"))
    stage.put_out(ITEM, THANKS, late)
    stage.clock.advance(hours=24 * 4)
    gap = close(stage)
    assert (gap.reminders, gap.fallbacks) == (3, 3)
    reopen(stage)
    items = [ITEM, THANKS, THANKS_BY_EMAIL, late]
    assert {stage.send(item).value for item in items} == {"already-handled"}
    assert stage.handed_over() == 0
    restored = stage.reminder(THANKS)
    assert (restored.status, restored.template, restored.occasion) == (ReminderStatus.UNKNOWN, KIND, THANKS.occasion)
    # Of tomorrow there is a message on an event alone: its run was not there yet.
    assert stage.progress.planned_through("rura", "main", 1) == TODAY


def test_the_sweep_misses_them_by_the_manifest(stage: ThankfulStage) -> None:
    stage.put_out(ITEM, THANKS, SECOND)
    stage.sms.fail_next(PermanentFailure("refused"))
    stage.send(THANKS)
    week = NOW + timedelta(days=7)
    look = CheckDay(stage.cases, stage.manifests, stage.reminders, CARRIERS)
    found = look(CREDITOR, in_force((CAMPAIGN,)), TODAY, week).found[Trouble.REMINDER_LOST]
    assert {(one["step"], one["reminder"]) for one in found.examples} == {
        ("+5", ITEM.key.id),
        (KIND, SECOND.key.id),
    }


def test_a_later_notice_does_not_hide_a_lost_step(stage: ThankfulStage) -> None:
    stage.put_out(ITEM)
    stage.clock.advance(hours=24)
    stage.send(replace(THANKS, day=TODAY + timedelta(days=1)))
    look = CheckDay(stage.cases, stage.manifests, stage.reminders, CARRIERS)
    found = look(CREDITOR, in_force((CAMPAIGN,)), TODAY, NOW + timedelta(days=7)).found
    assert [one["step"] for one in found[Trouble.REMINDER_LOST].examples] == ["+5"]


# --- An event of another version


def test_an_item_on_an_unknown_event_ends_among_the_dead_letters(stage: ThankfulStage) -> None:
    item = replace(THANKS, occasion=NOVEL)
    with pytest.raises(NotUnderstood):
        OutboxItem.from_dict(item.to_dict())
    with pytest.raises(NotUnderstood):
        stage.send(item)
    assert stage.is_unclaimed(item)
    assert stage.handed_over() == 0


@pytest.mark.parametrize("backend", ["memory", "dynoxide"])
def test_a_message_on_an_unknown_event_is_kept_as_it_stands(backend: str, request: pytest.FixtureRequest) -> None:
    world = World(NOW)
    if backend == "dynoxide":
        client = dynamodb(request.getfixturevalue("dynoxide"))
        store = dynamo_store(client, create_table(client))
        world.__dict__ |= {one.name: getattr(store, one.name) for one in fields(store)}
    world.cases.open_case(ACME, KOWALSKA, NOW)
    before = sent(claimed(occasion=NOVEL))
    world.reminders.claim(claimed(occasion=NOVEL))
    world.reminders.record(before)
    assert world.cases.file(ACME, DEBTOR).reminders == (before,)
    assert world.reminders.get(before.key).occasion == NOVEL
