"""When an entry in a register of debtors may be mentioned, and when it would be lawful."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upominek.domain.law.demand import Demand, Route, demands_in
from upominek.domain.law.register_entry import (
    Debt,
    RegisterEntry,
    lawful_if_demanded,
    may_mention,
    month_after,
    register_entry,
)
from upominek.domain.parties.creditor import Register
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.money import Money

BUSINESS, CONSUMER, PUBLIC = DebtorKind.BUSINESS, DebtorKind.CONSUMER, DebtorKind.PUBLIC
BUREAU = Register("Rejestr Przykładowy BIG SA", "ul. Przykładowa 1, 00-001 Warszawa")
DUE = date(2026, 1, 30)
"""A Friday: overdue from 31 January, and for 30 days on 1 March."""
SENT = date(2026, 2, 10)
"""A month after it is 10 March."""


def debt(number: str = "FV/1", zloty: int = 500, due_on: date = DUE, **others: object) -> Debt:
    given_: dict[str, object] = {"outstanding": Money(zloty * 100), "claim": ClaimKind.SALE}
    return Debt(number=number, due_on=due_on, **given_ | others)  # type: ignore[arg-type]


def demand(*numbers: str, route: Route = Route.REGISTERED, sent_on: date = SENT, **others: object) -> Demand:
    named = {"bureau": BUREAU.bureau, "seat": BUREAU.seat} | others
    return Demand(route=route, sent_on=sent_on, numbers=numbers or ("FV/1",), **named)  # type: ignore[arg-type]


def entry(
    day: date,
    *debts: Debt,
    kind: DebtorKind = BUSINESS,
    demands: Sequence[Demand] = (),
    credit: int = 0,
    register: Register | None = BUREAU,
    clause: bool = False,
) -> RegisterEntry:
    return register_entry(
        kind,
        debts or (debt(),),
        day,
        credit=Money(credit),
        demands=demands,
        register=register,
        has_email_clause=clause,
    )


def missing(found: RegisterEntry) -> list[str]:
    return [one.condition for one in found.missing]


def due(zloty: float, due_on: date = DUE, number: str = "FV/1", currency: str = "PLN") -> DueInvoice:
    return DueInvoice("K-1", number, due_on, Money(round(zloty * 100), currency))


@pytest.mark.parametrize(
    ("kind", "zloty", "lacks"),
    [
        (BUSINESS, 500, ()),
        (BUSINESS, 499.99, ("amount",)),
        (PUBLIC, 500, ()),
        (PUBLIC, 499.99, ("amount",)),
        (DebtorKind.HEALTHCARE, 499.99, ("amount",)),
        (CONSUMER, 200, ()),
        (CONSUMER, 199.99, ("amount",)),
    ],
)
def test_the_amount_that_a_mention_takes(kind: DebtorKind, zloty: float, lacks: tuple[str, ...]) -> None:
    assert may_mention(kind, [due(zloty)], date(2026, 3, 1)) == lacks


@pytest.mark.parametrize(
    ("due_on", "first"),
    [
        ("2026-01-30", "2026-03-01"),  # a Friday
        ("2026-02-28", "2026-04-01"),  # a Saturday: payable until Monday, 2 March
        ("2026-03-01", "2026-04-01"),  # a Sunday: the same
        ("2026-01-06", "2026-02-06"),  # Epiphany: payable until 7 January
        ("2024-01-31", "2024-03-01"),  # February 2024 has 29 days
    ],
)
def test_the_age_that_a_mention_takes(due_on: str, first: str) -> None:
    invoice, day = due(500, date.fromisoformat(due_on)), date.fromisoformat(first)
    assert may_mention(BUSINESS, [invoice], day - timedelta(days=1)) == ("age",)
    assert may_mention(BUSINESS, [invoice], day) == ()


def test_amount_and_age_hold_for_the_same_invoices() -> None:
    young = date(2026, 2, 20)
    old_and_young = [due(400), due(100, young, "FV/2")]
    assert may_mention(BUSINESS, old_and_young, date(2026, 3, 1)) == ("age",)
    assert may_mention(BUSINESS, [due(400), due(100, number="FV/2")], date(2026, 3, 1)) == ()
    assert may_mention(BUSINESS, [due(300, young)], date(2026, 3, 1)) == ("amount", "age")


def test_what_does_not_count_towards_the_amount() -> None:
    day = date(2026, 3, 1)
    assert may_mention(BUSINESS, [due(5000, currency="EUR")], day) == ("amount",)
    assert may_mention(BUSINESS, [due(600), due(-101, number="K/1")], day) == ("amount",)
    assert may_mention(BUSINESS, [replace(due(600), claim=ClaimKind.TAX)], day) == ("amount",)
    assert may_mention(BUSINESS, [due(600)], day, default=ClaimKind.TAX) == ("amount",)
    assert may_mention(BUSINESS, [due(600, date(2023, 5, 10))], day) == ("amount",)  # barred since 2026
    assert may_mention(BUSINESS, [replace(due(600, date(2023, 5, 10)), claim=ClaimKind.BUSINESS)], day) == ()
    assert may_mention(BUSINESS, [], day) == ("amount",)


def test_all_conditions_hold_from_the_day_of_the_last_one() -> None:
    demands = [demand()]
    before, on = (entry(day, demands=demands) for day in (date(2026, 3, 9), date(2026, 3, 10)))
    assert (before.is_lawful, missing(before), before.lawful_from) == (False, ["month"], date(2026, 3, 10))
    assert before.missing[0].holds_from == date(2026, 3, 10)
    assert (on.is_lawful, on.lawful_from) == (True, date(2026, 3, 10))
    # Later on it is still that day from which it was lawful.
    assert entry(date(2026, 6, 1), demands=demands).lawful_from == date(2026, 3, 10)


def test_an_early_demand_waits_for_the_age() -> None:
    found = entry(date(2026, 2, 28), demands=[demand(sent_on=date(2026, 1, 31))])
    # A month after 31 January is 28 February, but 30 days are over on 1 March.
    assert (missing(found), found.lawful_from) == (["age"], date(2026, 3, 1))
    assert found.missing[0].holds_from == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2024, 1, 31), date(2024, 2, 29)),
        (date(2026, 2, 28), date(2026, 3, 28)),
        (date(2026, 12, 15), date(2027, 1, 15)),
        (date(2026, 3, 31), date(2026, 4, 30)),
    ],
)
def test_a_month_later(day: date, later: date) -> None:
    assert month_after(day) == later


@pytest.mark.parametrize(
    ("kind", "route", "clause", "lacks"),
    [
        (BUSINESS, Route.REGISTERED, False, []),
        (BUSINESS, Route.IN_PERSON, False, []),
        (BUSINESS, Route.E_DELIVERY, False, []),
        (BUSINESS, Route.EMAIL, False, ["demand", "email-clause"]),
        (BUSINESS, Route.EMAIL, True, []),
        (PUBLIC, Route.E_DELIVERY, False, []),
        (PUBLIC, Route.EMAIL, True, []),
        (CONSUMER, Route.REGISTERED, False, []),
        (CONSUMER, Route.IN_PERSON, False, []),
        (CONSUMER, Route.E_DELIVERY, False, ["demand"]),
        (CONSUMER, Route.EMAIL, True, ["demand"]),  # no clause makes it count
    ],
)
def test_routes(kind: DebtorKind, route: Route, clause: bool, lacks: list[str]) -> None:  # noqa: FBT001 - a parameter
    found = entry(date(2026, 4, 1), kind=kind, demands=[demand(route=route)], clause=clause)
    assert missing(found) == lacks


def test_a_demand_must_name_the_bureau_and_its_seat() -> None:
    day = date(2026, 4, 1)
    assert missing(entry(day, demands=[demand(bureau="Inne Biuro SA")])) == ["demand"]
    assert missing(entry(day, demands=[demand(seat="ul. Dawna 2, Kraków")])) == ["demand"]
    assert missing(entry(day, demands=[demand(bureau="rejestr  przykładowy BIG sa")])) == []
    assert missing(entry(day, demands=[demand()], register=None)) == ["demand", "contract"]


def test_a_demand_counts_for_what_it_demanded_and_what_was_overdue() -> None:
    day = date(2026, 6, 1)
    debts = (debt(zloty=300), debt("FV/2", zloty=200))
    assert missing(entry(day, *debts, demands=[demand("FV/1")])) == ["demand"]
    assert missing(entry(day, *debts, demands=[demand("FV/1", "FV/2")])) == []
    assert missing(entry(day, *debts, demands=[demand("FV/1"), demand("FV/2", sent_on=date(2026, 2, 20))])) == []
    # Sent on the due date itself, nothing was overdue yet.
    assert missing(entry(day, demands=[demand(sent_on=DUE)])) == ["demand"]


def test_the_conditions_must_hold_for_the_same_invoices() -> None:
    # FV/1 is old and was never demanded; FV/2 was demanded on 20 February and is old on 20 March only.
    debts = (debt(), debt("FV/2", due_on=date(2026, 2, 18)))
    demands = [demand("FV/2", sent_on=date(2026, 2, 19))]
    before = entry(date(2026, 3, 19), *debts, demands=demands)
    assert (missing(before), before.lawful_from) == (["demand"], date(2026, 3, 20))
    assert missing(entry(date(2026, 3, 20), *debts, demands=demands)) == []


def test_credits_are_taken_off() -> None:
    found = entry(date(2026, 4, 1), debt(zloty=600), demands=[demand()], credit=10_001)
    assert (found.amount, missing(found)) == (Money(49_999), ["amount"])
    assert missing(entry(date(2026, 4, 1), debt(zloty=600), demands=[demand()], credit=10_000)) == []


def test_what_is_left_out_is_told() -> None:
    debts = (
        debt(zloty=300),
        debt("FV/2", due_on=date(2023, 5, 10)),
        debt("FV/3", disputed_until=date.max),
        debt("FV/4", claim=ClaimKind.TAX),
        debt("FV/5", outstanding=Money(90_000, "EUR")),
    )
    found = entry(date(2026, 4, 1), *debts, demands=[demand("FV/1")])
    assert missing(found) == ["amount", "currency", "tax", "time-barred", "disputed"]
    assert [(number, reason.value) for number, reason in found.excluded.items()] == [
        ("FV/2", "time-barred"),
        ("FV/3", "disputed"),
        ("FV/4", "tax"),
        ("FV/5", "currency"),
    ]
    # Where enough is left without them, they are only named.
    assert missing(entry(date(2026, 4, 1), debt(), *debts[1:], demands=[demand()])) == []


def test_a_dispute_that_ends_lets_the_entry_be_lawful_from_the_day_after() -> None:
    found = entry(date(2026, 4, 1), debt(disputed_until=date(2026, 4, 15)), demands=[demand()])
    assert (missing(found), found.lawful_from) == (["amount", "disputed"], date(2026, 4, 16))


def test_an_acknowledged_claim_counts_again() -> None:
    old = debt(due_on=date(2023, 5, 10))
    demands = [demand()]
    assert "time-barred" in missing(entry(date(2026, 4, 1), old, demands=demands))
    renewed = replace(old, acknowledged_on=[date(2025, 11, 20)])
    assert missing(entry(date(2026, 4, 1), renewed, demands=demands)) == []


def test_when_it_would_be_lawful_were_it_demanded_now() -> None:
    # A month after 10 February; had it been demanded earlier, the age would decide.
    assert lawful_if_demanded(BUSINESS, [due(500)], date(2026, 2, 10)) == date(2026, 3, 10)
    assert lawful_if_demanded(BUSINESS, [due(500)], date(2026, 1, 31)) == date(2026, 3, 1)
    assert lawful_if_demanded(BUSINESS, [due(500)], DUE) is None  # nothing is overdue yet
    assert lawful_if_demanded(BUSINESS, [due(499)], date(2026, 2, 10)) is None
    found = entry(date(2026, 2, 10))
    assert (found.lawful_from, found.lawful_if_demanded) == (None, date(2026, 3, 10))
    assert entry(date(2026, 2, 10), register=None).lawful_if_demanded is None


def test_each_missing_condition_has_its_article_and_says_what_to_do() -> None:
    consumer = entry(date(2026, 2, 10), debt(zloty=100), kind=CONSUMER, register=None)
    articles = {one.condition: one.article for one in consumer.missing}
    assert {name: article.split(" ustawy")[0] for name, article in articles.items()} == {
        "amount": "art. 14 ust. 1 pkt 2",
        "age": "art. 14 ust. 1 pkt 2",
        "demand": "art. 14 ust. 1 pkt 3",
        "contract": "art. 12",
    }
    by_email = entry(date(2026, 4, 1), demands=[demand(route=Route.EMAIL)])
    assert [one.article.split(" ustawy")[0] for one in by_email.missing] == ["art. 15 ust. 1 pkt 3", "art. 15 ust. 1a"]
    barred = entry(date(2026, 4, 1), debt(due_on=date(2020, 5, 10)), kind=CONSUMER)
    assert "art. 117 § 2¹ KC" in [one.article for one in barred.missing]
    for one in (*consumer.missing, *by_email.missing, *barred.missing):
        assert one.pl.endswith(".")
        assert one.en.endswith(".")


def test_a_demand_is_kept_as_a_fact_and_read_back() -> None:
    sent = demand("FV/1", "FV 2, b", letter="ab" * 32, by="Ewa")
    at = datetime(2026, 2, 10, tzinfo=UTC)
    assert demands_in([sent.fact(at)]) == (sent,)
    assert sent.fact(at) == sent.fact(at)
    assert sent.fact(at).id != replace(sent, route=Route.IN_PERSON).fact(at).id


amounts = st.integers(1, 80_000)
due_days = st.dates(date(2025, 6, 1), date(2026, 4, 1))
debts_of = st.lists(st.tuples(amounts, due_days), min_size=1, max_size=4).map(
    lambda rows: tuple(
        debt(f"FV/{place}", due_on=on, outstanding=Money(grosze)) for place, (grosze, on) in enumerate(rows)
    )
)


@given(debts_of, st.dates(date(2026, 1, 1), date(2026, 6, 1)), due_days, st.sampled_from(DebtorKind))
def test_the_first_lawful_day_is_the_first_one(
    debts: tuple[Debt, ...], today: date, sent_on: date, kind: DebtorKind
) -> None:
    demands = [demand(*(one.number for one in debts), sent_on=sent_on)]
    found = entry(today, *debts, kind=kind, demands=demands)
    assert found.is_lawful == (found.lawful_from is not None and found.lawful_from <= today)
    if found.lawful_from is not None:
        assert entry(found.lawful_from, *debts, kind=kind, demands=demands).is_lawful
        assert not entry(found.lawful_from - timedelta(days=1), *debts, kind=kind, demands=demands).is_lawful
        assert found.lawful_from >= month_after(sent_on)


@given(debts_of, st.dates(date(2026, 1, 1), date(2026, 6, 1)), st.integers(0, 200))
def test_what_may_be_mentioned_may_be_mentioned_later_as_well(debts: tuple[Debt, ...], today: date, later: int) -> None:
    invoices = [DueInvoice("K-1", one.number, one.due_on, one.outstanding) for one in debts]
    if may_mention(BUSINESS, invoices, today) == ():
        assert may_mention(BUSINESS, invoices, today + timedelta(days=later)) == ()
        assert may_mention(CONSUMER, invoices, today) == ()  # whose limit is lower
        assert entry(today, *debts).may_mention
