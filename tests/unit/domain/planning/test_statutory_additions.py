"""Interest and compensation of a message, in sum with what is known of payments and credits."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upominek.adapters.reference_data.rates_file import packaged_rates
from upominek.domain.cases.case import Case
from upominek.domain.law.compensation import compensation
from upominek.domain.law.interest import interest
from upominek.domain.law.rates import EuroRate, InterestKind
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import Debtor, DebtorKind
from upominek.domain.planning.campaign import Claims, Step, Use
from upominek.domain.planning.decision import Decision
from upominek.domain.planning.statutory_additions import Additions, add
from upominek.domain.receivables.events import Header
from upominek.domain.receivables.invoice import Invoice, Payment
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.channel import Channel
from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.money import Money

TODAY = date(2026, 3, 2)
DUE_ON = date(2026, 1, 15)  # a Thursday
CREDITOR = Creditor(id="rura", name="Rura")
FIRM = Case(creditor="rura", debtor=Debtor(id="D"))
PERSON = replace(FIRM, debtor=Debtor(id="D", kind=DebtorKind.CONSUMER))
HOSPITAL = replace(FIRM, debtor=Debtor(id="D", kind=DebtorKind.HEALTHCARE))
BOTH = Claims(interest=Use.CLAIM, compensation=Use.MENTION)
STEP = Step(offset_days=30, channels=(Channel.EMAIL,), template="final-demand", claims=BOTH, otherwise="demand")
RATES = packaged_rates().with_euro([EuroRate(date(2025, 12, 31), Decimal("4.25"))])


def due(grosze: int = 100_000, number: str = "FV 1", due_on: date = DUE_ON, **more: object) -> DueInvoice:
    return replace(DueInvoice("D", number, due_on, Money(grosze)), **more)  # type: ignore[arg-type]


def known(amount: int, *payments: tuple[datetime, int], number: str = "FV 1", paid: int | None = None) -> Invoice:
    header = Header(
        at=datetime(2026, 1, 1, tzinfo=UTC),
        amount=Money(amount),
        due_on=DUE_ON,
        paid=None if paid is None else Money(paid),
    )
    paid_so = {str(place): Payment(Money(grosze), at) for place, (at, grosze) in enumerate(payments)}
    return Invoice(creditor="rura", debtor="D", number=number, header=header, payments=paid_so)


def added(
    *invoices: DueInvoice, case: Case = FIRM, details: Mapping[str, Invoice] | None = None, claims: Claims = BOTH
) -> Additions:
    decision = Decision(debtor="D", step=STEP, invoices=invoices, totals=(Money(1),), claims=claims)
    settled, found = add(CREDITOR, case, decision, details or {}, TODAY, RATES)
    assert settled.withheld == ()
    return found


def owed(grosze: int, *late: tuple[date, int], kind: InterestKind = InterestKind.COMMERCIAL) -> Money:
    payments = [(day, Money(paid)) for day, paid in late]
    return interest(Money(grosze), DUE_ON, TODAY, kind, RATES, payments).interest


def test_each_invoice_has_its_interest_and_compensation() -> None:
    found = added(due(), due(600_000, "FV 2"))
    assert found.interest == {"FV 1": owed(100_000), "FV 2": owed(600_000)}
    assert found.compensation == {"FV 1": Money(17_000), "FV 2": Money(29_750)}
    assert found.rate == Decimal(14)


@pytest.mark.parametrize(("case", "kind"), [(PERSON, InterestKind.CIVIL), (HOSPITAL, InterestKind.HEALTHCARE)])
def test_the_rate_is_that_of_who_owes(case: Case, kind: InterestKind) -> None:
    assert added(due(), case=case, claims=Claims(interest=Use.CLAIM)).interest == {"FV 1": owed(100_000, kind=kind)}


def test_invoices_in_other_currencies_taxes_and_those_not_yet_due_bear_nothing() -> None:
    others = (
        due(number="EUR", outstanding=Money(100, "EUR")),
        due(number="TAX", claim=ClaimKind.TAX),
        due(number="NEW", due_on=TODAY),
    )
    assert added(due(), *others).interest.keys() == added(due(), *others).compensation.keys() == {"FV 1"}


def test_a_part_payment_after_the_due_date_bears_interest_until_its_day() -> None:
    # The 30th at 23:30 in Warsaw is the 29th, 22:30, in London.
    invoice = known(100_000, (datetime(2026, 1, 29, 23, 30, tzinfo=UTC), 40_000))
    found = added(due(60_000), details={"FV 1": invoice})
    assert found.interest == {"FV 1": owed(100_000, (date(2026, 1, 30), 40_000))}
    assert owed(60_000) < found.interest["FV 1"] < owed(100_000)


def test_what_was_paid_in_time_or_at_an_unknown_time_bears_none() -> None:
    in_time = known(100_000, (datetime(2026, 1, 15, 20, tzinfo=UTC), 40_000))
    assert added(due(60_000), details={"FV 1": in_time}).interest == {"FV 1": owed(60_000)}
    somewhen = known(100_000, paid=40_000)
    assert added(due(60_000), details={"FV 1": somewhen}).interest == {"FV 1": owed(60_000)}


def test_where_a_payment_was_taken_back_only_what_is_still_open_bears_interest() -> None:
    back = known(100_000, (datetime(2026, 1, 20, tzinfo=UTC), 40_000), (datetime(2026, 2, 1, tzinfo=UTC), -40_000))
    assert added(due(100_000), details={"FV 1": back}).interest == {"FV 1": owed(100_000)}


def test_credits_are_taken_off_the_oldest_invoice_first() -> None:
    credited = replace(FIRM, credits={"KOR": Money(120_000), "EUR": Money(999, "EUR")})
    found = added(due(), due(number="FV 2"), case=credited)
    assert found.interest == {"FV 2": owed(80_000)}
    assert found.compensation.keys() == {"FV 2"}


def test_the_threshold_is_met_by_what_was_owed_on_the_due_date() -> None:
    late = known(500_001, (datetime(2026, 2, 1, tzinfo=UTC), 100_000))
    assert added(due(400_001), details={"FV 1": late}).compensation == {"FV 1": Money(29_750)}
    early = known(500_001, (datetime(2026, 1, 2, tzinfo=UTC), 100_000))
    assert added(due(400_001), details={"FV 1": early}).compensation == {"FV 1": Money(17_000)}


def test_a_grosz_bears_nothing_worth_naming() -> None:
    found = added(due(1), claims=Claims(interest=Use.MENTION))
    assert (found.interest, found.rate) == ({}, None)


def test_a_rate_that_is_missing_is_not_guessed_and_the_neutral_text_goes() -> None:
    decision = Decision(debtor="D", step=STEP, invoices=(due(due_on=date(2025, 12, 1)),), claims=BOTH)
    settled, found = add(CREDITOR, FIRM, decision, {}, TODAY, replace(RATES, euro={}))
    assert settled.withheld == ("compensation-rate-missing",)
    assert (settled.template, settled.claims) == ("demand", Claims(interest=Use.CLAIM))
    assert found.compensation == {}
    assert found.interest

    ancient = replace(decision, invoices=(due(due_on=date(2014, 1, 15)),))
    settled, found = add(CREDITOR, FIRM, ancient, {}, TODAY, RATES)
    assert "interest-rate-missing" in settled.withheld
    assert found.interest == {}


@given(
    amount=st.integers(1, 10_000_000),
    shares=st.lists(st.integers(0, 60), max_size=4),
    credit=st.integers(0, 5_000_000),
)
def test_nobody_is_asked_for_more_than_interest_on_the_whole_invoice(
    amount: int, shares: list[int], credit: int
) -> None:
    rest, payments = amount, []
    for days in shares:
        part = rest // 2
        if part:
            rest -= part
            payments.append((datetime(2026, 1, 1, 12, tzinfo=UTC) + days * (TODAY - date(2026, 3, 1)), part))
    case = replace(FIRM, credits={"KOR": Money(min(credit, rest - 1))} if credit and rest > 1 else {})
    found = added(due(rest), case=case, details={"FV 1": known(amount, *payments)}, claims=Claims(interest=Use.CLAIM))
    # Each stretch is rounded by itself, so parts may be up to half a grosz apiece above the whole.
    assert found.interest.get("FV 1", Money(0)).grosze <= owed(amount).grosze + len(payments)


def test_compensation_is_what_the_law_says() -> None:
    assert compensation(Money(100_000), DUE_ON, RATES).pln == added(due()).compensation["FV 1"]
