"""What templates are given."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from upominek.application.message_context import LONGEST_TRANSFER_TITLE, MessageContext, build_context
from upominek.domain.campaign import Step
from upominek.domain.case import Case
from upominek.domain.creditor import Creditor
from upominek.domain.debtor import Debtor
from upominek.domain.invoice import Header, Invoice
from upominek.domain.money import Money
from upominek.domain.planning import Decision, DueInvoice
from upominek.domain.reminder import Channel

TODAY = date(2026, 3, 10)
CREDITOR = Creditor(id="rura", name="Rura Sp. z o.o.", account="61109010140000071219812874")
CASE = Case(creditor="rura", debtor=Debtor(id="D-1", first_name="tomasz"))
STEP = Step(offset_days=5, channels=(Channel.SMS,), template="overdue")


def due(number: str, due_on: date = date(2026, 3, 5), grosze: int = 10000, currency: str = "PLN") -> DueInvoice:
    return DueInvoice("D-1", number, due_on, Money(grosze, currency))


def details(number: str, **more: object) -> Invoice:
    header = Header(at=datetime(2026, 3, 1, tzinfo=UTC), amount=Money(10000), due_on=date(2026, 3, 5))
    return Invoice(creditor="rura", debtor="D-1", number=number, header=replace(header, **more))


def context(
    *invoices: DueInvoice, totals: tuple[Money, ...] = (Money(10000),), creditor: Creditor = CREDITOR, **known: Invoice
) -> MessageContext:
    decision = Decision(debtor="D-1", step=STEP, invoices=invoices, totals=totals)
    return build_context(creditor, CASE, decision, {one.number: one for one in known.values()}, TODAY)


def test_a_preview_needs_no_more_than_the_index_has() -> None:
    made = context(due("FV/1"))
    assert made.invoice is not None
    assert (made.invoice.amount, made.invoice.is_partly_paid, made.invoice.days_overdue) == (None, False, 5)
    assert made.account == "61 1090 1014 0000 0712 1981 2874"
    assert made.address is not None
    assert made.address.familiar == "Panie Tomaszu"
    assert (made.step, made.tone, made.as_of) == ("+5", "friendly", TODAY)
    assert made.contact is None


def test_several_invoices_have_no_single_one_but_a_first_and_last_date() -> None:
    made = context(due("FV/1"), due("FV/2", date(2026, 3, 13)), totals=(Money(20000),))
    assert (made.invoice, made.count) == (None, 2)
    assert (made.first_due_on, made.last_due_on, made.days_overdue) == (date(2026, 3, 5), date(2026, 3, 13), 5)
    assert made.invoices[1].days_overdue == -3


def test_credits_are_told_for_each_currency() -> None:
    made = context(due("FV/1"), due("FV/2", currency="EUR"), totals=(Money(4000),))
    assert made.credits == (Money(10000, "EUR"), Money(6000, "PLN"))


def test_an_invoice_with_an_account_of_its_own_names_it() -> None:
    own = details("FV/2", account="DE89370400440532013000")
    made = context(due("FV/1"), due("FV/2"), totals=(Money(20000),), own=own)
    assert made.account is None
    assert [line.account for line in made.invoices] == [
        "61 1090 1014 0000 0712 1981 2874",
        "DE89 3704 0044 0532 0130 00",
    ]
    alone = context(due("FV/2"), own=own)
    assert alone.account == "DE89 3704 0044 0532 0130 00"


def test_without_an_account_there_is_none() -> None:
    assert context(due("FV/1"), creditor=replace(CREDITOR, account=None)).account is None


@pytest.mark.parametrize(
    ("link", "kept"), [("https://pay.example/1", True), ("HTTP://pay.example/1", True), ("javascript:1", False)]
)
def test_only_a_web_address_is_a_link(link: str, *, kept: bool) -> None:
    made = context(due("FV/1"), one=details("FV/1", payment_link=link))
    assert made.invoices[0].payment_link == (link if kept else None)


def test_the_title_of_the_transfer_has_as_many_numbers_as_it_has_room_for() -> None:
    made = context(*(due(f"FV/2026/03/{n:04}") for n in range(20)), totals=(Money(200000),))
    assert len(made.transfer_title) <= LONGEST_TRANSFER_TITLE
    assert made.transfer_title.endswith("FV/2026/03/0007")
    assert len(context(due("x" * 200)).transfer_title) == LONGEST_TRANSFER_TITLE


@pytest.mark.parametrize(
    ("person", "phone", "reply_to", "contact"),
    [
        ("Ewa Nowak", "22 123", "biuro@rura.example", "Ewa Nowak, 22 123"),
        ("Ewa Nowak", None, "biuro@rura.example", "Ewa Nowak, biuro@rura.example"),
        (None, "22 123", None, "22 123"),
        ("Ewa Nowak", None, None, None),
    ],
)
def test_whom_to_talk_to(person: str | None, phone: str | None, reply_to: str | None, contact: str | None) -> None:
    creditor = replace(CREDITOR, contact_person=person, contact_phone=phone, reply_to=reply_to)
    assert context(due("FV/1"), creditor=creditor).contact == contact


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Rura Sp. z o.o.", "Rura"),
        ("Rura sp. z o. o. sp. k.", "Rura"),
        ("Rura spółka z ograniczoną odpowiedzialnością", "Rura"),
        ("Rura Spółka Akcyjna", "Rura"),
        ("Rura S.A.", "Rura"),
        ("Rura P.S.A.", "Rura"),
        ("Kowalski i Syn s.c.", "Kowalski i Syn"),
        ("Casa", "Casa"),
        ("Spółka Wodna", "Spółka Wodna"),
        ("Urząd Miasta", "Urząd Miasta"),
    ],
)
def test_the_short_name_has_no_legal_form(name: str, short: str) -> None:
    assert context(due("FV/1"), creditor=replace(CREDITOR, name=name)).sender == short


def test_the_mapping_has_every_name() -> None:
    made = context(due("FV/1"))
    assert made.as_mapping()["transfer_title"] == "FV/1"
    assert made.as_mapping()["creditor"] is CREDITOR
