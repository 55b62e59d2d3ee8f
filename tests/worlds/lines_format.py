"""A format of the tests: JSON, one statement a line: an invoice, a contact, or money that came in."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Final

from upominek.adapters.formats.stated_row import StatedRow
from upominek.application.ports.formats import Accepted, Chunk, SourceFormat, Survey
from upominek.domain.errors import InvalidValue, TableUnreadable
from upominek.domain.parties.debtor import DebtorDetails
from upominek.domain.receivables.events import DebtorStated, Header, InvoiceStated, PaymentStated, Statement
from upominek.domain.receivables.rejects import Rejected
from upominek.domain.values.contact import parse_email
from upominek.domain.values.identifiers import parse_debtor_id, parse_invoice_number
from upominek.domain.values.money import Money
from upominek.domain.values.problem import TablePlace, problem_of

NAME: Final = "lines"
MODULE: Final = __name__
SOME_TIME: Final = datetime(2026, 3, 2, tzinfo=UTC)
BEGINS: Final = (b'{"invoice"', b'{"contact"', b'{"payment"')


def invoice(said: Mapping[str, Any], at: datetime) -> InvoiceStated:
    header = Header(at=at, amount=Money(said["grosze"]), due_on=date.fromisoformat(said["due"]))
    debtor = DebtorDetails(id=parse_debtor_id(said["debtor"]), tags=frozenset(said.get("tags", ())) or None)
    return InvoiceStated(number=parse_invoice_number(said["number"]), debtor=debtor, header=header)


def contact(said: Mapping[str, Any], at: datetime) -> DebtorStated:
    emails = (parse_email(said["email"]),)
    return DebtorStated(debtor=DebtorDetails(id=parse_debtor_id(said["debtor"]), emails=emails), at=at)


def payment(said: Mapping[str, Any], _: datetime) -> PaymentStated:
    day = date.fromisoformat(said["day"])
    others = {name: said[name] for name in ("number", "debtor_id", "payer", "title") if name in said}
    return PaymentStated(id=said["id"], amount=Money(said["grosze"]), day=day, **others)


KINDS: Final = {"invoice": invoice, "contact": contact, "payment": payment}


class LinesReader:
    number_column = "number"

    def read(self, blocks: Iterable[bytes], first_row: int) -> Iterator[Accepted | Rejected]:
        for row, line in enumerate(b"".join(blocks).splitlines(), first_row):
            ((kind, said),) = json.loads(line).items()
            say: partial[Statement] = partial(KINDS[kind], said)
            try:
                say(SOME_TIME)
            except InvalidValue as error:
                yield Rejected(row, (problem_of(error, TablePlace(row, kind)),))
            else:
                yield StatedRow(row, say)


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
