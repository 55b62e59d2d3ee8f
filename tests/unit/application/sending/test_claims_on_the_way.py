"""What a step claims, from the plan over the preview to the message that goes: the same words everywhere."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.worlds.planning_world import CREDITOR, MONDAY, PlanningWorld
from tests.worlds.stage import CAMPAIGN, ITEM, Stage
from upominek.adapters.reference_data.rates_file import packaged_rates
from upominek.adapters.texts.renderer import TemplateRenderer
from upominek.application.planning.preview_plan import PreviewPlan
from upominek.application.sending.prepare_reminder import PrepareReminder
from upominek.application.sending.rate_limit import RateLimit
from upominek.application.sending.send_reminder import SendOutcome, SendReminder
from upominek.domain.errors import Unavailable
from upominek.domain.law.rates import EuroRate
from upominek.domain.messages.prices import Prices
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.parties.creditor import Register
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.planning.campaign import Campaign, Claims, Step, Use
from upominek.domain.values.carrier import SES, SNS
from upominek.domain.values.channel import Channel, Tone

SMS = (Channel.SMS,)
FINAL = Step(
    offset_days=45,
    channels=SMS,
    template="register-warning",
    tone=Tone.FORMAL,
    claims=Claims(interest=Use.CLAIM, compensation=Use.MENTION, register=True),
    otherwise="demand",
)
FIRMLY = Campaign(id="firmly", name="Firmly", ladder=(FINAL,))
RATES = packaged_rates().with_euro([EuroRate(date(2025, 12, 31), Decimal("4.20"))])
DUE_ON = date(2026, 1, 16)  # 45 days before that Monday


class Mixed(PlanningWorld):
    """Debtors of every kind in one campaign, whose last step lands today."""

    def __init__(self) -> None:
        register = Register("Rejestr BIG S.A.", "ul. Wzorcowa 1, Warszawa")
        super().__init__(creditor=replace(CREDITOR, register=register), campaigns=(FIRMLY,))
        self.rates.save_euro([EuroRate(date(2025, 12, 31), Decimal("4.20"))], "table A")
        self.invoice("FV 1", "FIRM", DUE_ON, 100_000)
        self.invoice("FV 2", "PERSON", DUE_ON, 100_000, kind=DebtorKind.CONSUMER)
        self.invoice("FV 3", "SMALL", DUE_ON, 30_000)
        self.invoice("FV 4", "OFFICE", DUE_ON, 100_000, kind=DebtorKind.PUBLIC)

    def preview(self) -> dict[str, dict[str, Any]]:
        ask = PreviewPlan(
            creditors=self.creditors,
            texts=self.texts,
            cases=self.cases,
            invoices=self.invoices,
            progress=self.progress,
            renderer=TemplateRenderer(),
            rates=self.rates,
            clock=self.clock,
            prices=Prices("USD", {"48": Decimal("0.04")}, Decimal("0.0001")),
        )
        return {one["debtor"]: one for one in ask(MONDAY).to_dict()["reminders"]}

    def sender(self) -> SendReminder:
        return SendReminder(
            clock=self.clock,
            creditors=self.creditors,
            texts=self.texts,
            cases=self.cases,
            reminders=self.reminders,
            progress=self.progress,
            queues=self.queues,
            prepare=PrepareReminder(self.cases, self.invoices, self.reminders, TemplateRenderer(), self.rates),
            sms={SNS: self.sms},
            email={SES: self.email},
            paces={carrier: RateLimit(self.clock, 1000) for carrier in (SNS, SES)},
        )


EXPECTED = {
    "FIRM": ("register-warning", "formal", []),
    "OFFICE": ("register-warning", "formal", []),
    "PERSON": ("demand", "neutral", ["compensation-consumer"]),
    "SMALL": ("demand", "neutral", ["register-amount"]),
}


def test_the_preview_shows_for_each_debtor_what_the_case_allows() -> None:
    shown = Mixed().preview()
    assert {who: (one["template"], one["tone"], one["withheld"]) for who, one in shown.items()} == EXPECTED
    assert "Rejestr BIG" in shown["FIRM"]["text"]
    for other in ("PERSON", "SMALL"):
        assert "Rejestr BIG" not in shown[other]["text"]


def test_what_goes_is_what_was_previewed_and_is_on_record() -> None:
    world = Mixed()
    shown = world.preview()
    items = world.run(MONDAY)
    world.clock.time = datetime.fromisoformat("2026-03-02T09:30:00+00:00")
    sender = world.sender()
    assert {sender(item) for item in items} == {SendOutcome.SENT}
    for item in items:
        reminder = world.cases.file("hydro", item.debtor).reminders[0]
        template, tone, withheld = EXPECTED[item.debtor]
        assert (reminder.template, reminder.tone.value) == (template, tone)
        assert reminder.detail == (f"withheld: {', '.join(withheld)}" if withheld else None)
        assert reminder.text == shown[item.debtor]["text"]


def test_a_missing_rate_sends_the_neutral_text_and_says_so(stage: Stage) -> None:
    stage.campaign(ladder=(replace(CAMPAIGN.ladder[2], template="demand", claims=Claims(interest=Use.CLAIM)),))
    stage.rates = type(stage.rates)(replace(RATES, tables={kind: type(t)(()) for kind, t in RATES.tables.items()}))
    assert stage.send() is SendOutcome.SENT
    reminder = stage.reminder()
    assert (reminder.template, reminder.detail) == ("overdue", "withheld: interest-rate-missing")


def test_who_cannot_read_the_rates_sends_nothing_and_gives_the_claim_back(stage: Stage) -> None:
    class Broken(type(stage.rates)):  # type: ignore[misc]
        def tables(self) -> None:
            raise Unavailable("rates")

    stage.rates = Broken()
    assert stage.send() is SendOutcome.SENT  # this step claims nothing, so nobody asks

    stage = Stage()
    stage.rates = Broken()
    stage.campaign(ladder=(replace(CAMPAIGN.ladder[2], claims=Claims(interest=Use.MENTION)),))
    with pytest.raises(Unavailable):
        stage.send()
    assert stage.is_unclaimed()
    assert (stage.handed_over(), stage.places()) == (0, 0)


def test_a_time_barred_invoice_of_a_consumer_is_skipped_with_its_reason(stage: Stage) -> None:
    old = date(2023, 2, 24)
    stage.invoice("FV/0", due_on=old)
    stage.campaign(ladder=(replace(CAMPAIGN.ladder[2], offset_days=(date(2026, 3, 2) - old).days),))
    item = replace(ITEM, invoices=("FV/0",), step=f"+{(date(2026, 3, 2) - old).days}")
    assert stage.send(item) is SendOutcome.SKIPPED
    reminder = stage.reminder(item)
    assert (reminder.status, reminder.reason, reminder.detail) == (ReminderStatus.SKIPPED, "held", "limitation")
    assert reminder.reason_at is None


@pytest.fixture
def stage() -> Stage:
    return Stage()
