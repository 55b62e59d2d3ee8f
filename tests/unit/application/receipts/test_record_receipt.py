"""Receipts: in any order, any number of times, early and late, and what they ask for."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worlds.stage import EMAIL, ITEM, NOW, PHONE, Stage
from upominek.application.ports.carriers import EmailMessage
from upominek.application.ports.planning import LaneStop
from upominek.application.receipts.record_receipt import WAIT_SECONDS, WAITS, Recorded, Report
from upominek.application.sending.send_reminder import SendOutcome
from upominek.domain.errors import NotFound
from upominek.domain.messages.receipt import Action, Price, Receipt, ReceiptKind
from upominek.domain.messages.reminder import Reminder
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.planning.campaign import Step
from upominek.domain.values.carrier import SNS
from upominek.domain.values.channel import Channel
from upominek.domain.values.contact import address_hash

TO_EMAIL = replace(ITEM, channel=Channel.EMAIL)
FALLBACK = replace(ITEM, channel=Channel.EMAIL, is_fallback=True, tried=Channel.SMS)


@pytest.fixture
def stage() -> Stage:
    """An SMS that was sent."""
    return sms()


def sms() -> Stage:
    stage = Stage()
    assert stage.send() is SendOutcome.SENT
    return stage


def email() -> Stage:
    """An e-mail that was sent."""
    stage = Stage()
    stage.debtor(phone=None)
    assert stage.send(TO_EMAIL) is SendOutcome.SENT
    return stage


def report(kind: ReceiptKind, action: Action = Action.NONE, *, minutes: float = 1, **more: str | int) -> Report:
    """What SNS says of the SMS."""
    receipt = Receipt(
        id=f"{kind.value}-{minutes}", kind=kind, at=NOW + timedelta(minutes=minutes), action=action, **more
    )
    return Report(carrier=SNS, receipt=receipt, message_id="sms-0001", pl="Powód.", en="A reason.")


def of_email(
    stage: Stage, kind: ReceiptKind, action: Action = Action.NONE, *, minutes: float = 1, **more: str | int
) -> Report:
    """What SES says of the e-mail, with our tags."""
    return replace(report(kind, action, minutes=minutes, **more), message_id="email-0001", key=stage.reminder().key)


def tell(stage: Stage, *reports: Report) -> list[Recorded]:
    return [stage.recorder()(one, {"a": "body"}) for one in reports]


# --- the record


def test_a_delivery_of_an_sms_is_found_by_its_message_id_and_keeps_price_and_parts(stage: Stage) -> None:
    assert tell(stage, report(ReceiptKind.DELIVERED, parts=2, price=Price("0.0648", "USD"))) == [Recorded.NEW]
    reminder = stage.reminder()
    assert (reminder.status, reminder.parts, reminder.price) == (ReminderStatus.DELIVERED, 2, "0.0648 USD")
    assert len(reminder.receipts) == 1


def test_a_repetition_counts_once(stage: Stage) -> None:
    delivered = report(ReceiptKind.DELIVERED, parts=2, price=Price("0.0648", "USD"))
    assert tell(stage, delivered, delivered, delivered) == [Recorded.NEW, Recorded.REPEATED, Recorded.REPEATED]
    assert (stage.reminder().parts, stage.reminder().price) == (2, "0.0648 USD")


def test_a_receipt_after_five_days_still_counts(stage: Stage) -> None:
    stage.clock.advance(days=5)
    tell(stage, report(ReceiptKind.DELIVERED, minutes=5 * 24 * 60))
    assert stage.reminder().status is ReminderStatus.DELIVERED


def test_a_receipt_settles_what_nobody_knew() -> None:
    stage = email()
    key = stage.reminder().key
    stage.table.reminders[key] = replace(
        stage.table.reminders[key], status=ReminderStatus.UNKNOWN, reason="timeout", sent_at=None
    )
    tell(stage, of_email(stage, ReceiptKind.DELIVERED))
    assert (stage.reminder().status, stage.reminder().reason) == (ReminderStatus.DELIVERED, None)
    assert stage.reminder().sent_at == stage.reminder().receipts[0].at


def test_a_complaint_is_a_fact_beside_the_status() -> None:
    stage = email()
    tell(stage, of_email(stage, ReceiptKind.COMPLAINED, Action.SUPPRESS, code="complaint"))
    reminder = stage.reminder()
    assert reminder.status is ReminderStatus.DELIVERED
    assert reminder.complained_at == NOW + timedelta(minutes=1)


# --- reports that are too early


def test_a_report_that_precedes_its_record_waits_longer_each_time(stage: Stage) -> None:
    unknown = replace(report(ReceiptKind.DELIVERED), message_id="sms-9999")
    body: dict[str, object] = {"notification": {"messageId": "sms-9999"}}
    for waited, delay in enumerate(WAIT_SECONDS, start=1):
        assert stage.recorder()(unknown, body) is Recorded.WAITING
        ((body_again, seconds),) = stage.queues.reports
        stage.queues.reports.clear()
        assert (body_again[WAITS], seconds) == (waited, delay)
        body = dict(body_again)
    assert stage.recorder()(unknown, body) is Recorded.FOREIGN
    assert stage.queues.reports == []
    assert 3600 <= sum(WAIT_SECONDS) <= 4500


def test_a_report_by_tags_waits_for_its_reminder_too(stage: Stage) -> None:
    foreign = replace(report(ReceiptKind.SENT), key=replace(stage.reminder().key, id="gone"), message_id="gone")
    assert tell(stage, foreign) == [Recorded.WAITING]


def test_a_count_of_waits_that_is_none_is_not_trusted(stage: Stage) -> None:
    unknown = replace(report(ReceiptKind.SENT), message_id="?")
    assert stage.recorder()(unknown, {WAITS: "many"}) is Recorded.FOREIGN
    assert stage.queues.reports == []
    ours = replace(unknown, key=replace(stage.reminder().key, id="gone"))
    with pytest.raises(NotFound):
        stage.recorder()(ours, {WAITS: "many"})


# --- what they ask for


def test_a_hard_bounce_suppresses_the_address_for_the_creditor_with_a_reason() -> None:
    stage = email()
    stage.campaign(ladder=(Step(offset_days=5, channels=(Channel.EMAIL, Channel.SMS), template="overdue"),))
    tell(stage, of_email(stage, ReceiptKind.BOUNCED, Action.SUPPRESS, code="no-such-mailbox", detail="Bounce"))
    assert stage.reminder().status is ReminderStatus.BOUNCED
    assert stage.cases.suppressed("rura", [address_hash(EMAIL, "rura")])
    (fact,) = [one for one in stage.file().facts if one.kind == "address-suppressed"]
    assert (fact.data["code"], fact.data["pl"], fact.data["en"]) == ("no-such-mailbox", "Powód.", "A reason.")
    assert EMAIL not in str(fact)
    (fallback,) = stage.queues.take_outbox()
    assert (fallback.channel, fallback.tried, fallback.is_fallback) == (Channel.SMS, Channel.EMAIL, True)


@pytest.mark.parametrize("action", [one for one in Action if one is not Action.NONE])
def test_an_sms_that_did_not_arrive_takes_the_next_channel_once(stage: Stage, action: Action) -> None:
    failed = report(ReceiptKind.FAILED, action, code="unreachable")
    tell(stage, failed, failed)
    assert stage.queues.take_outbox() == [FALLBACK, FALLBACK]
    assert [stage.send(FALLBACK), stage.send(FALLBACK)] == [SendOutcome.SENT, SendOutcome.ALREADY_HANDLED]
    assert (len(stage.sms.sent), len(stage.email.sent)) == (1, 1)


def test_an_opted_out_number_is_suppressed_and_no_other_channel_takes_its_place(stage: Stage) -> None:
    tell(stage, report(ReceiptKind.OPTED_OUT, Action.SUPPRESS, code="opted-out"))
    assert stage.reminder().status is ReminderStatus.FAILED
    assert stage.cases.suppressed("rura", [address_hash(PHONE, "rura")])
    assert stage.queues.take_outbox() == []


def test_whoever_complains_is_not_written_to_over_another_channel() -> None:
    stage = email()
    tell(stage, of_email(stage, ReceiptKind.COMPLAINED, Action.SUPPRESS, code="complaint"))
    assert stage.cases.suppressed("rura", [address_hash(EMAIL, "rura")])
    assert stage.queues.take_outbox() == []


def test_a_soft_failure_after_the_delivery_changes_nothing() -> None:
    stage = email()
    stage.campaign(ladder=(Step(offset_days=5, channels=(Channel.EMAIL, Channel.SMS), template="overdue"),))
    soft = of_email(stage, ReceiptKind.FAILED, Action.RETRY_LATER, minutes=9)
    tell(stage, of_email(stage, ReceiptKind.DELIVERED), soft)
    assert stage.reminder().status is ReminderStatus.DELIVERED
    assert stage.queues.take_outbox() == []


def test_the_failure_of_a_fallback_is_the_end(stage: Stage) -> None:
    stage.send(FALLBACK)
    failed = replace(report(ReceiptKind.FAILED, Action.RETRY_LATER), key=stage.reminder(FALLBACK).key)
    tell(stage, failed)
    assert stage.reminder(FALLBACK).status is ReminderStatus.FAILED
    assert stage.queues.take_outbox() == []


def test_a_fault_of_our_set_up_stops_the_lane_and_a_repetition_does_not_stop_it_again(stage: Stage) -> None:
    limit = report(ReceiptKind.FAILED, Action.STOP_LANE, code="spend-limit", detail="No quota left for account")
    tell(stage, limit)
    stop = LaneStop(SNS, limit.receipt.at, "spend-limit", "No quota left for account")
    assert stage.progress.lane_stops("rura") == {SNS: stop}
    stage.progress.reopen_lane("rura", SNS)
    tell(stage, limit)
    assert stage.progress.lane_stops("rura") == {}


def test_an_answer_that_is_not_known_is_kept_and_asks_for_a_look(stage: Stage) -> None:
    strange = report(ReceiptKind.FAILED, Action.ALARM, code="unclassified", detail="Gremlins")
    tell(stage, strange)
    assert strange.asks_for_a_look
    assert (stage.reminder().status, stage.reminder().reason) == (ReminderStatus.FAILED, "unclassified")
    assert stage.queues.take_outbox() == [FALLBACK]


def test_a_strange_answer_about_a_message_that_arrived_asks_for_nothing_but_a_look() -> None:
    stage = email()
    tell(stage, of_email(stage, ReceiptKind.COMPLAINED, Action.ALARM, code="complaint-virus"))
    assert stage.queues.take_outbox() == []
    assert not stage.cases.suppressed("rura", [address_hash(EMAIL, "rura")])


def test_a_crash_between_record_and_action_is_mended_by_the_next_delivery(stage: Stage) -> None:
    class Broken:
        def campaigns(self, creditor: str) -> None:
            raise ConnectionError(creditor)

    failed = report(ReceiptKind.BOUNCED, Action.SUPPRESS, code="invalid-number")
    with pytest.raises(ConnectionError):
        replace(stage.recorder(), creditors=Broken())(failed, {})
    assert tell(stage, failed) == [Recorded.REPEATED]
    assert stage.queues.take_outbox() == [FALLBACK]
    assert len([one for one in stage.file().facts if one.kind == "address-suppressed"]) == 1


def test_nothing_that_is_logged_of_a_report_is_contact_data() -> None:
    logged = report(ReceiptKind.FAILED, Action.FALLBACK, code="blocked", detail="Blocked").to_log()
    assert logged == {
        "message_id": "sms-0001",
        "kind": "failed",
        "code": "blocked",
        "detail": "Blocked",
        "action": "fallback",
    }


def test_an_answer_that_nobody_knows_rings_even_where_the_address_is_suppressed() -> None:
    stage = email()
    strange = of_email(stage, ReceiptKind.BOUNCED, Action.SUPPRESS, code="unclassified")
    tell(stage, strange)
    assert strange.asks_for_a_look
    assert stage.cases.suppressed("rura", [address_hash(EMAIL, "rura")])


def returned_at_each_step(stage: Stage, *codes: str) -> None:
    """Messages to the address on different days, and how each ended: by a code, or delivered."""
    for day, code in enumerate(codes):
        item = replace(TO_EMAIL, campaign="steps", day=TO_EMAIL.day - timedelta(days=10 * (len(codes) - day)))
        at = NOW - timedelta(days=10 * (len(codes) - day))
        claimed = replace(stage.reminder(), key=item.key, claimed_at=at, sent_at=at, receipts=())
        assert stage.reminders.claim(claimed) is None
        kind = ReceiptKind.DELIVERED if code == "delivered" else ReceiptKind.RETURNED
        told = replace(report(kind, Action.RETRY_LATER, code=code), message_id=f"m-{day}", key=item.key)
        tell(stage, told)


def given_up(stage: Stage) -> bool:
    return bool(stage.cases.suppressed("rura", [address_hash(EMAIL, "rura")]))


def test_an_address_that_comes_back_softly_at_three_steps_is_given_up_and_the_case_says_so() -> None:
    stage = email()
    returned_at_each_step(stage, "mailbox-full", "bounce-undetermined")
    assert not given_up(stage)
    third = of_email(stage, ReceiptKind.RETURNED, Action.RETRY_LATER, code="mailbox-full")
    tell(stage, third, third)
    assert given_up(stage)
    (fact,) = [one for one in stage.file().facts if one.kind == "address-suppressed"]
    assert fact.data["code"] == "soft-bounces"
    assert fact.data["reminder"] == stage.reminder().key.id
    assert "Trzy wiadomości" in fact.data["pl"]
    assert EMAIL not in str(fact)


@pytest.mark.parametrize(
    "ends", [("mailbox-full", "delivered"), ("content-rejected", "mailbox-full"), ("mailbox-full",)]
)
def test_an_address_with_a_delivery_in_between_is_not_given_up(ends: tuple[str, ...]) -> None:
    stage = email()
    returned_at_each_step(stage, *ends)
    tell(stage, of_email(stage, ReceiptKind.RETURNED, Action.RETRY_LATER, code="mailbox-full"))
    assert not given_up(stage)


def test_the_returns_of_one_message_are_one() -> None:
    stage = email()
    for minute, code in enumerate(("mailbox-full", "bounce-undetermined", "delivery-timeout", "mailbox-full")):
        tell(stage, of_email(stage, ReceiptKind.RETURNED, Action.RETRY_LATER, minutes=minute, code=code))
    assert not given_up(stage)


# --- any order

SMS_STORIES = (
    (ReceiptKind.DELIVERED,),
    (ReceiptKind.FAILED,),
    (ReceiptKind.BOUNCED,),
    (ReceiptKind.FAILED, ReceiptKind.DELIVERED),
)
EMAIL_STORIES = (
    (ReceiptKind.SENT, ReceiptKind.DELIVERED, ReceiptKind.OPENED, ReceiptKind.CLICKED),
    (ReceiptKind.SENT, ReceiptKind.DELAYED, ReceiptKind.DELIVERED),
    (ReceiptKind.SENT, ReceiptKind.DELAYED, ReceiptKind.FAILED),
    (ReceiptKind.SENT, ReceiptKind.BOUNCED),
    (ReceiptKind.SENT, ReceiptKind.DELIVERED, ReceiptKind.BOUNCED),
    (ReceiptKind.SENT, ReceiptKind.DELIVERED, ReceiptKind.COMPLAINED),
    (ReceiptKind.SENT, ReceiptKind.DELIVERED, ReceiptKind.FAILED),
    (ReceiptKind.SENT, ReceiptKind.DELIVERED, ReceiptKind.RETURNED, ReceiptKind.FAILED),
    (ReceiptKind.SENT, ReceiptKind.DELIVERED, ReceiptKind.OPENED, ReceiptKind.COMPLAINED, ReceiptKind.BOUNCED),
)


def final(stage: Stage, reports: Sequence[Report]) -> Reminder:
    """The whole reminder in the end, receipts by time."""
    tell(stage, *reports)
    return stage.reminder()


def told(kinds: Sequence[ReceiptKind], stage: Stage) -> list[Report]:
    key = stage.reminder().key if stage.reminder().channel is Channel.EMAIL else None
    priced = {"parts": 1, "price": Price("0.0324", "USD")} if key is None else {}
    return [
        replace(report(kind, minutes=minute, code=kind.value, **priced), key=key)
        for minute, kind in enumerate(kinds, start=1)
    ]


@settings(max_examples=200, deadline=None)
@given(
    data=st.data(),
    story=st.sampled_from([*((sms, one) for one in SMS_STORIES), *((email, one) for one in EMAIL_STORIES)]),
)
def test_every_order_and_repetition_ends_in_one_state(
    data: st.DataObject, story: tuple[Callable[[], Stage], Sequence[ReceiptKind]]
) -> None:
    make, kinds = story
    in_order = make()
    reports = told(kinds, in_order)
    expected = final(in_order, reports)
    more = data.draw(st.lists(st.sampled_from(reports), max_size=4))
    shuffled = data.draw(st.permutations([*reports, *more]))
    assert final(make(), shuffled) == expected


@settings(max_examples=100, deadline=None)
@given(data=st.data(), kinds=st.sampled_from(EMAIL_STORIES))
def test_receipts_may_overtake_the_record_of_their_message(data: st.DataObject, kinds: tuple[ReceiptKind, ...]) -> None:
    """SES is faster than our own write: some receipts arrive while the reminder is still claimed."""
    expected_stage = email()
    reports = told(kinds, expected_stage)
    expected = final(expected_stage, reports)

    stage = Stage()
    stage.debtor(phone=None)
    early = data.draw(st.permutations(reports))
    count = data.draw(st.integers(0, len(early)))
    send = stage.email.send

    def hasty(message: EmailMessage) -> str:
        message_id = send(message)
        tell(stage, *early[:count])
        return message_id

    stage.email.send = hasty
    assert stage.send(TO_EMAIL) is SendOutcome.SENT
    assert final(stage, early[count:]) == expected
