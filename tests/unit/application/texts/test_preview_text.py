"""What a text would say in a real case, whether or not its step has come."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.worlds.planning_world import CAMPAIGN, MONDAY, PlanningWorld
from upominek.application.texts.preview_text import preview_text
from upominek.domain.errors import Refused
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.planning.campaign import Claims, Step
from upominek.domain.planning.decision import Decision
from upominek.domain.texts.message_context import MessageContext
from upominek.domain.texts.overrides import TextKey
from upominek.domain.values.channel import Channel, Tone

KEY = TextKey.parse("sms/pl/overdue.friendly")


@pytest.fixture
def world() -> PlanningWorld:
    return PlanningWorld()


def told(
    world: PlanningWorld, name: str, *, tone: Tone | None = None, channel: Channel = Channel.SMS
) -> tuple[Decision, MessageContext]:
    return preview_text(
        world.creditor,
        world.creditors.campaigns("hydro"),
        world.cases.file("hydro", "D-1"),
        channel=channel,
        name=name,
        tone=tone,
        today=MONDAY,
        rates=world.rates,
    )


@pytest.fixture
def owing(world: PlanningWorld) -> PlanningWorld:
    for days, number in ((-30, "FV/1"), (-5, "FV/2"), (0, "FV/3"), (9, "FV/4")):
        world.invoice(number, "D-1", MONDAY + timedelta(days=days), kind=DebtorKind.CONSUMER, first_name="Anna")
    return world


def test_a_text_is_told_of_the_open_invoices_that_it_is_about(owing: PlanningWorld) -> None:
    _, late = told(owing, "overdue")
    assert [line.number for line in late.invoices] == ["FV/1", "FV/2"]
    assert late.address is not None
    assert late.address.familiar == "Pani Anno"
    assert late.pay_by is not None
    _, early = told(owing, "before-due")
    assert [line.number for line in early.invoices] == ["FV/3", "FV/4"]
    assert early.pay_by is None


def test_the_campaigns_step_tells_tone_and_claims_unless_a_tone_is_named(owing: PlanningWorld) -> None:
    decision, context = told(owing, "overdue")
    assert decision.step in CAMPAIGN.ladder
    assert context.tone == "friendly"
    assert told(owing, "overdue", tone=Tone.FORMAL)[1].tone == "formal"
    assert told(owing, "final-demand")[1].tone == "neutral"


def test_what_the_case_does_not_allow_is_withheld(owing: PlanningWorld) -> None:
    decision, context = told(owing, "register-warning")
    assert decision.withheld
    assert decision.template == "overdue"
    assert context.register is None
    assert Claims(register=True) == decision.step.claims


def test_a_text_that_fits_no_open_invoice_says_so(world: PlanningWorld) -> None:
    world.invoice("FV/1", "D-1", date(2026, 4, 1))
    with pytest.raises(Refused, match="no unpaid invoices"):
        told(world, "overdue")


def test_a_step_for_another_channel_does_not_count(owing: PlanningWorld) -> None:
    only_email = replace(CAMPAIGN, ladder=(Step(offset_days=5, channels=(Channel.EMAIL,), template="overdue"),))
    owing.creditors.save_campaign("hydro", only_email)
    assert told(owing, "overdue")[0].step not in only_email.ladder
    assert told(owing, "overdue", channel=Channel.EMAIL)[0].step in only_email.ladder
