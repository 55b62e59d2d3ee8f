"""The calls to AWS that the product makes: written down once, so that a bare client can make the very same again."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from botocore import xform_name

from upominek.adapters.aws.clients import Clients
from upominek.adapters.aws.direct import JsonClient

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
        is_counting_units: asks the engine for them, which makes answers longer; not while anything is timed.
    """

    is_counting_units: bool = False
    calls: list[Call] = field(default_factory=list)
    units: Counter[str] = field(default_factory=Counter)
    _on: bool = True

    def watch(self, clients: Clients, *services: str) -> None:
        """Listen to the product's clients."""
        for service in services:
            client = getattr(clients, service)
            if isinstance(client, JsonClient):
                self._watch_direct(service, client)
                continue
            events = client.meta.events
            events.register(f"provide-client-params.{service}", self._note)
            if service == "dynamodb":
                events.register("after-call.dynamodb", self._add_units)

    def _watch_direct(self, service: str, client: JsonClient) -> None:
        ask = client.call

        def watched(operation: str, /, **request: Any) -> Any:  # noqa: ANN401
            answer = ask(operation, **self._noted(service, operation, request))
            self._add(operation, answer)
            return answer

        client.call = watched  # type: ignore[method-assign]

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

    def _note(self, params: dict[str, Any], model: Any, **_: object) -> dict[str, Any]:  # noqa: ANN401
        return self._noted(model.service_model.service_name, model.name, params)

    def _noted(self, service: str, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """The request as it is to be made."""
        if not self._on:
            return request
        self.calls.append(Call(service, operation, request))
        if self.is_counting_units and service == "dynamodb":
            return {**request, "ReturnConsumedCapacity": "INDEXES"}
        return request

    def _add_units(self, parsed: dict[str, Any], model: Any, **_: object) -> None:  # noqa: ANN401
        self._add(model.name, parsed)

    def _add(self, operation: str, answer: dict[str, Any]) -> None:
        if self._on and self.is_counting_units:
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
