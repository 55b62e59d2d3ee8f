"""What the words of programs say of a payment: `opłacona`, `częściowo`, `Past due`, `tak`.

A phrase is looked up as it stands, folded; then without figures and without words that change nothing of it (`opłacona
przelewem 03.03.2026`, `Paid in full by card`). What is still not known is not guessed.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from upominek.adapters.formats.csv.folding import folded


class Told(StrEnum):
    """What a word says of an invoice."""

    PAID = "paid"
    OPEN = "open"  # something is still to pay, and the word does not say how much
    PART = "part"  # something was paid, and the word does not say how much
    PENDING = "pending"  # something may have been paid; an amount beside it is believed
    CANCELLED = "cancelled"
    DRAFT = "draft"  # no invoice yet
    NOTHING = "nothing"  # understood, and no word of payment


_PAID_STEMS: Final = ("oplacon", "zaplacon", "rozliczon", "uregulowan", "splacon", "wplacon")
_VOID_STEMS: Final = ("anulowan", "uniewaznion", "skasowan", "wycofan", "stornowan", "wystornowan", "odwrocon")
_VOID_STEMS_2: Final = ("usuniet", "umorzon", "spisan", "odpisan")
_DRAFT_STEMS: Final = ("niezatwierdzon", "robocz")
_SILENT_STEMS: Final = (
    *("wystawion", "wyslan", "dostarczon", "odebran", "zatwierdzon", "zaksiegowan", "zaakceptowan", "przyjet"),
    *("wydrukowan", "utworzon", "zafiskalizowan", "aktywn", "now", "obejrzan", "wyswietlon"),
)
_ENDINGS: Final = ("", "a", "e", "y", "o", "i")

_PHRASES: Final[Mapping[Told, str]] = {
    Told.PAID: """
        zaplata | wplata | wplynela | wplynelo | wplata otrzymana | zaplata otrzymana | platnosc otrzymana | nadplata
        nadplacona | zamknieta | zamkniete | zamkniety | opl | zapl | rozl | zwrocona | zwrocono
        paid | fully paid | paid in full | settled | fully settled | closed | cleared | reconciled | payment received
        overpaid | refunded | fully refunded | succeeded
    """,
    Told.OPEN: """
        brak wplaty | brak zaplaty | brak platnosci | bez wplaty | otwarta | otwarte | otwarty | nieopl | niezapl
        do zaplaty | do oplacenia | do rozliczenia | do zaplacenia | oczekuje na wplate | oczekuje na zaplate
        oczekuje na platnosc | oczekuje na oplacenie | oczekuje na rozliczenie | oczekujaca | oczekujace | oczekujacy
        przeterminowana | przeterminowane | przeterminowany | po terminie | wymagalna | niewymagalna | wymagalne
        zalegla | zalegle | zaleglosc | zalega
        unpaid | not paid | not yet paid | open | outstanding | overdue | past due | due | not due | not due yet
        not yet due | awaiting payment | payment due | payment pending | authorised | authorized | no payment
        unsettled
        not settled | unpaid and discounted | overdue and discounted | late | delinquent
    """,
    Told.PART: """
        czesciowo | czesciowa | czesciowe | czesciowy | czesc | czesciowa wplata | czesciowa zaplata
        czesciowa platnosc
        wplata czesciowa | zaplata czesciowa | platnosc czesciowa | wplacono czesc | zaplacono czesc | niedoplata
        niedoplacona
        partial | partially | partly | part | part paid | in part | partial payment | partially paid | partly paid
        paid partially | paid partly | paid in part | partially settled | partially refunded
        partly paid and discounted
        underpaid
    """,
    Told.PENDING: """
        w trakcie platnosci | platnosc w toku | platnosc w trakcie | platnosc zlecona
        pending | in payment | in process | processing | payment in progress | payment processing
    """,
    Told.CANCELLED: """
        storno | niewazna | niewazne | anul | void | voided | cancelled | canceled | reversed | deleted | annulled
        written off | write off | uncollectible | bad debt | credited | credit note issued
    """,
    Told.DRAFT: """
        szkic | wersja robocza | brudnopis | bufor | w buforze | proforma | pro forma | faktura proforma
        faktura pro forma | pro forma invoice | proforma invoice | oferta | zamowienie | draft | quote | quotation
        estimate | not approved | unapproved | awaiting approval | waiting approval | pending approval
    """,
    Told.NOTHING: """
        przelew | gotowka | karta | blik | pobranie | za pobraniem | kompensata | barter | bank transfer | wire transfer
        transfer | cash | card | credit card | debit card | direct debit | cheque | check | paypal | payu | przelewy24
        wyslana do klienta | wyslana do ksef | issued | sent | viewed | posted | approved | accepted | delivered
        opened
        emailed | printed | active | new | finalized | finalised | created
    """,
}

YES: Final = frozenset({"tak", "t", "yes", "y", "true", "prawda", "x", "v", "ok"})
NO: Final = frozenset({"nie", "n", "no", "false", "falsz"})
_TICKS: Final = {"✓": True, "✔": True, "☑": True, "✅": True, "✗": False, "✘": False, "☐": False, "❌": False}

_FILLERS: Final = frozenset(
    {
        *(
            "w",
            "calosci",
            "calkowicie",
            "pelni",
            "terminie",
            "po",
            "przed",
            "terminem",
            "gotowka",
            "gotowkowo",
            "przez",
        ),
        *("przelewem", "przelew", "karta", "kompensata", "blik", "online", "dnia", "dn", "z", "opoznieniem", "faktura"),
        *("recznie", "dni", "dzien", "r", "on", "in", "full", "fully", "by", "cash", "card", "transfer", "bank", "via"),
        *("late", "early", "at", "days", "day", "manually", "invoice", "ago", "status"),
    }
)
_NEGATED: Final = re.compile(r"\b(?:nie|not(?: yet)?) (?=(?:" + "|".join((*_PAID_STEMS, "paid")) + r"))")


def _phrases() -> Iterator[tuple[str, Told]]:
    for told, text in _PHRASES.items():
        for line in text.strip().splitlines():
            yield from ((phrase.strip(), told) for phrase in line.split("|"))
    for stem in _PAID_STEMS:
        for ending in _ENDINGS:
            yield f"{stem}{ending}", Told.PAID
            yield f"nie{stem}{ending}", Told.OPEN
            for part in ("czesciowo", "w czesci"):
                yield f"{part} {stem}{ending}", Told.PART
                yield f"{stem}{ending} {part}", Told.PART
    for stems, told in (
        ((*_VOID_STEMS, *_VOID_STEMS_2), Told.CANCELLED),
        (_DRAFT_STEMS, Told.DRAFT),
        (_SILENT_STEMS, Told.NOTHING),
    ):
        yield from ((f"{stem}{ending}", told) for stem in stems for ending in _ENDINGS)


_TOLD: Final = dict(_phrases())
_TOLD["niepaid"] = Told.OPEN
_METHODS: Final = frozenset({"przelew", "gotowka", "karta", "blik", "transfer", "cash", "card"})


def told_by(cell: str) -> Told | None:
    """What the cell says of the payment; None where that is not known. An empty cell has to be looked for before."""
    word = folded(cell)
    if (told := _TOLD.get(word)) is not None:
        return told
    joined = _NEGATED.sub("nie", word)
    words = joined.split()
    short = " ".join(one for one in words if one not in _FILLERS and not one.isdigit())
    if not short and not _METHODS.isdisjoint(words):
        return Told.NOTHING  # `przelew 14 dni`
    return _TOLD.get(joined) or _TOLD.get(short)


def is_yes(cell: str) -> bool | None:
    """Whether the cell says yes or no; None where it says neither."""
    if (ticked := _TICKS.get(cell.strip())) is not None:
        return ticked
    word = folded(cell)
    return True if word in YES else False if word in NO else None
