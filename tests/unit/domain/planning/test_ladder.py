"""Which step has come for an invoice, which was said, and whose turn that makes it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from upominek.domain.cases.case import Case, Contact, Hold
from upominek.domain.cases.last_word import SILENCE, LastWord, LastWords
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import Debtor
from upominek.domain.planning.campaign import Campaign, Entry, Step
from upominek.domain.planning.decision import Decision, SkipReason, plan_debtor
from upominek.domain.planning.ladder import begins_on, is_joined, on_ladder, turn_of, weight_of
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.contact import Phone
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money
from upominek.domain.values.unknown import Unknown

MONDAY = date(2026, 3, 2)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
CREDITOR = Creditor(id="hydro", name="Hydro-Hurt")
HOURS = CREDITOR.hours
TONES = {-3: Tone.FRIENDLY, 1: Tone.FRIENDLY, 5: Tone.NEUTRAL, 14: Tone.FORMAL, 30: Tone.FORMAL}
LADDER = tuple(
    Step(offset_days=offset, channels=(Channel.SMS,), template=f"text{offset:+d}", tone=tone)
    for offset, tone in TONES.items()
)
CAMPAIGN = Campaign(id="default", name="Default", ladder=LADDER)
ENTRANTS = {entry: replace(CAMPAIGN, entry=entry) for entry in Entry}


def day(offset: int) -> date:
    """Counted from Monday, 2 March 2026."""
    return MONDAY + timedelta(days=offset)


def noon(offset: int) -> datetime:
    return datetime(2026, 3, 2, 11, tzinfo=UTC) + timedelta(days=offset)


def invoice(number: str, due: int, grosze: int = 20000, known_at: datetime | None = LONG_AGO) -> DueInvoice:
    """Due so many days from Monday."""
    return DueInvoice("K-1", number, day(due), Money(grosze), amount=Money(grosze), known_at=known_at)


def word(on: int, offset: int, **changes: object) -> LastWord:
    made = LastWord(on=day(on), at=noon(on), offset_days=offset, text=f"text{offset:+d}", reminder_id=f"r{on}")
    return replace(made, **changes)  # type: ignore[arg-type]


def case(*, words: LastWords = SILENCE, **changes: object) -> Case:
    debtor = Debtor(id="K-1", phones=(Phone("+48512345678", may_receive_sms=True),))
    made = Case(creditor="hydro", debtor=debtor, words={"default": words})
    return replace(made, **changes)  # type: ignore[arg-type]


def says(on: int, *invoices: DueInvoice, who: Case | None = None, by: Campaign = CAMPAIGN) -> Decision | None:
    return plan_debtor(CREDITOR, (by,), by, who or case(), invoices, today=day(on))


def told(decision: Decision | None) -> tuple[str, list[str], SkipReason | None] | None:
    if decision is None:
        return None
    return decision.step.name, [one.number for one in decision.invoices], decision.reason


# --- What is overdue, and what is not -------------------------------------------------------------------------------


def test_no_final_demand_is_made_of_what_is_not_due_yet() -> None:
    """A large invoice falls due in three days; the one of a month ago is small."""
    old, new = invoice("T/2", -30, 15000), invoice("T/3", 4, 700000)
    decision = says(1, old, new)
    assert told(decision) == ("+30", ["T/2"], None)
    assert decision is not None
    assert decision.totals == (Money(15000),)


def test_after_a_final_demand_the_next_invoice_is_not_reminded_of_in_a_friendly_tone() -> None:
    """As long as what the demand was for is open; each later step of the new one is overtaken."""
    old, new = invoice("T/2", -30, 15000), invoice("T/3", 4, 700000)
    demanded = case(words=LastWords(overdue=word(0, 30)))
    assert told(says(1, old, new, who=demanded)) == ("-3", ["T/3"], SkipReason.OVERTAKEN)
    for later, step in ((7, "+1"), (9, "+5"), (18, "+14")):
        assert told(says(later, old, new, who=demanded)) == (step, ["T/2", "T/3"], SkipReason.OVERTAKEN)
    assert told(says(34, old, new, who=demanded)) == ("+30", ["T/2", "T/3"], None)


def test_once_that_is_paid_the_new_invoice_has_its_own_course() -> None:
    demanded = case(words=LastWords(overdue=word(0, 30)))
    assert told(says(5, invoice("T/3", 4, 700000), who=demanded)) == ("+1", ["T/3"], None)


def test_a_word_that_names_an_invoice_is_a_word_about_it() -> None:
    """On Monday the +14 of A names B, whose own +1 has come. B's +5 is not said while A is open."""
    a, b = invoice("A", -14), invoice("B", -4)
    demanded = case(words=LastWords(overdue=word(0, 14)))
    assert says(3, a, b, who=demanded) is None
    assert told(says(3, b, who=demanded)) == ("+5", ["B"], None), "A is paid: B was told as far as +1"
    assert told(says(12, a, b, who=demanded)) is None
    assert told(says(16, a, b, who=demanded)) == ("+30", ["A", "B"], None)


def test_an_invoice_that_became_known_after_the_word_was_not_in_it() -> None:
    a, late = invoice("A", -14), invoice("B", -20, known_at=noon(1))
    demanded = case(words=LastWords(overdue=word(0, 14)))
    current = ENTRANTS[Entry.CURRENT]
    assert told(says(1, a, late, who=demanded, by=current)) == ("+14", ["B", "A"], None)


def test_a_disputed_invoice_that_a_word_left_out_has_its_own_turn_afterwards() -> None:
    a, b = invoice("A", -14), invoice("B", -14)
    without_b = case(words=LastWords(overdue=word(0, 14, left_out={"B": 5})))
    assert told(says(4, a, b, who=without_b)) == ("+14", ["A", "B"], None)


def test_a_step_before_the_due_date_goes_alone_and_only_of_those_whose_step_came() -> None:
    decision = says(0, invoice("A", 3), invoice("B", 10))
    assert told(decision) == ("-3", ["A"], None)
    assert decision is not None
    assert decision.is_ahead


def test_who_is_overdue_is_told_of_no_due_date_to_come_as_long_as_there_is_more_to_say() -> None:
    decision = says(0, invoice("A", 3), invoice("B", -5))
    assert told(decision) == ("+5", ["B"], None)


def test_nobody_is_told_of_a_payment_to_come_that_is_overdue() -> None:
    early = replace(CAMPAIGN, ladder=LADDER[:1])
    assert told(says(0, invoice("A", 3), by=early)) == ("-3", ["A"], None)
    assert says(4, invoice("A", 3), by=early) is None


def test_a_word_ahead_that_comes_too_late_makes_no_sense_any_more() -> None:
    early = replace(CAMPAIGN, ladder=(replace(LADDER[0], offset_days=-20, expires_after_days=4),))
    assert told(says(4, invoice("A", 20), by=early)) == ("-20", ["A"], None)
    assert says(5, invoice("A", 20), by=early) is None


def test_a_due_date_on_a_free_day_leaves_time_to_pay() -> None:
    """Due on Saturday: on Monday, +1 has come, and the debtor can still pay in time."""
    saturday = invoice("A", -2)
    decision = says(0, saturday)
    assert told(decision) == ("+1", ["A"], None)
    assert decision is not None
    assert (decision.is_ahead, decision.is_timely, decision.template) == (True, True, "due-today")
    assert told(says(0, saturday, invoice("B", -9))) == ("+5", ["B"], None), "and it is in no demanded sum"


# --- What is owed from before ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("late", [0, 1, 2, 3, 8])
def test_a_step_that_could_not_be_said_is_still_owed(late: int) -> None:
    """After the run of the day, a promise until Saturday, an address that came a day late."""
    assert told(says(late, invoice("A", -5))) == ("+5", ["A"], None)


def test_what_could_not_be_said_is_said_at_the_stage_then_reached() -> None:
    assert told(says(9, invoice("A", -5))) == ("+14", ["A"], None)


def test_a_promise_until_saturday_costs_no_more_than_its_days() -> None:
    """+5 falls on the Friday before; on Monday it is said."""
    a = invoice("A", -1)
    promised = Hold(kind=HoldKind.PROMISE, since=LONG_AGO, reason="pays", until=day(5))
    who = case(holds={"promise": promised}, words=LastWords(overdue=word(0, 1)))
    assert told(says(4, a, who=who)) == ("+5", ["A"], SkipReason.HELD)
    assert told(says(7, a, who=who)) == ("+5", ["A"], None)


def test_a_large_old_debt_is_named_though_small_new_ones_have_friendly_notes() -> None:
    notes = tuple(Contact(day(-ago), f"n{ago}", weight=0) for ago in (1, 2, 3))
    small = [invoice(f"S{number}", -3 - number, 1500) for number in range(3)]
    large = invoice("L", -30, 900000)
    assert told(says(0, large, *small, who=case(contacts=notes))) == ("+30", ["L", "S2", "S1", "S0"], None)


def test_a_net_debt_that_a_credit_leaves_is_asked_for_by_every_step() -> None:
    owing, words = [invoice("A", -14, 30000), invoice("B", -4, 30000)], SILENCE
    for on, name, total in ((0, "+14", 50000), (16, "+30", 50000)):
        decision = says(on, *owing, who=case(credits={"KOR": Money(10000)}, words=words))
        assert told(decision) == (name, ["A", "B"], None)
        assert decision is not None
        assert (decision.totals, decision.credit) == ((Money(total),), (Money(10000),))
        words = LastWords(overdue=decision.word("r", day(on), noon(on)))


def test_the_credit_goes_to_the_oldest_of_all_that_may_be_asked_for() -> None:
    """So a message about one of two campaigns does not take off what the other one takes off."""
    small = Campaign(id="default", name="Default", ladder=LADDER)
    decision = says(
        0, invoice("A", -30, 10000), invoice("B", 2, 10000), who=case(credits={"KOR": Money(15000)}), by=small
    )
    assert told(decision) == ("+30", ["A"], SkipReason.COVERED_BY_CREDIT)
    assert told(says(3, invoice("B", 2, 10000), who=case(credits={"KOR": Money(4000)}))) == ("+1", ["B"], None)


# --- A ladder that is changed ---------------------------------------------------------------------------------------


def test_another_offset_for_the_same_words_does_not_say_them_again() -> None:
    moved = replace(
        CAMPAIGN, ladder=tuple(replace(one, offset_days=6) if one.offset_days == 5 else one for one in LADDER)
    )
    told_yesterday = case(words=LastWords(overdue=word(0, 5)))
    a = invoice("A", -5)
    assert says(1, a, who=told_yesterday, by=moved) is None
    assert told(says(9, a, who=told_yesterday, by=moved)) == ("+14", ["A"], None)


def test_another_offset_backwards_neither() -> None:
    moved = replace(
        CAMPAIGN, ladder=tuple(replace(one, offset_days=4) if one.offset_days == 5 else one for one in LADDER)
    )
    assert says(1, invoice("A", -5), who=case(words=LastWords(overdue=word(0, 5))), by=moved) is None


def test_a_new_step_between_is_said_when_it_comes() -> None:
    between = replace(LADDER[2], offset_days=8, template="reminder")
    more = replace(CAMPAIGN, ladder=(*LADDER[:3], between, *LADDER[3:]))
    assert told(says(3, invoice("A", -5), who=case(words=LastWords(overdue=word(0, 5))), by=more)) == (
        "+8",
        ["A"],
        None,
    )


def test_a_step_that_is_gone_is_as_far_as_it_was() -> None:
    fewer = replace(CAMPAIGN, ladder=LADDER[:2] + LADDER[3:])
    assert says(1, invoice("A", -5), who=case(words=LastWords(overdue=word(0, 5))), by=fewer) is None


# --- An old portfolio -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("entry", "said"), [(Entry.GENTLE, "+1"), (Entry.CURRENT, "+30"), (Entry.NONE, None)])
def test_an_old_invoice_enters_as_the_campaign_says(entry: Entry, said: str | None) -> None:
    old = invoice("A", -255, known_at=noon(0))
    decision = says(0, old, by=ENTRANTS[entry])
    assert (None if decision is None else decision.step.name) == said


def test_what_entered_gently_goes_on_at_the_ladders_own_distances() -> None:
    old, words = invoice("A", -45, known_at=noon(0)), SILENCE
    said = []
    for on in range(40):
        if (decision := says(on, old, who=case(words=words))) is not None and decision.reason is None:
            said.append((on, decision.step.name))
            words = LastWords(overdue=decision.word("r", day(on), noon(on)))
    assert said == [(0, "+1"), (4, "+5"), (13, "+14"), (29, "+30")]


@pytest.mark.parametrize(("due", "begins"), [(-1, -1), (-5, -5), (-6, -1), (-300, -1)])
def test_an_invoice_is_heard_of_late_when_two_steps_after_its_due_date_have_passed(due: int, begins: int) -> None:
    """+1 and +5 have passed on the sixth day after it; on the fifth, +5 lands."""
    assert begins_on(CAMPAIGN, HOURS, invoice("A", due, known_at=noon(0))) == day(begins)


def test_a_campaign_that_begins_hears_of_all_that_is_open_then() -> None:
    begun = replace(CAMPAIGN, since=day(0))
    assert begins_on(begun, HOURS, invoice("A", -60)) == day(-1)
    assert begins_on(replace(CAMPAIGN, since=day(-50)), HOURS, invoice("A", -60)) == day(-51)
    assert begins_on(CAMPAIGN, HOURS, invoice("A", -60, known_at=None)) == day(-60)


def test_an_entry_of_another_version_is_gentle() -> None:
    newer = replace(CAMPAIGN, entry=Unknown("z-newer"))
    assert begins_on(newer, HOURS, invoice("A", -60, known_at=noon(0))) == day(-1)


# --- Joined words ---------------------------------------------------------------------------------------------------


def test_a_word_that_says_no_more_waits_for_one_that_does() -> None:
    """A was told of +5. B's own +5 comes today, and A's +14 in two days: that will name B as well."""
    a, b = invoice("A", -12), invoice("B", -5, known_at=noon(-4))
    who = case(words=LastWords(overdue=word(-7, 5)))
    assert told(says(0, a, b, who=who)) == ("+5", ["A", "B"], SkipReason.TOO_SOON)
    assert told(says(2, a, b, who=who)) == ("+14", ["A", "B"], None)


def test_it_does_not_wait_longer_than_the_days_between() -> None:
    a, b = invoice("A", -11), invoice("B", -5, known_at=noon(-4))
    who = case(words=LastWords(overdue=word(-6, 5)))
    assert told(says(0, a, b, who=who)) == ("+5", ["A", "B"], None)


def test_a_more_advanced_word_waits_for_none() -> None:
    placed = on_ladder(CAMPAIGN, HOURS, SILENCE, [invoice("A", -12), invoice("B", -5)])
    turn = turn_of(CAMPAIGN, HOURS, placed, day(0))
    assert turn is not None
    assert not is_joined(CAMPAIGN, placed, turn, day(0), 3)


@pytest.mark.parametrize(
    ("tone", "weight"), [(Tone.FRIENDLY, 0), (Tone.NEUTRAL, 1), (Tone.FORMAL, 2), (Unknown("z"), 2)]
)
def test_a_message_weighs_by_its_tone(tone: Tone | Unknown, weight: int) -> None:
    assert weight_of(tone) == weight


def test_a_step_before_the_due_date_whose_offset_moved_is_not_said_again_either() -> None:
    moved = replace(CAMPAIGN, ladder=(replace(LADDER[0], offset_days=-2), *LADDER[1:]))
    heard = case(words=LastWords(ahead=word(0, -3)))
    assert says(1, invoice("FV/1", 3), who=heard, by=moved) is None
    assert told(says(4, invoice("FV/1", 3), who=heard, by=moved)) == ("+1", ["FV/1"], None)
