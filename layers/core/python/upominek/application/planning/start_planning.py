"""Start the day's campaigns: put their planning on the queue once their time of day has come."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from upominek.application.jobs import PlanJob
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.planning import ProgressRepository
from upominek.application.ports.queues import Queues
from upominek.application.ports.world import Clock
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign, running_order
from upominek.domain.planning.decision import contact_hours


@dataclass(frozen=True, slots=True)
class Started:
    """A campaign whose shards were put on the queue for a local day."""

    creditor: str
    campaign: str
    day: date
    shards: int


@dataclass(frozen=True, slots=True)
class StartPlanning:
    """Ask every campaign of every creditor whether its time has come, and put the shards of those on the queue.

    May be called at any time, any number of times, and end anywhere: a campaign is started at the first call at or
    after its time of day on each contact day, until contact hours end. It is marked only after its jobs are on the
    queue, so after a crash they are put there again; planning a shard twice changes nothing. A contact day on which
    nobody called in time is caught up by the next one's run.

    What comes onto the agenda after that (a file of late invoices, a hold that was released) is looked at by a round of
    its own at the next call: nobody asks the agenda itself whether there is something on it.

    No campaign starts on a closed day: nothing lands there, and what a missed run left would only wait in the outbox
    beside what the next contact day adds.
    """

    creditors: CreditorRepository
    progress: ProgressRepository
    queues: Queues
    clock: Clock

    def __call__(self) -> list[Started]:
        """Start what is due now.

        Raises:
            ExceptionGroup: some creditors could not be looked at; all others were.
        """
        now = self.clock.now()
        started: list[Started] = []
        failures: list[Exception] = []
        for creditor in self.creditors.ids():
            try:
                started.extend(self._start(self.creditors.get(creditor), now))
            except Exception as failure:  # noqa: BLE001 - whatever is wrong with one creditor must not stop the others
                failure.add_note(f"creditor {creditor}")
                failures.append(failure)
        if failures:
            raise ExceptionGroup("campaigns that could not be started", failures)
        return started

    def _start(self, creditor: Creditor, now: datetime) -> Iterator[Started]:
        ran_before: list[tuple[Campaign, date]] = []
        has_started = False
        woken, _ = self.progress.woken(creditor.id)  # before the runs, which then see all that came by this time
        for campaign in running_order(self.creditors.campaigns(creditor.id)):
            day = _day_to_start(creditor, campaign, now)
            if day is None:
                continue
            if (self.progress.started_on(creditor.id, campaign.id) or date.min) >= day:
                ran_before.append((campaign, day))
                continue
            started = self._put(creditor, campaign, day)
            self.progress.set_started_on(creditor.id, campaign.id, day)
            yield started
            has_started = True
        if ran_before:
            yield from self._start_rounds(creditor, ran_before)
        elif has_started and woken is not None:
            self.progress.set_looked_at(creditor.id, woken)  # the day's runs read the agenda as well

    def _start_rounds(self, creditor: Creditor, campaigns: list[tuple[Campaign, date]]) -> Iterator[Started]:
        """Have what came onto the agenda after the day's runs looked at, once."""
        woken, looked = self.progress.woken(creditor.id)
        if woken is None or (looked is not None and woken <= looked):
            return
        for campaign, day in campaigns:
            yield self._put(creditor, campaign, day, agenda_only=True)
        self.progress.set_looked_at(creditor.id, woken)

    def _put(self, creditor: Creditor, campaign: Campaign, day: date, *, agenda_only: bool = False) -> Started:
        shards = creditor.shards[-1]
        self.queues.plan(
            [
                PlanJob(creditor=creditor.id, campaign=campaign.id, shard=shard, day=day, agenda_only=agenda_only)
                for shard in range(shards)
            ]
        )
        return Started(creditor.id, campaign.id, day, shards)


def _day_to_start(creditor: Creditor, campaign: Campaign, now: datetime) -> date | None:
    """The local date, if it is a contact day and between the campaign's time of day and the end of contact hours."""
    hours = contact_hours(creditor, campaign)
    today = hours.local_day(now)
    if not hours.is_contact_day(today):
        return None
    return today if hours.at_local(today, campaign.at) <= now < hours.at_local(today, hours.closes) else None
