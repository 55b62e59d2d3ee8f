"""An upgrade meets items of the release before: all that were ever recorded are read as what they were."""

import json
import os
from typing import TYPE_CHECKING

import pytest

from tests.contract.conftest import create_table, dynamo_store, dynamodb
from tests.contract.stored import ITEMS, VERSION, dump, fill, load, look

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def client(dynoxide: str) -> "DynamoDBClient":
    return dynamodb(dynoxide)


@pytest.mark.parametrize("version", sorted(path.stem for path in ITEMS.glob("*.json")))
def test_what_any_release_stored_is_read_by_this_one(client: "DynamoDBClient", version: str) -> None:
    today, before = (create_table(client) for _ in range(2))
    fill(dynamo_store(client, today), version)
    load(client, before, json.loads((ITEMS / f"{version}.json").read_text(encoding="utf-8")))
    assert look(dynamo_store(client, before)) == look(dynamo_store(client, today))


def test_this_version_is_recorded(client: "DynamoDBClient") -> None:
    """Where it is not: `RECORD_ITEMS=1 pytest tests/contract/test_upgrade.py` records it."""
    path = ITEMS / f"{VERSION}.json"
    if os.environ.get("RECORD_ITEMS"):
        table = create_table(client)
        fill(dynamo_store(client, table))
        ITEMS.mkdir(exist_ok=True)
        path.write_text(f"{json.dumps(dump(client, table), ensure_ascii=False, indent=1)}\n", encoding="utf-8")
    assert path.exists()
