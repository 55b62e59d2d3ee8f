"""How long the table remembers the id of a webhook: longer than any sender repeats one, and no longer."""

import time
from datetime import timedelta
from typing import Final

from tests.contract.conftest import create_table, direct, dynamo_store, dynamodb
from tests.contract.examples import ACME

FORTNIGHT: Final = timedelta(days=14)


def test_an_id_is_remembered_for_a_fortnight_of_real_time_and_a_repetition_begins_it_anew(dynoxide: str) -> None:
    client = dynamodb(dynoxide)
    store = dynamo_store(direct(dynoxide), table := create_table(client))
    for _ in range(2):
        before = time.time()
        assert store.webhooks.remember(ACME, "msg_1", "digest")
        (item,) = client.scan(TableName=table, ConsistentRead=True)["Items"]
        left = int(item["expires_at"]["N"]) - before
        assert FORTNIGHT.total_seconds() - 1 <= left <= FORTNIGHT.total_seconds() + 60
    assert not store.webhooks.remember(ACME, "msg_1", "another")
