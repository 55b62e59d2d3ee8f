"""Cases: who the debtor is, holds, places within the caps, suppressed addresses, and the history."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from typing import Any

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
from tests.worlds.places import take_place
from upominek.application.ports.cases import CaseRepository, Reservation
from upominek.domain.cases.case import Agenda, Case, Contact, Fact, Hold
from upominek.domain.cases.last_word import LastWord, LastWords
from upominek.domain.errors import NotFound
from upominek.domain.parties.debtor import Debtor, DebtorDetails, DebtorKind
from upominek.domain.values.contact import Email, Phone
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money
from upominek.domain.values.shards import shard_of

LATER = NOW + timedelta(hours=1)
DISPUTE = Hold(kind=HoldKind.DISPUTE, since=NOW, reason="wada towaru", until=date(2026, 3, 9), by="anna")
DIGEST = "0123456789abcdef0123456789abcdef"
NOBODY = Case(creditor=ACME, debtor=Debtor(id=DEBTOR))
TOMORROW = TODAY + timedelta(days=1)


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
        lambda: cases.reserve_contact(NOBODY, Reservation(contact=contact, places=6), (1,)),
        lambda: cases.reserve_contact(NOBODY, Reservation(contact=contact, places=6, keeps_agenda=True), (1,)),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            call()
    assert cases.get_many(ACME, [DEBTOR]) == {}
    cases.release_contact(ACME, DEBTOR, contact)
    cases.wake(ACME, {DEBTOR: Agenda(TODAY)}, (1,))
    assert list(cases.agenda(ACME, (1,), 0, TODAY)) == []
    assert cases.get_many(ACME, [DEBTOR]) == {}


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
    take_place(store.cases, ACME, DEBTOR, Contact(TODAY, "a"))
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


# places within the caps, and what is said in them


def reserve(
    cases: CaseRepository,
    contact: Contact,
    places: int = 6,
    case: Case | None = None,
    **more: Any,  # noqa: ANN401 - as `Reservation` has it
) -> Case | None:
    """Take a place as a sender does that has just read the case."""
    reservation = Reservation(contact=contact, places=places, **{"keeps_agenda": True, **more})
    return cases.reserve_contact(case or cases.get(ACME, DEBTOR), reservation, (1,))


def word(number: int, **changes: Any) -> LastWord:  # noqa: ANN401 - as `replace` has it
    day = TODAY + timedelta(days=number)
    said = LastWord(on=day, at=NOW, offset_days=5, text="overdue", reminder_id=f"r{number}")
    return replace(said, **changes)


def test_a_place_is_taken_and_the_case_given_as_it_is_now(opened: CaseRepository) -> None:
    contact = Contact(TODAY, "a", weight=1)
    case = reserve(opened, contact)
    assert case is not None
    assert case == opened.get(ACME, DEBTOR)
    assert [(one, one.weight) for one in case.contacts] == [(contact, 1)]


@pytest.mark.parametrize("weight", [0, 1, 2])
def test_a_place_knows_how_much_its_message_weighs(opened: CaseRepository, weight: int) -> None:
    reserve(opened, Contact(TODAY, "a", weight=weight))
    assert [one.weight for one in opened.get(ACME, DEBTOR).contacts] == [weight]


def test_the_newest_places_are_remembered_and_no_more(opened: CaseRepository) -> None:
    for number in range(5):
        reserve(opened, Contact(TODAY + timedelta(days=number), f"r{number}"), places=3)
    assert [one.reminder_id for one in opened.get(ACME, DEBTOR).contacts] == ["r4", "r3", "r2"]
    reserve(opened, Contact(TODAY + timedelta(days=9), "r9"), places=6)
    assert [one.reminder_id for one in opened.get(ACME, DEBTOR).contacts] == ["r9", "r4", "r3", "r2"]


def test_whoever_read_the_case_before_another_took_a_place_gets_none(opened: CaseRepository) -> None:
    before = opened.get(ACME, DEBTOR)
    assert reserve(opened, Contact(TODAY, "a"), case=before) is not None
    assert reserve(opened, Contact(TODAY, "b"), case=before) is None
    assert [one.reminder_id for one in opened.get(ACME, DEBTOR).contacts] == ["a"]
    assert reserve(opened, Contact(TODAY, "b")) is not None


def test_whoever_read_the_case_before_a_place_was_given_back_gets_none(opened: CaseRepository) -> None:
    """Or what was given back would be taken again, and what was said in it with it."""
    for name in "abc":
        reserve(opened, Contact(TODAY, name))
    before = opened.get(ACME, DEBTOR)
    opened.release_contact(ACME, DEBTOR, Contact(TODAY, "b"))
    assert reserve(opened, Contact(TODAY, "d"), case=before) is None
    assert [one.reminder_id for one in opened.get(ACME, DEBTOR).contacts] == ["c", "a"]


def test_whoever_read_the_case_before_it_was_woken_gets_none(opened: CaseRepository) -> None:
    before = opened.get(ACME, DEBTOR)
    opened.wake(ACME, {DEBTOR: Agenda(TODAY)}, (1,))
    assert reserve(opened, Contact(TODAY, "a"), case=before, keeps_agenda=False) is None
    assert reserve(opened, Contact(TODAY, "a"), case=before, keeps_agenda=True) is not None


def test_a_hold_that_came_in_between_is_in_the_case_that_is_given_back(opened: CaseRepository) -> None:
    before = opened.get(ACME, DEBTOR)
    opened.hold(ACME, DEBTOR, DISPUTE, fact())
    case = reserve(opened, Contact(TODAY, "a"), case=before)
    assert case is not None
    assert case.holds == {"dispute": DISPUTE}


def test_what_is_said_is_remembered_with_the_place_and_by_campaign(opened: CaseRepository) -> None:
    first = LastWords(overdue=word(0, left_out={"FV/1": None, "FV|2": 5}))
    second = LastWords(overdue=word(1).after(first.overdue), ahead=word(-9, text="before-due", offset_days=-3))
    other = LastWords(ahead=word(3))
    reserve(opened, Contact(TODAY, "r0"), campaign="standard", words=first)
    assert opened.get(ACME, DEBTOR).words == {"standard": first}
    reserve(opened, Contact(TOMORROW, "r1"), campaign="standard", words=second)
    reserve(opened, Contact(TOMORROW, "r3"), campaign="zażółć", words=other)
    assert opened.get(ACME, DEBTOR).words == {"standard": second, "zażółć": other}
    assert opened.get_many(ACME, [DEBTOR])[DEBTOR].words == {"standard": second, "zażółć": other}


def test_a_message_on_an_event_leaves_the_words_and_the_agenda_as_they_are(opened: CaseRepository) -> None:
    words = LastWords(overdue=word(0))
    reserve(opened, Contact(TODAY, "r0"), campaign="standard", words=words, agenda=Agenda(TOMORROW), keeps_agenda=False)
    case = reserve(opened, Contact(TODAY, "n", is_notice=True))
    assert case is not None
    assert (case.words, case.agenda) == ({"standard": words}, Agenda(TOMORROW))


def test_a_place_given_back_is_free_again(opened: CaseRepository) -> None:
    contacts = [Contact(TODAY, name) for name in "abc"]
    for contact in contacts:
        reserve(opened, contact)
    opened.release_contact(ACME, DEBTOR, contacts[1])
    opened.release_contact(ACME, DEBTOR, contacts[1])
    assert opened.get(ACME, DEBTOR).contacts == (contacts[2], contacts[0])
    other = Contact(TODAY, "d")
    case = reserve(opened, other)
    assert case is not None
    assert case.contacts == (other, contacts[2], contacts[0])


def test_what_was_said_in_a_place_given_back_was_not_said(opened: CaseRepository) -> None:
    first, second = LastWords(overdue=word(0)), LastWords(overdue=word(1).after(word(0)), ahead=word(0))
    reserve(opened, Contact(TODAY, "r0"), campaign="standard", words=first)
    reserve(opened, Contact(TOMORROW, "r1"), campaign="standard", words=second)
    reserve(opened, Contact(TOMORROW, "r2"), campaign="other", words=LastWords(ahead=word(2)))
    opened.release_contact(ACME, DEBTOR, Contact(TOMORROW, "r1"))
    words = {"standard": LastWords(overdue=word(0), ahead=word(0)), "other": LastWords(ahead=word(2))}
    assert opened.get(ACME, DEBTOR).words == words
    opened.release_contact(ACME, DEBTOR, Contact(TODAY, "r0"))
    assert opened.get(ACME, DEBTOR).words["standard"] == LastWords()


def test_a_place_that_is_not_held_takes_no_word_back(opened: CaseRepository) -> None:
    words = LastWords(overdue=word(0))
    reserve(opened, Contact(TODAY, "r0"), campaign="standard", words=words)
    opened.release_contact(ACME, DEBTOR, Contact(TOMORROW, "r0"))
    assert opened.get(ACME, DEBTOR).words == {"standard": words}


def test_notices_have_places_of_their_own(opened: CaseRepository) -> None:
    demand, notice = Contact(TODAY, "a"), Contact(TODAY, "b", is_notice=True)
    before = opened.get(ACME, DEBTOR)
    assert reserve(opened, notice, case=before) is not None
    case = reserve(opened, demand, case=before)
    assert case is not None, "a notice in between takes nothing from a demand"
    assert case == opened.get(ACME, DEBTOR)
    assert (case.contacts, case.notices) == ((demand,), (notice,))
    opened.release_contact(ACME, DEBTOR, Contact(TODAY, "b"))
    assert opened.get(ACME, DEBTOR).notices == (notice,)
    opened.release_contact(ACME, DEBTOR, notice)
    case = opened.get(ACME, DEBTOR)
    assert (case.contacts, case.notices) == ((demand,), ())


def test_of_many_workers_that_read_the_same_case_one_gets_the_place(contested_store: Store) -> None:
    contested_store.cases.open_case(ACME, KOWALSKA, NOW)
    before = contested_store.cases.get(ACME, DEBTOR)

    def take(name: int) -> bool:
        words = LastWords(overdue=word(name))
        contact = Contact(TODAY, f"r{name}")
        return reserve(contested_store.cases, contact, case=before, campaign="standard", words=words) is not None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(24))) == 1
    case = contested_store.cases.get(ACME, DEBTOR)
    (contact,), newest = case.contacts, case.words["standard"].newest
    assert newest is not None
    assert newest.reminder_id == contact.reminder_id


def test_places_are_neither_lost_nor_doubled_when_taken_and_given_back_at_once(contested_store: Store) -> None:
    cases = contested_store.cases
    cases.open_case(ACME, KOWALSKA, NOW)

    def take_and_return(name: int) -> None:
        contact = Contact(TODAY, str(name))
        while reserve(cases, contact, places=20) is None:
            pass
        if name % 2:
            cases.release_contact(ACME, DEBTOR, contact)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(take_and_return, range(16)))
    kept = sorted(int(one.reminder_id) for one in cases.get(ACME, DEBTOR).contacts)
    assert kept == [0, 2, 4, 6, 8, 10, 12, 14]


# the agenda


def noted(cases: CaseRepository, through: date = TODAY, **how: Any) -> list[str]:  # noqa: ANN401 - as the port has it
    return [debtor for debtor, _ in cases.agenda(ACME, (1,), 0, through, **how)]


def note(cases: CaseRepository, agenda: Agenda | None, *, awaits_address: bool = False) -> None:
    cases.set_agenda(cases.get(ACME, DEBTOR), agenda, (1,), awaits_address=awaits_address)


OWED = Agenda(TODAY, campaign="standard", step="+5", channel="email")


@pytest.mark.parametrize("agenda", [OWED, Agenda(TODAY), Agenda(TODAY, is_entry=True)])
def test_the_agenda_tells_what_is_owed_to_whom(opened: CaseRepository, agenda: Agenda) -> None:
    note(opened, agenda)
    assert opened.get(ACME, DEBTOR).agenda == agenda
    assert list(opened.agenda(ACME, (1,), 0, TODAY, entries=agenda.is_entry)) == [(DEBTOR, agenda)]
    assert list(opened.agenda(ACME, (1,), 0, TODAY, entries=not agenda.is_entry)) == []
    note(opened, None)
    assert opened.get(ACME, DEBTOR).agenda is None
    assert noted(opened, entries=agenda.is_entry) == []


def test_a_place_is_taken_and_the_next_look_noted_by_one_write(opened: CaseRepository) -> None:
    case = reserve(opened, Contact(TODAY, "r0"), agenda=OWED, keeps_agenda=False)
    assert case is not None
    assert case.agenda == OWED == opened.get(ACME, DEBTOR).agenda
    assert noted(opened) == [DEBTOR]
    case = reserve(opened, Contact(TOMORROW, "r1"), agenda=None, keeps_agenda=False)
    assert case is not None
    assert case.agenda is None
    assert noted(opened) == []


def test_the_agenda_is_read_through_the_day_the_earliest_first(cases: CaseRepository) -> None:
    days = {"K-3": -2, "K-1": 0, "K#2": 0, "K-0": 1, "K-9": -400}
    for debtor, ahead in days.items():
        cases.open_case(ACME, DebtorDetails(id=debtor), NOW)
        cases.wake(ACME, {debtor: Agenda(TODAY + timedelta(days=ahead))}, (1,))
    assert noted(cases) == ["K-9", "K-3", "K#2", "K-1"]
    assert noted(cases, TODAY - timedelta(days=1)) == ["K-9", "K-3"]
    assert noted(cases, TODAY + timedelta(days=1))[-1] == "K-0"
    assert list(cases.agenda("acme-2", (1,), 0, TODAY)) == []


def test_each_debtor_of_the_agenda_is_in_one_shard_whenever_it_was_noted(cases: CaseRepository) -> None:
    debtors = [f"K-{number}" for number in range(24)]
    for number, debtor in enumerate(debtors):
        cases.open_case(ACME, DebtorDetails(id=debtor), NOW)
        shards = [(1,), (1, 2), (1, 2, 8)][number % 3]
        cases.wake(ACME, {debtor: Agenda(TODAY - timedelta(days=number))}, shards)
    found: list[str] = []
    for shard in range(8):
        mine = [(agenda.on, debtor) for debtor, agenda in cases.agenda(ACME, (1, 2, 8), shard, TODAY)]
        assert mine == sorted(mine)
        assert {shard_of(debtor, 8) for _, debtor in mine} <= {shard}
        found += [debtor for _, debtor in mine]
    assert sorted(found) == sorted(debtors)


def test_a_case_is_woken_for_the_earlier_day_only(opened: CaseRepository) -> None:
    opened.wake(ACME, {DEBTOR: Agenda(TOMORROW, campaign="standard", step="+5", channel="sms")}, (1,))
    opened.wake(ACME, {DEBTOR: Agenda(TOMORROW + timedelta(days=1))}, (1,))
    opened.wake(ACME, {DEBTOR: Agenda(TOMORROW)}, (1,))
    assert opened.get(ACME, DEBTOR).agenda == Agenda(TOMORROW, campaign="standard", step="+5", channel="sms")
    opened.wake(ACME, {DEBTOR: Agenda(TODAY, is_entry=True)}, (1,))
    opened.wake(ACME, {DEBTOR: Agenda(TODAY, is_entry=True)}, (1,))
    assert opened.get(ACME, DEBTOR).agenda == Agenda(TODAY, is_entry=True), "what is owed is found out anew"


def test_many_are_woken_at_once(cases: CaseRepository) -> None:
    debtors = {f"K-{number}": Agenda(TODAY, is_entry=bool(number % 2)) for number in range(40)}
    cases.open_cases(ACME, [(DebtorDetails(id=debtor), NOW) for debtor in debtors])
    cases.wake(ACME, {**debtors, "nobody": Agenda(TODAY)}, (1,))
    assert len(noted(cases)) == len(noted(cases, entries=True)) == 20
    cases.wake(ACME, {}, (1,))


def test_a_wake_that_came_while_the_case_was_looked_at_stays(opened: CaseRepository) -> None:
    before = opened.get(ACME, DEBTOR)
    opened.wake(ACME, {DEBTOR: Agenda(TODAY)}, (1,))
    opened.set_agenda(before, Agenda(TOMORROW), (1,), awaits_address=True)
    case = opened.get(ACME, DEBTOR)
    assert (case.agenda, case.awaits_address) == (Agenda(TODAY), False)


def test_nothing_else_of_the_case_is_touched_by_the_agenda(store: Store) -> None:
    store.cases.open_case(ACME, KOWALSKA, NOW)
    store.cases.hold(ACME, DEBTOR, DISPUTE, fact())
    before = take_place(store.cases, ACME, DEBTOR, Contact(TODAY, "a"))
    note(store.cases, OWED, awaits_address=True)
    assert store.cases.get(ACME, DEBTOR) == replace(before, agenda=OWED, awaits_address=True)
    note(store.cases, None)
    assert store.cases.get(ACME, DEBTOR) == before


# who waits for an address


@pytest.mark.parametrize(
    "news",
    [
        DebtorDetails(id=DEBTOR, phones=(Phone("+48512345679", may_receive_sms=True),)),
        DebtorDetails(id=DEBTOR, emails=(Email("nowy@example.com"),)),
        DebtorDetails(id=DEBTOR, address=("ul. Nowa 1", "00-002 Warszawa")),
    ],
)
def test_new_contact_data_wake_who_waits_for_an_address(opened: CaseRepository, news: DebtorDetails) -> None:
    note(opened, None, awaits_address=True)
    assert opened.get(ACME, DEBTOR).awaits_address
    opened.open_case(ACME, news, LATER)
    case = opened.get(ACME, DEBTOR)
    assert (case.agenda, case.awaits_address) == (Agenda(LATER.date()), False)
    assert noted(opened) == [DEBTOR]


def test_contact_data_that_change_no_address_wake_nobody(opened: CaseRepository) -> None:
    note(opened, None, awaits_address=True)
    opened.open_case(ACME, DebtorDetails(id=DEBTOR, name="Nowa", tags=frozenset({"a"})), LATER)
    case = opened.get(ACME, DEBTOR)
    assert (case.agenda, case.awaits_address) == (None, True)


def test_who_waits_for_nothing_is_not_woken_by_contact_data(opened: CaseRepository) -> None:
    opened.open_case(ACME, DebtorDetails(id=DEBTOR, emails=(Email("nowy@example.com"),)), LATER)
    assert opened.get(ACME, DEBTOR).agenda is None


def test_who_is_owed_a_later_step_is_woken_by_an_address_too(opened: CaseRepository) -> None:
    """The step that came found no address; the one to come is on the agenda by then."""
    note(opened, Agenda(date(2026, 3, 20), campaign="standard", step="+14", channel="sms"), awaits_address=True)
    opened.open_case(ACME, DebtorDetails(id=DEBTOR, emails=(Email("nowy@example.com"),)), LATER)
    assert opened.get(ACME, DEBTOR).agenda == Agenda(LATER.date())


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
