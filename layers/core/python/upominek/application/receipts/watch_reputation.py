"""Count what becomes of each creditor's e-mails, and stop its lane before the carrier stops the account.

A receipt is counted when it is new to its reminder. What a batch of receipts adds is written by one update for each
creditor and carrier, so counting costs a fraction of a write unit for each e-mail. A worker that dies between a
receipt's record and the update leaves its batch uncounted; nothing is ever counted twice.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from upominek.application.ports.carriers import Carriers
from upominek.application.ports.planning import LaneStop, ProgressRepository
from upominek.application.ports.world import Clock, IdFactory
from upominek.domain.messages.receipt import Receipt
from upominek.domain.messages.reminder import Reminder
from upominek.domain.messages.sender_reputation import ReputationCounts, ReputationGuard, first_hour, hour_of, tally_of
from upominek.domain.values.carrier import Carrier

REASON: Final = "bounce-brake"
"""Why the lane stands still."""


class Braked(NamedTuple):
    """A creditor whose tally asks for a person."""

    creditor: str
    carrier: Carrier
    tally: ReputationCounts
    brake: ReputationGuard

    @property
    def metric(self) -> str:
        """What it is counted as; the alarms know these names."""
        return f"EmailBrake{self.brake.value.capitalize()}"

    def to_log(self) -> dict[str, Any]:
        """What may be logged."""
        return {"creditor": self.creditor, "brake": self.brake.value, "figures": self.tally.figures}


class _Unwritten(NamedTuple):
    creditor: str
    carrier: Carrier
    hour: datetime
    tally: ReputationCounts
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceBrake:
    """The brakes of all creditors, as one process sees them."""

    progress: ProgressRepository
    clock: Clock
    ids: IdFactory
    carriers: Carriers
    _noted: defaultdict[tuple[str, Carrier], ReputationCounts] = field(
        default_factory=lambda: defaultdict(ReputationCounts), init=False, repr=False
    )
    _unwritten: list[_Unwritten] = field(default_factory=list, init=False, repr=False)

    def note(self, reminder: Reminder, receipt: Receipt) -> None:
        """Remember a receipt that was new to the reminder."""
        carrier = reminder.carried_by
        if not self.carriers.traits(carrier).has_reputation:
            return
        tally = tally_of(reminder, receipt)
        if tally != ReputationCounts():
            self._noted[reminder.key.creditor, carrier] += tally

    def __call__(self) -> list[Braked]:
        """Count what was noted, and brake where it is time.

        Returns:
            Whom to warn of or to stop. Only a bounce or a complaint makes it look.

        Raises:
            Unavailable: what is not written yet is written the next time, by this process.
        """
        hour = hour_of(self.clock.now())
        while self._noted:
            (creditor, carrier), tally = self._noted.popitem()
            self._unwritten.append(_Unwritten(creditor, carrier, hour, tally, self.ids.new()))
        seen = []
        while self._unwritten:
            self.progress.count(*self._unwritten[-1])
            written = self._unwritten.pop()
            if written.tally.is_bad:
                seen.append(self._look(written.creditor, written.carrier))
        return [one for one in seen if one.brake is not ReputationGuard.FREE]

    def _look(self, creditor: str, carrier: Carrier) -> Braked:
        now = self.clock.now()
        tally = self.progress.counted(creditor, carrier, first_hour(now))
        if tally.brake is ReputationGuard.STOP:
            self.progress.stop_lane(creditor, LaneStop(carrier, now, REASON, tally.figures))
        return Braked(creditor, carrier, tally, tally.brake)
