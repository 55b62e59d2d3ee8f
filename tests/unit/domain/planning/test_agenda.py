"""When somebody must look at a debtor although no due date calls."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from upominek.domain.cases.case import Agenda, Case, Contact, Hold
from upominek.domain.cases.last_word import SILENCE, LastWord, LastWords
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import Debtor
from upominek.domain.planning.agenda import agenda_of, awaits_address, look_at_once, next_look
from upominek.domain.planning.campaign import Audience, Campaign, Step
from upominek.domain.planning.decision import Decision, SkipReason
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.contact import Email, Phone
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

MONDAY = date(2026, 3, 2)
CREDITOR = Creditor(id="hydro", name="Hydro-Hurt")
PHONE = Phone("+48512345678", may_receive_sms=True)
TONES = {-3: Tone.FRIENDLY, 1: Tone.FRIENDLY, 5: Tone.NEUTRAL, 14: Tone.FORMAL, 30: Tone.FORMAL}
LADDER = tuple(
    Step(offset_days=offset, channels=(Channel.SMS,), template=f"text{offset:+d}", tone=tone)
    for offset, tone in TONES.items()
)
CAMPAIGN = Campaign(id="default", name="Default", ladder=LADDER)
LARGE = Campaign(id="large", name="Large", order=1, audience=Audience(minimum=Money(50000)), ladder=LADDER)


def day(offset: int) -> date:
    """Counted from Monday, 2 March 2026."""
    return MONDAY + timedelta(days=offset)


def at(offset: int, clock: time = time(9)) -> datetime:
    return CREDITOR.hours.at_local(day(offset), clock)


def invoice(number: str, due: int, grosze: int = 20000, known: int = -100) -> DueInvoice:
    return DueInvoice("K-1", number, day(due), Money(grosze), amount=Money(grosze), known_at=at(known))


def told(on: int, offset: int, campaign: str = "default", before: Case | None = None) -> Case:
    """A case to which this was said."""
    weight = {Tone.FRIENDLY: 0, Tone.NEUTRAL: 1, Tone.FORMAL: 2}[TONES[offset]]
    known = before or Case(creditor="hydro", debtor=Debtor(id="K-1", phones=(PHONE,)))
    word = LastWord(on=day(on), at=at(on), offset_days=offset, text=f"text{offset:+d}", reminder_id=f"r{on}")
    return replace(
        known,
        contacts=(Contact(day(on), f"r{on}", weight=weight), *known.contacts),
        words={**known.words, campaign: LastWords(overdue=word)},
    )


SILENT = Case(creditor="hydro", debtor=Debtor(id="K-1", phones=(PHONE,)), words={"default": SILENCE})


def look(who: Case, *open_: DueInvoice, today: int = 0, campaigns: tuple[Campaign, ...] = (CAMPAIGN,)) -> Agenda | None:
    return next_look(CREDITOR, campaigns, who, open_, day(today))


def owed(on: int, step: str, campaign: str = "default") -> Agenda:
    return Agenda(day(on), campaign=campaign, step=step, channel="sms")


# --- After a message, or where it did not go ------------------------------------------------------------------------


def test_after_an_everyday_message_nothing_is_noted() -> None:
    """The due index has the debtor looked at when the next step lands: a normal reminder costs the agenda nothing."""
    for due, offset in ((-2, 5), (-11, 14), (2, 1)):
        assert look(told(3, offset), invoice("A", due), today=3) is None
    assert look(told(0, 5), invoice("A", -5), invoice("B", -4), invoice("C", 20)) is None


def test_after_the_last_step_there_is_nothing_to_look_at() -> None:
    assert look(told(0, 30), invoice("A", -30)) is None


def test_a_word_that_came_too_soon_waits_for_its_distance() -> None:
    """+5 of the second campaign, on the day of a neutral word of the first."""
    told_large = told(0, 5, "large")
    found = look(told_large, invoice("L", -5, 80000), invoice("A", -5), campaigns=(LARGE, CAMPAIGN))
    assert found == owed(3, "+5")


def test_it_waits_though_what_would_have_called_may_be_paid_by_then() -> None:
    """On Thursday another invoice lands; were it paid on Wednesday, nobody else would look."""
    told_large = told(0, 5, "large")
    open_ = [invoice("L", -5, 80000), invoice("M", -11, 80000), invoice("A", -5)]
    assert look(told_large, *open_, campaigns=(LARGE, CAMPAIGN)) == owed(3, "+5")


def test_a_hold_with_an_end_is_looked_at_when_it_is_over() -> None:
    """The promise ends on Saturday: on Monday the debtor is told."""
    promise = Hold(kind=HoldKind.PROMISE, since=at(-3), reason="pays", until=day(5))
    held = replace(told(-4, 1), holds={"promise": promise})
    assert look(held, invoice("A", -5), today=4) == owed(7, "+5")


def test_a_hold_without_an_end_is_looked_at_when_somebody_releases_it() -> None:
    paused = replace(SILENT, holds={"pause": Hold(kind=HoldKind.PAUSE, since=at(-3), reason="x")})
    assert look(paused, invoice("A", -5)) is None


def test_who_has_no_address_waits_for_one_and_is_looked_at_when_the_next_step_comes() -> None:
    nowhere = replace(SILENT, debtor=Debtor(id="K-1"))
    gentle = invoice("A", -60, known=0)
    assert look(nowhere, gentle) == Agenda(day(4), campaign="default", step="+5", channel="")
    assert look(nowhere, gentle, today=4) == Agenda(day(14), campaign="default", step="+14", channel="")
    assert look(nowhere, invoice("A", -60, known=-100), today=0) is None, "its last step came; an address wakes it"


def test_a_ladder_that_began_later_is_followed_by_the_agenda() -> None:
    gentle, who, days = invoice("A", -60, known=0), SILENT, []
    for on, offset in ((0, 1), (4, 5), (14, 14)):
        who = told(on, offset)
        found = look(who, gentle, today=on)
        assert found is not None
        days.append((found.on, found.step))
    assert days == [(day(4), "+5"), (day(14), "+14"), (day(29), "+30")]


def test_another_campaign_may_still_have_a_word_today() -> None:
    """The message of one campaign did not go; the other one is owed something, and its run is at three."""
    afternoon = replace(LARGE, at=time(15))
    open_ = [invoice("L", -9, 80000), invoice("A", -1, 100)]
    both = (afternoon, CAMPAIGN)
    found = next_look(CREDITOR, both, SILENT, open_, day(0), looked=CAMPAIGN)
    assert found == owed(0, "+5", "large")
    assert next_look(CREDITOR, both, SILENT, open_, day(0), looked=afternoon) == owed(1, "+5", "large")
    assert next_look(CREDITOR, both, SILENT, open_, day(0)) == owed(1, "+5", "large")


def test_nothing_is_noted_for_who_owes_nothing_or_too_little() -> None:
    assert look(SILENT) is None
    assert look(SILENT, invoice("K", -5, -5000)) is None
    assert look(SILENT, invoice("A", -9, 100)) is None


def test_what_is_noted_names_the_campaign_the_step_and_the_channel() -> None:
    decision = Decision(debtor="K-1", step=LADDER[2], invoices=(), channel=Channel.SMS)
    assert agenda_of(CAMPAIGN, decision, day(3)) == owed(3, "+5")
    assert agenda_of(CAMPAIGN, replace(decision, channel=None), day(3)).channel == ""


@pytest.mark.parametrize(
    ("phones", "emails", "channels", "awaits"),
    [
        (True, True, (Channel.SMS, Channel.EMAIL), False),
        (True, False, (Channel.SMS, Channel.EMAIL), False),
        (True, False, (Channel.EMAIL,), True),
        (False, False, (Channel.SMS, Channel.EMAIL), True),
    ],
)
def test_contact_data_wake_a_case_that_lacks_an_address_for_some_step(
    phones: bool,  # noqa: FBT001 - a row of the table
    emails: bool,  # noqa: FBT001 - the same
    channels: tuple[Channel, ...],
    awaits: bool,  # noqa: FBT001 - the same
) -> None:
    debtor = Debtor(id="K-1", phones=(PHONE,) if phones else (), emails=(Email("a@example.com"),) if emails else ())
    who = replace(SILENT, debtor=debtor)
    ladder = replace(CAMPAIGN, ladder=(LADDER[1], replace(LADDER[2], channels=channels)))
    assert awaits_address((ladder,), who) is (awaits or not phones)
    assert awaits_address((ladder,), who, SkipReason.NO_ADDRESS), "the address that it has does not work"


# --- When something comes in ----------------------------------------------------------------------------------------


def at_once(due: int, now: datetime, *campaigns: Campaign) -> Agenda | None:
    return look_at_once(CREDITOR, campaigns or (CAMPAIGN,), day(due), now)


def test_what_comes_before_the_days_run_is_found_by_its_due_date() -> None:
    without = replace(CAMPAIGN, ladder=LADDER[1:])
    assert at_once(-1, at(0, time(8, 59)), without) is None
    assert at_once(3, at(0, time(8, 59))) is None
    assert at_once(10, at(0, time(18))) is None


@pytest.mark.parametrize("due", [-1, -2, 3, 1])
def test_what_comes_after_the_days_run_with_a_step_that_landed_is_looked_at_today(due: int) -> None:
    """Sunday's +1 lands on Monday at nine; the list comes at ten."""
    assert at_once(due, at(0, time(10))) == Agenda(day(0))


def test_a_step_of_a_free_day_lands_with_the_next_run() -> None:
    """Heard of on Saturday: +1 of Friday's due date lands on Monday."""
    assert at_once(4, at(5, time(10))) == Agenda(day(5)), "its -3 has passed"
    without = replace(CAMPAIGN, ladder=LADDER[1:])
    assert at_once(4, at(5, time(10)), without) is None


@pytest.mark.parametrize(("due", "is_entry"), [(-5, False), (-6, True), (-14, True), (-400, True)])
def test_what_is_heard_of_late_waits_among_those_that_begin(due: int, *, is_entry: bool) -> None:
    assert at_once(due, at(0, time(8))) == Agenda(day(0), is_entry=is_entry)


def test_a_campaign_whose_run_is_still_to_come_finds_it_by_itself() -> None:
    afternoon = replace(CAMPAIGN, at=time(15), ladder=LADDER[1:])
    assert at_once(-1, at(0, time(10)), afternoon) is None
    assert at_once(-1, at(0, time(10)), afternoon, CAMPAIGN) == Agenda(day(0))
    assert at_once(-1, at(0, time(10))) == Agenda(day(0))
