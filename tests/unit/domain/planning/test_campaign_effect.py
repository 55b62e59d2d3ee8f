"""What a changed campaign changes for a debtor; the simulation plays the months after it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from upominek.domain.cases.case import Agenda, Case, Contact, Hold
from upominek.domain.cases.last_word import LastWord, LastWords
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import Debtor
from upominek.domain.planning.campaign import Campaign, Entry, Step, begun, in_force
from upominek.domain.planning.campaign_effect import Affected, CampaignEffect, Change, Exchange
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.contact import Email
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

MONDAY = date(2026, 3, 2)
DAY = timedelta(days=1)
EVENING = datetime(2026, 3, 2, 17, tzinfo=UTC)
CREDITOR = Creditor(id="hydro", name="Hydro-Hurt")
CASE = Case(creditor="hydro", debtor=Debtor(id="K-1", emails=(Email("biuro@example.com"),)))


def ladder(*offsets: int, **more: object) -> Campaign:
    texts = ("just-due", "overdue", "demand", "final-demand")
    steps = tuple(
        Step(offset_days=offset, channels=(Channel.EMAIL,), template=text, tone=Tone.NEUTRAL)
        for offset, text in zip(offsets, texts, strict=False)
    )
    made = Campaign(id="default", name="Default", ladder=steps, since=MONDAY - 100 * DAY)
    return replace(made, **more)  # type: ignore[arg-type]


def owed(due_on: date, known_on: date = MONDAY - 90 * DAY) -> DueInvoice:
    known_at = datetime(known_on.year, known_on.month, known_on.day, 6, tzinfo=UTC)
    return DueInvoice("K-1", "FV 1", due_on, Money(10_000), amount=Money(10_000), known_at=known_at)


def effect(
    stored: Campaign | None, stated: Campaign, *open_: DueInvoice, case: Case = CASE, now: datetime = EVENING
) -> Affected | None:
    begins = begun(stated, stored, MONDAY)
    exchange = Exchange(
        creditor=CREDITOR,
        before=() if stored is None else in_force((stored,)),
        after=in_force((begins,)),
        stored=stored if stored is not None and stored.is_active else None,
        stated=begins if begins.is_active else None,
        now=now,
    )
    return exchange.affects(case, open_)


def told(offset: int, on: date, text: str) -> Case:
    """A case that heard one message."""
    at = datetime(on.year, on.month, on.day, 8, tzinfo=UTC)
    word = LastWord(on=on, at=at, offset_days=offset, text=text, reminder_id="r-1")
    return replace(CASE, words={"default": LastWords(overdue=word)}, contacts=(Contact(on, "r-1", weight=1),))


OTHER_WORDS = ladder(1, ladder=(ladder(1).ladder[0], replace(ladder(5).ladder[0], template="demand")))


@pytest.mark.parametrize(
    ("stated", "change"),
    [
        (ladder(1, 5, 14), Change.SAME),
        (ladder(1, 4, 14), Change.EARLIER),
        (ladder(1, 8, 14), Change.LATER),
        (OTHER_WORDS, Change.OTHERWISE),
        (ladder(1, 5, is_active=False), Change.NEVER),
    ],
)
def test_when_the_next_word_comes(stated: Campaign, change: Change) -> None:
    # Due on Friday: +1 landed on Monday and was said, +5 is on Wednesday.
    found = effect(ladder(1, 5, 14), stated, owed(MONDAY - 3 * DAY), case=told(1, MONDAY, "just-due"))
    assert found is not None
    assert found.change is change


def test_the_same_words_are_not_said_again_where_their_step_has_moved() -> None:
    # +5 was said this morning; as +6 it would come tomorrow.
    heard = told(5, MONDAY, "overdue")
    found = effect(ladder(1, 5, 14), ladder(1, 6, 14), owed(MONDAY - 5 * DAY), case=heard)
    assert found == Affected(change=Change.SAME, is_not_again=True)
    # Of an invoice of which it was not said, it comes when it comes.
    other = effect(ladder(1, 5, 14), ladder(1, 6, 14), owed(MONDAY + 5 * DAY), case=heard)
    assert other is not None
    assert other.is_not_again is False


def test_what_begins_writes_at_once_to_whom_it_should_have_written_and_gently() -> None:
    old = owed(MONDAY - 60 * DAY)
    tomorrow = effect(None, ladder(1, 5, 14), old)
    assert tomorrow == Affected(change=Change.BEGINS, is_at_once=True, is_gentle=True)
    current = effect(None, ladder(1, 5, 14, entry=Entry.CURRENT), old)
    assert current == Affected(change=Change.BEGINS, is_at_once=True)
    assert effect(None, ladder(1, 5, 14, entry=Entry.NONE), old) == Affected(change=Change.SILENT)
    assert effect(None, ladder(1, 5, 14), owed(MONDAY + 9 * DAY)) == Affected(change=Change.BEGINS)


def test_whoever_is_held_or_has_no_address_hears_nothing_either_way() -> None:
    hold = Hold(kind=HoldKind.OPT_OUT, since=EVENING, reason="said so")
    for case in (replace(CASE, holds={hold.key: hold}), replace(CASE, debtor=Debtor(id="K-1"))):
        found = effect(ladder(1, 5), ladder(1, 4), owed(MONDAY - 3 * DAY), case=case)
        assert found is not None
        assert found.change is Change.SILENT


def test_before_the_hour_of_planning_today_counts_still() -> None:
    morning = datetime(2026, 3, 2, 6, tzinfo=UTC)
    case = replace(CASE, agenda=Agenda(MONDAY))
    found = effect(ladder(1, 5, 14), ladder(1, 5, 14, at=ladder().at), owed(MONDAY - 3 * DAY), case=case, now=morning)
    assert found == Affected(change=Change.SAME)


def test_whose_invoices_are_not_the_campaigns_is_not_concerned() -> None:
    assert effect(ladder(1), ladder(2)) is None
    assert effect(ladder(1), ladder(2), replace(owed(MONDAY), outstanding=Money(-500))) is None


def test_the_counts_have_every_name() -> None:
    some = [Affected(change=Change.EARLIER, is_at_once=True), Affected(change=Change.SAME, is_not_again=True)]
    assert CampaignEffect.of(iter(some), is_first=False).to_dict() == {
        "is_first": False,
        "debtors": 2,
        "begins": 0,
        "earlier": 1,
        "later": 0,
        "otherwise": 0,
        "never": 0,
        "same": 1,
        "silent": 0,
        "at_once": 1,
        "gently": 0,
        "not_again": 1,
    }
