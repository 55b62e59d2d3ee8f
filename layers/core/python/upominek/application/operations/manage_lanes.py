"""Lanes as a person keeps them: which stand still and why, whose e-mail is close to it, stop one, let it run again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from upominek.application.ports.carriers import Carriers
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.planning import LaneStop, ProgressRepository
from upominek.application.ports.world import Clock
from upominek.application.receipts.watch_reputation import Braked
from upominek.domain.messages.sender_reputation import ReputationGuard, first_hour
from upominek.domain.parties.actor import Actor
from upominek.domain.values.carrier import Carrier
from upominek.domain.values.channel import Channel
from upominek.domain.values.words import LONGEST_LINE, check_length

BY_HAND: Final = "by-hand"
"""Why a lane stands still that a person stopped."""


@dataclass(frozen=True, slots=True)
class ManageLanes:
    """The lanes of all creditors."""

    creditors: CreditorRepository
    progress: ProgressRepository
    clock: Clock
    carriers: Carriers

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
        """How the brake of one creditor stands; a lane that it stopped may meanwhile look better than it did.

        Of several carriers with a brake, it is that of the worst.
        """
        first = first_hour(self.clock.now())
        with_brake = [one for one in self.carriers.known() if self.carriers.traits(one).has_reputation]
        tallies = {one: self.progress.counted(creditor, one, first) for one in with_brake}
        found = [Braked(creditor, one, tally, tally.brake) for one, tally in tallies.items()]
        return max(found, key=lambda one: list(ReputationGuard).index(one.brake))

    def stop(self, actor: Actor, creditor: str, lane: Channel | Carrier, reason: str = "") -> Carrier:
        """Let nothing more out; workers believe for half a minute that it runs. What waits stays on its queue.

        Args:
            lane: the carrier, or the channel whose carrier the creditor chose.

        Returns:
            The carrier over which nothing goes now.

        Raises:
            NotFound: there is no such creditor.
            InvalidValue: `text_too_long`.
        """
        carrier = self._carrier(actor, creditor, lane)
        check_length(reason, LONGEST_LINE)
        self.progress.stop_lane(creditor, LaneStop(carrier, self.clock.now(), BY_HAND, reason))
        return carrier

    def reopen(self, actor: Actor, creditor: str, lane: Channel | Carrier) -> Carrier:
        """Let it run again; where there is a brake, what was counted before no longer counts. Idempotent.

        Args, Returns, Raises: as `stop`.
        """
        carrier = self._carrier(actor, creditor, lane)
        self.progress.reopen_lane(creditor, carrier)
        return carrier

    def _carrier(self, actor: Actor, creditor: str, lane: Channel | Carrier) -> Carrier:
        actor.require(creditor)
        chosen = self.creditors.get(creditor).carriers
        return chosen.of(lane) if isinstance(lane, Channel) else lane
