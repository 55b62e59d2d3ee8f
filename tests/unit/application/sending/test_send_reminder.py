"""Sending: once, to the right person, at the right time, and what becomes of it otherwise."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.header import decode_header, make_header
from email.utils import getaddresses
from typing import Any

import pytest

from tests.worlds.places import take_place
from tests.worlds.stage import CAMPAIGN, DUE_ON, EMAIL, ITEM, LADDER, NOW, PHONE, TODAY, Stage
from upominek.adapters.carriers.opened import Opened
from upominek.application.ports.carriers import SmsSender
from upominek.application.ports.planning import LaneStop
from upominek.application.ports.texts import Rendered
from upominek.application.sending.fallback import fallback_of
from upominek.application.sending.send_reminder import ATTEMPT_DELAYS_SECONDS, LEASE, SendOutcome
from upominek.domain.cases.case import Contact, Fact
from upominek.domain.errors import (
    Conflict,
    InvalidValue,
    LaneFault,
    NotFound,
    OutcomeUnknown,
    PermanentFailure,
    TemporaryFailure,
)
from upominek.domain.messages.receipt import Receipt, ReceiptKind
from upominek.domain.messages.reminder import Reminder
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.messages.sms import segments
from upominek.domain.parties.creditor import Limits
from upominek.domain.parties.debtor import DebtorDetails, DebtorKind
from upominek.domain.planning.campaign import Audience, Step
from upominek.domain.receivables.events import Header, InvoiceCancelled, InvoiceSettled, InvoiceStated, PaymentReceived
from upominek.domain.values.calendar import ContactHours
from upominek.domain.values.carrier import SES, SNS, Carrier
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.contact import address_hash
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

TO_EMAIL = replace(ITEM, channel=Channel.EMAIL)
FALLBACK = replace(ITEM, channel=Channel.EMAIL, is_fallback=True, tried=Channel.SMS)
FIVE_MINUTES_AGO = NOW - timedelta(minutes=5)
SATURDAY = datetime(2026, 3, 7, 9, tzinfo=UTC)


@pytest.fixture
def stage() -> Stage:
    return Stage()


# --- it goes


def test_an_sms_goes_to_the_phone_and_is_recorded_with_its_words(stage: Stage) -> None:
    assert stage.send() is SendOutcome.SENT
    (message,) = stage.sms.sent
    assert (message.to, message.sender) == (PHONE, "RURA")
    assert "FV/1" in message.text
    assert "1234,56 PLN" in message.text
    reminder = stage.reminder()
    assert reminder.status is ReminderStatus.SENT
    assert reminder.text == message.text
    assert (reminder.address, reminder.provider_message_id, reminder.sent_at) == (PHONE, "sms-0001", NOW)
    assert (reminder.step, reminder.template, reminder.tone, reminder.parts) == ("+5", "overdue", Tone.NEUTRAL, 1)
    assert (reminder.invoices, reminder.totals) == (("FV/1",), (Money(123456),))
    assert reminder.lease_until is None
    assert stage.places() == 1


def test_an_email_goes_with_the_creditors_name_and_the_address_for_replies(stage: Stage) -> None:
    stage.debtor(phone=None)
    assert stage.send(TO_EMAIL) is SendOutcome.SENT
    (message,) = stage.email.sent
    assert message.to == EMAIL
    assert message.sender == '"Hurtownia Rura Sp. z o.o." <faktury@rura.example>'
    assert message.reply_to == "Ewa Nowak <biuro@rura.example>"
    assert message.subject == "Prośba o zapłatę: faktura FV/1"
    assert message.html.startswith("<!doctype html>")
    assert stage.reminder().subject == message.subject
    assert stage.reminder().parts is None


def test_a_name_with_diacritics_travels_encoded_and_on_one_line(stage: Stage) -> None:
    stage.creditor(name="Urząd\nMiasta Łódź")
    stage.debtor(phone=None)
    stage.send(TO_EMAIL)
    sender = stage.email.sent[0].sender
    assert sender.isascii()
    assert sender.endswith(" <faktury@rura.example>")
    assert str(make_header(decode_header(sender))).startswith("Urząd Miasta Łódź")


def test_replies_go_to_the_person_who_is_named_in_the_message(stage: Stage) -> None:
    person = "Przedstawicielka Świętosława Brzęczyszczykiewicz-Żółkiewska,\r\nBcc: all@firma.example"
    stage.creditor(contact_person=person)
    stage.debtor(phone=None)
    stage.send(TO_EMAIL)
    reply_to = stage.email.sent[0].reply_to or ""
    assert reply_to.isascii()
    assert reply_to.isprintable()
    assert max(map(len, reply_to.split())) <= 75
    (name, address), *others = getaddresses([reply_to])
    assert (str(make_header(decode_header(name))), address) == (" ".join(person.split()), "biuro@rura.example")
    assert others == []


def test_the_images_of_a_text_go_along(stage: Stage) -> None:
    stage.creditor(account="61109010140000071219812874")
    stage.debtor(phone=None)
    stage.send(TO_EMAIL)
    (message,) = stage.email.sent
    assert [one.content_id for one in message.attachments] == ["transfer-code"]
    assert "cid:transfer-code" in message.html


def test_one_message_covers_all_invoices_and_the_most_advanced_step_speaks(stage: Stage) -> None:
    stage.invoice("FV/2", due_on=date(2026, 2, 27), grosze=10000)
    assert stage.send(replace(ITEM, invoices=("FV/2", "FV/1"))) is SendOutcome.SENT
    reminder = stage.reminder()
    assert reminder.invoices == ("FV/1", "FV/2")
    assert reminder.totals == (Money(133456),)
    assert reminder.step == "+5"


def test_what_was_paid_meanwhile_is_left_out_and_a_milder_step_then_speaks(stage: Stage) -> None:
    stage.invoice("FV/2", due_on=date(2026, 3, 1), grosze=10000)
    stage.happens(PaymentReceived(id="p", number="FV/1", debtor_id="D-1", amount=Money(123456), at=FIVE_MINUTES_AGO))
    assert stage.send(replace(ITEM, invoices=("FV/1", "FV/2"))) is SendOutcome.MOVED
    (moved,) = stage.queues.take_outbox()
    assert moved.channel is Channel.EMAIL
    assert stage.send(moved) is SendOutcome.SENT
    reminder = stage.reminder()
    assert (reminder.step, reminder.template, reminder.invoices) == ("+1", "due-today", ("FV/2",))  # a Sunday


def test_a_part_payment_lowers_the_total(stage: Stage) -> None:
    stage.happens(PaymentReceived(id="p", number="FV/1", debtor_id="D-1", amount=Money(100000), at=FIVE_MINUTES_AGO))
    assert stage.send() is SendOutcome.SENT
    assert "234,56 PLN" in stage.sms.sent[0].text


def test_a_debtor_without_a_usable_phone_hears_by_email_on_the_lane_of_emails(stage: Stage) -> None:
    stage.debtor("D-2")
    digest = address_hash(PHONE, "rura")
    stage.cases.suppress("rura", "D-2", digest, Fact(id="s", at=NOW, kind="address-suppressed"))
    assert stage.send() is SendOutcome.MOVED
    assert stage.is_unclaimed()
    assert stage.places() == 0
    (item,) = stage.queues.take_outbox()
    assert stage.send(item) is SendOutcome.SENT
    assert stage.handed_over() == 1
    assert stage.reminder().channel is Channel.EMAIL


# --- once


def test_a_repeated_message_is_handled_once(stage: Stage) -> None:
    sender = stage.sender()
    assert [sender(ITEM), sender(ITEM), stage.send()] == [
        SendOutcome.SENT,
        SendOutcome.ALREADY_HANDLED,
        SendOutcome.ALREADY_HANDLED,
    ]
    assert stage.handed_over() == 1


def test_while_another_worker_holds_the_claim_the_item_waits_without_using_a_retry(stage: Stage) -> None:
    claimed(stage)
    stage.clock.advance(minutes=2)
    assert stage.send() is SendOutcome.WAITING
    assert stage.queues.outbox == [(ITEM, 181)]
    assert stage.handed_over() == 0


def test_a_claim_whose_worker_died_becomes_unknown_and_is_never_sent(stage: Stage) -> None:
    claimed(stage)
    stage.clock.advance(minutes=5)
    assert stage.send() is SendOutcome.UNKNOWN
    reminder = stage.reminder()
    assert (reminder.status, reminder.reason, reminder.reason_at) == (ReminderStatus.UNKNOWN, "worker-died", NOW)
    assert stage.send() is SendOutcome.ALREADY_HANDLED
    assert stage.handed_over() == 0


def test_an_outcome_that_nobody_knows_is_recorded_as_such_and_never_repeated(stage: Stage) -> None:
    stage.sms.fail_next(OutcomeUnknown("read-timeout", "SNS"))
    assert stage.send() is SendOutcome.UNKNOWN
    reminder = stage.reminder()
    assert (reminder.status, reminder.reason, reminder.detail) == (ReminderStatus.UNKNOWN, "read-timeout", "SNS")
    assert reminder.text
    assert stage.send() is SendOutcome.ALREADY_HANDLED
    assert stage.handed_over() == 1
    assert stage.places() == 1


def test_an_error_of_our_own_during_the_call_is_unknown_too_and_is_seen(stage: Stage) -> None:
    stage.sms.fail_next(ZeroDivisionError())
    with pytest.raises(OutcomeUnknown):
        stage.send()
    assert (stage.reminder().status, stage.reminder().detail) == (ReminderStatus.UNKNOWN, "ZeroDivisionError")
    assert stage.send() is SendOutcome.ALREADY_HANDLED


def test_when_the_record_fails_after_the_call_the_error_names_the_providers_id(stage: Stage) -> None:
    class Forgetful:
        def __getattr__(self, name: str) -> object:
            return getattr(stage.reminders, name)

        def record(self, reminder: Reminder) -> None:
            raise ConnectionError(reminder.status)

    with pytest.raises(ConnectionError) as caught:
        stage.sender(reminders=Forgetful())(ITEM)
    assert "sms-0001" in caught.value.__notes__[0]
    stage.clock.advance(minutes=6)
    assert stage.send() is SendOutcome.UNKNOWN
    assert stage.handed_over() == 1


# --- to nobody who must not hear


def test_whoever_has_paid_is_left_alone_and_the_history_says_since_when(stage: Stage) -> None:
    stage.happens(PaymentReceived(id="p", number="FV/1", debtor_id="D-1", amount=Money(123456), at=FIVE_MINUTES_AGO))
    skipped(stage, "paid", at=FIVE_MINUTES_AGO)


def test_an_invoice_that_is_missing_from_the_full_list_counts_as_paid(stage: Stage) -> None:
    stage.happens(InvoiceSettled(number="FV/1", debtor_id="D-1", at=FIVE_MINUTES_AGO))
    skipped(stage, "paid", at=FIVE_MINUTES_AGO)


def test_an_invoice_that_was_stated_as_paid(stage: Stage) -> None:
    stage.happens(
        InvoiceStated(
            number="FV/1",
            debtor=DebtorDetails(id="D-1"),
            header=Header(at=FIVE_MINUTES_AGO, amount=Money(123456), due_on=DUE_ON, paid=Money(123456)),
        )
    )
    skipped(stage, "paid", at=FIVE_MINUTES_AGO)


def test_a_cancelled_invoice(stage: Stage) -> None:
    stage.happens(InvoiceCancelled(number="FV/1", debtor_id="D-1", at=FIVE_MINUTES_AGO))
    skipped(stage, "cancelled", at=FIVE_MINUTES_AGO)


def test_a_due_date_that_moved(stage: Stage) -> None:
    stage.invoice("FV/1", due_on=date(2026, 3, 20), at=FIVE_MINUTES_AGO)
    skipped(stage, "changed", at=FIVE_MINUTES_AGO)


def test_an_invoice_that_does_not_exist(stage: Stage) -> None:
    stage.happens(PaymentReceived(id="p", number="FV/1", debtor_id="D-1", amount=Money(123456), at=FIVE_MINUTES_AGO))
    assert stage.send(replace(ITEM, invoices=("FV/9",))) is SendOutcome.SKIPPED
    assert (stage.reminder().reason, stage.reminder().reason_at) == ("changed", None)


def test_an_invoice_that_belongs_to_another_campaign_by_now(stage: Stage) -> None:
    stage.campaign(audience=Audience(kinds=frozenset({DebtorKind.BUSINESS})))
    skipped(stage, "changed", detail="campaign")


@pytest.mark.parametrize("kind", [HoldKind.PROMISE, HoldKind.DISPUTE, HoldKind.PAUSE, HoldKind.HANDED_OVER])
def test_a_case_on_hold(stage: Stage, kind: HoldKind) -> None:
    stage.hold(kind, until=TODAY)
    skipped(stage, "held", detail=kind.value, at=FIVE_MINUTES_AGO)


def test_a_hold_on_the_only_invoice(stage: Stage) -> None:
    stage.hold(HoldKind.DISPUTE, number="FV/1")
    skipped(stage, "held", detail="dispute", at=FIVE_MINUTES_AGO)


def test_a_hold_that_is_over_holds_nobody(stage: Stage) -> None:
    stage.hold(HoldKind.PROMISE, until=TODAY - timedelta(days=1))
    assert stage.send() is SendOutcome.SENT


def test_who_is_refused_because_he_wants_no_messages_gets_none_on_another_channel(stage: Stage) -> None:
    stage.sms.fail_next(PermanentFailure("opted-out", address_unusable=True))
    assert stage.send() is SendOutcome.FAILED
    assert stage.send() is SendOutcome.ALREADY_HANDLED  # nor by whoever meets the record
    assert stage.queues.take_outbox() == []
    assert stage.places() == 0


def test_somebody_who_opted_out(stage: Stage) -> None:
    stage.hold(HoldKind.OPT_OUT)
    skipped(stage, "opted-out", detail="opt-out", at=FIVE_MINUTES_AGO)


def test_a_debt_that_a_credit_note_covers(stage: Stage) -> None:
    stage.invoice("KOR/1", grosze=-123456)
    skipped(stage, "covered-by-credit")


def test_somebody_without_any_address(stage: Stage) -> None:
    stage.clock.advance(seconds=1)
    stage.debtor(phone=None, email=None)
    skipped(stage, "no-address")


def test_two_suppressed_addresses_leave_none(stage: Stage) -> None:
    for address in (PHONE, EMAIL):
        digest = address_hash(address, "rura")
        stage.cases.suppress("rura", "D-2", digest, Fact(id=digest, at=NOW, kind="address-suppressed"))
    skipped(stage, "no-address")


def test_the_limit_of_the_day(stage: Stage) -> None:
    take_place(stage.cases, "rura", "D-1", Contact(TODAY, "other"))
    skipped(stage, "cap-day", places=1)


def test_the_limit_of_the_week(stage: Stage) -> None:
    for back in (6, 3, 1):
        take_place(stage.cases, "rura", "D-1", Contact(TODAY - timedelta(days=back), f"r{back}"))
    skipped(stage, "cap-week", places=3)


@pytest.mark.parametrize("changes", [{"is_active": False}, {"id": "other"}])
def test_a_campaign_that_has_ended(changes: dict[str, Any]) -> None:
    stage = Stage()
    stage.campaign(**changes)
    item = ITEM if "id" not in changes else replace(ITEM, campaign="gone")
    assert stage.send(item) is SendOutcome.SKIPPED
    assert stage.reminder(item).reason == "campaign-ended"


def test_instead_of_a_step_that_the_ladder_has_lost_the_one_before_it_is_said(stage: Stage) -> None:
    stage.campaign(ladder=LADDER[:2])
    assert stage.send() is SendOutcome.MOVED  # to the lane of that step
    assert stage.send(replace(ITEM, channel=Channel.EMAIL)) is SendOutcome.SENT
    assert stage.reminder().step == "+1"


def test_after_a_missed_run_nobody_is_reminded_twice_of_the_same_step(stage: Stage) -> None:
    friday = replace(ITEM, day=date(2026, 2, 27), invoices=("FV/0",))
    stage.invoice("FV/0", due_on=date(2026, 2, 22))
    stage.clock.time = datetime(2026, 2, 27, 9, tzinfo=UTC)
    assert stage.send(friday) is SendOutcome.SENT
    stage.clock.time = NOW
    catch_up = replace(ITEM, invoices=("FV/0",), since=date(2026, 2, 26))
    assert stage.send(catch_up) is SendOutcome.SKIPPED
    assert stage.reminder().reason == "already-reminded"


def test_a_catch_up_reminds_of_what_was_missed(stage: Stage) -> None:
    stage.invoice("FV/0", due_on=date(2026, 2, 22))
    assert stage.send(replace(ITEM, invoices=("FV/0", "FV/1"), since=date(2026, 2, 26))) is SendOutcome.SENT
    assert stage.reminder().invoices == ("FV/0", "FV/1")


def test_a_catch_up_after_the_due_date_says_the_step_that_was_reached_however_late(stage: Stage) -> None:
    stage.invoice("FV/0", due_on=date(2026, 2, 10))  # +14 was on 24 February
    catch_up = replace(ITEM, invoices=("FV/0",), since=date(2026, 2, 20), channel=Channel.EMAIL)
    assert stage.send(catch_up) is SendOutcome.SENT
    assert (stage.reminder().step, stage.reminder().invoices) == ("+14", ("FV/0", "FV/1"))


def test_a_step_before_the_due_date_expires_visibly_once_that_has_passed(stage: Stage) -> None:
    stage.campaign(ladder=LADDER[:1])
    stage.invoice("FV/1", due_on=date(2026, 2, 27), at=FIVE_MINUTES_AGO)
    assert stage.send(replace(ITEM, step="-3")) is SendOutcome.EXPIRED
    assert stage.reminder().status is ReminderStatus.EXPIRED
    assert stage.sms.sent == []
    assert stage.places() == 0


def test_a_skipped_reminder_does_not_come_back_to_life(stage: Stage) -> None:
    stage.hold(HoldKind.PROMISE, until=TODAY)
    stage.send()
    stage.cases.release("rura", "D-1", "promise", Fact(id="r", at=NOW, kind="released"))
    assert stage.send() is SendOutcome.ALREADY_HANDLED
    assert stage.handed_over() == 0


def test_a_place_that_appears_between_two_looks_is_looked_at_again(stage: Stage) -> None:
    class Fickle:
        def __getattr__(self, name: str) -> object:
            return getattr(stage.cases, name)

        def reserve_contact(self, *_: object) -> None:
            return None

    with pytest.raises(Conflict):
        stage.sender(cases=Fickle())(ITEM)
    assert stage.is_unclaimed()


# --- at no time but the creditor's


@pytest.mark.parametrize(
    ("now", "delay"),
    [
        (datetime(2026, 3, 2, 6, 50, tzinfo=UTC), 600),
        (datetime(2026, 3, 2, 19, tzinfo=UTC), 900),
        (SATURDAY, 900),
    ],
)
def test_outside_the_hours_it_waits_unclaimed(stage: Stage, now: datetime, delay: int) -> None:
    stage.clock.time = now
    item = replace(ITEM, day=now.date())
    assert stage.send(item) is SendOutcome.DEFERRED
    assert stage.queues.outbox == [(item, delay)]
    assert stage.is_unclaimed(item)


def test_the_campaigns_own_hours_count(stage: Stage) -> None:
    stage.campaign(hours=ContactHours(weekdays=frozenset({1})))
    assert stage.send() is SendOutcome.DEFERRED


def test_when_the_hours_end_while_it_is_prepared_everything_is_given_back(stage: Stage) -> None:
    stage.clock.time = datetime(2026, 3, 2, 18, 59, 30, tzinfo=UTC)
    assert stage.sender(renderer=Slow(stage, seconds=31))(ITEM) is SendOutcome.DEFERRED
    assert stage.is_unclaimed()
    assert stage.places() == 0
    assert stage.handed_over() == 0


def test_a_worker_that_outlived_its_claim_does_not_send(stage: Stage) -> None:
    assert stage.sender(renderer=Slow(stage, seconds=LEASE.total_seconds()))(ITEM) is SendOutcome.WAITING
    assert stage.handed_over() == 0
    assert stage.is_unclaimed()


def test_a_reminder_that_could_not_leave_in_time_expires_visibly(stage: Stage) -> None:
    stage.clock.time = datetime(2026, 3, 5, 8, tzinfo=UTC)  # three days after nine o'clock in Warsaw
    assert stage.send() is SendOutcome.EXPIRED
    assert stage.reminder().status is ReminderStatus.EXPIRED
    in_time = Stage()
    in_time.clock.time = datetime(2026, 3, 5, 7, 59, 59, tzinfo=UTC)
    assert in_time.send() is SendOutcome.SENT


def test_it_expires_even_where_nothing_moves(stage: Stage) -> None:
    stage.progress.stop_lane("rura", LaneStop(SNS, NOW, "spend-limit"))
    stage.clock.time = SATURDAY
    assert stage.send() is SendOutcome.EXPIRED


# --- lanes


def test_a_stopped_lane_holds_its_reminders_and_no_others(stage: Stage) -> None:
    stage.progress.stop_lane("rura", LaneStop(SNS, NOW, "spend-limit"))
    assert stage.send() is SendOutcome.LANE_STOPPED
    assert stage.queues.outbox == [(ITEM, 900)]
    assert stage.is_unclaimed()
    stage.progress.reopen_lane("rura", SNS)
    assert stage.send() is SendOutcome.SENT


def test_a_lane_is_looked_at_twice_a_minute(stage: Stage) -> None:
    sender = stage.sender()
    sender(replace(ITEM, channel=Channel.EMAIL))
    stage.queues.take_outbox()
    stage.progress.stop_lane("rura", LaneStop(SNS, NOW, "spend-limit"))
    stage.clock.advance(seconds=30)
    assert sender(ITEM) is SendOutcome.LANE_STOPPED


def test_a_fault_of_our_set_up_stops_the_lane_and_loses_nothing(stage: Stage) -> None:
    sender = stage.sender()
    stage.sms.fail_next(LaneFault("spend-limit", "quota"))
    assert sender(ITEM) is SendOutcome.LANE_STOPPED
    assert stage.progress.lane_stops("rura")[SNS] == LaneStop(SNS, NOW, "spend-limit", "quota")
    assert stage.is_unclaimed()
    assert stage.places() == 0
    assert stage.queues.take_outbox() == [ITEM]
    assert sender(ITEM) is SendOutcome.LANE_STOPPED
    assert stage.handed_over() == 1


def test_a_creditor_without_an_address_to_send_from_stops_the_lane_of_emails(stage: Stage) -> None:
    stage.creditor(email_from=None)
    stage.debtor(phone=None)
    assert stage.send(TO_EMAIL) is SendOutcome.LANE_STOPPED
    assert stage.progress.lane_stops("rura")[SES].code == "no-sender"


# --- failures


def test_a_failure_before_the_call_gives_everything_back_and_comes_again(stage: Stage) -> None:
    class Broken:
        def render(self, *_: object) -> Rendered:
            raise InvalidValue("template_invalid", pl="…", en="…")

    with pytest.raises(InvalidValue):
        stage.sender(renderer=Broken())(ITEM)
    assert stage.is_unclaimed()
    assert stage.places() == 0
    assert stage.send() is SendOutcome.SENT


def test_a_provider_that_is_busy_is_asked_again_later_and_later(stage: Stage) -> None:
    sender, item = stage.sender(), ITEM
    for attempt, delay in enumerate(ATTEMPT_DELAYS_SECONDS, start=1):
        stage.sms.fail_next(TemporaryFailure("throttled"))
        assert sender(item) is SendOutcome.DEFERRED
        ((item, waits),) = stage.queues.outbox
        stage.queues.take_outbox()
        assert (item.attempt, waits) == (attempt, delay)
        assert stage.is_unclaimed()
        assert stage.places() == 0
    stage.sms.fail_next(TemporaryFailure("throttled"))
    assert sender(item) is SendOutcome.FAILED
    assert (stage.reminder().status, stage.reminder().reason) == (ReminderStatus.FAILED, "throttled")
    assert stage.queues.take_outbox() == [FALLBACK]


def test_a_message_that_will_never_work_fails_and_the_next_channel_takes_over_once(stage: Stage) -> None:
    stage.sms.fail_next(PermanentFailure("text-refused", "SNS"))
    assert stage.send() is SendOutcome.FAILED
    reminder = stage.reminder()
    assert (reminder.status, reminder.reason, reminder.detail) == (ReminderStatus.FAILED, "text-refused", "SNS")
    assert stage.queues.take_outbox() == [FALLBACK]
    assert stage.places() == 1
    assert stage.send(FALLBACK) is SendOutcome.SENT
    assert stage.send(FALLBACK) is SendOutcome.ALREADY_HANDLED
    assert len(stage.email.sent) == 1
    assert stage.places() == 1
    assert stage.reminder(FALLBACK).is_fallback


def test_a_fallback_that_died_on_its_way_is_put_on_it_again(stage: Stage) -> None:
    stage.sms.fail_next(PermanentFailure("text-refused"))
    stage.send()
    stage.queues.take_outbox()
    assert stage.send() is SendOutcome.ALREADY_HANDLED
    assert stage.queues.take_outbox() == [FALLBACK]


def test_an_address_that_is_no_good_is_never_used_again(stage: Stage) -> None:
    stage.sms.fail_next(PermanentFailure("invalid-number", address_unusable=True))
    stage.send()
    assert stage.cases.suppressed("rura", [address_hash(PHONE, "rura")])
    (fact,) = [one for one in stage.file().facts if one.kind == "address-suppressed"]
    assert fact.data["code"] == "invalid-number"
    assert PHONE not in str(fact)


def test_without_a_further_channel_the_place_is_given_back(stage: Stage) -> None:
    stage.campaign(ladder=(Step(offset_days=5, channels=(Channel.SMS,), template="overdue"),))
    stage.sms.fail_next(PermanentFailure("text-refused"))
    assert stage.send() is SendOutcome.FAILED
    assert stage.queues.take_outbox() == []
    assert stage.places() == 0


def test_a_text_that_aws_would_refuse_fails_here(stage: Stage) -> None:
    class Novelist:
        def render(self, *_: object) -> Rendered:
            return Rendered(text="a" * 1601)

    assert stage.sender(renderer=Novelist())(ITEM) is SendOutcome.FAILED
    assert stage.reminder().reason == "text-too-long"
    assert stage.handed_over() == 0


def test_a_place_is_given_back_before_the_claim_or_it_would_be_somebody_elses(stage: Stage) -> None:
    """Whoever may claim the reminder takes the very same place: given back after that, the place would be his."""
    held_when_released: list[bool] = []

    class Watched:
        def release_contact(self, *arguments: Any) -> None:  # noqa: ANN401 - passed on as they are
            held_when_released.append(not stage.is_unclaimed())
            stage.cases.release_contact(*arguments)

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the port has
            return getattr(stage.cases, name)

    class Overtaken:
        def unclaim(self, *arguments: Any) -> None:  # noqa: ANN401 - passed on as they are
            stage.reminders.unclaim(*arguments)
            assert stage.send() is SendOutcome.SENT  # a rival is as fast as can be

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the port has
            return getattr(stage.reminders, name)

    stage.sms.fail_next(TemporaryFailure("throttled"))
    assert stage.sender(cases=Watched(), reminders=Overtaken())(ITEM) is SendOutcome.DEFERRED
    assert held_when_released == [True]
    assert stage.places() == 1
    assert stage.reminder().status is ReminderStatus.SENT


# --- the second attempt


def test_a_fallback_does_not_go_when_the_original_arrived_after_all(stage: Stage) -> None:
    stage.send()
    arrived = Receipt(id="r", kind=ReceiptKind.DELIVERED, at=NOW + timedelta(minutes=1))
    stage.reminders.apply_receipt(stage.reminder().key, arrived, ReminderStatus.DELIVERED)
    assert stage.send(FALLBACK) is SendOutcome.SKIPPED
    fallback = stage.reminder(FALLBACK)
    assert (fallback.reason, fallback.detail, fallback.reason_at) == ("already-reminded", "arrived-late", arrived.at)
    assert stage.places() == 1


def test_a_fallback_of_the_same_day_leaves_the_place_of_the_original_alone(stage: Stage) -> None:
    stage.send()
    stage.email.fail_next(LaneFault("sandbox"))
    assert stage.send(FALLBACK) is SendOutcome.LANE_STOPPED
    assert stage.places() == 1


def test_a_fallback_on_another_day_asks_for_a_place_of_that_day(stage: Stage) -> None:
    stage.send()
    stage.clock.advance(days=1)
    take_place(stage.cases, "rura", "D-1", Contact(date(2026, 3, 3), "other"))
    assert stage.send(FALLBACK) is SendOutcome.SKIPPED
    assert stage.reminder(FALLBACK).reason == "cap-day"


def test_a_fallback_whose_original_is_gone_goes_by_itself(stage: Stage) -> None:
    assert stage.send(FALLBACK) is SendOutcome.SENT


def test_a_fallback_finds_the_invoices_of_a_catch_up(stage: Stage) -> None:
    stage.invoice("FV/0", due_on=date(2026, 2, 20))
    assert stage.send(replace(FALLBACK, invoices=("FV/0",))) is SendOutcome.SENT


def test_a_fallback_of_the_last_channel_finds_no_other(stage: Stage) -> None:
    tried_email = replace(FALLBACK, tried=Channel.EMAIL)
    assert stage.send(tried_email) is SendOutcome.SKIPPED
    assert stage.reminder(tried_email).reason == "no-address"


def test_what_has_no_fallback(stage: Stage) -> None:
    stage.send()
    reminder = stage.reminder()
    assert fallback_of(reminder, [CAMPAIGN]) == FALLBACK
    assert fallback_of(replace(reminder, is_fallback=True), [CAMPAIGN]) is None
    assert fallback_of(replace(reminder, campaign="gone"), [CAMPAIGN]) is None
    assert fallback_of(replace(reminder, step="+99"), [CAMPAIGN]) is None
    assert fallback_of(replace(reminder, channel=Channel.EMAIL), [CAMPAIGN]) is None


# --- the pace


def test_messages_keep_their_distance_and_an_sms_of_several_parts_counts_as_several(stage: Stage) -> None:
    class Talkative:
        def render(self, *_: object) -> Rendered:
            return Rendered(text="a" * 200, parts=segments("a" * 200))

    stage.creditor(limits=Limits(per_day=9, per_week=9))
    sender = stage.sender(per_second=0.5, renderer=Talkative())
    for campaign in ("main", "second"):
        stage.creditors.save_campaign("rura", replace(CAMPAIGN, id=campaign))
    assert sender(ITEM) is SendOutcome.SENT
    assert stage.clock.slept == []
    sender(replace(ITEM, day=TODAY, campaign="second"))
    assert stage.clock.slept == [4]


def test_a_worker_that_would_not_live_to_see_its_turn_puts_the_item_back(stage: Stage) -> None:
    sender = stage.sender(per_second=0.01)
    assert sender(ITEM, seconds_left=120) is SendOutcome.SENT
    assert sender(replace(ITEM, day=date(2026, 3, 3)), seconds_left=119) is SendOutcome.DEFERRED
    assert stage.queues.outbox[0][1] == 100
    assert stage.clock.slept == []


def test_a_worker_with_hardly_any_time_left_does_not_begin(stage: Stage) -> None:
    assert stage.sender()(ITEM, seconds_left=39) is SendOutcome.DEFERRED
    assert stage.queues.outbox == [(ITEM, 5)]
    assert stage.is_unclaimed()


def test_an_unknown_creditor_is_an_error_that_comes_back(stage: Stage) -> None:
    with pytest.raises(NotFound):
        stage.send(replace(ITEM, creditor="nobody"))


@pytest.mark.parametrize("fault", [ImportError("no such module"), KeyError("token"), RuntimeError("no secret")])
def test_a_carrier_that_cannot_be_opened_shows_before_anything_is_claimed(stage: Stage, fault: Exception) -> None:
    def broken(_: Carrier) -> SmsSender:
        raise fault

    worker = replace(stage.sender(), sms=Opened([Channel.SMS], broken))
    with pytest.raises(type(fault)):
        worker(ITEM, seconds_left=60)
    assert stage.is_unclaimed()
    assert stage.send() is SendOutcome.SENT


# --- tools of these tests


class Slow:
    """A renderer that takes its time."""

    def __init__(self, stage: Stage, seconds: float) -> None:
        self._stage, self._seconds = stage, seconds

    def render(self, *_: object) -> Rendered:
        self._stage.clock.advance(seconds=self._seconds)
        return Rendered(text="Prosimy o zaplate.")


def claimed(stage: Stage) -> None:
    """Let another worker claim the reminder, and die."""

    class Killed(BaseException):
        pass

    class Deadly:
        def render(self, *_: object) -> Rendered:
            raise Killed

    with pytest.raises(Killed):
        stage.sender(renderer=Deadly())(ITEM)


def skipped(
    stage: Stage, reason: str, *, detail: str | None = None, at: datetime | None = None, places: int = 0
) -> None:
    """Send, and see that it is skipped for this reason, visibly, without a trace within the caps."""
    assert stage.send() is SendOutcome.SKIPPED
    reminder = stage.reminder()
    assert reminder.status is ReminderStatus.SKIPPED
    assert (reminder.reason, reminder.detail, reminder.reason_at) == (reason, detail, at)
    assert reminder.lease_until is None
    assert stage.handed_over() == 0
    assert stage.places() == places
