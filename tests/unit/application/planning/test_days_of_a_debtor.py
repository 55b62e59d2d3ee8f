"""Whatever happens to a debtor, and whenever: what he is told is true, and what is owed to him is said."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worlds.ladder_play import MORNING, NOON, LadderPlay, Said, nobody
from upominek.domain.cases.case import WEEK, Hold
from upominek.domain.law.due_date import is_overdue
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Audience, Campaign, Entry, Step, campaign_of, in_force
from upominek.domain.planning.decision import SkipReason, contact_hours
from upominek.domain.planning.ladder import begins_on, weight_of
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

FIRST = date(2026, 3, 2)
BOTH = (Channel.SMS, Channel.EMAIL)
EVENTFUL, QUIET = 45, 150
EXAMPLES = 300
CREDITOR = Creditor(id="hydro", name="Hydro-Hurt")
LADDERS = {
    "usual": ((-3, Tone.FRIENDLY), (1, Tone.FRIENDLY), (5, Tone.NEUTRAL), (14, Tone.FORMAL), (30, Tone.FORMAL)),
    "steep": ((1, Tone.FRIENDLY), (2, Tone.NEUTRAL), (4, Tone.FORMAL)),
    "patient": ((-7, Tone.FRIENDLY), (0, Tone.FRIENDLY), (7, Tone.NEUTRAL), (45, Tone.FORMAL)),
}
DONE = {SkipReason.OVERTAKEN, SkipReason.TOO_SMALL, SkipReason.COVERED_BY_CREDIT}
"""Reasons not to say what has come that stay, and are seen."""


def ladder(name: str) -> tuple[Step, ...]:
    return tuple(
        Step(offset_days=offset, channels=BOTH, template=f"{name}{offset}", tone=tone) for offset, tone in LADDERS[name]
    )


@dataclass
class Story:
    """What happens on which day, counted from the first; `[0]` in the morning, `[1]` after the runs."""

    campaigns: tuple[Campaign, ...]
    happenings: dict[int, list[tuple[int, str, tuple[object, ...]]]] = field(default_factory=dict)


campaigns = st.builds(
    lambda large, rest, entries, days, at: (
        Campaign(
            id="large",
            name="Large",
            order=1,
            ladder=ladder(large),
            audience=Audience(minimum=Money(50000)),
            entry=entries[0],
            weekdays=days,
            at=at,
        ),
        Campaign(id="rest", name="Rest", order=2, ladder=ladder(rest), entry=entries[1]),
    ),
    st.sampled_from(sorted(LADDERS)),
    st.sampled_from(sorted(LADDERS)),
    st.tuples(st.sampled_from(Entry), st.sampled_from(Entry)),
    st.sampled_from([frozenset(range(5)), frozenset({1, 3})]),
    st.sampled_from([time(8, 30), time(9), time(15)]),
)
numbers = st.sampled_from(["A", "B", "C", "D"])
happenings = st.one_of(
    st.tuples(
        st.just("owes"), st.tuples(numbers, st.integers(-60, 20), st.sampled_from([100, 900, 12300, 80000, 999900]))
    ),
    st.tuples(st.just("owes"), st.tuples(numbers, st.integers(-60, 20), st.sampled_from([12300, 80000]))),
    st.tuples(st.just("credit"), st.tuples(st.sampled_from(["K", "L"]), st.sampled_from([100, 5000, 500000]))),
    st.tuples(st.just("pays"), st.tuples(numbers, st.sampled_from([None, 4000]))),
    st.tuples(
        st.just("hold"),
        st.tuples(st.sampled_from([HoldKind.PROMISE, HoldKind.DISPUTE]), st.integers(0, 12), st.none() | numbers),
    ),
    st.tuples(st.just("release"), st.tuples()),
    st.tuples(st.just("addresses"), st.tuples(st.booleans())),
)
stories = st.builds(
    Story,
    campaigns,
    st.dictionaries(
        st.integers(0, EVENTFUL),
        st.lists(st.tuples(st.integers(0, 1), happenings).map(lambda one: (one[0], *one[1])), min_size=1, max_size=3),
        max_size=8,
    ),
)


def play(story: Story, check: Callable[[LadderPlay, date], None] = lambda *_: None) -> LadderPlay:
    """Live through the story, then through days on which nothing happens and nothing keeps anything back."""
    days = LadderPlay(CREDITOR, story.campaigns, nobody(CREDITOR))
    days.check = partial(check, days)
    for ahead in range(EVENTFUL + 1):
        day = FIRST + timedelta(days=ahead)
        told: tuple[list[Callable[[], None]], list[Callable[[], None]]] = ([], [])
        for when, kind, given_ in story.happenings.get(ahead, ()):
            told[when].append(partial(happen, days, day, (MORNING, NOON)[when], kind, given_))
        days.live(day, before=told[0], after=told[1])
    end = FIRST + timedelta(days=EVENTFUL + 1)
    freed = [partial(days.release, key, end) for key in days.case.holds]
    days.live(end, before=[*freed, partial(days.addresses, end, some=True)])
    for ahead in range(1, QUIET):
        days.live(end + timedelta(days=ahead))
    return days


def happen(days: LadderPlay, day: date, clock: time, kind: str, given_: tuple[object, ...]) -> None:
    at = days.at(day, clock)
    match kind, given_:
        case "owes", (str(number), int(ahead), int(grosze)):
            days.owes(number, day + timedelta(days=ahead), grosze, at)
        case "credit", (str(number), int(grosze)):
            days.owes(number, day, -grosze, at)
        case "pays", (str(number), None | int() as grosze):
            days.pays(number, grosze)
        case "hold", (HoldKind() as why, int(ahead), None | str() as of):
            days.hold(Hold(kind=why, since=at, reason="said so", until=day + timedelta(days=ahead), number=of))
        case "release", _:
            for key in list(days.case.holds):
                days.release(key, day)
        case "addresses", (bool(some),):
            days.addresses(day, some=some)


def askable(days: LadderPlay, said: Said) -> set[str]:
    """The overdue invoices that the message has to name: no promise, no dispute, and the campaign's own."""
    hours = contact_hours(days.creditor, said.campaign)
    return {
        one.number
        for one in said.open_then
        if one.outstanding.grosze > 0
        and is_overdue(one.due_on, said.day)
        and campaign_of(in_force(days.campaigns), said.case.debtor, one.size) is said.campaign
        and begins_on(said.campaign, hours, one) is not None
        and said.case.hold_on(said.day, one.number) is None
    }


@given(stories)
@settings(max_examples=EXAMPLES)
def test_a_message_names_all_that_is_overdue_and_nothing_else(story: Story) -> None:
    days = play(story)
    for one in days.said:
        overdue = {each.number for each in one.decision.invoices if is_overdue(each.due_on, one.day)}
        if one.decision.is_ahead:
            assert not overdue
        else:
            assert overdue == one.numbers == askable(days, one)
            assert one.numbers.isdisjoint(one.decision.left_out)


@given(stories)
@settings(max_examples=EXAMPLES)
def test_the_sum_is_that_of_the_invoices_less_their_share_of_the_credits(story: Story) -> None:
    for one in play(story).said:
        gross = sum(each.outstanding.grosze for each in one.decision.invoices)
        credit = sum(each.grosze for each in one.decision.credit)
        assert one.decision.totals == (Money(gross - credit),)
        assert 0 <= credit <= one.case.credit_in("PLN").grosze


@given(stories)
@settings(max_examples=EXAMPLES)
def test_nothing_is_said_in_a_hold_or_without_an_address(story: Story) -> None:
    for one in play(story).said:
        assert one.case.hold_on(one.day) is None
        assert one.decision.address is not None
        assert one.campaign in days_of(story, one.day)


def days_of(story: Story, day: date) -> list[Campaign]:
    return LadderPlay(CREDITOR, story.campaigns, nobody(CREDITOR)).runs(day)


@given(stories)
@settings(max_examples=EXAMPLES)
def test_never_two_messages_on_a_day_and_the_distances_are_kept(story: Story) -> None:
    days = play(story)
    assert len({one.day for one in days.said}) == len(days.said)
    limits = days.creditor.limits
    for earlier, later in combinations(days.said, 2):
        if (later.day - earlier.day).days < limits.days_between:
            says_more = earlier.campaign is later.campaign and later.offset > earlier.offset
            assert says_more or weight_of(later.decision.tone) > weight_of(earlier.decision.tone)
    for one in days.said:
        week = [each for each in days.said if one.day - WEEK < each.day <= one.day]
        as_heavy = [each for each in week if weight_of(each.decision.step.tone) >= weight_of(one.decision.step.tone)]
        assert len(as_heavy) <= limits.per_week


@given(stories)
@settings(max_examples=EXAMPLES)
def test_a_stage_goes_back_only_when_what_it_was_for_is_no_longer_owed(story: Story) -> None:
    for earlier, later in combinations(play(story).said, 2):
        if earlier.campaign is later.campaign and not earlier.decision.is_ahead and later.offset < earlier.offset:
            # The invoice that drove the earlier one is paid, or was stated anew: it is due on another day, or reopened.
            assert earlier_drivers(earlier).isdisjoint(later.open_then)


def earlier_drivers(said: Said) -> set[DueInvoice]:
    return {one for one in said.decision.invoices if one.number in said.drivers}


@given(stories)
@settings(max_examples=EXAMPLES)
def test_nothing_is_said_twice_of_the_same_invoice(story: Story) -> None:
    for earlier, later in combinations(play(story).said, 2):
        if earlier.campaign is later.campaign and later.offset == earlier.offset:
            before = {identity(one) for one in earlier.decision.invoices if one.number in earlier.drivers}
            now = {identity(one) for one in later.decision.invoices if one.number in later.drivers}
            assert now - before, "somebody hears it of another invoice, or not at all"


def identity(one: DueInvoice) -> tuple[object, ...]:
    """A part payment makes it no other invoice."""
    return one.number, one.due_on, one.known_at


@given(stories)
@settings(max_examples=EXAMPLES)
def test_what_is_owed_is_said_by_the_run_of_the_day(story: Story) -> None:
    """So whoever is owed a word is on the agenda, is called by a due date, or has to wait for an address or a release."""

    def nothing_is_left(days: LadderPlay, day: date) -> None:
        for campaign in days.runs(day):
            decision = days.plan(campaign, day)
            assert decision is None or decision.reason is not None, f"{day} {campaign.id} {decision.step.name}"

    play(story, nothing_is_left)


@given(stories)
@settings(max_examples=EXAMPLES)
def test_left_alone_every_owed_step_ends_said_overtaken_or_visible(story: Story) -> None:
    days = play(story)
    end = FIRST + timedelta(days=EVENTFUL + QUIET)
    for campaign in days.campaigns:
        decision = days.plan(campaign, end)
        assert decision is None or decision.reason in DONE
    assert days.case.agenda is None or days.case.agenda.on >= end
