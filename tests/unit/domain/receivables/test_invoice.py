"""Folding events into an invoice: any order, any number of times."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upominek.domain.parties.debtor import DebtorDetails
from upominek.domain.receivables.events import (
    Header,
    InvoiceCancelled,
    InvoiceEvent,
    InvoiceSettled,
    InvoiceStated,
    PaymentReceived,
)
from upominek.domain.receivables.invoice import LOG_LENGTH, Invoice, InvoiceStatus, fold, fold_all, kind_of_news
from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.money import Money

NEW = Invoice(creditor="hurt", debtor="K-1", number="FV/1")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DUE = date(2026, 3, 16)


def at(hour: int) -> datetime:
    return NOON + timedelta(hours=hour)


def stated(hour: int, grosze: int = 10_000, *, paid: int | None = None, **others: object) -> InvoiceStated:
    given: dict[str, object] = {
        "at": at(hour),
        "amount": Money(grosze),
        "due_on": DUE,
        "paid": None if paid is None else Money(paid),
    }
    header = Header(**given | others)  # type: ignore[arg-type]
    return InvoiceStated(number="FV/1", debtor=DebtorDetails(id="K-1"), header=header)


def payment(payment_id: str, hour: int, grosze: int, currency: str = "PLN") -> PaymentReceived:
    return PaymentReceived(id=payment_id, number="FV/1", debtor_id="K-1", amount=Money(grosze, currency), at=at(hour))


def cancelled(hour: int) -> InvoiceCancelled:
    return InvoiceCancelled(number="FV/1", debtor_id="K-1", at=at(hour))


def settled(hour: int) -> InvoiceSettled:
    return InvoiceSettled(number="FV/1", debtor_id="K-1", at=at(hour))


def grosze(money: Money | None) -> int | None:
    return None if money is None else money.grosze


def kinds(invoice: Invoice) -> list[str]:
    return [entry.kind for entry in invoice.log]


HOURS = st.integers(0, 4)
AMOUNTS = st.sampled_from([-10_000, -5_000, 0, 5_000, 10_000])
EVENTS = st.one_of(
    st.builds(
        stated,
        HOURS,
        AMOUNTS,
        paid=st.none() | AMOUNTS,
        is_change=st.booleans(),
        due_on=st.sampled_from([DUE, date(2026, 4, 1)]),
    ),
    st.builds(payment, st.sampled_from("abc"), HOURS, AMOUNTS, st.sampled_from(["PLN", "EUR"])),
    st.builds(cancelled, HOURS),
    st.builds(settled, HOURS),
)


def test_of_two_statements_the_newer_says_what_is_owed_for_in_any_order() -> None:
    first, second = stated(0, claim=ClaimKind.SALE), stated(1, claim=ClaimKind.TRANSPORT)
    same_time = stated(1, claim=ClaimKind.PERIODIC)
    for events in permutations([first, second, same_time]):
        folded = fold_all(NEW, events)
        assert folded.header is not None
        assert folded.header.claim is max(second.header.claim, same_time.header.claim, key=repr)


@given(st.lists(EVENTS, max_size=8).flatmap(lambda events: st.tuples(st.just(events), st.permutations(events))))
def test_any_order_and_any_repetition_give_the_same_state(
    orders: tuple[Sequence[InvoiceEvent], Sequence[InvoiceEvent]],
) -> None:
    events, shuffled = orders
    one = fold_all(NEW, events)
    other = fold_all(NEW, [*shuffled, *events, *reversed(shuffled)])
    assert replace(one, log=()) == replace(other, log=())
    for view in (Invoice.status, Invoice.outstanding, Invoice.credit, Invoice.paid):
        assert view.fget(one) == view.fget(other)  # type: ignore[attr-defined]


@given(st.lists(EVENTS, max_size=30))
def test_what_is_known_changes_nothing(events: Sequence[InvoiceEvent]) -> None:
    invoice = fold_all(NEW, events)
    for event in events:
        assert replace(fold(invoice, event), log=()) == replace(invoice, log=())


@given(st.lists(EVENTS, max_size=60))
def test_the_log_is_ordered_and_bounded_and_tells_no_statement_twice_running(events: Sequence[InvoiceEvent]) -> None:
    log = fold_all(NEW, events).log
    assert len(log) <= LOG_LENGTH
    assert [entry.at for entry in log] == sorted(entry.at for entry in log)
    assert all(one.content != other.content for one, other in pairwise(log))
    assert [entry.kind for entry in log].count("issued") <= 1


@given(st.lists(EVENTS, max_size=10))
def test_only_something_owed_or_to_be_set_off_is_open(events: Sequence[InvoiceEvent]) -> None:
    invoice = fold_all(NEW, events)
    assert invoice.is_open == bool(invoice.outstanding and invoice.outstanding.grosze)
    assert invoice.credit is None or invoice.credit.grosze > 0
    if invoice.header and invoice.is_open and invoice.header.amount.grosze > 0:
        assert invoice.credit is None
        assert (grosze(invoice.outstanding) or 0) > 0


def test_an_older_change_never_overwrites_a_newer_one() -> None:
    for events in permutations([stated(0), stated(2, 30_000, is_change=True), stated(1, 20_000, is_change=True)]):
        assert grosze(fold_all(NEW, events).outstanding) == 30_000


def test_a_change_beats_an_issue_of_the_same_instant() -> None:
    for events in permutations([stated(0), stated(0, 9_000, is_change=True)]):
        assert grosze(fold_all(NEW, events).outstanding) == 9_000


def test_a_payment_waits_for_its_invoice() -> None:
    waiting = fold(NEW, payment("p", 0, 4_000))
    assert waiting.status is InvoiceStatus.AWAITED
    assert (waiting.paid, waiting.outstanding, waiting.credit) == (None, None, None)
    assert grosze(fold(waiting, stated(1)).outstanding) == 6_000


def test_a_cancellation_before_its_invoice_still_counts() -> None:
    assert fold_all(NEW, [cancelled(1), stated(0)]).status is InvoiceStatus.CANCELLED


def test_a_payment_counts_once_and_its_correction_counts_instead() -> None:
    for events in permutations([stated(0), payment("p", 1, 4_000), payment("p", 1, 4_000), payment("p", 2, 3_000)]):
        assert grosze(fold_all(NEW, events).paid) == 3_000


@pytest.mark.parametrize(
    ("events", "paid"),
    [
        pytest.param([stated(2, paid=4_000), payment("p", 1, 4_000)], 4_000, id="the statement knew the payment"),
        pytest.param([stated(0, paid=4_000), payment("p", 1, 1_000)], 5_000, id="the payment came after the statement"),
        pytest.param([stated(2, paid=0), payment("p", 1, 4_000)], 4_000, id="the statement did not know yet"),
        pytest.param([stated(0, paid=4_000), payment("p", 1, -4_000)], 0, id="what was paid is taken back"),
        pytest.param([stated(0), payment("p", 1, 4_000, "EUR")], 0, id="another currency pays nothing here"),
    ],
)
def test_paid_is_what_the_statement_says_and_what_came_after_it(events: list[InvoiceEvent], paid: int) -> None:
    for order in permutations(events):
        assert grosze(fold_all(NEW, order).paid) == paid


def test_an_overpayment_is_kept_as_credit() -> None:
    invoice = fold_all(NEW, [stated(0), payment("p", 1, 12_500)])
    assert invoice.status is InvoiceStatus.SETTLED
    assert (grosze(invoice.outstanding), grosze(invoice.credit)) == (0, 2_500)


def test_a_credit_note_is_open_and_a_credit_until_it_is_set_off() -> None:
    note = fold(NEW, stated(0, -8_000))
    assert (note.is_open, grosze(note.outstanding), grosze(note.credit)) == (True, -8_000, 8_000)
    partly = fold(NEW, stated(0, -8_000, paid=-3_000))
    assert (grosze(partly.outstanding), grosze(partly.credit)) == (-5_000, 5_000)
    done = fold(note, payment("p", 1, -8_000))
    assert (done.status, done.credit) == (InvoiceStatus.SETTLED, None)
    twice = fold(done, payment("q", 2, -1_000))
    assert (twice.is_open, grosze(twice.outstanding)) == (False, 0)


def test_an_invoice_of_nothing_is_settled_and_what_is_paid_for_it_is_credit() -> None:
    assert fold(NEW, stated(0, 0)).status is InvoiceStatus.SETTLED
    assert grosze(fold_all(NEW, [stated(0, 0), payment("p", 1, 500)]).credit) == 500


def test_what_was_paid_for_a_void_invoice_is_credit() -> None:
    invoice = fold_all(NEW, [stated(0), payment("p", 1, 4_000), cancelled(2)])
    assert (invoice.status, grosze(invoice.outstanding)) == (InvoiceStatus.CANCELLED, 0)
    assert grosze(invoice.credit) == 4_000


def test_missing_from_the_full_list_is_settled_without_credit_until_it_is_stated_again() -> None:
    gone = fold_all(NEW, [stated(0), payment("p", 1, 12_000), settled(2)])
    assert (gone.status, gone.credit) == (InvoiceStatus.SETTLED, None)
    silent = fold(gone, stated(3, 20_000))
    assert (silent.status, grosze(silent.outstanding)) == (InvoiceStatus.SETTLED, 0)  # it says nothing of payments
    back = fold(silent, stated(4, 20_000, paid=0))
    assert (back.is_open, grosze(back.outstanding)) == (True, 8_000)
    assert fold(back, settled(2)).is_open


def test_the_log_tells_the_story_in_order_whatever_came_first() -> None:
    events = [stated(0), stated(1, 20_000, is_change=True), cancelled(2), stated(3, 20_000, is_change=True)]
    for order in permutations(events):
        assert kinds(fold_all(NEW, order)) == ["issued", "changed", "cancelled", "reopened"]


def test_saying_the_same_again_is_no_news_but_orders_what_comes_late() -> None:
    invoice = fold_all(NEW, [stated(0), stated(5)])
    assert kinds(invoice) == ["issued"]
    assert invoice.header is not None
    assert invoice.header.at == at(5)
    late = fold(invoice, cancelled(3))
    assert late.is_open
    assert kinds(late) == ["issued", "cancelled", "reopened"]


def test_a_long_log_keeps_its_beginning_and_its_end() -> None:
    events = [stated(hour, 10_000 + hour, is_change=True) for hour in range(40)]
    log = fold_all(NEW, events).log
    assert (len(log), log[0].at, log[-1].at) == (LOG_LENGTH, at(0), at(39))
    full = fold_all(NEW, events)
    assert all(fold(full, event) is full for event in events)


def test_the_log_says_what_was_news_at_a_moment() -> None:
    invoice = fold_all(NEW, [stated(0), stated(1, 9_000), stated(2, 9_000), settled(3)])
    assert [kind_of_news(invoice, at(hour)) for hour in range(4)] == ["issued", "changed", None, "settled"]
