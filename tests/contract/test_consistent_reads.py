"""What decides whether a message goes is read consistently: only AWS itself would show that it is not.

The engines here always answer with the newest state. So the requests are looked at: between the claim of a reminder and
the moment in which it is handed over, or skipped, each read of a case's partition must ask for what is true now, or a
debtor who has just paid is reminded.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.contract.conftest import READING, WRITING, create_table, dynamo_store, dynamodb
from tests.contract.test_message_on_event import StageInTable
from tests.worlds.stage import EMAIL, ITEM, NOW, PHONE
from tests.worlds.thank_you import THANKS, thanking
from upominek.adapters.aws.table import keys
from upominek.application.jobs import OutboxItem
from upominek.application.ports.invoices import InvoiceKey
from upominek.application.sending.send_reminder import SendOutcome
from upominek.domain.cases.case import Fact
from upominek.domain.receivables.events import PaymentReceived
from upominek.domain.values.channel import Channel
from upominek.domain.values.contact import address_hash
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CASE: Final = keys.case_partition("rura", "D-1")
OWED_FROM_BEFORE: Final = replace(ITEM, invoices=())


@dataclass(frozen=True)
class Request:
    """A request as it was sent, and how many messages had been handed over by then."""

    operation: str
    params: dict[str, Any]
    handed_over: int

    @property
    def what(self) -> str:
        """In words, for whoever reads a failure."""
        if self.operation == "BatchGetItem":
            return f"{self.operation} {' '.join(sorted({key['sk']['S'] for key in self._batch['Keys']}))}"
        index = self.params.get("IndexName", "")
        return f"{self.operation} {self.params.get('Key', {}).get('sk', {}).get('S', index)}".strip()

    @property
    def partitions(self) -> set[str]:
        """Those that are read."""
        if self.operation == "BatchGetItem":
            return {key["pk"]["S"] for key in self._batch["Keys"]}
        if self.operation == "Query":
            return {value["S"] for value in self.params["ExpressionAttributeValues"].values()}
        return {self.params["Key"]["pk"]["S"]}

    @property
    def is_consistent(self) -> bool:
        """Whether it asks for what is true now."""
        return bool((self._batch if self.operation == "BatchGetItem" else self.params).get("ConsistentRead"))

    @property
    def _batch(self) -> dict[str, Any]:
        (batch,) = self.params["RequestItems"].values()
        return dict(batch)


@dataclass
class Watched:
    """The stage over the engine, with every request that it makes."""

    stage: StageInTable
    requests: list[Request] = field(default_factory=list)

    def watch(self, client: "DynamoDBClient") -> None:
        for operation in (*READING, *WRITING):
            client.meta.events.register(f"provide-client-params.dynamodb.{operation}", self._keep(operation))  # type: ignore[arg-type]

    def _keep(self, operation: str) -> Callable[..., None]:
        def keep(params: dict[str, Any], **_: object) -> None:
            self.requests.append(Request(operation, params, self.stage.handed_over()))

        return keep

    def reads_that_decide(self, item: OutboxItem) -> list[Request]:
        """What is read of the case from the claim until the first message is handed over, or all is done."""
        before = self.stage.handed_over()
        self.requests.clear()
        self.stage.send(item)
        first = next(number for number, one in enumerate(self.requests) if one.operation == "PutItem")
        held = [one for one in self.requests[first + 1 :] if one.handed_over == before]
        return [one for one in held if one.operation in READING and CASE in one.partitions]


@pytest.fixture
def watched(dynoxide: str) -> Iterator[Watched]:
    with thanking():
        client = dynamodb(dynoxide)
        stage = StageInTable()
        stage.use(dynamo_store(client, table := create_table(client)))
        stage.begin()
        made = Watched(stage)
        made.watch(client)
        yield made
        client.delete_table(TableName=table)


def nothing(_: StageInTable) -> None:
    pass


def pay(stage: StageInTable) -> None:
    stage.happens(PaymentReceived(id="p", number="FV/1", debtor_id="D-1", amount=Money(123456), at=NOW))


def hold(stage: StageInTable) -> None:
    stage.hold(HoldKind.PROMISE)


def lose_phone(stage: StageInTable) -> None:
    stage.cases.suppress("rura", "D-2", address_hash(PHONE, "rura"), Fact(id="f", at=NOW, kind="suppressed"))


def lose_both(stage: StageInTable) -> None:
    lose_phone(stage)
    stage.cases.suppress("rura", "D-2", address_hash(EMAIL, "rura"), Fact(id="g", at=NOW, kind="suppressed"))


def thank(stage: StageInTable) -> None:
    stage.pay()


MOVED: Final = "GetItem CASE"
"""Read once more to give the place back: the message goes over the lane of another channel."""
READS: Final = ["GetItem CASE", f"Query {keys.OPEN_INDEX}"]


@pytest.mark.parametrize(
    ("happens", "item", "reads"),
    [
        pytest.param(nothing, ITEM, READS, id="a reminder that goes"),
        pytest.param(nothing, replace(ITEM, channel=Channel.EMAIL), [*READS, MOVED], id="one on the other lane"),
        pytest.param(nothing, OWED_FROM_BEFORE, READS, id="what was owed from before"),
        pytest.param(hold, ITEM, READS, id="somebody is held"),
        pytest.param(pay, ITEM, [*READS, "BatchGetItem INVOICE#FV/1"], id="somebody has paid"),
        pytest.param(lose_phone, ITEM, [*READS, MOVED], id="an address does not work"),
        pytest.param(lose_both, ITEM, READS, id="no address works"),
        pytest.param(thank, THANKS, ["BatchGetItem INVOICE#FV/2", "GetItem CASE"], id="a message on an event"),
    ],
)
def test_what_decides_is_read_as_it_is_now(
    watched: Watched, happens: Callable[[StageInTable], None], item: OutboxItem, reads: list[str]
) -> None:
    happens(watched.stage)
    found = watched.reads_that_decide(item)
    # As many as these: a read that is left out decides by what was known before, which is as wrong.
    assert [one.what for one in found] == reads
    assert [one.what for one in found if not one.is_consistent] == []


def test_a_fallback_knows_at_once_whether_the_original_arrived(watched: Watched) -> None:
    stage = watched.stage
    assert stage.send() is SendOutcome.SENT
    fallback = replace(ITEM, channel=Channel.EMAIL, is_fallback=True, tried=Channel.SMS)
    found = watched.reads_that_decide(fallback)
    assert {"GetItem CASE", f"Query {keys.OPEN_INDEX}"} < {one.what for one in found}
    assert any(one.what.startswith(f"GetItem {keys.REMINDER}") for one in found)
    assert [one.what for one in found if not one.is_consistent] == []


def test_what_a_place_was_taken_in_comes_back_with_it(watched: Watched) -> None:
    """The second decision is made by what the write answered that took the place: it costs no read, and is no older."""
    watched.reads_that_decide(ITEM)
    updates = [one.params for one in watched.requests if one.operation == "UpdateItem" and one.handed_over == 0]
    assert [one["Key"]["sk"]["S"] for one in updates] == ["CASE"]
    assert updates[0]["ReturnValues"] == "ALL_NEW"
    assert updates[0]["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD"


def test_the_reads_of_the_table_are_consistent_unless_somebody_says_otherwise(watched: Watched) -> None:
    """The defaults: what nobody thought about is read as it is now."""
    key = InvoiceKey("rura", "D-1", "FV/1")
    watched.requests.clear()
    watched.stage.cases.get("rura", "D-1")
    watched.stage.invoices.get_many([key])
    watched.stage.invoices.open_of("rura", "D-1")
    watched.stage.cases.file("rura", "D-1")
    watched.stage.progress.woken("rura")
    assert [one.what for one in watched.requests if not one.is_consistent] == []
    assert len(watched.requests) == 5


def test_what_may_be_a_moment_old_says_so_and_saves_its_half_unit(watched: Watched) -> None:
    watched.requests.clear()
    watched.stage.cases.get_many("rura", ["D-1"])
    watched.stage.cases.suppressed("rura", [address_hash(PHONE, "rura")])
    assert [one.is_consistent for one in watched.requests] == [False, False]
