"""The preview: the decisions of a day, with words and costs, and nothing done."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.worlds.places import take_place
from tests.worlds.planning_world import CAMPAIGN, CREDITOR, LADDER, MONDAY, PlanningWorld, local
from upominek.adapters.reference_data.prices import load_prices
from upominek.adapters.texts.renderer import TemplateRenderer
from upominek.application.planning.preview_plan import DayPlan, PreviewPlan
from upominek.application.ports.cases import Reservation
from upominek.domain.cases.case import Contact, Fact, Hold
from upominek.domain.cases.last_word import LastWord, LastWords
from upominek.domain.errors import NotFound
from upominek.domain.messages.prices import LetterPrices, Prices
from upominek.domain.messages.reminder import reminder_key
from upominek.domain.parties.creditor import Limits
from upominek.domain.planning.campaign import Step
from upominek.domain.planning.decision import SkipReason
from upominek.domain.receivables.events import PaymentReceived
from upominek.domain.values.carrier import Carrier
from upominek.domain.values.channel import Channel
from upominek.domain.values.contact import Email, Phone, address_hash
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

DAY = timedelta(days=1)
MOBILE = (Phone("+48512345678", may_receive_sms=True),)
PAPER = LetterPrices(page=Decimal("0.03"), envelope=Decimal("0.06"), stamp=Decimal("1.40"), registered=Decimal("2.50"))
PRICES = Prices("USD", {"48": Decimal("0.04")}, Decimal("0.0001"), letter=PAPER)


def preview(world: PlanningWorld, day: date = MONDAY, creditor: str | None = None, **more: Any) -> DayPlan:  # noqa: ANN401 - fields of PreviewPlan
    ask = PreviewPlan(
        creditors=world.creditors,
        texts=world.texts,
        cases=world.cases,
        invoices=world.invoices,
        progress=world.progress,
        renderer=TemplateRenderer(),
        rates=world.rates,
        clock=world.clock,
        prices=PRICES,
        **more,
    )
    return ask(day, creditor)


def going(plan: DayPlan) -> list[tuple[str, str]]:
    return [(one.debtor, one.step) for one in plan.reminders]


def skipped(plan: DayPlan) -> list[tuple[str, str]]:
    return [(one.debtor, one.reason) for one in plan.skipped]


def test_a_plan_has_the_promised_shape() -> None:
    world = PlanningWorld()
    world.invoice("FV 1/2026", "A", MONDAY - 5 * DAY, 123450, phones=MOBILE)
    world.invoice("FV 2/2026", "B", MONDAY - DAY, 1000)
    world.invoice("FV 3/2026", "C", MONDAY - 5 * DAY, phones=(), emails=())

    plan = preview(world).to_dict()

    assert plan["date"] == "2026-03-02"
    sms, email = plan["reminders"]
    text = sms.pop("text")
    assert "FV 1/2026" in text
    assert sms == {
        "creditor": "hydro",
        "debtor": "A",
        "campaign": "default",
        "step": "+5",
        "channel": "sms",
        "template": "overdue",
        "tone": "friendly",
        "withheld": [],
        "letter": None,
        "address": "+48512345678",
        "invoices": ["FV 1/2026"],
        "totals": [{"amount": "1234.50", "currency": "PLN"}],
        "parts": 1,
        "cost": "0.04",
        "cost_exact": "0.04",
        "cost_currency": "USD",
        "subject": None,
    }
    assert (email["channel"], email["address"], email["parts"]) == ("email", "b@example.com", 0)
    assert (email["cost"], email["cost_exact"]) == ("0.00", "0.0001")
    assert email["subject"]
    assert plan["skipped"] == [
        {
            "creditor": "hydro",
            "debtor": "C",
            "reason": "no-address",
            "detail": None,
            "campaign": "default",
            "step": "+5",
            "invoices": ["FV 3/2026"],
        }
    ]
    assert (plan["parts"], plan["cost"], plan["cost_currency"]) == (1, "0.04", "USD")
    assert plan["costs"] == {"USD": "0.04"}


def test_a_preview_does_nothing() -> None:
    world = PlanningWorld()
    world.invoice("FV 1", "A", MONDAY - DAY)
    before = (world.progress.started_on("hydro", "default"), world.cases.get("hydro", "A"))
    first, second = preview(world), preview(world)
    assert first == second
    assert (world.progress.started_on("hydro", "default"), world.cases.get("hydro", "A")) == before
    assert world.queues.outbox == []


def test_what_is_previewed_is_what_is_planned() -> None:
    world = PlanningWorld()
    for number in range(40):
        world.invoice(f"FV {number}", f"D{number % 17}", MONDAY - number * DAY)
    tomorrow = MONDAY + DAY
    message_plan = going(preview(world, tomorrow)), going(preview(world))

    today = world.run(MONDAY)
    then = world.run(tomorrow)

    # The planner knows of what lands, the preview and the sender of all that is open: they agree on who hears a word.
    assert sorted(one for one, _ in message_plan[1]) == sorted(item.debtor for item in today)
    assert sorted(one for one, _ in message_plan[0]) == sorted(item.debtor for item in then)
    assert sorted(going(preview(world))) == sorted(message_plan[1])  # still, after it was planned


def test_a_day_in_the_future_is_looked_at_as_if_all_runs_until_then_had_happened() -> None:
    world = PlanningWorld()
    world.run(MONDAY - 10 * DAY)
    world.invoice("FV 1", "A", MONDAY - 3 * DAY)  # +1 was on Saturday: lands on Monday; +5 on Wednesday
    assert going(preview(world, MONDAY + 2 * DAY)) == [("A", "+5")]
    assert going(preview(world, MONDAY + DAY)) == []


def test_nothing_goes_out_on_a_closed_day() -> None:
    world = PlanningWorld()
    world.invoice("FV 1", "A", date(2026, 4, 3))
    assert preview(world, date(2026, 4, 6)).reminders == ()  # Easter Monday
    assert going(preview(world, date(2026, 4, 7))) == [("A", "+1")]


def test_what_a_missed_run_left_is_previewed_for_today() -> None:
    world = PlanningWorld()
    world.run(MONDAY - 4 * DAY)
    world.invoice("FV 1", "A", MONDAY - 4 * DAY)  # +1 on Friday, which nobody ran
    world.clock.time = local(MONDAY)
    assert going(preview(world)) == [("A", "+1")]


def test_what_a_run_that_ended_half_way_has_said_is_not_foreseen_again() -> None:
    world = PlanningWorld()
    friday = MONDAY - 3 * DAY
    world.run(friday - DAY)
    world.invoice("FV 1", "A", friday - DAY)
    world.invoice("FV 2", "B", friday - DAY)
    for debtor in ("A", "B"):
        said = LastWord(
            on=friday,
            at=local(friday),
            offset_days=1,
            text="just-due",
            reminder_id=f"friday-{debtor}",
            left_out={} if debtor == "A" else {"FV 2": None},
        )
        place = Reservation(
            contact=Contact(friday, said.reminder_id, weight=0),
            places=9,
            campaign="default",
            words=LastWords(overdue=said),
        )
        assert world.cases.reserve_contact(world.cases.get("hydro", debtor), place, (1,))
    world.clock.time = local(MONDAY)

    assert going(preview(world)) == [("B", "+1")]
    world.creditors.save(replace(CREDITOR, limits=Limits(days_between=4)))
    assert (going(preview(world)), skipped(preview(world))) == ([], [("B", "too-soon")])


def test_caps_count_over_the_campaigns_of_the_day_in_the_order_in_which_they_start() -> None:
    everybody = CAMPAIGN.audience
    early = replace(CAMPAIGN, id="early", order=2, at=time(8), audience=replace(everybody, minimum=Money(50000)))
    late = replace(CAMPAIGN, id="late", order=1, at=time(12), audience=replace(everybody, tags=frozenset({"x"})))
    rest = replace(CAMPAIGN, id="rest", order=3, at=time(12))
    world = PlanningWorld(campaigns=(late, rest, early))
    world.invoice("FV 1", "A", MONDAY - 5 * DAY, 60000)
    world.invoice("FV 2", "A", MONDAY - 5 * DAY, 1000)

    plan = preview(world)
    assert [(one.campaign, one.debtor) for one in plan.reminders] == [("early", "A")]
    assert [(one.campaign, one.reason) for one in plan.skipped] == [("rest", "cap-day")]

    world.creditors.save(replace(CREDITOR, limits=Limits(per_day=2, per_week=3, days_between=0)))
    assert len(preview(world).reminders) == 2


def test_a_reminder_that_went_today_takes_no_place_from_itself() -> None:
    world = PlanningWorld()
    world.invoice("FV 1", "A", MONDAY - DAY)
    own = Contact(MONDAY, reminder_key("hydro", "default", "A", MONDAY).id)
    take_place(world.cases, "hydro", "A", own)
    assert going(preview(world)) == [("A", "+1")]
    assert skipped(preview(world, MONDAY + 4 * DAY)) == []
    world.cases.release_contact("hydro", "A", own)
    take_place(world.cases, "hydro", "A", Contact(MONDAY, "another"))
    assert skipped(preview(world)) == [("A", "cap-day")]


def test_suppressed_addresses_and_holds_are_respected() -> None:
    world = PlanningWorld()
    world.invoice("FV 1", "A", MONDAY - 5 * DAY, phones=MOBILE)
    world.invoice("FV 2", "B", MONDAY - 5 * DAY)
    since = datetime(2026, 2, 1, tzinfo=UTC)
    # Suppressed by way of another debtor who has the same number.
    world.debtor("Z", phones=MOBILE)
    world.cases.suppress("hydro", "Z", address_hash("+48512345678", "hydro"), Fact(id="f", at=since, kind="suppressed"))
    dispute = Hold(kind=HoldKind.DISPUTE, since=since, reason="wrong goods")
    world.cases.hold("hydro", "B", dispute, Fact(id="g", at=since, kind="hold"))

    plan = preview(world)

    assert [(one.debtor, one.channel) for one in plan.reminders] == [("A", Channel.EMAIL)]
    assert [(one.debtor, one.reason, one.detail) for one in plan.skipped] == [("B", "held", "dispute")]


def test_a_template_that_does_not_render_is_told_instead_of_raised() -> None:
    broken = replace(CAMPAIGN, ladder=(replace(LADDER[1], template="no-such-text"),))
    world = PlanningWorld(campaigns=(broken,))
    world.invoice("FV 1", "A", MONDAY)
    assert skipped(preview(world, MONDAY + DAY)) == [("A", "template_not_found")]


def test_a_payment_counts_at_once() -> None:
    world = PlanningWorld()
    world.invoice("FV 1", "A", MONDAY - DAY, 10000)
    paid = PaymentReceived(id="p", number="FV 1", debtor_id="A", amount=Money(4000), at=local(MONDAY))
    world.apply_events(paid, "A")
    assert preview(world).reminders[0].totals == (Money(6000),)
    world.apply_events(replace(paid, id="q", amount=Money(6000)), "A")
    assert preview(world).reminders == ()


def test_one_creditor_or_all() -> None:
    world = PlanningWorld()
    world.invoice("FV 1", "A", MONDAY - DAY)
    world.creditors.save(replace(CREDITOR, id="other"))
    assert len(preview(world).reminders) == len(preview(world, creditor="hydro").reminders) == 1
    assert preview(world, creditor="other").reminders == ()
    with pytest.raises(NotFound):
        preview(world, creditor="nobody")


def test_the_prices_that_come_with_the_product_know_poland_and_everybody_else() -> None:
    prices = load_prices()
    assert prices.currency == "USD"
    assert Decimal() < prices.of_sms("+48512345678", 1) < prices.of_sms("+15551234567", 1)
    assert prices.email > 0


def test_costs_of_carriers_with_their_own_prices_are_summed_by_currency() -> None:
    world, zloty = PlanningWorld(), Carrier("zloty")
    world.creditors.save(replace(world.creditor, carriers=replace(world.creditor.carriers, sms=zloty)))
    world.invoice("FV 1/2026", "A", MONDAY - 5 * DAY, phones=MOBILE)
    world.invoice("FV 2/2026", "B", MONDAY - DAY, 1000)
    theirs = Prices("PLN", {"": Decimal("0.16")}, Decimal())
    plan = preview(world, carrier_prices=lambda one: theirs if one == zloty else None)
    assert [(one.cost, one.currency) for one in plan.reminders] == [(Decimal("0.16"), "PLN"), (PRICES.email, "USD")]
    assert plan.to_dict()["costs"] == {"USD": "0.00", "PLN": "0.16"}
    assert plan.cost == PRICES.email


def test_a_letter_costs_its_pages_its_envelope_and_its_stamp() -> None:
    steps = (
        Step(offset_days=5, channels=(Channel.LETTER,), template="demand", letter="demand"),
        Step(offset_days=14, channels=(Channel.EMAIL,), template="demand", letter="final-demand"),
    )
    world = PlanningWorld(campaigns=(replace(CAMPAIGN, ladder=steps),))
    world.invoice("FV 1", "POSTED", MONDAY - 5 * DAY, phones=(), emails=(), address=("ul. Długa 5", "00-000 Lipowa"))
    world.invoice("FV 2", "MAILED", MONDAY - 14 * DAY, phones=(), emails=(Email("biuro@firma.example"),))
    world.invoice("FV 3", "NOWHERE", MONDAY - 5 * DAY, phones=(), emails=())
    plan = preview(world)
    mailed, posted = sorted(plan.reminders, key=lambda one: one.debtor)
    assert (posted.channel, posted.template, posted.letter, posted.parts) == (Channel.LETTER, "demand", "demand", 0)
    assert posted.cost == Decimal("1.49")
    assert posted.address == "ul. Długa 5\n00-000 Lipowa"
    assert "FV 1" in posted.rendered.text or "10" in posted.rendered.text
    assert (mailed.template, mailed.letter, mailed.cost) == ("demand", "final-demand", PRICES.email)
    assert skipped(plan) == [("NOWHERE", SkipReason.NO_ADDRESS)]
