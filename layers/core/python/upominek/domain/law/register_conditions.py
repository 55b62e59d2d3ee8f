"""What the law asks before an entry in a register of debtors, and how a missing condition is told.

Source: act of 9 April 2010 on access to economic information and exchange of economic data (ustawa o udostępnianiu
informacji gospodarczych i wymianie danych gospodarczych), art. 12, 14 and 15.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, assert_never

from upominek.domain.law.demand import Route
from upominek.domain.law.limitation import CONSUMER_ARTICLE, DEFENCE_ARTICLE
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.values.money import Money

AGE_DAYS: Final = 30

_ACT: Final = "ustawy z 9.04.2010 o udostępnianiu informacji gospodarczych"


@dataclass(frozen=True, slots=True)
class RegisterTerms:
    """What the law asks for one kind of debtor.

    Attributes:
        routes: by which a demand counts in any case.
        may_be_by_email: whether a contract may add e-mail.
    """

    section: str
    minimum: Money
    routes: frozenset[Route]
    may_be_by_email: bool

    @property
    def sum_article(self) -> str:
        """Where amount and age come from."""
        return f"{self.section} ust. 1 pkt 2 {_ACT}"

    @property
    def demand_article(self) -> str:
        """Where the demand and its month come from."""
        return f"{self.section} ust. 1 pkt 3 {_ACT}"

    @property
    def barred_article(self) -> str:
        """Why a time-barred claim does not count."""
        return CONSUMER_ARTICLE if self is CONSUMER_TERMS else DEFENCE_ARTICLE


CONSUMER_TERMS: Final = RegisterTerms(
    "art. 14", Money(20_000), frozenset({Route.REGISTERED, Route.IN_PERSON}), may_be_by_email=False
)
OTHER_TERMS: Final = RegisterTerms(
    "art. 15", Money(50_000), frozenset({Route.REGISTERED, Route.IN_PERSON, Route.E_DELIVERY}), may_be_by_email=True
)


def terms_for(kind: DebtorKind) -> RegisterTerms:
    """The conditions for a debtor of this kind; a public body is no consumer, so it is treated as a business is."""
    match kind:
        case DebtorKind.CONSUMER:
            return CONSUMER_TERMS
        case DebtorKind.BUSINESS | DebtorKind.PUBLIC | DebtorKind.HEALTHCARE:
            return OTHER_TERMS
        case _:
            assert_never(kind)


class Exclusion(StrEnum):
    """Why an invoice does not count towards an entry."""

    CURRENCY = "currency"
    TAX = "tax"
    TIME_BARRED = "time-barred"
    DISPUTED = "disputed"
    UNKNOWN_CLAIM = "unknown-claim"  # what is owed for is a word of another version


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A condition that does not hold.

    Attributes:
        condition: `amount`, `age`, `demand`, `email-clause`, `month`, `contract`, or an `Exclusion`.
        holds_from: the day from which it holds as things stand; None where somebody must do something first.
    """

    condition: str
    article: str
    pl: str
    en: str
    holds_from: date | None = None


def amount_missing(terms: RegisterTerms, amount: Money) -> Missing:
    """Too little is owed."""
    return Missing(
        condition="amount",
        article=terms.sum_article,
        pl=f"Liczące się zaległości wynoszą {amount.plain()} PLN, a potrzeba co najmniej {terms.minimum.plain()} PLN.",
        en=f"What counts comes to {amount.plain()} PLN; at least {terms.minimum.plain()} PLN are needed.",
    )


def age_missing(terms: RegisterTerms, holds_from: date | None) -> Missing:
    """It is not owed for long enough."""
    return Missing(
        condition="age",
        article=terms.sum_article,
        pl=f"Zaległości muszą być wymagalne od co najmniej {AGE_DAYS} dni{_since(holds_from, 'będą od')}.",
        en=f"What is owed must have been overdue for at least {AGE_DAYS} days{_since(holds_from, 'it will from')}.",
        holds_from=holds_from,
    )


def demand_missing(terms: RegisterTerms) -> Missing:
    """No demand with the warning went out by a route that counts."""
    pl, en = (
        ("listem poleconym albo do rąk własnych", "by registered letter or in person")
        if terms.section == CONSUMER_TERMS.section
        else (
            "listem poleconym, do rąk własnych albo na adres do doręczeń elektronicznych",
            "by registered letter, in person or to the address for electronic delivery",
        )
    )
    return Missing(
        condition="demand",
        article=terms.demand_article,
        pl="Brakuje wezwania do zapłaty zaległych faktur z ostrzeżeniem o zamiarze przekazania danych, z nazwą biura "
        f"i adresem jego siedziby, wysłanego {pl}. SMS nie wystarcza.",
        en="There is no demand for the overdue invoices that warns of the entry, names the bureau and its seat, and "
        f"went out {en}. An SMS does not count.",
    )


def clause_missing() -> Missing:
    """The demand went by e-mail, and no contract allows that."""
    return Missing(
        condition="email-clause",
        article=f"art. 15 ust. 1a {_ACT}",
        pl="Wezwanie e-mailem liczy się tylko wtedy, gdy umowa je przewiduje i podaje adres e-mail dłużnika.",
        en="A demand by e-mail counts only where the contract provides for it and names the debtor's e-mail address.",
    )


def month_missing(terms: RegisterTerms, holds_from: date) -> Missing:
    """The demand is too young."""
    return Missing(
        condition="month",
        article=terms.demand_article,
        pl=f"Od wysłania wezwania musi minąć miesiąc; minie {holds_from.isoformat()}.",
        en=f"A month must pass after the demand was sent; it ends on {holds_from.isoformat()}.",
        holds_from=holds_from,
    )


def contract_missing() -> Missing:
    """Data may be passed on under a contract only."""
    return Missing(
        condition="contract",
        article=f"art. 12 {_ACT}",
        pl="Wierzyciel nie ma umowy z biurem informacji gospodarczej. Gdy ją zawrze, wpisz biuro i jego siedzibę "
        "w pliku wierzyciela, pod kluczem „register”.",
        en="The creditor has no contract with a bureau. Once there is one, give the bureau and its seat in the "
        "creditor's file, under the key “register”.",
    )


def excluded(reason: Exclusion, terms: RegisterTerms) -> Missing:
    """Invoices that would have counted do not."""
    article, pl, en = {
        Exclusion.CURRENCY: (
            terms.sum_article,
            "Część faktur jest w innej walucie: próg jest w złotych, więc się nie liczą.",
            "Some invoices are in another currency: the limit is in złoty, so they do not count.",
        ),
        Exclusion.TAX: (
            "art. 293 § 1 Ordynacji podatkowej",
            "Podatków i opłat publicznych nie zgłasza się do biura: obowiązuje tajemnica skarbowa.",
            "Taxes and public fees are not passed to a bureau: they are a fiscal secret.",
        ),
        Exclusion.TIME_BARRED: (
            terms.barred_article,
            "Część roszczeń jest przedawniona, więc się nie liczy.",
            "Some claims are time-barred, so they do not count.",
        ),
        Exclusion.DISPUTED: (
            f"art. 2 ust. 1 {_ACT}",
            "Część faktur jest sporna; dopóki sporu nie rozstrzygnięto, nie liczą się do wpisu.",
            "Some invoices are disputed; until that is settled they do not count.",
        ),
        Exclusion.UNKNOWN_CLAIM: (
            terms.sum_article,
            "Części faktur ta wersja programu nie umie ocenić (nieznany rodzaj roszczenia), więc się nie liczą.",
            "This version cannot judge some invoices (an unknown kind of claim), so they do not count.",
        ),
    }[reason]
    return Missing(condition=reason.value, article=article, pl=pl, en=en)


def _since(day: date | None, words: str) -> str:
    return "" if day is None else f"; {words} {day.isoformat()}"
