"""Invoices, and the index of open ones by due date."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.contract.conftest import Store
from tests.contract.examples import ACME, DEBTOR, KOWALSKA, NOW, apply_events, payment, stated
from upominek.application.ports.invoices import InvoiceChange, InvoiceKey, InvoiceRepository
from upominek.domain.receivables.events import InvoiceCancelled, InvoiceSettled
from upominek.domain.receivables.invoice import Invoice, fold, known
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.money import Money
from upominek.domain.values.shards import shard_of
from upominek.domain.values.span import Span

FIRST = InvoiceKey(ACME, DEBTOR, "FV 1/2026")
ALWAYS = [Span(date(2020, 1, 1), date(2030, 1, 1))]


@pytest.fixture
def invoices(store: Store) -> InvoiceRepository:
    return store.invoices


def numbers(due: object) -> list[str]:
    return [one.number for one in due]  # type: ignore[attr-defined]


def test_an_invoice_is_kept_with_all_its_fields(invoices: InvoiceRepository) -> None:
    invoice = Invoice(creditor=ACME, debtor=DEBTOR, number=FIRST.number)
    events = (
        stated(account="24160000035175530643314956", payment_link="https://example.com/p", paid=Money(5)),
        stated(at=NOW + timedelta(days=1), amount=Money(20000, "EUR"), is_change=True, claim=ClaimKind.TRANSPORT),
        payment("p1", 100),
        payment("p#2", -100),
        InvoiceCancelled(number=FIRST.number, debtor_id=DEBTOR, at=NOW),
        InvoiceSettled(number=FIRST.number, debtor_id=DEBTOR, at=NOW + timedelta(hours=1)),
    )
    for event in events:
        invoice = fold(invoice, event)
    blank = replace(invoice, header=None, log=(), payments={}, cancelled_at=None, settled_at=None)
    assert invoices.save([InvoiceChange(blank, invoice)], (1,)) == []
    assert invoices.get_many([FIRST]) == {FIRST: replace(invoice, version=1)}


def test_a_payment_may_wait_for_its_invoice(invoices: InvoiceRepository) -> None:
    apply_events(invoices, payment("p1", 300))
    waiting = invoices.get_many([FIRST])[FIRST]
    assert waiting.header is None
    assert list(invoices.all_open(ACME, (1,))) == []
    apply_events(invoices, stated())
    assert invoices.get_many([FIRST])[FIRST].outstanding == Money(12000)


def test_the_index_knows_what_is_owed_for(invoices: InvoiceRepository) -> None:
    apply_events(invoices, stated("F1", claim=ClaimKind.PERIODIC), stated("F2"))
    assert {one.number: one.claim for one in invoices.all_open(ACME, (1,))} == {"F1": ClaimKind.PERIODIC, "F2": None}
    apply_events(invoices, stated("F1", claim=ClaimKind.TAX, at=NOW + timedelta(days=1), is_change=True))
    assert {one.number: one.claim for one in invoices.all_open(ACME, (1,))} == {"F1": ClaimKind.TAX, "F2": None}


def test_many_are_saved_and_read_at_once(invoices: InvoiceRepository) -> None:
    blanks = [Invoice(creditor=ACME, debtor=f"K-{number % 7}", number=f"F{number}") for number in range(130)]
    changes = [InvoiceChange(one, fold(one, stated(one.number, debtor=one.debtor))) for one in blanks]
    assert invoices.save(changes, (1,)) == []
    keys = [InvoiceKey(one.creditor, one.debtor, one.number) for one in blanks]
    found = invoices.get_many([*keys, InvoiceKey(ACME, DEBTOR, "none")])
    assert found.keys() == set(keys)
    assert invoices.get_many([]) == {}
    assert invoices.save([], (1,)) == []


def test_who_read_an_older_version_is_told_and_overwrites_nothing(invoices: InvoiceRepository) -> None:
    blank = Invoice(creditor=ACME, debtor=DEBTOR, number=FIRST.number)
    apply_events(invoices, stated())
    other = replace(blank, number="FV 2")
    changes = [InvoiceChange(blank, fold(blank, payment("p1", 1))), InvoiceChange(other, fold(other, stated("FV 2")))]
    assert invoices.save(changes, (1,)) == [FIRST]
    assert invoices.get_many([FIRST])[FIRST].payments == {}
    assert numbers(invoices.all_open(ACME, (1,))) == ["FV 1/2026", "FV 2"]


def test_who_read_an_older_version_is_told_also_where_the_credit_changes(store: Store) -> None:
    store.cases.open_case(ACME, KOWALSKA, NOW)
    apply_events(store.invoices, stated())
    stale = store.invoices.get_many([FIRST])[FIRST]
    apply_events(store.invoices, payment("p1", 100))
    change = InvoiceChange(stale, fold(stale, payment("p2", 99999)))
    assert store.invoices.save([change], (1,)) == [FIRST]
    assert store.cases.get(ACME, DEBTOR).credits == {}


def test_payments_at_the_same_moment_are_all_counted(contested_store: Store) -> None:
    invoices = contested_store.invoices
    apply_events(invoices, stated(amount=Money(100_000)))

    def pay(number: int) -> None:
        while True:
            before = invoices.get_many([FIRST])[FIRST]
            if not invoices.save([InvoiceChange(before, fold(before, payment(f"p{number}", 100)))], (1,)):
                return

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(pay, range(18)))
    invoice = invoices.get_many([FIRST])[FIRST]
    assert invoice.outstanding == Money(100_000 - 1800)
    assert invoice.version == 19


def test_a_credit_is_told_to_the_case_together_with_its_invoice(store: Store) -> None:
    store.cases.open_case(ACME, KOWALSKA, NOW)
    apply_events(store.invoices, stated(), payment("p1", 12500), stated("KOR 1", amount=Money(-700, "EUR")))
    assert store.cases.get(ACME, DEBTOR).credits == {"FV 1/2026": Money(200), "KOR 1": Money(700, "EUR")}
    apply_events(store.invoices, payment("p2", -200))
    assert store.cases.get(ACME, DEBTOR).credits == {"KOR 1": Money(700, "EUR")}


def test_only_what_is_open_is_in_the_index(invoices: InvoiceRepository) -> None:
    apply_events(invoices, stated("A"), stated("B"), stated("C"), payment("p1", 12300, "B"))
    apply_events(invoices, InvoiceCancelled(number="C", debtor_id=DEBTOR, at=NOW))
    assert numbers(invoices.due(ACME, (1,), 0, ALWAYS)) == ["A"]
    apply_events(invoices, payment("p2", -300, "B"))
    assert list(invoices.due(ACME, (1,), 0, ALWAYS)) == [
        DueInvoice(DEBTOR, "A", date(2026, 2, 25), Money(12300), amount=Money(12300)),
        DueInvoice(DEBTOR, "B", date(2026, 2, 25), Money(300), amount=Money(12300)),
    ]


def test_the_index_gives_the_days_that_are_asked_for_in_order(invoices: InvoiceRepository) -> None:
    days = [date(2026, 2, 1) + timedelta(days=offset) for offset in range(12)]
    for day in reversed(days):
        apply_events(invoices, stated(f"#{day}", due_on=day, debtor="K#2"), stated(f"{day}", due_on=day, debtor="K-1"))
    spans = [Span(days[8], days[9]), Span(days[2], days[4]), Span(days[6], days[5])]
    found = list(invoices.due(ACME, (1,), 0, spans))
    assert [one.due_on for one in found] == [d for day in (2, 3, 4, 8, 9) for d in [days[day]] * 2]
    assert found[0] == DueInvoice("K#2", f"#{days[2]}", days[2], Money(12300), amount=Money(12300))
    assert list(invoices.due(ACME, (1,), 0, [])) == []


def test_the_index_knows_since_when_an_invoice_is_known(invoices: InvoiceRepository) -> None:
    blank = Invoice(creditor=ACME, debtor=DEBTOR, number=FIRST.number)
    invoices.save([InvoiceChange(blank, known(blank, fold(blank, stated()), NOW))], (1,))
    assert [one.known_at for one in invoices.all_open(ACME, (1,))] == [NOW]
    assert invoices.get_many([FIRST])[FIRST].known_at == NOW
    assert [one.known_at for one in invoices.open_of(ACME, DEBTOR)] == [NOW]


def test_the_index_knows_what_a_credit_note_corrects(invoices: InvoiceRepository) -> None:
    event = stated("KOR 1")
    header = replace(event.header, amount=Money(-5000), corrects="A")
    apply_events(invoices, stated("A"), replace(event, header=header))
    assert [one.corrects for one in invoices.all_open(ACME, (1,))] == [None, "A"]


def test_all_open_invoices_of_a_debtor_are_read_at_once_whole_and_by_due_date(invoices: InvoiceRepository) -> None:
    days = [date(2026, 2, 1) + timedelta(days=offset) for offset in range(3)]
    for number, day in (("C", days[0]), ("B", days[2]), ("A", days[2]), ("D", days[1]), ("E", days[1])):
        apply_events(invoices, stated(number, due_on=day))
    apply_events(invoices, stated("X", debtor="K-10010"), stated("KOR", amount=Money(-500), due_on=days[1]))
    apply_events(invoices, payment("p1", 12300, "E"), payment("p2", 300, "D"))
    apply_events(invoices, InvoiceCancelled(number="A", debtor_id=DEBTOR, at=NOW))
    found = list(invoices.open_of(ACME, DEBTOR))
    assert [one.number for one in found] == ["C", "D", "KOR", "B"]
    assert {InvoiceKey(ACME, DEBTOR, one.number): one for one in found} == invoices.get_many(
        [InvoiceKey(ACME, DEBTOR, one.number) for one in found]
    )
    assert list(invoices.open_of(ACME, "nobody")) == []
    assert list(invoices.open_of("acme-2", DEBTOR)) == []
    apply_events(invoices, payment("p3", -300, "E"))
    assert [one.number for one in invoices.open_of(ACME, DEBTOR)] == ["C", "D", "E", "KOR", "B"]


def test_another_creditors_invoices_are_not_seen(invoices: InvoiceRepository) -> None:
    other = Invoice(creditor="acme-2", debtor=DEBTOR, number="X")
    invoices.save([InvoiceChange(other, fold(other, stated("X")))], (1,))
    assert list(invoices.due(ACME, (1,), 0, ALWAYS)) == []
    assert list(invoices.all_open(ACME, (1,))) == []
    assert numbers(invoices.all_open("acme-2", (1,))) == ["X"]


def test_each_debtor_is_in_one_shard_whenever_the_invoice_was_written(invoices: InvoiceRepository) -> None:
    debtors = [f"K-{number}" for number in range(24)]
    for number, shards in enumerate([(1,), (1, 2), (1, 2, 8)]):
        for debtor in debtors:
            apply_events(invoices, stated(f"F{number}", debtor=debtor), shards=shards)
    found: dict[str, list[str]] = {}
    for shard in range(8):
        due = list(invoices.due(ACME, (1, 2, 8), shard, ALWAYS))
        assert {shard_of(one.debtor, 8) for one in due} <= {shard}
        assert [one.debtor for one in due] == sorted(one.debtor for one in due)
        for one in due:
            found[one.debtor] = [*found.get(one.debtor, []), one.number]
    assert found == {debtor: ["F0", "F1", "F2"] for debtor in debtors}
    assert len(list(invoices.all_open(ACME, (1, 2, 8)))) == 72


def test_a_long_index_is_read_to_its_end(invoices: InvoiceRepository) -> None:
    long = "L" * 300
    blanks = [Invoice(creditor=ACME, debtor="D" * 300, number=f"{long}{number:04}") for number in range(900)]
    changes = [InvoiceChange(one, fold(one, stated(one.number, debtor=one.debtor))) for one in blanks]
    assert invoices.save(changes, (1,)) == []
    assert numbers(invoices.due(ACME, (1,), 0, ALWAYS)) == [one.number for one in blanks]


def test_of_two_changes_of_one_invoice_the_second_is_told(invoices: InvoiceRepository) -> None:
    blank = Invoice(creditor=ACME, debtor=DEBTOR, number=FIRST.number)
    changes = [InvoiceChange(blank, fold(blank, payment(name, 100))) for name in ("p1", "p2")]
    assert invoices.save(changes, (1,)) == [FIRST]
    assert list(invoices.get_many([FIRST])[FIRST].payments) == ["p1"]
