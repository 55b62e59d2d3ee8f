"""A day's plan: everybody whose step has come is on the outbox, once, whatever was missed, repeated or split."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worlds.planning_world import CAMPAIGN, CREDITOR, LADDER, MONDAY, PlanningWorld, days, local
from upominek.application.jobs import OutboxItem, PlanJob
from upominek.application.planning.plan_reminders import PlanOutcome
from upominek.domain.cases.case import Fact, Hold
from upominek.domain.values.calendar import ContactHours
from upominek.domain.values.channel import Channel
from upominek.domain.values.kinds import HoldKind

FRIDAY = date(2026, 2, 27)
JOB = PlanJob(creditor="hydro", campaign="default", shard=0, day=MONDAY)
DAY = timedelta(days=1)


def told(items: list[OutboxItem]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(item.debtor, item.step, item.invoices) for item in items]


def test_exactly_those_whose_step_has_come_are_put_on_the_lane_of_their_channel() -> None:
    world = PlanningWorld()
    world.invoice("FV 1", "A", MONDAY + 3 * DAY)
    world.invoice("FV 2", "B", MONDAY - DAY)
    world.invoice("FV 3", "C", MONDAY - 6 * DAY)  # +5 fell on a Sunday
    world.invoice("FV 4", "D", MONDAY - 4 * DAY)
    world.invoice("FV 5", "E", MONDAY - 40 * DAY)

    items = world.run(MONDAY)

    assert told(items) == [("A", "-3", ("FV 1",)), ("B", "+1", ("FV 2",)), ("C", "+5", ("FV 3",))]
    assert [item.channel for item in items] == [Channel.SMS, Channel.EMAIL, Channel.SMS]
    assert {(item.creditor, item.campaign, item.day, item.since) for item in items} == {
        ("hydro", "default", MONDAY, None)
    }


def test_a_debtor_with_several_due_dates_gets_one_message() -> None:
    world = PlanningWorld()
    world.invoice("FV 1", "A", MONDAY - 14 * DAY)
    world.invoice("FV 2", "A", MONDAY - 4 * DAY)
    world.invoice("FV 3", "A", MONDAY + 3 * DAY)
    assert told(world.run(MONDAY)) == [("A", "+14", ("FV 1",))]  # those that land; the sender finds FV 2 besides


def test_those_who_will_be_skipped_go_to_the_outbox_too_so_that_the_sender_records_why() -> None:
    world = PlanningWorld()
    world.invoice("FV 1", "A", MONDAY - 5 * DAY, phones=(), emails=())
    world.invoice("FV 2", "B", MONDAY - 5 * DAY)
    held = Hold(kind=HoldKind.PROMISE, since=datetime(2026, 3, 1, tzinfo=UTC), reason="pays on Friday")
    world.cases.hold("hydro", "B", held, Fact(id="f", at=held.since, kind="hold"))
    world.invoice("FV 3", "C", MONDAY - 5 * DAY)

    world.start_planning()
    (result,) = world.work()

    assert result.outcome is PlanOutcome.PLANNED
    assert (result.debtors, result.reminders) == (3, 3)
    assert result.expected == {"no-address": 1, "held": 1, "send": 1}
    assert {item.debtor for item in world.queues.take_outbox()} == {"A", "B", "C"}
    assert result.to_dict() == {
        "outcome": "planned",
        "debtors": 3,
        "reminders": 3,
        "expected": {"no-address": 1, "held": 1, "send": 1},
        "without_case": 0,
        "is_catch_up": False,
    }


def test_settled_invoices_and_other_campaigns_invoices_are_left_alone() -> None:
    tagged = replace(CAMPAIGN.audience, tags=frozenset({"vip"}))
    world = PlanningWorld(campaigns=(replace(CAMPAIGN, audience=tagged),))
    world.invoice("FV 1", "A", MONDAY - 5 * DAY)
    world.invoice("FV 2", "B", MONDAY - 5 * DAY, tags=frozenset({"vip"}))
    assert told(world.run(MONDAY)) == [("B", "+5", ("FV 2",))]


def test_a_job_that_is_repeated_after_it_was_done_finds_nothing_more() -> None:
    world = PlanningWorld()
    world.invoice("FV 1", "A", MONDAY - 5 * DAY)
    assert world.plan_reminders(JOB).reminders == 1
    assert world.plan_reminders(JOB).reminders == 0


def test_a_job_that_ended_half_way_is_planned_again_with_the_same_reminders() -> None:
    world = PlanningWorld()
    for number in range(250):
        world.invoice(f"FV {number}", f"D{number}", MONDAY - 5 * DAY)
    sending = world.queues.send
    sent: list[list[OutboxItem]] = []

    def break_down(items: list[OutboxItem]) -> None:
        if sent:
            raise ConnectionError
        sent.append(items)
        sending(items)

    world.queues.send = break_down  # type: ignore[assignment,method-assign]
    with pytest.raises(ConnectionError):
        world.plan_reminders(JOB)
    assert world.progress.planned_through("hydro", "default", 1) is None

    world.queues.send = sending  # type: ignore[method-assign]
    first = world.queues.take_outbox()
    world.plan_reminders(JOB)
    second = world.queues.take_outbox()
    assert len(first) == 100
    assert len(second) == 250
    assert set(first) <= set(second)


def test_what_a_missed_run_left_is_caught_up_once_at_the_most_advanced_step() -> None:
    world = PlanningWorld()
    thursday = FRIDAY - DAY
    assert world.run(thursday) == []
    world.invoice("FV 1", "A", FRIDAY - DAY)  # +1 on Friday, which nobody runs
    world.invoice("FV 2", "B", FRIDAY - 5 * DAY)  # +5 on Friday

    items = world.run(MONDAY)

    assert told(items) == [("A", "+1", ("FV 1",)), ("B", "+5", ("FV 2",))]
    assert {item.since for item in items} == {thursday}
    assert told(world.run(MONDAY + DAY)) == [("A", "+5", ("FV 1",))]


def test_a_step_after_the_due_date_is_owed_however_late_it_is() -> None:
    world = PlanningWorld()
    world.run(FRIDAY)
    world.invoice("FV 1", "A", FRIDAY + 2 * DAY)  # +1 on Monday
    later = MONDAY + 11 * DAY  # before +14
    world.clock.time = local(later)
    result = world.plan_reminders(replace(JOB, day=later))
    assert result.is_catch_up
    # +5 (on 6 March) is the most advanced one, a week ago.
    assert result.expected == {"send": 1}
    assert told(world.queues.take_outbox()) == [("A", "+5", ("FV 1",))]


@pytest.mark.parametrize("day", [FRIDAY, MONDAY + DAY])
def test_a_job_for_another_day_plans_nothing_and_loses_nothing(day: date) -> None:
    world = PlanningWorld()
    world.invoice("FV 1", "A", MONDAY - DAY)
    assert world.plan_reminders(replace(JOB, day=day)).outcome is PlanOutcome.NOT_TODAY
    assert told(world.run(MONDAY)) == [("A", "+1", ("FV 1",))]


def test_a_job_for_a_closed_day_plans_nothing() -> None:
    sunday = MONDAY - DAY
    world = PlanningWorld(now=local(sunday))
    assert world.plan_reminders(replace(JOB, day=sunday)).outcome is PlanOutcome.NOT_TODAY


def test_the_local_day_counts_not_that_of_utc() -> None:
    hours = ContactHours(zone="Pacific/Auckland")
    world = PlanningWorld(creditor=replace(CREDITOR, hours=hours), now=datetime(2026, 3, 1, 20, tzinfo=UTC))
    assert world.plan_reminders(JOB).outcome is PlanOutcome.PLANNED


def test_a_job_of_a_campaign_or_creditor_that_is_gone_is_no_failure() -> None:
    world = PlanningWorld()
    assert world.plan_reminders(replace(JOB, campaign="old")).outcome is PlanOutcome.CAMPAIGN_ENDED
    assert world.plan_reminders(replace(JOB, creditor="nobody")).outcome is PlanOutcome.CREDITOR_UNKNOWN
    world.creditors.save_campaign("hydro", replace(CAMPAIGN, is_active=False))
    assert world.plan_reminders(JOB).outcome is PlanOutcome.CAMPAIGN_ENDED


def test_an_open_invoice_whose_case_the_batch_read_does_not_know_yet_is_planned_all_the_same() -> None:
    world = PlanningWorld()
    world.invoice("FV 1", "A", MONDAY - DAY)
    world.cases.get_many = lambda *_: {}  # type: ignore[method-assign]
    assert told(world.run(MONDAY)) == [("A", "+1", ("FV 1",))]


def test_an_invoice_without_a_case_is_counted() -> None:
    world = PlanningWorld()
    world.invoice("FV 1", "A", MONDAY - DAY)
    world.cases.get_many = lambda *_: {}  # type: ignore[method-assign]
    del world.table.cases["hydro", "A"]
    result = world.plan_reminders(JOB)
    assert (result.debtors, result.reminders, result.without_case) == (1, 0, 1)


def test_creditors_do_not_see_each_others_debtors() -> None:
    world = PlanningWorld()
    world.invoice("FV 1", "A", MONDAY - DAY)
    world.creditors.save(replace(CREDITOR, id="other"))
    world.creditors.save_campaign("other", CAMPAIGN)
    assert {item.creditor for item in world.run(MONDAY)} == {"hydro"}


@given(
    raises=st.lists(st.integers(0, 9), min_size=1, max_size=3, unique=True).map(sorted),
    missed=st.sets(st.integers(0, 9), max_size=6),
    half=st.integers(0, 9),
)
@settings(max_examples=40, deadline=None)
def test_raising_the_number_of_shards_loses_nothing_and_repeats_nothing(
    raises: list[int], missed: set[int], half: int
) -> None:
    """On some days shards are raised, on some nobody runs, and on one the tick comes before the raise."""
    patient = replace(CAMPAIGN, ladder=tuple(replace(step, expires_after_days=60) for step in LADDER))
    world = PlanningWorld(campaigns=(patient,))
    workdays = [day for day in days(MONDAY, MONDAY + 11 * DAY) if CREDITOR.hours.is_contact_day(day)]
    world.run(FRIDAY)
    due_dates = {f"D{number:02}": MONDAY - DAY + (number % 5) * DAY for number in range(40)}
    for debtor, due_on in due_dates.items():
        world.invoice(f"FV {debtor}", debtor, due_on)

    steps: dict[str, list[int]] = {debtor: [] for debtor in due_dates}
    for at, day in enumerate(workdays):
        world.clock.time = local(day)
        if at not in missed:
            if at == half:
                world.start_planning()
            if at in raises:
                world.raise_shards(world.creditor.shards[-1] * 2)
            world.start_planning()
            world.work()
        for item in world.queues.take_outbox():
            steps[item.debtor].append(int(item.step))

    final = MONDAY + 14 * DAY
    for item in world.run(final):
        steps[item.debtor].append(int(item.step))
    for debtor, asked in steps.items():
        reached = [s.offset_days for s in LADDER if due_dates[debtor] + s.offset_days * DAY <= final]
        assert asked == sorted(set(asked)), debtor
        assert asked[-1] == max(reached), debtor


@given(ahead=st.lists(st.integers(-20, 5), min_size=1, max_size=30), shards=st.sampled_from([1, 2, 8]))
@settings(max_examples=30, deadline=None)
def test_each_debtor_gets_one_message_whatever_the_number_of_shards(ahead: list[int], shards: int) -> None:
    world = PlanningWorld(creditor=replace(CREDITOR, shards=(shards,)))
    for number, offset in enumerate(ahead):
        world.invoice(f"FV {number}", f"D{number % 7}", MONDAY + offset * DAY)

    items = world.run(MONDAY)

    landing = days(FRIDAY + DAY, MONDAY)
    due = {
        f"D{number % 7}"
        for number, offset in enumerate(ahead)
        if any(MONDAY + (offset + step.offset_days) * DAY in landing for step in LADDER)
    }
    assert {item.debtor for item in items} == due
    assert max(Counter(item.debtor for item in items).values(), default=1) == 1
