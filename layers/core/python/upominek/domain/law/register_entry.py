"""An entry in a register of debtors (biuro informacji gospodarczej): may it be mentioned, and would it be lawful.

The product never files an entry. It says which conditions hold on a day, which are missing, and from which day an entry
would be lawful as things stand.

    condition      consumer              everyone else
    amount         200 PLN               500 PLN               art. 14 / 15 ust. 1 pkt 2
    age            overdue 30 days       overdue 30 days       the same
    demand         registered letter,    the same, or address  art. 14 / 15 ust. 1 pkt 3
                   or in person          for e-delivery
    email-clause   never by e-mail       where the contract    art. 15 ust. 1a
                                         names the address
    month          a month since the demand was sent           art. 14 / 15 ust. 1 pkt 3
    contract       the creditor's, with the bureau             art. 12

A text may mention an entry where amount and age hold. A demand counts where it warns of the entry and names the bureau
and its seat, for the invoices that were overdue when it was sent. Counted are invoices in PLN that are neither
time-barred nor disputed nor a tax (a tax office may not tell third parties); the debtor's credits are taken off. The
conditions must hold together for as much as the limit asks.

Days overdue count from the due date as moved by free days (art. 115 KC). A month ends on the day of the same date, or
on the last day of the month (art. 112 KC).

Source: act of 9 April 2010, see `register_conditions`.
"""

from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from upominek.domain.law import register_conditions as conditions
from upominek.domain.law.demand import Demand, Route
from upominek.domain.law.due_date import is_overdue, moved_due_date
from upominek.domain.law.limitation import Days, is_barred
from upominek.domain.law.register_conditions import AGE_DAYS, Exclusion, Missing, RegisterTerms, terms_for
from upominek.domain.parties.creditor import Register
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.money import DEFAULT_CURRENCY, Money
from upominek.domain.values.unknown import Unknown

if TYPE_CHECKING:
    from upominek.domain.receivables.open_invoice import DueInvoice

UPDATE_DAYS: Final = 14
"""Within so many days of a payment the bureau must be told. Source: art. 29 of the act of 9 April 2010."""

_ONE_DAY: Final = timedelta(days=1)
_LONGEST_MOVE: Final = 14
"""No row of free days moves a due date further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """One open invoice as the conditions see it.

    Attributes:
        acknowledged_on: days on which the debtor acknowledged it.
        disputed_until: the last day of a dispute, `date.max` where no end is known; None without a dispute.
    """

    number: str
    due_on: date
    outstanding: Money
    claim: ClaimKind | Unknown
    acknowledged_on: Days = None
    disputed_until: date | None = None

    def excluded_on(self, day: date) -> Exclusion | None:
        """Why it does not count on the day; None when it does."""
        if self.outstanding.currency != DEFAULT_CURRENCY:
            return Exclusion.CURRENCY
        if self.claim is ClaimKind.TAX:
            return Exclusion.TAX
        if isinstance(self.claim, Unknown):
            return Exclusion.UNKNOWN_CLAIM
        if is_barred(self.due_on, self.claim, day, self.acknowledged_on):
            return Exclusion.TIME_BARRED
        return Exclusion.DISPUTED if self.disputed_until is not None and day <= self.disputed_until else None

    def is_old_on(self, day: date) -> bool:
        """Whether it has been overdue for 30 days."""
        days = (day - self.due_on).days
        if days < AGE_DAYS or days >= AGE_DAYS + _LONGEST_MOVE:
            return days >= AGE_DAYS  # spares the look into the table of holidays
        return day >= self.old_from

    @property
    def old_from(self) -> date:
        """The first day on which it has been overdue for 30 days."""
        return moved_due_date(self.due_on) + timedelta(days=AGE_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterEntry:
    """What the conditions come to on a day.

    Attributes:
        mention_lacks: conditions that a mere mention lacks (`amount`, `age`); a text may mention an entry without any.
        missing: what an entry lacks.
        lawful_from: the first day on which nothing is missing as things stand, which may have passed; None where
            somebody must do something first.
        lawful_if_demanded: the same, were a demand with the warning sent today by an admissible route; None where
            something else is missing as well.
        amount: what counts on the day, credits taken off.
        excluded: by number, why an invoice does not count.
    """

    day: date
    terms: RegisterTerms
    mention_lacks: tuple[str, ...]
    missing: tuple[Missing, ...]
    lawful_from: date | None
    lawful_if_demanded: date | None
    amount: Money
    excluded: Mapping[str, Exclusion]

    @property
    def may_mention(self) -> bool:
        """Whether a text may mention the possibility of an entry."""
        return not self.mention_lacks

    @property
    def is_lawful(self) -> bool:
        """Whether an entry would be lawful on the day."""
        return not self.missing


def may_mention(
    kind: DebtorKind, invoices: Sequence["DueInvoice"], today: date, *, default: ClaimKind | Unknown = ClaimKind.SALE
) -> tuple[str, ...]:
    """What a mere mention of an entry lacks for these invoices alone: `amount`, `age`; nothing when it may be made.

    Args:
        invoices: credit notes among them are taken off.
        default: the creditor's usual kind of claim, for invoices that name none.
    """
    return _situation(kind, invoices, default).mention_lacks(today)


def lawful_if_demanded(
    kind: DebtorKind, invoices: Sequence["DueInvoice"], sent_on: date, *, default: ClaimKind | Unknown = ClaimKind.SALE
) -> date | None:
    """From which day an entry would be lawful for these invoices, were a demand with the warning sent on a day.

    None where what is overdue on that day does not come to the limit.
    """
    return _situation(kind, invoices, default).lawful_if_demanded(sent_on)


def register_entry(
    kind: DebtorKind,
    debts: Sequence[Debt],
    today: date,
    *,
    credit: Money,
    demands: Collection[Demand],
    register: Register | None,
    has_email_clause: bool,
) -> RegisterEntry:
    """Which conditions of an entry hold on the day, and from which day all will.

    Args:
        debts: the open invoices, without credit notes.
        credit: what is in the debtor's favour, in PLN.
        has_email_clause: whether the contract with the debtor names an e-mail address for demands.
    """
    situation = _Situation(
        terms=terms_for(kind),
        debts=tuple(debts),
        credit=credit.grosze,
        demands=tuple(demands),
        register=register,
        has_email_clause=has_email_clause,
    )
    return RegisterEntry(
        day=today,
        terms=situation.terms,
        mention_lacks=situation.mention_lacks(today),
        missing=situation.missing(today),
        lawful_from=situation.lawful_from(today),
        lawful_if_demanded=situation.lawful_if_demanded(today) if register else None,
        amount=Money(situation.counting(today)),
        excluded={debt.number: reason for debt in debts if (reason := debt.excluded_on(today)) is not None},
    )


def month_after(day: date) -> date:
    """The day on which a month from that day ends: of the same date, or the last of the month. Source: art. 112 KC."""
    year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)  # noqa: PLR2004 - December
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Situation:
    """The facts of a case, and what they come to on any day. Sums are in grosze, the credit taken off."""

    terms: RegisterTerms
    debts: tuple[Debt, ...]
    credit: int
    demands: tuple[Demand, ...] = ()
    register: Register | None = None
    has_email_clause: bool = False

    def counting(self, day: date, numbers: Collection[str] | None = None) -> int:
        """What counts on the day, of all debts or of some."""
        counted = (debt for debt in self.debts if numbers is None or debt.number in numbers)
        return sum(debt.outstanding.grosze for debt in counted if debt.excluded_on(day) is None) - self.credit

    def has_enough(self, day: date, numbers: Collection[str]) -> bool:
        """Whether those debts come to the limit, or to all there is: too little in all is another condition's fault."""
        return self.counting(day, numbers) >= min(self.terms.minimum.grosze, self.counting(day))

    def mention_lacks(self, day: date) -> tuple[str, ...]:
        """`amount`, `age`."""
        lacks_amount = self.counting(day) < self.terms.minimum.grosze
        lacks_age = not self.has_enough(day, self._old(day))
        return ("amount",) * lacks_amount + ("age",) * lacks_age

    def missing(self, day: date) -> tuple[Missing, ...]:
        """What an entry lacks on the day."""
        demanded = self._demanded(day)
        found = [*self._missing_of_sum(day), *self._missing_of_demand(day, demanded)]
        if self.register is None:
            found.append(conditions.contract_missing())
        if not found:
            ripe = {number for number, sent_on in demanded.items() if month_after(sent_on) <= day} & self._old(day)
            if self.counting(day, ripe) < self.terms.minimum.grosze:
                # Enough is old and enough was demanded, but these are different invoices.
                found.append(conditions.demand_missing(self.terms))
        return tuple(found)

    def lawful_from(self, today: date) -> date | None:
        """The first day on which nothing is missing. Only a day on which some condition begins to hold can be it."""
        days = {debt.old_from for debt in self.debts} | {month_after(one.sent_on) for one in self.demands}
        days |= {until + _ONE_DAY for debt in self.debts if (until := debt.disputed_until) and until < date.max}
        if self.missing(today):
            days = {day for day in days if day > today}
        return next((day for day in sorted(days) if not self.missing(day)), None)

    def lawful_if_demanded(self, sent_on: date) -> date | None:
        """The same, had all that is overdue been demanded on that day, and nothing else were missing."""
        overdue = [debt for debt in self.debts if is_overdue(debt.due_on, sent_on)]
        first = month_after(sent_on)
        for day in sorted({first, *(debt.old_from for debt in overdue if debt.old_from > first)}):
            ripe = {debt.number for debt in overdue if debt.is_old_on(day)}
            if self.counting(day, ripe) >= self.terms.minimum.grosze:
                return day
        return None

    def _old(self, day: date) -> set[str]:
        return {debt.number for debt in self.debts if debt.is_old_on(day)}

    def _demanded(self, day: date) -> dict[str, date]:
        """The debts that were demanded as the law asks, up to a day, and when first."""
        routes = self.terms.routes | ({Route.EMAIL} if self.terms.may_be_by_email and self.has_email_clause else set())
        sent = {debt.number: [one.sent_on for one in self._demands_for(debt, day, routes)] for debt in self.debts}
        return {number: min(days) for number, days in sent.items() if days}

    def _demands_for(self, debt: Debt, day: date, routes: Collection[Route]) -> list[Demand]:
        """The demands that covered it and warned of an entry with the creditor's own bureau."""
        return [
            one
            for one in self.demands
            if one.route in routes
            and one.sent_on <= day
            and one.warns_of(self.register)
            and one.covers(debt.number, debt.due_on)
        ]

    def _missing_of_sum(self, day: date) -> list[Missing]:
        lacks = self.mention_lacks(day)
        found = []
        if "amount" in lacks:
            found.append(conditions.amount_missing(self.terms, Money(max(0, self.counting(day)))))
            reasons = {debt.excluded_on(day) for debt in self.debts}
            found += [conditions.excluded(reason, self.terms) for reason in Exclusion if reason in reasons]
        if "age" in lacks:
            later = sorted(debt.old_from for debt in self.debts if debt.old_from > day)
            holds_from = next((on for on in later if "age" not in self.mention_lacks(on)), None)
            found.append(conditions.age_missing(self.terms, holds_from))
        return found

    def _missing_of_demand(self, day: date, demanded: Mapping[str, date]) -> list[Missing]:
        if demanded and self.has_enough(day, demanded):
            ends = {number: month_after(sent_on) for number, sent_on in demanded.items()}
            # On the last of these days every month has passed, so one of them suffices.
            served = ((on, {number for number, by in ends.items() if by <= on}) for on in sorted(set(ends.values())))
            end = next(on for on, numbers in served if self.has_enough(day, numbers))
            return [] if end <= day else [conditions.month_missing(self.terms, end)]
        found = [conditions.demand_missing(self.terms)]
        may_add_clause = self.terms.may_be_by_email and not self.has_email_clause
        if may_add_clause and any(self._demands_for(debt, day, {Route.EMAIL}) for debt in self.debts):
            found.append(conditions.clause_missing())
        return found


def _situation(kind: DebtorKind, invoices: Sequence["DueInvoice"], default: ClaimKind | Unknown) -> _Situation:
    """What the index knows: nothing of demands, acknowledgements and disputes."""
    in_favour = (i.outstanding.grosze for i in invoices if i.outstanding.currency == DEFAULT_CURRENCY)
    return _Situation(
        terms=terms_for(kind),
        debts=tuple(
            Debt(number=i.number, due_on=i.due_on, outstanding=i.outstanding, claim=i.claim or default)
            for i in invoices
            if i.outstanding.grosze > 0
        ),
        credit=-sum(grosze for grosze in in_favour if grosze < 0),
    )
