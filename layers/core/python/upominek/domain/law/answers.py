"""Every answer of the law about one case on one day, each with its article.

The case is taken as it stands now, and judged on the day.

Source: `limitation`, `register_entry` and `rates` name theirs; fixed compensation: art. 2 and art. 10 of the act of 8
March 2013 on excessive delays in commercial transactions; interest: art. 481 KC, art. 7 and 8 of the same act, art. 53
of the Tax Ordinance.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from upominek.domain.cases.case import CaseFile
from upominek.domain.law.acknowledgement import acknowledged_days
from upominek.domain.law.demand import demands_in
from upominek.domain.law.limitation import (
    CLOSE_DAYS,
    CONSUMER_ARTICLE,
    DEFENCE_ARTICLE,
    TAX_END_ARTICLE,
    Limitation,
    Standing,
    limitation,
)
from upominek.domain.law.rates import InterestKind, interest_kind
from upominek.domain.law.register_entry import Debt, RegisterEntry, register_entry
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.values.kinds import ClaimKind, HoldKind
from upominek.domain.values.money import DEFAULT_CURRENCY, Money
from upominek.domain.values.unknown import Unknown

_ACT: Final = "ustawy z 8.03.2013 o przeciwdziałaniu nadmiernym opóźnieniom w transakcjach handlowych"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer.

    Attributes:
        allowed: whether it may be asked for.
    """

    allowed: bool
    article: str
    pl: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAnswer:
    """What holds for one open invoice.

    Attributes:
        answer: whether it may still be demanded.
        interest: which statutory interest it bears; None for taxes and fees.
    """

    number: str
    outstanding: Money
    limitation: Limitation
    standing: Standing
    answer: Answer
    interest: InterestKind | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """All answers for a case on a day; the claims by due date."""

    creditor: str
    debtor: str
    kind: DebtorKind | Unknown
    day: date
    register: RegisterEntry
    claims: tuple[ClaimAnswer, ...]
    interest: Answer
    compensation: Answer


def answers(file: CaseFile, creditor: Creditor, day: date, *, close_days: int = CLOSE_DAYS) -> Answers:
    """What the law says of the case on the day.

    Args:
        close_days: a claim with so many days left or fewer is close to its limitation.
    """
    case, kind = file.case, file.case.debtor.kind_in_law
    debts = debts_of(file, creditor, day)
    return Answers(
        creditor=creditor.id,
        debtor=case.debtor.id,
        kind=case.debtor.kind,
        day=day,
        register=register_entry(
            kind,
            debts,
            day,
            credit=case.credit_in(DEFAULT_CURRENCY),
            demands=demands_in(file.facts),
            register=creditor.register,
            has_email_clause=case.debtor.email_clause is not None,
        ),
        claims=tuple(_claim(debt, kind, day, close_days) for debt in debts),
        interest=_interest(kind),
        compensation=_compensation(kind, debts),
    )


def debts_of(file: CaseFile, creditor: Creditor, day: date) -> tuple[Debt, ...]:
    """The open invoices of a case as the law sees them, by due date; credit notes are none.

    Args:
        day: what the debtor acknowledged later does not count.
    """
    case = file.case
    known = acknowledged_days(case.creditor, case.debtor.id, file.facts, creditor.hours.local_day)
    disputes = {hold.number: hold.until or date.max for hold in case.holds.values() if hold.kind is HoldKind.DISPUTE}
    debts = [
        Debt(
            number=invoice.number,
            due_on=invoice.header.due_on,
            outstanding=invoice.outstanding,
            claim=invoice.header.claim or creditor.claim_kind,
            acknowledged_on=tuple(on for on in known.get(invoice.number, ()) if on <= day),
            disputed_until=max(_disputes_of(disputes, invoice.number), default=None),
        )
        for invoice in file.invoices
        if invoice.is_open and invoice.header and invoice.outstanding and invoice.outstanding.grosze > 0
    ]
    return tuple(sorted(debts, key=lambda debt: (debt.due_on, debt.number)))


def _disputes_of(disputes: Mapping[str | None, date], number: str) -> Iterator[date]:
    """The last days of the disputes about the whole case and about the invoice."""
    return (disputes[about] for about in (None, number) if about in disputes)


def _claim(debt: Debt, kind: DebtorKind, day: date, close_days: int) -> ClaimAnswer:
    found = limitation(debt.due_on, debt.claim, debt.acknowledged_on)
    standing = found.standing(day, close_days)
    return ClaimAnswer(
        number=debt.number,
        outstanding=debt.outstanding,
        limitation=found,
        standing=standing,
        answer=_barred(found, kind) if standing is Standing.BARRED else _not_barred(found, standing, day),
        interest=interest_kind(kind, debt.claim),
    )


def _not_barred(found: Limitation, standing: Standing, day: date) -> Answer:
    last, left = found.last_day.isoformat(), (found.last_day - day).days
    if standing is Standing.CLOSE:
        pl = f"Roszczenie niedługo się przedawni: ostatni dzień to {last} (pozostało dni: {left})."
        en = f"The claim will soon be time-barred: the last day is {last} (days left: {left})."
    else:
        pl = f"Roszczenie nie jest przedawnione; ostatni dzień to {last}."
        en = f"The claim is not time-barred; the last day is {last}."
    return Answer(allowed=True, article=found.article, pl=pl, en=en)


def _barred(found: Limitation, kind: DebtorKind) -> Answer:
    since = found.first_barred_day.isoformat()
    if found.claim is ClaimKind.TAX:
        return Answer(
            allowed=False,
            article=f"{found.article}, {TAX_END_ARTICLE}",
            pl=f"Zobowiązanie wygasło przez przedawnienie {since}: nie wolno żądać zapłaty.",
            en=f"The tax lapsed by limitation on {since}: payment cannot be demanded.",
        )
    if kind is DebtorKind.CONSUMER:
        return Answer(
            allowed=False,
            article=f"{found.article}, {CONSUMER_ARTICLE}",
            pl=f"Roszczenie jest przedawnione od {since}: od konsumenta nie wolno już żądać zapłaty.",
            en=f"The claim is time-barred since {since}: payment cannot be demanded from a consumer any more.",
        )
    return Answer(
        allowed=True,
        article=f"{found.article}, {DEFENCE_ARTICLE}",
        pl=f"Roszczenie jest przedawnione od {since}: dłużnik może odmówić zapłaty. Zdecyduj, czy nadal je dochodzić.",
        en=f"The claim is time-barred since {since}: the debtor may refuse to pay. Decide whether to go on.",
    )


def _interest(kind: DebtorKind) -> Answer:
    owed = interest_kind(kind)
    if owed is InterestKind.CIVIL:
        return Answer(
            allowed=True,
            article="art. 481 § 1 i 2 KC",
            pl="Należą się odsetki ustawowe za opóźnienie.",
            en="Statutory interest for delay is owed.",
        )
    number = "7" if kind is DebtorKind.BUSINESS else "8"
    lower_pl, lower_en = (
        (" według niższej stopy dla publicznych podmiotów leczniczych", " at the lower rate of public healthcare")
        if owed is InterestKind.HEALTHCARE
        else ("", "")
    )
    return Answer(
        allowed=True,
        article=f"art. {number} ust. 1 i art. 4 pkt 3 {_ACT}",
        pl=f"Należą się odsetki ustawowe za opóźnienie w transakcjach handlowych{lower_pl}.",
        en=f"Statutory interest for delay in commercial transactions is owed{lower_en}.",
    )


def _compensation(kind: DebtorKind, debts: tuple[Debt, ...]) -> Answer:
    if kind is DebtorKind.CONSUMER:
        return Answer(
            allowed=False,
            article=f"art. 2 i art. 10 ust. 1 {_ACT}",
            pl="Rekompensaty za koszty odzyskiwania należności nie wolno żądać od konsumenta.",
            en="Fixed compensation for recovery costs cannot be asked of a consumer.",
        )
    if debts and all(debt.claim is ClaimKind.TAX for debt in debts):
        return Answer(
            allowed=False,
            article=f"art. 4 pkt 1 {_ACT}",
            pl="Podatki i opłaty publiczne nie są transakcją handlową, więc rekompensata się nie należy.",
            en="Taxes and public fees are no commercial transaction, so no fixed compensation is owed.",
        )
    return Answer(
        allowed=True,
        article=f"art. 10 ust. 1 {_ACT}",
        pl="Rekompensata (40, 70 albo 100 euro za fakturę) należy się od dnia wymagalności odsetek.",
        en="Fixed compensation (40, 70 or 100 euro an invoice) is owed from the day on which interest is.",
    )
