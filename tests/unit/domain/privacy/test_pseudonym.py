"""A case without its person."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.contract.examples import claimed, sent, stated
from upominek.domain.cases.case import Case, CaseFile, Contact, Fact, Hold
from upominek.domain.parties.debtor import DATA, Debtor, DebtorKind
from upominek.domain.privacy.pseudonym import Alias, without_person
from upominek.domain.receivables.invoice import Invoice, Payment, fold
from upominek.domain.values.contact import Email, Phone
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ALIAS = Alias("secret")
PERSON = Debtor(
    id="K-1",
    name="Anna",
    kind=DebtorKind.CONSUMER,
    first_name="Anna",
    phones=(Phone("+48512345678", may_receive_sms=True),),
    emails=(Email("a@firma.example"),),
    language="en",
    tags=frozenset({"vip"}),
    nip="1",
    regon="2",
    pesel="3",
    address=("ul. 4",),
    email_clause="b@firma.example",
    vat_id="DE5",
    kind_basis=DATA,
    changed_at=NOW,
)
CASE = Case(
    creditor="acme",
    debtor=PERSON,
    holds={"pause": Hold(kind=HoldKind.PAUSE, since=NOW, reason="choroba")},
    contacts=(Contact(NOW.date(), "r-1"),),
    credits={"KOR 1": Money(5)},
    suppressed=frozenset({"hash"}),
    acknowledged={"FV 1": (date(2026, 3, 1),)},
)


def test_of_the_debtor_only_the_kind_stays() -> None:
    case = without_person(CaseFile(case=CASE), ALIAS, NOW).case
    assert case == Case(
        creditor="acme",
        debtor=Debtor(id=ALIAS.debtor, kind=DebtorKind.CONSUMER),
        credits=CASE.credits,
        acknowledged=CASE.acknowledged,
    )
    # What is added to a debtor one day is a decision to be made here.
    assert {one.name for one in fields(Debtor) if getattr(PERSON, one.name) == one.default} == set()


def test_an_invoice_keeps_its_money_and_dates() -> None:
    event = stated(debtor="K-1", account="24160000035175530643314956", payment_link="https://pay.example/a")
    invoice = fold(Invoice(creditor="acme", debtor="K-1", number=event.number), event)
    invoice = replace(invoice, payments={"od Anny": Payment(Money(100), NOW)})
    (after,) = without_person(CaseFile(case=CASE, invoices=(invoice,)), ALIAS, NOW).invoices
    assert (after.number, after.paid, after.outstanding, after.status, after.log) == (
        invoice.number,
        invoice.paid,
        invoice.outstanding,
        invoice.status,
        invoice.log,
    )
    assert after.header is not None
    assert (after.header.account, after.header.payment_link) == (None, None)
    assert "od Anny" not in repr(after)
    assert "K-1" not in repr(after)


def test_a_reminders_id_leads_back_to_nobody() -> None:
    reminder = sent(claimed())
    (after,) = without_person(CaseFile(case=CASE, reminders=(reminder,)), ALIAS, NOW).reminders
    assert after.key.id not in {reminder.key.id, Alias("another").of(reminder.key.id)}
    assert (after.key.day, after.status, after.sent_at, after.price) == (
        reminder.key.day,
        reminder.status,
        reminder.sent_at,
        reminder.price,
    )
    assert (after.address, after.text, after.redacted_at) == (None, None, NOW)


@given(st.dictionaries(st.text(min_size=1), st.text(min_size=1)))
def test_of_a_fact_nothing_stays_that_is_not_known_to_be_harmless(said: dict[str, str]) -> None:
    fact = Fact(id="f", at=NOW, kind="note", data={f"_{name}": text for name, text in said.items()}, by="Ewa")
    (after,) = without_person(CaseFile(case=CASE, facts=(fact,)), ALIAS, NOW).facts
    assert set(after.data.values()) <= {""}
    assert (after.kind, after.at, after.by) == ("note", NOW, "")


def test_the_same_secret_gives_the_same_names_and_another_one_others() -> None:
    assert Alias("a").debtor == Alias("a").debtor != Alias("b").debtor
    assert Alias("a").debtor.startswith("X-")
