"""Lanes as a person keeps them: which stand still and why, whose e-mail is close to it, stop one, let it run again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.planning import LaneStop, ProgressRepository
from upominek.application.ports.world import Clock
from upominek.application.receipts.watch_reputation import Braked
from upominek.domain.messages.sender_reputation import ReputationGuard, first_hour
from upominek.domain.parties.actor import Actor
from upominek.domain.values.channel import Channel

BY_HAND: Final = "by-hand"
"""Why a lane stands still that a person stopped."""


@dataclass(frozen=True, slots=True)
class ManageLanes:
    """The lanes of all creditors."""

    creditors: CreditorRepository
    progress: ProgressRepository
    clock: Clock

    def stopped(self) -> Iterator[tuple[str, LaneStop]]:
        """What stands still, by creditor."""
        for creditor in self.creditors.ids():
            for stop in self.progress.lane_stops(creditor).values():
                yield creditor, stop

    def braking(self) -> Iterator[Braked]:
        """Creditors whose e-mails of the last 24 hours are a reason to warn, or to stop."""
        for creditor in self.creditors.ids():
            if (braked := self.braked(creditor)).brake is not ReputationGuard.FREE:
                yield braked

    def braked(self, creditor: str) -> Braked:
        """How the brake of one creditor stands; a lane that it stopped may meanwhile look better than it did."""
        tally = self.progress.counted(creditor, first_hour(self.clock.now()))
        return Braked(creditor, tally, tally.brake)

    def stop(self, actor: Actor, creditor: str, channel: Channel, reason: str = "") -> None:
        """Let nothing more out; workers believe for half a minute that it runs. What waits stays on its queue.

        Raises:
            NotFound: there is no such creditor.
        """
        actor.require(creditor)
        self.creditors.get(creditor)
        self.progress.stop_lane(creditor, LaneStop(channel, self.clock.now(), BY_HAND, reason))

    def reopen(self, actor: Actor, creditor: str, channel: Channel) -> None:
        """Let it run again; of e-mail, what was counted before no longer counts. Idempotent.

        Raises:
            NotFound: there is no such creditor.
        """
        actor.require(creditor)
        self.creditors.get(creditor)
        self.progress.reopen_lane(creditor, channel)
