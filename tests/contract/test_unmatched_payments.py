"""Payments that name no invoice with its debtor: kept once each, until somebody strikes them off."""

from dataclasses import replace
from datetime import timedelta

from tests.contract.conftest import Store
from tests.contract.examples import ACME, NOW, TODAY
from upominek.domain.receivables.events import PaymentStated
from upominek.domain.receivables.payments import BookedPayment, Booking, KeptPayment
from upominek.domain.values.money import Money

FULL = PaymentStated(
    id="bank#7/2026",
    amount=Money(12_300, "EUR"),
    day=TODAY,
    number="FV/1",
    payer="Zażółć Gęślą sp. z o.o.",
    account="PL20000000000000000012345678",
    title="za fakturę\n  1",
    at=NOW,
    reason="amount-unusual",
)
BARE = PaymentStated(id="a", amount=Money(-500), day=TODAY + timedelta(days=1))
OF_DEBTOR = PaymentStated(id="b", amount=Money(100), day=TODAY - timedelta(days=1), debtor_id="K-1")


def test_payments_are_listed_by_day_and_never_to_another_creditor(store: Store) -> None:
    assert list(store.unmatched_payments.all(ACME)) == []
    store.unmatched_payments.keep(ACME, [BARE, FULL, OF_DEBTOR])
    store.unmatched_payments.keep(f"{ACME}-2", [replace(BARE, title="foreign")])
    assert list(store.unmatched_payments.all(ACME)) == [OF_DEBTOR, FULL, BARE]
    assert list(store.unmatched_payments.all(f"{ACME}-2")) == [replace(BARE, title="foreign")]


def test_an_id_is_one_payment_and_the_first_word_on_it_stays(store: Store) -> None:
    store.unmatched_payments.keep(ACME, [FULL, replace(FULL, title="again")])
    store.unmatched_payments.keep(ACME, [replace(FULL, day=TODAY + timedelta(days=9)), BARE])
    assert list(store.unmatched_payments.all(ACME)) == [FULL, BARE]


def test_more_than_one_request_takes(store: Store) -> None:
    many = [replace(BARE, id=f"{number:03}") for number in range(60)]
    store.unmatched_payments.keep(ACME, many)
    assert list(store.unmatched_payments.all(ACME)) == many


def test_what_was_struck_off_is_gone(store: Store) -> None:
    store.unmatched_payments.keep(ACME, [FULL, BARE])
    for _ in range(2):
        store.unmatched_payments.remove(ACME, [FULL.id, "unknown"])
    assert list(store.unmatched_payments.all(ACME)) == [BARE]


# where they went

THERE = Booking("K-1", "FV/1", "a", NOW, "Anna")


def test_what_was_kept_is_found_with_where_it_went(store: Store) -> None:
    store.unmatched_payments.keep(ACME, [FULL, BARE])
    assert store.unmatched_payments.find(ACME, []) == {}
    assert store.unmatched_payments.find(ACME, [BARE.id, "unknown"]) == {BARE.id: KeptPayment(BARE)}
    assert store.unmatched_payments.find(f"{ACME}-2", [BARE.id]) == {}
    assert store.unmatched_payments.note_booking(ACME, BARE.id, THERE, before=0)
    assert list(store.unmatched_payments.kept(ACME)) == [KeptPayment(FULL), KeptPayment(BARE, THERE, 1)]
    store.unmatched_payments.keep(ACME, [BARE])
    assert store.unmatched_payments.find(ACME, [BARE.id]) == {BARE.id: KeptPayment(BARE, THERE, 1)}


def test_two_people_do_not_book_one_payment(store: Store) -> None:
    store.unmatched_payments.keep(ACME, [BARE])
    assert not store.unmatched_payments.note_booking(ACME, "unknown", THERE, before=0)
    assert not store.unmatched_payments.note_booking(ACME, BARE.id, None, before=0)
    assert store.unmatched_payments.note_booking(ACME, BARE.id, THERE, before=0)
    assert not store.unmatched_payments.note_booking(ACME, BARE.id, THERE, before=0)
    assert not store.unmatched_payments.note_booking(ACME, BARE.id, THERE, before=1)
    assert store.unmatched_payments.note_booking(ACME, BARE.id, None, before=1)
    assert store.unmatched_payments.find(ACME, [BARE.id]) == {BARE.id: KeptPayment(BARE, None, 1)}
    assert store.unmatched_payments.note_booking(ACME, BARE.id, THERE, before=1)
    assert store.unmatched_payments.find(ACME, [BARE.id]) == {BARE.id: KeptPayment(BARE, THERE, 2)}


# the list

BOOKED = BookedPayment(id="p#1", amount=Money(100), at=NOW, debtor="K-1", number="FV/1")
LOOSE = replace(BOOKED, number="FV/2", is_loose=True)


def test_what_stands_with_an_invoice_is_listed_once_for_each(store: Store) -> None:
    for _ in range(2):
        store.unmatched_payments.list_booked(ACME, [BOOKED, LOOSE])
    store.unmatched_payments.list_booked(f"{ACME}-2", [replace(BOOKED, id="foreign")])
    assert {one.number: one for one in store.unmatched_payments.booked(ACME)} == {"FV/1": BOOKED, "FV/2": LOOSE}
    assert list(store.unmatched_payments.booked(ACME, loose_only=True)) == [LOOSE]
    assert list(store.unmatched_payments.all(ACME)) == []
    store.unmatched_payments.list_booked(ACME, [replace(LOOSE, is_loose=False)])
    assert len(list(store.unmatched_payments.booked(ACME))) == 2
    for _ in range(2):
        store.unmatched_payments.strike_booked(ACME, [replace(LOOSE, is_loose=False)])
    assert list(store.unmatched_payments.booked(ACME)) == [BOOKED]
