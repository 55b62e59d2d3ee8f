"""What a message may say beyond 'please pay', by who owes what since when."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from upominek.domain.cases.case import Case
from upominek.domain.parties.creditor import Creditor, Register
from upominek.domain.parties.debtor import Debtor, DebtorKind
from upominek.domain.planning.campaign import NO_CLAIMS, Claims, Step, Use
from upominek.domain.planning.claims import allowed_claims
from upominek.domain.planning.decision import Decision, SkipReason, decide
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.contact import Email
from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.money import Money

MONDAY = date(2026, 3, 2)
REGISTER = Register("Rejestr BIG S.A.", "ul. Wzorcowa 1, Warszawa")
CREDITOR = Creditor(id="rura", name="Rura", register=REGISTER)
ALL = Claims(interest=Use.CLAIM, compensation=Use.MENTION, register=True)
STEP = Step(
    offset_days=30,
    channels=(Channel.EMAIL,),
    template="register-warning",
    tone=Tone.FORMAL,
    claims=ALL,
    otherwise="demand",
    letter="register-warning",
)
FIRM, PERSON, OFFICE, HOSPITAL = (
    Case(creditor="rura", debtor=Debtor(id="D", kind=kind, emails=(Email("a@example.com"),)))
    for kind in (DebtorKind.BUSINESS, DebtorKind.CONSUMER, DebtorKind.PUBLIC, DebtorKind.HEALTHCARE)
)


def invoice(days: int = 40, grosze: int = 60_000, currency: str = "PLN", claim: ClaimKind | None = None) -> DueInvoice:
    return DueInvoice("D", f"FV {days}", MONDAY - timedelta(days=days), Money(grosze, currency), claim)


def decided(case: Case, *invoices: DueInvoice, step: Step = STEP, creditor: Creditor = CREDITOR) -> Decision:
    return decide(creditor, case, step, invoices or (invoice(),), MONDAY)


def withheld(case: Case, *invoices: DueInvoice, claims: Claims = ALL, creditor: Creditor = CREDITOR) -> tuple[str, ...]:
    return allowed_claims(creditor, case, claims, invoices or (invoice(),), MONDAY)[1]


@pytest.mark.parametrize("case", [FIRM, OFFICE, HOSPITAL])
def test_where_the_case_allows_everything_the_step_goes_as_it_is(case: Case) -> None:
    decision = decided(case)
    assert (decision.template, decision.tone, decision.claims) == ("register-warning", Tone.FORMAL, ALL)
    assert (decision.withheld, decision.letter) == ((), "register-warning")


def test_a_consumer_never_hears_of_compensation_and_gets_the_neutral_text() -> None:
    decision = decided(PERSON)
    assert (decision.template, decision.tone) == ("demand", Tone.NEUTRAL)
    assert decision.withheld == ("compensation-consumer",)
    assert decision.claims == Claims(interest=Use.CLAIM, register=True)


def test_what_is_withheld_takes_its_letter_along() -> None:
    small = decided(FIRM, invoice(grosze=40_000))
    assert (small.withheld, small.letter) == (("register-amount",), None)
    demand = replace(STEP, letter="demand")
    assert decided(FIRM, invoice(grosze=40_000), step=demand).letter == "demand"
    note = replace(STEP, claims=Claims(interest=Use.CLAIM), letter="interest-note")
    assert decided(FIRM, step=note).letter == "interest-note"
    assert decided(FIRM, invoice(currency="EUR"), step=note).letter is None


def test_without_a_text_of_its_own_a_step_falls_back_to_the_usual_one() -> None:
    bare = replace(STEP, otherwise=None)
    assert decided(PERSON, step=bare).template == "overdue"
    assert decided(PERSON, step=replace(bare, template="tax-final")).template == "tax-overdue"


@pytest.mark.parametrize(
    ("invoices", "code"),
    [
        ((invoice(currency="EUR"),), "currency"),
        ((invoice(claim=ClaimKind.TAX),), "tax"),
        ((invoice(days=0),), "not-overdue"),
        ((invoice(days=-3), invoice(days=40, currency="EUR")), "not-overdue"),
        ((invoice(days=2),), "not-overdue"),  # due on a Saturday, so until Monday
        ((invoice(days=3),), None),  # due on Friday
        ((invoice(), invoice(days=-3), invoice(currency="EUR")), None),
    ],
)
def test_the_law_adds_to_what_is_overdue_in_zloty_and_no_tax(
    invoices: tuple[DueInvoice, ...], code: str | None
) -> None:
    money = Claims(interest=Use.MENTION, compensation=Use.CLAIM)
    expected = (f"interest-{code}", f"compensation-{code}") if code else ()
    assert withheld(FIRM, *invoices, claims=money) == expected


def test_what_is_covered_by_credits_bears_nothing() -> None:
    paid_up = replace(FIRM, credits={"KOR": Money(60_000)})
    both = (invoice(), invoice(currency="EUR"))
    assert withheld(paid_up, *both, claims=Claims(interest=Use.CLAIM)) == ("interest-covered-by-credit",)


@pytest.mark.parametrize(
    ("case", "invoices", "codes"),
    [
        (FIRM, (invoice(grosze=50_000),), ()),
        (FIRM, (invoice(grosze=49_999),), ("register-amount",)),
        (PERSON, (invoice(grosze=20_000),), ()),
        (PERSON, (invoice(grosze=19_999),), ("register-amount",)),
        (FIRM, (invoice(days=29),), ("register-age",)),
        (FIRM, (invoice(claim=ClaimKind.TAX),), ("register-amount",)),
        (replace(FIRM, credits={"KOR": Money(10_001)}), (invoice(),), ("register-amount",)),
        (replace(FIRM, credits={"KOR": Money(10_000)}), (invoice(),), ()),
    ],
)
def test_an_entry_is_mentioned_where_amount_and_age_allow_it(
    case: Case, invoices: tuple[DueInvoice, ...], codes: tuple[str, ...]
) -> None:
    assert withheld(case, *invoices, claims=Claims(register=True)) == codes


def test_an_entry_is_not_mentioned_without_a_register() -> None:
    nowhere = replace(CREDITOR, register=None)
    assert withheld(FIRM, claims=Claims(register=True), creditor=nowhere) == ("register-unknown",)


def test_a_step_that_claims_nothing_has_nothing_withheld() -> None:
    assert allowed_claims(CREDITOR, PERSON, NO_CLAIMS, [invoice()], MONDAY) == (NO_CLAIMS, ())


# --- Limitation ------------------------------------------------------------------------------------------------------

OLD = DueInvoice("D", "FV old", date(2023, 12, 30), Money(10_000))  # a sale: barred since 1 January 2026
PLAIN = replace(STEP, claims=NO_CLAIMS, template="overdue", letter=None)


def test_a_consumer_is_not_asked_for_what_is_time_barred() -> None:
    decision = decided(PERSON, OLD, invoice(), step=PLAIN)
    assert (decision.reason, decision.invoices, decision.totals) == (None, (invoice(),), (Money(60_000),))
    alone = decided(PERSON, OLD, step=PLAIN)
    assert (alone.reason, alone.detail) == (SkipReason.HELD, "limitation")


def test_others_may_still_be_asked_but_nobody_for_a_time_barred_tax() -> None:
    assert decided(FIRM, OLD, step=PLAIN).reason is None
    tax = replace(OLD, due_on=date(2020, 12, 30), claim=ClaimKind.TAX)
    assert decided(FIRM, tax, step=PLAIN).detail == "limitation"


def test_the_kind_of_claim_comes_from_the_invoice_or_else_from_the_creditor() -> None:
    assert decided(PERSON, replace(OLD, claim=ClaimKind.OTHER), step=PLAIN).reason is None
    builder = replace(CREDITOR, claim_kind=ClaimKind.BUSINESS)
    assert decided(PERSON, OLD, step=PLAIN, creditor=builder).reason is None


def test_an_acknowledgement_makes_the_period_run_anew() -> None:
    acknowledged = replace(PERSON, acknowledged={"FV old": (date(2025, 6, 1),)})
    assert decided(acknowledged, OLD, step=PLAIN).reason is None
