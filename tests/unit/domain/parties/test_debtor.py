"""What is known of a debtor, whatever the order in which it was said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upominek.domain.parties.debtor import Debtor, DebtorDetails, DebtorKind, merged
from upominek.domain.values.contact import Email, Phone

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
EARLIER = NOW - timedelta(hours=1)
PHONE = Phone("+48455000100", may_receive_sms=True)


def test_what_is_not_said_erases_nothing() -> None:
    known = Debtor(id="D", name="Firma", phones=(PHONE,), changed_at=EARLIER)
    assert merged(known, DebtorDetails(id="D", name="Nowa Firma"), NOW) == replace(
        known, name="Nowa Firma", changed_at=NOW
    )


def test_what_is_older_does_not_bring_back_a_number_that_was_taken_out() -> None:
    known = Debtor(id="D", name="Firma", phones=(PHONE,), changed_at=EARLIER)
    without = merged(known, DebtorDetails(id="D", phones=()), NOW)
    assert without.phones == ()
    assert merged(without, DebtorDetails(id="D", phones=(PHONE,)), EARLIER) is without


def test_saying_the_same_again_changes_nothing() -> None:
    known = Debtor(id="D", name="Firma", changed_at=EARLIER)
    assert merged(known, DebtorDetails(id="D", name="Firma"), NOW) is known


def test_statements_of_one_instant_end_the_same_in_any_order() -> None:
    statements = [
        DebtorDetails(id="D", name="A", tags=frozenset({"x", "y"})),
        DebtorDetails(id="D", name="B", emails=(Email("a@example.com"),)),
        DebtorDetails(id="D", kind=DebtorKind.CONSUMER, tags=frozenset({"z"}), emails=(Email("b@example.com"),)),
    ]

    def told(order: tuple[DebtorDetails, ...]) -> Debtor:
        debtor = Debtor(id="D")
        for one in order:
            debtor = merged(debtor, one, NOW)
        return debtor

    first, *others = map(told, permutations(statements))
    assert first.name == "B"
    assert all(one == first for one in others)


PERSON = {"first_name": "Jan"}
NIP = {"nip": "5261040828"}
FIRM = {"kind": DebtorKind.BUSINESS}


def told(*statements: dict[str, Any], at: datetime = NOW) -> Debtor:
    debtor = Debtor(id="D")
    for one in statements:
        debtor = merged(debtor, DebtorDetails(id="D", **one), at)
    return debtor


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"name": "Jan Kos"}, DebtorKind.BUSINESS),
        (PERSON, DebtorKind.CONSUMER),
        ({"pesel": "44051401359"}, DebtorKind.CONSUMER),
        ({"pesel": "44051401359", **NIP}, DebtorKind.CONSUMER),
        (PERSON | NIP, DebtorKind.BUSINESS),
        (PERSON | {"vat_id": "DE123456789"}, DebtorKind.BUSINESS),
        (PERSON | {"regon": "123456785"}, DebtorKind.BUSINESS),
        (PERSON | FIRM, DebtorKind.BUSINESS),
        ({"pesel": "44051401359", **FIRM}, DebtorKind.BUSINESS),
        (PERSON | {"kind": DebtorKind.PUBLIC}, DebtorKind.PUBLIC),
        (NIP | {"kind": DebtorKind.CONSUMER}, DebtorKind.CONSUMER),
    ],
)
def test_a_person_is_a_consumer_unless_the_kind_is_said(said: dict[str, Any], kind: DebtorKind) -> None:
    assert told(said).kind is kind
    assert merged(Debtor(id="D", name="x", changed_at=EARLIER), DebtorDetails(id="D", **said), NOW).kind is kind


def test_what_was_said_of_the_kind_stands_when_data_come_later() -> None:
    firm = merged(told(FIRM, at=EARLIER), DebtorDetails(id="D", **PERSON), NOW)
    assert firm.kind is DebtorKind.BUSINESS
    consumer = merged(told({"kind": DebtorKind.CONSUMER}, at=EARLIER), DebtorDetails(id="D", **NIP), NOW)
    assert consumer.kind is DebtorKind.CONSUMER


def test_a_nip_that_comes_later_shows_a_firm() -> None:
    assert merged(told(PERSON, at=EARLIER), DebtorDetails(id="D", **NIP), NOW).kind is DebtorKind.BUSINESS


@given(
    st.permutations(
        [PERSON, NIP, FIRM, {"kind": DebtorKind.CONSUMER}, {"pesel": "44051401359"}, {"name": "x"}]
    ).flatmap(lambda all_of_them: st.integers(1, 6).map(lambda count: all_of_them[:count]))
)
def test_the_kind_does_not_depend_on_the_order_of_what_is_said_at_once(said: list[dict[str, Any]]) -> None:
    ends = {told(*order) for order in permutations(said)}
    assert len(ends) == 1
    assert told(*said, *said) in ends
