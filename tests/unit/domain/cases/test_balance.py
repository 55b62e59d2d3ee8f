"""What a debtor owes in all, and where the credits go."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from upominek.domain.cases.balance import credit_of, owed, set_off
from upominek.domain.cases.case import Case
from upominek.domain.parties.debtor import Debtor
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.money import Money

FIRST = date(2026, 3, 2)


def invoice(number: str, grosze: int, currency: str = "PLN", ahead: int = 0) -> DueInvoice:
    return DueInvoice("K-1", number, FIRST + timedelta(days=ahead), Money(grosze, currency))


def case(*credits_: Money) -> Case:
    given_ = {f"KOR {number}": money for number, money in enumerate(credits_)}
    return Case(creditor="hydro", debtor=Debtor(id="K-1"), credits=given_)


def test_a_credit_is_taken_off_the_oldest_invoices_first_and_once() -> None:
    old, new = invoice("FV 2", 30000, ahead=-9), invoice("FV 1", 100000)
    shares = set_off(case(Money(10000), Money(50000)), [new, old])
    assert shares == {"FV 2": Money(30000), "FV 1": Money(30000)}
    assert owed([old], shares) == ()
    assert owed([new], shares) == (Money(70000),)
    assert owed([old, new], shares) == (Money(70000),)
    assert credit_of([old, new], shares) == (Money(60000),)


def test_a_credit_larger_than_the_debt_leaves_nothing_and_never_less() -> None:
    shares = set_off(case(Money(99999)), [invoice("FV 1", 500)])
    assert (shares, owed([invoice("FV 1", 500)], shares)) == ({"FV 1": Money(500)}, ())


def test_currencies_are_never_added_up_nor_set_off_against_each_other() -> None:
    invoices = [invoice("FV 1", 10000), invoice("FV 2", 100, "EUR"), invoice("FV 3", 1)]
    assert owed(invoices, {}) == (Money(100, "EUR"), Money(10001))
    shares = set_off(case(Money(5000, "EUR")), invoices)
    assert shares == {"FV 2": Money(100, "EUR")}
    assert owed(invoices, shares) == (Money(10001),)


def test_an_open_credit_note_among_the_invoices_takes_no_share() -> None:
    undirected = invoice("KOR 1", -5000, ahead=-20)
    assert set_off(case(Money(5000)), [undirected, invoice("FV 1", 8000)]) == {"FV 1": Money(5000)}


def note(number: str, corrects: str | None, grosze: int, currency: str = "PLN") -> DueInvoice:
    return replace(invoice(number, -grosze, currency), corrects=corrects)


def test_a_credit_note_is_set_off_against_what_it_corrects_first_and_the_rest_from_the_oldest_on() -> None:
    old, new = invoice("FV 1", 30000, ahead=-9), invoice("FV 2", 20000)
    kept = case(Money(25000), Money(1000))
    assert set_off(kept, [old, new, note("KOR 0", "FV 2", 25000)]) == {"FV 2": Money(20000), "FV 1": Money(6000)}


def test_two_credit_notes_of_one_invoice_take_no_more_than_it_is() -> None:
    kept = case(Money(6000), Money(6000))
    notes = [note("KOR 0", "FV 1", 6000), note("KOR 1", "FV 1", 6000)]
    assert set_off(kept, [invoice("FV 1", 10000), *notes]) == {"FV 1": Money(10000)}


def test_a_credit_note_of_what_is_not_asked_for_or_in_another_currency_goes_to_the_oldest() -> None:
    of_another, of_euros = note("KOR 0", "FV 9", 5000), note("KOR 1", "FV 2", 100)
    invoices = [invoice("FV 1", 8000, ahead=-1), invoice("FV 2", 500, "EUR"), of_another, of_euros]
    assert set_off(case(Money(5000), Money(100)), invoices) == {"FV 1": Money(5100)}


def test_what_of_a_credit_note_is_no_credit_any_more_is_not_taken_off() -> None:
    assert set_off(case(), [invoice("FV 1", 8000), note("KOR 0", "FV 1", 5000)]) == {}
    assert set_off(case(Money(2000)), [invoice("FV 1", 8000), note("KOR 0", "FV 1", 5000)]) == {"FV 1": Money(2000)}


sums = st.lists(st.tuples(st.integers(-2000, 5000), st.sampled_from(["PLN", "EUR"]), st.integers(0, 9)), max_size=8)
credits_given = st.lists(st.builds(Money, st.integers(1, 9000), st.sampled_from(["PLN", "EUR"])), max_size=4)


@given(sums, credits_given, st.data())
def test_however_the_invoices_are_spread_over_messages_no_credit_is_taken_twice_and_none_is_lost(
    owing: list[tuple[int, str, int]], given_: list[Money], data: st.DataObject
) -> None:
    invoices = [invoice(f"FV {n}", grosze, currency, ahead) for n, (grosze, currency, ahead) in enumerate(owing)]
    corrected = st.none() | st.sampled_from([one.number for one in invoices] or ["FV 0"])
    notes = [note(f"KOR {n}", data.draw(corrected), one.grosze, one.currency) for n, one in enumerate(given_)]
    shares = set_off(case(*given_), [*invoices, *notes])
    for currency in ("PLN", "EUR"):
        positive = [one for one in invoices if one.outstanding.grosze > 0 and one.outstanding.currency == currency]
        gross = sum(one.outstanding.grosze for one in positive)
        credit = sum(one.grosze for one in given_ if one.currency == currency)
        message = {one.number: data.draw(st.integers(0, 2)) for one in positive}
        parts = [[one for one in positive if message[one.number] == part] for part in range(3)]
        asked = sum(total.grosze for part in parts for total in owed(part, shares))
        assert asked == max(gross - credit, 0)
    assert all(0 < share.grosze <= one.outstanding.grosze for one in invoices if (share := shares.get(one.number)))
