"""The 2D code of a bank transfer (kod 2D, ZBP): text that banking applications read from a QR code.

Source: Związek Banków Polskich, "Rekomendacja ZBP dotycząca kodu dwuwymiarowego (2D) umożliwiającego realizację
polecenia przelewu": nine fields parted by `|`, at most 160 characters, UTF-8, QR code of error level L.

The code has no field for split payment (mechanizm podzielonej płatności): an invoice that must be paid so has no code.
"""

import re
import unicodedata
from typing import Final

from upominek.domain.errors import InvalidValue
from upominek.domain.values.money import Money

LONGEST_CODE: Final = 160
LONGEST_RECIPIENT: Final = 20
LONGEST_TITLE: Final = 32
LONGEST_RESERVED: Final = (20, 12, 24)
"""Characters of the three fields kept for the bank, for direct debits, and for whoever makes the code."""

_SEPARATOR: Final = "|"
_NRB: Final = re.compile(r"(?:PL)?([0-9]{26})")
_NIP: Final = re.compile(r"[0-9]{10}")
_LIST_SEPARATOR: Final = ", "


def transfer_code(
    nip: str | None,
    account: str,
    amount: Money,
    recipient: str,
    title: str,
    reserved: tuple[str, str, str] = ("", "", ""),
) -> str:
    """The text of the code: `NIP|PL|NRB|amount|recipient|title|r1|r2|r3`.

    What is too long is cut, by characters; `|` and line ends in values become spaces. Check digits are the business of
    whoever took the account in.

    Args:
        nip: ten digits, or None: the recipient's tax number is left out for people.
        account: 26 digits (NRB), with or without spaces, hyphens and `PL`.
        amount: above zero, in PLN.
        reserved: the three last fields.

    Raises:
        InvalidValue: such a transfer has no code: `transfer_code_nip`, `transfer_code_account`,
            `transfer_code_currency`, `transfer_code_amount`, `transfer_code_recipient`, `transfer_code_title`.
    """
    digits = _nrb(account)
    if nip and not _NIP.fullmatch(nip):
        raise InvalidValue(
            "transfer_code_nip",
            pl="NIP w kodzie przelewu ma 10 cyfr bez kresek. Popraw go albo pomiń.",
            en="The NIP of a transfer code has 10 digits without hyphens. Mend it or leave it out.",
        )
    fields = [nip or "", "PL", digits, f"{_grosze(amount):06}"]
    ends = [_cut(text, longest) for text, longest in zip(reserved, LONGEST_RESERVED, strict=True)]
    short_title = _required(_cut(title, LONGEST_TITLE), "title", pl="tytułu przelewu", en="title")
    rest = LONGEST_CODE - len(_SEPARATOR.join([*fields, "", short_title, *ends]))
    # Only an amount of more than six digits, with every field full, takes from the recipient's name: banks go by the
    # account, and the title tells the creditor what is paid.
    name = _cut(recipient, min(LONGEST_RECIPIENT, rest))
    return _SEPARATOR.join([*fields, _required(name, "recipient", pl="odbiorcy", en="recipient"), short_title, *ends])


def whole_numbers(title: str) -> str:
    """The numbers of a list that the title of a code has room for: none is cut in the middle unless it is the first."""
    while len(title) > LONGEST_TITLE and _LIST_SEPARATOR in title:
        title = title.rpartition(_LIST_SEPARATOR)[0]
    return title


def _nrb(account: str) -> str:
    found = _NRB.fullmatch(re.sub(r"[\s-]", "", account).upper())
    if not found:
        raise InvalidValue(
            "transfer_code_account",
            pl="Kod przelewu obsługuje tylko polskie rachunki: NRB ma 26 cyfr. Do przelewu zagranicznego podaj numer "
            "rachunku tekstem.",
            en="A transfer code knows Polish accounts only: an NRB has 26 digits. Give a foreign account as text.",
        )
    return found[1]


def _grosze(amount: Money) -> int:
    if amount.currency != "PLN":
        raise InvalidValue(
            "transfer_code_currency",
            pl=f"Kod przelewu obsługuje tylko złote, a kwota jest w {amount.currency}. Podaj dane do przelewu tekstem.",
            en=f"A transfer code knows złoty only, and the amount is in {amount.currency}. Give the data as text.",
        )
    if amount.grosze <= 0:
        raise InvalidValue(
            "transfer_code_amount",
            pl="Kwota przelewu musi być większa od zera.",
            en="The amount of a transfer must be above zero.",
        )
    return amount.grosze


def _cut(text: str, longest: int) -> str:
    """Composed (NFC), so that no letter is parted from its accent; in one line, without the separator."""
    composed = unicodedata.normalize("NFC", text).replace(_SEPARATOR, " ")
    visible = "".join(c if c.isprintable() else " " for c in composed)
    return " ".join(visible.split())[:longest].rstrip()


def _required(text: str, field: str, *, pl: str, en: str) -> str:
    if text:
        return text
    raise InvalidValue(
        f"transfer_code_{field}",
        pl=f"Kod przelewu nie może być bez {pl}. Uzupełnij tę wartość.",
        en=f"A transfer code cannot be without a {en}. Fill it in.",
    )
