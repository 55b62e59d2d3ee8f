"""The sweep: find what stopped on its way without a word, before somebody else does.

Nothing here scans. The manifests say which reminders there must be, the due index and the pure planner say who should
have heard something, and each creditor has one small item that says what was looked at, and when to look again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from upominek.application.intake.import_file import APPLYING, CHECKING
from upominek.application.operations.check_day import CheckDay
from upominek.application.operations.find_missed_steps import FindMissedSteps
from upominek.application.planning.shard_run import planned_through
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.intake import ImportRecord, ImportRepository
from upominek.application.ports.operations import HealthRepository
from upominek.application.ports.planning import ManifestStore, ProgressRepository
from upominek.application.ports.world import Clock
from upominek.domain.operations.health import DayLook, Finds, Found, Health, Seen, Trouble, demands_of
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign, in_force
from upominek.domain.planning.decision import contact_hours
from upominek.domain.values.span import ONE_DAY

LOOK_BACK: Final = timedelta(days=4)
"""So long after a reminder's lifetime its receipt is overdue too; what is older is told no more, but by its case."""
STEP_DAYS: Final = 3
"""Contact days before today of which the plan is made once more."""
STOPPED_AFTER: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Swept:
    """What is known of all creditors after a sweep, and why some could not be looked at."""

    known: list[Health]
    failures: list[Exception]

    @property
    def troubles(self) -> dict[Trouble, int]:
        """How much of each trouble over all creditors, as far as there is any."""
        counts = {trouble: sum(one.found[trouble].count for one in self.known) for trouble in Trouble}
        return {trouble: count for trouble, count in counts.items() if count}

    @property
    def awaited(self) -> int:
        """Messages whose receipt has come, or should have by now."""
        return sum(one.awaited for one in self.known)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckHealth:
    """Looks at every creditor, and keeps what it found.

    Changes no reminder, case or invoice: a claim whose worker died is closed by the sender that meets it again. May be
    called at any time, by two at once, and end anywhere; what was not looked at is looked at the next time.
    """

    creditors: CreditorRepository
    progress: ProgressRepository
    imports: ImportRepository
    manifests: ManifestStore
    health: HealthRepository
    check_day: CheckDay
    missed_steps: FindMissedSteps
    clock: Clock

    def __call__(self, *, has_time: Callable[[], bool] = lambda: True) -> Swept:
        """Look at what is due to be looked at, those first who have waited longest.

        Args:
            has_time: whether there is time left to begin with something that may take minutes.

        Returns:
            What is known of every creditor, also of those for whom there was no time or who could not be looked at.
        """
        known = {one: self.health.get(one) for one in self.creditors.ids()}
        failures: list[Exception] = []
        for creditor, _ in sorted(known.items(), key=_waiting_longest):
            if not has_time():
                break
            try:
                known[creditor] = self.of(creditor, has_time=has_time)
            except Exception as failure:  # noqa: BLE001 - whatever is wrong with one creditor must not hide the others
                failure.add_note(f"creditor {creditor}")
                failures.append(failure)
        return Swept([one for one in known.values() if one is not None], failures)

    def of(self, creditor: str, *, anew: bool = False, has_time: Callable[[], bool] = lambda: True) -> Health:
        """Look at one creditor.

        Args:
            anew: look at everything, whenever it was looked at before.

        Raises:
            NotFound: there is no such creditor.
        """
        owner, now = self.creditors.get(creditor), self.clock.now()
        before = self.health.get(creditor)
        if before is None or before.at > now:  # where the clock can be moved, it can be set back
            before = Health(creditor=creditor, at=now)
        pass_ = _Pass(self, owner, in_force(self.creditors.campaigns(creditor)), before, now, has_time, anew)
        after = pass_.health()
        self.health.save(after)
        return after


@dataclass(frozen=True, slots=True)
class _Pass:
    """One look at one creditor."""

    sweep: CheckHealth
    creditor: Creditor
    campaigns: tuple[Campaign, ...]
    before: Health
    now: datetime
    has_time: Callable[[], bool]
    anew: bool

    def health(self) -> Health:
        written = self.sweep.manifests.days(self.creditor.id)
        through = {one.id: self._through(one) for one in self.campaigns}
        known = {one.id: self._seen(one, through[one.id]) for one in self.campaigns}
        importing = {one.id: self._progress(one) for one in self._unfinished()}
        return Health(
            creditor=self.creditor.id,
            at=self.now,
            days=self._days(written),
            steps=self._steps(written, through, known),
            runs=self._missed_runs(through, known),
            imports=self._stopped(importing),
            importing=importing,
            campaigns=known,
            unreached=self.before.unreached,
            unreached_at=self.before.unreached_at,
        )

    # --- What became of the reminders ---------------------------------------------------------------------------------

    def _days(self, written: Iterable[date]) -> dict[date, DayLook]:
        first = self.creditor.hours.local_day(self.now) - self.creditor.message_lifetime - LOOK_BACK
        looks = {}
        for day in written:
            known = self.before.days.get(day)
            is_due = self.anew or known is None or (known.again_at is not None and known.again_at <= self.now)
            if day >= first and is_due and self.has_time():
                known = self.sweep.check_day(self.creditor, self.campaigns, day, self.now)
            if day >= first and known is not None:
                looks[day] = known
        return looks

    # --- Runs, and steps that they should have found ------------------------------------------------------------------

    def _through(self, campaign: Campaign) -> list[date | None]:
        shards = range(self.creditor.shards[-1])
        return [planned_through(self.sweep.progress, self.creditor, campaign, shard) for shard in shards]

    def _seen(self, campaign: Campaign, through: Sequence[date | None]) -> Seen:
        """What the campaign asks for, and since when."""
        mark, seen = demands_of(self.creditor, campaign), self.before.campaigns.get(campaign.id)
        if seen is not None and seen.mark == mark:
            return seen
        ran_before_anybody_looked = not self.before.campaigns and any(through)
        return Seen(mark, None if ran_before_anybody_looked else self.now)

    def _missed_runs(self, through: Mapping[str, Sequence[date | None]], known: Mapping[str, Seen]) -> Found:
        finds = Finds()
        for campaign in self.campaigns:
            day = self._contact_days(campaign, 1)[0]
            if self._has_changed_since(campaign, known[campaign.id], day):
                continue
            for shard, last in enumerate(through[campaign.id]):
                if (last or date.min) < day:
                    told = {"day": day.isoformat(), "campaign": campaign.id, "shard": str(shard)}
                    finds.add(Trouble.RUN_MISSED, **told, planned_through=last.isoformat() if last else "")
        return finds.of(Trouble.RUN_MISSED)

    def _steps(
        self,
        written: Sequence[date],
        through: Mapping[str, Sequence[date | None]],
        known: Mapping[str, Seen],
    ) -> dict[str, Found]:
        runs = [(day, one) for one in self.campaigns for day in self._contact_days(one, STEP_DAYS)]
        steps: dict[str, Found] = {}
        manifest: tuple[date, frozenset[str]] | None = None
        for day, campaign in sorted(runs, key=lambda run: (run[0], run[1].id)):
            name = f"{campaign.id}/{day.isoformat()}"
            if name in self.before.steps and not self.anew:
                steps[name] = self.before.steps[name]
            elif self._is_over(campaign, day, through[campaign.id], known[campaign.id], written) and self.has_time():
                if manifest is None or manifest[0] != day:
                    planned = self.sweep.manifests.read(self.creditor.id, day)
                    manifest = day, frozenset(one.key.id for one in planned)
                steps[name] = self.sweep.missed_steps(self.creditor, self.campaigns, campaign, day, manifest[1])
        return steps

    def _is_over(
        self, campaign: Campaign, day: date, through: Sequence[date | None], known: Seen, written: Sequence[date]
    ) -> bool:
        """Whether every shard was planned on the day, and by what the campaign asks for now.

        How far a shard was planned tells nothing of when it began: a first run takes only what lands on its own day. So
        of a day before the last one there must be a trace.
        """
        first = min(last or date.min for last in through)
        if first < day or self._has_changed_since(campaign, known, day):
            return False
        return first == day or known.since is not None or any(one <= day for one in written)

    def _has_changed_since(self, campaign: Campaign, known: Seen, day: date) -> bool:
        planned_at = contact_hours(self.creditor, campaign).at_local(day, campaign.at)
        return known.since is not None and known.since >= planned_at

    def _contact_days(self, campaign: Campaign, number: int) -> list[date]:
        """The last contact days before today, newest first."""
        hours = contact_hours(self.creditor, campaign)
        days = [hours.local_day(self.now)]
        for _ in range(number):
            days.append(hours.last_contact_day(days[-1] - ONE_DAY))
        return days[1:]

    # --- Imports ------------------------------------------------------------------------------------------------------

    def _unfinished(self) -> list[ImportRecord]:
        """Among the newest imports and those that were unfinished before."""
        recent = {one.id: one for one in self.sweep.imports.recent(self.creditor.id)}
        for known in self.before.importing.keys() - recent.keys():
            recent[known] = self.sweep.imports.get(self.creditor.id, known)
        return [one for one in recent.values() if one.state in {CHECKING, APPLYING}]

    def _progress(self, record: ImportRecord) -> Seen:
        mark = f"{record.state} {len(record.checked)} {len(record.applied)}"
        seen = self.before.importing.get(record.id)
        if seen is None:
            return Seen(mark, record.started_at)
        return seen if seen.mark == mark else Seen(mark, self.now)

    def _stopped(self, importing: Mapping[str, Seen]) -> Found:
        finds = Finds()
        for name, seen in importing.items():
            if seen.since is not None and self.now >= seen.since + STOPPED_AFTER:
                finds.add(Trouble.IMPORT_STOPPED, **{"import": name, "since": seen.since.isoformat()})
        return finds.of(Trouble.IMPORT_STOPPED)


def _waiting_longest(known: tuple[str, Health | None]) -> tuple[bool, str, str]:
    creditor, health = known
    return health is not None, health.at.isoformat() if health else "", creditor
