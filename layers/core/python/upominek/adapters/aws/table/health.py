"""What the newest sweep found of each creditor, in the table."""

import json

from upominek.adapters.aws.table import keys
from upominek.adapters.aws.table.table import DynamoRepository
from upominek.domain.operations.health import Health


class DynamoHealthRepository(DynamoRepository):
    """One item for each creditor, as JSON: nobody asks the table for a part of it."""

    def get(self, creditor: str) -> Health | None:
        """What was kept last; None where no sweep has come by."""
        item = self._table.get(keys.health(creditor))
        return None if item is None else Health.from_dict(creditor, json.loads(item["found"]))

    def save(self, health: Health) -> None:
        """Store or replace."""
        found = json.dumps(health.to_dict(), ensure_ascii=False, separators=(",", ":"))
        self._table.put(keys.health(health.creditor), {"found": found})
