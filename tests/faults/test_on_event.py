"""A message on an event, on the day of a reminder: a fault at every call of its sender, and both go their way."""

from collections.abc import Iterator

import pytest

from tests.faults import journey as journeys
from tests.faults.journey import Journey, Start
from tests.faults.outside import Outside
from tests.faults.test_send_path import STORIES, Wires, is_cut_off, is_harmless, prepared
from tests.faults.wire import AT_CARRIERS, CARRIERS, FAULTS, Fate
from tests.worlds.stage import CREDITOR, DUE_ON, ISSUED_AT, ITEM, NOW
from tests.worlds.thank_you import PAID, TEXTS, THANKS, thanking
from upominek.application.jobs import Planned
from upominek.application.outbox import Outbox
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.parties.debtor import DebtorDetails
from upominek.domain.receivables.events import Header, InvoiceStated

ON_RECORD = frozenset({ReminderStatus.SENT, ReminderStatus.DELIVERED, ReminderStatus.FAILED, ReminderStatus.UNKNOWN})


@pytest.fixture(scope="module", autouse=True)
def _thanking() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, thanking():
        patch.setattr(journeys, "RENDERER", TEXTS)
        yield


@pytest.fixture(scope="module")
def start(wires: Wires) -> Start:
    """FV/2 is paid; the thanks for it are next on the queue, twice, and the day's reminder of FV/1 after them."""
    outside = Outside(NOW)
    journey = Journey(wires, [], outside)
    worker = journey.rivals[0]
    prepared(STORIES["sms"], worker)
    header = Header(at=ISSUED_AT, amount=PAID.amount, due_on=DUE_ON)
    stated = InvoiceStated(number="FV/2", debtor=DebtorDetails(id="D-1"), header=header)
    worker.apply_events.apply(CREDITOR, [stated, PAID])
    Outbox(worker.queues, worker.manifests).put([[THANKS, THANKS], [ITEM]])
    assert set(worker.manifests.read("rura", ITEM.day)) == {Planned.of(THANKS), Planned.of(ITEM)}
    return journey.starts("sms_queue_url")[0]


def play(wires: Wires, start: Start, fate: Fate) -> Journey:
    journey = Journey(wires, start.items, start.outside.copy(), fate)
    journey.run()
    return journey


def check(journey: Journey) -> None:
    file = journey.rivals[1].cases.file("rura", "D-1")
    by_key = {one.key: one for one in file.reminders}
    # Each once: what left, and what was lost where nobody could know, which counts as left.
    assert journey.outside.sms.total() + journey.fate.lost.count("sns.Publish") <= 2
    assert {THANKS.key, ITEM.key} <= by_key.keys()
    assert by_key[ITEM.key].status is ReminderStatus.DELIVERED
    assert by_key[THANKS.key].status in ON_RECORD
    assert [one.reminder_id for one in file.case.contacts] == [ITEM.key.id]
    notices = [one.reminder_id for one in file.case.notices]
    assert notices == [THANKS.key.id] or (notices == [] and is_cut_off(journey.fate))
    if is_harmless(journey.fate):
        assert by_key[THANKS.key].status is ReminderStatus.DELIVERED
        assert not journey.parked


def test_without_a_fault_both_arrive(wires: Wires, start: Start) -> None:
    check(play(wires, start, Fate()))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_every_call(wires: Wires, start: Start, fault: str) -> None:
    clean = play(wires, start, Fate())
    calls = clean.fate.calls[: clean.calls_of_first]
    assert calls
    for number, call in enumerate(calls, 1):
        if fault in AT_CARRIERS and call.partition(".")[0] not in CARRIERS:
            continue
        journey = play(wires, start, Fate(at=number, fault=fault))
        assert journey.fate.has_struck
        try:
            check(journey)
        except AssertionError as error:
            error.add_note(f"{fault} at call {number}: {calls}")
            raise
