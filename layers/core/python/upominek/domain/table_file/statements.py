"""The event that a row of the table amounts to."""

from collections.abc import Mapping
from datetime import date, datetime

from upominek.domain.parties.debtor import DebtorDetails, DebtorKind
from upominek.domain.receivables.events import InvoiceStated
from upominek.domain.table_file.cells import LIST_MARK
from upominek.domain.table_file.columns import Field
from upominek.domain.values.contact import Email, parse_phone
from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.money import Money


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
    kind, issued_on, paid = text(Field.KIND), text(Field.ISSUED_ON), text(Field.PAID)
    claim = text(Field.CLAIM)
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
            nip=text(Field.NIP),
            regon=text(Field.REGON),
            pesel=text(Field.PESEL),
            address=(*members(Field.ADDRESS), *([town] if town else [])) or None,
            email_clause=text(Field.EMAIL_CLAUSE),
        ),
        at=at,
        amount=_money(said[Field.AMOUNT]),
        due_on=date.fromisoformat(said[Field.DUE_ON]),
        issued_on=date.fromisoformat(issued_on) if issued_on else None,
        paid=_money(paid) if paid else None,
        account=text(Field.ACCOUNT),
        payment_link=text(Field.PAYMENT_LINK),
        claim=ClaimKind(claim) if claim else None,
    )


def _money(canonical: str) -> Money:
    units, _, currency = canonical.partition(" ")
    return Money(int(units), currency)
