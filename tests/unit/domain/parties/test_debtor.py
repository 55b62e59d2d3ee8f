"""What is known of a debtor, whatever the order in which it was said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

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
