"""Never twice, nothing lost: a fault at every call to AWS on the way from the tick to the receipt.

Nobody lists the calls: a journey without a fault counts them, and each is then stopped in every way in turn.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import pytest

from tests.faults.journey import Journey, Start
from tests.faults.outside import Outside
from tests.faults.wire import AT_CARRIERS, CARRIERS, FAULTS, FOR_GOOD, Fate, Wire
from tests.worlds.stage import CAMPAIGN, CREDITOR, DUE_ON, EMAIL, ISSUED_AT, NOW, PHONE, TODAY
from upominek.bootstrap import Application
from upominek.domain.cases.case import CaseFile
from upominek.domain.messages.reminder import Reminder, ReminderKey, reminder_key
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.parties.debtor import DebtorDetails, DebtorKind
from upominek.domain.receivables.events import Header, InvoiceStated, PaymentReceived
from upominek.domain.values.channel import Channel
from upominek.domain.values.contact import Email, Phone
from upominek.domain.values.money import Money

Wires = tuple[Wire, Wire, Wire]
Starts = Callable[[str], Sequence[Start]]
Travel = Callable[[Start, Fate], Journey]

ORIGINAL = reminder_key("rura", "main", "D-1", TODAY)
FALLBACK = reminder_key("rura", "main", "D-1", TODAY, is_fallback=True)
CALLS = {Channel.SMS: "sns.Publish", Channel.EMAIL: "sesv2.SendEmail"}


@dataclass(frozen=True)
class Story:
    """What happens to the debtor's reminder when all goes well.

    Attributes:
        ends: status of the reminder, and of its fallback.
        begins: the queue from whose first message on there are faults. What comes before is the same in all stories,
            and the first one has faults in it from the beginning.
        channels: in the order of the step.
    """

    ends: tuple[ReminderStatus, ...]
    begins: str
    phone: bool = True
    channels: tuple[Channel, ...] = (Channel.SMS, Channel.EMAIL)
    sms_ends: str = "delivered"
    email_ends: str = "delivered"
    is_paid: bool = False


UNKNOWN, SKIPPED, EXPIRED = ReminderStatus.UNKNOWN, ReminderStatus.SKIPPED, ReminderStatus.EXPIRED
SENT, DELIVERED, FAILED, BOUNCED = (
    ReminderStatus.SENT,
    ReminderStatus.DELIVERED,
    ReminderStatus.FAILED,
    ReminderStatus.BOUNCED,
)
STORIES = {
    "sms": Story(ends=(DELIVERED,), begins="tick"),
    "e-mail": Story(ends=(DELIVERED,), begins="email_queue_url", phone=False),
    "sms fails, e-mail follows": Story(ends=(FAILED, DELIVERED), begins="logs", sms_ends="unreachable"),
    "sms refused, e-mail follows": Story(ends=(FAILED, DELIVERED), begins="sms_queue_url", sms_ends="refused"),
    "e-mail bounces, sms follows": Story(
        ends=(BOUNCED, DELIVERED),
        begins="receipts_queue_url",
        channels=(Channel.EMAIL, Channel.SMS),
        email_ends="bounced",
    ),
    "paid meanwhile": Story(ends=(SKIPPED,), begins="sms_queue_url", is_paid=True),
}
WHOLE = ("sms", "e-mail")
SEEN = frozenset({"throttled", "unreachable for good"})
"""Faults that only these two stories have: to the others' calls, botocore and the adapters answer them alike."""
HANDED_OVER = frozenset({SENT, DELIVERED, FAILED, BOUNCED, UNKNOWN})
NOT_HANDED_OVER = frozenset({SKIPPED, EXPIRED, FAILED, UNKNOWN})
SPEAKS_FOR_ITSELF = frozenset({SENT, DELIVERED})


def prepared(story: Story, worker: Application) -> None:
    """A creditor, a campaign, and an invoice whose step lands today."""
    worker.creditors.save(CREDITOR)
    ladder = tuple(replace(one, channels=story.channels) for one in CAMPAIGN.ladder)
    worker.creditors.save_campaign("rura", replace(CAMPAIGN, ladder=ladder))
    debtor = DebtorDetails(
        id="D-1",
        name="Anna Kowalska",
        first_name="Anna",
        kind=DebtorKind.CONSUMER,
        phones=(Phone(PHONE, may_receive_sms=True),) if story.phone else (),
        emails=(Email(EMAIL),),
    )
    stated = InvoiceStated(
        number="FV/1", debtor=debtor, header=Header(at=ISSUED_AT, amount=Money(123456), due_on=DUE_ON)
    )
    worker.apply_events.apply(CREDITOR, [stated])


@pytest.fixture(scope="module")
def starts(wires: Wires) -> Callable[[str], Sequence[Start]]:
    """Where the messages of a story find the world, from the first that its faults are for; played once."""

    @cache
    def played(name: str) -> Sequence[Start]:
        story, outside = STORIES[name], Outside(NOW)
        outside.sms_ends, outside.email_ends = story.sms_ends, story.email_ends
        journey = Journey(wires, [], outside)
        prepared(story, journey.rivals[0])
        outside.put("tick", {})
        if story.begins == "tick":
            outside.put("tick", {}, after=900)

        def pay(worker: Application) -> None:
            if story.is_paid:
                payment = PaymentReceived(id="p", number="FV/1", debtor_id="D-1", amount=Money(123456), at=NOW)
                worker.apply_events.apply(CREDITOR, [payment])

        return journey.starts(story.begins, pay)

    return played


@pytest.fixture
def travel(wires: Wires) -> Callable[[Start, Fate], Journey]:
    """Plays a story to its end from some message on, with a fate."""

    def play(start: Start, fate: Fate) -> Journey:
        journey = Journey(wires, start.items, start.outside.copy(), fate)
        journey.run()
        return journey

    return play


# --- What must hold whatever the fault was


def check(journey: Journey, story: Story) -> None:
    file = journey.rivals[1].cases.file("rura", "D-1")
    by_key = {one.key: one for one in file.reminders}
    never_twice(journey)
    nothing_lost(journey, by_key)
    places_are_right(journey, file, by_key)
    receipts_are_kept(journey, file)
    if is_harmless(journey.fate):
        ends = dict(zip((ORIGINAL, FALLBACK), story.ends, strict=False))
        assert {key: one.status for key, one in by_key.items()} == ends
        assert not journey.parked


def left(journey: Journey, channel: Channel) -> int:
    """How many messages left over the channel."""
    return (journey.outside.sms if channel is Channel.SMS else journey.outside.emails).total()


def never_twice(journey: Journey) -> None:
    """No message left twice; a request that was lost where nobody could know counts as one that left."""
    for channel, call in CALLS.items():
        assert left(journey, channel) + journey.fate.lost.count(call) <= 1


def nothing_lost(journey: Journey, by_key: Mapping[ReminderKey, Reminder]) -> None:
    """Each reminder, and the fallback of one that failed, has ended where people see it, and says why."""
    assert ORIGINAL in by_key
    assert (FALLBACK in by_key) == (by_key[ORIGINAL].status in {FAILED, BOUNCED})
    assert set(by_key) <= {ORIGINAL, FALLBACK}
    for one in by_key.values():
        assert one.status in (HANDED_OVER if left(journey, one.channel) else NOT_HANDED_OVER)
        assert one.reason or one.status in SPEAKS_FOR_ITSELF
        assert one.lease_until is None
    over = {one.channel for one in by_key.values()}
    assert {channel for channel in CALLS if left(journey, channel)} <= over


def places_are_right(journey: Journey, file: CaseFile, by_key: Mapping[ReminderKey, Reminder]) -> None:
    """One place within the caps for what left, and none for what did not."""
    places = [one.reminder_id for one in file.case.contacts]
    assert places in ([], [ORIGINAL.id])
    if any(left(journey, channel) for channel in CALLS):
        assert places == [ORIGINAL.id]
    elif all(one.status in {SKIPPED, EXPIRED} for one in by_key.values()) and not is_cut_off(journey.fate):
        assert places == []


def receipts_are_kept(journey: Journey, file: CaseFile) -> None:
    """Every report of a carrier is on record once, or dropped because its message is unknown."""
    kept = [receipt.id for one in file.reminders for receipt in one.receipts]
    assert len(kept) == len(set(kept))
    assert not journey.parked
    foreign = journey.outside.foreign
    assert len(kept) + len(foreign) == len(journey.outside.reports)
    if foreign:
        # Only of an SMS whose id nobody heard: its reminder waits for a person.
        assert [one.channel for one in file.reminders if one.status is UNKNOWN] == [Channel.SMS]


def is_cut_off(fate: Fate) -> bool:
    """Whether the worker could not clean up behind itself."""
    return fate.is_dead or fate.fault in FOR_GOOD


def is_harmless(fate: Fate) -> bool:
    """Whether the fault must not cost a message: the worker lives on, and no carrier left it in doubt."""
    return not is_cut_off(fate) and not fate.doubts


@pytest.mark.parametrize("name", STORIES)
def test_the_story_itself(starts: Starts, travel: Travel, name: str) -> None:
    check(travel(starts(name)[0], Fate()), STORIES[name])


@pytest.mark.parametrize(
    ("name", "fault"), [(name, fault) for name in STORIES for fault in FAULTS if name in WHOLE or fault not in SEEN]
)
def test_a_fault_at_every_call(starts: Starts, travel: Travel, name: str, fault: str) -> None:
    for start in starts(name):
        clean = travel(start, Fate())
        calls = clean.fate.calls[: clean.calls_of_first]
        for number, call in enumerate(calls, 1):
            if fault in AT_CARRIERS and call.partition(".")[0] not in CARRIERS and number < len(calls):
                continue
            journey = travel(start, Fate(at=number, fault=fault))
            assert journey.fate.has_struck
            try:
                check(journey, STORIES[name])
            except AssertionError as error:
                error.add_note(f"{fault} at call {number} of {start.queue}: {calls}")
                raise
