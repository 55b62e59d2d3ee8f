"""What the runs remember, in memory: cursors, stopped lanes, webhooks and imports."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from threading import RLock
from typing import TYPE_CHECKING, Any

from upominek.application.jobs import Planned
from upominek.application.ports.intake import ImportRecord
from upominek.application.ports.planning import LaneStop
from upominek.domain.errors import NotFound
from upominek.domain.messages.sender_reputation import ReputationCounts
from upominek.domain.operations.health import Health
from upominek.domain.values.carrier import Carrier

if TYPE_CHECKING:
    from upominek.domain.messages.reminder import ReminderKey
from upominek.domain.receivables.events import PaymentStated
from upominek.domain.receivables.payments import BookedPayment, Booking, KeptPayment


class MemoryProgressRepository:
    """Cursors and lanes."""

    def __init__(self) -> None:
        self._planned: dict[tuple[str, str, int], date] = {}
        self._started: dict[tuple[str, str], date] = {}
        self._stops: dict[tuple[str, Carrier], LaneStop] = {}
        self._tallies: dict[tuple[str, Carrier, datetime], tuple[ReputationCounts, str]] = {}
        self._woken: dict[str, datetime] = {}
        self._looked: dict[str, datetime] = {}
        self._lock = RLock()

    def planned_through(self, creditor: str, campaign: str, shard: int) -> date | None:
        """The last day of which the shard was planned completely."""
        return self._planned.get((creditor, campaign, shard))

    def set_planned_through(self, creditor: str, campaign: str, shard: int, day: date) -> None:
        """Move the cursor forward; never back."""
        with self._lock:
            key = (creditor, campaign, shard)
            self._planned[key] = max(day, self._planned.get(key, day))

    def started_on(self, creditor: str, campaign: str) -> date | None:
        """The last day for which the campaign's shards were put on the queue."""
        return self._started.get((creditor, campaign))

    def set_started_on(self, creditor: str, campaign: str, day: date) -> None:
        """Remember it; never back."""
        with self._lock:
            key = (creditor, campaign)
            self._started[key] = max(day, self._started.get(key, day))

    def wake(self, creditor: str, at: datetime) -> None:
        """Note that something came onto the agenda."""
        self._woken[creditor] = at

    def woken(self, creditor: str) -> tuple[datetime | None, datetime | None]:
        """When something last came onto the agenda, and up to when it was looked at."""
        return self._woken.get(creditor), self._looked.get(creditor)

    def set_looked_at(self, creditor: str, woken_at: datetime) -> None:
        """Remember that all that had come by then is being looked at."""
        self._looked[creditor] = woken_at

    def lane_stops(self, creditor: str) -> Mapping[Carrier, LaneStop]:
        """The stopped lanes of the creditor."""
        with self._lock:
            return {carrier: stop for (owner, carrier), stop in self._stops.items() if owner == creditor}

    def stop_lane(self, creditor: str, stop: LaneStop) -> None:
        """Stop a lane; the first reason stays."""
        with self._lock:
            self._stops.setdefault((creditor, stop.carrier), stop)

    def reopen_lane(self, creditor: str, carrier: Carrier) -> None:
        """Let it run again. Idempotent."""
        with self._lock:
            lane = creditor, carrier
            self._tallies = {key: tally for key, tally in self._tallies.items() if key[:2] != lane}
            self._stops.pop(lane, None)

    def count(self, creditor: str, carrier: Carrier, hour: datetime, tally: ReputationCounts, token: str) -> None:
        """Add to what became of the creditor's messages over a carrier in this hour, unless it is a repetition."""
        with self._lock:
            before, last = self._tallies.get((creditor, carrier, hour), (ReputationCounts(), ""))
            if last != token:
                self._tallies[creditor, carrier, hour] = before + tally, token

    def counted(self, creditor: str, carrier: Carrier, first: datetime) -> ReputationCounts:
        """What was counted since this hour."""
        with self._lock:
            lane = creditor, carrier
            mine = [tally for (*of, hour), (tally, _) in self._tallies.items() if tuple(of) == lane and hour >= first]
        return sum(mine, ReputationCounts())


class MemoryManifestStore:
    """The runs' manifests, by creditor and day."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, date], dict[ReminderKey, Planned]] = {}
        self._lock = RLock()

    def write(self, creditor: str, day: date, entries: Sequence[Planned]) -> None:
        """Add to the day's manifest. Idempotent."""
        with self._lock:
            self._entries.setdefault((creditor, day), {}).update({entry.key: entry for entry in entries})

    def days(self, creditor: str) -> list[date]:
        """The days with a manifest, ascending."""
        with self._lock:
            return sorted(day for owner, day in self._entries if owner == creditor)

    def read(self, creditor: str, day: date) -> Iterator[Planned]:
        """The day's reminders, each once."""
        with self._lock:
            return iter(list(self._entries.get((creditor, day), {}).values()))


class MemoryHealthRepository:
    """What the newest sweep found, as it is stored."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Any]] = {}

    def get(self, creditor: str) -> Health | None:
        """What was kept last, or None."""
        said = self._known.get(creditor)
        return None if said is None else Health.from_dict(creditor, said)

    def save(self, health: Health) -> None:
        """Store or replace."""
        self._known[health.creditor] = health.to_dict()


class MemoryWebhookRepository:
    """Ids of webhooks; remembered for ever."""

    def __init__(self) -> None:
        self._digests: dict[tuple[str, str], str] = {}
        self._lock = RLock()

    def remember(self, creditor: str, webhook_id: str, body_digest: str) -> bool:
        """Remember the id with its body; False when it stands for another body."""
        with self._lock:
            return self._digests.setdefault((creditor, webhook_id), body_digest) == body_digest


class MemoryUnmatchedPayments:
    """Payments that name no invoice with its debtor."""

    def __init__(self) -> None:
        self._payments: dict[tuple[str, str], KeptPayment] = {}
        self._booked: dict[tuple[str, str, str, str], tuple[BookedPayment, bool]] = {}
        self._lock = RLock()

    def keep(self, creditor: str, payments: Sequence[PaymentStated]) -> None:
        """Store those whose ids are new."""
        with self._lock:
            for one in payments:
                self._payments.setdefault((creditor, one.id), KeptPayment(one))

    def all(self, creditor: str) -> Sequence[PaymentStated]:
        """By day, those of one day by id."""
        return [one.payment for one in self.kept(creditor)]

    def kept(self, creditor: str) -> Sequence[KeptPayment]:
        """The same, with what became of each."""
        with self._lock:
            mine = [one for (owner, _), one in self._payments.items() if owner == creditor]
        return sorted(mine, key=lambda one: (one.payment.day, one.payment.id))

    def find(self, creditor: str, payment_ids: Collection[str]) -> dict[str, KeptPayment]:
        """Those of the payments that were kept apart."""
        with self._lock:
            return {one: self._payments[creditor, one] for one in payment_ids if (creditor, one) in self._payments}

    def note_booking(self, creditor: str, payment_id: str, booking: Booking | None, *, before: int) -> bool:
        """Note where the payment went, or that it waits again."""
        with self._lock:
            standing = self._payments.get((creditor, payment_id))
            if standing is None or standing.bookings != before or (booking is None) == (standing.booking is None):
                return False
            times = before + (booking is not None)
            self._payments[creditor, payment_id] = KeptPayment(standing.payment, booking, times)
            return True

    def list_booked(self, creditor: str, payments: Sequence[BookedPayment]) -> None:
        """Put them on the list, each once."""
        with self._lock:
            for one in payments:
                place = creditor, one.debtor, one.number, one.id
                known, was_loose = self._booked.get(place, (replace(one, is_loose=False), False))
                self._booked[place] = known, was_loose or one.is_loose

    def booked(self, creditor: str, *, loose_only: bool = False) -> Iterable[BookedPayment]:
        """The list."""
        with self._lock:
            mine = [one for (owner, *_), one in self._booked.items() if owner == creditor]
        return [replace(one, is_loose=is_loose) for one, is_loose in mine if is_loose or not loose_only]

    def strike_booked(self, creditor: str, payments: Sequence[BookedPayment]) -> None:
        """Take these off the list."""
        with self._lock:
            for one in payments:
                self._booked.pop((creditor, one.debtor, one.number, one.id), None)

    def remove(self, creditor: str, payment_ids: Collection[str]) -> None:
        """Strike them off."""
        with self._lock:
            for payment_id in payment_ids:
                self._payments.pop((creditor, payment_id), None)


class MemoryImportRepository:
    """Imports of files."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, str], ImportRecord] = {}
        self._answers: dict[str, dict[str, str]] = {}
        self._lock = RLock()

    def start(self, record: ImportRecord) -> ImportRecord:
        """Store the record if its id is new; returns what stands there now."""
        with self._lock:
            return self._records.setdefault((record.creditor, record.id), record)

    def get(self, creditor: str, import_id: str) -> ImportRecord:
        """The record. Raises: NotFound."""
        record = self._records.get((creditor, import_id))
        if record is None:
            raise NotFound(
                "import_not_found", pl=f"Nie ma importu „{import_id}”.", en=f"There is no import “{import_id}”."
            )
        return record

    def finish_chunk(
        self, creditor: str, import_id: str, phase: str, chunk: int, counts: Mapping[str, int]
    ) -> ImportRecord:
        """Note that a chunk is `checked` or `applied` and add its counts, once; returns the record now."""
        with self._lock:
            record = self.get(creditor, import_id)
            done: frozenset[int] = getattr(record, phase)
            if chunk not in done:
                total = {**record.counts}
                for name, count in counts.items():
                    total[name] = total.get(name, 0) + count
                record = replace(record, counts=total, **{phase: done | {chunk}})  # type: ignore[arg-type]
                self._records[creditor, import_id] = record
            return record

    def advance(self, creditor: str, import_id: str, from_state: str, record: ImportRecord) -> bool:
        """Take over everything but the finished chunks, if the state is still `from_state`."""
        with self._lock:
            stored = self.get(creditor, import_id)
            if stored.state != from_state:
                return False
            self._records[creditor, import_id] = replace(record, checked=stored.checked, applied=stored.applied)
            return True

    def restart(self, creditor: str, import_id: str, from_state: str, record: ImportRecord) -> bool:
        """The same, and no chunk counts as finished any more."""
        with self._lock:
            if self.get(creditor, import_id).state != from_state:
                return False
            self._records[creditor, import_id] = replace(record, checked=frozenset(), applied=frozenset())
            return True

    def answers(self, creditor: str) -> Mapping[str, str]:
        """What was kept."""
        return dict(self._answers.get(creditor, {}))

    def keep_answers(self, creditor: str, answers: Mapping[str, str]) -> None:
        """Keep these too."""
        with self._lock:
            self._answers.setdefault(creditor, {}).update(answers)

    def recent(self, creditor: str, limit: int = 20) -> Sequence[ImportRecord]:
        """Newest first."""
        with self._lock:
            mine = [record for (owner, _), record in self._records.items() if owner == creditor]
        return sorted(mine, key=lambda record: (record.started_at, record.id), reverse=True)[:limit]
