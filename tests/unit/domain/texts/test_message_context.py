"""What templates are given."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from upominek.adapters.memory.rates import MemoryRateRepository
from upominek.adapters.reference_data.rates_file import packaged_rates
from upominek.application.ports.rates import RateRepository
from upominek.application.texts.compose_message import compose_message
from upominek.domain.cases.case import Case
from upominek.domain.law.rates import EuroRate, RateTables
from upominek.domain.parties.creditor import Creditor, Register
from upominek.domain.parties.debtor import Debtor, DebtorKind
from upominek.domain.planning.campaign import Campaign, Claims, Step, Use
from upominek.domain.planning.decision import Decision, decide
from upominek.domain.receivables.events import Header
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.texts.message_context import LONGEST_TRANSFER_TITLE, MessageContext, build_context
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.contact import Email
from upominek.domain.values.money import Money

TODAY = date(2026, 3, 10)
CREDITOR = Creditor(id="rura", name="Rura Sp. z o.o.", account="61109010140000071219812874")
CASE = Case(creditor="rura", debtor=Debtor(id="D-1", first_name="tomasz"))
STEP = Step(offset_days=5, channels=(Channel.SMS,), template="overdue")


def due(number: str, due_on: date = date(2026, 3, 5), grosze: int = 10000, currency: str = "PLN") -> DueInvoice:
    return DueInvoice("D-1", number, due_on, Money(grosze, currency))


def details(number: str, **more: object) -> Invoice:
    header = Header(at=datetime(2026, 3, 1, tzinfo=UTC), amount=Money(10000), due_on=date(2026, 3, 5))
    return Invoice(creditor="rura", debtor="D-1", number=number, header=replace(header, **more))


def context(
    *invoices: DueInvoice, totals: tuple[Money, ...] = (Money(10000),), creditor: Creditor = CREDITOR, **known: Invoice
) -> MessageContext:
    decision = Decision(debtor="D-1", step=STEP, invoices=invoices, totals=totals)
    return build_context(creditor, CASE, decision, {one.number: one for one in known.values()}, TODAY)


def test_a_preview_needs_no_more_than_the_index_has() -> None:
    made = context(due("FV/1"))
    assert made.invoice is not None
    assert (made.invoice.amount, made.invoice.is_partly_paid, made.invoice.days_overdue) == (None, False, 5)
    assert made.account == "61 1090 1014 0000 0712 1981 2874"
    assert made.address is not None
    assert made.address.familiar == "Panie Tomaszu"
    assert (made.step, made.tone, made.as_of) == ("+5", "friendly", TODAY)
    assert made.contact is None


def test_several_invoices_have_no_single_one_but_a_first_and_last_date() -> None:
    made = context(due("FV/1"), due("FV/2", date(2026, 3, 13)), totals=(Money(20000),))
    assert (made.invoice, made.count) == (None, 2)
    assert (made.first_due_on, made.last_due_on, made.days_overdue) == (date(2026, 3, 5), date(2026, 3, 13), 5)
    assert made.invoices[1].days_overdue == -3


def test_credits_are_told_for_each_currency() -> None:
    made = context(due("FV/1"), due("FV/2", currency="EUR"), totals=(Money(4000),))
    assert made.credits == (Money(10000, "EUR"), Money(6000, "PLN"))


def test_an_invoice_with_an_account_of_its_own_names_it() -> None:
    own = details("FV/2", account="DE89370400440532013000")
    made = context(due("FV/1"), due("FV/2"), totals=(Money(20000),), own=own)
    assert made.account is None
    assert [line.account for line in made.invoices] == [
        "61 1090 1014 0000 0712 1981 2874",
        "DE89 3704 0044 0532 0130 00",
    ]
    alone = context(due("FV/2"), own=own)
    assert alone.account == "DE89 3704 0044 0532 0130 00"


def test_without_an_account_there_is_none() -> None:
    assert context(due("FV/1"), creditor=replace(CREDITOR, account=None)).account is None


@pytest.mark.parametrize(
    ("link", "kept"), [("https://pay.example/1", True), ("HTTP://pay.example/1", True), ("javascript:1", False)]
)
def test_only_a_web_address_is_a_link(link: str, *, kept: bool) -> None:
    made = context(due("FV/1"), one=details("FV/1", payment_link=link))
    assert made.invoices[0].payment_link == (link if kept else None)


def test_the_title_of_the_transfer_has_as_many_numbers_as_it_has_room_for() -> None:
    made = context(*(due(f"FV/2026/03/{n:04}") for n in range(20)), totals=(Money(200000),))
    assert len(made.transfer_title) <= LONGEST_TRANSFER_TITLE
    assert made.transfer_title.endswith("FV/2026/03/0007")
    assert len(context(due("x" * 200)).transfer_title) == LONGEST_TRANSFER_TITLE


@pytest.mark.parametrize(
    ("person", "phone", "reply_to", "contact"),
    [
        ("Ewa Nowak", "22 123", "biuro@rura.example", "Ewa Nowak, 22 123"),
        ("Ewa Nowak", None, "biuro@rura.example", "Ewa Nowak, biuro@rura.example"),
        (None, "22 123", None, "22 123"),
        ("Ewa Nowak", None, None, None),
    ],
)
def test_whom_to_talk_to(person: str | None, phone: str | None, reply_to: str | None, contact: str | None) -> None:
    creditor = replace(CREDITOR, contact_person=person, contact_phone=phone, reply_to=reply_to)
    assert context(due("FV/1"), creditor=creditor).contact == contact


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Rura Sp. z o.o.", "Rura"),
        ("Rura sp. z o. o. sp. k.", "Rura"),
        ("Rura spółka z ograniczoną odpowiedzialnością", "Rura"),
        ("Rura Spółka Akcyjna", "Rura"),
        ("Rura S.A.", "Rura"),
        ("Rura P.S.A.", "Rura"),
        ("Kowalski i Syn s.c.", "Kowalski i Syn"),
        ("Casa", "Casa"),
        ("Spółka Wodna", "Spółka Wodna"),
        ("Urząd Miasta", "Urząd Miasta"),
    ],
)
def test_the_short_name_has_no_legal_form(name: str, short: str) -> None:
    assert context(due("FV/1"), creditor=replace(CREDITOR, name=name)).sender == short


def test_the_mapping_has_every_name() -> None:
    made = context(due("FV/1"))
    assert made.as_mapping()["transfer_title"] == "FV/1"
    assert made.as_mapping()["creditor"] is CREDITOR


# --- What the law adds, and what comes next --------------------------------------------------------------------------

REGISTER = Register("Rejestr BIG S.A.", "ul. Wzorcowa 1,\n00-001 Warszawa")
FIRM = Case(creditor="rura", debtor=Debtor(id="D-1", emails=(Email("a@example.com"),)))
LADDER = (
    Step(offset_days=-3, channels=(Channel.EMAIL,), template="before-due"),
    Step(offset_days=5, channels=(Channel.EMAIL,), template="overdue"),
    Step(
        offset_days=14,
        channels=(Channel.EMAIL,),
        template="demand",
        tone=Tone.FORMAL,
        claims=Claims(interest=Use.CLAIM, compensation=Use.MENTION),
    ),
    Step(
        offset_days=45,
        channels=(Channel.EMAIL,),
        template="register-warning",
        tone=Tone.FORMAL,
        claims=Claims(register=True),
        otherwise="final-demand",
        pay_within_days=4,
    ),
)
CAMPAIGN = Campaign(id="firms", name="Firms", ladder=LADDER)


class CountedRates(MemoryRateRepository):
    """Rates that know how often they were asked for."""

    asked = 0

    def tables(self) -> RateTables:
        self.asked += 1
        return super().tables()


def composed(
    step: Step,
    *invoices: DueInvoice,
    case: Case = FIRM,
    rates: RateRepository | None = None,
    creditor: Creditor = CREDITOR,
) -> tuple[Decision, MessageContext]:
    decision = decide(creditor, case, step, invoices, TODAY)
    assert decision.reason is None
    return compose_message(creditor, CAMPAIGN, case, decision, {}, TODAY, rates=rates or CountedRates())


def test_money_that_the_law_adds_is_named_by_invoice_and_in_sum() -> None:
    euro = EuroRate(date(2026, 1, 30), Decimal("4.20"))  # both became due in February
    rates = MemoryRateRepository(packaged_rates().with_euro([euro]))
    older, newer = due("FV/1", date(2026, 2, 20)), due("FV/2", date(2026, 2, 23), 5000)
    _, made = composed(LADDER[2], older, newer, due("FV/3", TODAY), due("E", currency="EUR"), rates=rates)
    assert [bool(line.interest) for line in made.invoices] == [True, True, False, False]
    assert made.interest == Money(sum(line.interest.grosze for line in made.invoices if line.interest))
    assert (made.claims_interest, made.claims_compensation, made.interest_rate) == (True, False, "14")
    assert made.compensation == Money(2 * 16_800)
    # Interest is asked for, compensation only told; other currencies stay as they are.
    assert made.grand_totals == (Money(10000, "EUR"), Money(25000 + made.interest.grosze))
    assert made.totals == (Money(10000, "EUR"), Money(25000))


def test_a_message_that_claims_nothing_asks_for_no_rates() -> None:
    rates = CountedRates()
    _, made = composed(LADDER[1], due("FV/1"), rates=rates)
    assert (rates.asked, made.interest, made.compensation, made.interest_rate) == (0, None, None, None)
    assert (made.grand_totals, made.claims_interest, made.register) == (made.totals, False, None)
    composed(LADDER[2], due("FV/1", date(2026, 2, 20)), rates=rates)
    assert rates.asked == 1


def test_a_message_without_the_rate_that_it_needs_goes_in_its_neutral_words() -> None:
    bare = MemoryRateRepository(replace(packaged_rates(), euro={}))
    decision, made = composed(LADDER[2], due("FV/1", date(2026, 2, 20)), rates=bare)
    assert (decision.template, decision.withheld, made.tone) == ("overdue", ("compensation-rate-missing",), "neutral")
    assert (made.compensation, made.claims_interest) == (None, True)


def test_a_rate_is_written_as_people_write_it() -> None:
    rates = CountedRates()
    person = replace(FIRM, debtor=replace(FIRM.debtor, kind=DebtorKind.CONSUMER))
    step = replace(LADDER[2], claims=Claims(interest=Use.MENTION))
    made = composed(step, due("FV/1", date(2026, 2, 20)), case=person, rates=rates)[1]
    assert made.interest_rate == "9,25"
    assert (made.kind, made.is_consumer, made.claims_interest) == ("consumer", True, False)
    assert Decimal("9.25") in {one.percent for table in rates.tables().tables.values() for one in table.rates}


def test_a_warning_names_the_bureau_its_seat_and_the_first_lawful_day() -> None:
    with_register = replace(CREDITOR, register=REGISTER)
    old = due("FV/1", TODAY - timedelta(days=45), 60_000)
    made = composed(LADDER[3], old, creditor=with_register)[1]
    assert made.register is not None
    assert (made.register.bureau, made.register.seat) == ("Rejestr BIG S.A.", "ul. Wzorcowa 1, 00-001 Warszawa")
    assert made.register.lawful_from == date(2026, 4, 10)
    decision, without = composed(LADDER[3], old)
    assert (decision.template, without.register) == ("final-demand", None)


def test_the_next_step_is_on_a_contact_day_and_has_the_text_that_would_go() -> None:
    made = composed(LADDER[1], due("FV/1", date(2026, 2, 28)))[1]  # + 14 is a Saturday
    assert made.next_step is not None
    assert (made.next_step.on, made.next_step.template) == (date(2026, 3, 16), "demand")
    made = composed(LADDER[2], due("FV/1", date(2026, 2, 20), 60_000))[1]
    assert made.next_step is not None
    assert made.next_step.template == "final-demand"  # there is no register to warn of
    ready = replace(CREDITOR, register=REGISTER)
    made = composed(LADDER[2], due("FV/1", date(2026, 2, 20), 60_000), creditor=ready)[1]
    assert made.next_step is not None
    assert made.next_step.template == "register-warning"
    assert composed(LADDER[3], due("FV/1", date(2026, 1, 1)))[1].next_step is None


def test_where_a_campaign_begins_gently_its_next_step_counts_from_there() -> None:
    late = replace(due("FV/1", date(2025, 6, 21), 60_000), known_at=datetime(2026, 3, 10, 6, tzinfo=UTC))
    made = composed(LADDER[1], late)[1]
    assert made.next_step is not None
    assert (made.next_step.on, made.next_step.template) == (date(2026, 3, 19), "demand")
    # Beside one that came in time, whichever comes first.
    made = composed(LADDER[1], due("FV/2", date(2026, 2, 26)), late)[1]
    assert made.next_step is not None
    assert made.next_step.on == date(2026, 3, 12)


def test_of_steps_that_land_on_one_day_the_most_advanced_comes_next() -> None:
    steps = [replace(LADDER[1], offset_days=offset, template=f"t{offset}") for offset in (1, 4, 5, 6)]
    campaign = replace(CAMPAIGN, ladder=tuple(steps))
    decision = decide(CREDITOR, FIRM, steps[0], (due("FV/1", date(2026, 3, 9)),), TODAY)  # + 5 and + 6: the weekend
    made = build_context(CREDITOR, FIRM, decision, {}, TODAY, campaign=campaign)
    assert made.next_step is not None
    assert (made.next_step.on, made.next_step.template) == (date(2026, 3, 13), "t4")
    later = replace(decision, step=steps[1])
    made = build_context(CREDITOR, FIRM, later, {}, TODAY, campaign=campaign)
    assert made.next_step is not None
    assert (made.next_step.on, made.next_step.template) == (date(2026, 3, 16), "t6")


def test_the_day_set_for_payment_is_a_working_day_and_only_demands_have_one() -> None:
    assert composed(LADDER[3], due("FV/1"))[1].pay_by == date(2026, 3, 16)  # + 4 is a Saturday
    assert composed(LADDER[0], due("FV/1", date(2026, 3, 13)))[1].pay_by is None


@pytest.mark.parametrize(
    ("account", "totals", "shown"),
    [
        ("61109010140000071219812874", (Money(100),), True),
        ("PL61109010140000071219812874", (Money(100),), True),
        ("DE89370400440532013000", (Money(100),), False),
        (None, (Money(100),), False),
        ("61109010140000071219812874", (Money(100, "EUR"),), False),
        ("61109010140000071219812874", (Money(100), Money(100, "EUR")), False),
    ],
)
def test_a_code_is_for_one_sum_in_zloty_on_a_polish_account(
    account: str | None, totals: tuple[Money, ...], *, shown: bool
) -> None:
    invoices = [due(f"FV/{total.currency}", currency=total.currency) for total in totals]
    made = context(*invoices, totals=totals, creditor=replace(CREDITOR, account=account))
    assert made.has_code is shown


def test_nothing_unseen_of_any_value_reaches_a_text() -> None:
    evil = "a\x1e\x1f\u202e\u2066\r\nb"
    debtor = Debtor(id="D-1", name=evil, first_name=evil, address=(evil, evil), nip=evil)
    creditor = replace(CREDITOR, name=evil, contact_person=evil, contact_phone=evil, address=(evil,), website=evil)
    invoice = details("FV\x1f/1", payment_link="https://pay.example/\x1e\u202e1")
    decision = Decision(debtor="D-1", step=STEP, invoices=(due("FV\x1f/1"),), totals=(Money(10000),))
    made = build_context(creditor, replace(CASE, debtor=debtor), decision, {"FV\x1f/1": invoice}, TODAY)
    assert (made.debtor.name, made.debtor.address, made.debtor.nip) == ("a b", ("a b", "a b"), "a b")
    assert (made.creditor.name, made.sender, made.contact, made.creditor.address) == (
        "a b",
        "a b",
        "a b, a b",
        ("a b",),
    )
    for unseen in ("x1e", "x1f", "u202e", "u2066", "\\n", "\\r"):
        assert unseen not in repr(made)
    assert made.invoices[0].payment_link == "https://pay.example/1"
    assert made.transfer_title == "FV/1"


@pytest.mark.parametrize("name", ["Ż" * 120, "👩\u200d👧 Róża", "שרה לוי"])
def test_unusual_names_stay_what_they_are(name: str) -> None:
    case = replace(CASE, debtor=Debtor(id="D-1", name=name))
    decision = Decision(debtor="D-1", step=STEP, invoices=(due("FV/1"),), totals=(Money(1),))
    made = build_context(CREDITOR, case, decision, {}, TODAY)
    assert made.debtor is case.debtor or made.debtor.name == name
    assert made.creditor is CREDITOR
