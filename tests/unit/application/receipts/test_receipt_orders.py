"""Every order, with omissions and repetitions, of what SES and SNS report: one right state, said by a table of its own.

The table is written from the providers' documentation, in the order in which a report outweighs others. It shares
nothing with the code: neither the ranks nor the answers.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import fields, replace
from datetime import timedelta
from functools import cache
from itertools import chain, combinations, permutations
from typing import Any, Final

import pytest

from tests.functions.recorded import ses_event, sns_log
from tests.worlds.stage import EMAIL, ITEM, NOW, PHONE, Stage
from upominek.adapters.carriers.reports import read_report
from upominek.application.receipts.record_receipt import WAIT_SECONDS, Recorded
from upominek.domain.errors import NotFound
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.planning.campaign import Step
from upominek.domain.values.carrier import SNS
from upominek.domain.values.channel import Channel
from upominek.domain.values.contact import address_hash

TO_EMAIL = replace(ITEM, channel=Channel.EMAIL)
EMAIL_FIRST = (Step(offset_days=5, channels=(Channel.EMAIL, Channel.SMS), template="overdue"),)

OUTWEIGHS: Final = (
    ("bounced", {"bounce-permanent", "bounce-new-permanent"}),
    ("failed", {*("bounce-transient", "bounce-content", "bounce-undetermined", "bounce-new-transient", "bounce-new")}),
    ("delivered", {"delivery", "complaint", "success"}),
    ("failed", {"bounce-general", "reject", "rendering-failure", "failure", "quota"}),
    ("sent", {"send", "delivery-delay"}),
)
"""What the reminder is in the end: the first line that has one of the reports."""
REASONS: Final = {
    "bounce-permanent": "no-such-mailbox",
    "bounce-new-permanent": "unclassified",
    "bounce-content": "content-rejected",
    "bounce-undetermined": "bounce-undetermined",
    "bounce-new-transient": "unclassified",
    "bounce-new": "unclassified",
    "bounce-general": "soft-bounce",
    "bounce-transient": "mailbox-full",
    "reject": "rejected",
    "rendering-failure": "rendering-failed",
    "failure": "unreachable",
    "quota": "spend-limit",
}
SUPPRESS: Final = {"bounce-permanent", "bounce-new-permanent", "complaint"}
BOUNCES: Final = {
    "bounce-general": ("Transient", "General"),
    "bounce-content": ("Transient", "ContentRejected"),
    "bounce-new-transient": ("Transient", "SomethingNew"),
    "bounce-undetermined": ("Undetermined", "Undetermined"),
    "bounce-new": ("SomethingNew", "SomethingNew"),
    "bounce-new-permanent": ("Permanent", "SomethingNew"),
}
"""Bounces of other kinds than those that were recorded."""

OF_SES: Final = tuple(
    sorted(
        {
            *("send", "delivery", "delivery-delay", "open", "click", "complaint"),
            *("bounce-permanent", "bounce-transient", "bounce-general"),
        }
    )
)
AFTER_DELIVERY: Final = ("delivery", "complaint", *sorted(BOUNCES))
OF_SNS: Final = ("success", "failure", "quota")
BEFORE_SES: Final = (("send", "reject"), ("send", "rendering-failure"))
LONGEST: Final = 4


def sequences(reports: Sequence[str], longest: int) -> list[tuple[str, ...]]:
    """Every order of every selection of the reports, up to a length."""
    selections = chain.from_iterable(combinations(reports, size) for size in range(longest + 1))
    return [order for selection in selections for order in permutations(selection)]


def with_repetitions(order: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The order itself, all of it twice, and each report once more at the end."""
    return [order, order * 2, *((*order, again) for again in order)]


def expected_status(told: frozenset[str]) -> str:
    return next((status for status, reports in OUTWEIGHS if reports & told), "sent")


def expected_reason(told: frozenset[str]) -> set[str | None]:
    """Of several failures either may be the reason; what did not fail has none."""
    status, reports = next((one for one in OUTWEIGHS if one[1] & told), ("sent", set()))
    return {REASONS[one] for one in told & reports} if status in {"failed", "bounced"} else {None}


class Tale:
    """A message that was sent, and what is reported of it."""

    def __init__(self, channel: Channel) -> None:
        self.stage = Stage()
        self.channel = channel
        if channel is Channel.EMAIL:
            self.stage.campaign(ladder=EMAIL_FIRST)
        self.stage.send(TO_EMAIL if channel is Channel.EMAIL else ITEM)
        self._beginning = self._state()

    def _state(self) -> dict[str, Any]:
        table = self.stage.table
        return {one.name: deepcopy(getattr(table, one.name)) for one in fields(table) if one.name != "lock"}

    def begin_anew(self) -> None:
        """Back to the moment after the message was sent."""
        for name, value in deepcopy(self._beginning).items():
            setattr(self.stage.table, name, value)
        self.stage.progress.reopen_lane("rura", SNS)
        self.stage.queues.take_outbox()
        self.stage.queues.reports.clear()
        self.stage.clock.time = NOW
        for carrier in (self.stage.sms, self.stage.email):
            for messages in (carrier.sent, carrier.attempts):
                del messages[1 if carrier is self._carrier else 0 :]

    @property
    def _carrier(self) -> object:
        return self.stage.email if self.channel is Channel.EMAIL else self.stage.sms

    def body(self, name: str) -> dict[str, Any]:
        if self.channel is Channel.EMAIL:
            return self._event(name)
        return sns_log(name, "sms-0001")

    def _event(self, name: str) -> dict[str, Any]:
        kind = BOUNCES.get(name)
        event = ses_event(name if kind is None else "bounce-transient", self.stage.reminder().key.id)
        if kind is not None:
            event["detail"]["bounce"] |= {"bounceType": kind[0], "bounceSubType": kind[1]}
        return event

    def tell(self, *names: str) -> list[Recorded]:
        return [self.take(self.body(name)) for name in names]

    def take(self, body: Mapping[str, Any]) -> Recorded:
        report = read_report(body)
        assert report is not None
        return self.stage.recorder()(report, body)

    def send_what_is_asked_for(self) -> None:
        """What the sender does as soon as something is on the outbox."""
        for item in self.stage.queues.take_outbox():
            self.stage.send(item)

    def let_minutes_pass(self) -> None:
        """Take what was put back for a while."""
        for body, seconds in list(self.stage.queues.reports):
            assert 60 <= seconds <= 900
            self.stage.queues.reports.remove((body, seconds))
            self.take(body)

    def check(self, names: Sequence[str]) -> None:
        told = frozenset(names)
        reminder = self.stage.reminder()
        assert reminder.status.value == expected_status(told)
        assert reminder.reason in expected_reason(told)
        assert len(reminder.receipts) == len(told)
        assert (reminder.complained_at is not None) == ("complaint" in told)
        address = EMAIL if self.channel is Channel.EMAIL else PHONE
        assert bool(self.stage.cases.suppressed("rura", [address_hash(address, "rura")])) == bool(told & SUPPRESS)
        assert bool(self.stage.progress.lane_stops("rura")) == ("quota" in told)

    def second_messages(self) -> int:
        """How many messages go over the other channel, however often that is asked for."""
        self.stage.progress.reopen_lane("rura", SNS)
        self.let_minutes_pass()
        asked = self.stage.queues.take_outbox()
        for item in asked * 2:
            self.stage.send(item)
        return self.stage.handed_over() - 1


@cache
def tale_of(channel: Channel) -> Tale:
    return Tale(channel)


def play(channel: Channel, names: Sequence[str]) -> Tale:
    """Tell a message that was just sent what is reported of it, in this order."""
    tale = tale_of(channel)
    tale.begin_anew()
    try:
        tale.tell(*names)
        tale.check(names)
    except AssertionError as error:
        error.add_note(f"told in this order: {', '.join(names)}")
        raise
    return tale


@pytest.mark.parametrize("first", OF_SES)
def test_every_order_of_ses(first: str) -> None:
    rest = [one for one in OF_SES if one != first]
    for order in sequences(rest, LONGEST - 1):
        play(Channel.EMAIL, (first, *order))


def test_every_repetition_of_ses() -> None:
    for order in sequences(OF_SES, 2):
        for told in with_repetitions(order):
            play(Channel.EMAIL, told)


def test_every_order_of_a_delivery_and_what_may_come_back_after_it() -> None:
    for order in sequences(AFTER_DELIVERY, 3):
        play(Channel.EMAIL, order)


@pytest.mark.parametrize("names", BEFORE_SES)
def test_what_ses_refuses_after_all(names: tuple[str, ...]) -> None:
    for order in permutations(names):
        for told in with_repetitions(order):
            play(Channel.EMAIL, told)


def test_every_order_of_sns() -> None:
    for order in sequences(OF_SNS, 3):
        for told in with_repetitions(order):
            play(Channel.SMS, told)


@pytest.mark.parametrize(
    ("channel", "orders"),
    [(Channel.EMAIL, sequences(OF_SES, 2)), (Channel.SMS, sequences(OF_SNS, 3))],
    ids=["ses", "sns"],
)
def test_a_second_message_goes_where_the_first_did_not_arrive_and_nowhere_else(
    channel: Channel, orders: list[tuple[str, ...]]
) -> None:
    for order in orders:
        tale = play(channel, order)
        is_due = expected_status(frozenset(order)) in {"failed", "bounced"}
        assert tale.second_messages() == int(is_due), order


WHEREVER_A_DELIVERY_STANDS: Final = [
    order for order in sequences(("send", "delivery", *sorted(BOUNCES), "bounce-permanent"), 3) if "delivery" in order
]


@pytest.mark.parametrize("repeats", [1, 2])
def test_whether_a_second_message_goes_does_not_hang_on_the_order_of_reports(repeats: int) -> None:
    """Though the sender is as fast as can be: what is on the outbox goes before the next report comes."""
    for order in sequences(("delivery", "send", *sorted(BOUNCES), "bounce-permanent"), 2) + WHEREVER_A_DELIVERY_STANDS:
        tale = tale_of(Channel.EMAIL)
        tale.begin_anew()
        for name in order * repeats:
            tale.tell(name)
            tale.send_what_is_asked_for()
        tale.let_minutes_pass()
        tale.send_what_is_asked_for()
        is_due = expected_status(frozenset(order)) in {"failed", "bounced"}
        assert tale.stage.handed_over() - 1 == int(is_due), order


def test_a_notice_of_absence_before_the_delivery_waits_and_then_changes_nothing() -> None:
    tale = tale_of(Channel.EMAIL)
    tale.begin_anew()
    tale.tell("bounce-general")
    assert tale.stage.queues.take_outbox() == []
    tale.tell("delivery")
    tale.let_minutes_pass()
    assert tale.stage.queues.take_outbox() == tale.stage.queues.reports == []
    assert tale.stage.reminder().status is ReminderStatus.DELIVERED


@pytest.mark.parametrize("name", ["bounce-general", "bounce-transient", "bounce-permanent", "bounce-new-permanent"])
def test_a_loop_of_hundreds_of_bounces_is_one_line_with_a_count_and_one_message(name: str) -> None:
    tale, times = tale_of(Channel.EMAIL), 600
    tale.begin_anew()
    bodies = []
    for second in range(times):
        body = tale.body(name)
        body["detail"]["bounce"]["timestamp"] = (NOW + timedelta(seconds=second)).isoformat()
        bodies.append(body)
    outcomes = [tale.take(body) for body in (*bodies, bodies[-1])]
    assert outcomes == [Recorded.NEW, *[Recorded.REPEATED] * times]
    (line,) = tale.stage.reminder().receipts
    assert (line.at, line.times, line.last_at) == (NOW, times, NOW + timedelta(seconds=times - 1))
    assert len(tale.stage.queues.reports) == int(name == "bounce-general")
    tale.let_minutes_pass()
    assert len(tale.stage.queues.take_outbox()) == 1
    assert tale.stage.queues.reports == []


def test_a_bounce_whose_worker_died_before_the_fallback_starts_it_when_it_comes_again() -> None:
    tale = tale_of(Channel.EMAIL)
    tale.begin_anew()
    tale.tell("bounce-transient")
    tale.stage.queues.take_outbox()
    tale.tell("bounce-transient")
    assert len(tale.stage.queues.take_outbox()) == 1


def test_a_complaint_after_72_hours_counts() -> None:
    tale = play(Channel.EMAIL, ("send", "delivery"))
    tale.stage.clock.advance(hours=80)
    late = tale.body("complaint")
    at = tale.stage.clock.now()
    late["detail"]["complaint"]["timestamp"] = at.isoformat()
    report = read_report(late)
    assert report is not None
    assert tale.stage.recorder()(report, late) is Recorded.NEW
    assert tale.stage.reminder().complained_at == at
    assert tale.stage.cases.suppressed("rura", [address_hash(EMAIL, "rura")])
    assert tale.stage.reminder().status is ReminderStatus.DELIVERED


@pytest.mark.parametrize("name", OF_SNS)
def test_a_report_of_a_message_that_nobody_knows_waits_and_is_then_dropped(name: str) -> None:
    stage = Stage()
    body = sns_log(name, "sms-of-nobody")
    report = read_report(body)
    assert report is not None
    waited = 0
    for _ in WAIT_SECONDS:
        assert stage.recorder()(report, body) is Recorded.WAITING
        ((again, seconds),) = stage.queues.reports
        stage.queues.reports.clear()
        body, waited = dict(again), waited + seconds
    assert waited > 3600
    assert stage.recorder()(report, body) is Recorded.FOREIGN
    assert stage.queues.reports == []
    assert not stage.progress.lane_stops("rura")


def test_a_report_with_our_tags_of_a_message_that_nobody_knows_waits_and_is_then_parked() -> None:
    stage, body = Stage(), ses_event("delivery", "a-reminder-of-nobody")
    report = read_report(body)
    assert report is not None
    for _ in WAIT_SECONDS:
        assert stage.recorder()(report, body) is Recorded.WAITING
        ((again, _),) = stage.queues.reports
        stage.queues.reports.clear()
        body = dict(again)
    for _ in range(3):  # each further delivery fails, until SQS moves it to the dead-letter queue
        with pytest.raises(NotFound):
            stage.recorder()(report, body)
    assert stage.queues.reports == []
    assert read_report(body) == report  # what is parked can be put back and still says all
