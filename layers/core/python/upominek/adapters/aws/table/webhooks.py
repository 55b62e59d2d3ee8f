"""Ids of webhooks in the table, for as long as a sender may repeat one."""

from datetime import timedelta
from typing import Final

from upominek.adapters.aws.table import keys
from upominek.adapters.aws.table.expressions import Expression
from upominek.adapters.aws.table.table import ConditionFailed, DynamoRepository
from upominek.adapters.clock import real_time

REMEMBERED_FOR: Final = timedelta(days=14)
"""Well beyond the days over which senders repeat. Contents are idempotent in any case: this finds ids used twice."""

_DIGEST: Final = "digest"


class DynamoWebhookRepository(DynamoRepository):
    """Ids of webhooks."""

    def remember(self, creditor: str, webhook_id: str, body_digest: str) -> bool:
        """Remember the id with its body; False when it stands for another body."""
        new = Expression()
        new.condition = f"attribute_not_exists({new.name(keys.PK)}) OR {new.name(_DIGEST)} = {new.value(body_digest)}"
        # DynamoDB removes expired items by real time, whatever business time is.
        expiry = int((real_time() + REMEMBERED_FOR).timestamp())
        try:
            self._table.put(keys.webhook(creditor, webhook_id), {_DIGEST: body_digest, keys.TTL: expiry}, new)
        except ConditionFailed:
            return False
        return True
