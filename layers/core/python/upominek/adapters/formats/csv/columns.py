"""Which column is what, by its header.

Header cells are compared folded: lower case, without diacritics and punctuation, without a closing `PLN` or `zł`, so
`Termin płatności:`, `TERMIN_PLATNOSCI` and `terminPlatnosci` are one. The names below are written folded.

A column that is not known here is ignored, and reported as ignored.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from upominek.adapters.formats.csv.fields import COLUMNS, OF_PAYMENT, SEVERAL, Field
from upominek.adapters.formats.csv.folding import folded
from upominek.adapters.formats.csv.unreadable import columns_missing, columns_repeated
from upominek.domain.errors import TableUnreadable
from upominek.domain.receivables.asks import NO_ANSWERS, Answers, Meaning, column_key

VAGUE: Mapping[str, tuple[Field, ...]] = {
    **dict.fromkeys(("id", "kod", "symbol", "code"), (Field.DEBTOR_ID,)),
    **dict.fromkeys(("nazwa", "name"), (Field.NAME,)),
    **dict.fromkeys(("typ", "rodzaj", "type"), (Field.KIND,)),
    **dict.fromkeys(("nr", "numer", "no", "number", "dokument", "document"), (Field.NUMBER,)),
    **dict.fromkeys(("data", "date"), (Field.ISSUED_ON,)),
    **dict.fromkeys(("kwota", "wartosc", "naleznosc", "razem", "suma", "amount", "total"), (Field.AMOUNT,)),
    **dict.fromkeys(("link", "url"), (Field.PAYMENT_LINK,)),
}
"""Names taken for the first of these fields that no name above claims, else ignored."""

TO_PAY = frozenset(
    {
        *("do zaplaty", "kwota do zaplaty", "do zaplaty razem", "razem do zaplaty", "suma do zaplaty", "kwota nalezna"),
        *("naleznosc do zaplaty", "do zaplacenia", "kwota do zaplacenia", "to pay", "amount to pay", "total to pay"),
        *(
            "amount due",
            "due amount",
            "invoice amount due",
            "total due",
            "total amount due",
            "amount payable",
            "payable",
        ),
    }
)
"""In one program what is still to pay, in another the total: by what other columns there are, and row by row."""

PARTIES = frozenset(
    {
        *("kontrahent", "klient", "dluznik", "nabywca", "platnik", "firma"),
        *("debtor", "customer", "client", "buyer", "payer", "company"),
    }
)
"""Alone, such a word says who but not whether by name or by id: see `_party_field`."""

OF_PARTY = re.compile(
    r"(?:(?:kontrahent|klient|dluznik|nabywca|platnik|debtor|customer|client|buyer|payer)s? )?(.+?)"
    r"(?: (?:kontrahenta|klienta|dluznika|nabywcy|platnika))?"
)
"""`NIP nabywcy` and `customer phone` say no more than `NIP` and `phone`, but `numer klienta` is no invoice's number."""

DEBTOR_FIELDS = frozenset(list(Field)[: list(Field).index(Field.NUMBER)])

FIELD_OF: Mapping[str, Field | None] = {
    Meaning.PAID: Field.PAID,
    Meaning.OUTSTANDING: Field.OUTSTANDING,
    Meaning.STATUS: Field.STATUS,
    Meaning.CANCELLED: Field.CANCELLED,
    Meaning.PAID_ON: Field.PAID_ON,
    Meaning.PAYMENT_ON: Field.PAYMENT_ON,
    Meaning.NONE: None,
}
"""What a person may say of a column."""

REQUIRED: Mapping[Field, tuple[str, str]] = {
    Field.DEBTOR_ID: ("„Id kontrahenta” (albo „NIP”)", "“Debtor id” (or “NIP”)"),
    Field.NUMBER: ("„Numer faktury”", "“Invoice number”"),
    Field.DUE_ON: ("„Termin płatności”", "“Due date”"),
    Field.AMOUNT: ("„Kwota brutto”", "“Amount”"),
}

_UNCLEAR = frozenset(VAGUE) | TO_PAY | PARTIES
_CLEAR = {
    name.strip(): field
    for field, column in COLUMNS.items()
    for line in column.names.strip().splitlines()
    for name in line.split("|")
}
_OF_DEBTOR = {
    **{name: field for name, field in _CLEAR.items() if field in DEBTOR_FIELDS},
    **{name: fields[0] for name, fields in VAGUE.items() if fields[0] in DEBTOR_FIELDS},
    **dict.fromkeys(("nr", "numer", "no", "number"), Field.DEBTOR_ID),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """What the header says.

    Attributes:
        header: the cells as the file has them.
        places: for each field, the indices of its columns.
        ignored: headers that mean nothing here.
        to_pay: columns of what is still to pay that may be the total, see `TO_PAY`.
        is_left: the column of the amount is one of what is still to pay.
        answered: columns of which a person has said what they are, or that they are nothing.
    """

    header: tuple[str, ...]
    places: Mapping[Field, tuple[int, ...]]
    ignored: tuple[str, ...]
    to_pay: frozenset[int] = frozenset()
    is_left: bool = False
    answered: frozenset[int] = frozenset()

    def title(self, field: Field) -> str | None:
        """How the file itself calls the field; None when it has no such column."""
        return self.header[self.places[field][0]].strip() if field in self.places else None


def known_columns(header: Sequence[str]) -> int:
    """How many header cells mean something here; tells a right separator from a wrong one."""
    return sum(_clear_field(word) is not None or word in _UNCLEAR for word in map(folded, header))


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row names all columns that are needed."""
    try:
        match_columns(cells)
    except TableUnreadable:
        return False
    return True


def match_columns(header: Sequence[str], answers: Answers = NO_ANSWERS) -> Columns:
    """Find out which column is what.

    Args:
        answers: what a person has said of columns; it goes before what their names say.

    Raises:
        TableUnreadable: a required column is missing, or two columns mean the same.
    """
    words = [folded(cell) for cell in header]
    told = {index: answers[key] for index, cell in enumerate(header) if (key := column_key(cell)) in answers}
    words = ["" if told.get(index) == Meaning.NONE else word for index, word in enumerate(words)]
    clear = [FIELD_OF[told[index]] if index in told else _clear_field(word) for index, word in enumerate(words)]
    claimed = {field for field in clear if field is not None}
    found: dict[Field, list[int]] = {}
    for index, word in enumerate(words):
        field = clear[index] or _vague_field(word, claimed, words)
        if field is None:
            continue
        if field in found and field not in SEVERAL and field not in OF_PAYMENT:
            raise columns_repeated(header[found[field][0]].strip(), header[index].strip())
        found.setdefault(field, []).append(index)
    is_left = Field.AMOUNT not in found and Field.OUTSTANDING in found
    if is_left:
        found[Field.AMOUNT] = found.pop(Field.OUTSTANDING)
    _require(found)
    used = {index for places in found.values() for index in places}
    return Columns(
        header=tuple(header),
        places={field: tuple(places) for field, places in found.items()},
        ignored=tuple(cell.strip() for index, cell in enumerate(header) if index not in used and cell.strip()),
        to_pay=frozenset(index for index, word in enumerate(words) if word in TO_PAY and index not in told),
        is_left=is_left,
        answered=frozenset(told),
    )


def _clear_field(word: str) -> Field | None:
    if (field := _CLEAR.get(word)) is not None:
        return field
    if (match := OF_PARTY.fullmatch(word)) is not None and match[1] != word:
        return _OF_DEBTOR.get(match[1])
    field = _CLEAR.get(re.sub(r" ?\d$", "", word))
    return field if field in SEVERAL else None


def _vague_field(word: str, claimed: set[Field], words: Sequence[str]) -> Field | None:
    if word in PARTIES:
        return _party_field(claimed, words)
    if word in TO_PAY:
        is_amount_known = Field.AMOUNT in claimed or any(VAGUE.get(one) == (Field.AMOUNT,) for one in words)
        if not is_amount_known and Field.OUTSTANDING in claimed:
            return Field.AMOUNT
        return None if Field.OUTSTANDING in claimed else Field.OUTSTANDING
    return next((field for field in VAGUE.get(word, ()) if field not in claimed), None)


def _party_field(claimed: set[Field], words: Sequence[str]) -> Field | None:
    """What a bare `Kontrahent` is: the id if nothing else can be it or something else is the name; else the name."""
    vague = {VAGUE[word][0] for word in words if word in VAGUE}
    has_id = Field.DEBTOR_ID in claimed | vague
    has_name = Field.NAME in claimed | vague
    if not has_id and (has_name or Field.NIP not in claimed):
        return Field.DEBTOR_ID
    return None if has_name else Field.NAME


def _require(found: Mapping[Field, object]) -> None:
    missing = [
        names
        for field, names in REQUIRED.items()
        if field not in found and not (field is Field.DEBTOR_ID and Field.NIP in found)
    ]
    if missing:
        raise columns_missing([pl for pl, _ in missing], [en for _, en in missing])
