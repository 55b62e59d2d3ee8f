"""Why a letter is not written, and what a person should know of one that is, in words."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from upominek.domain.cases.case import Hold
from upominek.domain.errors import Refused
from upominek.domain.law.limitation import CONSUMER_ARTICLE, DEFENCE_ARTICLE
from upominek.domain.law.register_conditions import Missing
from upominek.domain.law.register_entry import Debt
from upominek.domain.values.problem import Problem

Remark = Problem[None]
"""What the person who asked should know of the letter, without it being an error. It is about the letter as a whole."""


def barred_left_out(debts: Sequence[Debt]) -> Remark:
    """A consumer is not asked for these."""
    return Problem(
        None,
        "time_barred_left_out",
        f"Pominięto przedawnione: {_numbers(debts)}. Nie wolno ich żądać od konsumenta ({CONSUMER_ARTICLE}).",
        f"Left out as time-barred: {_numbers(debts)}. They cannot be demanded from a consumer ({CONSUMER_ARTICLE}).",
    )


def barred_named(debts: Sequence[Debt]) -> Remark:
    """A firm may refuse to pay these."""
    return Problem(
        None,
        "time_barred",
        f"Przedawnione: {_numbers(debts)}. Dłużnik może odmówić ich zapłaty ({DEFENCE_ARTICLE}).",
        f"Time-barred: {_numbers(debts)}. The debtor may refuse to pay them ({DEFENCE_ARTICLE}).",
    )


def disputed_left_out(debts: Sequence[Debt]) -> Remark:
    """What is disputed is cleared up first."""
    return Problem(
        None,
        "disputed_left_out",
        f"Pominięto sporne: {_numbers(debts)}. Najpierw wyjaśnij spór i zdejmij wstrzymanie.",
        f"Left out as disputed: {_numbers(debts)}. Settle the dispute and release the hold first.",
    )


def case_is_held(hold: Hold) -> Remark:
    """Nothing goes out by itself, and a person should know why."""
    return Problem(
        None,
        "case_held",
        f"Sprawa jest wstrzymana ({hold.kind.value}): {hold.reason}. Sprawdź, czy to pismo ma teraz wyjść.",
        f"The case is on hold ({hold.kind.value}): {hold.reason}. See whether this letter should go now.",
    )


def no_address() -> Remark:
    """The window would show a name alone."""
    return Problem(
        None,
        "address_missing",
        "Dłużnik nie ma adresu pocztowego: w oknie koperty stoi tylko nazwa.",
        "The debtor has no postal address: the window shows a name only.",
    )


def rates_may_change(known_on: date) -> Remark:
    """Interest was reckoned by a rate that a later one may replace."""
    return Problem(
        None,
        "rates_provisional",
        f"Stopy odsetek są sprawdzone do {known_on.isoformat()}; po tym dniu przyjęto ostatnią znaną.",
        f"Rates of interest are known up to {known_on.isoformat()}; after that day the last known one was used.",
    )


def nothing_left(remarks: Sequence[Remark], *, is_balance: bool) -> Refused:
    """There is no invoice to write about."""
    why_pl, why_en = (" ".join(texts) for texts in ([one.pl for one in remarks], [one.en for one in remarks]))
    pl, en = (
        ("Sprawa nie ma otwartych faktur.", "The case has no open invoices.")
        if is_balance
        else ("Sprawa nie ma faktur po terminie, o które można prosić.", "No overdue invoice is left to ask for.")
    )
    return Refused("nothing_overdue", pl=f"{pl} {why_pl}".strip(), en=f"{en} {why_en}".strip())


def covered_by_credit() -> Refused:
    """The creditor owes as much."""
    return Refused(
        "covered_by_credit",
        pl="Nadpłaty i korekty pokrywają wszystko, co jest do zapłaty: nie ma o czym pisać.",
        en="Overpayments and credit notes cover all that is owed: there is nothing to write about.",
    )


def interest_none() -> Refused:
    """A note of nothing."""
    return Refused(
        "interest_none",
        pl="Od tych faktur nie ma jeszcze odsetek, więc nie ma noty do wystawienia.",
        en="There is no interest on these invoices yet, so there is no note to write.",
    )


def several_currencies() -> Refused:
    """Instalments add up within one currency."""
    return Refused(
        "instalments_currency",
        pl="Zaległości są w kilku walutach, a porozumienie ratalne może dotyczyć tylko jednej.",
        en="What is owed is in several currencies, and an agreement on instalments can be about one only.",
    )


def register_conditions(lacks: Sequence[Missing]) -> Refused:
    """No entry could follow, so nobody is warned of one."""
    return Refused(
        "register_conditions",
        pl="Nie można teraz ostrzec o przekazaniu danych do biura. "
        + " ".join(f"{one.pl} ({one.article})" for one in lacks),
        en="The debtor cannot be warned of an entry now. " + " ".join(f"{one.en} ({one.article})" for one in lacks),
    )


_WITHHELD: Final = {
    "consumer": ("konsument jej nie płaci", "a consumer does not owe it"),
    "currency": ("faktury nie są w złotych", "the invoices are not in złoty"),
    "covered-by-credit": ("nadpłaty i korekty pokrywają zaległości", "credits cover what is overdue"),
    "tax": ("podatki i opłaty mają własne odsetki", "taxes and fees have interest of their own"),
    "not-overdue": ("termin jeszcze nie minął (art. 115 KC)", "nothing is overdue yet (art. 115 KC)"),
    "unknown": ("wierzyciel nie ma umowy z biurem", "the creditor has no contract with a bureau"),
    "amount": ("kwota jest za mała", "too little is owed"),
    "age": ("zaległość jest za krótka", "it is not owed for long enough"),
}
_RATE_MISSING: Final = {
    "interest": (
        "brakuje stopy; wczytaj ją (upominek rates import)",
        "a rate is missing; import it (upominek rates import)",
    ),
    "compensation": (
        "brakuje kursu euro; wczytaj go (upominek rates import-eur)",
        "the rate of the euro is missing; import it (upominek rates import-eur)",
    ),
}
_CLAIMS: Final = {
    "interest": ("odsetki", "interest"),
    "compensation": ("rekompensata", "compensation"),
    "register": ("ostrzeżenie o wpisie", "warning of an entry"),
}


def claim_withheld(codes: Sequence[str]) -> Refused:
    """The letter would have to leave out what it was asked to claim."""
    said = [
        (_CLAIMS[what], _RATE_MISSING[what] if why == "rate-missing" else _WITHHELD[why])
        for what, _, why in (code.partition("-") for code in codes)
    ]
    return Refused(
        "claim_withheld",
        pl="Pismo nie może tego zawierać: " + "; ".join(f"{what[0]} – {why[0]}" for what, why in said) + ".",
        en="The letter cannot say this: " + "; ".join(f"{what[1]} – {why[1]}" for what, why in said) + ".",
    )


def _numbers(debts: Sequence[Debt]) -> str:
    return ", ".join(debt.number for debt in debts)
