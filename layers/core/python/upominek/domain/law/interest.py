"""Statutory interest for delay, with every period that it is made of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from upominek.domain.errors import InvalidValue
from upominek.domain.law.due_date import moved_due_date
from upominek.domain.law.rates import UNITS_PER_PERCENT, InterestKind, RateTable, RateTables
from upominek.domain.values.money import DEFAULT_CURRENCY, Money

Payments = Sequence[tuple[date, Money]]
"""Part payments: the day on which each arrived, and how much."""

_DAY: Final = timedelta(days=1)
_DAYS_A_YEAR: Final = 365  # in leap years too
_WHOLE: Final = 100 * UNITS_PER_PERCENT * _DAYS_A_YEAR
_TWICE: Final = 2 * _WHOLE


class InterestPeriod(NamedTuple):
    """Days, both included, with one rate and one sum that is owed.

    A tuple rather than a dataclass, since a claim of some years has dozens of them.

    Attributes:
        rate: per cent a year.
        base: what was owed on these days.
        interest: rounded to the grosz, half up.
    """

    from_day: date
    to_day: date
    days: int
    rate: Decimal
    base: Money
    interest: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """Interest up to a day.

    Attributes:
        interest: the sum of the periods.
        due_date_moved_to: the due date, moved by free days.
        periods: in order of time; none while nothing is overdue.
        rates_as_of: the day up to which the rates are known.
        is_provisional: the last period goes beyond that day, with the rates that were known then.
    """

    interest: Money
    due_date_moved_to: date
    periods: tuple[InterestPeriod, ...]
    rates_as_of: date
    is_provisional: bool


def interest(
    amount: Money, due_on: date, paid_on: date, kind: InterestKind, tables: RateTables, payments: Payments = ()
) -> Interest:
    """Interest from the day after the (moved) due date to the day of payment, both included.

    A part payment lowers what is owed from the day after it; what was paid in time lowers it from the start, and what
    came after `paid_on` counts for nothing. Each stretch of one rate and one sum is rounded by itself, then they are
    added. No interest on interest, and payments go to the principal.

    Source: art. 481 § 1 and 482 § 1 KC; the number of days by 365 as courts reckon.

    Args:
        amount: what was owed on the due date, in złoty.
        paid_on: the day of payment, or the day up to which interest is wanted.

    Raises:
        InvalidValue: `interest_currency`, `interest_amount`, `payment_invalid`, `year_unknown`.
        NotFound: `rate_unknown`.
    """
    _check(amount, payments)
    moved = moved_due_date(due_on)
    first = moved + _DAY
    table = tables.tables[kind]
    periods: list[InterestPeriod] = []
    if first <= paid_on:
        for from_day, to_day, owed in _stretches(amount, first, paid_on, payments):
            _add_periods(periods, from_day, to_day, owed, table)
    return Interest(
        interest=Money(sum(one.interest.grosze for one in periods)),
        due_date_moved_to=moved,
        periods=tuple(periods),
        rates_as_of=tables.checked_on,
        is_provisional=bool(periods) and periods[-1].to_day > tables.checked_on,
    )


def _stretches(amount: Money, first: date, last: date, payments: Payments) -> Iterator[tuple[date, date, Money]]:
    """The days on which the same sum is owed, as long as anything is."""
    owed = amount
    for paid_on, paid in sorted(payments, key=lambda one: one[0]):
        if paid_on >= last or owed.grosze <= 0:
            break
        if paid_on >= first:
            yield first, paid_on, owed
            first = paid_on + _DAY
        owed -= paid
    if owed.grosze > 0:
        yield first, last, owed


def _add_periods(periods: list[InterestPeriod], first: date, last: date, owed: Money, table: RateTable) -> None:
    """Add the days, cut where the rate changes, each piece rounded half up."""
    start, end = first.toordinal(), last.toordinal()
    starts, rates, doubled = table.starts, table.rates, 2 * owed.grosze
    place, newest = table.place(first), len(starts) - 1
    while place < newest and (after := starts[place + 1]) <= end:
        rounded = (doubled * (after - start) * table.units[place] + _WHOLE) // _TWICE
        percent = rates[place].percent
        periods.append(InterestPeriod(first, table.ends[place], after - start, percent, owed, Money(rounded)))
        place += 1
        start, first = after, rates[place].since
    days = end + 1 - start
    rounded = (doubled * days * table.units[place] + _WHOLE) // _TWICE
    periods.append(InterestPeriod(first, last, days, rates[place].percent, owed, Money(rounded)))


def _check(amount: Money, payments: Payments) -> None:
    if any(one.currency != DEFAULT_CURRENCY for one in (amount, *(paid for _, paid in payments))):
        raise InvalidValue(
            "interest_currency",
            pl="Odsetki liczymy tylko od kwot w złotych. Podaj kwoty w PLN.",
            en="Interest is reckoned on amounts in złoty only. Give the amounts in PLN.",
        )
    if amount.grosze <= 0:
        raise InvalidValue(
            "interest_amount",
            pl=f"Od kwoty {amount.plain()} nie ma odsetek. Podaj kwotę większą od zera.",
            en=f"There is no interest on {amount.plain()}. Give an amount above zero.",
        )
    for paid_on, paid in payments:
        if paid.grosze <= 0:
            raise InvalidValue(
                "payment_invalid",
                pl=f"Wpłata z {paid_on} ({paid.plain()}) nie jest większa od zera. Popraw ją albo usuń.",
                en=f"The payment of {paid_on} ({paid.plain()}) is not above zero. Mend or remove it.",
            )
