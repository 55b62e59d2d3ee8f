"""The table when it is busy, contested, or gone."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from upominek.adapters.aws.table.expressions import Update
from upominek.adapters.aws.table.table import ConditionFailed, DynamoTable
from upominek.domain.errors import Conflict, NotFound, Unavailable

KEYS = [(f"p{number}", "s") for number in range(3)]


class Client:
    """Gives the answers that it was given, in order, and remembers what it was asked."""

    def __init__(self, *answers: object) -> None:
        self.answers: list[Any] = list(answers)
        self.requests: list[dict[str, Any]] = []

    def __getattr__(self, _: str) -> Callable[..., Any]:
        def answer(**request: Any) -> Any:  # noqa: ANN401 - as botocore has it
            self.requests.append(request)
            given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if isinstance(given, Exception):
                raise given
            return given

        return answer


def table(client: Client) -> DynamoTable:
    return DynamoTable(client, "t")  # type: ignore[arg-type]


def error(code: str, **response: object) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": ""}, **response}
    return ClientError(answer, "Operation")


def item(key: tuple[str, str]) -> dict[str, Any]:
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr("upominek.adapters.aws.client.backoff.time.sleep", waits.append)
    return waits


def test_what_a_batch_left_unread_is_read_again(waits: list[float]) -> None:
    unread = {"UnprocessedKeys": {"t": {"Keys": [item(KEYS[1]), item(KEYS[2])]}}}
    client = Client(
        {"Responses": {"t": [item(KEYS[0])]}, **unread}, {"Responses": {"t": [item(KEYS[2])]}, "UnprocessedKeys": {}}
    )
    assert table(client).get_many(KEYS).keys() == {KEYS[0], KEYS[2]}
    assert len(client.requests[1]["RequestItems"]["t"]["Keys"]) == 2
    assert len(waits) == 1


def test_a_batch_that_stays_unread_is_given_up(waits: list[float]) -> None:
    client = Client({"Responses": {}, "UnprocessedKeys": {"t": {"Keys": [item(KEYS[0])]}}})
    with pytest.raises(Unavailable):
        table(client).get_many(KEYS)
    assert len(waits) == 8
    assert max(waits) <= 2.0


def test_a_transaction_that_met_another_is_repeated(waits: list[float]) -> None:
    conflict = error("TransactionCanceledException", CancellationReasons=[{"Code": "TransactionConflict"}])
    client = Client(conflict, conflict, {})
    assert table(client).transact({}) == []
    assert len(waits) == 2


def test_a_transaction_tells_which_condition_stood_against_it() -> None:
    reasons = [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Item": item(KEYS[0])}]
    failed = table(Client(error("TransactionCanceledException", CancellationReasons=reasons))).transact({}, {})
    assert failed[0] is None
    assert failed[1] is not None
    assert failed[1].item == {"pk": "p0", "sk": "s"}


def test_a_transaction_that_never_comes_through_is_given_up() -> None:
    conflict = error("TransactionCanceledException", CancellationReasons=[{"Code": "TransactionConflict"}])
    with pytest.raises(Unavailable):
        table(Client(conflict)).transact({})


def test_inserts_that_were_throttled_are_repeated_and_taken_keys_told() -> None:
    client = Client(
        {"Responses": [{}, {"Error": {"Code": "ThrottlingError"}}, {"Error": {"Code": "DuplicateItem"}}]},
        {"Responses": [{}]},
    )
    assert table(client).insert_many({key: {"a": 1} for key in KEYS}) == {KEYS[2]}
    assert [len(request["Statements"]) for request in client.requests] == [3, 1]


def test_inserts_that_are_refused_are_raised() -> None:
    client = Client({"Responses": [{"Error": {"Code": "ValidationError"}}, {}]})
    with pytest.raises(Unavailable) as refused:
        table(client).insert_many({key: {} for key in KEYS[:2]})
    assert refused.value.detail == "ValidationError"
    assert len(client.requests) == 1


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (error("ThrottlingException"), Unavailable),
        (error("ResourceNotFoundException"), NotFound),
        (error("TransactionConflictException"), Conflict),
        (ReadTimeoutError(endpoint_url="x"), Unavailable),
    ],
)
def test_what_aws_answers_is_told_in_words_of_the_domain(answer: Exception, expected: type[Exception]) -> None:
    with pytest.raises(expected):
        table(Client(answer)).get(KEYS[0])


def test_a_condition_that_fails_tells_what_stands_there() -> None:
    update = Update()
    update.set("a", 1)
    update.condition = f"attribute_not_exists({update.name('a')})"
    with pytest.raises(ConditionFailed) as failed:
        table(Client(error("ConditionalCheckFailedException", Item=item(KEYS[0])))).update(KEYS[0], update)
    assert failed.value.item == {"pk": "p0", "sk": "s"}
