"""Record what a carrier reports, and do what it asks for: in any order, any number of times, however late."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, assert_never

from upominek.application.cases.suppression import suppression_fact
from upominek.application.outbox import put_back
from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.planning import LaneStop, ProgressRepository
from upominek.application.ports.queues import Queues
from upominek.application.ports.reminders import ReminderRepository
from upominek.application.receipts.watch_reputation import BounceBrake
from upominek.application.sending.fallback import fallback_of, has_another_address
from upominek.domain.errors import NotFound
from upominek.domain.messages.receipt import UNCLASSIFIED, Action, Receipt, ReceiptKind, receipt_traits
from upominek.domain.messages.reminder import Reminder, ReminderKey, status_after
from upominek.domain.messages.reminder_state import digest_of
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.messages.soft_bounces import (
    GIVEN_UP,
    GIVEN_UP_EN,
    GIVEN_UP_PL,
    MOST,
    REACH,
    in_a_row,
    is_soft,
)
from upominek.domain.values.carrier import Carrier
from upominek.domain.values.unknown import Unknown

WAIT_SECONDS: Final = (5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900)
"""How long a report waits, each time anew, for the record of its message: a good hour in all."""
DELIVERY_WAIT_SECONDS: Final = 600
"""A notice of absence and the delivery that it answers come within seconds or minutes of each other, in any order."""
WAITS: Final = "waits"
"""Where a report on the queue counts how often it has waited for a record."""
HAS_WAITED: Final = "has_waited"
"""Where a report on the queue says that a delivery had its time to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A receipt and the message that it is about.

    Attributes:
        message_id: by which the carrier's reports name it.
        key: the reminder, where the carrier returned our own tags.
        may_arrive: a delivery may be reported all the same, before or after.
        pl, en: what the answer means, for people.
    """

    carrier: Carrier
    receipt: Receipt
    message_id: str
    key: ReminderKey | None = None
    may_arrive: bool = False
    pl: str = ""
    en: str = ""

    @property
    def asks_for_a_look(self) -> bool:
        """Whether a person should see it: nobody here knows the answer, or it means that our set-up is at fault."""
        if isinstance(self.receipt.kind, Unknown) or self.receipt.code == UNCLASSIFIED:
            return True
        match self.receipt.action:
            case Action.ALARM | Action.STOP_LANE | Unknown():
                return True
            case Action.NONE | Action.RETRY_LATER | Action.FALLBACK | Action.SUPPRESS:
                return False
            case _:
                assert_never(self.receipt.action)

    def to_log(self) -> dict[str, Any]:
        """What may be logged: no contact data."""
        receipt = self.receipt
        return {
            "message_id": self.message_id,
            "kind": receipt.kind.value,
            "code": receipt.code,
            "detail": receipt.detail,
            "action": receipt.action.value,
        }


class Recorded(StrEnum):
    """What became of a report."""

    NEW = "new"
    REPEATED = "repeated"
    WAITING = "waiting"  # put back: the message's own record is not there yet
    FOREIGN = "foreign"  # of a message that never was ours: somebody else sends over the same account

    @property
    def is_of_ours(self) -> bool:
        """Whether it is known to be about a message of ours."""
        return self in {Recorded.NEW, Recorded.REPEATED}

    @property
    def metric(self) -> str:
        """What it is counted as: `ReportsNew` …."""
        return f"Reports{self.value.capitalize()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReceipt:
    """Records reports, suppresses addresses, starts fallbacks, stops lanes.

    Attributes:
        brake: is told of each new receipt; whoever records a batch calls it at the end.
        delivery_wait_seconds: how long a delivery has its time to come, where the message may have arrived after all,
            before the next channel is tried.
    """

    creditors: CreditorRepository
    cases: CaseRepository
    reminders: ReminderRepository
    progress: ProgressRepository
    queues: Queues
    brake: BounceBrake
    delivery_wait_seconds: int = DELIVERY_WAIT_SECONDS

    def __call__(self, report: Report, body: Mapping[str, object]) -> Recorded:
        """Record the report; idempotent, so that a crash at any point is mended by the next delivery.

        Args:
            body: the message as it came from the queue; put back as it is while the reminder is not known yet, and
                while a delivery may still come.

        Raises:
            NotFound: after a good hour there is still no such message, though the carrier returned our own tags.
        """
        receipt = report.receipt
        try:
            key, changed = self._apply(report)
        except NotFound:
            if self._put_back(body):
                return Recorded.WAITING
            if report.key is None:
                # All that is sent over an account is reported to all who ask: one-time codes of a shop, another stack.
                return Recorded.FOREIGN
            raise
        if changed is not None:
            self.brake.note(changed, receipt)
        if receipt.action is not Action.NONE:
            # A repetition is acted upon too: the first time may have ended between the record and the action.
            self._act(changed or self.reminders.get(key), report, body, is_new=changed is not None)
        return Recorded.REPEATED if changed is None else Recorded.NEW

    def _apply(self, report: Report) -> tuple[ReminderKey, Reminder | None]:
        receipt, status = report.receipt, status_after(report.receipt)
        if report.key is not None:
            with suppress(NotFound):
                return report.key, self.reminders.apply_receipt(report.key, receipt, status)
        # Where our own tags lead nowhere, the record is yet to come, or the person was erased from the case since.
        key = self._find(report)
        return key, self.reminders.apply_receipt(key, receipt, status)

    def _find(self, report: Report) -> ReminderKey:
        message_id = report.message_id
        key = self.reminders.find_by_message(report.carrier, message_id)
        if key is None:
            raise NotFound(
                "message_not_found",
                pl=f"Nie ma przypomnienia o numerze wiadomości {message_id}.",
                en=f"No reminder has the message id {message_id}.",
            )
        return key

    def _put_back(self, body: Mapping[str, object]) -> bool:
        """Let the report wait, as it may be faster than the record of its message; False after the last wait."""
        waits = body.get(WAITS, 0)
        if not isinstance(waits, int) or waits >= len(WAIT_SECONDS):
            return False
        self.queues.receipts([{**body, WAITS: waits + 1}], delay_seconds=WAIT_SECONDS[waits])
        return True

    def _act(self, reminder: Reminder, report: Report, body: Mapping[str, object], *, is_new: bool) -> None:
        receipt = report.receipt
        if not is_new and any(one.id == receipt.id and one.at != receipt.at for one in reminder.receipts):
            return  # the same was said before at another time, and acted upon then: a loop of hundreds is one event
        self._obey(reminder, report, is_new=is_new)
        if not _asks_for_fallback(reminder, receipt):
            return
        if report.may_arrive and not body.get(HAS_WAITED):
            # Whichever of the two was reported first, the delivery is known when this comes again.
            self.queues.receipts([{**body, HAS_WAITED: True}], delay_seconds=self.delivery_wait_seconds)
            return
        self._give_up_address(reminder)
        is_elsewhere = _concerns_the_address(receipt) and has_another_address(reminder, self.cases)
        campaigns = self.creditors.campaigns(reminder.key.creditor)
        fallback = fallback_of(reminder, campaigns, to_next_address=is_elsewhere)
        if fallback is not None:
            put_back(self.queues, fallback)

    def _obey(self, reminder: Reminder, report: Report, *, is_new: bool) -> None:
        """Do what the answer asks for."""
        receipt, key, digest = report.receipt, reminder.key, digest_of(reminder)
        action = receipt.action
        match action:
            case Action.SUPPRESS:
                if digest:
                    fact = suppression_fact(reminder, receipt.at, code=receipt.code, pl=report.pl, en=report.en)
                    self.cases.suppress(key.creditor, key.debtor, digest, fact)
            case Action.STOP_LANE:
                if is_new:
                    stop = LaneStop(reminder.carried_by, receipt.at, receipt.code, receipt.detail)
                    self.progress.stop_lane(key.creditor, stop)
            case Action.NONE | Action.RETRY_LATER | Action.FALLBACK | Action.ALARM | Unknown():
                pass  # what did not arrive takes the next channel, whatever else was asked for
            case _:
                assert_never(action)

    def _give_up_address(self, reminder: Reminder) -> None:
        """Suppress an address that came back softly once too often. A read of some months, where one came back."""
        key, digest = reminder.key, digest_of(reminder)
        if digest is None or not is_soft(reminder):
            return
        # Another campaign may have written since the day of this one's plan.
        seen = self.reminders.since(key.creditor, key.debtor, key.day - REACH, key.day + REACH)
        if in_a_row(seen, digest) < MOST:
            return
        at = reminder.reason_at or reminder.claimed_at
        fact = suppression_fact(reminder, at, code=GIVEN_UP, pl=GIVEN_UP_PL, en=GIVEN_UP_EN)
        self.cases.suppress(key.creditor, key.debtor, digest, fact)


def _concerns_the_address(receipt: Receipt) -> bool:
    """Whether another address of the channel may fare better: not where our text or set-up is refused for all.

    What came back was refused by the server or the mailbox of this one address, whatever for.
    """
    if receipt.kind in {ReceiptKind.BOUNCED, ReceiptKind.RETURNED}:
        return True
    return receipt.action in {Action.RETRY_LATER, Action.SUPPRESS}


def _asks_for_fallback(reminder: Reminder, receipt: Receipt) -> bool:
    """Whether the message did not arrive and may try the next channel.

    Who complained has received it, and who opted out wants no other channel of ours in its place. A notice of absence
    after an arrival changes nothing: the reminder is still `delivered`. What came back after its delivery did not
    arrive. What was redacted is long over, or nobody's any more.
    """
    if reminder.redacted_at is not None:
        return False
    failed = {ReminderStatus.FAILED, ReminderStatus.BOUNCED}
    return receipt_traits(receipt.kind).has_failed and reminder.status in failed
