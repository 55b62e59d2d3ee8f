"""The event that a row of the table amounts to."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from upominek.adapters.formats.csv.cells import LIST_MARK
from upominek.adapters.formats.csv.fields import COLUMNS, Field, money
from upominek.adapters.formats.csv.payment_words import Told
from upominek.domain.parties.debtor import DebtorDetails, DebtorKind
from upominek.domain.receivables.events import CaseHeld, Header, InvoiceCancelled, InvoiceStated
from upominek.domain.values.contact import Email, parse_phone
from upominek.domain.values.identifiers import is_nip
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

_STATED = tuple((field, known.states, known.value) for field, known in COLUMNS.items() if known.states)


PART_PAID = "Coś wpłacono, ale plik nie mówi ile / something was paid, and the file does not say how much"
BY = "upominek"
"""Whose hold that is: nobody's but the product's own."""


def invoice_stated(said: Mapping[Field, str], at: datetime) -> InvoiceStated | InvoiceCancelled:
    """Make values of canonical texts. An empty cell says nothing, so it never erases what is known.

    Args:
        said: canonical texts by field; members of a list joined by `LIST_MARK`.
        at: UTC time as of which the file speaks.
    """

    def text(field: Field) -> str | None:
        return said.get(field) or None

    def members(field: Field) -> tuple[str, ...]:
        return tuple(dict.fromkeys(said[field].split(LIST_MARK))) if said.get(field) else ()

    if said[Field.PAID] == Told.CANCELLED:
        return InvoiceCancelled(number=said[Field.NUMBER], debtor_id=said[Field.DEBTOR_ID], at=at)
    person = " ".join(said[field] for field in (Field.FIRST_NAME, Field.LAST_NAME) if said.get(field))
    town = " ".join(said[field] for field in (Field.POSTCODE, Field.CITY) if said.get(field))
    kind, tax_number = text(Field.KIND), text(Field.NIP)
    stated: dict[str, Any] = {name: value(said[field]) for field, name, value in _STATED if said.get(field)}
    stated.setdefault("due_on", stated.get("issued_on") or at.date())  # a credit note need not say it
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
        header=Header(
            at=at,
            source="file",
            paid=_paid(said[Field.PAID], at),
            is_listed=said[Field.PAID] == Told.OPEN,
            **stated,
        ),
    )


def held_for_payment(debtor: str, number: str, paid: str, at: datetime) -> Sequence[CaseHeld]:
    """The hold on an invoice of which an unknown part was paid by then; mostly none.

    Args:
        paid: the canonical text of what is said of payments, see `payment_columns`.
    """
    is_part = paid == Told.PART or (paid.startswith(f"{Told.PART} ") and not _is_ahead(paid[len(Told.PART) + 1 :], at))
    if not is_part:
        return ()
    return (CaseHeld(debtor_id=debtor, kind=HoldKind.CHECK, at=at, reason=PART_PAID, number=number, by=BY),)


def _paid(text: str, at: datetime) -> Money | None:
    """What was paid by then; None where the row does not say."""
    if text.startswith("whole "):
        _, day, amount = text.split(" ", 2)
        return None if _is_ahead(day, at) else money(amount)
    return money(text) if text[-3:].isupper() else None


def _is_ahead(day: str, at: datetime) -> bool:
    """Whether the day has certainly not come: then it is one on which somebody means to pay."""
    return date.fromisoformat(day) > at.date() + timedelta(days=1)
