"""How far plans have come, stopped lanes, manifests."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from upominek.application.jobs import Planned
from upominek.domain.messages.sender_reputation import ReputationCounts
from upominek.domain.values.carrier import Carrier


@dataclass(frozen=True, slots=True)
class LaneStop:
    """A creditor's lane over a carrier: it stands still until a person mends the cause and reopens it."""

    carrier: Carrier
    at: datetime
    code: str
    detail: str = ""


class ProgressRepository(Protocol):
    """How far the runs have come, and which lanes stand still."""

    def planned_through(self, creditor: str, campaign: str, shard: int) -> date | None:
        """The last day of which the shard was planned completely."""
        ...

    def set_planned_through(self, creditor: str, campaign: str, shard: int, day: date) -> None:
        """Move the cursor forward; never back."""
        ...

    def started_on(self, creditor: str, campaign: str) -> date | None:
        """The last day for which the campaign's shards were put on the queue."""
        ...

    def set_started_on(self, creditor: str, campaign: str, day: date) -> None:
        """Remember it; never back."""
        ...

    def wake(self, creditor: str, at: datetime) -> None:
        """Note that something came onto the agenda at this UTC time."""
        ...

    def woken(self, creditor: str) -> tuple[datetime | None, datetime | None]:
        """When something last came onto the agenda, and up to when it was looked at."""
        ...

    def set_looked_at(self, creditor: str, woken_at: datetime) -> None:
        """Remember that all that had come by then is being looked at."""
        ...

    def lane_stops(self, creditor: str) -> Mapping[Carrier, LaneStop]:
        """The stopped lanes of the creditor, by carrier: an account at fault stops no other."""
        ...

    def stop_lane(self, creditor: str, stop: LaneStop) -> None:
        """Stop a lane; the first reason stays."""
        ...

    def reopen_lane(self, creditor: str, carrier: Carrier) -> None:
        """Let it run again. Idempotent.

        Everything counted of the carrier until now is forgotten: it would stop the lane again at once.
        """
        ...

    def count(self, creditor: str, carrier: Carrier, hour: datetime, tally: ReputationCounts, token: str) -> None:
        """Add to what became of the creditor's messages over a carrier in this hour, by one write.

        Args:
            token: of this addition; one that is repeated right after itself is not added again.
        """
        ...

    def counted(self, creditor: str, carrier: Carrier, first: datetime) -> ReputationCounts:
        """What was counted since this hour, consistent. Hours are forgotten after some days."""
        ...


class ManifestStore(Protocol):
    """Which reminders each day's runs put on the outbox: all of them, since nothing is sent before it is written here.

    Manifests are dropped some time after their day; nothing else ever scans for reminders.
    """

    def write(self, creditor: str, day: date, entries: Sequence[Planned]) -> None:
        """Add to the day's manifest, durably. Idempotent; entries may have been written before, with others."""
        ...

    def days(self, creditor: str) -> list[date]:
        """The days with a manifest, ascending."""
        ...

    def read(self, creditor: str, day: date) -> Iterator[Planned]:
        """The day's reminders, each once, in no particular order; empty where there is no manifest.

        Originals, not fallbacks: the fallback's key derives from the same creditor, campaign, debtor and day.
        """
        ...
