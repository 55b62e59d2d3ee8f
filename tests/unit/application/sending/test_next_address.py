"""The next address of a channel is tried before the next channel: each once, whatever comes in which order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from tests.worlds.stage import EMAIL, ITEM, NOW, PHONE, Stage
from upominek.application.jobs import OutboxItem, Planned, key_in
from upominek.application.receipts.record_receipt import Report
from upominek.application.sending.send_reminder import SendOutcome
from upominek.domain.errors import PermanentFailure
from upominek.domain.messages.receipt import Action, Receipt, ReceiptKind
from upominek.domain.messages.reminder import Reminder
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.planning.campaign import Step
from upominek.domain.values.carrier import SES
from upominek.domain.values.channel import Channel
from upominek.domain.values.contact import address_hash

OTHER, THIRD = "anna.nowak@example.com", "biuro@example.com"
OTHER_PHONE = "+48455000021"
TO_EMAIL = replace(ITEM, channel=Channel.EMAIL)
NEXT = replace(TO_EMAIL, is_fallback=True, to_next_address=True, tried=Channel.EMAIL)
LAST = replace(ITEM, is_fallback=True, after_next_address=True, tried=Channel.EMAIL)
EMAIL_FIRST = (Step(offset_days=5, channels=(Channel.EMAIL, Channel.SMS), template="overdue"),)
FULL = (ReceiptKind.RETURNED, Action.RETRY_LATER, "mailbox-full")
GONE = (ReceiptKind.BOUNCED, Action.SUPPRESS, "no-such-mailbox")
ARRIVED = (ReceiptKind.DELIVERED, Action.NONE, "delivered")


@pytest.fixture
def stage() -> Stage:
    """An e-mail that was sent to the first of two addresses."""
    return sent()


def sent(*more: str) -> Stage:
    stage = Stage()
    stage.campaign(ladder=EMAIL_FIRST)
    stage.debtor(more_emails=more or (OTHER,))
    assert stage.send(TO_EMAIL) is SendOutcome.SENT
    return stage


def reported(reminder: Reminder, what: tuple[ReceiptKind, Action, str], minutes: float = 1) -> Report:
    kind, action, code = what
    at = NOW + timedelta(minutes=minutes)
    receipt = Receipt(id=f"{code}-{minutes}", kind=kind, at=at, action=action, code=code)
    return Report(carrier=SES, receipt=receipt, message_id="m", key=reminder.key, pl="Powód.", en="A reason.")


def tell(stage: Stage, item: OutboxItem, *what: tuple[ReceiptKind, Action, str]) -> list[OutboxItem]:
    """What goes onto the outbox when this is said of the item's message."""
    for one in what:
        stage.recorder()(reported(stage.reminder(item), one), {})
    return stage.queues.take_outbox()


def recipients(stage: Stage) -> list[str]:
    return [one.to for one in (*stage.email.sent, *stage.sms.sent)]


@pytest.mark.parametrize("end", [FULL, GONE, (ReceiptKind.RETURNED, Action.FALLBACK, "content-rejected")])
def test_the_next_address_is_tried_before_the_next_channel(stage: Stage, end: tuple[ReceiptKind, Action, str]) -> None:
    assert tell(stage, TO_EMAIL, end) == [NEXT]
    assert stage.send(NEXT) is SendOutcome.SENT
    assert recipients(stage) == [EMAIL, OTHER]
    assert tell(stage, NEXT, end) == [LAST]
    assert stage.send(LAST) is SendOutcome.SENT
    assert recipients(stage) == [EMAIL, OTHER, PHONE]
    assert stage.reminder(LAST).is_fallback
    assert stage.places() == 1
    failed = replace(reported(stage.reminder(LAST), FULL), key=stage.reminder(LAST).key)
    stage.recorder()(failed, {})
    assert stage.queues.take_outbox() == []


def test_each_goes_once_however_often_it_is_asked_for(stage: Stage) -> None:
    for _ in range(3):
        for item in tell(stage, TO_EMAIL, FULL, FULL) * 2:
            stage.send(item)
        for item in tell(stage, NEXT, GONE, GONE) * 2:
            stage.send(item)
    assert recipients(stage) == [EMAIL, OTHER, PHONE]


def test_what_our_text_or_set_up_is_refused_for_takes_the_next_channel(stage: Stage) -> None:
    (item,) = tell(stage, TO_EMAIL, (ReceiptKind.FAILED, Action.ALARM, "rejected"))
    assert (item.channel, item.to_next_address) == (Channel.SMS, False)


@pytest.mark.parametrize("case", ["suppressed", "another spelling", "none"])
def test_without_an_address_that_works_the_next_channel_is_tried(case: str) -> None:
    stage = sent(OTHER if case == "suppressed" else EMAIL.upper())
    if case == "none":
        stage.debtor()
    if case == "suppressed":
        digest = address_hash(OTHER, "rura")
        stage.table.suppressed["rura", digest] = "D-1"
    (item,) = tell(stage, TO_EMAIL, FULL)
    assert (item.channel, item.to_next_address) == (Channel.SMS, False)


def test_another_address_that_is_gone_by_then_gives_way_to_the_next_channel(stage: Stage) -> None:
    (item,) = tell(stage, TO_EMAIL, FULL)
    stage.table.suppressed["rura", address_hash(OTHER, "rura")] = "D-1"
    assert stage.send(item) is SendOutcome.MOVED
    (moved,) = stage.queues.take_outbox()
    assert moved.channel is Channel.SMS
    assert [stage.send(moved), stage.send(item)] == [SendOutcome.SENT, SendOutcome.ALREADY_HANDLED]
    assert recipients(stage) == [EMAIL, PHONE]
    assert tell(stage, NEXT, FULL) == []


def test_it_does_not_go_when_the_first_arrived_after_all(stage: Stage) -> None:
    soft = (ReceiptKind.FAILED, Action.RETRY_LATER, "soft-bounce")
    (item,) = tell(stage, TO_EMAIL, soft)
    tell(stage, TO_EMAIL, ARRIVED)
    assert stage.send(item) is SendOutcome.SKIPPED
    assert stage.reminder(item).detail == "arrived-late"


def test_the_last_does_not_go_when_the_one_in_between_arrived_after_all(stage: Stage) -> None:
    soft = (ReceiptKind.FAILED, Action.RETRY_LATER, "soft-bounce")
    (item,) = tell(stage, TO_EMAIL, GONE)
    stage.send(item)
    (last,) = tell(stage, item, soft)
    tell(stage, item, ARRIVED)
    assert stage.send(last) is SendOutcome.SKIPPED
    assert recipients(stage) == [EMAIL, OTHER]


def test_where_nobody_knows_where_the_first_went_no_address_is_written_to(stage: Stage) -> None:
    key = stage.reminder(TO_EMAIL).key
    stage.table.reminders[key] = replace(stage.table.reminders[key], address=None, address_hash=None)
    assert stage.send(NEXT) is SendOutcome.SKIPPED
    del stage.table.reminders[key]
    assert stage.send(replace(NEXT, day=NEXT.day)) is SendOutcome.ALREADY_HANDLED
    assert recipients(stage) == [EMAIL]


def test_a_number_that_is_refused_at_the_call_gives_way_to_the_next_number() -> None:
    stage = Stage()
    stage.debtor(more_phones=[OTHER_PHONE])
    stage.sms.fail_next(PermanentFailure("invalid-number", address_unusable=True))
    assert stage.send() is SendOutcome.FAILED
    (item,) = stage.queues.take_outbox()
    assert (item.channel, item.to_next_address) == (Channel.SMS, True)
    assert stage.send() is SendOutcome.ALREADY_HANDLED  # and whoever meets the record asks for the same
    assert stage.queues.take_outbox() == [item]
    assert stage.send(item) is SendOutcome.SENT
    assert stage.sms.sent[-1].to == OTHER_PHONE


def test_a_text_that_is_refused_at_the_call_takes_the_next_channel() -> None:
    stage = Stage()
    stage.debtor(more_phones=[OTHER_PHONE])
    stage.sms.fail_next(PermanentFailure("text-refused"))
    stage.send()
    (item,) = stage.queues.take_outbox()
    assert item.channel is Channel.EMAIL


def test_ids_are_as_before_and_the_one_in_between_has_its_own() -> None:
    assert LAST.key == replace(LAST, after_next_address=False).key
    keys = {TO_EMAIL.key, NEXT.key, LAST.key}
    planned = Planned.of(TO_EMAIL)
    assert {planned.key, planned.next_address_key, planned.fallback_key} == keys
    assert len(keys) == 3
    assert Planned.of(NEXT) == Planned.of(TO_EMAIL)
    assert (TO_EMAIL.key.id, LAST.key.id) == ("5a8d5e392bb25ce6298c", "6c487dd0361bbd386e4c")
    for item in (TO_EMAIL, NEXT, LAST):
        assert OutboxItem.from_dict(item.to_dict()) == item
        assert key_in(item.to_dict()) == item.key


ENDS = (FULL, GONE, ARRIVED, (ReceiptKind.FAILED, Action.RETRY_LATER, "soft-bounce"))


@pytest.mark.parametrize("ends", list(permutations(ENDS, 2)))
def test_nobody_is_written_to_twice_whatever_is_reported_in_between(
    ends: Sequence[tuple[ReceiptKind, Action, str]],
) -> None:
    stage = sent(OTHER, THIRD)
    for first in ends:
        pending = tell(stage, TO_EMAIL, first)
        while pending:
            item = pending.pop(0)
            stage.send(item)
            if stage.reminders.get(item.key).status is ReminderStatus.SENT and item.to_next_address:
                for second in reversed(ends):
                    pending += tell(stage, item, second)
            pending += stage.queues.take_outbox()
    assert len(recipients(stage)) == len(set(recipients(stage))) <= 3
