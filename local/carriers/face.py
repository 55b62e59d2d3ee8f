"""The simulator's face: takes the calls that are meant for carriers, and hands on to ministack what is nobody's."""

from __future__ import annotations

import http.client
import select
import socket
import threading
import time
import uuid
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from typing_extensions import override

from local.carriers.behaviours import Behaviour, Call, Pace, behaviour_of
from local.carriers.message import Message
from local.carriers.stand_ins import STAND_INS

if TYPE_CHECKING:
    from local.carriers.journal import Journal
    from local.carriers.mail import MailFolder
    from local.stack.clock import MovableClock

READY_PATH = "/ready"
# ministack closes connections after 75 idle seconds; a call must not meet that moment.
REUSE_SECONDS = 30
# How much earlier the answers come than the answer of the call.
EARLY_SECONDS = 2.0
HANG_SECONDS = 300
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server", "expect"}


class Response(NamedTuple):
    """An answer over HTTP."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether the call was taken."""
        return http.client.OK <= self.status < http.client.MULTIPLE_CHOICES


class Simulator(ThreadingHTTPServer):
    """Listens, with a thread for each connection."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], *, emulator: str, journal: Journal, mail: MailFolder, clock: MovableClock
    ) -> None:
        super().__init__(address, Face)
        self.emulator = urlsplit(emulator)
        self.journal = journal
        self.mail = mail
        self.clock = clock
        self._throttled: set[str] = set()
        self._lock = threading.Lock()

    def refuses(self, behaviour: Behaviour, recipient: str) -> bool:
        """Whether this call is refused; of two calls to a throttled recipient it is the first one."""
        if behaviour.call is Call.THROTTLED:
            with self._lock:
                first = recipient not in self._throttled
                self._throttled ^= {recipient}
            return first
        return behaviour.call in {Call.REFUSED, Call.MISCONFIGURED, Call.BROKEN}


class Face(BaseHTTPRequestHandler):
    """One connection."""

    server: Simulator
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # Headers and body leave together, once a call is answered.

    @override
    def setup(self) -> None:
        """Open the connection to ministack with the first call."""
        super().setup()
        self._upstream: http.client.HTTPConnection | None = None
        self._used_at = 0.0

    @override
    def finish(self) -> None:
        """Close both connections."""
        if self._upstream is not None:
            self._upstream.close()
        super().finish()

    def do_GET(self) -> None:
        """Say that all is well, or hand on."""
        if self.path == READY_PATH:
            self._answer(Response(200, {"Content-Type": "text/plain"}, b"ready\n"))
        else:
            self._relay()

    def do_POST(self) -> None:
        """Take a message, or hand on."""
        self._relay()

    def do_PUT(self) -> None:
        """Hand on."""
        self._relay()

    def do_DELETE(self) -> None:
        """Hand on."""
        self._relay()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Write no log: it would hold recipients."""

    def _relay(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        carrier = next((name for name, one in STAND_INS.items() if one.takes(self.command, path)), None)
        stand_in = STAND_INS[carrier] if carrier else None
        try:
            recipient = stand_in.recipient_of(body) if stand_in else None
            if carrier is None or stand_in is None or recipient is None:
                self._answer(self._hand_on(body))
                return
            behaviour = behaviour_of(recipient)
            if self.server.refuses(behaviour, recipient):
                self._answer(Response(*stand_in.refusal(behaviour.call, str(uuid.uuid4()))))
                return
            response = Response(*stand_in.answered(body, partial(self._hand_on, body)))
            if response.is_success:
                message = Message(
                    carrier=carrier,
                    channel=stand_in.CHANNEL,
                    id=stand_in.accepted_id(response.body),
                    recipient=recipient,
                    accepted_at=self.server.clock.now(),
                    request=stand_in.remembered(body),
                )
                if mail := stand_in.mail_of(body):
                    self.server.mail.keep(message.id, mail)
                self.server.journal.add(message, behaviour)
                self._hold_back(message, behaviour)
            if self._is_cut(behaviour):
                return
            self._answer(response)
        except (ConnectionError, TimeoutError, http.client.HTTPException) as error:
            self._upstream = None
            text = f"the emulator at {self.server.emulator.netloc} does not answer: {error!r}\n"
            self._answer(Response(503, {"Content-Type": "text/plain"}, text.encode()))

    def _hand_on(self, body: bytes) -> Response:
        if self._upstream is None or time.monotonic() - self._used_at > REUSE_SECONDS:
            if self._upstream is not None:
                self._upstream.close()
            self._upstream = http.client.HTTPConnection(self.server.emulator.netloc, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        self._upstream.request(self.command, self.path, body, headers)
        answer = self._upstream.getresponse()
        content = answer.read()
        self._used_at = time.monotonic()
        return Response(
            answer.status,
            {name: value for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP},
            content,
        )

    def _hold_back(self, message: Message, behaviour: Behaviour) -> None:
        """Give what is told before its time a head start."""
        if behaviour.pace is Pace.EARLY:
            deadline = time.monotonic() + EARLY_SECONDS
            while self.server.journal.is_waiting(message.id) and time.monotonic() < deadline:
                time.sleep(0.02)
            time.sleep(EARLY_SECONDS)

    def _is_cut(self, behaviour: Behaviour) -> bool:
        """Leave the caller without an answer, where the recipient wants it so."""
        if behaviour.call not in {Call.CUT_OFF, Call.HANGING}:
            return False
        if behaviour.call is Call.HANGING:
            # Until the caller gives up.
            select.select([self.connection], [], [], HANG_SECONDS)
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)
        return True

    def _answer(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)
