"""What needs a look: what stopped on its way, queues, dead letters, stopped lanes, e-mail that comes back."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from upominek.application.intake.import_file import DISCARDED, FAILED, OVERTAKEN, WAITING
from upominek.application.operations.check_health import CheckHealth
from upominek.application.operations.manage_lanes import ManageLanes
from upominek.application.planning.find_unreached import FindUnreached
from upominek.application.ports.administration import QueueLoad, QueueMonitor, WorkQueue
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.intake import ImportRecord
from upominek.application.ports.operations import HealthRepository
from upominek.application.ports.planning import LaneStop, ProgressRepository
from upominek.application.ports.world import Clock
from upominek.application.receipts.watch_reputation import Braked
from upominek.domain.messages.sender_reputation import ReputationGuard
from upominek.domain.operations.health import Found, Health, Trouble
from upominek.domain.planning.unreached_sums import UnreachedSums
from upominek.domain.values.unknown import Unknown

OLD: Final = timedelta(hours=3)
"""The sweep comes by the hour."""
COUNTED_FOR: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditorHealth:
    """What is known of one creditor.

    Attributes:
        is_sweep_late: whether the hourly sweep does not run.
        started: the day for which each campaign was last started.
        found: troubles of which there are some.
        unreached: what no step will reach; no trouble, but what somebody should know.
        unreached_at: when it was counted.
        imports: files that wait for a person, and the newest one where it has failed.
    """

    creditor: str
    swept_at: datetime
    is_sweep_late: bool
    started: Mapping[str, date]
    found: Mapping[Trouble | Unknown, Found]
    stops: tuple[LaneStop, ...]
    braked: Braked
    unreached: UnreachedSums
    unreached_at: datetime
    imports: tuple[ImportRecord, ...]

    @property
    def is_well(self) -> bool:
        """Whether nothing of it needs a look."""
        is_braked = self.braked.brake is not ReputationGuard.FREE
        return not (self.found or self.stops or self.imports or self.is_sweep_late or is_braked)


@dataclass(frozen=True, slots=True)
class QueueHealth:
    """What is known of one queue; None where there is nothing to know."""

    load: QueueLoad | None
    oldest_seconds: int | None
    dead_letters: int


@dataclass(frozen=True, slots=True)
class StackHealth:
    """What is known of a whole stack."""

    creditors: tuple[CreditorHealth, ...]
    queues: Mapping[WorkQueue, QueueHealth]

    @property
    def is_well(self) -> bool:
        """Whether nothing needs a look."""
        return all(one.is_well for one in self.creditors) and not any(one.dead_letters for one in self.queues.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowHealth:
    """Tells what the newest sweep found, and sweeps where that was long ago.

    Attributes:
        keeps_pace: whether the hourly sweep keeps up with the clock. That of the embedded stack is moved by hours and
            days, which no schedule keeps up with.
    """

    creditors: CreditorRepository
    progress: ProgressRepository
    health: HealthRepository
    sweep: CheckHealth
    find_unreached: FindUnreached
    lanes: ManageLanes
    queues: QueueMonitor
    clock: Clock
    keeps_pace: bool

    def __call__(self, creditor: str | None = None, *, anew: bool = False) -> StackHealth:
        """How things stand, of one creditor or of all.

        Args:
            anew: look at everything now, instead of telling what the last sweep found.

        Raises:
            NotFound: there is no such creditor.
        """
        creditors: Iterable[str] = [self.creditors.get(creditor).id] if creditor else self.creditors.ids()
        known = tuple(self._creditor(one, anew=anew) for one in creditors)
        return StackHealth(known, {queue: self._queue(queue) for queue in WorkQueue})

    def _queue(self, queue: WorkQueue) -> QueueHealth:
        of = self.queues
        return QueueHealth(of.load(queue), of.oldest_seconds(queue), of.dead(queue))

    def _creditor(self, creditor: str, *, anew: bool) -> CreditorHealth:
        found = self.health.get(creditor)
        is_fresh = found is not None and timedelta() <= self.clock.now() - found.at < OLD
        is_late = found is not None and not is_fresh and self.keeps_pace
        if anew or found is None or not is_fresh:
            found = self.sweep.of(creditor, anew=anew)
        unreached, counted_at = self._unreached(found, anew=anew)
        started = {one.id: self.progress.started_on(creditor, one.id) for one in self.creditors.campaigns(creditor)}
        return CreditorHealth(
            creditor=creditor,
            swept_at=found.at,
            is_sweep_late=is_late,
            started={campaign: day for campaign, day in started.items() if day},
            found={trouble: some for trouble, some in found.found.items() if some.count},
            stops=tuple(self.progress.lane_stops(creditor).values()),
            braked=self.lanes.braked(creditor),
            unreached=unreached,
            unreached_at=counted_at,
            imports=tuple(self._imports(creditor)),
        )

    def _imports(self, creditor: str) -> Iterator[ImportRecord]:
        """Without these files what is known of payments grows old, and nobody hears of it by himself."""
        for place, one in enumerate(self.sweep.imports.recent(creditor)):
            was_given_up = one.error_code in {DISCARDED, OVERTAKEN}
            if one.state == WAITING or (place == 0 and one.state == FAILED and not was_given_up):
                yield one

    def _unreached(self, found: Health, *, anew: bool) -> tuple[UnreachedSums, datetime]:
        """What no step will reach, and when it was counted: at most once a day, unless somebody wants it now."""
        now, known, at = self.clock.now(), found.unreached, found.unreached_at
        if not anew and known is not None and at is not None and timedelta() <= now - at < COUNTED_FOR:
            return known, at
        counted = self.find_unreached.sums(found.creditor)
        newest = self.health.get(found.creditor) or found  # a sweep may have come meanwhile
        self.health.save(replace(newest, unreached=counted, unreached_at=now))
        return counted, now
