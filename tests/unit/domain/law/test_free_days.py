"""A due date on a free day: who can still pay in time is not told that he is late (art. 115 KC)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upominek.domain.cases.case import Case
from upominek.domain.law.due_date import is_overdue, moved_due_date
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import Debtor
from upominek.domain.planning.campaign import Campaign, Claims, Step, Use
from upominek.domain.planning.decision import Decision, decide
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.contact import Phone
from upominek.domain.values.money import Money

SATURDAY, MONDAY, TUESDAY = date(2026, 3, 7), date(2026, 3, 9), date(2026, 3, 10)
CREDITOR = Creditor(id="hydro", name="Hydro-Hurt")
CASE = Case(creditor="hydro", debtor=Debtor(id="K", phones=(Phone("+48512000001", may_receive_sms=True),)))
JUST_DUE = Step(offset_days=1, channels=(Channel.SMS,), template="just-due")


def decided(today: date, *due_on: date, step: Step = JUST_DUE) -> Decision:
    invoices = tuple(DueInvoice("K", f"FV {n}", day, Money(10_000)) for n, day in enumerate(due_on))
    return decide(CREDITOR, CASE, step, invoices, today)


def test_on_monday_the_debtor_of_saturday_is_only_reminded() -> None:
    assert decided(MONDAY, SATURDAY).template == "due-today"
    assert decided(TUESDAY, SATURDAY).template == "just-due"
    assert decided(MONDAY, date(2026, 3, 6)).template == "just-due"


def test_one_overdue_invoice_is_enough_to_speak_of_it() -> None:
    assert decided(MONDAY, SATURDAY, date(2026, 3, 6)).template == "just-due"


def test_taxes_have_a_text_of_their_own() -> None:
    step = Step(offset_days=1, channels=(Channel.SMS,), template="tax-just-due")
    assert decided(MONDAY, SATURDAY, step=step).template == "tax-before-due"


def test_no_claim_and_no_letter_precede_the_moved_day() -> None:
    step = Step(
        offset_days=1,
        channels=(Channel.EMAIL, Channel.SMS),
        template="demand",
        tone=Tone.FORMAL,
        claims=Claims(interest=Use.CLAIM),
        letter="demand",
    )
    early, late = decided(MONDAY, SATURDAY, step=step), decided(TUESDAY, SATURDAY, step=step)

    assert (early.template, early.tone, early.letter) == ("due-today", Tone.FORMAL, None)
    assert early.claims.interest is Use.NONE
    assert (late.template, late.letter) == ("demand", "demand")
    assert late.claims.interest is Use.CLAIM


def test_before_the_due_date_nothing_changes() -> None:
    step = Step(offset_days=-3, channels=(Channel.SMS,), template="before-due")
    assert decided(date(2026, 3, 4), SATURDAY, step=step).template == "before-due"
    assert not decided(date(2026, 3, 4), SATURDAY, step=step).is_timely


@pytest.mark.parametrize("days", range(8))
def test_christmas_is_the_longest_row_of_free_days(days: int) -> None:
    # 24 and 25 December 2026 are Thursday and Friday, the 26th a Saturday, the 27th a Sunday.
    christmas_eve = date(2026, 12, 24)
    today = christmas_eve + timedelta(days=days)
    assert is_overdue(christmas_eve, today) == (today > date(2026, 12, 28))


@given(st.dates(date(2018, 1, 1), date(2030, 1, 1)), st.integers(-20, 40))
def test_overdue_is_after_the_moved_day(due_on: date, days: int) -> None:
    today = due_on + timedelta(days=days)
    assert is_overdue(due_on, today) == (today > moved_due_date(due_on))


def test_a_campaign_needs_nothing_for_it() -> None:
    campaign = Campaign(id="c", name="C", ladder=(JUST_DUE,))
    assert campaign.ladder[0].timely_text == "due-today"
