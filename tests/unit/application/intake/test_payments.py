"""Payments: counted once, asked about where nobody can mean them, kept where nobody knows what they are for."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.application.intake.test_receive_webhook import WebhookWorld
from tests.worlds.intake_world import HURT, IntakeWorld, at, paid, stated
from upominek.domain.receivables.events import EventsInvalid, PaymentReceived, PaymentStated, TransferReceived
from upominek.domain.receivables.invoice import InvoiceStatus
from upominek.domain.receivables.payments import CEILING, WhyApart, why_apart
from upominek.domain.values.money import Money


def payment(**data: object) -> dict[str, Any]:
    given = {"id": "P-1", "number": "FV/1", "debtor_id": "K-1", "amount": "100.00"} | data
    told = {name: value for name, value in given.items() if value is not None}
    return {"type": "payment.received", "timestamp": "2026-03-02T10:00:00Z", "data": told}


def invoice(number: str = "FV/1", amount: str = "100.00", due: str = "2026-03-16", **data: object) -> dict[str, Any]:
    told = {"number": number, "debtor": {"id": "K-1"}, "due_date": due, "amount": amount} | data
    return {"type": "invoice.issued", "timestamp": "2026-03-02T08:00:00Z", "data": told}


class Desk(WebhookWorld):
    """Takes one message after the other, each with an id of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 0

    def say(self, *events: dict[str, Any]) -> dict[str, int]:
        self._count += 1
        counts = self.receive(list(events), webhook_id=f"msg-{self._count}")
        return {name: count for name, count in counts.items() if name != "events"}

    def problems(self, *events: dict[str, Any]) -> list[tuple[str, str]]:
        with pytest.raises(EventsInvalid) as caught:
            self.say(*events)
        return [(one.where.pointer, one.code) for one in caught.value.problems]

    def owed(self, number: str = "FV/1") -> str | None:
        outstanding = self.invoice(number).outstanding
        return outstanding and outstanding.plain()


# a known id


def test_a_known_id_with_another_amount_is_an_error_and_a_repetition_is_none() -> None:
    desk = Desk()
    desk.say(invoice(), payment(amount="40"))
    assert desk.say(payment(amount="40")) == {"payments": 1}
    assert desk.say(payment(amount="40") | {"timestamp": "2026-03-02T11:00:00Z"}) == {"payments": 1}
    assert desk.problems(payment(amount="55")) == [("/0/data/amount", "payment_id_reused")]
    assert desk.problems(payment(amount="40", currency="EUR")) == [("/0/data/amount", "payment_id_reused")]
    assert desk.owed() == "60.00"
    assert desk.say(payment(id="P-2", amount="-10")) == {"payments": 1}
    assert desk.owed() == "70.00"


def test_nothing_of_a_message_is_taken_in_which_an_id_has_two_amounts() -> None:
    desk = Desk()
    desk.say(invoice())
    wrong = [payment(id="P-3", amount="1"), payment(amount="40"), payment(amount="41")]
    assert desk.problems(*wrong) == [("/2/data/amount", "payment_id_reused")]
    assert desk.owed() == "100.00"
    assert desk.problems(payment(number=None), payment(number=None, amount="7")) == [
        ("/1/data/amount", "payment_id_reused")
    ]
    assert not desk.unmatched_payments.all("hurt")


def test_the_pointer_is_that_of_the_message_whatever_the_order_of_time() -> None:
    desk = Desk()
    desk.say(invoice(), payment(amount="40"))
    early = payment(amount="41") | {"timestamp": "2026-03-02T07:00:00Z"}
    assert desk.problems(payment(id="P-9", amount="1"), early) == [("/1/data/amount", "payment_id_reused")]


def test_a_file_goes_on_without_what_contradicts() -> None:
    world = IntakeWorld()
    world.apply(stated("FV/1"), paid("p", "FV/1", grosze=4_000))
    assert world.apply(paid("p", "FV/1", 2, 5_000), paid("q", "FV/1", 2, 1_000)) == {"payments": 1, "refused": 1}
    assert world.invoice("FV/1").outstanding == Money(5_000)


# sums beyond reason


@pytest.mark.parametrize("amount", ["99999999999.99", "1000.01", "-100000000.01"])
def test_a_sum_beyond_reason_is_kept_apart_and_named(amount: str) -> None:
    desk = Desk()
    desk.say(invoice())
    for _ in range(2):
        assert desk.say(payment(amount=amount)) == {"proposed": 1}
    assert desk.owed() == "100.00"
    (kept,) = desk.unmatched_payments.all("hurt")
    assert (kept.id, kept.number, kept.debtor_id, why_apart(kept)) == ("P-1", "FV/1", "K-1", WhyApart.AMOUNT_UNUSUAL)


@pytest.mark.parametrize(("of", "amount"), [("100.00", "1000.00"), ("1.00", "999.00"), ("1000000.00", "9999999.00")])
def test_a_large_overpayment_within_reason_counts(of: str, amount: str) -> None:
    desk = Desk()
    desk.say(invoice(amount=of))
    assert desk.say(payment(amount=amount)) == {"payments": 1}
    assert desk.owed() == "0.00"


def test_what_comes_with_its_invoice_in_one_message_is_judged_by_it() -> None:
    desk = Desk()
    told = [payment(amount="5000"), invoice()]
    for _ in range(2):
        assert desk.say(*told) == {"new": 1, "proposed": 1}
    assert desk.owed() == "100.00"
    bills = [invoice("FV/4", due="2026-03-30"), invoice("FV/5", due="2026-03-01")]
    desk.say(several(("FV/4", None), ("FV/5", None), amount="130", id="P-4"), *bills)
    assert (desk.owed("FV/5"), desk.owed("FV/4")) == ("0.00", "70.00")


def test_before_its_invoice_only_the_impossible_is_asked_about() -> None:
    world = IntakeWorld()
    assert world.apply(paid("p", "FV/1", grosze=5_000_000)) == {"payments": 1}
    assert world.apply(paid("q", "FV/1", grosze=CEILING + 1)) == {"proposed": 1}
    assert world.invoice("FV/1").status is InvoiceStatus.AWAITED


# for nobody knows what


@pytest.mark.parametrize(
    ("left_out", "why"),
    [
        ({"number"}, WhyApart.NO_INVOICE),
        ({"debtor_id"}, WhyApart.NO_DEBTOR),
        ({"number", "debtor_id"}, WhyApart.NO_INVOICE),
    ],
)
def test_a_payment_without_number_or_debtor_is_kept(left_out: set[str], why: WhyApart) -> None:
    desk = Desk()
    told = payment(title="za wodę", payer="Anna", **dict.fromkeys(left_out))
    for _ in range(2):
        assert desk.say(told) == {"unmatched": 1}
    (kept,) = desk.unmatched_payments.all("hurt")
    assert (kept.amount, kept.day, kept.title, kept.payer) == (Money(10_000), date(2026, 3, 2), "za wodę", "Anna")
    assert why_apart(kept) is why
    assert (("hurt", "K-1") in desk.table.cases) is ("debtor_id" not in left_out)


def test_when_the_sender_says_later_what_it_was_for_it_is_booked_and_waits_no_more() -> None:
    desk = Desk()
    desk.say(invoice(), payment(number=None))
    for _ in range(2):
        assert desk.say(payment()) == {"payments": 1}
    assert desk.owed() == "0.00"
    (kept,) = desk.unmatched_payments.kept("hurt")
    assert kept.booking is not None
    assert (kept.booking.number, kept.booking.by) == ("FV/1", "")


# for several invoices


def several(*shares: tuple[str, str | None], amount: str = "250.00", **data: object) -> dict[str, Any]:
    told = [{"number": number} | ({} if share is None else {"amount": share}) for number, share in shares]
    return payment(number=None, amount=amount, invoices=told, **data)


def three(desk: Desk) -> None:
    desk.say(invoice("FV/3", due="2026-03-30"), invoice("FV/1", due="2026-03-10"), invoice("FV/2", due="2026-03-20"))


def test_the_oldest_is_paid_first_and_a_repetition_changes_nothing() -> None:
    desk = Desk()
    three(desk)
    for _ in range(3):
        assert desk.say(several(("FV/3", None), ("FV/1", None), ("FV/2", None))) == {"payments": 1}
        assert [desk.owed(f"FV/{n}") for n in (1, 2, 3)] == ["0.00", "0.00", "50.00"]


def test_what_is_left_is_a_credit_of_the_last() -> None:
    desk = Desk()
    three(desk)
    assert desk.say(several(("FV/1", None), ("FV/2", None))) == {"payments": 1}
    credit = desk.invoice("FV/2").credit
    assert credit == Money(5_000)
    assert desk.owed("FV/3") == "100.00"


def test_shares_that_are_said_count_and_what_they_leave_over_is_kept_apart() -> None:
    desk = Desk()
    three(desk)
    for _ in range(2):
        counts = desk.say(several(("FV/1", "30"), ("FV/2", "70.50")))
        assert counts == {"payments": 1, "unmatched": 1}
    assert [desk.owed(f"FV/{n}") for n in (1, 2, 3)] == ["70.00", "29.50", "100.00"]
    (rest,) = desk.unmatched_payments.all("hurt")
    assert (rest.id, rest.amount, rest.debtor_id, why_apart(rest)) == (
        "P-1/rest", Money(14_950), "K-1", WhyApart.REMAINDER,
    )  # fmt: skip


def test_a_credit_note_among_them_is_used_up_for_the_others() -> None:
    desk = Desk()
    three(desk)
    desk.say(invoice("K/1", "-50.00", "2026-03-25"))
    for _ in range(2):
        desk.say(several(("FV/1", None), ("FV/2", None), ("FV/3", None), ("K/1", None)))
        assert [desk.owed(f"FV/{n}") for n in (1, 2, 3)] == ["0.00"] * 3
        assert desk.owed("K/1") == "0.00"


def test_an_invoice_that_is_still_to_come_takes_what_the_others_leave() -> None:
    desk = Desk()
    three(desk)
    desk.say(several(("FV/9", None), ("FV/1", None)))
    assert desk.owed("FV/1") == "0.00"
    assert desk.invoice("FV/9").payments["P-1"].amount == Money(15_000)


def test_a_transfer_broken_off_half_way_is_completed_by_its_repetition() -> None:
    transfer = TransferReceived(
        id="T", debtor_id="K-1", amount=Money(25_000), at=at(1), shares=(("FV/1", None), ("FV/2", None), ("FV/3", None))
    )
    invoices = [stated(f"FV/{n}") for n in (1, 2, 3)]
    for first in permutations([("FV/1", 10_000), ("FV/2", 10_000), ("FV/3", 5_000)], 2):
        world = IntakeWorld()
        world.apply(*invoices, *(paid("T", number, grosze=share) for number, share in first))
        assert world.apply(transfer) == {"payments": 1}
        assert sum(world.invoice(f"FV/{n}").payments["T"].amount.grosze for n in (1, 2, 3)) == 25_000


@given(st.lists(st.integers(-20_000, 20_000).filter(bool), min_size=1, max_size=6), st.integers(1, 100_000))
def test_whatever_the_invoices_a_transfer_is_spread_to_the_last_grosz(amounts: list[int], total: int) -> None:
    world = IntakeWorld()
    world.apply(*(stated(f"FV/{n}", grosze=amount) for n, amount in enumerate(amounts)))
    shares = tuple((f"FV/{n}", None) for n in range(len(amounts)))
    transfer = TransferReceived(id="T", debtor_id="K-1", amount=Money(total), at=at(1), shares=shares)

    def spread() -> int:
        on_books = [one.payments["T"].amount.grosze for one in world.table.invoices.values() if "T" in one.payments]
        return sum(on_books) + sum(one.amount.grosze for one in world.unmatched_payments.all("hurt"))

    for _ in range(2):
        world.apply(transfer)
        assert spread() == total


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (several(("FV/1", "200"), ("FV/2", "51")), "amounts_exceed"),
        (several(("FV/1", None), ("FV/1", None)), "invoice_twice"),
        (several(("FV/1", None), ("FV/2", None), amount="-5"), "amounts_missing"),
        (payment(invoices=[{"number": "FV/2"}]), "number_twice"),
        (several(("FV/1", None)) | {"x": 1}, None),
        (payment(number=None, currency="JPY", amount="5", invoices=[{"number": "A", "amount": "5"}]), None),
        (payment(number=None, currency="JPY", amount="5", invoices=[{"number": "A", "currency": "PLN"}]), None),
        (
            payment(number=None, amount="5", invoices=[{"number": "A", "amount": "1", "currency": "EUR"}]),
            "currency_mismatch",
        ),
    ],
)
def test_what_cannot_be_spread_is_told(said: dict[str, Any], code: str | None) -> None:
    if code is None:
        assert Desk().say(said)
    else:
        assert Desk().problems(said) == [("/0/data", code)]


def test_for_several_invoices_of_nobody_it_is_kept_with_their_numbers() -> None:
    desk = Desk()
    assert desk.say(several(("FV/1", None), ("FV/2", None), debtor_id=None)) == {"unmatched": 1}
    (kept,) = desk.unmatched_payments.all("hurt")
    assert (kept.title, kept.number) == ("FV/1, FV/2", None)


# the list


def test_what_stands_with_an_invoice_is_listed_once_and_marked_where_it_settles_nothing() -> None:
    world = IntakeWorld()
    world.apply(stated("FV/1"))
    euro = PaymentReceived(id="e", number="FV/1", debtor_id="K-1", amount=Money(500, "EUR"), at=at(1))
    for _ in range(2):
        world.apply(paid("p", "FV/1"), paid("q", "FV/?"), euro)
    listed = {one.id: one.is_loose for one in world.unmatched_payments.booked("hurt")}
    assert listed == {"p": False, "q": True, "e": True}
    assert {one.id for one in world.unmatched_payments.booked("hurt", loose_only=True)} == {"q", "e"}


def test_a_crash_before_the_list_is_healed_by_the_repetition(monkeypatch: pytest.MonkeyPatch) -> None:
    world = IntakeWorld()
    with monkeypatch.context() as patch:
        patch.setattr(world.unmatched_payments, "list_booked", _crash)
        with pytest.raises(RuntimeError):
            world.apply(stated("FV/1"), paid("p", "FV/1"))
    assert world.apply(paid("p", "FV/1")) == {"payments": 1}
    assert [one.id for one in world.unmatched_payments.booked("hurt")] == ["p"]


def _crash(*_: object) -> None:
    raise RuntimeError


def test_a_payment_of_a_file_that_names_all_is_judged_too() -> None:
    world = IntakeWorld()
    world.apply(stated("FV/1"))
    huge = PaymentStated(id="p", amount=Money(CEILING + 1), day=date(2026, 3, 2), number="FV/1", debtor_id="K-1")
    assert world.apply(huge) == {"proposed": 1}
    assert world.apply_events.contradictions(HURT, [huge]) == []
