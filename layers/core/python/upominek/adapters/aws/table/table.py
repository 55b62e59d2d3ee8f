"""The table in plain values: conditional writes, transactions, batches, pages. Repositories say what, this says how."""

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from upominek.adapters.aws.client.backoff import back_off
from upominek.adapters.aws.client.errors import error_code, is_item_full, translated
from upominek.adapters.aws.client.parallel import in_parallel
from upominek.adapters.aws.table.expressions import Expression, Update
from upominek.adapters.aws.table.keys import PK, SK, Key
from upominek.adapters.aws.table.typed_json import Item, Wire, decode_item, encode_item
from upominek.domain.errors import ItemFull, Unavailable
from upominek.domain.values.batches import batched

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


KEYS_PER_READ: Final = 100
"""What BatchGetItem takes."""

INSERTS_PER_REQUEST: Final = 25
"""What BatchExecuteStatement takes."""


_INSERTING: Final = 4
"""Requests with inserts under way at once; each keeps the table busy for long enough."""

_TAKEN: Final = "DuplicateItem"
_PASSING: Final = frozenset(
    {
        "ThrottlingError",
        "ProvisionedThroughputExceeded",
        "RequestLimitExceeded",
        "TransactionConflict",
        "InternalServerError",
    }
)
"""Refusals of a single statement that a repetition may overcome."""

_ATTEMPTS: Final = 8


class ConditionFailed(Exception):
    """A conditional write did not take place. `item` is what stands there, None when nothing does."""

    def __init__(self, item: Item | None) -> None:
        super().__init__()
        self.item = item


class DynamoTable:
    """One table of DynamoDB. Raises `domain.errors`, besides `ConditionFailed`; writes raise `ItemFull`, too."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        # The generated types of requests are wider than what is built here can prove.
        self._client: Any = client
        self._name = name

    def get(self, key: Key, *, is_consistent: bool = True) -> Item | None:
        """One item."""
        with translated("GetItem"):
            answer = self._client.get_item(TableName=self._name, Key=_key(key), ConsistentRead=is_consistent)
        return decode_item(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Collection[Key], *, is_consistent: bool = True) -> dict[Key, Item]:
        """The items that exist."""
        batches = list(batched(dict.fromkeys(keys), KEYS_PER_READ))
        found: dict[Key, Item] = {}
        for items in in_parallel(lambda batch: self._get_batch(batch, is_consistent=is_consistent), batches):
            found.update(((item[PK], item[SK]), item) for item in items)
        return found

    def _get_batch(self, keys: Sequence[Key], *, is_consistent: bool) -> list[Item]:
        waiting: list[Wire] = [_key(key) for key in keys]
        items: list[Item] = []
        for attempt in range(_ATTEMPTS):
            with translated("BatchGetItem"):
                answer = self._client.batch_get_item(
                    RequestItems={self._name: {"Keys": waiting, "ConsistentRead": is_consistent}}
                )
            items.extend(map(decode_item, answer["Responses"].get(self._name, ())))
            waiting = answer.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", [])
            if not waiting:
                return items
            back_off(attempt)
        raise Unavailable("BatchGetItem", "UnprocessedKeys")

    def query(
        self,
        partition: str,
        *,
        prefix: str = "",
        between: tuple[str, str] | None = None,
        index: tuple[str, str, str] | None = None,
        attributes: Sequence[str] = (),
        is_consistent: bool = False,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> Iterator[Item]:
        """The items of a partition, in the order of their sort keys; the next page is fetched while one is looked at.

        Args:
            prefix: what sort keys begin with.
            between: smallest and largest sort key, both included.
            index: name, partition key and sort key of an index instead of the table.
            attributes: only these.
            limit: no more than so many, and no more than one page (1 MB).
        """
        index_name, partition_key, sort_key = index or (None, PK, SK)
        asked = Expression()
        conditions = f"{asked.name(partition_key)} = {asked.value(partition)}"
        if between is not None:
            conditions += f" AND {asked.name(sort_key)} BETWEEN {asked.value(between[0])} AND {asked.value(between[1])}"
        elif prefix:
            conditions += f" AND begins_with({asked.name(sort_key)}, {asked.value(prefix)})"
        request: dict[str, Any] = {
            "TableName": self._name,
            "KeyConditionExpression": conditions,
            "ScanIndexForward": not newest_first,
        }
        if attributes:
            request["ProjectionExpression"] = ", ".join(asked.name(attribute) for attribute in attributes)
        if index_name:
            request["IndexName"] = index_name
        if is_consistent:
            request["ConsistentRead"] = True
        if limit is not None:
            request["Limit"] = limit
        pages = self._pages({**request, **asked.request()}, is_one=limit is not None)
        return map(decode_item, chain.from_iterable(pages))

    def _pages(self, request: Mapping[str, Any], *, is_one: bool) -> Iterator[list[Wire]]:
        def page(start: Wire | None = None) -> Wire:
            with translated("Query"):
                answer: Wire = self._client.query(**request, **({"ExclusiveStartKey": start} if start else {}))
                return answer

        answer = page()
        if is_one or "LastEvaluatedKey" not in answer:
            yield answer["Items"]
            return
        with ThreadPoolExecutor(1) as ahead:
            while "LastEvaluatedKey" in answer:
                upcoming = ahead.submit(page, answer["LastEvaluatedKey"])
                yield answer["Items"]
                answer = upcoming.result()
        yield answer["Items"]

    def put(self, key: Key, item: Mapping[str, Any], on: Expression | None = None) -> None:
        """Store or replace an item. Raises: ConditionFailed."""
        request = on.request() if on else {}
        self._write("put_item", Item=encode_item({PK: key[0], SK: key[1], **item}), **request)

    def insert_many(self, items: Mapping[Key, Mapping[str, Any]]) -> set[Key]:
        """Store the items whose keys are free, several in one request, each by itself.

        BatchWriteItem knows no conditions; an INSERT of PartiQL is one by its nature. It takes a tenth of the time that
        single writes take, nearly all of which is spent in this process.

        Returns:
            Keys that were taken already.
        """
        batches = list(batched(items.items(), INSERTS_PER_REQUEST))
        return {key for taken in in_parallel(self._insert_batch, batches, _INSERTING) for key in taken}

    def _insert_batch(self, items: Sequence[tuple[Key, Mapping[str, Any]]]) -> list[Key]:
        if len(items) == 1:
            ((key, item),) = items
            try:
                self.put(key, item, is_new())
            except ConditionFailed:
                return [key]
            return []
        taken: list[Key] = []
        waiting, codes = list(items), {""}
        for attempt in range(_ATTEMPTS):
            statements = [self._insertion(key, item) for key, item in waiting]
            with translated("BatchExecuteStatement"):
                answers = self._client.batch_execute_statement(Statements=statements)["Responses"]
            refused = [
                (one, answer["Error"]) for one, answer in zip(waiting, answers, strict=True) if "Error" in answer
            ]
            taken.extend(key for (key, _), error in refused if error["Code"] == _TAKEN)
            waiting = [one for one, error in refused if error["Code"] != _TAKEN]
            if any(is_item_full(error["Code"], error.get("Message", "")) for _, error in refused):
                raise ItemFull
            codes = {error["Code"] for _, error in refused} - {_TAKEN}
            if not codes:
                return taken
            if not codes <= _PASSING:
                break
            back_off(attempt)
        raise Unavailable("BatchExecuteStatement", ", ".join(sorted(codes)))

    def _insertion(self, key: Key, item: Mapping[str, Any]) -> Wire:
        values = encode_item({PK: key[0], SK: key[1], **item})
        content = ", ".join(f"'{name}': ?" for name in values)
        return {"Statement": f'INSERT INTO "{self._name}" VALUE {{{content}}}', "Parameters": list(values.values())}

    def update(self, key: Key, update: Update, *, wants_item: bool = False) -> Item:
        """Change an item, or make it; the item as it is now if it is wanted, else {}. Raises: ConditionFailed."""
        returned = "ALL_NEW" if wants_item else "NONE"
        answer = self._write("update_item", Key=_key(key), ReturnValues=returned, **update.request())
        return decode_item(answer.get("Attributes", {}))

    def delete(self, key: Key, on: Expression | None = None) -> None:
        """Remove an item, if it is there. Raises: ConditionFailed."""
        self._write("delete_item", Key=_key(key), **(on.request() if on else {}))

    def _write(self, operation: str, **request: Any) -> Wire:  # noqa: ANN401
        if "ConditionExpression" in request:
            request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        with translated(operation):
            try:
                answer: Wire = getattr(self._client, operation)(TableName=self._name, **request)
            except ClientError as error:
                if error_code(error) != "ConditionalCheckFailedException":
                    raise
                raise ConditionFailed(_standing(error.response)) from error
        return answer

    def put_in_transaction(self, key: Key, item: Mapping[str, Any], on: Expression | None = None) -> Wire:
        """An item to be stored by `transact`."""
        request = on.request() if on else {}
        return self._in_transaction("Put", Item=encode_item({PK: key[0], SK: key[1], **item}), **request)

    def update_in_transaction(self, key: Key, update: Update) -> Wire:
        """A change to be made by `transact`."""
        return self._in_transaction("Update", Key=_key(key), **update.request())

    def _in_transaction(self, kind: str, **request: Any) -> Wire:  # noqa: ANN401
        if "ConditionExpression" in request:
            request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        return {kind: {"TableName": self._name, **request}}

    def transact(self, *writes: Wire) -> list[ConditionFailed | None]:
        """Make all the writes or none.

        Returns:
            For each write the condition that stood against it; nothing at all when all were made.
        """
        for attempt in range(_ATTEMPTS):
            with translated("TransactWriteItems"):
                try:
                    # The token makes the same request, asked again because no answer came, count once.
                    self._client.transact_write_items(
                        TransactItems=list(writes), ClientRequestToken=secrets.token_hex(16)
                    )
                except ClientError as error:
                    if error_code(error) != "TransactionCanceledException":
                        raise
                    reasons: list[Wire] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]
                    failed = [
                        ConditionFailed(_standing(reason)) if reason.get("Code") == "ConditionalCheckFailed" else None
                        for reason in reasons
                    ]
                    if any(is_item_full(one.get("Code", ""), one.get("Message") or "") for one in reasons):
                        raise ItemFull from error
                    if any(failed):
                        return failed
                else:
                    return []
            # Somebody else wrote one of the items at the same moment; botocore does not repeat this.
            back_off(attempt)
        raise Unavailable("TransactWriteItems", "TransactionConflict")


class DynamoRepository:
    """What every repository over the table begins with."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = DynamoTable(client, table_name)


def is_new() -> Expression:
    """The condition that nothing stands at the key."""
    new = Expression()
    new.condition = f"attribute_not_exists({new.name(PK)})"
    return new


def _key(key: Key) -> Wire:
    return {PK: {"S": key[0]}, SK: {"S": key[1]}}


def _standing(answer: Any) -> Item | None:  # noqa: ANN401
    item = answer.get("Item")
    return decode_item(item) if item else None
