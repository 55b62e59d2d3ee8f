"""The fixed sum for the costs of recovery that a business or public body owes once it is late."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, assert_never

from upominek.domain.errors import InvalidValue, Refused
from upominek.domain.law.due_date import claimable_since, last_business_day_before_month
from upominek.domain.law.rates import RateTables, check_euro
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.values.money import DEFAULT_CURRENCY, Money

EURO: Final = "EUR"
LOW, MIDDLE, HIGH = Money(40_00, EURO), Money(70_00, EURO), Money(100_00, EURO)
UP_TO, FROM = Money(5_000_00), Money(50_000_00)

IN_FORCE_SINCE: Final = date(2013, 4, 28)
STEPS_SINCE: Final = date(2020, 1, 1)
"""Before that day every claim had 40 EUR. Source: act of 19 July 2019, Dz.U. poz. 1649."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compensation:
    """The sum owed for one invoice.

    Attributes:
        eur: as the law names it.
        rate: złoty for one euro.
        rate_date: the day whose average rate the law asks for.
        pln: `eur` at that rate, rounded to the grosz, half up.
    """

    eur: Money
    rate: Decimal
    rate_date: date
    pln: Money


def compensation(
    amount: Money, due_on: date, rates: RateTables | Decimal, *, debtor: DebtorKind | None = None
) -> Compensation:
    """What the debtor owes on top of an unpaid invoice, once for each invoice, without a demand.

    Source: art. 10 (1) and (1a) of the act of 8 March 2013 on excessive delays in commercial transactions: 40 EUR up to
    and including 5 000 PLN, 70 EUR below 50 000 PLN, 100 EUR from there; converted at the central bank's average rate
    of the last business day of the month before the one in which the claim became due.

    Args:
        amount: the claim, in złoty.
        due_on: its due date; free days move it, and the claim becomes due on the day after.
        rates: tables with the rates of the euro, or the rate itself.
        debtor: where it is known, so that a consumer is never asked.

    Raises:
        Refused: `compensation_consumer`, `compensation_before_the_act`.
        InvalidValue: `compensation_currency`, `compensation_amount`, `euro_rate_out_of_range`, `year_unknown`.
        NotFound: `euro_rate_unknown`.
    """
    if debtor is not None:
        check_owes_compensation(debtor)
    since = claimable_since(due_on)
    eur = _in_euro(amount, since)
    rate_date = last_business_day_before_month(since)
    rate = check_euro(rates) if isinstance(rates, Decimal) else rates.euro_on(rate_date).rate
    grosze = (eur.grosze * rate).quantize(Decimal(1), ROUND_HALF_UP)
    return Compensation(eur=eur, rate=rate, rate_date=rate_date, pln=Money(int(grosze)))


def owes_compensation(debtor: DebtorKind) -> bool:
    """Whether the law gives compensation against such a debtor. Source: art. 2 of the act of 8 March 2013."""
    match debtor:
        case DebtorKind.CONSUMER:
            return False
        case DebtorKind.BUSINESS | DebtorKind.PUBLIC | DebtorKind.HEALTHCARE:
            return True
        case _:
            assert_never(debtor)


def check_owes_compensation(debtor: DebtorKind) -> None:
    """Nothing, or an error. Raises: Refused: `compensation_consumer`."""
    if not owes_compensation(debtor):
        raise Refused(
            "compensation_consumer",
            pl="Konsument nie płaci rekompensaty za koszty odzyskiwania należności: przysługuje ona tylko "
            "w transakcjach handlowych (art. 10 ustawy z 8 marca 2013 r.). Pomiń ją.",
            en="A consumer owes no compensation for the costs of recovery: it belongs to commercial transactions only "
            "(art. 10 of the act of 8 March 2013). Leave it out.",
        )


def _in_euro(amount: Money, since: date) -> Money:
    if amount.currency != DEFAULT_CURRENCY:
        raise InvalidValue(
            "compensation_currency",
            pl=f"Progi rekompensaty są w złotych, a kwota w {amount.currency}. Podaj kwotę w PLN.",
            en=f"The thresholds of the compensation are in złoty, the amount in {amount.currency}. Give it in PLN.",
        )
    if amount.grosze <= 0:
        raise InvalidValue(
            "compensation_amount",
            pl=f"Za kwotę {amount.plain()} nie ma rekompensaty. Podaj kwotę większą od zera.",
            en=f"There is no compensation for {amount.plain()}. Give an amount above zero.",
        )
    if since < IN_FORCE_SINCE:
        raise Refused(
            "compensation_before_the_act",
            pl=f"Rekompensata przysługuje od {IN_FORCE_SINCE}; ta należność stała się wymagalna wcześniej.",
            en=f"There is compensation since {IN_FORCE_SINCE}; this claim became due before.",
        )
    if amount <= UP_TO or since < STEPS_SINCE:
        return LOW
    return MIDDLE if amount < FROM else HIGH
