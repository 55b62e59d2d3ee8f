"""Invoices, payments, holds, plans, deliveries and receipts in any order, with repetitions, while the clock moves on.

The product is compared with a model of plain dictionaries, written from what it promises and from nothing of its code:
who owes, who is held, which days a step lands on, how many places there are. Only names of steps and ids are shared.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.functions.recorded import sns_log
from tests.worlds.stage import CREDITOR, DUE_ON, ISSUED_AT, Stage
from upominek.adapters.carriers.reports import read_report
from upominek.application.cases.wake_debtors import WakeDebtors
from upominek.application.intake.apply_events import ApplyEvents
from upominek.application.jobs import OutboxItem, PlanJob
from upominek.application.outbox import Outbox
from upominek.application.planning.plan_reminders import PlanReminders
from upominek.application.sending.send_reminder import SendOutcome
from upominek.domain.errors import OutcomeUnknown, TemporaryFailure
from upominek.domain.parties.creditor import Limits
from upominek.domain.parties.debtor import DebtorDetails
from upominek.domain.planning.campaign import Step
from upominek.domain.receivables.events import (
    CaseHeld,
    CaseReleased,
    Event,
    Header,
    InvoiceCancelled,
    InvoiceStated,
    PaymentReceived,
)
from upominek.domain.values.channel import Channel
from upominek.domain.values.contact import Phone
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

if TYPE_CHECKING:
    from upominek.domain.messages.reminder import ReminderKey

WARSAW: Final = ZoneInfo("Europe/Warsaw")
HOLIDAYS: Final = {date(2026, 4, 5), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 3)}
DEBTORS: Final = {"D-1": "+48512345678", "D-2": "+48512345679"}
NUMBERS: Final = {"FV/1": "D-1", "FV/2": "D-1", "FV/3": "D-2"}
AMOUNT: Final = 10_000
OFFSETS: Final = (0, 1, 2, 4)
"""Close to each other, so that the caps have work to do."""
PER_DAY: Final = 1
PER_WEEK: Final = 2
LADDER: Final = tuple(
    Step(offset_days=offset, channels=(Channel.SMS,), template="due-today" if offset == 0 else "overdue")
    for offset in OFFSETS
)
numbers, debtors = st.sampled_from(sorted(NUMBERS)), st.sampled_from(sorted(DEBTORS))
carriers = st.sampled_from(["takes", "takes", "takes", "is busy", "does not answer"])
ONE_DAY: Final = timedelta(days=1)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


class Model:
    """What a careful clerk would keep on paper.

    Attributes:
        gone: by reminder, what became of the one message that left, or may have left.
        settled: reminders that ended without a message.
    """

    def __init__(self) -> None:
        self.stated: dict[str, tuple[datetime, date]] = {}
        self.paid: dict[str, dict[str, int]] = {number: {} for number in NUMBERS}
        self.cancelled: dict[str, datetime] = {}
        self.held: set[str] = set()
        self.sent: dict[str, list[date]] = {debtor: [] for debtor in DEBTORS}
        self.opened_again: dict[str, date] = {}
        self.gone: dict[ReminderKey, str] = {}
        self.settled: set[ReminderKey] = set()

    def is_void(self, number: str) -> bool:
        return number in self.cancelled and self.cancelled[number] >= self.stated[number][0]

    def left_to_pay(self, number: str) -> int:
        """Zero for what is paid or void."""
        if number not in self.stated or self.is_void(number):
            return 0
        return max(AMOUNT - sum(self.paid[number].values()), 0)

    def owes(self, number: str) -> bool:
        return self.left_to_pay(number) > 0

    def credit(self, debtor: str) -> int:
        """What was paid for nothing: beyond the amount, or for an invoice that is void."""
        mine = [number for number, owner in NUMBERS.items() if owner == debtor and number in self.stated]
        owed = {number: 0 if self.is_void(number) else AMOUNT for number in mine}
        return sum(max(sum(self.paid[number].values()) - owed[number], 0) for number in mine)

    def owes_something(self, debtor: str, due: Sequence[str]) -> bool:
        """Whether something is left of the invoices once all that was paid for nothing is set off."""
        return sum(map(self.left_to_pay, due)) > self.credit(debtor)

    def asks_for_a_word(self, number: str, planned: date) -> bool:
        """Whether one of its steps falls to the planned day, or to closed days right before it."""
        before = planned - ONE_DAY
        while not is_working_day(before):
            before -= ONE_DAY
        due_on = self.stated[number][1]
        return any(before < due_on + timedelta(days=offset) <= planned for offset in OFFSETS)

    def is_full(self, debtor: str, day: date) -> bool:
        days = self.sent[debtor]
        week = [one for one in days if day - timedelta(days=7) < one <= day]
        return days.count(day) >= PER_DAY or len(week) >= PER_WEEK


class WholeLife(RuleBasedStateMachine):
    """The product in memory beside the clerk's paper."""

    def __init__(self) -> None:
        super().__init__()
        self.stage, self.model = Stage(), Model()
        self.creditor = replace(CREDITOR, limits=Limits(per_day=PER_DAY, per_week=PER_WEEK))
        self.stage.creditors.save(self.creditor)
        self.stage.campaign(ladder=LADDER)
        stage = self.stage
        wake = WakeDebtors(stage.creditors, stage.cases, stage.progress, stage.clock)
        take = ApplyEvents(stage.cases, stage.invoices, stage.unmatched_payments, wake, stage.clock)
        stage.take = take  # type: ignore[attr-defined]
        self.events: list[Event] = []
        self.items: list[OutboxItem] = []
        self.stage.happens(InvoiceCancelled(number="FV/1", debtor_id="D-1", at=self.now))  # the stage's own invoice
        self.model.stated["FV/1"] = ISSUED_AT, DUE_ON
        self.model.cancelled["FV/1"] = self.now
        for debtor in DEBTORS:
            self._take(CaseReleased(debtor_id=debtor, kind=HoldKind.PAUSE, at=self.tick()))

    # --- time

    @property
    def now(self) -> datetime:
        return self.stage.clock.now()

    @property
    def today(self) -> date:
        return self.now.astimezone(WARSAW).date()

    def tick(self) -> datetime:
        """A moment that no event had before."""
        self.stage.clock.advance(seconds=1)
        return self.now

    @rule(hours=st.sampled_from([1, 5, 14]))
    def time_passes(self, hours: int) -> None:
        self.stage.clock.advance(hours=hours)

    @rule(days=st.sampled_from([1, 1, 1, 2, 4]))
    def a_morning_comes(self, days: int) -> None:
        """Ten o'clock some days on, and the day is planned: what is owed by then has a step within days."""
        day = self.today + timedelta(days=days)
        self.stage.clock.time = datetime(day.year, day.month, day.day, 10, tzinfo=WARSAW).astimezone(UTC)
        self.plans()

    # --- what comes in

    def _take(self, told: Event) -> None:
        self.stage.take.apply(self.creditor, [told])  # type: ignore[attr-defined]
        self.events.append(told)

    @rule(number=numbers, ahead=st.integers(-3, 1))
    def states(self, number: str, ahead: int) -> None:
        debtor, due_on, at = NUMBERS[number], self.today + timedelta(days=ahead), self.tick()
        if number in self.model.stated and not self.model.owes(number):
            self.model.opened_again[number] = self.today
        details = DebtorDetails(id=debtor, name="Anna", phones=(Phone(DEBTORS[debtor], may_receive_sms=True),))
        self._take(
            InvoiceStated(number=number, debtor=details, header=Header(at=at, amount=Money(AMOUNT), due_on=due_on))
        )
        self.model.stated[number] = at, due_on

    @rule(number=numbers, part=st.sampled_from([1, 2]))
    def pays(self, number: str, part: int) -> None:
        payment, at = f"p-{len(self.events)}", self.tick()
        amount = AMOUNT // part
        self._take(PaymentReceived(id=payment, number=number, debtor_id=NUMBERS[number], amount=Money(amount), at=at))
        self.model.paid[number][payment] = amount

    @rule(number=numbers)
    def cancels(self, number: str) -> None:
        at = self.tick()
        self._take(InvoiceCancelled(number=number, debtor_id=NUMBERS[number], at=at))
        self.model.cancelled[number] = at

    @rule(debtor=debtors)
    def holds(self, debtor: str) -> None:
        self._take(CaseHeld(debtor_id=debtor, kind=HoldKind.PAUSE, at=self.tick(), reason="Umowa"))
        self.model.held.add(debtor)

    @precondition(lambda self: self.model.held)
    @rule(data=st.data())
    def releases(self, data: st.DataObject) -> None:
        debtor = data.draw(st.sampled_from(sorted(self.model.held)))
        self._take(CaseReleased(debtor_id=debtor, kind=HoldKind.PAUSE, at=self.tick()))
        self.model.held.discard(debtor)

    @rule(data=st.data())
    def repeats(self, data: st.DataObject) -> None:
        """What was told before is told once more, late; it changes nothing."""
        self.stage.take.apply(self.creditor, [data.draw(st.sampled_from(self.events))])  # type: ignore[attr-defined]

    # --- what goes out

    @rule()
    def plans(self) -> None:
        stage = self.stage
        plan = PlanReminders(
            stage.creditors,
            stage.cases,
            stage.invoices,
            stage.progress,
            Outbox(stage.queues, stage.manifests),
            stage.clock,
            workers=1,
        )
        plan(PlanJob(creditor="rura", campaign="main", shard=0, day=self.today))
        self.items += stage.queues.take_outbox()

    @precondition(lambda self: self.items)
    @rule(
        data=st.data(),
        is_newest=st.booleans(),
        carrier=st.sampled_from(["takes", "takes", "takes", "is busy", "does not answer"]),
    )
    def delivers(self, data: st.DataObject, carrier: str, *, is_newest: bool) -> None:
        """Any item of the outbox, however old, however often."""
        item = self.items[-1] if is_newest else data.draw(st.sampled_from(self.items))
        errors = {"is busy": TemporaryFailure("throttled"), "does not answer": OutcomeUnknown("timeout")}
        self.stage.sms._failures.clear()
        if carrier in errors:
            self.stage.sms.fail_next(errors[carrier])
        before = len(self.stage.sms.attempts)
        expected = self._expected(item, carrier)
        outcome = self.stage.send(item)
        self.stage.queues.take_outbox()
        event(f"delivered: {outcome.value}, {'expected' if expected else 'of another day'}")
        if expected is not None:
            assert outcome is expected
        if len(self.stage.sms.attempts) > before:
            self._went(item, carrier)
        elif outcome in {SendOutcome.SKIPPED, SendOutcome.EXPIRED}:
            self.model.settled.add(self.stage.reminder(item).key)

    def _expected(self, item: OutboxItem, carrier: str) -> SendOutcome | None:  # noqa: PLR0911 - one for each answer
        """What must become of an item of today; of older ones only safety is asked."""
        key = item.original_key
        local = self.now.astimezone(WARSAW)
        if item.day != self.today or item.since is not None:
            return None
        if not (is_working_day(self.today) and 8 <= local.hour < 20):
            return SendOutcome.DEFERRED
        if key in self.model.gone or key in self.model.settled:
            return SendOutcome.ALREADY_HANDLED
        if item.debtor in self.model.held or self.model.is_full(item.debtor, self.today):
            return SendOutcome.SKIPPED
        owing = [one for one, owner in NUMBERS.items() if owner == item.debtor and self.model.owes(one)]
        if not self.model.owes_something(item.debtor, owing):
            return SendOutcome.SKIPPED
        due = [one for one in item.invoices if one in owing and self.model.asks_for_a_word(one, item.day)]
        if self.today in {self.model.opened_again.get(one) for one in owing}:
            return None  # it is held for the day, which keeps back what is about it alone
        if not due or self.model.credit(item.debtor) or self.model.sent[item.debtor]:
            return None  # what was said before decides, which tests of the ladder look into
        return {"takes": SendOutcome.SENT, "is busy": SendOutcome.DEFERRED}.get(carrier, SendOutcome.UNKNOWN)

    def _went(self, item: OutboxItem, carrier: str) -> None:
        """A carrier was asked: it was right to ask, at this very moment."""
        model, local = self.model, self.now.astimezone(WARSAW)
        key = item.original_key
        assert key not in model.gone
        assert key not in model.settled
        assert item.debtor not in model.held
        assert not model.is_full(item.debtor, self.today)
        assert is_working_day(self.today)
        assert 8 <= local.hour < 20
        assert self.stage.sms.attempts[-1].to == DEBTORS[item.debtor]
        if carrier == "is busy":
            return
        told = self.stage.reminder(item).invoices
        assert model.owes_something(item.debtor, told)
        assert all(model.owes(number) and NUMBERS[number] == item.debtor for number in told)
        model.sent[item.debtor].append(self.today)
        model.gone[key] = "sent" if carrier == "takes" else "unknown"

    @precondition(lambda self: self.stage.sms.sent)
    @rule(data=st.data(), name=st.sampled_from(["success", "failure"]))
    def is_reported_on(self, data: st.DataObject, name: str) -> None:
        """Early, late, twice, in any order; an arrival outweighs a failure."""
        number = data.draw(st.integers(1, len(self.stage.sms.sent)))
        body = sns_log(name, f"sms-{number:04}")
        report = read_report(body)
        assert report is not None
        self.stage.recorder()(report, body)
        key = self.stage.sms.sent[number - 1].key
        if self.model.gone[key] != "delivered":
            self.model.gone[key] = "delivered" if name == "success" else "failed"

    # --- what holds always

    @invariant()
    def each_reminder_is_where_the_clerk_has_it(self) -> None:
        reminders = {}
        for debtor in DEBTORS:
            file = self.stage.cases.file("rura", debtor)
            reminders |= {one.key: one for one in file.reminders}
            places = [one.day for one in file.case.contacts]
            assert sorted(places) == sorted(self.model.sent[debtor])
        assert {key: reminders[key].status.value for key in self.model.gone} == self.model.gone
        assert set(reminders) == set(self.model.gone) | self.model.settled
        for key in self.model.settled:
            assert reminders[key].status.value in {"skipped", "expired"}
            assert reminders[key].reason


WholeLife.TestCase.settings = settings(max_examples=80, stateful_step_count=50, deadline=None)
TestWholeLife = WholeLife.TestCase
