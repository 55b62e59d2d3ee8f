"""Letters and their batches: kept once, listed by day, each in exactly one batch."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.contract.conftest import Store
from tests.contract.examples import ACME, NOW, TODAY, claimed, sent
from upominek.domain.letters.stored_letter import Batch, Route, StoredLetter
from upominek.domain.messages.reminder import PRINT_BATCH
from upominek.domain.planning.letter_kind import LetterKind
from upominek.domain.values.channel import Channel

if TYPE_CHECKING:
    from upominek.application.ports.letters import LetterRepository

LETTER = StoredLetter(
    creditor=ACME,
    debtor="K-1",
    day=TODAY,
    id="5a8d5e392bb25ce6298c",
    kind=LetterKind.FINAL_DEMAND,
    route=Route.POST,
    at=NOW,
    sha256="ab" * 32,
    pages=2,
    name="Zażółć Gęślą sp. z o.o.",
    address=("ul. Długa 5 m. 3", "00-000 Lipowa"),
)


def test_a_letter_is_remembered_once_and_the_first_stays(store: Store) -> None:
    letters: LetterRepository = store.letters
    assert letters.find(ACME, TODAY, LETTER.id) is None
    assert letters.add(LETTER) == LETTER
    assert letters.add(replace(LETTER, sha256="cd" * 32)) == LETTER
    assert letters.find(ACME, TODAY, LETTER.id) == LETTER
    assert list(letters.of(ACME)) == [LETTER]


def test_letters_are_listed_by_day_and_never_to_another_creditor(store: Store) -> None:
    later = replace(LETTER, day=TODAY + timedelta(days=1), id="00")
    longer = replace(LETTER, id=f"{LETTER.id}-aabbcc", route=Route.EMAIL, address=())
    foreign = replace(LETTER, creditor=f"{ACME}-2")
    for one in (later, longer, foreign, LETTER):
        store.letters.add(one)
    assert list(store.letters.of(ACME)) == [LETTER, longer, later]
    assert list(store.letters.of(ACME, TODAY)) == [LETTER, longer]
    assert list(store.letters.of(ACME, TODAY - timedelta(days=1))) == []
    assert list(store.letters.of(f"{ACME}-2", TODAY)) == [foreign]


def test_what_a_batch_has_is_said_once(store: Store) -> None:
    first = Batch(ACME, TODAY, 1, NOW, (LETTER.id, "another"))
    assert store.letters.open_batch(first)
    assert not store.letters.open_batch(replace(first, letters=("yet another",)))
    assert list(store.letters.batches(ACME, TODAY)) == [first]
    second = replace(first, number=2, letters=("third",))
    assert store.letters.open_batch(second)
    closed = replace(first, sha256="ef" * 32, pages=3)
    store.letters.close_batch(closed)
    store.letters.close_batch(closed)
    assert list(store.letters.batches(ACME, TODAY)) == [closed, second]
    assert list(store.letters.batches(ACME, TODAY + timedelta(days=1))) == []
    assert list(store.letters.of(ACME)) == []


def test_a_full_batch_fits(store: Store) -> None:
    full = Batch(ACME, TODAY, 1, NOW, tuple(f"{number:020x}" for number in range(1000)))
    assert store.letters.open_batch(full)
    assert list(store.letters.batches(ACME, TODAY)) == [full]


def test_a_reminder_names_its_letter(store: Store) -> None:
    reminder = claimed()
    store.reminders.claim(reminder)
    posted = sent(reminder, channel=Channel.LETTER, letter=LETTER.sent, reason=PRINT_BATCH)
    store.reminders.record(posted)
    kept = store.reminders.get(reminder.key)
    assert (kept.letter, kept.reason, kept.channel) == (LETTER.sent, PRINT_BATCH, Channel.LETTER)
    assert kept.letter is not None
    assert kept.letter.key == LETTER.key
