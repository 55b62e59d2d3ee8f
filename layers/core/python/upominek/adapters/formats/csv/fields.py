"""Each field of the table, declared once: how its column is named, how its cells are read, what they state.

The names are written folded; see `folding`.
"""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from upominek.adapters.formats.csv import cells, shortcuts
from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.money import Money


class Field(StrEnum):
    """What a column can say."""

    DEBTOR_ID = "debtor id"
    NAME = "name"
    FIRST_NAME = "first name"
    LAST_NAME = "last name"
    KIND = "kind"
    NIP = "NIP"
    REGON = "REGON"
    PESEL = "PESEL"
    PHONES = "phones"
    EMAILS = "e-mails"
    LANGUAGE = "language"
    TAGS = "tags"
    ADDRESS = "address"
    POSTCODE = "postcode"
    CITY = "city"
    EMAIL_CLAUSE = "e-mail for demands"
    NUMBER = "invoice number"
    ISSUED_ON = "issue date"
    DUE_ON = "due date"
    AMOUNT = "amount"
    PAID = "paid"
    OUTSTANDING = "outstanding"
    CURRENCY = "currency"
    ACCOUNT = "bank account"
    PAYMENT_LINK = "payment link"
    CLAIM = "kind of claim"


SEVERAL = frozenset({Field.PHONES, Field.EMAILS, Field.ADDRESS})
"""May have several columns (`Telefon`, `Telefon 2`); their order is the order of preference."""


class Column(NamedTuple):
    """What is known of the columns of one field.

    Attributes:
        names: of header cells that leave no doubt, between bars.
        read: makes a cell its canonical text; None where that takes more than the one cell.
        plain: finds the plain cells among many, which is quicker; None where there is no short cut.
        states: the field of an invoice's `Header` that the cells state; empty where they tell something else.
        value: makes the value of that field of a canonical text.
        is_dispensable: the debt is known without it, so a cell that cannot be read costs itself, not the row.
    """

    names: str
    read: Callable[[str], str] | None = None
    plain: shortcuts.Shortcut | None = None
    states: str = ""
    value: Callable[[str], object] = str
    is_dispensable: bool = False


def _money(canonical: str) -> Money:
    units, _, currency = canonical.partition(" ")
    return Money(int(units), currency)


COLUMNS: Final[Mapping[Field, Column]] = {
    Field.DEBTOR_ID: Column(
        names="identyfikator | akronim | external id",
        plain=shortcuts.plain_ids,
    ),
    Field.NAME: Column(
        names="""
            nazwa firmy | nazwa podmiotu | pelna nazwa | imie i nazwisko | imie nazwisko | nazwisko i imie
            nazwa imie i nazwisko | company name | full name
        """,
        read=cells.read_text,
        plain=shortcuts.plain_texts,
        is_dispensable=True,
    ),
    Field.FIRST_NAME: Column(
        names="imie | first name | given name",
        read=cells.read_text,
        plain=shortcuts.plain_texts,
        is_dispensable=True,
    ),
    Field.LAST_NAME: Column(
        names="nazwisko | last name | surname | family name",
        read=cells.read_last_name,
        plain=shortcuts.plain_texts,
        is_dispensable=True,
    ),
    Field.KIND: Column(
        names="rodzaj podmiotu | typ podmiotu | kind",
        read=cells.read_kind,
        is_dispensable=True,
    ),
    Field.NIP: Column(
        names="""
            nip | nr nip | numer nip | nip firmy | nip ue | tax id | tax no | tax number | vat id | vat no | vat number
            tin
        """,
        read=cells.read_nip,
        plain=shortcuts.plain_nips,
        is_dispensable=True,
    ),
    Field.REGON: Column(
        names="regon | nr regon | numer regon",
        read=cells.read_regon,
        is_dispensable=True,
    ),
    Field.PESEL: Column(
        names="pesel | nr pesel | numer pesel",
        read=cells.read_pesel,
        is_dispensable=True,
    ),
    Field.PHONES: Column(
        names="""
            telefon | telefony | tel | tel kom | nr tel | nr telefonu | numer telefonu | numery telefonow
            telefon komorkowy | telefon kontaktowy | telefon stacjonarny | komorka | kom | gsm | mobile | mobile phone
            mobile number | phone | phones | phone number | telephone | cell phone
        """,
        read=cells.read_phones,
        plain=shortcuts.plain_phones,
        is_dispensable=True,
    ),
    Field.EMAILS: Column(
        names="""
            email | e mail | emails | e mails | mail | maile | adres email | adres e mail | adresy email | adresy e mail
            adres mailowy | poczta | poczta elektroniczna | adres poczty elektronicznej | email address | e mail address
            mail address
        """,
        read=cells.read_emails,
        plain=shortcuts.plain_emails,
        is_dispensable=True,
    ),
    Field.LANGUAGE: Column(
        names="jezyk | jezyk korespondencji | jezyk komunikacji | language | lang | locale",
        read=cells.read_language,
        is_dispensable=True,
    ),
    Field.TAGS: Column(
        names="tagi | tag | etykiety | etykieta | znaczniki | segment | tags | labels | label",
        read=cells.read_tags,
        is_dispensable=True,
    ),
    Field.ADDRESS: Column(
        names="""
            adres | adres korespondencyjny | adres pocztowy | ulica | ulica i numer | ulica i nr | ulica nr | address
            postal address | street | street address | address line
        """,
        read=cells.read_lines,
        is_dispensable=True,
    ),
    Field.POSTCODE: Column(
        names="kod pocztowy | postcode | postal code | zip | zip code",
        read=cells.read_text,
        is_dispensable=True,
    ),
    Field.CITY: Column(
        names="miasto | miejscowosc | city | town",
        read=cells.read_text,
        plain=shortcuts.plain_texts,
        is_dispensable=True,
    ),
    Field.EMAIL_CLAUSE: Column(
        names="""
            adres do wezwan | adres email do wezwan | adres e mail do wezwan | email do wezwan | e mail do wezwan
            email clause | email for demands | e mail for demands | demand email
        """,
        read=cells.read_email_clause,
        plain=shortcuts.plain_emails,
        is_dispensable=True,
    ),
    Field.NUMBER: Column(
        names="""
            faktura | numer faktury | nr faktury | faktura nr | faktura numer | numer faktury vat | nr faktury vat | fv
            nr fv | numer fv | numer dokumentu | nr dokumentu | dokument nr | invoice | invoice no | invoice nr
            invoice number | invoice id | document no | document number
        """,
        read=cells.read_number,
        plain=shortcuts.plain_ids,
    ),
    Field.ISSUED_ON: Column(
        names="""
            data wystawienia | data wystawienia faktury | data wyst | data faktury | data dokumentu | wystawiono
            wystawiona
            issue date | issued | issued on | date of issue | date issued | invoice date | document date
        """,
        read=cells.read_date,
        states="issued_on",
        value=date.fromisoformat,
    ),
    Field.DUE_ON: Column(
        names="""
            termin | termin platnosci | termin zaplaty | data terminu platnosci | termin wymagalnosci
            data wymagalnosci
            wymagalnosc | wymagalne | platne do | platna do | due | due on | due date | date due | payment due
            payment due date | payment deadline | payment to | pay by
        """,
        read=cells.read_due_date,
        states="due_on",
        value=date.fromisoformat,
    ),
    Field.AMOUNT: Column(
        names="""
            brutto | kwota brutto | wartosc brutto | suma brutto | razem brutto | cena brutto | kwota faktury
            wartosc faktury | kwota naleznosci | kwota dokumentu | gross | gross amount | amount gross | gross total
            total gross | price gross | invoice amount | invoice total | total amount
        """,
        states="amount",
        value=_money,
    ),
    Field.PAID: Column(
        names="""
            zaplacono | zaplacone | kwota zaplacona | oplacono | wplacono | kwota wplacona | wplata | wplaty
            suma wplat
            rozliczono | kwota rozliczona | uregulowano | paid | paid amount | amount paid | already paid
        """,
        states="paid",
        value=_money,
    ),
    Field.OUTSTANDING: Column(
        names="""
            pozostalo | pozostalo do zaplaty | pozostaje do zaplaty | zostalo do zaplaty | pozostala kwota
            kwota pozostala
            saldo | nierozliczono | nieuregulowano | outstanding | outstanding amount | amount outstanding | amount due
            balance | balance due | remaining | open amount
        """,
    ),
    Field.CURRENCY: Column(
        names="waluta | kod waluty | waluta faktury | currency | currency code | ccy",
        read=cells.read_currency,
    ),
    Field.ACCOUNT: Column(
        names="""
            rachunek | rachunek bankowy | nr rachunku | numer rachunku | nr rachunku bankowego
            numer rachunku bankowego
            rachunek do wplat | konto | konto bankowe | nr konta | numer konta | nr konta bankowego
            numer konta bankowego
            konto do wplat | nrb | iban | bank account | bank account number | account number | account no
        """,
        read=cells.read_account,
        plain=shortcuts.plain_accounts,
        states="account",
    ),
    Field.PAYMENT_LINK: Column(
        names="link do platnosci | link platnosci | payment link | payment url | payment page",
        read=cells.read_payment_link,
        states="payment_link",
        is_dispensable=True,
    ),
    Field.CLAIM: Column(
        names="""
            rodzaj roszczenia | typ roszczenia | rodzaj naleznosci | typ naleznosci
            claim kind | kind of claim | claim type
        """,
        read=cells.read_claim,
        states="claim",
        value=ClaimKind,
    ),
}
"""In the order of `Field`. The debtor's id and the amounts are read by `values`, since they take several cells."""

DATES: Final = tuple(field for field, one in COLUMNS.items() if one.read in {cells.read_date, cells.read_due_date})
"""Fields of dates, whose order of day and month only the whole file can tell."""
