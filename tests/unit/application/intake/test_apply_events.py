"""Taking events in: any order, repeated, two at once, and never a needless write."""

import random
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.worlds.intake_world import HURT, IntakeWorld, at, cancelled, paid, settled, stated
from upominek.application.intake.apply_events import ATTEMPTS, ApplyEvents
from upominek.application.intake.hold_for_money import BY
from upominek.application.ports.invoices import InvoiceChange, InvoiceKey
from upominek.domain.cases.case import CaseFile, Fact
from upominek.domain.errors import Conflict
from upominek.domain.receivables.events import CaseHeld, CaseNoted, CaseReleased, Event
from upominek.domain.receivables.invoice import InvoiceStatus
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

HELD = CaseHeld(debtor_id="K-1", kind=HoldKind.DISPUTE, at=at(1), reason="Reklamacja", by="Anna")
RELEASED = CaseReleased(debtor_id="K-1", kind=HoldKind.DISPUTE, at=at(2), reason="Wyjaśnione")
NOTED = CaseNoted(debtor_id="K-1", at=at(3), text="Obiecała zapłatę w piątek")


class CountingWorld(IntakeWorld):
    """Counts the invoices that are written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[InvoiceChange] = []
        save = self.invoices.save

        def counted(changes: Sequence[InvoiceChange], shards: tuple[int, ...]) -> list[InvoiceKey]:
            self.written += changes
            return save(changes, shards)

        self.invoices.save = counted  # type: ignore[method-assign]


def told(facts: Iterable[Fact]) -> set[tuple[datetime, str]]:
    """What was said; that somebody was held until his invoice came depends on when it came."""
    return {(one.at, one.id) for one in facts if one.by != BY}


def state_of(world: IntakeWorld) -> Any:  # noqa: ANN401 - whatever there is to compare
    invoices = {
        key: (one.header, dict(one.payments), one.status, one.outstanding, one.credit)
        for key, one in world.table.invoices.items()
    }
    cases = {
        key: (row.holds, row.credits, told(row.facts.values()), row.debtor and row.debtor.name)
        for key, row in world.table.cases.items()
    }
    return invoices, cases


def file_of(world: IntakeWorld) -> CaseFile:
    return world.cases.file("hurt", "K-1")


def test_a_new_invoice_opens_its_case() -> None:
    world = IntakeWorld()
    assert world.apply(stated("FV/1")) == {"new": 1}
    assert file_of(world).case.debtor.name == "Firma K-1"
    assert world.invoice("FV/1").outstanding == Money(10_000)


def test_what_changes_nothing_is_not_written() -> None:
    world = CountingWorld()
    events = [stated("FV/1"), paid("p", "FV/1", grosze=4_000), HELD, NOTED]
    world.apply(*events)
    version, facts = world.invoice("FV/1").version, file_of(world).facts
    world.written.clear()
    world.apply(*events)
    assert world.written == []
    assert (world.invoice("FV/1").version, file_of(world).facts) == (version, facts)


def test_all_events_of_an_invoice_are_one_write() -> None:
    world = CountingWorld()
    world.apply(stated("FV/1"), paid("p", "FV/1", grosze=1_000), stated("FV/1", 2, 9_000), paid("q", "FV/1", 3, 500))
    assert len(world.written) == 1
    assert world.invoice("FV/1").outstanding == Money(7_500)


def test_counts_say_what_became_of_the_events_and_a_repetition_says_the_same() -> None:
    world = IntakeWorld()
    world.apply(stated("FV/1"), stated("FV/2"), stated("FV/3"))
    events = [stated("FV/1", 1), stated("FV/2", 1, 9_000), stated("FV/4", 1), settled("FV/3", 1), paid("p", "FV/1")]
    expected = {"unchanged": 1, "changed": 1, "new": 1, "settled": 1, "payments": 1}
    assert world.apply(*events) == expected
    assert world.apply(*events) == expected


def test_what_lost_against_a_newer_word_is_superseded_and_not_what_it_wanted_to_be() -> None:
    world = IntakeWorld()
    world.apply(stated("FV/1", 5, paid=Money(0)), stated("FV/2", 5))
    for _ in range(2):  # a repetition says the same
        assert world.apply(cancelled("FV/1", 1)) == {"superseded": 1}
        assert world.apply(settled("FV/1", 1)) == {"superseded": 1}
        assert world.apply(stated("FV/1", 1, 9_000)) == {"superseded": 1}
    assert world.invoice("FV/1").is_open
    assert world.apply(cancelled("FV/2", 7)) == {"cancelled": 1}
    assert world.apply(stated("FV/2", 6, 9_000)) == {"superseded": 1}
    assert world.apply(stated("FV/2", 8, 9_000)) == {"changed": 1}
    assert world.apply(paid("p", "FV/2", 1)) == {"payments": 1}


def test_what_lost_within_its_own_message_counts_as_what_it_was() -> None:
    world = IntakeWorld()
    events = [stated("FV/1"), stated("FV/1", 1, 9_000), cancelled("FV/1", 2), HELD, RELEASED]
    expected = {"new": 1, "changed": 1, "cancelled": 1, "holds": 1, "releases": 1}
    assert world.apply(*events) == expected
    assert world.apply(*events) == expected


def test_a_hold_that_comes_after_its_release_is_superseded() -> None:
    world = IntakeWorld()
    world.apply(stated("FV/1"))
    assert world.apply(RELEASED) == {"releases": 1}
    for _ in range(2):
        assert world.apply(HELD) == {"superseded": 1}
    assert not file_of(world).case.holds


def test_an_overpayment_is_a_credit_of_the_case() -> None:
    world = IntakeWorld()
    world.apply(stated("FV/1"), paid("p", "FV/1", grosze=12_000))
    assert file_of(world).case.credits == {"FV/1": Money(2_000)}
    world.apply(paid("q", "FV/1", 2, -2_000))
    assert file_of(world).case.credits == {}


EVENTS: list[Event] = [
    stated("FV/1"),
    stated("FV/1", 2, 8_000, is_change=True),
    paid("p", "FV/1", grosze=3_000),
    stated("FV/2", debtor="K-2"),
    cancelled("FV/2", 1, "K-2"),
    paid("z", "FV/9", debtor="K-3"),
    HELD,
    RELEASED,
    NOTED,
]


@given(st.permutations(EVENTS), st.permutations(EVENTS), st.integers(1, 5))
def test_any_order_in_any_portions_ends_the_same(one: list[Event], other: list[Event], portion: int) -> None:
    expected = IntakeWorld()
    expected.apply(*EVENTS)
    world = IntakeWorld()
    for order in (one, other):
        for start in range(0, len(order), portion):
            world.apply(*order[start : start + portion])
    assert state_of(world) == state_of(expected)


def test_two_intakes_at_once_lose_nothing() -> None:
    world = IntakeWorld()
    events = [stated(f"FV/{n % 7}", n % 5, 10_000 + n % 5, debtor=f"K-{n % 7}") for n in range(60)]
    events += [paid(f"p{n}", f"FV/{n % 7}", n % 5, 10, debtor=f"K-{n % 7}") for n in range(140)]
    expected = IntakeWorld()
    expected.apply(*events)

    def intake(seed: int) -> None:
        shuffled = random.Random(seed).sample(events, len(events))
        for start in range(0, len(shuffled), 20):
            world.apply(*shuffled[start : start + 20])

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(intake, range(4)))
    assert state_of(world) == state_of(expected)


def test_whoever_loses_a_race_reads_again_and_folds_anew() -> None:
    world = IntakeWorld()
    get_many = world.invoices.get_many
    rivals = [paid("r1", "FV/1", grosze=100), paid("r2", "FV/1", grosze=200)]

    def interrupted(keys: Any) -> Any:  # noqa: ANN401 - as the port has it
        found = get_many(keys)
        if rivals:
            rival = rivals.pop()
            ApplyEvents(
                world.cases, type(world.invoices)(world.table), world.unmatched_payments, world.wake, world.clock
            ).apply(HURT, [rival])
        return found

    world.invoices.get_many = interrupted  # type: ignore[method-assign]
    assert world.apply(stated("FV/1"), stated("FV/2")) == {"new": 2}
    assert world.invoice("FV/1").outstanding == Money(9_700)
    assert len(world.clock.slept) == 2


def test_races_without_end_are_given_up_and_told() -> None:
    world = IntakeWorld()
    world.invoices.save = lambda changes, _: [InvoiceKey("hurt", "K-1", one.after.number) for one in changes]  # type: ignore[method-assign]
    with pytest.raises(Conflict):
        world.apply(stated("FV/1"))
    assert len(world.clock.slept) == ATTEMPTS - 1


def test_events_come_in_as_a_stream_longer_than_one_batch() -> None:
    world = IntakeWorld()
    counts = world.apply_events.apply(HURT, (stated(f"FV/{n}", debtor=f"K-{n % 40}") for n in range(2_500)))
    assert counts == {"new": 2_500}
    assert len(world.table.cases) == 40


def test_a_payment_before_its_invoice_opens_a_bare_case_that_the_invoice_completes() -> None:
    world = IntakeWorld()
    world.apply(paid("p", "FV/1"))
    assert file_of(world).case.debtor.name is None
    assert world.invoice("FV/1").status is InvoiceStatus.AWAITED
    world.apply(stated("FV/1"))
    assert file_of(world).case.debtor.name == "Firma K-1"
    assert world.invoice("FV/1").status is InvoiceStatus.SETTLED


def test_a_hold_may_precede_its_debtor() -> None:
    world = IntakeWorld()
    world.apply(HELD)
    assert set(file_of(world).case.holds) == {"dispute"}


def test_holds_releases_and_notes_are_facts_of_their_own_and_once_only() -> None:
    for order in permutations([HELD, RELEASED, NOTED, HELD]):
        world = IntakeWorld()
        counts = world.apply(*order)
        assert counts == {"holds": 2, "releases": 1, "notes": 1}
        assert [(fact.kind, fact.at) for fact in file_of(world).facts] == [
            ("hold", at(1)),
            ("release", at(2)),
            ("note", at(3)),
        ]
        assert file_of(world).case.holds == {}


def test_a_fact_tells_what_was_decided_and_by_whom() -> None:
    world = IntakeWorld()
    one_invoice = CaseHeld(
        debtor_id="K-1", kind=HoldKind.PROMISE, at=at(1), reason="Do piątku", until=date(2026, 3, 6), number="FV/1"
    )
    world.apply(one_invoice, HELD)
    facts = file_of(world).facts
    assert [dict(fact.data) for fact in sorted(facts, key=lambda one: one.data["hold"])] == [
        {"hold": "dispute", "reason": "Reklamacja"},
        {"hold": "promise", "reason": "Do piątku", "until": "2026-03-06", "invoice": "FV/1"},
    ]
    assert set(file_of(world).case.holds) == {"dispute", "promise/FV/1"}
    assert {fact.by for fact in facts} == {"Anna", ""}


def test_two_notes_at_the_same_moment_are_two() -> None:
    world = IntakeWorld()
    world.apply(NOTED, CaseNoted(debtor_id="K-1", at=at(3), text="Inna treść"), CaseNoted(**_fields(NOTED), id="n-1"))
    assert len(file_of(world).facts) == 3


def test_the_same_debtor_in_many_rows_is_told_once() -> None:
    world = IntakeWorld()
    told: list[Any] = []
    world.cases.open_cases = lambda _, details: told.extend(details)  # type: ignore[method-assign]
    world.apply(*(stated(f"FV/{n}") for n in range(5)), paid("p", "FV/1"), paid("q", "FV/1", debtor="K-2"))
    assert [details.id for details, _ in told] == ["K-1", "K-2"]


def _fields(note: CaseNoted) -> dict[str, Any]:
    return {"debtor_id": note.debtor_id, "at": note.at, "text": note.text}
