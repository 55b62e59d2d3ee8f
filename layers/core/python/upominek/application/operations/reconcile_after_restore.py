"""After the table was restored to an earlier time: what went out since then must not go out again.

The table of that time knows nothing of what was sent later, but the manifests and the files of letters do: they are not
in the table. What a run put on the outbox in the gap, or shortly before, and has no record now, may have been handed
over; nobody knows. So it is recorded as `unknown`, as after a worker's death: a late receipt settles it, or a person
looks at it. What still waited on a queue is among these and does not go: better late than twice.

The creditor's lanes stand still from the first moment on. What came in since then (payments above all) is not in the
table either; it has to be brought in again before a person reopens them.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import chain, islice
from typing import Any, Final

from upominek.application.jobs import Planned
from upominek.application.ports.carriers import Carriers
from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.files import FileStore, ReadTable
from upominek.application.ports.letters import LetterRepository
from upominek.application.ports.planning import LaneStop, ManifestStore, ProgressRepository
from upominek.application.ports.reminders import ReminderRepository
from upominek.application.ports.world import Clock
from upominek.application.sending.fallback import fallback_of, has_another_address
from upominek.domain.letters.stored_letter import FOLDER, Batch
from upominek.domain.messages.reminder import Reminder, ReminderKey
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign
from upominek.domain.planning.decision import progress_ids
from upominek.domain.planning.occasions import words_of
from upominek.domain.values.channel import Tone
from upominek.domain.values.span import ONE_DAY
from upominek.domain.values.unknown import Unknown

RESTORED: Final = "restored"
"""Why a lane stands still, and why a reminder is `unknown`."""
RECEIPTS_TAKE: Final = timedelta(days=3)
"""A failure that is reported so much later still starts a fallback."""
WORKERS: Final = 16
_AT_ONCE: Final = 1000
_NEVER_WENT: Final = frozenset({ReminderStatus.SKIPPED, ReminderStatus.EXPIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What was done about a creditor's gap.

    Attributes:
        days: of the manifests that were read.
        reminders, fallbacks: how many were recorded as `unknown`; a repetition of the whole finds none.
        batches: of letters, whose content is known again.
    """

    creditor: str
    days: tuple[date, ...]
    reminders: int
    fallbacks: int
    batches: int

    def to_dict(self) -> dict[str, Any]:
        """For programs."""
        return {
            "creditor": self.creditor,
            "days": [day.isoformat() for day in self.days],
            "reminders": self.reminders,
            "fallbacks": self.fallbacks,
            "batches": self.batches,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileAfterRestore:
    """Closes the gap of one creditor after the other."""

    clock: Clock
    creditors: CreditorRepository
    cases: CaseRepository
    reminders: ReminderRepository
    progress: ProgressRepository
    manifests: ManifestStore
    letters: LetterRepository
    files: FileStore
    carriers: Carriers
    read_table: ReadTable

    def __call__(self, creditor_id: str, since: datetime) -> Gap:
        """Stop the creditor's lanes, and record what may have gone. Idempotent; what was killed is to be repeated.

        Args:
            since: the time that the table was restored to.

        Raises:
            NotFound: there is no such creditor.
        """
        creditor, now = self.creditors.get(creditor_id), self.clock.now()
        for carrier in self.carriers.known():
            self.progress.stop_lane(creditor.id, LaneStop(carrier, now, RESTORED, f"table as of {since.isoformat()}"))
        restored_day = creditor.hours.local_day(since)
        # What was planned before may have waited until then, and what was sent before may have failed since.
        first = restored_day - max(creditor.message_lifetime, RECEIPTS_TAKE)
        days = tuple(day for day in self.manifests.days(creditor.id) if day >= first)
        campaigns = self.creditors.campaigns(creditor.id)
        closed: Counter[bool] = Counter()
        last: dict[str, date] = {}
        with ThreadPoolExecutor(WORKERS) as pool:
            for day in days:
                entries = self.manifests.read(creditor.id, day)
                while some := list(islice(entries, _AT_ONCE)):
                    last |= {one.campaign: day for one in some if one.occasion.is_step}
                    closed.update(chain.from_iterable(pool.map(partial(self._close, creditor, campaigns, now), some)))
        self._move_on(creditor, last, creditor.hours.local_day(now))
        return Gap(
            creditor=creditor.id,
            days=days,
            reminders=closed[False],
            fallbacks=closed[True],
            batches=sum(1 for _ in self._batches(creditor.id, restored_day - ONE_DAY, now)),
        )

    def _close(self, creditor: Creditor, campaigns: Sequence[Campaign], now: datetime, entry: Planned) -> list[bool]:
        """Record the reminder and its fallback unless there is a record; `is_fallback` of those that were."""
        original = _unknown(creditor, entry, campaigns, now)
        standing = self.reminders.claim(original)
        closed = [] if standing else [False]
        if (standing or original).status in _NEVER_WENT:
            return closed
        attempts = []
        fallback = fallback_of(standing or original, campaigns)
        if fallback is not None:
            again = entry._replace(channel=fallback.channel)
            attempts.append(_unknown(creditor, again, campaigns, now, key=entry.fallback_key))
        if has_another_address(standing or original, self.cases):
            between = _unknown(creditor, entry, campaigns, now, key=entry.next_address_key)
            attempts.append(replace(between, to_next_address=True))
        return closed + [True for one in attempts if self.reminders.claim(one) is None]

    def _move_on(self, creditor: Creditor, last: dict[str, date], today: date) -> None:
        """No run catches up with days that were planned: it would give their reminders another day, so another id.

        Today's run may be repeated: its reminders meet the same ids.
        """
        for campaign, day in last.items():
            for shard in range(creditor.shards[-1]):
                number = progress_ids(creditor.shards, shard)[0]
                self.progress.set_planned_through(creditor.id, campaign, number, min(day, today - ONE_DAY))

    def _batches(self, creditor: str, first: date, now: datetime) -> Iterator[Batch]:
        """Batches of letters that were printed and are not known: their letters would be printed again."""
        last = now.date() + ONE_DAY
        for day in (first + number * ONE_DAY for number in range((last - first).days + 1)):
            for key in self.files.list(f"{FOLDER}/{creditor}/{day.isoformat()}/batch-"):
                if not key.endswith(".csv"):
                    continue
                number = int(key.rpartition("-")[2].removesuffix(".csv"))
                rows = self._rows(key)
                batch = Batch(creditor, day, number, now, tuple(row["reminder"] for row in rows))
                if self.letters.open_batch(batch):
                    with self.files.open(batch.key) as stream:
                        digest = sha256(stream.read()).hexdigest()
                    pages = sum(int(row["pages"]) for row in rows)
                    self.letters.close_batch(replace(batch, sha256=digest, pages=pages))
                    yield batch

    def _rows(self, key: str) -> list[dict[str, str]]:
        with self.files.open(key) as stream:
            header, *rows = self.read_table(stream.read())
        return [dict(zip(header, row, strict=True)) for row in rows]


def _unknown(
    creditor: Creditor,
    entry: Planned,
    campaigns: Sequence[Campaign],
    now: datetime,
    *,
    key: ReminderKey | None = None,
) -> Reminder:
    """The record of what may have gone: what it said is not known any more."""
    words = words_of(entry.occasion, entry.step, campaigns, entry.campaign)
    return Reminder(
        key=key or entry.key,
        campaign=entry.campaign,
        step=entry.step,
        channel=entry.channel,
        carrier=None if isinstance(entry.channel, Unknown) else creditor.carriers.of(entry.channel),
        template=words.template if words else "",
        tone=words.tone if words else Tone.NEUTRAL,
        status=ReminderStatus.UNKNOWN,
        claimed_at=now,
        reason=RESTORED,
        reason_at=now,
        is_fallback=key is not None,
        occasion=entry.occasion,
    )
