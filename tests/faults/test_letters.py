"""Letters: a fault at every call on the way of one that is posted, of one that an e-mail takes along, and of a batch.

A letter that is posted has left when it is in a batch; the file of one that is in none harms nobody.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import Any, Final

import pytest
from pypdfium2 import PdfDocument

from tests.faults.journey import Journey, Start, handle
from tests.faults.outside import Outside
from tests.faults.wire import AT_CARRIERS, CARRIERS, FAULTS, FOR_GOOD, Fate, Wire
from tests.worlds.letter_stage import ADDRESS, ATTACHED, POSTED
from tests.worlds.stage import CAMPAIGN, CREDITOR, DUE_ON, EMAIL, ISSUED_AT, NOW, TODAY
from upominek.adapters.letters.typesetting import TypstTypesetter
from upominek.bootstrap import Application
from upominek.domain.letters.stored_letter import Batch, Route, StoredLetter
from upominek.domain.messages.reminder import Reminder, reminder_key
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.parties.debtor import DebtorDetails, DebtorKind
from upominek.domain.planning.campaign import Step
from upominek.domain.receivables.events import Header, InvoiceStated, PaymentReceived
from upominek.domain.values.contact import Email
from upominek.domain.values.money import Money

Wires = tuple[Wire, Wire, Wire]
Starts = Callable[[str], Sequence[Start]]
Handle = Callable[[Application, str, Any], None]

SENT, DELIVERED, UNKNOWN = ReminderStatus.SENT, ReminderStatus.DELIVERED, ReminderStatus.UNKNOWN
NOT_MADE: Final = frozenset({ReminderStatus.SKIPPED, ReminderStatus.EXPIRED, ReminderStatus.FAILED, UNKNOWN})
GATHERED_AFTER: Final = (timedelta(minutes=2), timedelta(days=1, hours=8))
"""By somebody who does not wait for letters that are still being made; and on the next evening, one being missed."""
MOST_LETTERS: Final = 6
PART, REST = Money(23456), Money(100000)


@dataclass(frozen=True)
class Story:
    """What happens to reminders with a letter when all goes well.

    Attributes:
        faults_at: queues at whose first message there are faults, from the first of these queues on.
        is_paid_in_part: right before that message.
    """

    debtors: tuple[str, ...]
    step: Step
    faults_at: tuple[str, ...]
    end: ReminderStatus
    is_paid_in_part: bool = False


STORIES: Final = {
    "posted": Story(("D-1", "D-2"), POSTED, ("letter_queue_url", "gather"), end=SENT),
    "attached": Story(("D-1",), ATTACHED, ("letter_queue_url", "email_queue_url"), end=DELIVERED),
    "attached and outdated": Story(("D-1",), ATTACHED, ("email_queue_url",), end=DELIVERED, is_paid_in_part=True),
}
SEEN: Final = frozenset({"throttled", *FOR_GOOD})
"""Faults that e-mails without a letter have at these calls already."""
ALIKE: Final = frozenset({"unreachable for good"})
"""Where no carrier is asked, lost answers are the same and more."""


def prepared(story: Story, worker: Application) -> None:
    """A creditor, a campaign, and invoices whose step lands today."""
    worker.creditors.save(CREDITOR)
    worker.creditors.save_campaign("rura", replace(CAMPAIGN, ladder=(story.step,)))
    for debtor in story.debtors:
        details = DebtorDetails(
            id=debtor, name=f"Anna {debtor}", kind=DebtorKind.CONSUMER, emails=(Email(EMAIL),), address=ADDRESS
        )
        stated = InvoiceStated(
            number=f"FV/{debtor}", debtor=details, header=Header(at=ISSUED_AT, amount=PART + REST, due_on=DUE_ON)
        )
        worker.apply_events.apply(CREDITOR, [stated])


@pytest.fixture(scope="module")
def starts(wires: Wires) -> Starts:
    """Where the messages that a story's faults are for find the world; played once."""

    @cache
    def played(name: str) -> Sequence[Start]:
        story, outside = STORIES[name], Outside(NOW)
        journey = Journey(wires, [], outside)
        prepared(story, journey.rivals[0])
        outside.put("tick", {})
        for number, after in enumerate(GATHERED_AFTER if story.step is POSTED else ()):
            outside.put("gather", {"gather": number}, after.total_seconds())

        def pay(worker: Application) -> None:
            if story.is_paid_in_part:
                payment = PaymentReceived(id="p", number="FV/D-1", debtor_id="D-1", amount=PART, at=NOW)
                worker.apply_events.apply(CREDITOR, [payment])

        found = journey.starts(story.faults_at[0], pay)
        return [next(one for one in found if one.queue == queue) for queue in story.faults_at]

    return played


def travel(wires: Wires, start: Start, fate: Fate, handle: Handle = handle) -> Journey:
    journey = Journey(wires, start.items, start.outside.copy(), fate, handle=handle)
    journey.run()
    return journey


# --- What must hold whatever the fault was


@dataclass(frozen=True)
class Found:
    """What the table has after a journey: reminders by debtor, letters by id, and batches."""

    reminders: Mapping[str, Reminder]
    letters: Mapping[str, StoredLetter]
    batches: Sequence[Batch]
    files: Mapping[str, bytes]


def found(journey: Journey, story: Story) -> Found:
    worker, reminders = journey.rivals[1], {}
    for debtor in story.debtors:
        file = worker.cases.file("rura", debtor)
        (reminders[debtor],) = file.reminders
        assert reminders[debtor].key == reminder_key("rura", "main", debtor, TODAY)
        assert reminders[debtor].lease_until is None
    letters = worker.letters.of("rura")
    batches = [one for day in {TODAY, *(one.day for one in letters)} for one in worker.letters.batches("rura", day)]
    by_id = {one.id: one for one in letters}
    assert len(by_id) == len(letters)  # on one day's list only
    return Found(reminders, by_id, batches, journey.outside.files)


def check(journey: Journey, story: Story) -> None:
    world = found(journey, story)
    files_are_those_that_were_kept(world)
    each_is_printed_once(world)
    # Somebody may have printed what he was told of, so it must not change any more.
    assert all(batch in world.batches for batch in journey.outside.batches)
    for reminder in world.reminders.values():
        if story.step is POSTED:
            none_is_lost(world, reminder)
        else:
            e_mail_is_right(journey, world, reminder, story)
    is_cut_off = journey.fate.is_dead and story.step is not POSTED  # a letter is taken up where its worker died
    if not (is_cut_off or journey.fate.doubts or journey.fate.fault in FOR_GOOD):
        assert {one.status for one in world.reminders.values()} == {story.end}
        assert not journey.parked


def files_are_those_that_were_kept(world: Found) -> None:
    """Whatever is on the list can be read, and is what the list says, however often it was stored."""
    for letter in world.letters.values():
        assert sha256(world.files[letter.key]).hexdigest() == letter.sha256


def each_is_printed_once(world: Found) -> None:
    """Every letter to be posted is in one batch, and every batch has been finished."""
    printed = Counter(letter for batch in world.batches for letter in batch.letters)
    assert printed == {one.id: 1 for one in world.letters.values() if one.route is Route.POST}
    for batch in world.batches:
        document = world.files[batch.key]
        assert sha256(document).hexdigest() == batch.sha256
        assert batch.pages == len(batch.letters) == pages(document)
        rows = world.files[batch.index_key].decode().splitlines()
        assert [row.rpartition(";")[2] for row in rows[1:]] == list(batch.letters)


def pages(document: bytes) -> int:
    with PdfDocument(BytesIO(document)) as opened:
        return len(opened)


def none_is_lost(world: Found, reminder: Reminder) -> None:
    """A reminder by post is printed, and says so unless nobody can know it; or it says why it is not."""
    letter = world.letters.get(reminder.key.id)
    assert reminder.reason
    if letter is None:
        assert reminder.status in NOT_MADE
        return
    assert reminder.status in {SENT, UNKNOWN}
    if reminder.status is SENT:
        assert reminder.letter == letter.sent


def e_mail_is_right(journey: Journey, world: Found, reminder: Reminder, story: Story) -> None:
    """It went once, with the letter that its record names, and the letter says what held when it went."""
    outside = journey.outside
    assert outside.emails.total() + journey.fate.lost.count("sesv2.SendEmail") <= 1
    assert reminder.status in ({SENT, DELIVERED, UNKNOWN} if outside.attached else NOT_MADE)
    assert reminder.reason or reminder.status in {SENT, DELIVERED}
    for documents in outside.attached:
        (document,) = documents
        assert repr(REST if story.is_paid_in_part else PART + REST).encode() in document
        assert sha256(document).hexdigest() in {one.sha256 for one in world.letters.values()}
        if reminder.letter is not None:
            assert sha256(document).hexdigest() == reminder.letter.sha256


@pytest.mark.parametrize("name", STORIES)
def test_the_story_itself(wires: Wires, starts: Starts, name: str) -> None:
    check(travel(wires, starts(name)[0], Fate()), STORIES[name])


def test_the_story_of_a_posted_letter_with_the_real_typesetter(wires: Wires, starts: Starts) -> None:
    start = starts("posted")[0]
    journey = Journey(wires, start.items, start.outside.copy())
    for worker in (journey.mortal, *journey.rivals):
        worker.__dict__["typesetter"] = TypstTypesetter(worker.renderer)
    journey.run()
    check(journey, STORIES["posted"])


@pytest.mark.parametrize(
    ("name", "fault"),
    [(name, fault) for name in STORIES for fault in FAULTS if fault not in (ALIKE if name == "posted" else SEEN)],
)
def test_a_fault_at_every_call(wires: Wires, starts: Starts, name: str, fault: str) -> None:
    for start in starts(name):
        clean = travel(wires, start, Fate())
        calls = clean.fate.calls[: clean.calls_of_first]
        for number, call in enumerate(calls, 1):
            if fault in AT_CARRIERS and call.partition(".")[0] not in CARRIERS and number < len(calls):
                continue
            journey = travel(wires, start, Fate(at=number, fault=fault))
            assert journey.fate.has_struck
            try:
                check(journey, STORIES[name])
            except AssertionError as error:
                error.add_note(f"{fault} at call {number} of {start.queue}: {calls}")
                raise


def test_a_rival_gathers_a_letter_that_comes_at_any_moment(wires: Wires, starts: Starts) -> None:
    start = starts("posted")[-1]
    clean = travel(wires, start, Fate(), handle=after_a_letter_came)
    for number, call in enumerate(clean.fate.calls[: clean.calls_of_first], 1):
        journey = travel(wires, start, Fate(at=number, fault="rival"), handle=after_a_letter_came)
        try:
            check(journey, STORIES["posted"])
        except AssertionError as error:
            error.add_note(f"at call {number}, {call}")
            raise


def after_a_letter_came(worker: Application, queue: str, body: dict[str, int]) -> None:
    """Whoever gathers finds one letter more than all who began to gather before, up to some."""
    letters = worker.letters.of("rura", TODAY)
    if queue == "gather" and len(letters) < MOST_LETTERS:
        late = replace(letters[0], id=f"late-{len(letters)}")
        worker.files.put(late.key, worker.__dict__["clock"].outside.files[letters[0].key])
        worker.letters.add(late)
    handle(worker, queue, body)
