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
    STATUS = "status of payment"
    CANCELLED = "cancelled"
    PAID_ON = "date of the whole payment"
    PAYMENT_ON = "date of a payment"
    CURRENCY = "currency"
    ACCOUNT = "bank account"
    PAYMENT_LINK = "payment link"
    CLAIM = "kind of claim"
    CORRECTS = "corrected invoice"


SEVERAL = frozenset({Field.PHONES, Field.EMAILS, Field.ADDRESS})
"""May have several columns (`Telefon`, `Telefon 2`); their order is the order of preference."""

OF_PAYMENT = (Field.PAID, Field.OUTSTANDING, Field.STATUS, Field.CANCELLED, Field.PAID_ON, Field.PAYMENT_ON)
"""What is said of payments: read together, by `payment_columns`. Each may have several columns, which must agree."""


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


def money(canonical: str) -> Money:
    """The amount of its canonical text."""
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
            termin | termin platnosci | termin plat | termin zaplaty | termin zap | data terminu platnosci
            termin wymagalnosci | data wymagalnosci | wymagalnosc | wymagalne | platne do | platna do
            due | due on | due date | date due | payment due
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
        value=money,
    ),
    Field.PAID: Column(
        names="""
            zaplacono | zaplacone | zaplacona | zaplacony | zaplata | zaplaty | kwota zaplacona | zaplacona kwota
            kwota zaplaty | suma zaplat | zaplacono dotychczas | dotychczas zaplacono | juz zaplacono | czy zaplacono
            czy zaplacona | oplacono | oplacone | oplacona | oplacony | kwota oplacona | oplacona kwota | czy oplacona
            czy oplacono | wplacono | wplacone | wplacona | kwota wplacona | wplacona kwota | kwota wplaty | kwota wplat
            wplata | wplaty | suma wplat | razem wplaty | wplaty razem | dotychczasowe wplaty | otrzymane wplaty
            rozliczono | rozliczone | rozliczona | rozliczony | kwota rozliczona | rozliczona kwota | kwota rozliczenia
            czy rozliczona | czy rozliczono | uregulowano | uregulowane | uregulowana | kwota uregulowana | splacono
            splacone | splacona | kwota splacona | kwota splaty | splaty | otrzymano | kwota otrzymana | otrzymana kwota
            paid | paid amount | amount paid | already paid | invoice amount paid | is paid | paid to date
            amount paid to date | amount received | received amount | total paid | paid total | payments
            total payments
            payments received | payment amount | payments applied | amount applied | applied amount | amount settled
            settled amount | settled | is settled | fully paid | total received
        """,
    ),
    Field.OUTSTANDING: Column(
        names="""
            pozostalo | pozostaje | pozostalo do zaplaty | pozostaje do zaplaty | zostalo do zaplaty
            zostaje do zaplaty
            pozostalo do zaplacenia | pozostala kwota | kwota pozostala | kwota pozostajaca | pozostala do zaplaty
            pozostala kwota do zaplaty | kwota pozostala do zaplaty | kwota pozostajaca do zaplaty | pozostala naleznosc
            naleznosc pozostala | naleznosc pozostajaca | pozostalosc | do rozliczenia | kwota do rozliczenia
            pozostalo do rozliczenia | pozostaje do rozliczenia | pozostala do rozliczenia | do splaty | kwota do splaty
            pozostalo do splaty | saldo | saldo dokumentu | saldo faktury | saldo naleznosci | saldo do zaplaty
            saldo do rozliczenia | nierozliczono | nierozliczone | nierozliczona | kwota nierozliczona
            nierozliczona kwota | nieuregulowano | nieuregulowane | nieuregulowana | kwota nieuregulowana | nieoplacono
            nieoplacone | nieoplacona | kwota nieoplacona | nieoplacona kwota | niezaplacono | niezaplacone
            niezaplacona | kwota niezaplacona | niezaplacona kwota | niesplacone | kwota niesplacona | otwarte | otwarta
            kwota otwarta | otwarta kwota | zaleglosc | zaleglosci | kwota zaleglosci | kwota zalegla | zalegla kwota
            niedoplata | kwota niedoplaty
            outstanding | outstanding amount | amount outstanding | outstanding balance | total outstanding | balance
            balance due | open balance | balance amount | invoice balance | remaining balance | balance remaining
            remaining | remaining amount | amount remaining | remaining due | residual | residual amount
            amount residual | amount residual signed | amount due signed | open amount | amount open
            amount open to pay
            unpaid | unpaid amount | amount unpaid | unpaid balance | left to pay | still to pay | amount left
            still due
            open | amount overdue | overdue amount | past due amount | due balance
        """,
    ),
    Field.STATUS: Column(
        names="""
            status platnosci | stan platnosci | status zaplaty | stan zaplaty | status oplacenia | stan oplacenia
            status rozliczenia | stan rozliczenia | status wplaty | status naleznosci | stan naleznosci | status faktury
            stan faktury | status dokumentu | stan dokumentu | platnosc status | status | stan
            payment status | payment state | status of payment | paid status | invoice status | invoice state
            document status | status in payment | state
        """,
        is_dispensable=True,
    ),
    Field.CANCELLED: Column(
        names="""
            anulowana | anulowano | anulowane | anulowany | czy anulowana | uniewazniona | wystornowana | stornowana
            cancelled | canceled | is cancelled | is canceled | void | voided | is void | is voided
        """,
        is_dispensable=True,
    ),
    Field.PAID_ON: Column(
        names="""
            data zaplaty | data zaplacenia | data oplacenia | data rozliczenia | data uregulowania
            data calkowitej zaplaty
            zaplacono dnia | oplacono dnia | paid on | paid at | paid date | date paid | fully paid on | settled on
            fully paid on date | fully paid date | settlement date | date settled
        """,
        is_dispensable=True,
    ),
    Field.PAYMENT_ON: Column(
        names="""
            data wplaty | data ostatniej wplaty | ostatnia wplata | data ostatniej zaplaty | data platnosci
            data ostatniej platnosci | data splaty | data wplywu
            payment date | date of payment | last payment | last payment date | date of last payment | last paid on
            payment received on
        """,
        is_dispensable=True,
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
    Field.CORRECTS: Column(
        names="""
            faktura korygowana | nr faktury korygowanej | numer faktury korygowanej | koryguje | korekta do
            korekta do faktury | do faktury | dotyczy faktury | corrects | corrected invoice | corrected invoice no
            corrected invoice number | original invoice | original invoice number
        """,
        read=cells.read_text,
        states="corrects",
        is_dispensable=True,
    ),
}
"""In the order of `Field`. The debtor's id and the amounts are read by `values`, since they take several cells."""

DATES: Final = (
    *(field for field, one in COLUMNS.items() if one.read in {cells.read_date, cells.read_due_date}),
    Field.PAID_ON,
    Field.PAYMENT_ON,
)
"""Fields of dates, whose order of day and month only the whole file can tell."""
