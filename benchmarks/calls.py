"""The calls to AWS that the product makes: written down once, so that a bare client can make the very same again."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from botocore import xform_name

from upominek.adapters.aws.client.clients import Clients
from upominek.adapters.aws.client.direct import JsonClient

CARRIERS = {"sns": ("publish", "Publish"), "sesv2": ("send_email", "SendEmail")}
READING = frozenset({"GetItem", "BatchGetItem", "Query"})


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as the SDK was asked for it."""

    service: str
    operation: str
    request: dict[str, Any]


@dataclass(slots=True)
class Recorder:
    """Writes down what passes through clients, and the units that the engine counts.

    Attributes:
        message_ids: what the carriers called the messages.
        is_counting_units: asks the engine for them, which makes answers longer; not while anything is timed.
    """

    is_counting_units: bool = False
    calls: list[Call] = field(default_factory=list)
    units: Counter[str] = field(default_factory=Counter)
    message_ids: list[str] = field(default_factory=list)
    _on: bool = True

    def watch(self, clients: Clients, *services: str) -> None:
        """Listen to the product's clients."""
        for service in services:
            client = getattr(clients, service)
            if isinstance(client, JsonClient):
                client.call = self._heard(service, client.call)  # type: ignore[method-assign]
            else:
                method, operation = CARRIERS[service]
                setattr(client, method, partial(self._heard(service, getattr(client, method), operation), operation))

    def _heard(self, service: str, ask: Callable[..., Any], fixed: str = "") -> Callable[..., Any]:
        def heard(operation: str, /, **request: Any) -> Any:  # noqa: ANN401 - as the client has it
            asked = self._noted(service, operation, dict(request))
            answer = ask(**asked) if fixed else ask(operation, **asked)
            self._add(operation, answer)
            return answer

        return heard

    def taken(self) -> list[Call]:
        """The calls so far, which are then forgotten."""
        calls, self.calls = self.calls, []
        return calls

    def stop(self) -> "Recorder":
        """Write down nothing more; listening costs next to nothing then."""
        self._on = False
        return self

    def of(self, *operations: str) -> list[Call]:
        """The calls of some operations."""
        return [call for call in self.calls if call.operation in operations]

    def counted(self) -> Counter[str]:
        """How many calls there were, by service and operation."""
        return Counter(f"{call.service}.{call.operation}" for call in self.calls)

    def _noted(self, service: str, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """The request as it is to be made."""
        if not self._on:
            return request
        self.calls.append(Call(service, operation, request))
        if self.is_counting_units and service == "dynamodb":
            return {**request, "ReturnConsumedCapacity": "INDEXES"}
        return request

    def _add(self, operation: str, answer: dict[str, Any]) -> None:
        if not self._on:
            return
        if "MessageId" in answer:
            self.message_ids.append(answer["MessageId"])
        if self.is_counting_units:
            told = answer.get("ConsumedCapacity", [])
            units = sum(one["CapacityUnits"] for one in (told if isinstance(told, list) else [told]))
            self.units["read" if operation in READING else "written"] += units


def on_twin(calls: Sequence[Call], table: str, twin: str) -> list[Call]:
    """The same calls on a table that holds the same from the beginning, so that the same conditions hold."""

    def moved(request: dict[str, Any]) -> dict[str, Any]:
        if request.get("TableName") == table:
            return {**request, "TableName": twin}
        if "RequestItems" in request:
            return {**request, "RequestItems": {twin: request["RequestItems"][table]}}
        return request

    return [Call(call.service, call.operation, moved(call.request)) for call in calls]


def replay(calls: Sequence[Call], client_of: Callable[[str], Any], workers: int = 1) -> Callable[[], None]:
    """Work that makes the calls again with bare clients, and does nothing with the answers."""
    bound = [(getattr(client_of(call.service), xform_name(call.operation)), call.request) for call in calls]

    def once(one: tuple[Callable[..., object], dict[str, Any]]) -> None:
        one[0](**one[1])

    def work() -> None:
        if workers == 1:
            for one in bound:
                once(one)
            return
        with ThreadPoolExecutor(workers) as pool:
            for _ in pool.map(once, bound):
                pass

    return work
