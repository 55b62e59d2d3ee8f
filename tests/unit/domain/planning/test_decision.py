"""Planning: which step lands when, what is caught up, and who hears nothing, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upominek.domain.cases.balance import owed
from upominek.domain.cases.case import Case, Contact, Hold
from upominek.domain.parties.creditor import Creditor, Limits
from upominek.domain.parties.debtor import Debtor, DebtorKind
from upominek.domain.planning.campaign import Audience, Campaign, Step
from upominek.domain.planning.decision import (
    Decision,
    SkipReason,
    choose_address,
    contact_hours,
    decide,
    due_spans,
    has_expired,
    landing_span,
    missed_since,
    plan_debtor,
    progress_ids,
    step_landing,
)
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.calendar import ContactHours
from upominek.domain.values.channel import Channel
from upominek.domain.values.contact import Email, Phone, address_hash
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money
from upominek.domain.values.span import Span

MONDAY = date(2026, 3, 2)
CREDITOR = Creditor(id="hydro", name="Hydro-Hurt")
PHONE = Phone("+48512345678", may_receive_sms=True)
LANDLINE = Phone("+48221234567", may_receive_sms=False)
EMAIL = Email("biuro@example.com")
DAY = timedelta(days=1)


def step(offset: int, *channels: Channel, expires_after_days: int = 5) -> Step:
    return Step(
        offset_days=offset,
        channels=channels or (Channel.SMS, Channel.EMAIL),
        template="overdue",
        expires_after_days=expires_after_days,
    )


def campaign(*offsets: int, **changes: object) -> Campaign:
    made = Campaign(id="default", name="Default", ladder=tuple(step(offset) for offset in offsets))
    return replace(made, **changes)  # type: ignore[arg-type]


def case(**changes: object) -> Case:
    debtor = Debtor(id="K-1", phones=(LANDLINE, PHONE), emails=(EMAIL,))
    return replace(Case(creditor=CREDITOR.id, debtor=debtor), **changes)  # type: ignore[arg-type]


def invoice(number: str = "FV 1", due_on: date = MONDAY, grosze: int = 10000, currency: str = "PLN") -> DueInvoice:
    return DueInvoice("K-1", number, due_on, Money(grosze, currency))


def hold(kind: HoldKind, until: date | None = None, number: str | None = None) -> Hold:
    return Hold(kind=kind, since=datetime(2026, 2, 1, tzinfo=UTC), reason="said so", until=until, number=number)


def held(*holds: Hold) -> Case:
    return case(holds={one.key: one for one in holds})


def plan(
    ladder: Campaign, due: Sequence[DueInvoice], planned_through: date | None, today: date, who: Case | None = None
) -> Decision | None:
    landing = landing_span(contact_hours(CREDITOR, ladder), planned_through, today)
    return plan_debtor(CREDITOR, (ladder,), ladder, who or case(), due, landing=landing, today=today)


# --- Days ------------------------------------------------------------------------------------------------------------

ladders = st.sets(st.integers(-30, 60), min_size=1, max_size=8).map(sorted)
contact_days = st.sets(st.integers(0, 5), min_size=1).map(frozenset)
due_dates = st.dates(date(2020, 1, 1), date(2029, 12, 31))


def days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))


@given(offsets=ladders, weekdays=contact_days, due_on=due_dates)
@settings(deadline=None)
def test_run_daily_every_step_is_planned_once_on_its_contact_day_and_never_early(
    offsets: list[int], weekdays: frozenset[int], due_on: date
) -> None:
    ladder = campaign(*offsets, hours=ContactHours(weekdays=weekdays), weekdays=weekdays)
    hours = contact_hours(CREDITOR, ladder)
    landings: dict[date, Step] = {}
    for one in ladder.ladder:  # several that land on one day are one message, at the most advanced
        landings[hours.next_contact_day(due_on + timedelta(days=one.offset_days))] = one

    planned: dict[date, Decision] = {}
    through = None
    for today in days(due_on - timedelta(days=60), due_on + timedelta(days=100)):
        if hours.is_contact_day(today):
            if (decision := plan(ladder, [invoice(due_on=due_on)], through, today)) is not None:
                planned[today] = decision
            through = landing_span(hours, through, today).last

    assert {day: decision.step for day, decision in planned.items()} == landings
    for day, decision in planned.items():
        came_too_late = decision.step.offset_days < 0 and day > due_on
        assert decision.reason is (SkipReason.EXPIRED if came_too_late else None)
        assert day >= due_on + timedelta(days=decision.step.offset_days)


@given(offsets=ladders, weekdays=contact_days, due_on=due_dates, data=st.data())
@settings(deadline=None)
def test_after_any_pattern_of_missed_runs_an_invoice_is_asked_for_once_a_run_and_at_the_most_advanced_step(
    offsets: list[int], weekdays: frozenset[int], due_on: date, data: st.DataObject
) -> None:
    ladder = campaign(*offsets, hours=ContactHours(weekdays=weekdays), weekdays=weekdays)
    hours = contact_hours(CREDITOR, ladder)
    possible = [d for d in days(due_on - timedelta(days=60), due_on + timedelta(days=100)) if hours.is_contact_day(d)]
    runs = sorted({possible[0], possible[-1], *data.draw(st.sets(st.sampled_from(possible)))})

    planned: list[tuple[date, Decision]] = []
    through = None
    for today in runs:
        if (decision := plan(ladder, [invoice(due_on=due_on)], through, today)) is not None:
            planned.append((today, decision))
            reached = [one for one in offsets if due_on + timedelta(days=one) <= hours.last_contact_day(today)]
            assert decision.step.offset_days == max(reached)
            expired = has_expired(hours, decision.step, [due_on], today)
            assert decision.reason is (SkipReason.EXPIRED if expired else None)
        through = landing_span(hours, through, today).last

    asked = [decision.step.offset_days for _, decision in planned]
    assert asked == sorted(set(asked))
    assert asked[-1] == max(offsets)


@given(st.lists(st.tuples(st.integers(1, 30), contact_days), min_size=1, max_size=20))
def test_spans_of_successive_runs_adjoin_even_when_contact_days_change_in_between(
    runs: list[tuple[int, frozenset[int]]],
) -> None:
    today, through, seen = MONDAY, None, []
    for ahead, weekdays in runs:
        today += timedelta(days=ahead)
        span = landing_span(ContactHours(weekdays=weekdays), through, today)
        assert span.last <= today
        if span:
            seen.append(span)
            through = span.last

    assert all(later.first == earlier.last + DAY for earlier, later in pairwise(seen))


def test_a_step_on_a_saturday_lands_on_monday() -> None:
    ladder = campaign(1)
    friday = date(2026, 2, 27)

    assert plan(ladder, [invoice(due_on=friday)], friday, MONDAY) is not None
    assert missed_since(CREDITOR.hours, friday, MONDAY) is None


def test_a_step_on_christmas_eve_lands_after_the_holidays() -> None:
    hours = CREDITOR.hours
    assert landing_span(hours, date(2026, 12, 23), date(2026, 12, 28)) == Span(date(2026, 12, 24), date(2026, 12, 28))
    assert missed_since(hours, date(2026, 12, 23), date(2026, 12, 28)) is None


def test_a_first_run_takes_only_what_lands_on_its_day() -> None:
    assert landing_span(CREDITOR.hours, None, MONDAY) == Span(date(2026, 2, 28), MONDAY)
    assert not landing_span(CREDITOR.hours, None, date(2026, 3, 1))  # a Sunday


def test_a_second_run_of_a_day_finds_nothing() -> None:
    assert not landing_span(CREDITOR.hours, MONDAY, MONDAY)
    assert due_spans(campaign(-3, 5), landing_span(CREDITOR.hours, MONDAY, MONDAY)) == []


def test_a_missed_run_is_noticed_at_the_next() -> None:
    thursday = date(2026, 2, 26)
    assert missed_since(CREDITOR.hours, thursday, MONDAY) == thursday
    assert missed_since(CREDITOR.hours, None, MONDAY) is None
    assert missed_since(CREDITOR.hours, MONDAY, MONDAY) is None


@given(offsets=ladders, first=due_dates, length=st.integers(0, 40), due_on=due_dates)
def test_due_spans_ask_for_exactly_the_due_dates_whose_steps_land(
    offsets: list[int], first: date, length: int, due_on: date
) -> None:
    ladder, landing = campaign(*offsets), Span(first, first + timedelta(days=length))
    spans = due_spans(ladder, landing)

    for near in (due_on, *(first - timedelta(days=one + by) for one in offsets for by in (-1, 0, 1))):
        assert any(near in span for span in spans) == (step_landing(ladder, near, landing) is not None)
    assert all(earlier.last + DAY < later.first for earlier, later in pairwise(spans))


def test_a_campaign_runs_on_its_own_days_within_the_contact_days() -> None:
    tuesdays = campaign(1, weekdays=frozenset({1}))
    assert contact_hours(CREDITOR, tuesdays).weekdays == {1}
    own = campaign(1, hours=ContactHours(opens=time(10)), weekdays=frozenset(range(6)))
    assert contact_hours(CREDITOR, own) == ContactHours(opens=time(10))


# --- Expiry ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("late", "expired"), [(0, False), (4, False), (5, True)])
def test_a_reminder_caught_up_too_late_expires(late: int, *, expired: bool) -> None:
    ladder = campaign(ladder=(step(1, expires_after_days=4),))
    due_on = MONDAY - timedelta(days=1 + late)
    assert has_expired(CREDITOR.hours, ladder.ladder[0], [due_on], MONDAY) is expired


def test_days_until_a_step_lands_do_not_count_towards_its_expiry() -> None:
    before_christmas = date(2026, 12, 23)
    one = step(1, expires_after_days=0)
    assert not has_expired(CREDITOR.hours, one, [before_christmas], date(2026, 12, 28))


def test_nobody_is_told_of_a_payment_to_come_that_is_overdue() -> None:
    ahead = step(-3, expires_after_days=10)
    assert not has_expired(CREDITOR.hours, ahead, [MONDAY], MONDAY)
    assert has_expired(CREDITOR.hours, ahead, [MONDAY - DAY], MONDAY)
    assert not has_expired(CREDITOR.hours, ahead, [MONDAY - DAY, MONDAY], MONDAY)


def test_a_step_that_is_still_to_come_has_not_expired() -> None:
    assert not has_expired(CREDITOR.hours, step(1), [MONDAY], MONDAY)


def test_an_expired_invoice_does_not_silence_a_fresh_one() -> None:
    ladder = campaign(1, 14)
    stale, fresh = invoice("FV 1", MONDAY - timedelta(days=24)), invoice("FV 2", MONDAY - DAY)

    decision = plan(ladder, [stale, fresh], MONDAY - timedelta(days=20), MONDAY)

    assert decision is not None
    assert (decision.reason, decision.step.name, decision.invoices) == (None, "+1", (fresh,))


def test_expired_invoices_alone_make_an_expired_reminder() -> None:
    stale = invoice(due_on=MONDAY - timedelta(days=24))
    decision = plan(campaign(1, 14), [stale], MONDAY - timedelta(days=20), MONDAY)
    assert decision == Decision(debtor="K-1", step=step(14), invoices=(stale,), reason=SkipReason.EXPIRED)


# --- One debtor ------------------------------------------------------------------------------------------------------


def test_all_of_a_debtors_invoices_go_into_one_message_at_the_most_advanced_step() -> None:
    ladder = campaign(-3, 5)
    late, early = invoice("FV 2", MONDAY - timedelta(days=5)), invoice("FV 1", MONDAY + timedelta(days=3), 2550)

    decision = plan(ladder, [early, late], date(2026, 2, 27), MONDAY)

    assert decision is not None
    assert decision.step.name == "+5"
    assert decision.invoices == (late, early)
    assert decision.totals == (Money(12550),)
    assert (decision.channel, decision.address) == (Channel.SMS, PHONE.e164)


def test_nobody_is_reminded_of_a_credit_note() -> None:
    assert plan(campaign(1), [invoice(due_on=MONDAY - DAY, grosze=-5000)], None, MONDAY) is None


def test_an_invoice_is_reminded_of_by_the_first_campaign_only() -> None:
    small = campaign(1, id="small", order=1, audience=Audience(kinds=frozenset({DebtorKind.CONSUMER})))
    rest = campaign(1, id="rest", order=2)
    due, landing = [invoice(due_on=MONDAY - DAY)], Span(MONDAY, MONDAY)
    consumer = case(debtor=Debtor(id="K-1", kind=DebtorKind.CONSUMER, emails=(EMAIL,)))

    def planned(by: Campaign, who: Case) -> Decision | None:
        again = replace(by)  # as read anew from the table: equal, and another object
        return plan_debtor(CREDITOR, (small, rest), again, who, due, landing=landing, today=MONDAY)

    assert planned(small, consumer) is not None
    assert planned(rest, consumer) is None
    assert planned(small, case()) is None
    assert planned(rest, case()) is not None


# --- Whether it goes -------------------------------------------------------------------------------------------------


def decided(who: Case, *invoices: DueInvoice, one: Step | None = None) -> Decision:
    return decide(CREDITOR, who, one or step(1), invoices or (invoice(),), MONDAY)


@pytest.mark.parametrize("kind", [HoldKind.PAUSE, HoldKind.DISPUTE, HoldKind.PROMISE, HoldKind.HANDED_OVER])
def test_a_held_case_hears_nothing(kind: HoldKind) -> None:
    decision = decided(held(hold(kind)))
    assert (decision.reason, decision.detail) == (SkipReason.HELD, kind.value)


def test_who_opted_out_hears_nothing() -> None:
    assert decided(held(hold(HoldKind.OPT_OUT))).reason is SkipReason.OPTED_OUT


def test_a_hold_is_over_after_its_last_day() -> None:
    assert decided(held(hold(HoldKind.PROMISE, until=MONDAY))).reason is SkipReason.HELD
    assert decided(held(hold(HoldKind.PROMISE, until=MONDAY - DAY))).reason is None


def test_a_disputed_invoice_is_left_out_and_the_others_are_asked_for() -> None:
    disputed = held(hold(HoldKind.DISPUTE, number="FV 2"))
    decision = decided(disputed, invoice("FV 1"), invoice("FV 2"))
    assert (decision.reason, [one.number for one in decision.invoices]) == (None, ["FV 1"])
    assert decision.totals == (Money(10000),)

    alone = decided(disputed, invoice("FV 2"))
    assert (alone.reason, alone.detail) == (SkipReason.HELD, "dispute")


def test_credits_are_taken_off_and_may_cover_everything() -> None:
    some = case(credits={"KOR 1": Money(2500), "KOR 2": Money(100, "EUR")})
    assert decided(some).totals == (Money(7500),)
    enough = case(credits={"KOR 1": Money(4000), "KOR 2": Money(6000)})
    assert decided(enough).reason is SkipReason.COVERED_BY_CREDIT


def test_currencies_are_never_added_up() -> None:
    invoices = [invoice(), invoice("FV 2", grosze=100, currency="EUR"), invoice("FV 3", grosze=1)]
    assert owed(case(), invoices) == (Money(100, "EUR"), Money(10001))


def test_the_first_channel_with_an_address_that_works_is_used() -> None:
    assert choose_address(case(), [Channel.EMAIL, Channel.SMS]) == (Channel.EMAIL, EMAIL.value)
    gone = address_hash(PHONE.e164, CREDITOR.id)
    assert choose_address(case(suppressed=frozenset({gone})), [Channel.SMS, Channel.EMAIL]) == (
        Channel.EMAIL,
        EMAIL.value,
    )
    assert choose_address(case(), [Channel.SMS], {gone}) is None


def test_without_an_address_nothing_goes() -> None:
    landline_only = case(debtor=Debtor(id="K-1", phones=(LANDLINE,)))
    decision = decided(landline_only, one=step(1, Channel.SMS))
    assert (decision.reason, decision.totals) == (SkipReason.NO_ADDRESS, (Money(10000),))


def test_caps_keep_a_message_back_unless_it_holds_its_place_already() -> None:
    today = case(contacts=(Contact(MONDAY, "r1"),))
    assert decided(today).reason is SkipReason.CAP_DAY
    week = case(contacts=tuple(Contact(MONDAY - timedelta(days=ago), f"r{ago}") for ago in (2, 4, 6)))
    assert decided(week).reason is SkipReason.CAP_WEEK
    generous = replace(CREDITOR, limits=Limits(per_day=2, per_week=9))
    assert decide(generous, today, step(1), (invoice(),), MONDAY).reason is None
    assert decide(CREDITOR, today, step(1), (invoice(),), MONDAY, has_reserved=True).reason is None


def test_a_fallback_uses_the_channels_that_are_left() -> None:
    decision = decide(CREDITOR, case(), step(1), (invoice(),), MONDAY, channels=[Channel.EMAIL])
    assert decision.channel is Channel.EMAIL


# --- Shards ----------------------------------------------------------------------------------------------------------


def test_a_shards_progress_is_its_own_and_begins_where_it_was_split_from() -> None:
    assert progress_ids((1,), 0) == (1,)
    assert progress_ids((1, 4, 16), 13) == (29, 5, 1)
    numbers = [progress_ids((1, 2, 4, 8)[: size + 1], shard)[0] for size in range(4) for shard in range(2**size)]
    assert len(set(numbers)) == len(numbers)
