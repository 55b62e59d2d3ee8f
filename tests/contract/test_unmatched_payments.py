"""Payments that name no invoice with its debtor: kept once each, until somebody strikes them off."""

from dataclasses import replace
from datetime import timedelta

from tests.contract.conftest import Store
from tests.contract.examples import ACME, TODAY
from upominek.domain.receivables.events import PaymentStated
from upominek.domain.values.money import Money

FULL = PaymentStated(
    id="bank#7/2026",
    amount=Money(12_300, "EUR"),
    day=TODAY,
    number="FV/1",
    payer="Zażółć Gęślą sp. z o.o.",
    account="PL20000000000000000012345678",
    title="za fakturę\n  1",
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
