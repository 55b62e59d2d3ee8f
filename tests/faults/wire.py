"""The product's own AWS clients, with every call of theirs in the hands of a fate.

The hooks are the pools of connections of the direct clients, and botocore's event `before-send` of any other. So a call
is counted, and stopped before and after, on the day on which somebody writes it; nobody has to list it anywhere.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from socket import IPPROTO_TCP, TCP_NODELAY
from threading import RLock
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HTTPHeaders
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from botocore.httpsession import URLLib3Session
from botocore.session import get_session
from urllib3.exceptions import NewConnectionError
from urllib3.exceptions import ReadTimeoutError as NoAnswerError

from tests.faults.outside import Answer, Outside, broken, throttled
from upominek.adapters.aws.client.clients import Clients
from upominek.adapters.aws.client.signed_http import SignedHttp

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CARRIERS: Final = frozenset({"sns", "sesv2"})
Send = Callable[[], AWSResponse]


class Killed(BaseException):
    """What a process sees of its end: nothing that it could catch."""


@dataclass(frozen=True)
class Call:
    """One request as it goes over the wire; repetitions by botocore are requests of their own."""

    service: str
    operation: str
    url: str

    @property
    def name(self) -> str:
        return f"{self.service}.{self.operation}"

    def answered(self, answer: Answer) -> AWSResponse:
        return response(self.url, answer.status, answer.headers, answer.body)


class Body(io.BytesIO):
    """A body as urllib3 hands it out."""

    def stream(self, *_: object, **__: object) -> Any:  # noqa: ANN401 - as urllib3 has it
        while piece := self.read(65536):
            yield piece


def response(url: str, status: int, headers: Mapping[str, str], body: bytes) -> AWSResponse:
    return AWSResponse(url, status, HTTPHeaders.from_pairs(headers.items()), Body(body))


Fault = Callable[["Fate", Call, Send], AWSResponse]


def killed(fate: "Fate", _: Call, __: Send) -> AWSResponse:
    fate.die()


def killed_after(fate: "Fate", _: Call, send: Send) -> AWSResponse:
    send()
    fate.die()


def unreachable(_: "Fate", call: Call, __: Send) -> AWSResponse:
    """No connection comes about, and the client knows it."""
    raise EndpointConnectionError(endpoint_url=call.url)


def lost(fate: "Fate", call: Call, _: Send) -> AWSResponse:
    """The request is lost on its way; the client cannot tell that from a lost answer."""
    fate.note_doubt(call)
    fate.lost.append(call.name)
    raise ReadTimeoutError(endpoint_url=call.url)


def answer_lost(fate: "Fate", call: Call, send: Send) -> AWSResponse:
    """The call is done, a message accepted; nobody hears of it."""
    send()
    fate.note_doubt(call)
    raise ReadTimeoutError(endpoint_url=call.url)


def turned_away(_: "Fate", call: Call, __: Send) -> AWSResponse:
    return call.answered(throttled(call.service))


def broken_after(fate: "Fate", call: Call, send: Send) -> AWSResponse:
    """The call is done, and the service says that it failed."""
    send()
    fate.note_doubt(call)
    return call.answered(broken(call.service))


def rival(fate: "Fate", _: Call, send: Send) -> AWSResponse:
    """Another worker with the same message does all of it first: whatever is conditional is lost to it."""
    fate.let_rival()
    return send()


def rival_after(fate: "Fate", _: Call, send: Send) -> AWSResponse:
    answer = send()
    fate.let_rival()
    return answer


EVERYWHERE: Final[Mapping[str, Fault]] = {
    "killed": killed,
    "answer lost": answer_lost,
    "throttled": turned_away,
    "rival": rival,
    "unreachable for good": unreachable,
    "answers lost for good": answer_lost,
}
"""At every call. What happens right after a call is what happens right before the next one: nothing that a process does
in between outlives it."""
AT_CARRIERS: Final[Mapping[str, Fault]] = {
    "killed after": killed_after,
    "unreachable": unreachable,
    "lost": lost,
    "broken after": broken_after,
    "rival after": rival_after,
    "throttled for good": turned_away,
}
"""Where botocore repeats nothing, and at the last call of all. To any other service these are as good as one above."""
FAULTS: Final = {**EVERYWHERE, **AT_CARRIERS}
FOR_GOOD: Final = frozenset(name for name in FAULTS if name.endswith("for good"))
"""The same at every call from then on, until the worker is given up: botocore's own repetitions do not help."""


@dataclass
class Fate:
    """Counts the calls of one worker, and at one of them lets its fault happen.

    Attributes:
        at: the number of the call, from 1; 0 lets all be well.
        calls: names of all calls so far.
        doubts: calls to carriers of whose outcome the worker cannot know.
        lost: requests that never arrived, though the worker cannot know.
        rival: does the whole of the same message.
    """

    at: int = 0
    fault: str = ""
    calls: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    has_struck: bool = False
    is_dead: bool = False
    rival: Callable[[], object] | None = None
    _lock: Any = field(default_factory=RLock)

    def pass_through(self, call: Call, send: Send) -> AWSResponse:
        with self._lock:
            if self.is_dead:
                raise Killed  # the dead do not clean up
            self.calls.append(call.name)
            number = len(self.calls)
            is_now = number == self.at or (0 < self.at < number and self.fault in FOR_GOOD)
            self.has_struck |= is_now
        return FAULTS[self.fault](self, call, send) if is_now else send()

    def die(self) -> Any:  # noqa: ANN401 - never returns
        self.is_dead = True
        raise Killed

    def let_rival(self) -> None:
        if self.rival is not None:
            self.rival()

    def note_doubt(self, call: Call) -> None:
        if call.service in CARRIERS:
            self.doubts.append(call.name)


ONLY: Final = {"sns": "Publish", "sesv2": "SendEmail", "s3": "PutObject"}
"""What is asked of services that do not name it in a header of its own."""


@dataclass(frozen=True)
class FatedPool:
    """Stands where a direct client has its pool of connections; answers and fails as urllib3 does."""

    service: str
    endpoint: str
    wire: "Wire"

    def close(self) -> None:
        """Nothing is open."""

    def urlopen(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> "PlainAnswer":
        target = headers.get("X-Amz-Target") or ONLY[self.service]
        call = Call(self.service, target.rpartition(".")[2], self.endpoint)
        request = AWSPreparedRequest(method, urljoin(self.endpoint, path), dict(headers), body, stream_output=False)
        try:
            answer = self.wire.fate.pass_through(call, lambda: self.wire.send(call, request))
        except EndpointConnectionError as error:
            raise NewConnectionError(self, str(error)) from error  # type: ignore[arg-type]
        except ReadTimeoutError as error:
            raise NoAnswerError(self, path, str(error)) from error  # type: ignore[arg-type]
        return PlainAnswer(answer.status_code, answer.headers, answer.content)


@dataclass(frozen=True)
class PlainAnswer:
    """As urllib3 has it."""

    status: int
    headers: Any
    data: bytes


class Wire:
    """The clients of one process. Made once, since a client takes longer to make than a journey; `fate` changes.

    Attributes:
        outside: answers for every service but the table.
        engine: the table's engine itself, past all fate.
    """

    engine: "DynamoDBClient"

    def __init__(self) -> None:
        self.clients = Clients()
        self.fate = Fate()
        self.outside: Outside | None = None
        self._http = URLLib3Session(max_pool_connections=40, socket_options=[(IPPROTO_TCP, TCP_NODELAY, 1)])

    def make(self) -> None:
        """Make every client that the product knows of, while the environment says where they connect."""
        for name, member in vars(Clients).items():
            if isinstance(member, cached_property):
                client = getattr(self.clients, name)
                if isinstance(client, SignedHttp):
                    pool = FatedPool(SERVICES.get(name, name), client.endpoint, self)
                    setattr(client, "_connect", partial(_given, pool))  # noqa: B010 - mypy minds the other way
                    client.close()
                else:
                    client.meta.events.register("before-send", self._pass)
        self.engine = get_session().create_client("dynamodb")  # type: ignore[assignment]

    def _pass(self, request: AWSPreparedRequest, event_name: str, **_: object) -> AWSResponse:
        _, service, operation = event_name.split(".")
        call = Call(service, operation, request.url)
        return self.fate.pass_through(call, lambda: self.send(call, request))

    def send(self, call: Call, request: AWSPreparedRequest) -> AWSResponse:
        if call.service == "dynamodb":
            answer: AWSResponse = self._http.send(request)
            return answer
        assert self.outside is not None
        body = request.body or b""
        if hasattr(body, "read"):
            body = body.read()
        content = body.encode() if isinstance(body, str) else bytes(body)
        headers = {
            name: value.decode() if isinstance(value, bytes) else str(value) for name, value in request.headers.items()
        }
        return call.answered(self.outside.answer(call.service, request.method, request.url, headers, content))


def _given(pool: FatedPool) -> FatedPool:
    return pool


SERVICES: Final = {"uploads": "s3"}
"""Services of clients with a name of their own."""
