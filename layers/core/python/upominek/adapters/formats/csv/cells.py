"""What one cell says, in its canonical text.

Each reader takes a cell as the file has it and gives the one way to write its value (`+48512345678`, `2026-03-02`,
`123456 PLN`), or an empty text for an empty cell. Canonical texts are what two rows are compared by, and what the
values are made from once the row is taken; a row that is only checked needs no objects.

The domain's own parsers decide what a value is; the readers take off what spreadsheets put around it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from upominek.adapters.formats.csv.encoding import is_garbled
from upominek.adapters.formats.csv.folding import folded
from upominek.adapters.formats.csv.payment_words import Told, is_yes, told_by
from upominek.domain.errors import InvalidValue
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.values.contact import email_invalid, find_emails, find_phones, parse_email, parse_phone
from upominek.domain.values.identifiers import (
    parse_account,
    parse_debtor_id,
    parse_invoice_number,
    parse_pesel,
    parse_regon,
    parse_tax_number,
)
from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.link import parse_payment_link
from upominek.domain.values.money import parse_amount, parse_currency
from upominek.domain.values.written_date import due_date_missing, parse_date

T = TypeVar("T")

LIST_MARK = "\x1e"
"""Between the members of a list in a canonical text; never in a cell, where it would be an unprintable character."""

LONGEST_TEXT = 200
MOST_MEMBERS = 10
MOST_TAGS = 50

KINDS = {
    DebtorKind.CONSUMER: """
        konsument | osoba fizyczna | osoba prywatna | osoba | prywatny | klient indywidualny | klient prywatny
        indywidualny | of | consumer | person | private person | individual | private | natural person
    """,
    DebtorKind.BUSINESS: """
        firma | przedsiebiorca | przedsiebiorstwo | dzialalnosc gospodarcza | jdg | spolka | osoba prawna
        klient biznesowy | biznes | podmiot gospodarczy | business | company | firm | b2b | enterprise
        legal person | corporate
    """,
    DebtorKind.PUBLIC: """
        publiczny | podmiot publiczny | jednostka publiczna | instytucja publiczna | jednostka budzetowa | urzad | gmina
        powiat | jst | jsfp | samorzad | sektor publiczny | public | public body | public entity | public sector
        government | authority | municipality
    """,
    DebtorKind.HEALTHCARE: """
        szpital | szpital publiczny | podmiot leczniczy | publiczny podmiot leczniczy | spzoz | sp zoz | zoz
        healthcare | health care | healthcare entity | public healthcare | hospital | public hospital
    """,
}
CLAIMS = {
    ClaimKind.SALE: "sprzedaz | towar | towary | sprzedaz towarow | sale | sales | goods",
    ClaimKind.BUSINESS: """
        usluga | uslugi | dzialalnosc | dzialalnosc gospodarcza | roboty | roboty budowlane | business | service
        services
    """,
    ClaimKind.PERIODIC: """
        okresowe | okresowa | swiadczenie okresowe | swiadczenia okresowe | abonament | czynsz | najem | periodic
        rent | subscription
    """,
    ClaimKind.TRANSPORT: "przewoz | transport | fracht | carriage | freight",
    ClaimKind.TAX: """
        podatek | podatki | podatkowe | oplata lokalna | oplata publiczna | danina | danina publiczna | tax | taxes
        public fee
    """,
    ClaimKind.OTHER: "inne | inny | inna | pozostale | other",
}


def _by_word(words_of: Mapping[T, str]) -> dict[str, T]:
    return {
        word.strip(): one
        for one, words in words_of.items()
        for line in words.strip().splitlines()
        for word in line.split("|")
    }


_KIND_BY_WORD = _by_word(KINDS)
_CLAIM_BY_WORD = _by_word(CLAIMS)

LANGUAGES = {
    **dict.fromkeys(("polski", "polish"), "pl"),
    **dict.fromkeys(("angielski", "english", "gb"), "en"),
    **dict.fromkeys(("ukrainski", "ukrainian", "ua"), "uk"),
    **dict.fromkeys(("niemiecki", "german"), "de"),
    **dict.fromkeys(("rosyjski", "russian"), "ru"),
    **dict.fromkeys(("czeski", "czech", "cz"), "cs"),
    **dict.fromkeys(("slowacki", "slovak"), "sk"),
    **dict.fromkeys(("litewski", "lithuanian"), "lt"),
}
"""Names of languages and codes of countries that stand where a language's code should."""

# Source: what Excel and LibreOffice show for a failed formula, in Polish and English.
FORMULA_ERRORS = frozenset(
    {
        *("#N/D", "#N/D!", "#ADR!", "#ARG", "#ARG!", "#DZIEL/0!", "#LICZBA!", "#NAZWA?", "#ZERO!"),
        *("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!"),
    }
)

_ONE_PHONE = re.compile(r"[-+() 0-9]{0,18}")
SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+")
_BETWEEN_TAGS = re.compile(r"[;,|\n]")
_BETWEEN_LINES = re.compile(r"[\r\n]+")


_SIGNS = (
    r"[-._/*\u2013\u2014]+|- *(?:zł|pln|eur|€)|n/d|n/a|b/d|n\.d\.|b\.d\.|nie dotyczy|nie dot\.|nie podano|nie posiada"
    r"|brak danych|not applicable"
)
NOTHING = (
    rf"[(\[<]?(?:{_SIGNS}|brak|brak (?:telefonu|numeru|tel\.?|maila|e-?maila|adresu|nip|nipu)|nie ma|none|null|nan"
    r"|nd|bd)[)\]>]?"
)
"""What people and programs write where there is nothing; the case makes no difference."""

_NOTHING = re.compile(NOTHING, re.IGNORECASE)
_NO_NAME = re.compile(rf"[(\[<]?(?:{_SIGNS})[)\]>]?", re.IGNORECASE)


class InPart(InvalidValue):
    """Something in a cell was not understood, and the rest of it stands.

    Attributes:
        text: the canonical text of the rest.
    """

    def __init__(self, text: str, error: InvalidValue) -> None:
        super().__init__(
            error.code,
            pl=f"Odczytano tylko część komórki. {error.pl}",
            en=f"Only a part of the cell was read. {error.en}",
        )
        self.text = text


def said(cell: str) -> str:
    """The cell cleaned; empty where it says that there is nothing: `-`, `brak`, `n/d`. Raises: as `cleaned`."""
    text = cleaned(cell)
    return "" if _NOTHING.fullmatch(text) else text


def cleaned(cell: str) -> str:
    """The cell without what spreadsheets wrap around it: outer spaces, `="007"`, a leading apostrophe.

    Raises:
        InvalidValue: `formula_error`, `text_garbled`.
    """
    text = cell.strip()
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1].strip()
    elif text.startswith("'"):
        text = text[1:].strip()
    if text.startswith("#") and text.upper() in FORMULA_ERRORS:
        raise InvalidValue(
            "formula_error",
            pl=f"W komórce jest błąd formuły ({text}). Popraw formułę i wyeksportuj plik jeszcze raz.",
            en=f"The cell holds a formula error ({text}). Mend the formula and export the file again.",
        )
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        if is_garbled(text):
            raise InvalidValue(
                "text_garbled",
                pl="W tekście są zniekształcone litery (złe kodowanie). Wyeksportuj plik jeszcze raz jako CSV UTF-8.",
                en="The text has garbled letters (wrong encoding). Export the file again as CSV UTF-8.",
            )
    return text


def read_text(cell: str) -> str:
    """A name, a city: on one line, without invisible characters."""
    return _line(said(cell))


def read_last_name(cell: str) -> str:
    """The same; Brak and Null are last names."""
    text = cleaned(cell)
    return "" if _NO_NAME.fullmatch(text) else _line(text)


def _line(text: str) -> str:
    text = " ".join(text.split())
    if not text.isprintable():
        text = cleaned(" ".join("".join(character for character in text if character.isprintable()).split()))
    if len(text) > LONGEST_TEXT:
        raise InvalidValue(
            "text_too_long",
            pl=f"Tekst ma {len(text)} znaków, dozwolone jest {LONGEST_TEXT}. Skróć go; sprawdź też, czy cudzysłowy są "
            "zamknięte i nie połączyły kilku komórek w jedną.",
            en=f"The text has {len(text)} characters, {LONGEST_TEXT} are allowed. Shorten it, and see whether an open "
            "quotation mark has joined several cells into one.",
        )
    return text


def read_debtor_id(cell: str) -> str:
    """The debtor's id; empty when the cell is, since the NIP may stand in for it."""
    text = _unshortened(said(cell))
    return parse_debtor_id(text) if text else ""


def read_number(cell: str) -> str:
    """The invoice's number."""
    return parse_invoice_number(_unshortened(said(cell)))


def read_nip(cell: str) -> str:
    """A tax number: a NIP of ten digits, or a foreign VAT number behind its country."""
    text = said(cell)
    return parse_tax_number(text) if text else ""


def read_regon(cell: str) -> str:
    """A business register number."""
    text = said(cell)
    return parse_regon(text) if text else ""


def read_pesel(cell: str) -> str:
    """A personal number."""
    text = said(cell)
    return parse_pesel(text) if text else ""


def read_account(cell: str) -> str:
    """A bank account as an IBAN."""
    text = _unshortened(said(cell))
    return parse_account(text) if text else ""


def read_phones(cell: str) -> str:
    """One number or several, in E.164, past the words beside them."""
    text = said(cell)
    if not text:
        return ""
    if _ONE_PHONE.fullmatch(text) or SHORTENED.fullmatch(text):
        return parse_phone(text).e164
    found = find_phones(text)
    if not found.members and not found.left_out:
        return parse_phone(text).e164  # says why not
    return _listed([phone.e164 for phone in found.members], found.left_out)


def read_emails(cell: str) -> str:
    """One address or several, past the names beside them."""
    text = said(cell)
    if not text:
        return ""
    found = find_emails(text)
    if not found.members and not found.left_out:
        raise email_invalid()
    return _listed([email.value for email in found.members], found.left_out)


def read_email_clause(cell: str) -> str:
    """One address."""
    text = said(cell)
    return parse_email(text).value if text else ""


def read_tags(cell: str) -> str:
    """Tags as they are written, in order of the alphabet."""
    return _listed(*_each_text(_BETWEEN_TAGS.split(said(cell))), most=MOST_TAGS, is_sorted=True)


def read_lines(cell: str) -> str:
    """The lines of an address."""
    return _listed(*_each_text(_BETWEEN_LINES.split(said(cell))))


def _each_text(parts: Iterable[str]) -> tuple[list[str], list[InvalidValue]]:
    """The texts, and why others are none."""
    texts: list[str] = []
    left_out: list[InvalidValue] = []
    for part in parts:
        try:
            texts.append(read_text(part))
        except InvalidValue as error:
            left_out.append(error)
    return list(filter(None, texts)), left_out


def read_kind(cell: str) -> str:
    """Consumer, business, public body or public healthcare, in the words that people use."""
    word = folded(said(cell))
    if not word:
        return ""
    if (kind := _KIND_BY_WORD.get(word)) is None:
        raise InvalidValue(
            "kind_unknown",
            pl="Nieznany rodzaj kontrahenta. Wpisz: konsument, firma, jednostka publiczna albo szpital.",
            en="Unknown kind of debtor. Write consumer, business, public or healthcare.",
        )
    return kind.value


def read_claim(cell: str) -> str:
    """What is owed for, in the words that people use."""
    word = folded(said(cell))
    if not word:
        return ""
    if (claim := _CLAIM_BY_WORD.get(word)) is None:
        raise InvalidValue(
            "claim_unknown",
            pl="Nieznany rodzaj roszczenia. Wpisz: sprzedaż, usługi, okresowe, przewóz, podatek albo inne.",
            en="Unknown kind of claim. Write sale, business, periodic, transport, tax or other.",
        )
    return claim.value


def read_language(cell: str) -> str:
    """A language by its code or name."""
    word = folded(said(cell)).partition(" ")[0]
    code = LANGUAGES.get(word, word)
    if code and not re.fullmatch("[a-z]{2}", code):
        raise InvalidValue(
            "language_unknown",
            pl="Nieznany język. Wpisz dwuliterowy kod, np. pl lub en.",
            en="Unknown language. Write its code of two letters, such as pl or en.",
        )
    return code


def read_date(cell: str) -> str:
    """A date: ISO, Polish (day first) or as spreadsheets export it, with a time that is dropped."""
    text = said(cell)
    if not text:
        return ""
    return parse_date(text).isoformat()


def read_due_date(cell: str) -> str:
    """A date that must be there."""
    if value := read_date(cell):
        return value
    raise due_date_missing()


def read_currency(cell: str) -> str:
    """An ISO 4217 code."""
    text = said(cell)
    return parse_currency(text) if text else ""


def read_amount(cell: str, currency: str) -> str:
    """An amount, which must be there, in minor units with its currency: `123456 PLN`.

    Args:
        currency: what the row says elsewhere; empty when it does not.
    """
    text = cleaned(cell)
    if text and _NOTHING.fullmatch(text):
        raise InvalidValue(
            "amount_missing",
            pl=f"Zamiast kwoty jest „{text}”. Wpisz ją cyframi, np. 1234,56; jeśli nic nie zostało do zapłaty, wpisz "
            "0,00.",
            en=f"Instead of an amount there is “{text}”. Write it in figures, such as 1234.56; where nothing is left "
            "to pay, write 0.00.",
        )
    money = parse_amount(text, currency or None)
    return f"{money.grosze} {money.currency}"


def read_outstanding(cell: str, currency: str) -> str:
    """What is still to pay: an amount, or what a word says (`Niezapłacone: nie`); it may be left out."""
    return _amount_or_word(cell, currency, yes=Told.OPEN, no=Told.PAID) if cell.strip() else ""


def read_paid(cell: str, currency: str) -> str:
    """What was paid: an amount, a word (`tak`, `częściowo`) or the day.

    A word for nothing says nothing: what was paid is then what is known from elsewhere.
    """
    text = said(cell)
    return _amount_or_word(text, currency, yes=Told.PAID, no=Told.OPEN) if text else ""


def _amount_or_word(cell: str, currency: str, *, yes: Told, no: Told) -> str:
    if cell.strip() == "1":
        return yes  # nobody writes one złoty so, and many programs a tick
    try:
        return read_amount(cell, currency)
    except InvalidValue:
        text = cleaned(cell)
        if (answer := is_yes(text)) is not None:
            return yes if answer else no
        if (told := told_by(text)) is not None:
            return told
        if yes is Told.PAID and is_date(text):
            return yes
        raise


def read_status(cell: str) -> str:
    """What a word says of the payment. Raises: InvalidValue: `status_unknown`."""
    text = said(cell)
    if not text:
        return ""
    if (answer := is_yes(text)) is not None:
        return Told.PAID if answer else Told.OPEN
    if (told := told_by(text)) is None:
        raise status_unknown()
    return told


def read_cancelled(cell: str) -> str:
    """Whether the invoice is void: yes or no, a word, or the day on which it was made so."""
    text = said(cell)
    if not text or text == "0" or is_yes(text) is False:
        return ""
    if text == "1" or is_yes(text) or told_by(text) is Told.CANCELLED or is_date(text):
        return Told.CANCELLED
    raise status_unknown()


def read_payment_date(cell: str) -> str:
    """The day of a payment, or a word in its place; programs write a day of long ago where there was none."""
    text = said(cell)
    if not text or re.match(r"0000|0001|1899|1900|0?1[./-]0?1[./-](?:1900|0001)|00[./-]00|30[./-]12[./-]1899", text):
        return ""
    try:
        return parse_date(text).isoformat()
    except InvalidValue:
        return read_status(cell)


def is_date(text: str) -> bool:
    """Whether it can be read as a day."""
    try:
        parse_date(text)
    except InvalidValue:
        return False
    return True


def status_unknown() -> InvalidValue:
    """A word of which nobody here knows what it says of the payment."""
    return InvalidValue(
        "status_unknown",
        pl="Nie wiadomo, co ta wartość mówi o zapłacie. Wpisz np.: opłacona, nieopłacona, częściowo, anulowana.",
        en="It is not known what this says of the payment. Write for example paid, unpaid, partial or cancelled.",
    )


def debtor_id_missing() -> InvalidValue:
    """Neither an id nor a NIP."""
    return InvalidValue(
        "debtor_id_missing",
        pl="Brakuje identyfikatora kontrahenta i numeru NIP, który mógłby go zastąpić. Uzupełnij jeden z nich.",
        en="The debtor's id is missing, and so is the NIP that could stand in for it. Fill in one of them.",
    )


def read_payment_link(cell: str) -> str:
    """An address of a page."""
    text = said(cell)
    return parse_payment_link(text) if text else ""


def _unshortened(text: str) -> str:
    if SHORTENED.fullmatch(text):
        raise InvalidValue(
            "number_shortened",
            pl="Arkusz skrócił długi numer i zgubił cyfry. Zmień format kolumny na tekst i wpisz numer ponownie.",
            en="A spreadsheet shortened a long number and lost digits. Make the column text and type it again.",
        )
    return text


def _listed(
    members: Iterable[str],
    left_out: Sequence[InvalidValue] = (),
    *,
    most: int = MOST_MEMBERS,
    is_sorted: bool = False,
) -> str:
    """The members of a list as one text, each once.

    Raises:
        InvalidValue: there are none, for what was wrong with the first.
        InPart: others could not be understood, or there are too many.
    """
    unique = list(dict.fromkeys(members))
    errors = [*left_out, *([_list_too_long(len(unique), most)] if len(unique) > most else [])]
    kept = unique[:most]
    text = LIST_MARK.join(sorted(kept) if is_sorted else kept)
    if errors:
        raise InPart(text, errors[0]) if text else errors[0]
    return text


def _list_too_long(count: int, most: int) -> InvalidValue:
    return InvalidValue(
        "list_too_long",
        pl=f"W komórce jest {count} pozycji, dozwolone jest {most}. Zostaw najważniejsze.",
        en=f"The cell lists {count} things, {most} are allowed. Keep the most important.",
    )
