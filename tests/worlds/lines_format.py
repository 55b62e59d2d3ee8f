"""A format of the tests: JSON, one statement a line: an invoice, a contact, or money that came in."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from upominek.adapters.formats.stated_row import read_each
from upominek.application.ports.formats import Accepted, Chunk, SourceFormat, Survey
from upominek.domain.errors import TableUnreadable
from upominek.domain.parties.debtor import DebtorDetails
from upominek.domain.receivables.events import DebtorStated, Header, InvoiceStated, PaymentStated, Statement
from upominek.domain.receivables.rejects import Rejected
from upominek.domain.values.contact import parse_email
from upominek.domain.values.identifiers import parse_debtor_id, parse_invoice_number
from upominek.domain.values.money import Money, parse_amount

NAME: Final = "lines"
MODULE: Final = __name__
BEGINS: Final = (b'{"invoice"', b'{"contact"', b'{"payment"')


def money(said: Mapping[str, Any]) -> Money:
    """Of `grosze`, or of an `amount` as people write it."""
    return parse_amount(said["amount"]) if "amount" in said else Money(said["grosze"])


def invoice(said: Mapping[str, Any], at: datetime) -> InvoiceStated:
    header = Header(at=at, amount=money(said), due_on=date.fromisoformat(said["due"]))
    debtor = DebtorDetails(id=parse_debtor_id(said["debtor"]), tags=frozenset(said.get("tags", ())) or None)
    return InvoiceStated(number=parse_invoice_number(said["number"]), debtor=debtor, header=header)


def contact(said: Mapping[str, Any], at: datetime) -> DebtorStated:
    emails = (parse_email(said["email"]),)
    return DebtorStated(debtor=DebtorDetails(id=parse_debtor_id(said["debtor"]), emails=emails), at=at)


def payment(said: Mapping[str, Any], _: datetime) -> PaymentStated:
    day = date.fromisoformat(said["day"])
    others = {name: said[name] for name in ("number", "debtor_id", "payer", "title") if name in said}
    return PaymentStated(id=said["id"], amount=money(said), day=day, **others)


KINDS: Final = {"invoice": invoice, "contact": contact, "payment": payment}


def say(line: bytes, at: datetime) -> Statement:
    kind, said = _parsed(line)
    return KINDS[kind](said, at)


def number_of(line: bytes) -> str | None:
    kind, said = _parsed(line)
    return parse_invoice_number(said["number"]) if kind == "invoice" else None


def _parsed(line: bytes) -> tuple[str, Mapping[str, Any]]:
    ((kind, said),) = json.loads(line).items()
    return kind, said


class LinesReader:
    number_column = "number"

    def read(self, blocks: Iterable[bytes], first_row: int) -> Iterator[Accepted | Rejected]:
        entries = b"".join(blocks).splitlines()
        return read_each(entries, first_row, say, number_of=number_of, column_of=lambda line: _parsed(line)[0])


class LinesFormat:
    may_be_full_list = True

    def recognises(self, head: bytes) -> bool:
        return head.startswith(BEGINS)

    def survey(self, blocks: Iterable[bytes], *, chunk_bytes: int) -> Survey:
        chunks, start, stop, row, first_row = [], 0, 0, 1, 1
        for line in b"".join(blocks).splitlines(keepends=True):
            stop, row = stop + len(line), row + 1
            if stop - start >= chunk_bytes:
                chunks.append(Chunk(start, stop, first_row))
                start, first_row = stop, row
        if start < stop:
            chunks.append(Chunk(start, stop, first_row))
        if not chunks:
            raise TableUnreadable("file_empty", pl="Plik jest pusty.", en="The file is empty.")
        return Survey({"version": "1"}, tuple(chunks))

    def reader(self, form: Mapping[str, Any]) -> LinesReader:
        assert form == {"version": "1"}
        return LinesReader()


FORMAT: Final[SourceFormat] = LinesFormat()


def lines(*statements: tuple[str, dict[str, Any]]) -> bytes:
    """The file with these statements."""
    return b"".join(json.dumps({kind: said}).encode() + b"\n" for kind, said in statements)
