"""Payments that wait: listed with the reason, assigned and taken back by a person, and nobody is asked meanwhile."""

from typing import Any

import pytest

from tests.unit.application.intake.test_payments import Desk, invoice, payment, several
from upominek.adapters.json.case import case_to_dict
from upominek.adapters.json.payments import payment_to_dict
from upominek.application.administration.assign_payment import AssignPayment
from upominek.application.administration.show_payments import ShowPayments
from upominek.application.cases.manage_case import ManageCase, ShowCase
from upominek.domain.errors import NotFound, Refused
from upominek.domain.parties.actor import Actor, Face
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

ANNA = Actor("Anna", Face.COMMAND_LINE)


class Office(Desk):
    """A bookkeeper with the list."""

    def __init__(self) -> None:
        super().__init__()
        ports = self.invoices, self.unmatched_payments
        self.show = ShowPayments(self.creditors, *ports, self.clock)
        self.desk = AssignPayment(self.creditors, self.cases, *ports, self.apply_events, self.clock)
        self.say(invoice(), invoice("FV/2"))

    def list(self, *, unmatched: bool = False) -> list[tuple[Any, ...]]:
        lines = map(payment_to_dict, self.show("hurt", unmatched_only=unmatched))
        return [tuple(one[name] for name in ("id", "amount", "debtor", "invoice", "status", "why")) for one in lines]

    def assign(self, payment_id: str = "P-1", debtor: str = "K-1", number: str = "FV/2") -> None:
        self.clock.advance(minutes=1)
        self.desk.assign(ANNA, "hurt", payment_id, debtor, number)

    def unassign(self, payment_id: str = "P-1") -> None:
        self.clock.advance(minutes=1)
        self.desk.unassign(ANNA, "hurt", payment_id)

    @property
    def is_held(self) -> bool:
        return HoldKind.CHECK.value in self.cases.get("hurt", "K-1").holds


KINDS = {
    "no number": (payment(number=None), ("P-1", "100.00", "K-1", None, "unmatched", "no-invoice")),
    "no debtor": (payment(debtor_id=None), ("P-1", "100.00", None, "FV/1", "unmatched", "no-debtor")),
    "unknown invoice": (payment(number="fv 1"), ("P-1", "100.00", "K-1", "fv 1", "unmatched", "invoice-unknown")),
    "another currency": (
        payment(currency="EUR"),
        ("P-1", "100.00", "K-1", "FV/1", "unmatched", "currency-differs"),
    ),
    "beyond reason": (payment(amount="5000"), ("P-1", "5000.00", "K-1", "FV/1", "proposed", "amount-unusual")),
    "the rest": (
        several(("FV/1", "10"), ("FV/2", "10")),
        ("P-1/rest", "230.00", "K-1", None, "unmatched", "remainder"),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_waits_is_listed_with_the_reason(kind: str) -> None:
    office, (told, line) = Office(), KINDS[kind]
    office.say(payment(id="P-0", amount="1"), told)
    office.clock.advance(days=3)
    assert office.list(unmatched=True) == [line]
    assert line in office.list()
    assert ("P-0", "1.00", "K-1", "FV/1", "booked", None) in office.list()
    assert office.show("hurt", unmatched_only=True)[0].age_days == 3


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"another currency"}))
def test_it_is_assigned_and_taken_back_as_often_as_wanted(kind: str) -> None:
    office, (told, (payment_id, amount, *_)) = Office(), KINDS[kind]
    office.say(told)
    waiting = office.list(unmatched=True)
    owed = office.owed("FV/2")
    for _ in range(3):
        for _ in range(2):
            office.assign(payment_id)
        assert office.list(unmatched=True) == []
        assert (payment_id, amount, "K-1", "FV/2", "booked", None) in office.list()
        assert office.owed("FV/2") == "0.00"
        assert office.say(told)
        assert office.list(unmatched=True) == []
        with pytest.raises(Refused, match="FV/2"):
            office.assign(payment_id, number="FV/1")
        office.unassign(payment_id)
        assert office.list(unmatched=True) == waiting
        assert office.owed("FV/2") == owed
        office.say(told)
        assert office.list(unmatched=True) == waiting
        with pytest.raises(NotFound):
            office.unassign(payment_id)


def test_the_history_says_who_assigned_it_and_the_case_what_waits() -> None:
    office = Office()
    office.say(payment(number=None, title="za wodę"))
    show = ShowCase(office.creditors, office.cases, office.unmatched_payments, office.clock)
    assert case_to_dict(show("hurt", "K-1"))["unmatched_payments"] == [
        {"id": "P-1", "day": "2026-03-02", "amount": "100.00", "currency": "PLN", "invoice": None, "why": "no-invoice"}
    ]
    office.assign()
    office.unassign()
    office.assign()
    facts = [one for one in office.cases.file("hurt", "K-1").facts if one.kind.startswith("payment-")]
    assert [(one.kind, one.by, one.data["payment"], one.data["invoice"]) for one in facts] == [
        ("payment-assigned", "Anna", "P-1", "FV/2"),
        ("payment-unassigned", "Anna", "P-1", "FV/2"),
        ("payment-assigned", "Anna", "P-1", "FV/2"),
    ]
    assert case_to_dict(show("hurt", "K-1"))["unmatched_payments"] == []
    assert office.show("hurt")[0].by == "Anna"


def test_what_cannot_be_assigned_is_told() -> None:
    office = Office()
    office.say(payment(number=None, currency="EUR"), payment(id="P-2"))
    for wrong, error in (
        ({"payment_id": "P-9"}, "payment_not_found"),
        ({"payment_id": "P-2"}, "payment_not_found"),
        ({"number": "FV/9"}, "invoice_not_found"),
        ({"debtor": "K-9"}, "invoice_not_found"),
        ({}, "currency_differs"),
    ):
        with pytest.raises((NotFound, Refused)) as refused:
            office.assign(**wrong)
        assert refused.value.code == error
    assert [one[0] for one in office.list(unmatched=True)] == ["P-1"]


def test_a_payment_for_an_invoice_that_comes_later_waits_no_more() -> None:
    office = Office()
    office.say(payment(number="FV/3"))
    assert office.list(unmatched=True)
    assert office.is_held
    office.clock.advance(minutes=1)
    office.say(invoice("FV/3"))
    assert office.list(unmatched=True) == []
    assert not office.is_held
    assert office.list() == [("P-1", "100.00", "K-1", "FV/3", "booked", None)]


# holds


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"no debtor", "another currency"}))
def test_who_may_have_paid_is_held_until_it_is_assigned(kind: str) -> None:
    office, (told, (payment_id, *_)) = Office(), KINDS[kind]
    office.say(told)
    hold = office.cases.get("hurt", "K-1").holds["check"]
    assert payment_id in hold.reason
    office.say(told)
    office.assign(payment_id)
    assert not office.is_held
    office.say(told)
    assert not office.is_held


def test_what_a_person_released_is_not_held_anew_by_a_repetition() -> None:
    office = Office()
    office.say(payment(number=None))
    manage = ManageCase(office.creditors, office.cases, office.wake, office.clock, office.ids)
    office.clock.advance(minutes=1)
    manage.release(ANNA, "hurt", "K-1", HoldKind.CHECK)
    office.say(payment(number=None))
    assert not office.is_held


def test_a_hold_for_another_reason_is_left_as_it_is() -> None:
    office = Office()
    manage = ManageCase(office.creditors, office.cases, office.wake, office.clock, office.ids)
    manage.hold(ANNA, "hurt", "K-1", HoldKind.CHECK, reason="Numer jak u innego kontrahenta")
    office.say(payment(number=None))
    office.assign()
    assert office.cases.get("hurt", "K-1").holds["check"].by == "Anna"


def test_of_two_payments_the_hold_stays_until_both_are_assigned() -> None:
    office = Office()
    office.say(payment(number=None, amount="10"), payment(id="P-2", number=None, amount="20"))
    office.assign("P-1")
    assert office.is_held
    office.assign("P-2")
    assert not office.is_held
    assert office.invoice("FV/2").outstanding == Money(7_000)


def test_money_that_was_taken_back_holds_nobody() -> None:
    office = Office()
    office.say(payment(number=None, amount="-10"))
    assert not office.is_held
