"""How far the runs have come, and which lanes stand still, in the table."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from upominek.adapters.aws import keys
from upominek.adapters.aws.expressions import Update
from upominek.adapters.aws.table import ConditionFailed, DynamoTable, is_new
from upominek.adapters.aws.values import time_text
from upominek.application.ports import LaneStop
from upominek.domain.reminder import Channel

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_DAY: Final = "day"


class DynamoProgressRepository:
    """Cursors and lanes."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = DynamoTable(client, table_name)

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

    def lane_stops(self, creditor: str) -> Mapping[Channel, LaneStop]:
        """The stopped lanes of the creditor, eventually consistent: it is asked before every batch of messages."""
        stops = {}
        for item in self._table.query(keys.creditor_partition(creditor), prefix=keys.LANE):
            channel = Channel(item[keys.SK].removeprefix(keys.LANE))
            stops[channel] = LaneStop(channel, datetime.fromisoformat(item["at"]), item["code"], item.get("detail", ""))
        return stops

    def stop_lane(self, creditor: str, stop: LaneStop) -> None:
        """Stop a lane; the first reason stays."""
        reason = {"at": time_text(stop.at), "code": stop.code, "detail": stop.detail or None}
        try:
            self._table.put(keys.lane(creditor, stop.channel), reason, is_new())
        except ConditionFailed:
            return

    def reopen_lane(self, creditor: str, channel: Channel) -> None:
        """Let it run again. Idempotent."""
        self._table.delete(keys.lane(creditor, channel))
