from datetime import date
from decimal import Decimal

import pytest

from upominek.adapters.reference_data.rates_file import packaged_rates
from upominek.domain.errors import InvalidValue, NotFound, Refused
from upominek.domain.law.compensation import Compensation, compensation, owes_compensation
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.values.money import Money

MID_MARCH = date(2026, 3, 12)
RATE = Decimal("4.2589")


@pytest.mark.parametrize(
    ("amount", "euro", "pln"),
    [
        (1, "40.00", "170.36"),
        (4_999_99, "40.00", "170.36"),
        (5_000_00, "40.00", "170.36"),
        (5_000_01, "70.00", "298.12"),
        (49_999_99, "70.00", "298.12"),
        (50_000_00, "100.00", "425.89"),
        (10_000_000_00, "100.00", "425.89"),
    ],
)
def test_the_edges_of_the_thresholds(amount: int, euro: str, pln: str) -> None:
    found = compensation(Money(amount), MID_MARCH, RATE)
    assert (found.eur.plain(), found.eur.currency, found.pln.plain(), found.pln.currency) == (euro, "EUR", pln, "PLN")


@pytest.mark.parametrize(
    ("due", "rate_date"),
    [
        ("2026-03-12", "2026-02-27"),
        ("2026-03-31", "2026-03-31"),  # became due on 1 April
        ("2026-03-30", "2026-02-27"),
        ("2026-02-28", "2026-02-27"),  # a Saturday: due on Monday 2 March, claimable on 3 March
        ("2026-01-30", "2025-12-31"),  # a Friday, claimable on a Saturday of the same month
        ("2026-05-31", "2026-05-29"),  # a Sunday
    ],
)
def test_the_rate_is_of_the_month_before_the_claim_became_due(due: str, rate_date: str) -> None:
    found = compensation(Money(100), date.fromisoformat(due), RATE)
    assert (found.rate, found.rate_date) == (RATE, date.fromisoformat(rate_date))


def test_the_rate_comes_from_the_tables() -> None:
    assert compensation(Money(6_000_00), date(2025, 3, 14), packaged_rates()) == Compensation(
        eur=Money(70_00, "EUR"), rate=Decimal("4.1575"), rate_date=date(2025, 2, 28), pln=Money(291_03)
    )


def test_a_rate_that_is_not_known_is_never_guessed() -> None:
    with pytest.raises(NotFound) as error:
        compensation(Money(100), date(2027, 3, 12), packaged_rates())
    assert error.value.code == "euro_rate_unknown"
    assert "2027-02-26" in error.value.pl


def test_half_a_grosz_is_rounded_up() -> None:
    assert compensation(Money(100), MID_MARCH, Decimal("4.250125")).pln == Money(170_01)  # 170.005
    assert compensation(Money(100), MID_MARCH, Decimal("4.250124")).pln == Money(170_00)


def test_consumers_owe_none() -> None:
    with pytest.raises(Refused) as error:
        compensation(Money(100), MID_MARCH, RATE, debtor=DebtorKind.CONSUMER)
    assert error.value.code == "compensation_consumer"
    owing = {kind for kind in DebtorKind if owes_compensation(kind)}
    assert owing == {DebtorKind.BUSINESS, DebtorKind.PUBLIC, DebtorKind.HEALTHCARE}
    for kind in owing:
        assert compensation(Money(100), MID_MARCH, RATE, debtor=kind).eur == Money(40_00, "EUR")


def test_before_2020_every_claim_had_forty_euro() -> None:
    assert compensation(Money(60_000_00), date(2019, 12, 30), RATE).eur == Money(40_00, "EUR")
    assert compensation(Money(60_000_00), date(2019, 12, 31), RATE).eur == Money(100_00, "EUR")
    with pytest.raises(Refused):
        compensation(Money(60_000_00), date(2013, 4, 20), RATE)


@pytest.mark.parametrize(
    ("amount", "rate", "code"),
    [
        (Money(100, "EUR"), RATE, "compensation_currency"),
        (Money(0), RATE, "compensation_amount"),
        (Money(-1), RATE, "compensation_amount"),
        (Money(100), Decimal(0), "euro_rate_out_of_range"),
        (Money(100), Decimal("425.89"), "euro_rate_out_of_range"),
        (Money(100), Decimal("0.2348"), "euro_rate_out_of_range"),
    ],
)
def test_what_cannot_be_is_said(amount: Money, rate: Decimal, code: str) -> None:
    with pytest.raises(InvalidValue) as error:
        compensation(amount, MID_MARCH, rate)
    assert error.value.code == code
