"""Columns of plain cells, read many at a time.

Reading a cell by itself takes microseconds, and a file has millions. Nearly all cells are plain: an id of letters and
digits, nine digits of a mobile number, `1 234,56`. So the cells of some hundred rows are joined into one text, in which
one pattern finds all the plain ones; only the others are read one by one, by `cells`.

A short cut gives the readers' own answer, never another one: the tests compare the two.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache

from upominek.adapters.formats.csv.cells import NOTHING, SHORTENED
from upominek.adapters.formats.csv.encoding import POLISH_LETTERS
from upominek.domain.values.money import DECIMALS, DEFAULT_CURRENCY

Shortcut = Callable[[Sequence[str]], Sequence[str]]
"""For each cell its canonical text if it is plain, else an empty text."""

MARK = "\x1f"
NO_BREAK_SPACE = "\u00a0"

# The check digit counts as -1, that is 10, so that the whole sum is divisible.
NIP_WEIGHTS = (6, 5, 7, 2, 3, 4, 5, 6, 7, 10)
NIP_MODULUS = 11
_WEIGHTED = [
    bytes(weight * (code - ord("0")) % NIP_MODULUS if chr(code) in "0123456789" else 0 for code in range(256))
    for weight in NIP_WEIGHTS
]
_DIVISIBLE = bytes(total % NIP_MODULUS == 0 for total in range(256))

IBAN_MODULUS = 97
PLAIN_DECIMALS = 2


def _cells_like(plain: str) -> re.Pattern[str]:
    """Finds for each cell of a joined column its text if it is like `plain`, else an empty text."""
    return re.compile(rf"(?:({plain})|[^{MARK}]*+){MARK}")


# Looks for one of the first letters first, which most cells do not begin with.
_SOMETHING = rf"(?!(?=[-._/*\u2013\u2014(\[<bBnN])(?i:{NOTHING}){MARK})"
# What begins with = or ' or # may be a spreadsheet's doing.
_IDS = _cells_like(rf"(?!{SHORTENED.pattern}{MARK}){_SOMETHING}[0-9A-Za-z][!-\"$-~]{{0,63}}(?={MARK})")
_TEXTS = _cells_like(
    rf"(?![=\'#]){_SOMETHING}(?=[^{MARK}]{{1,200}}{MARK})"
    rf"[!-~{POLISH_LETTERS}]++(?: [!-~{POLISH_LETTERS}]++)*+(?={MARK})"
)
_EMAILS = _cells_like(
    rf"(?=[^{MARK}]{{6,60}}{MARK})[A-Za-z0-9_+-]++(?:\.[A-Za-z0-9_+-]++)*+@(?:[a-z0-9]++(?:-[a-z0-9]++)*+\.)+"
    rf"(?!(?:arpa|invalid|local|localhost|onion|test){MARK})[a-z]{{2,20}}(?={MARK})"
)
_NIPS = _cells_like(rf"(?!0{{10}})[0-9]{{10}}(?={MARK})")
_ACCOUNTS = _cells_like(rf"[0-9]{{26}}(?={MARK})")
_AMOUNTS = _cells_like(
    rf"[1-9](?:[0-9]{{0,2}}(?:[ {NO_BREAK_SPACE}][0-9]{{3}}){{1,3}}|[0-9]{{0,11}})[.,][0-9]{{2}}(?={MARK})"
)


def plain_ids(cells: Sequence[str]) -> Sequence[str]:
    """Ids and numbers without spaces: they are their own canonical texts."""
    return _found(_IDS, _joined(cells), cells)


def plain_texts(cells: Sequence[str]) -> Sequence[str]:
    """Names in ASCII and Polish letters, with single spaces."""
    return _found(_TEXTS, _joined(cells), cells)


def plain_emails(cells: Sequence[str]) -> Sequence[str]:
    """One short address, its domain in small letters and under no reserved name."""
    return _found(_EMAILS, _joined(cells), cells)


def plain_phones(cells: Sequence[str]) -> Sequence[str]:
    """One Polish mobile or landline number, with spaces, hyphens and brackets in it, with or without +48."""
    joined = _joined(cells)
    for between in (" ", "-", "(", ")"):
        joined = joined.replace(between, "")
    found = _found(_polish_numbers(), joined.replace(f"{MARK}+48", MARK), cells)
    return [number and f"+48{number}" for number in found]


def plain_nips(cells: Sequence[str]) -> Sequence[str]:
    """Ten digits, with hyphens in them or not."""
    found = _found(_NIPS, _joined(cells).replace("-", ""), cells)
    digits = "".join(found).encode()
    # The check sums of all at once: their first digits make one long number with a byte for each, so do their second
    # digits, and since no sum of ten reaches 256, no byte carries over into the next.
    length = len(NIP_WEIGHTS)
    sums = sum(int.from_bytes(digits[place::length].translate(times)) for place, times in enumerate(_WEIGHTED))
    is_right = sums.to_bytes(len(digits) // length).translate(_DIVISIBLE)
    if 0 not in is_right:
        return found
    verdicts = iter(is_right)
    return [nip if nip and next(verdicts) else "" for nip in found]


def plain_accounts(cells: Sequence[str]) -> Sequence[str]:
    """One Polish account, as NRB or IBAN."""
    joined = _joined(cells).replace(" ", "").replace(f"{MARK}PL", MARK)
    found = _found(_ACCOUNTS, joined, cells)
    # All rows often have the same one. Source: ISO 13616: country (P is 25, L is 21) and check digits go to the end.
    right = {nrb: f"PL{nrb}" for nrb in set(found) if nrb and int(f"{nrb[2:]}2521{nrb[:2]}") % IBAN_MODULUS == 1}
    return [right.get(nrb, "") for nrb in found]


def plain_amounts(cells: Sequence[str], currencies: Sequence[str]) -> Sequence[str]:
    """Amounts from 1.00 with two decimals, with a comma or a dot, grouped by spaces or not."""
    joined = _joined(cells)
    found = _found(_AMOUNTS, joined, cells)
    codes = [currency or DEFAULT_CURRENCY for currency in currencies]
    for between in (" ", NO_BREAK_SPACE, ",", "."):
        joined = joined.replace(between, "")
    return [
        f"{units} {code}" if plain and DECIMALS[code] == PLAIN_DECIMALS else ""
        for plain, units, code in zip(found, joined.split(MARK)[1:-1], codes, strict=False)
    ]


@cache
def _polish_numbers() -> re.Pattern[str]:
    # Imported late, as in `contact`: it takes its time, which only a file with phone numbers has to spend.
    from phonenumbers import PhoneMetadata  # noqa: PLC0415

    poland = PhoneMetadata.metadata_for_region("PL")
    assert poland is not None  # noqa: S101 - the library knows the country
    assert poland.mobile is not None  # noqa: S101 - and its kinds of numbers
    assert poland.fixed_line is not None  # noqa: S101 - the same
    national = f"{poland.mobile.national_number_pattern}|{poland.fixed_line.national_number_pattern}"
    return _cells_like(rf"(?:{national})(?={MARK})")


def _joined(cells: Sequence[str]) -> str:
    """The cells with a mark around each."""
    return f"{MARK}{MARK.join(cells)}{MARK}"


def _found(pattern: re.Pattern[str], joined: str, cells: Sequence[str]) -> Sequence[str]:
    found: list[str] = pattern.findall(joined, len(MARK))
    # A cell that holds the mark itself passes for two; then nothing is taken for plain.
    return found if len(found) == len(cells) else [""] * len(cells)
