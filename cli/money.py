"""Commands about money that the law adds: interest for delay and fixed compensation."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import typer

from cli.printing import AsJson, Stack, emit, out, table
from cli.rates import RatesFile, rates_in_use
from cli.values import day_in, named, one_of
from upominek.domain.errors import InvalidValue
from upominek.domain.law import compensation as compensations
from upominek.domain.law import interest as interests
from upominek.domain.law.due_date import claimable_since
from upominek.domain.law.rates import InterestKind, percent_text
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.values.money import Money, parse_amount

Amount = Annotated[str, typer.Option("--amount", help="What was owed, such as 1234.56 or '1 234,56'; in złoty.")]
Due = Annotated[str, typer.Option("--due", help="The due date: 2026-03-02 or 02.03.2026. Free days move it.")]


def interest(
    amount: Amount,
    due: Due,
    paid: Annotated[str, typer.Option("--paid", help="The day of payment, or up to which interest is wanted.")],
    kind: Annotated[str, typer.Option("--kind", help="civil (consumers), commercial, or healthcare.")],
    payment: Annotated[
        list[str] | None, typer.Option("--payment", help="A part payment, DATE:AMOUNT; may be repeated.")
    ] = None,
    rates: RatesFile = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Reckon statutory interest for delay, with every period that it is made of."""
    owed, due_on, paid_on = named("--amount", parse_amount, amount), day_in("--due", due), day_in("--paid", paid)
    payments = [_payment(text, paid_on) for text in payment or ()]
    of_kind = one_of("--kind", InterestKind, kind)
    found = interests.interest(owed, due_on, paid_on, of_kind, rates_in_use(stack, rates, as_json=as_json), payments)
    data = {
        "interest": found.interest.plain(),
        "currency": found.interest.currency,
        "amount": owed.plain(),
        "due": due_on.isoformat(),
        "due_date_moved_to": found.due_date_moved_to.isoformat(),
        "paid": paid_on.isoformat(),
        "kind": of_kind.value,
        "periods": [
            {
                "from": one.from_day.isoformat(),
                "to": one.to_day.isoformat(),
                "days": one.days,
                "rate": percent_text(one.rate),
                "base": one.base.plain(),
                "interest": one.interest.plain(),
            }
            for one in found.periods
        ],
        "rates_as_of": found.rates_as_of.isoformat(),
        "provisional": found.is_provisional,
    }
    emit(data, as_json=as_json, show=lambda: _draw_interest(data))


def _draw_interest(data: dict[str, Any]) -> None:
    table(
        f"{data['kind']} interest",
        ["from", "to", "days>", "% a year>", "on>", "interest>"],
        [tuple(one.values()) for one in data["periods"]],
        empty="nothing is overdue",
    )
    out.print(f"{data['amount']} due {data['due']}, to {data['paid']}: {data['interest']} PLN", markup=False)
    if data["due"] != data["due_date_moved_to"]:
        out.print(f"the due date moved to {data['due_date_moved_to']} (art. 115 KC)", markup=False)
    if data["provisional"]:
        out.print(f"rates are known up to {data['rates_as_of']}; later days take the last ones", markup=False)


def compensation(
    amount: Amount,
    due: Due,
    eur_rate: Annotated[
        str, typer.Option("--eur-rate", help="NBP's average rate of the euro, where it is not in the tables.")
    ] = "",
    debtor: Annotated[str, typer.Option("--debtor", help="business, public or healthcare; consumers owe none.")] = (
        DebtorKind.BUSINESS.value
    ),
    rates: RatesFile = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Reckon the fixed compensation (40, 70 or 100 EUR) that a business or public body owes for one late invoice."""
    owed, due_on = named("--amount", parse_amount, amount), day_in("--due", due)
    of_kind = one_of("--debtor", DebtorKind, debtor)
    rate = named("--eur-rate", _euro, eur_rate) if eur_rate else rates_in_use(stack, rates, as_json=as_json)
    found = compensations.compensation(owed, due_on, rate, debtor=of_kind)
    data = {
        "eur": found.eur.plain(),
        "rate": str(found.rate),
        "rate_date": found.rate_date.isoformat(),
        "pln": found.pln.plain(),
        "amount": owed.plain(),
        "due": due_on.isoformat(),
        "became_due": claimable_since(due_on).isoformat(),
    }
    emit(
        data,
        as_json=as_json,
        show=lambda: table(
            "compensation",
            ["for>", "due since", "EUR>", "rate>", "of", "PLN>"],
            [(data["amount"], data["became_due"], data["eur"], data["rate"], data["rate_date"], data["pln"])],
        ),
    )


def _payment(text: str, until: date) -> tuple[date, Money]:
    day, colon, amount = text.partition(":")
    if not colon:
        raise InvalidValue(
            "payment_syntax",
            pl=f"--payment „{text}”: podaj datę i kwotę, np. 2026-03-10:500,00.",
            en=f"--payment “{text}”: give the day and the amount, such as 2026-03-10:500.00.",
        )
    paid_on = day_in("--payment", day)
    if paid_on > until:
        raise InvalidValue(
            "payment_after",
            pl=f"--payment: wpłata z {paid_on} jest późniejsza niż --paid. Popraw jedną z dat.",
            en=f"--payment: the payment of {paid_on} is later than --paid. Mend one of the dates.",
        )
    return paid_on, named("--payment", parse_amount, amount)


def _euro(text: str) -> Decimal:
    try:
        rate = Decimal(text.strip().replace(",", "."))
    except ArithmeticError:
        rate = Decimal("NaN")
    if not rate.is_finite():
        raise InvalidValue(
            "euro_rate_invalid",
            pl=f"„{text}” nie jest kursem. Wpisz np. 4,2589.",
            en=f"“{text}” is no rate. Write it as 4.2589.",
        )
    return rate
