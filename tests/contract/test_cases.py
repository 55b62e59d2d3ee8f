"""Cases: who the debtor is, holds, places within the caps, suppressed addresses, and the history."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest

from tests.contract.conftest import Store
from tests.contract.examples import (
    ACME,
    DEBTOR,
    KOWALSKA,
    NOW,
    TODAY,
    apply_events,
    claimed,
    fact,
    payment,
    sent,
    stated,
)
from upominek.application.ports.cases import CaseRepository
from upominek.domain.cases.case import Case, Contact, Fact, Hold
from upominek.domain.errors import NotFound
from upominek.domain.parties.creditor import Limits
from upominek.domain.parties.debtor import Debtor, DebtorDetails, DebtorKind
from upominek.domain.values.contact import Email
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

LATER = NOW + timedelta(hours=1)
DISPUTE = Hold(kind=HoldKind.DISPUTE, since=NOW, reason="wada towaru", until=date(2026, 3, 9), by="anna")
DIGEST = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def cases(store: Store) -> CaseRepository:
    return store.cases


@pytest.fixture
def opened(cases: CaseRepository) -> CaseRepository:
    cases.open_case(ACME, DebtorDetails(id=DEBTOR), NOW)
    return cases


def test_an_acknowledgement_is_kept_and_the_case_knows_its_days(opened: CaseRepository) -> None:
    said = Fact(id="a1", at=NOW, kind="acknowledgement", data={"text": "zapłacę", "invoices": "F#1\nF/2"}, by="Jan")
    opened.acknowledge(ACME, DEBTOR, TODAY, ["F#1", "F/2"], said)
    opened.acknowledge(ACME, DEBTOR, TODAY, ["F#1", "F/2"], said)
    opened.acknowledge(ACME, DEBTOR, date(2026, 3, 9), ["F#1"], replace(said, id="a2", at=LATER))
    days = {"F#1": (TODAY, date(2026, 3, 9)), "F/2": (TODAY,)}
    assert opened.get(ACME, DEBTOR).acknowledged == days
    assert opened.get_many(ACME, [DEBTOR])[DEBTOR].acknowledged == days
    assert [fact.id for fact in opened.file(ACME, DEBTOR).facts] == ["a1", "a2"]


def test_what_was_acknowledged_is_never_overwritten(opened: CaseRepository) -> None:
    said = Fact(id="a1", at=NOW, kind="acknowledgement", data={"text": "zapłacę", "invoices": "F1"}, by="Jan")
    opened.acknowledge(ACME, DEBTOR, TODAY, ["F1"], said)
    opened.add_fact(ACME, DEBTOR, replace(said, data={"text": "nie zapłacę", "invoices": "F1"}))
    opened.acknowledge(ACME, DEBTOR, TODAY, ["F1"], replace(said, by="Piotr"))
    assert opened.file(ACME, DEBTOR).facts == (said,)


def test_a_statement_about_the_debtor_leaves_acknowledgements_alone(opened: CaseRepository) -> None:
    said = Fact(id="a1", at=NOW, kind="acknowledgement", data={"text": "zapłacę", "invoices": "F1"})
    opened.acknowledge(ACME, DEBTOR, TODAY, ["F1"], said)
    opened.open_case(ACME, KOWALSKA, LATER)
    case = opened.get(ACME, DEBTOR)
    assert (case.acknowledged, case.debtor.email_clause) == ({"F1": (TODAY,)}, "wezwania@example.com")


def test_an_unknown_case_is_not_found(cases: CaseRepository) -> None:
    contact = Contact(TODAY, "a")
    calls: list[Callable[[], object]] = [
        lambda: cases.get(ACME, DEBTOR),
        lambda: cases.file(ACME, DEBTOR),
        lambda: cases.hold(ACME, DEBTOR, DISPUTE, fact()),
        lambda: cases.release(ACME, DEBTOR, DISPUTE.key, fact()),
        lambda: cases.acknowledge(ACME, DEBTOR, TODAY, ["F1"], fact()),
        lambda: cases.reserve_contact(ACME, DEBTOR, contact, Limits()),
        lambda: cases.reserve_contact(ACME, DEBTOR, contact, Limits(per_day=0)),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            call()
    assert cases.get_many(ACME, [DEBTOR]) == {}
    cases.release_contact(ACME, DEBTOR, contact)


def test_an_opened_case_has_all_that_was_said_of_the_debtor(cases: CaseRepository) -> None:
    cases.open_case(ACME, KOWALSKA, NOW)
    assert cases.get(ACME, DEBTOR) == Case(
        creditor=ACME,
        debtor=Debtor(
            id=DEBTOR,
            name="Hydraulika Żółć sp. z o.o.",
            kind=DebtorKind.CONSUMER,
            first_name="Jadwiga",
            phones=KOWALSKA.phones or (),
            emails=KOWALSKA.emails or (),
            language="en",
            tags=frozenset({"vip", "2026"}),
            nip="5214349636",
            address=("ul. Długa 1", "00-001 Warszawa"),
            email_clause="wezwania@example.com",
            vat_id="DE123456789",
            changed_at=NOW,
        ),
    )


def test_a_case_of_which_nothing_was_said_has_an_id(opened: CaseRepository) -> None:
    assert opened.get(ACME, DEBTOR) == Case(creditor=ACME, debtor=Debtor(id=DEBTOR))


def test_a_later_statement_adds_and_an_older_one_changes_nothing(cases: CaseRepository) -> None:
    cases.open_case(ACME, KOWALSKA, NOW)
    cases.open_case(ACME, DebtorDetails(id=DEBTOR, emails=(), tags=frozenset({"nowy"})), LATER)
    cases.open_case(ACME, DebtorDetails(id=DEBTOR, name="Stara nazwa"), NOW)
    debtor = cases.get(ACME, DEBTOR).debtor
    assert (debtor.name, debtor.emails, debtor.tags) == ("Hydraulika Żółć sp. z o.o.", (), frozenset({"nowy"}))
    assert debtor.changed_at == LATER


def test_many_cases_are_opened_at_once_with_several_statements_of_one_debtor(cases: CaseRepository) -> None:
    statements = [
        (DebtorDetails(id=f"K-{number % 60}", name=f"N{number}"), NOW + timedelta(seconds=number))
        for number in range(120)
    ]
    cases.open_cases(ACME, statements)
    cases.open_cases(ACME, statements)
    found = cases.get_many(ACME, [f"K-{number}" for number in range(130)])
    assert len(found) == 60
    assert found["K-7"].debtor.name == "N67"


def test_statements_of_the_same_moment_end_alike_in_any_order(contested_store: Store) -> None:
    details = [DebtorDetails(id=DEBTOR, name=f"N{number:02}", nip=f"{99 - number}") for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: contested_store.cases.open_case(ACME, one, NOW), details))
    debtor = contested_store.cases.get(ACME, DEBTOR).debtor
    assert (debtor.name, debtor.nip) == ("N23", "99")


def test_opening_leaves_everything_else_alone(store: Store) -> None:
    store.cases.open_case(ACME, KOWALSKA, NOW)
    store.cases.hold(ACME, DEBTOR, DISPUTE, fact())
    store.cases.reserve_contact(ACME, DEBTOR, Contact(TODAY, "a"), Limits())
    apply_events(store.invoices, stated("KOR 1", amount=Money(-500)))
    before = store.cases.get(ACME, DEBTOR)
    store.cases.open_case(ACME, DebtorDetails(id=DEBTOR, name="Nowa"), LATER)
    after = store.cases.get(ACME, DEBTOR)
    assert after == replace(before, debtor=replace(before.debtor, name="Nowa", changed_at=LATER))


def test_a_credit_and_a_suppressed_address_before_the_case_do_not_open_it(store: Store) -> None:
    apply_events(store.invoices, stated("KOR 1", amount=Money(-500)))
    store.cases.suppress(ACME, DEBTOR, DIGEST, fact())
    with pytest.raises(NotFound):
        store.cases.get(ACME, DEBTOR)
    assert store.cases.get_many(ACME, [DEBTOR]) == {}
    store.cases.open_case(ACME, DebtorDetails(id=DEBTOR), NOW)
    case = store.cases.get(ACME, DEBTOR)
    assert case.credits == {"KOR 1": Money(500)}
    assert case.suppressed == {DIGEST}


# places within the caps


def test_a_place_is_taken_and_the_case_given_as_it_is_now(opened: CaseRepository) -> None:
    contact = Contact(TODAY, "a")
    case, is_held = opened.reserve_contact(ACME, DEBTOR, contact, Limits())
    assert is_held
    assert case == opened.get(ACME, DEBTOR)
    assert case.contacts == (contact,)


def test_the_same_contact_takes_no_second_place(opened: CaseRepository) -> None:
    limits = Limits(per_day=2, per_week=3)
    contact = Contact(TODAY, "a")
    opened.reserve_contact(ACME, DEBTOR, contact, limits)
    opened.reserve_contact(ACME, DEBTOR, Contact(TODAY, "b"), limits)
    case, is_held = opened.reserve_contact(ACME, DEBTOR, contact, limits)
    assert is_held
    assert case.contacts == (Contact(TODAY, "b"), contact)


def test_the_cap_of_a_day_is_kept(opened: CaseRepository) -> None:
    opened.reserve_contact(ACME, DEBTOR, Contact(TODAY, "a"), Limits())
    case, is_held = opened.reserve_contact(ACME, DEBTOR, Contact(TODAY, "b"), Limits())
    assert not is_held
    assert case.cap_reached(Limits(), TODAY) == "cap-day"
    assert opened.reserve_contact(ACME, DEBTOR, Contact(TODAY + timedelta(days=1), "b"), Limits())[1]


def test_the_cap_of_any_seven_days_is_kept(opened: CaseRepository) -> None:
    days = [TODAY + timedelta(days=offset) for offset in range(15)]
    held = [
        day.day - TODAY.day
        for day in days
        if opened.reserve_contact(ACME, DEBTOR, Contact(day, f"id{day}"), Limits(per_day=1, per_week=3))[1]
    ]
    assert held == [0, 1, 2, 7, 8, 9, 14]


@pytest.mark.parametrize("limits", [Limits(per_day=0, per_week=3), Limits(per_day=1, per_week=0)])
def test_a_limit_of_nothing_allows_nothing(opened: CaseRepository, limits: Limits) -> None:
    assert not opened.reserve_contact(ACME, DEBTOR, Contact(TODAY, "a"), limits)[1]


def test_a_raised_limit_counts_what_was_there_before(opened: CaseRepository) -> None:
    for number in range(3):
        opened.reserve_contact(ACME, DEBTOR, Contact(TODAY, f"id{number}"), Limits(per_day=2, per_week=2))
    held = [
        opened.reserve_contact(ACME, DEBTOR, Contact(TODAY, f"other{number}"), Limits(per_day=4, per_week=5))[1]
        for number in range(3)
    ]
    assert held == [True, True, False]


def test_a_place_given_back_is_free_again(opened: CaseRepository) -> None:
    limits = Limits(per_day=3, per_week=3)
    contacts = [Contact(TODAY, name) for name in "abc"]
    for contact in contacts:
        opened.reserve_contact(ACME, DEBTOR, contact, limits)
    opened.release_contact(ACME, DEBTOR, contacts[1])
    opened.release_contact(ACME, DEBTOR, contacts[1])
    assert opened.get(ACME, DEBTOR).contacts == (contacts[2], contacts[0])
    other = Contact(TODAY, "d")
    case, is_held = opened.reserve_contact(ACME, DEBTOR, other, limits)
    assert is_held
    assert case.contacts == (other, contacts[2], contacts[0])
    assert not opened.reserve_contact(ACME, DEBTOR, Contact(TODAY, "e"), limits)[1]


def test_notices_have_places_of_their_own(opened: CaseRepository) -> None:
    demand, notice = Contact(TODAY, "a"), Contact(TODAY, "b", is_notice=True)
    for contact in (notice, demand, notice, demand):
        case, is_held = opened.reserve_contact(ACME, DEBTOR, contact, Limits())
        assert is_held
        assert case == opened.get(ACME, DEBTOR)
    assert (case.contacts, case.notices) == ((demand,), (notice,))
    for contact in (Contact(TODAY, "c"), Contact(TODAY, "c", is_notice=True)):
        case, is_held = opened.reserve_contact(ACME, DEBTOR, contact, Limits())
        assert not is_held
        assert case.cap_reached(Limits(), TODAY, is_notice=contact.is_notice) == "cap-day"
    opened.release_contact(ACME, DEBTOR, Contact(TODAY, "b"))
    assert opened.get(ACME, DEBTOR).notices == (notice,)
    opened.release_contact(ACME, DEBTOR, notice)
    case = opened.get(ACME, DEBTOR)
    assert (case.contacts, case.notices) == ((demand,), ())


def test_the_cap_of_any_seven_days_is_kept_among_notices(opened: CaseRepository) -> None:
    days = [TODAY + timedelta(days=offset) for offset in range(8)]
    notices = [Contact(day, f"id{day}", is_notice=True) for day in days]
    held = [opened.reserve_contact(ACME, DEBTOR, one, Limits(per_day=1, per_week=3))[1] for one in notices]
    assert held == [True, True, True, False, False, False, False, True]
    assert opened.reserve_contact(ACME, DEBTOR, Contact(TODAY, "a"), Limits())[1]


def test_of_many_workers_only_as_many_as_allowed_get_a_place(contested_store: Store) -> None:
    contested_store.cases.open_case(ACME, KOWALSKA, NOW)
    limits = Limits(per_day=3, per_week=5)

    def reserve(name: int) -> bool:
        return contested_store.cases.reserve_contact(ACME, DEBTOR, Contact(TODAY, str(name)), limits)[1]

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(reserve, range(24))) == 3


def test_places_are_neither_lost_nor_doubled_when_taken_and_given_back_at_once(contested_store: Store) -> None:
    cases = contested_store.cases
    cases.open_case(ACME, KOWALSKA, NOW)
    limits = Limits(per_day=20, per_week=20)

    def take_and_return(name: int) -> None:
        contact = Contact(TODAY, str(name))
        assert cases.reserve_contact(ACME, DEBTOR, contact, limits)[1]
        if name % 2:
            cases.release_contact(ACME, DEBTOR, contact)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(take_and_return, range(16)))
    kept = sorted(int(one.reminder_id) for one in cases.get(ACME, DEBTOR).contacts)
    assert kept == [0, 2, 4, 6, 8, 10, 12, 14]


# holds and facts


def test_a_hold_is_set_with_its_fact(opened: CaseRepository) -> None:
    opened.hold(ACME, DEBTOR, DISPUTE, fact(hold="dispute", reason="wada towaru"))
    assert opened.get(ACME, DEBTOR).holds == {"dispute": DISPUTE}
    assert opened.file(ACME, DEBTOR).facts == (fact(hold="dispute", reason="wada towaru"),)


def test_a_hold_on_an_invoice_stands_beside_one_on_the_case(opened: CaseRepository) -> None:
    on_invoice = replace(DISPUTE, number="FV/1/2026", until=None, by="")
    opened.hold(ACME, DEBTOR, DISPUTE, fact("f-1"))
    opened.hold(ACME, DEBTOR, on_invoice, fact("f-2"))
    assert opened.get(ACME, DEBTOR).holds == {"dispute": DISPUTE, "dispute/FV/1/2026": on_invoice}


def test_a_released_hold_is_gone_and_the_repeated_hold_stays_released(opened: CaseRepository) -> None:
    opened.hold(ACME, DEBTOR, DISPUTE, fact("f-1"))
    opened.release(ACME, DEBTOR, DISPUTE.key, fact("f-2", LATER, "release"))
    opened.hold(ACME, DEBTOR, DISPUTE, fact("f-1"))
    assert opened.get(ACME, DEBTOR).holds == {}
    assert [one.id for one in opened.file(ACME, DEBTOR).facts] == ["f-1", "f-2"]


def test_whoever_comes_too_late_with_a_hold_is_told_when_the_later_word_was_said(opened: CaseRepository) -> None:
    assert opened.hold(ACME, DEBTOR, DISPUTE, fact("f-1")) is None
    assert opened.release(ACME, DEBTOR, DISPUTE.key, fact("f-2", LATER, "release")) is None
    assert opened.release(ACME, DEBTOR, DISPUTE.key, fact("f-2", LATER, "release")) is None
    for _ in range(2):
        assert opened.hold(ACME, DEBTOR, DISPUTE, fact("f-1")) == LATER
        assert opened.hold(ACME, DEBTOR, DISPUTE, fact("f-3")) == LATER
    again = replace(DISPUTE, since=LATER + timedelta(hours=1))
    assert opened.hold(ACME, DEBTOR, again, fact("f-4", again.since)) is None
    assert opened.release(ACME, DEBTOR, DISPUTE.key, fact("f-5", LATER, "release")) == again.since


def test_holds_and_releases_end_alike_in_any_order(cases: CaseRepository) -> None:
    last = replace(DISPUTE, since=NOW + timedelta(hours=2), reason="znowu")

    def words(debtor: str) -> list[Callable[[], None]]:
        return [
            lambda: cases.hold(ACME, debtor, DISPUTE, fact("f-1", NOW)),
            lambda: cases.release(ACME, debtor, DISPUTE.key, fact("f-2", LATER)),
            lambda: cases.hold(ACME, debtor, last, fact("f-3", last.since)),
        ]

    for number, order in enumerate(permutations(range(3))):
        debtor = f"K-{number}"
        cases.open_case(ACME, DebtorDetails(id=debtor), NOW)
        for one in order:
            words(debtor)[one]()
        assert cases.get(ACME, debtor).holds == {"dispute": last}
        assert [one.id for one in cases.file(ACME, debtor).facts] == ["f-1", "f-2", "f-3"]


def test_a_fact_is_written_once(opened: CaseRepository) -> None:
    note = fact("f-1", kind="note", text="zadzwoni w piątek")
    opened.add_fact(ACME, DEBTOR, note)
    opened.add_fact(ACME, DEBTOR, note)
    bare = Fact(id="f-0", at=LATER, kind="note")
    opened.add_fact(ACME, DEBTOR, bare)
    assert opened.file(ACME, DEBTOR).facts == (note, bare)


# suppressed addresses


def test_a_suppressed_address_is_so_for_the_whole_creditor_and_told_in_the_case(store: Store) -> None:
    store.cases.open_case(ACME, KOWALSKA, NOW)
    told = fact("f-1", kind="suppressed", code="bounced")
    store.cases.suppress(ACME, DEBTOR, DIGEST, told)
    store.cases.suppress(ACME, DEBTOR, DIGEST, told)
    other = "f" * 32
    assert store.cases.suppressed(ACME, [DIGEST, other]) == {DIGEST}
    assert store.cases.suppressed(ACME, []) == frozenset()
    assert store.cases.suppressed("other", [DIGEST]) == frozenset()
    assert store.cases.get(ACME, DEBTOR).suppressed == {DIGEST}
    assert store.cases.file(ACME, DEBTOR).facts == (told,)


# the whole case


def test_one_file_has_the_whole_case(store: Store) -> None:
    store.cases.open_case(ACME, KOWALSKA, NOW)
    apply_events(store.invoices, stated("B"), stated("A"), payment("p1", 100, "A"))
    store.reminders.record(sent(claimed()))
    store.cases.hold(ACME, DEBTOR, DISPUTE, fact())
    store.cases.open_case(ACME, replace(KOWALSKA, id="K-10010", emails=(Email("x@example.com"),)), NOW)
    file = store.cases.file(ACME, DEBTOR)
    assert file.case == store.cases.get(ACME, DEBTOR)
    assert [one.number for one in file.invoices] == ["A", "B"]
    assert file.invoices[0].paid == Money(100)
    assert file.reminders == (sent(claimed()),)
    assert file.facts == (fact(),)


def test_a_payment_alone_already_makes_a_file(store: Store) -> None:
    apply_events(store.invoices, payment("p1", 100))
    file = store.cases.file(ACME, DEBTOR)
    assert file.case == Case(creditor=ACME, debtor=Debtor(id=DEBTOR))
    assert len(file.invoices) == 1


def test_a_long_case_is_read_to_its_end(opened: CaseRepository) -> None:
    text = "x" * 100_000
    facts = tuple(fact(f"f-{number:02}", kind="note", text=text) for number in range(25))
    for one in facts:
        opened.add_fact(ACME, DEBTOR, one)
    assert opened.file(ACME, DEBTOR).facts == facts
