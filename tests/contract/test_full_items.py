"""An item takes 400 KB: what fills up is told so, long histories go on, and an opt-out is never refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.contract.conftest import Store
from tests.contract.examples import ACME, DEBTOR, KOWALSKA, NOW, fact, stated
from upominek.adapters.aws.table.invoice_items import PAYMENTS_PER_ITEM
from upominek.adapters.memory.world import ManualClock
from upominek.application.cases.wake_debtors import WakeDebtors
from upominek.application.intake.apply_events import ApplyEvents
from upominek.application.ports.invoices import InvoiceChange, InvoiceKey
from upominek.domain.cases.case import Hold
from upominek.domain.errors import ItemFull
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import DebtorDetails
from upominek.domain.receivables.events import PaymentReceived
from upominek.domain.receivables.invoice import Invoice, fold_all
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

KEY = InvoiceKey(ACME, DEBTOR, "FV/1")
LONG, MOST = 60_000, 6


@pytest.fixture
def full(store: Store, request: pytest.FixtureRequest) -> Store:
    """A case that holds as much as there is room for."""
    if "moto" in request.node.name:
        pytest.skip("moto knows no limit of a transaction's items")
    store.cases.open_case(ACME, KOWALSKA, NOW)
    for number in range(MOST):
        hold(store, number)
    with pytest.raises(ItemFull) as refused:
        hold(store, MOST)
    assert refused.value.code == "item_full"
    return store


def hold(store: Store, number: int, kind: HoldKind = HoldKind.DISPUTE, words: str = "x" * LONG) -> None:
    at = NOW + timedelta(seconds=number)
    held = Hold(
        kind=kind, since=at, reason=words, number=f"FV/{number}" if kind is HoldKind.DISPUTE else None, by="Anna"
    )
    store.cases.hold(ACME, DEBTOR, held, fact(f"f-{number}", at, "hold", reason=words))


def test_what_is_refused_has_left_nothing_behind(full: Store) -> None:
    file = full.cases.file(ACME, DEBTOR)
    assert len(file.facts) == len(file.case.holds) == MOST


def test_an_opt_out_is_written_all_the_same_and_every_hold_stays_in_force(full: Store) -> None:
    before = full.cases.get(ACME, DEBTOR).holds
    hold(full, 50, HoldKind.OPT_OUT, "nie pisać")
    after = full.cases.get(ACME, DEBTOR).holds
    assert after["opt-out"].reason == "nie pisać"
    assert after.keys() == before.keys() | {"opt-out"}
    assert {key: (one.since, one.until) for key, one in after.items() if key in before} == {
        key: (one.since, one.until) for key, one in before.items()
    }
    words = [one.data["reason"] for one in full.cases.file(ACME, DEBTOR).facts]
    assert words == ["x" * LONG] * MOST + ["nie pisać"]


def test_a_release_and_news_of_the_debtor_find_room_too(full: Store) -> None:
    full.cases.open_case(ACME, DebtorDetails(id=DEBTOR, name="N" * 30_000), NOW + timedelta(days=1))
    assert full.cases.get(ACME, DEBTOR).debtor.name == "N" * 30_000
    full.cases.release(ACME, DEBTOR, "dispute/FV/0", fact("r", NOW + timedelta(hours=1), "release"))
    assert "dispute/FV/0" not in full.cases.get(ACME, DEBTOR).holds


def received(number: int, grosze: int = 1) -> PaymentReceived:
    return PaymentReceived(
        id=f"a-rather-long-id-of-a-payment-by-a-bank-{number:06}",
        number="FV/1",
        debtor_id=DEBTOR,
        amount=Money(grosze),
        at=NOW + timedelta(seconds=number),
    )


@pytest.mark.parametrize("stated_first", [True, False])
def test_thousands_of_payments_of_one_invoice_are_kept_and_each_counts_once(
    store: Store, request: pytest.FixtureRequest, *, stated_first: bool
) -> None:
    many = 500 if "moto" in request.node.name else 4_600
    clock = ManualClock(NOW)
    wake = WakeDebtors(store.creditors, store.cases, store.progress, clock)
    take = ApplyEvents(store.cases, store.invoices, store.unmatched_payments, wake, clock)
    creditor = Creditor(id=ACME, name="Acme")
    whole = replace(stated("FV/1"), header=replace(stated("FV/1").header, amount=Money(many + 50)))
    payments = [received(number) for number in range(many)]
    events = [whole, *payments] if stated_first else [*payments, whole]
    for start in [*range(0, len(events), 500), 0]:
        take.apply(creditor, events[start : start + 500])
    invoice = store.invoices.get_many([KEY])[KEY]
    assert (len(invoice.payments), invoice.outstanding) == (many, Money(50))
    assert store.cases.file(ACME, DEBTOR).invoices == (invoice,)
    assert len(list(store.unmatched_payments.booked(ACME))) == many


def test_one_that_is_told_anew_counts_as_it_was_told_last_wherever_it_stands(store: Store) -> None:
    before = Invoice(creditor=ACME, debtor=DEBTOR, number="FV/1")
    first = fold_all(before, [received(number) for number in range(PAYMENTS_PER_ITEM * 2 + 1)])
    assert store.invoices.save([InvoiceChange(before, first)], (1,)) == []
    stored = store.invoices.get_many([KEY])[KEY]
    later = replace(received(0), at=NOW + timedelta(days=1))
    assert store.invoices.save([InvoiceChange(stored, fold_all(stored, [later]))], (1,)) == []
    again = store.invoices.get_many([KEY])[KEY]
    assert again.payments[later.id].at == later.at
    assert len(again.payments) == PAYMENTS_PER_ITEM * 2 + 1
    assert store.invoices.save([InvoiceChange(stored, fold_all(stored, [received(999)]))], (1,)) == [KEY]
