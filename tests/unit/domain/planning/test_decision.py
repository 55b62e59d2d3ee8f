"""Planning: which step lands when, what is caught up, and who hears nothing, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upominek.domain.cases.case import Case, Contact, Hold
from upominek.domain.parties.creditor import Creditor, Limits, SmallestSums
from upominek.domain.parties.debtor import Debtor, DebtorKind
from upominek.domain.planning.campaign import Audience, Campaign, Step
from upominek.domain.planning.decision import (
    ANYTHING,
    Asked,
    Decision,
    SkipReason,
    channels_after,
    choose_address,
    contact_hours,
    decide,
    due_spans,
    landing_span,
    missed_since,
    plan_debtor,
    progress_ids,
)
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.calendar import ContactHours
from upominek.domain.values.channel import Channel, Tone
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


def step(offset: int, *channels: Channel, expires_after_days: int = 5, tone: Tone = Tone.FRIENDLY) -> Step:
    return Step(
        tone=tone,
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


def plan(ladder: Campaign, due: Sequence[DueInvoice], today: date, who: Case | None = None) -> Decision | None:
    return plan_debtor(CREDITOR, (ladder,), ladder, who or case(), due, today=today)


# --- Days ------------------------------------------------------------------------------------------------------------

ladders = st.sets(st.integers(-30, 60), min_size=1, max_size=8).map(sorted)
contact_days = st.sets(st.integers(0, 5), min_size=1).map(frozenset)
due_dates = st.dates(date(2020, 1, 1), date(2029, 12, 31))


def days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))


@given(offsets=ladders, weekdays=contact_days, due_on=due_dates)
@settings(deadline=None)
def test_run_daily_every_step_lands_once_on_its_contact_day_and_never_early(
    offsets: list[int], weekdays: frozenset[int], due_on: date
) -> None:
    ladder = campaign(*offsets, hours=ContactHours(weekdays=weekdays), weekdays=weekdays)
    hours = contact_hours(CREDITOR, ladder)
    landings = {hours.next_contact_day(due_on + timedelta(days=one)) for one in offsets}

    called, through = set(), None
    for today in days(due_on - timedelta(days=60), due_on + timedelta(days=100)):
        if hours.is_contact_day(today):
            landing = landing_span(hours, through, today)
            if any(due_on in span for span in due_spans(ladder, landing)):
                called.add(today)
            through = landing.last

    assert called == landings


@given(offsets=ladders, weekdays=contact_days, due_on=due_dates, data=st.data())
@settings(deadline=None)
def test_after_any_pattern_of_missed_runs_each_step_lands_in_the_next_run(
    offsets: list[int], weekdays: frozenset[int], due_on: date, data: st.DataObject
) -> None:
    ladder = campaign(*offsets, hours=ContactHours(weekdays=weekdays), weekdays=weekdays)
    hours = contact_hours(CREDITOR, ladder)
    possible = [d for d in days(due_on - timedelta(days=60), due_on + timedelta(days=100)) if hours.is_contact_day(d)]
    runs = sorted({possible[0], possible[-1], *data.draw(st.sets(st.sampled_from(possible)))})

    through, called = None, []
    for today in runs:
        landing = landing_span(hours, through, today)
        called += [today for span in due_spans(ladder, landing) if due_on in span]
        through = landing.last

    comes = [hours.next_contact_day(due_on + timedelta(days=one)) for one in offsets]
    assert sorted(set(called)) == sorted({next(run for run in runs if run >= day) for day in comes})


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
    friday = date(2026, 2, 27)
    (span,) = due_spans(campaign(1), landing_span(CREDITOR.hours, friday, MONDAY))
    assert friday in span
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
        lands = any(near + timedelta(days=one) in landing for one in offsets)
        assert any(near in span for span in spans) == lands
    assert all(earlier.last + DAY < later.first for earlier, later in pairwise(spans))


def test_a_campaign_runs_on_its_own_days_within_the_contact_days() -> None:
    tuesdays = campaign(1, weekdays=frozenset({1}))
    assert contact_hours(CREDITOR, tuesdays).weekdays == {1}
    own = campaign(1, hours=ContactHours(opens=time(10)), weekdays=frozenset(range(6)))
    assert contact_hours(CREDITOR, own) == ContactHours(opens=time(10))


# --- One debtor ------------------------------------------------------------------------------------------------------


def test_all_that_is_overdue_goes_into_one_message_and_what_is_not_due_stays_out() -> None:
    """So no sum that is demanded has anything in it that need not be paid yet."""
    ladder = campaign(-3, 5)
    late, later = invoice("FV 2", MONDAY - timedelta(days=9)), invoice("FV 3", MONDAY - timedelta(days=3), 2550)
    early = invoice("FV 1", MONDAY + timedelta(days=3), 700000)

    decision = plan(ladder, [early, later, late], MONDAY)

    assert decision is not None
    assert decision.step.name == "+5"
    assert decision.invoices == (late, later)
    assert decision.totals == (Money(12550),)
    assert (decision.channel, decision.address) == (Channel.SMS, PHONE.e164)
    assert not decision.is_ahead


def test_nobody_is_reminded_of_a_credit_note() -> None:
    assert plan(campaign(1), [invoice(due_on=MONDAY - DAY, grosze=-5000)], MONDAY) is None


def test_an_invoice_is_reminded_of_by_the_first_campaign_only() -> None:
    small = campaign(1, id="small", order=1, audience=Audience(kinds=frozenset({DebtorKind.CONSUMER})))
    rest = campaign(1, id="rest", order=2)
    due = [invoice(due_on=MONDAY - 3 * DAY)]
    consumer = case(debtor=Debtor(id="K-1", kind=DebtorKind.CONSUMER, emails=(EMAIL,)))

    def planned(by: Campaign, who: Case) -> Decision | None:
        again = replace(by)  # as read anew from the table: equal, and another object
        return plan_debtor(CREDITOR, (small, rest), again, who, due, today=MONDAY)

    assert planned(small, consumer) is not None
    assert planned(rest, consumer) is None
    assert planned(small, case()) is None
    assert planned(rest, case()) is not None


def test_a_part_payment_moves_an_invoice_to_no_other_campaign() -> None:
    """950 of 1000 were paid: the ladder for 100 and more keeps it, and the next word is no harsher for that."""
    large = campaign(5, id="large", order=1, audience=Audience(minimum=Money(10000)))
    rest = replace(campaign(1, id="rest", order=2), ladder=(step(1, tone=Tone.FORMAL),))
    paid_most = replace(invoice(due_on=MONDAY - 9 * DAY, grosze=5000), amount=Money(100000))

    def planned(by: Campaign) -> Decision | None:
        return plan_debtor(CREDITOR, (large, rest), by, case(), [paid_most], today=MONDAY)

    assert planned(rest) is None
    decision = planned(large)
    assert decision is not None
    assert (decision.step.name, decision.totals) == ("+5", (Money(5000),))


def test_a_disputed_invoice_stays_out_and_is_remembered_as_left_out() -> None:
    disputed = held(hold(HoldKind.DISPUTE, number="FV 2"))
    due = [invoice("FV 1", MONDAY - 9 * DAY), invoice("FV 2", MONDAY - 9 * DAY)]
    decision = plan(campaign(5), due, MONDAY, disputed)
    assert decision is not None
    assert (decision.reason, [one.number for one in decision.invoices]) == (None, ["FV 1"])
    assert decision.left_out == {"FV 2": None}


def test_a_debtor_of_whom_every_invoice_is_held_is_planned_as_held() -> None:
    disputed = held(hold(HoldKind.DISPUTE, number="FV 1"))
    decision = plan(campaign(5), [invoice("FV 1", MONDAY - 9 * DAY)], MONDAY, disputed)
    assert decision is not None
    assert (decision.reason, decision.detail) == (SkipReason.HELD, "dispute")


# --- Whether it goes -------------------------------------------------------------------------------------------------


def decided(who: Case, *invoices: DueInvoice, one: Step | None = None, asked: Asked = ANYTHING) -> Decision:
    return decide(CREDITOR, who, one or step(1), invoices or (invoice(),), MONDAY, asked=asked)


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


def test_a_message_waits_for_its_day_and_week_unless_the_place_is_its_own() -> None:
    today = case(contacts=(Contact(MONDAY, "r1", weight=0),))
    assert decided(today).reason is SkipReason.CAP_DAY
    assert decided(today, asked=Asked(besides=frozenset({"r1"}))).reason is None
    week = case(contacts=tuple(Contact(MONDAY - timedelta(days=ago), f"r{ago}") for ago in (4, 5, 6)))
    assert decided(week).reason is SkipReason.CAP_WEEK
    generous = replace(CREDITOR, limits=Limits(per_day=2, per_week=9, days_between=0))
    assert decide(generous, today, step(1), (invoice(),), MONDAY).reason is None


FRIENDLY, NEUTRAL, FORMAL = 0, 1, 2


@pytest.mark.parametrize(
    ("ago", "weight", "tone", "reason"),
    [
        (0, FRIENDLY, Tone.FORMAL, SkipReason.CAP_DAY),
        (1, FRIENDLY, Tone.FRIENDLY, SkipReason.TOO_SOON),
        (2, FORMAL, Tone.FRIENDLY, SkipReason.TOO_SOON),
        (2, NEUTRAL, Tone.NEUTRAL, SkipReason.TOO_SOON),
        (1, FRIENDLY, Tone.NEUTRAL, None),
        (1, NEUTRAL, Tone.FORMAL, None),
        (3, FORMAL, Tone.FRIENDLY, None),
    ],
)
def test_days_lie_between_two_messages_unless_the_later_one_weighs_more(
    ago: int, weight: int, tone: Tone, reason: SkipReason | None
) -> None:
    told = case(contacts=(Contact(MONDAY - timedelta(days=ago), "r1", weight=weight),))
    assert decided(told, one=step(1, tone=tone)).reason is reason


def test_friendly_notes_never_use_up_the_week_of_a_demand() -> None:
    notes = case(contacts=tuple(Contact(MONDAY - timedelta(days=ago), f"r{ago}", weight=FRIENDLY) for ago in (3, 4, 5)))
    assert decided(notes).reason is SkipReason.CAP_WEEK
    assert decided(notes, one=step(30, tone=Tone.FORMAL)).reason is None
    mixed = case(contacts=tuple(Contact(MONDAY - timedelta(days=3 + one), f"r{one}", weight=one) for one in (0, 1, 2)))
    assert decided(mixed).reason is SkipReason.CAP_WEEK
    assert decided(mixed, one=step(5, tone=Tone.NEUTRAL)).reason is None


@pytest.mark.parametrize(
    ("grosze", "tone", "reason"),
    [
        (1, Tone.FRIENDLY, SkipReason.TOO_SMALL),
        (199, Tone.NEUTRAL, SkipReason.TOO_SMALL),
        (200, Tone.NEUTRAL, None),
        (200, Tone.FORMAL, SkipReason.TOO_SMALL),
        (999, Tone.FORMAL, SkipReason.TOO_SMALL),
        (1000, Tone.FORMAL, None),
    ],
)
def test_nobody_is_reminded_of_a_grosz(grosze: int, tone: Tone, reason: SkipReason | None) -> None:
    assert decided(case(), invoice(grosze=grosze), one=step(1, tone=tone)).reason is reason


def test_what_is_left_after_the_credits_must_be_worth_a_message_too() -> None:
    some = case(credits={"KOR 1": Money(9950)})
    assert decided(some).reason is SkipReason.TOO_SMALL
    small = replace(CREDITOR, smallest=SmallestSums(reminder=0, demand=0))
    assert decide(small, some, step(1), (invoice(),), MONDAY).totals == (Money(50),)


def test_one_currency_that_is_worth_a_message_carries_the_other() -> None:
    decision = decided(case(), invoice(), invoice("FV 2", grosze=1, currency="EUR"))
    assert (decision.reason, decision.totals) == (None, (Money(1, "EUR"), Money(10000)))


def test_a_fallback_uses_the_channels_that_are_left() -> None:
    assert decided(case(), asked=Asked(tried=Channel.SMS)).channel is Channel.EMAIL
    assert decided(case(), asked=Asked(tried=Channel.EMAIL)).reason is SkipReason.NO_ADDRESS


def test_the_channels_that_remain() -> None:
    both = step(5, Channel.SMS, Channel.EMAIL)
    assert channels_after(both, Channel.SMS) == (Channel.EMAIL,)
    assert channels_after(both, Channel.EMAIL) == ()
    assert channels_after(step(1, Channel.EMAIL), Channel.SMS) == (Channel.EMAIL,)


# --- Shards ----------------------------------------------------------------------------------------------------------


def test_a_shards_progress_is_its_own_and_begins_where_it_was_split_from() -> None:
    assert progress_ids((1,), 0) == (1,)
    assert progress_ids((1, 4, 16), 13) == (29, 5, 1)
    numbers = [progress_ids((1, 2, 4, 8)[: size + 1], shard)[0] for size in range(4) for shard in range(2**size)]
    assert len(set(numbers)) == len(numbers)
