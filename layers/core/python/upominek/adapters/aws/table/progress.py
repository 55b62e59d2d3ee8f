"""How far the runs have come, and which lanes stand still, in the table."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from upominek.adapters.aws.table import keys
from upominek.adapters.aws.table.expressions import Update
from upominek.adapters.aws.table.table import ConditionFailed, DynamoRepository, is_new
from upominek.adapters.aws.table.values import time_text
from upominek.adapters.clock import real_time
from upominek.application.ports.planning import LaneStop
from upominek.domain.messages.sender_reputation import ReputationCounts
from upominek.domain.values.carrier import Carrier

_DAY: Final = "day"
_WOKEN: Final = "woken_at"
_LOOKED: Final = "looked_at"
_ADDITION: Final = "addition"
_TALLY: Final = ("answered", "bounced", "complained")
TALLY_KEPT_FOR: Final = timedelta(days=3)
"""Longer than the brake looks back."""


class DynamoProgressRepository(DynamoRepository):
    """Cursors and lanes."""

    def planned_through(self, creditor: str, campaign: str, shard: int) -> date | None:
        """The last day of which the shard was planned completely."""
        return self._day(keys.run(creditor, campaign, shard))

    def set_planned_through(self, creditor: str, campaign: str, shard: int, day: date) -> None:
        """Move the cursor forward; never back."""
        self._move_on(keys.run(creditor, campaign, shard), day)

    def started_on(self, creditor: str, campaign: str) -> date | None:
        """The last day for which the campaign's shards were put on the queue."""
        return self._day(keys.run(creditor, campaign))

    def set_started_on(self, creditor: str, campaign: str, day: date) -> None:
        """Remember it; never back."""
        self._move_on(keys.run(creditor, campaign), day)

    def wake(self, creditor: str, at: datetime) -> None:
        """Note that something came onto the agenda."""
        self._set_time(creditor, _WOKEN, at)

    def woken(self, creditor: str) -> tuple[datetime | None, datetime | None]:
        """When something last came onto the agenda, and up to when it was looked at."""
        item = self._table.get(keys.agenda_round(creditor)) or {}
        woken, looked = (datetime.fromisoformat(item[name]) if name in item else None for name in (_WOKEN, _LOOKED))
        return woken, looked

    def set_looked_at(self, creditor: str, woken_at: datetime) -> None:
        """Remember that all that had come by then is being looked at."""
        self._set_time(creditor, _LOOKED, woken_at)

    def _set_time(self, creditor: str, name: str, at: datetime) -> None:
        update = Update()
        update.set(name, at.isoformat(timespec="microseconds"))
        self._table.update(keys.agenda_round(creditor), update)

    def _day(self, key: keys.Key) -> date | None:
        item = self._table.get(key)
        return None if item is None else date.fromisoformat(item[_DAY])

    def _move_on(self, key: keys.Key, day: date) -> None:
        update = Update()
        update.set(_DAY, day.isoformat())
        known = update.name(_DAY)
        update.condition = f"attribute_not_exists({known}) OR {known} < {update.value(day.isoformat())}"
        try:
            self._table.update(key, update)
        except ConditionFailed:
            return

    def lane_stops(self, creditor: str) -> Mapping[Carrier, LaneStop]:
        """The stopped lanes of the creditor, eventually consistent: it is asked before every batch of messages."""
        stops = {}
        for item in self._table.query(keys.creditor_partition(creditor), prefix=keys.LANE):
            carrier = keys.lane_in(item[keys.SK])
            stops[carrier] = LaneStop(carrier, datetime.fromisoformat(item["at"]), item["code"], item.get("detail", ""))
        return stops

    def stop_lane(self, creditor: str, stop: LaneStop) -> None:
        """Stop a lane; the first reason stays."""
        reason = {"at": time_text(stop.at), "code": stop.code, "detail": stop.detail or None}
        try:
            self._table.put(keys.lane(creditor, stop.carrier), reason, is_new())
        except ConditionFailed:
            return

    def reopen_lane(self, creditor: str, carrier: Carrier) -> None:
        """Let it run again; what was counted goes first, or it would stop the lane again. Idempotent."""
        counts = keys.brake(carrier)
        for item in self._table.query(keys.creditor_partition(creditor), prefix=counts, is_consistent=True):
            self._table.delete((item[keys.PK], item[keys.SK]))
        self._table.delete(keys.lane(creditor, carrier))

    def count(self, creditor: str, carrier: Carrier, hour: datetime, tally: ReputationCounts, token: str) -> None:
        """Add to what became of the creditor's messages over a carrier in this hour.

        The token stays until the next addition, so that a request which the SDK repeats after its answer was lost adds
        nothing; only another worker's addition in between would hide that.
        """
        update = Update()
        update.set(_ADDITION, token)
        # DynamoDB removes expired items by real time, whatever business time is.
        update.set(keys.TTL, int((real_time() + TALLY_KEPT_FOR).timestamp()))
        for name in _TALLY:
            update.add(getattr(tally, name), name)
        last = update.name(_ADDITION)
        update.condition = f"attribute_not_exists({last}) OR {last} <> {update.value(token)}"
        try:
            self._table.update(keys.brake_hour(creditor, carrier, hour), update)
        except ConditionFailed:
            return

    def counted(self, creditor: str, carrier: Carrier, first: datetime) -> ReputationCounts:
        """What was counted since this hour, consistent."""
        # `:` comes after all digits.
        partition, oldest = keys.brake_hour(creditor, carrier, first)
        hours = self._table.query(partition, between=(oldest, f"{keys.brake(carrier)}:"), is_consistent=True)
        return sum((ReputationCounts(*(int(item[name]) for name in _TALLY)) for item in hours), ReputationCounts())
