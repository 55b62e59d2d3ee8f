"""Identifiers: of people and firms by their check digits, and of records by what is safe in a key.

Each kind is a `str` of its own type, so that only what was parsed gets past the edge. Messages never repeat the value:
a PESEL or an account number in a log would be personal data in the wrong place.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Final, NewType

from upominek.domain.errors import InvalidValue

Nip = NewType("Nip", str)
"""Tax number, ten digits."""
Regon = NewType("Regon", str)
"""Business register number, nine or fourteen digits."""
Pesel = NewType("Pesel", str)
"""Personal number, eleven digits."""
Iban = NewType("Iban", str)
"""Bank account without spaces; a Polish one is `PL` and the 26 digits of the NRB."""
CreditorId = NewType("CreditorId", str)
DebtorId = NewType("DebtorId", str)
InvoiceNumber = NewType("InvoiceNumber", str)

LONGEST_ID: Final = 64
_CREDITOR_ID: Final = re.compile(r"[a-z0-9-]{1,32}")
# Source: Council Directive 2006/112/EC, art. 215 (EL for Greece), XI by the Windsor Framework, and neighbours.
_FOREIGN_VAT: Final = re.compile(
    r"(?:AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PT|RO|SE|SI|SK|XI"
    r"|AD|AL|AM|AZ|BA|BY|CHE|CH|EU|GB|GE|IL|IS|KZ|LI|MC|MD|ME|MK|NO|RS|SM|TR|UA|UK|US|XK)"
    r"(?=[A-Z0-9]*[0-9]{4})[A-Z0-9+*]{5,15}"
)
_NRB: Final = re.compile(r"[0-9]{26}")


def parse_nip(text: str) -> Nip:
    """Read a tax number: `526-104-08-28`, `PL 5261040828`.

    Raises:
        InvalidValue: `nip_invalid`.
    """
    if (number := _validated("pl.nip", text)) and number.strip("0"):
        return Nip(number)
    raise InvalidValue(
        "nip_invalid",
        pl="NIP ma 10 cyfr, ostatnia to kontrolna; tu coś się nie zgadza. Przepisz go z faktury lub usuń.",
        en="A NIP has 10 digits, the last a check digit; this one is wrong. Copy it again or drop it.",
    )


def parse_tax_number(text: str) -> str:
    """Read the tax number of a firm of whatever country: a NIP, or a VAT number behind its country, as `DE123456789`.

    Only a Polish one is checked by its digits; a foreign one is told by its letters, so the two never mix.

    Raises:
        InvalidValue: `nip_invalid`.
    """
    compact = re.sub(r"[\s.\-/]", "", text).upper()
    return compact if _FOREIGN_VAT.fullmatch(compact) else parse_nip(text)


def is_nip(tax_number: str) -> bool:
    """Whether a number that `parse_tax_number` gave is Polish."""
    return tax_number.isdigit()


def parse_regon(text: str) -> Regon:
    """Read a business register number.

    Raises:
        InvalidValue: `regon_invalid`.
    """
    if (number := _validated("pl.regon", text)) and number.strip("0"):
        return Regon(number)
    raise InvalidValue(
        "regon_invalid",
        pl="REGON ma 9 lub 14 cyfr, z cyfrą kontrolną; tu coś się nie zgadza. Przepisz go z rejestru lub usuń. "
        "Jeśli arkusz obciął zero na początku, zmień format kolumny na tekst.",
        en="A REGON has 9 or 14 digits with a check digit; this one is wrong. Copy it again or drop it. "
        "If a spreadsheet dropped the zero in front, make the column text.",
    )


def parse_pesel(text: str) -> Pesel:
    """Read a personal number.

    Raises:
        InvalidValue: `pesel_invalid`.
    """
    if number := _validated("pl.pesel", text):
        return Pesel(number)
    raise InvalidValue(
        "pesel_invalid",
        pl="PESEL ma 11 cyfr: datę urodzenia, numer, cyfrę kontrolną; tu coś się nie zgadza. Popraw go lub usuń. "
        "Jeśli arkusz obciął zero na początku, zmień format kolumny na tekst.",
        en="A PESEL has 11 digits: date of birth, serial number, check digit; this one is wrong. Mend it or drop it. "
        "If a spreadsheet dropped the zero in front, make the column text.",
    )


def parse_account(text: str) -> Iban:
    """Read a bank account: an IBAN of any country, or the 26 digits of a Polish NRB.

    Raises:
        InvalidValue: `account_invalid`.
    """
    compact = re.sub(r"[\s-]", "", text)
    if number := _validated("iban", f"PL{compact}" if _NRB.fullmatch(compact) else compact):
        return Iban(number)
    raise InvalidValue(
        "account_invalid",
        pl="To nie jest numer rachunku: NRB ma 26 cyfr, IBAN dodatkowo kod kraju z przodu, a cyfry kontrolne muszą się "
        "zgadzać. Skopiuj numer z umowy lub z banku.",
        en="This is no account number: an NRB has 26 digits, an IBAN the country's code in front too, and the check "
        "digits must agree. Copy the number from the contract or the bank.",
    )


def grouped_account(account: Iban) -> str:
    """As people read it: `61 1090 1014 0000 0712 1981 2874` for Poland, `DE89 3704 0044 …` for other countries."""
    if account.startswith("PL"):
        return " ".join([account[2:4], *(account[at : at + 4] for at in range(4, len(account), 4))])
    return " ".join(account[at : at + 4] for at in range(0, len(account), 4))


def parse_creditor_id(text: str) -> CreditorId:
    """Read a creditor's id, which stands in web addresses, file paths and keys.

    Raises:
        InvalidValue: `creditor_id_invalid`.
    """
    if not _CREDITOR_ID.fullmatch(text):
        raise InvalidValue(
            "creditor_id_invalid",
            pl="Identyfikator wierzyciela to od 1 do 32 małych liter a–z, cyfr i łączników, np. hydro-hurt.",
            en="A creditor's id is 1 to 32 small letters a–z, digits and hyphens, such as hydro-hurt.",
        )
    return CreditorId(text)


def parse_debtor_id(text: str) -> DebtorId:
    """Read a debtor's id as the creditor's system gives it: 1–64 visible characters without `#`.

    `#` separates the parts of keys, where the debtor's id stands before other parts. Unusual spaces become plain ones,
    runs of them one, and letters are composed (NFC): what looks the same is the same.

    Raises:
        InvalidValue: `debtor_id_missing`, `debtor_id_too_long`, `debtor_id_invisible`, `debtor_id_hash`.
    """
    debtor_id = _visible(text, "debtor_id", pl="Identyfikator dłużnika", en="The debtor's id")
    if "#" in debtor_id:
        raise InvalidValue(
            "debtor_id_hash",
            pl="Identyfikator dłużnika nie może zawierać znaku #. Zastąp go innym, np. łącznikiem.",
            en="The debtor's id may not contain #. Put another sign in its place, such as a hyphen.",
        )
    return DebtorId(debtor_id)


def parse_invoice_number(text: str) -> InvoiceNumber:
    """Read an invoice's number: 1–64 visible characters, `/` and `#` among them, since it ends every key it stands in.

    Raises:
        InvalidValue: `invoice_number_missing`, `invoice_number_too_long`, `invoice_number_invisible`.
    """
    return InvoiceNumber(_visible(text, "invoice_number", pl="Numer faktury", en="The invoice's number"))


def _visible(text: str, field: str, *, pl: str, en: str) -> str:
    # Any kind of space (Zs) becomes a plain one; tabs and line ends are no spaces but a sign of shifted cells.
    plain = "".join(" " if unicodedata.category(c) == "Zs" else c for c in text) if not text.isascii() else text
    value = " ".join(part for part in unicodedata.normalize("NFC", plain).strip().split(" ") if part)
    if not value:
        raise InvalidValue(
            f"{field}_missing", pl=f"{pl}: brakuje wartości. Uzupełnij ją.", en=f"{en} is missing. Fill it in."
        )
    if len(value) > LONGEST_ID:
        raise InvalidValue(
            f"{field}_too_long",
            pl=f"{pl} ma {len(value)} znaków, dozwolone są {LONGEST_ID}. Skróć go.",
            en=f"{en} has {len(value)} characters, {LONGEST_ID} are allowed. Shorten it.",
        )
    if not value.isprintable():
        at, character = next((at, c) for at, c in enumerate(value, 1) if not c.isprintable())
        raise InvalidValue(
            f"{field}_invisible",
            pl=f"{pl} zawiera niewidoczny znak U+{ord(character):04X} na pozycji {at}. Wpisz go jeszcze raz ręcznie.",
            en=f"{en} contains the invisible character U+{ord(character):04X} at position {at}. Type it again by hand.",
        )
    return value


def _validated(module: str, text: str) -> str | None:
    try:
        return _validator(module)(text)
    except ValueError:
        return None


@cache
def _validator(module: str) -> Callable[[str], str]:
    # Imported late: python-stdnum takes 50 to 85 ms, which only the functions that take invoices in have to spend.
    validate: Callable[[str], str] = import_module(f"stdnum.{module}").validate
    return validate
