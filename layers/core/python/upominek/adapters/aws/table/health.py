"""What the newest sweep found of each creditor, in the table."""

import json
from typing import TYPE_CHECKING

from upominek.adapters.aws.table import keys
from upominek.adapters.aws.table.table import DynamoTable
from upominek.domain.operations.health import Health

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoHealthRepository:
    """One item for each creditor, as JSON: nobody asks the table for a part of it."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = DynamoTable(client, table_name)

    def get(self, creditor: str) -> Health | None:
        """What was kept last; None where no sweep has come by."""
        item = self._table.get(keys.health(creditor))
        return None if item is None else Health.from_dict(creditor, json.loads(item["found"]))

    def save(self, health: Health) -> None:
        """Store or replace."""
        found = json.dumps(health.to_dict(), ensure_ascii=False, separators=(",", ":"))
        self._table.put(keys.health(health.creditor), {"found": found})
