"""Handing a message to a carrier at most once.

Whatever a carrier's client raises or answers is told in three words first: `NotConnected`, `NoAnswer`, `Refused`. By
these alone it is judged what became of the message: a request that certainly did not leave is tried again; one that may
have arrived is not, whatever became of the answer.
"""

import time
import tomllib
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final, Protocol

from upominek.adapters.clock import real_time
from upominek.domain.errors import LaneFault, OutcomeUnknown, PermanentFailure, SendingError, TemporaryFailure

_CONNECT_ATTEMPTS: Final = 3
_IDLE: Final = timedelta(seconds=15)
_THROTTLED: Final = 429
_SERVER_ERROR: Final = 500


class NotConnected(Exception):
    """No connection came about, so no byte of the message left. It has the fault's name, without personal data."""


class NoAnswer(Exception):
    """The message may have left, and nobody said what became of it. It has the fault's name, without personal data."""


class Refused(Exception):
    """The carrier answered that it does not take the message, by an error or by a `200` that says so.

    Attributes:
        status: of HTTP, where the answer has one that says something.
        code: the answer's own short name.
        text: what it says besides; it may have the address in it, and goes no further than the carrier's table.
        request: the carrier's name of the request, for asking its support.
    """

    def __init__(self, code: str, text: str = "", *, status: int = 0, request: str = "") -> None:
        super().__init__(code)
        self.code, self.text, self.status, self.request = code, text, status, request


Word = NotConnected | NoAnswer | Refused | SendingError
"""What became of a call; a fault of the set-up that kept it from being made is a `SendingError` at once."""


class Closable(Protocol):
    """A client whose connections can be closed; it opens new ones when used again."""

    def close(self) -> None:
        """Close them."""
        ...


class AtMostOnce:
    """Makes the calls of one sender.

    Args:
        client: repeats nothing by itself.
        folder: dotted name of the carrier's package, with its `errors.toml`.
        in_our_words: what an exception of the client means; None for one that is no answer of the carrier nor a fault
            of the way to it. A call may raise the words itself as well.
    """

    def __init__(self, client: Closable, folder: str, in_our_words: Callable[[Exception], Word | None]) -> None:
        self._client = client
        self._folder = folder
        self._in_our_words = in_our_words
        self._used_at = real_time()

    def call(self, call: Callable[[], str]) -> str:
        """The message id that the call returns. Raises: SendingError."""
        # Between invocations Lambda sleeps, and connections die: to meet a dead one would leave an outcome unknown.
        if real_time() - self._used_at > _IDLE:
            self._client.close()
        try:
            return self._connected(call)
        except (NotConnected, NoAnswer, Refused) as word:
            # No cause: what a carrier says may have the address in it.
            raise sending_error(word, self._folder) from None
        finally:
            self._used_at = real_time()

    def _connected(self, call: Callable[[], str]) -> str:
        for attempt in range(1, _CONNECT_ATTEMPTS):
            try:
                return self._worded(call)
            except NotConnected:
                time.sleep(0.2 * attempt)
        return self._worded(call)

    def _worded(self, call: Callable[[], str]) -> str:
        try:
            return call()
        except (NotConnected, NoAnswer, Refused, SendingError):
            raise
        except Exception as error:
            word = self._in_our_words(error)
            if word is None:
                raise
            raise word from None


def sending_error(word: NotConnected | NoAnswer | Refused, folder: str) -> SendingError:
    """What the word means for the message. Its texts have no personal data."""
    match word:
        case NotConnected():
            return TemporaryFailure("no-connection", str(word))
        case NoAnswer():
            return OutcomeUnknown("no-answer", str(word))
        case Refused():
            return _refused(word, folder)


def _refused(word: Refused, folder: str) -> SendingError:
    text = word.text.lower()
    detail = " ".join(filter(None, (word.code, str(word.status or ""), word.request)))
    entry = next(
        (one for one in _entries(folder) if word.code in one["error"] and one.get("contains", "") in text), None
    )
    if entry is None:
        if word.status >= _SERVER_ERROR:
            return OutcomeUnknown("provider-error", detail)
        return TemporaryFailure("throttled", detail) if word.status == _THROTTLED else LaneFault("unclassified", detail)
    if entry["kind"] == "permanent":
        known: SendingError = PermanentFailure(
            entry["code"], detail, address_unusable=entry.get("address_unusable", False)
        )
    else:
        known = _KINDS[entry["kind"]](entry["code"], detail)
    known.pl, known.en = entry["pl"], entry["en"]
    return known


_KINDS: Final = {"temporary": TemporaryFailure, "lane-fault": LaneFault, "unknown": OutcomeUnknown}


@cache
def _entries(folder: str) -> list[dict[str, Any]]:
    """What is known of a carrier's errors, the most exact first."""
    table = tomllib.loads((files(folder) / "errors.toml").read_text(encoding="utf-8"))
    return sorted(table["errors"], key=lambda entry: "contains" not in entry)
