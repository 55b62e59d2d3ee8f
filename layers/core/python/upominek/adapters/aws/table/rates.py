"""Imported rates in the table, on top of the packaged ones."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from upominek.adapters.aws.table import keys
from upominek.adapters.aws.table.expressions import Expression
from upominek.adapters.aws.table.table import ConditionFailed, DynamoTable, is_new
from upominek.adapters.aws.table.typed_json import Item
from upominek.adapters.reference_data.rates_file import packaged_rates
from upominek.domain.errors import Conflict
from upominek.domain.law.rates import EuroRate, RateTables, ReferenceRate

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_SECONDS: Final = 900
"""How long a process goes by what it has read."""

_CONTENT: Final = "content"
_VERSION: Final = "version"


class DynamoRateRepository:
    """Two items for the whole installation: reference rates, and rates of the euro, each as JSON.

    They are read by one query a quarter of an hour and process, not for each message.
    """

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = DynamoTable(client, table_name)
        self._kept: tuple[float, RateTables] | None = None

    def tables(self) -> RateTables:
        """The packaged tables with what was imported."""
        if self._kept is not None and time.monotonic() - self._kept[0] < KEPT_SECONDS:
            return self._kept[1]
        stored = {item[keys.SK]: item for item in self._table.query(keys.RATES, is_consistent=True)}
        tables = packaged_rates()
        if reference := stored.get(keys.reference_rates()[1]):
            said = json.loads(reference[_CONTENT])
            rates = [ReferenceRate(date.fromisoformat(since), Decimal(percent)) for since, percent in said["rates"]]
            tables = tables.with_reference(rates, date.fromisoformat(said["checked_on"]), said["source"])
        if euro := stored.get(keys.euro_rates()[1]):
            said = json.loads(euro[_CONTENT])
            tables = tables.with_euro(
                (EuroRate(date.fromisoformat(on), Decimal(rate), table) for on, rate, table in said["rates"]),
                said["source"],
            )
        self._kept = (time.monotonic(), tables)
        return tables

    def save_reference(self, rates: Sequence[ReferenceRate], checked_on: date, source: str) -> None:
        """Put the rates on top of the stored ones. Raises: Conflict."""
        item = self._table.get(keys.reference_rates())
        said = json.loads(item[_CONTENT]) if item else {"rates": [], "checked_on": ""}
        new = [[one.since.isoformat(), str(one.percent)] for one in rates]
        checked = checked_on.isoformat()
        if said["rates"] and said["rates"][-1][0] <= new[-1][0]:
            checked = max(checked, str(said["checked_on"]))
        kept = [one for one in said["rates"] if one[0] < new[0][0]]
        self._save(keys.reference_rates(), item, {"rates": [*kept, *new], "checked_on": checked, "source": source})

    def save_euro(self, rates: Iterable[EuroRate], source: str) -> None:
        """Put the rates beside the stored ones, over those of the same days. Raises: Conflict."""
        item = self._table.get(keys.euro_rates())
        known = {one[0]: one for one in json.loads(item[_CONTENT])["rates"]} if item else {}
        known |= {one.on.isoformat(): [one.on.isoformat(), str(one.rate), one.table] for one in rates}
        self._save(keys.euro_rates(), item, {"rates": [known[day] for day in sorted(known)], "source": source})

    def _save(self, key: keys.Key, before: Item | None, content: Mapping[str, object]) -> None:
        """Store the content unless somebody else has changed the item since it was read."""
        condition = is_new()
        version = 1
        if before is not None:
            condition, version = Expression(), before[_VERSION] + 1
            condition.condition = f"{condition.name(_VERSION)} = {condition.value(before[_VERSION])}"
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        try:
            self._table.put(key, {_CONTENT: text, _VERSION: version}, condition)
        except ConditionFailed:
            raise Conflict("rates") from None
        self._kept = None
