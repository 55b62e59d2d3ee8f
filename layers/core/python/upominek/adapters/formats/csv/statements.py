"""The event that a row of the table amounts to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from upominek.adapters.formats.csv.cells import LIST_MARK
from upominek.adapters.formats.csv.fields import COLUMNS, Field
from upominek.domain.parties.debtor import DebtorDetails, DebtorKind
from upominek.domain.receivables.events import Header, InvoiceStated
from upominek.domain.values.contact import Email, parse_phone
from upominek.domain.values.identifiers import is_nip

_STATED = tuple((field, known.states, known.value) for field, known in COLUMNS.items() if known.states)


def invoice_stated(said: Mapping[Field, str], at: datetime) -> InvoiceStated:
    """Make values of canonical texts. An empty cell says nothing, so it never erases what is known.

    Args:
        said: canonical texts by field; members of a list joined by `LIST_MARK`.
        at: UTC time as of which the file speaks.
    """

    def text(field: Field) -> str | None:
        return said.get(field) or None

    def members(field: Field) -> tuple[str, ...]:
        return tuple(dict.fromkeys(said[field].split(LIST_MARK))) if said.get(field) else ()

    person = " ".join(said[field] for field in (Field.FIRST_NAME, Field.LAST_NAME) if said.get(field))
    town = " ".join(said[field] for field in (Field.POSTCODE, Field.CITY) if said.get(field))
    kind, tax_number = text(Field.KIND), text(Field.NIP)
    stated: dict[str, Any] = {name: value(said[field]) for field, name, value in _STATED if said.get(field)}
    return InvoiceStated(
        number=said[Field.NUMBER],
        debtor=DebtorDetails(
            id=said[Field.DEBTOR_ID],
            name=text(Field.NAME) or person or None,
            kind=DebtorKind(kind) if kind else None,
            first_name=text(Field.FIRST_NAME),
            phones=tuple(map(parse_phone, members(Field.PHONES))) or None,
            emails=tuple(map(Email, members(Field.EMAILS))) or None,
            language=text(Field.LANGUAGE),
            tags=frozenset(members(Field.TAGS)) or None,
            nip=tax_number if tax_number and is_nip(tax_number) else None,
            regon=text(Field.REGON),
            pesel=text(Field.PESEL),
            address=(*members(Field.ADDRESS), *([town] if town else [])) or None,
            email_clause=text(Field.EMAIL_CLAUSE),
            vat_id=tax_number if tax_number and not is_nip(tax_number) else None,
        ),
        header=Header(at=at, source="file", **stated),
    )
