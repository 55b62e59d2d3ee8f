"""The sweep finds what stopped on its way, says so once it is certain, and reads nothing that has come to its end."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from typing_extensions import override

from tests.worlds.planning_world import CAMPAIGN, CREDITOR, LONG_AGO, MONDAY, PlanningWorld, local
from upominek.adapters.carriers.registry import CARRIERS
from upominek.application.jobs import OutboxItem, Planned
from upominek.application.operations import check_day, find_missed_steps
from upominek.application.operations.check_day import CheckDay
from upominek.application.operations.check_health import CheckHealth
from upominek.application.operations.find_missed_steps import FindMissedSteps
from upominek.application.ports.intake import ImportRecord
from upominek.application.ports.invoices import InvoiceKey
from upominek.domain.cases.case import Fact, Hold
from upominek.domain.errors import NotFound
from upominek.domain.messages.receipt import Receipt, ReceiptKind
from upominek.domain.messages.reminder import Reminder, ReminderKey, reminder_key
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.operations.health import MOST_OF_A_DAY, Example, Found, Health, Trouble
from upominek.domain.parties.debtor import DebtorDetails
from upominek.domain.receivables.events import Header, InvoiceStated, PaymentReceived
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money
from upominek.domain.values.unknown import Unknown

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FRIDAY, TUESDAY = MONDAY - 3 * DAY, MONDAY + DAY
LEASE = timedelta(minutes=5)


@dataclass
class SweepingWorld(PlanningWorld):
    """The planning world, and a sweep that counts what it reads."""

    @override
    def __post_init__(self) -> None:
        super().__post_init__()
        self.reads = 0
        reading = self.reminders.get_many

        def counted(wanted: Collection[ReminderKey]) -> dict[ReminderKey, Reminder]:
            self.reads += len(wanted)
            return reading(wanted)

        self.reminders.get_many = counted  # type: ignore[method-assign]
        self.check_health = CheckHealth(
            creditors=self.creditors,
            progress=self.progress,
            imports=self.imports,
            manifests=self.manifests,
            health=self.health,
            check_day=CheckDay(self.cases, self.manifests, self.reminders, CARRIERS),
            missed_steps=FindMissedSteps(self.cases, self.invoices),
            clock=self.clock,
        )

    def due_today(self, *debtors: str) -> list[OutboxItem]:
        """Invoices whose step +5 comes on the Monday, planned."""
        for debtor in debtors:
            self.invoice(f"FV {debtor}", debtor, MONDAY - 5 * DAY)
        return self.run(MONDAY)

    def claim(self, item: OutboxItem, **changes: object) -> Reminder:
        """What the sender records first."""
        now = self.clock.now()
        reminder = Reminder(
            key=item.key,
            campaign=item.campaign,
            step=item.step,
            channel=item.channel,
            template="overdue",
            tone=Tone.NEUTRAL,
            status=ReminderStatus.CLAIMED,
            claimed_at=now,
            lease_until=now + LEASE,
            is_fallback=item.is_fallback,
            to_next_address=item.to_next_address,
        )
        reminder = replace(reminder, **changes)  # type: ignore[arg-type]
        self.reminders.claim(reminder)
        return reminder

    def send(self, item: OutboxItem, **changes: object) -> Reminder:
        """What the sender records at last."""
        sent = replace(self.claim(item, **changes), lease_until=None, sent_at=self.clock.now())
        sent = replace(sent, status=ReminderStatus.SENT)
        self.reminders.record(sent)
        return sent

    def deliver(self, reminder: Reminder) -> None:
        """The receipt that ends it."""
        receipt = Receipt(id="r", kind=ReceiptKind.DELIVERED, at=self.clock.now())
        self.reminders.apply_receipt(reminder.key, receipt, ReminderStatus.DELIVERED)

    def look(self, when: datetime | None = None, *, anew: bool = False) -> Health:
        """One sweep of the one creditor, at a time."""
        self.clock.time = when or self.clock.time
        return self.check_health.of("hydro", anew=anew)

    def found(self, when: datetime | None = None) -> dict[Trouble, int]:
        """What a sweep counts, as far as there is any."""
        return {trouble: found.count for trouble, found in self.look(when).found.items() if found.count}

    def of_reminders(self, when: datetime) -> dict[Trouble, int]:
        """The same of reminders only: nobody plans the days in between."""
        return {trouble: count for trouble, count in self.found(when).items() if trouble is not Trouble.RUN_MISSED}


def examples(health: Health, trouble: Trouble) -> tuple[Example, ...]:
    return health.found[trouble].examples


# --- What became of the reminders ----------------------------------------------------------------------------------


def test_where_all_arrived_nothing_is_found_and_nothing_is_read_again() -> None:
    world = SweepingWorld()
    for item in world.due_today("A", "B"):
        world.deliver(world.send(item))
    assert world.found(local(TUESDAY, "00:30")) == {}
    settled = world.look().days[MONDAY]
    assert (settled.again_at, settled.awaited) == (None, 2)
    reads = world.reads
    for hours in range(1, 120):
        world.look(local(TUESDAY, "00:30") + hours * HOUR)
    assert world.reads == reads == 2


def test_a_claim_is_stuck_after_an_hour_and_not_before() -> None:
    world = SweepingWorld()
    (item,) = world.due_today("A")
    world.claim(item)
    claimed_at = world.clock.now()
    assert world.found(claimed_at + timedelta(minutes=59)) == {}
    health = world.look(claimed_at + timedelta(minutes=120))
    key = reminder_key("hydro", "default", "A", MONDAY)
    assert examples(health, Trouble.CLAIM_STUCK) == (
        {"debtor": "A", "day": "2026-03-02", "campaign": "default", "step": "+5", "reminder": key.id},
    )
    assert world.reminders.get(key).status is ReminderStatus.CLAIMED


def test_a_claim_that_goes_on_is_told_no_more() -> None:
    world = SweepingWorld()
    (item,) = world.due_today("A")
    reminder = world.claim(item)
    assert world.found(world.clock.now() + 2 * HOUR) == {Trouble.CLAIM_STUCK: 1}
    world.reminders.record(replace(reminder, status=ReminderStatus.SENT, sent_at=world.clock.now(), lease_until=None))
    assert world.found(world.clock.now() + HOUR) == {}


@pytest.mark.parametrize(
    ("channel", "status", "found"),
    [
        (Channel.SMS, ReminderStatus.SENT, 1),
        (Channel.EMAIL, ReminderStatus.SENT, 1),
        (Channel.LETTER, ReminderStatus.SENT, 0),
        (Channel.SMS, Unknown("z-newer"), 1),  # of another version: nobody here can say how it ended
        (Unknown("z-newer"), ReminderStatus.SENT, 1),
        (Channel.SMS, ReminderStatus.UNKNOWN, 1),
        (Channel.SMS, ReminderStatus.FAILED, 0),
        (Channel.SMS, ReminderStatus.SKIPPED, 0),
        (Channel.SMS, ReminderStatus.EXPIRED, 0),
    ],
)
def test_a_receipt_is_missing_after_72_hours(channel: Channel, status: ReminderStatus, found: int) -> None:
    world = SweepingWorld()
    (item,) = world.due_today("A")
    claimed = world.claim(item, channel=channel)
    sent_at = world.clock.now() if status is ReminderStatus.SENT else None
    world.reminders.record(replace(claimed, status=status, sent_at=sent_at, lease_until=None))
    handed_over = world.clock.now()
    assert world.of_reminders(handed_over + timedelta(hours=71)) == {}
    assert world.of_reminders(handed_over + timedelta(hours=72, minutes=1)).get(Trouble.RECEIPT_MISSING, 0) == found
    assert world.look().awaited == found


def test_a_receipt_that_came_is_not_missing_and_still_counts_among_those_awaited() -> None:
    world = SweepingWorld()
    first, second = world.due_today("A", "B")
    world.deliver(world.send(first))
    world.send(second)
    world.look(local(TUESDAY, "00:30"))
    health = world.look(local(MONDAY + 4 * DAY))
    assert (health.awaited, health.found[Trouble.RECEIPT_MISSING].count) == (2, 1)
    assert world.reads == 4  # twice each


def test_a_planned_reminder_without_a_record_is_lost_once_its_lifetime_is_over() -> None:
    world = SweepingWorld()
    world.due_today("A", "B")
    lifetime = CREDITOR.message_lifetime
    assert world.of_reminders(local(MONDAY) + lifetime) == {}
    assert world.of_reminders(local(MONDAY) + lifetime + 2 * HOUR) == {Trouble.REMINDER_LOST: 2}
    assert {one["debtor"] for one in examples(world.look(), Trouble.REMINDER_LOST)} == {"A", "B"}


@pytest.mark.parametrize("why", ["erased", "paid", "caught up"])
def test_what_nobody_had_to_hear_any_more_is_not_lost(why: str) -> None:
    world = SweepingWorld()
    (item, _) = world.due_today("A", "B")
    if why == "erased":
        del world.table.cases["hydro", "A"]
        world.table.drop(InvoiceKey("hydro", "A", "FV A"))
    if why == "paid":
        paid = PaymentReceived(id="p", number="FV A", debtor_id="A", amount=Money(10000), at=local(MONDAY))
        world.apply_events(paid, "A")
    if why == "caught up":
        world.claim(replace(item, day=TUESDAY), status=ReminderStatus.SKIPPED)
    assert world.of_reminders(local(MONDAY) + CREDITOR.message_lifetime + 2 * HOUR) == {Trouble.REMINDER_LOST: 1}


@pytest.mark.parametrize("to_next_address", [False, True])
def test_the_second_attempt_of_a_failed_one_is_looked_at_as_well(to_next_address: bool) -> None:  # noqa: FBT001
    world = SweepingWorld()
    (item,) = world.due_today("A")
    failed = world.claim(item)
    world.reminders.record(replace(failed, status=ReminderStatus.FAILED, lease_until=None))
    second = replace(item, channel=Channel.EMAIL, is_fallback=True, to_next_address=to_next_address)
    world.claim(second)
    health = world.look(world.clock.now() + 2 * HOUR)
    assert [one["reminder"] for one in examples(health, Trouble.CLAIM_STUCK)] == [second.key.id]


def test_of_many_a_few_are_named_and_all_are_counted() -> None:
    world = SweepingWorld()
    world.due_today(*(f"D{number}" for number in range(MOST_OF_A_DAY + 5)))
    health = world.look(local(MONDAY) + CREDITOR.message_lifetime + 2 * HOUR)
    lost = health.found[Trouble.REMINDER_LOST]
    assert (lost.count, len(lost.examples)) == (MOST_OF_A_DAY + 5, MOST_OF_A_DAY)


def test_a_large_day_is_not_read_before_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_day, "MOST_BY_THE_HOUR", 3)
    monkeypatch.setattr(check_day, "AT_ONCE", 2)
    world = SweepingWorld()
    items = world.due_today("A", "B", "C", "D", "E")
    for item in items:
        world.send(item)
    assert world.look(local(MONDAY, "20:00")).days[MONDAY].again_at == local(TUESDAY, "00:00")
    assert world.reads == 0
    after = world.look(local(TUESDAY, "00:20")).days[MONDAY]
    assert (after.entries, world.reads) == (5, 5)
    assert after.again_at == local(MONDAY) + timedelta(hours=72)


def test_days_long_ago_are_forgotten() -> None:
    world = SweepingWorld()
    world.due_today("A")
    assert MONDAY in world.look(local(MONDAY + 7 * DAY)).days
    assert world.look(local(MONDAY + 8 * DAY)).days == {}


def test_a_look_anew_reads_what_was_settled() -> None:
    world = SweepingWorld()
    (item,) = world.due_today("A")
    world.deliver(world.send(item))
    world.look(local(TUESDAY, "00:30"))
    reads = world.reads
    world.look(anew=True)
    assert world.reads == 2 * reads


def test_a_clock_that_was_set_back_forgets_what_is_yet_to_come() -> None:
    world = SweepingWorld()
    (item,) = world.due_today("A")
    world.claim(item)
    assert world.found(local(MONDAY + 5 * DAY)) != {}
    assert world.found(local(MONDAY, "09:10")) == {}


# --- Runs that did not happen --------------------------------------------------------------------------------------


def test_a_run_that_was_missed_is_named_until_it_is_caught_up() -> None:
    world = SweepingWorld()
    world.run(FRIDAY)
    assert world.found(local(FRIDAY, "21:00")) == {}
    health = world.look(local(TUESDAY, "08:00"))
    assert examples(health, Trouble.RUN_MISSED) == (
        {"day": "2026-03-02", "campaign": "default", "shard": "0", "planned_through": "2026-02-27"},
    )
    world.run(TUESDAY)
    assert world.found() == {}


def test_over_a_weekend_no_run_is_missed() -> None:
    world = SweepingWorld()
    world.run(FRIDAY)
    assert world.found(local(MONDAY, "08:00")) == {}


def test_a_shard_of_several_that_was_not_planned_is_found() -> None:
    world = SweepingWorld(creditor=replace(CREDITOR, shards=(2,)))
    world.run(FRIDAY)
    world.clock.time = local(MONDAY)
    world.start_planning()
    world.plan_reminders(world.queues.take_plans()[0])
    health = world.look(local(TUESDAY, "08:00"))
    assert [one["shard"] for one in examples(health, Trouble.RUN_MISSED)] == ["1"]


def test_a_new_campaign_misses_no_run_before_it_was_there() -> None:
    world = SweepingWorld()
    assert world.found(local(TUESDAY, "08:00")) == {}
    assert world.found(local(TUESDAY, "10:00")) == {}
    assert world.found(local(TUESDAY + DAY, "08:00")) == {Trouble.RUN_MISSED: 1}


def test_a_changed_week_is_not_held_against_the_runs_before() -> None:
    week = replace(CAMPAIGN, weekdays=frozenset({0}))
    world = SweepingWorld(campaigns=(week,))
    world.run(MONDAY)
    world.look()
    world.creditors.save_campaign("hydro", CAMPAIGN)
    assert world.found(local(TUESDAY + DAY, "08:00")) == {}


# --- Steps that never came -----------------------------------------------------------------------------------------


def skipped_by_the_run(world: SweepingWorld, debtor: str = "A") -> None:
    """A run on the Monday that did not see an invoice."""
    world.run(MONDAY)
    world.invoice("FV 1", debtor, MONDAY - 5 * DAY)


def test_a_step_that_never_came_is_found() -> None:
    world = SweepingWorld()
    skipped_by_the_run(world)
    health = world.look(local(TUESDAY, "08:00"))
    assert examples(health, Trouble.STEP_MISSED) == (
        {"debtor": "A", "day": "2026-03-02", "campaign": "default", "step": "+5"},
    )


def test_steps_are_looked_for_once_and_not_while_the_run_is_under_way() -> None:
    world = SweepingWorld()
    skipped_by_the_run(world)
    assert world.found(local(MONDAY, "21:00")) == {}
    world.look(local(TUESDAY, "08:00"))
    world.table.invoices.clear()
    world.table.due.clear()
    assert world.look(local(TUESDAY, "09:00")).found[Trouble.STEP_MISSED].count == 1
    assert world.look(anew=True).found[Trouble.STEP_MISSED].count == 0


def test_who_was_planned_is_not_missed() -> None:
    world = SweepingWorld()
    (item,) = world.due_today("A")
    world.deliver(world.send(item))
    assert world.found(local(TUESDAY, "08:00")) == {}


def test_who_was_caught_up_the_day_after_is_not_missed() -> None:
    world = SweepingWorld()
    world.invoice("FV 1", "B", FRIDAY - 5 * DAY)
    (first,) = world.run(FRIDAY)
    world.deliver(world.send(first))
    world.invoice("FV 1", "A", MONDAY - 5 * DAY)
    (item,) = world.run(TUESDAY)
    reminder = world.send(item)
    world.deliver(reminder)
    assert world.found(local(TUESDAY + DAY, "08:00")) == {}
    del world.table.reminders[reminder.key]
    assert world.look(anew=True).found[Trouble.STEP_MISSED].count == 1


@pytest.mark.parametrize("what", ["invoice", "debtor", "hold", "released"])
def test_silence_that_has_a_reason_is_no_trouble(what: str) -> None:
    world = SweepingWorld()
    later = local(MONDAY, "12:00")
    world.run(MONDAY)
    if what == "invoice":
        world.debtor("A")
        details = DebtorDetails(id="A")
        told = InvoiceStated(
            number="FV 1", debtor=details, header=Header(at=later, amount=Money(100), due_on=MONDAY - 5 * DAY)
        )
        world.apply_events(told, "A")
    else:
        world.invoice("FV 1", "A", MONDAY - 5 * DAY)
    fact = Fact(id="f", at=later, kind="hold")
    if what == "debtor":
        world.cases.open_case("hydro", DebtorDetails(id="A", language="en"), later)
    if what == "hold":
        held = Hold(kind=HoldKind.PROMISE, since=LONG_AGO, reason="pays on Friday")
        world.cases.hold("hydro", "A", held, replace(fact, at=LONG_AGO))
    if what == "released":
        world.cases.release("hydro", "A", "promise", fact)
    assert world.found(local(TUESDAY, "08:00")) == {}


def test_days_before_the_first_run_are_not_held_against_it() -> None:
    world = SweepingWorld()
    world.invoice("FV 1", "A", FRIDAY - 5 * DAY)  # its step came on the Friday; the first run was on the Monday
    world.run(MONDAY)
    assert world.found(local(TUESDAY, "08:00")) == {}


def test_a_ladder_that_was_changed_since_is_not_held_against_the_run() -> None:
    world = SweepingWorld()
    world.invoice("FV 1", "A", MONDAY - 2 * DAY)
    world.run(MONDAY)
    world.look()
    ladder = (replace(CAMPAIGN.ladder[1], offset_days=2), *CAMPAIGN.ladder[2:])
    world.creditors.save_campaign("hydro", replace(CAMPAIGN, ladder=ladder))
    assert world.found(local(TUESDAY, "08:00")) == {}


def test_not_more_cases_are_asked_than_shows_the_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find_missed_steps, "MOST_ASKED", 2)
    world = SweepingWorld()
    world.run(MONDAY)
    for debtor in "ABC":
        world.invoice(f"FV {debtor}", debtor, MONDAY - 5 * DAY)
    assert world.found(local(TUESDAY, "08:00")) == {Trouble.STEP_MISSED: 2}


# --- Imports -------------------------------------------------------------------------------------------------------

RECORD = ImportRecord(
    id="i-1", creditor="hydro", key="incoming/hydro/a.csv", state="checking", started_at=local(MONDAY), chunks=3
)


def test_an_import_without_progress_for_an_hour_has_stopped() -> None:
    world = SweepingWorld()
    world.imports.start(RECORD)
    assert world.found(local(MONDAY, "09:50")) == {}
    world.imports.finish_chunk("hydro", "i-1", "checked", 1, {})
    assert world.found(local(MONDAY, "10:10")) == {}
    health = world.look(local(MONDAY, "11:10"))
    assert examples(health, Trouble.IMPORT_STOPPED) == ({"import": "i-1", "since": "2026-03-02T09:10:00+00:00"},)
    world.imports.advance("hydro", "i-1", "checking", replace(RECORD, state="done"))
    assert world.found() == {}


@pytest.mark.parametrize("state", ["done", "failed", "waiting"])
def test_an_import_that_ended_or_waits_for_a_person_has_not_stopped(state: str) -> None:
    world = SweepingWorld()
    world.imports.start(replace(RECORD, state=state))
    assert world.found(local(TUESDAY, "08:00")) == {}


def test_an_unfinished_import_is_not_forgotten_behind_newer_ones() -> None:
    world = SweepingWorld()
    world.imports.start(RECORD)
    world.look(local(MONDAY, "09:30"))
    for number in range(30):
        world.imports.start(replace(RECORD, id=f"n-{number}", state="done", started_at=local(MONDAY, "09:45")))
    assert world.found(local(MONDAY, "10:30")) == {Trouble.IMPORT_STOPPED: 1}


# --- All creditors -------------------------------------------------------------------------------------------------


def test_a_creditor_that_cannot_be_looked_at_does_not_hide_the_others() -> None:
    world = SweepingWorld()
    world.creditors.save(replace(CREDITOR, id="broken"))
    world.creditors.save_campaign("broken", replace(CAMPAIGN, weekdays=frozenset()))
    world.imports.start(RECORD)
    world.clock.time = local(TUESDAY, "08:00")
    (failure,) = world.check_health().failures
    assert failure.__notes__ == ["creditor broken"]
    health = world.health.get("hydro")
    assert health is not None
    assert health.found[Trouble.IMPORT_STOPPED].count == 1


def test_who_waited_longest_comes_first_when_there_is_no_time_for_all() -> None:
    world = SweepingWorld()
    for name in ("alfa", "beta"):
        world.creditors.save(replace(CREDITOR, id=name))
    seen = []
    for hour in range(3):
        world.clock.time = local(MONDAY) + hour * HOUR
        turns = iter([True])
        world.check_health(has_time=lambda turns=turns: next(turns, False))  # type: ignore[misc]
        seen.append(
            [one for one in ("alfa", "beta", "hydro") if (h := world.health.get(one)) and h.at == world.clock.time]
        )
    assert seen == [["alfa"], ["beta"], ["hydro"]]


def test_what_is_known_of_all_is_added_up() -> None:
    world = SweepingWorld()
    world.due_today("A")
    world.imports.start(RECORD)
    world.clock.time = local(MONDAY + 4 * DAY)
    counts = world.check_health().troubles
    assert counts == {Trouble.REMINDER_LOST: 1, Trouble.IMPORT_STOPPED: 1, Trouble.RUN_MISSED: 1}


def test_a_day_for_which_there_was_no_time_is_looked_at_the_next_time() -> None:
    world = SweepingWorld()
    (item,) = world.due_today("A")
    world.claim(item)
    world.clock.time = local(MONDAY, "12:00")
    assert world.check_health.of("hydro", has_time=lambda: False).days == {}
    assert world.found() == {Trouble.CLAIM_STUCK: 1}


def test_of_nobody_known_is_no_health() -> None:
    with pytest.raises(NotFound):
        SweepingWorld().check_health.of("nobody")


def test_a_sweep_that_is_repeated_says_the_same() -> None:
    world = SweepingWorld()
    (item,) = world.due_today("A")
    world.claim(item)
    first = world.look(local(TUESDAY, "08:00"))
    assert world.look() == first


# --- The manifest itself -------------------------------------------------------------------------------------------


def test_the_manifest_is_written_before_anything_is_sent() -> None:
    world = SweepingWorld()
    world.invoice("FV 1", "A", MONDAY - 5 * DAY)
    order: list[str] = []
    writing, sending = world.manifests.write, world.queues.send

    def write(creditor: str, day: date, entries: list[Planned]) -> None:
        order.append("manifest")
        writing(creditor, day, entries)

    def send(items: list[OutboxItem]) -> None:
        order.append("outbox")
        sending(items)

    world.manifests.write, world.queues.send = write, send  # type: ignore[assignment,method-assign]
    (item,) = world.run(MONDAY)
    assert order == ["manifest", "outbox"]
    key = reminder_key("hydro", "default", "A", MONDAY)
    assert list(world.manifests.read("hydro", MONDAY)) == [Planned(key, "default", "+5", item.channel)]


def test_who_will_be_skipped_is_in_the_manifest_too() -> None:
    world = SweepingWorld()
    world.invoice("FV 1", "A", MONDAY - 5 * DAY, phones=(), emails=())
    world.run(MONDAY)
    assert [one.key.debtor for one in world.manifests.read("hydro", MONDAY)] == ["A"]


def test_a_day_on_which_nobody_hears_anything_has_no_manifest() -> None:
    world = SweepingWorld()
    world.run(MONDAY)
    assert world.manifests.days("hydro") == []


def test_found_adds_up_and_keeps_few_examples() -> None:
    many = Found(70, tuple({"debtor": str(number)} for number in range(70)))
    both = many + many
    assert (both.count, len(both.examples)) == (140, 100)


# --- Killed anywhere, repeated, two at once ------------------------------------------------------------------------


def troubled() -> SweepingWorld:
    """A world with something of everything."""
    world = SweepingWorld()
    stuck, _, sent = world.due_today("A", "B", "C")
    world.claim(stuck)
    world.send(sent)
    world.invoice("FV D", "D", MONDAY - 5 * DAY)
    world.imports.start(RECORD)
    world.clock.time = local(MONDAY + 3 * DAY, "12:00")
    return world


CALLS = (
    *("creditors.get", "creditors.campaigns", "progress.planned_through", "imports.recent", "manifests.days"),
    *("manifests.read", "reminders.get_many", "cases.file", "cases.get_many", "invoices.due", "health.get"),
    "health.save",
)


@pytest.mark.parametrize("call", CALLS)
def test_a_sweep_that_was_killed_leaves_nothing_behind_and_the_next_finds_all(call: str) -> None:
    world, clean = troubled(), troubled()
    port, method = call.split(".")
    calling = getattr(getattr(world, port), method)

    def die(*_: object, **__: object) -> None:
        raise ConnectionError

    setattr(getattr(world, port), method, die)
    with pytest.raises(ConnectionError):
        world.check_health.of("hydro")
    setattr(getattr(world, port), method, calling)
    assert world.health.get("hydro") is None
    assert world.look() == clean.look()
    assert {trouble: found.count for trouble, found in world.look().found.items()} == dict.fromkeys(Trouble, 1)


def test_a_sweep_changes_nothing_but_what_it_knows_and_two_at_once_agree() -> None:
    world = troubled()
    before = deepcopy((world.table.reminders, world.table.told, world.table.cases, world.table.invoices))
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: world.check_health.of("hydro", anew=True), range(2))
    assert first == second == world.health.get("hydro")
    assert (world.table.reminders, world.table.told, world.table.cases, world.table.invoices) == before
    assert world.queues.outbox == []
