"""Handing a message to a provider at most once.

A request that certainly did not leave is tried again; one that may have arrived is not, whatever became of the answer.
"""

import ssl
import time
import tomllib
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final, Protocol

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProxyConnectionError,
    SSLError,
)

from upominek.adapters.aws.client.errors import error_code
from upominek.adapters.clock import real_time
from upominek.domain.errors import LaneFault, OutcomeUnknown, PermanentFailure, SendingError, TemporaryFailure

CONNECTING: Final = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError)
"""No connection came about, so no byte of the message left."""

_CONNECT_ATTEMPTS: Final = 3
_IDLE: Final = timedelta(seconds=15)
_THROTTLED: Final = 429
_SERVER_ERROR: Final = 500


class Closable(Protocol):
    """A client whose connections can be closed; it opens new ones when used again."""

    def close(self) -> None:
        """Close them."""
        ...


class AtMostOnce:
    """Makes the calls of one sender.

    Args:
        client: repeats nothing by itself.
        errors: section of `provider_errors.toml`.
    """

    def __init__(self, client: Closable, errors: str) -> None:
        self._client = client
        self._errors = errors
        self._used_at = real_time()

    def call(self, call: Callable[[], str]) -> str:
        """The message id that the call returns. Raises: SendingError."""
        # Between invocations Lambda sleeps, and connections die: to meet a dead one would leave an outcome unknown.
        if real_time() - self._used_at > _IDLE:
            self._client.close()
        try:
            return self._connected(call)
        except (BotoCoreError, ClientError) as error:
            # No cause: what AWS says may have the address in it.
            raise sending_error(error, self._errors) from None
        finally:
            self._used_at = real_time()

    @staticmethod
    def _connected(call: Callable[[], str]) -> str:
        for attempt in range(1, _CONNECT_ATTEMPTS):
            try:
                return call()
            except CONNECTING:
                time.sleep(0.2 * attempt)
        return call()


def sending_error(error: BotoCoreError | ClientError, section: str) -> SendingError:
    """What an error of the provider, or of the way to it, means for the message. Its texts have no personal data."""
    if isinstance(error, ClientError):
        return _answered(error, section)
    name = type(error).__name__
    match error:
        case NoCredentialsError() | PartialCredentialsError() | NoRegionError():
            return LaneFault("no-credentials", name)
        case CredentialRetrievalError():
            return TemporaryFailure("no-credentials-now", name)
        case SSLError() if isinstance(error.kwargs.get("error"), ssl.SSLCertVerificationError):
            return LaneFault("certificate-refused", name)
    return (
        TemporaryFailure("no-connection", name) if isinstance(error, CONNECTING) else OutcomeUnknown("no-answer", name)
    )


def _answered(error: ClientError, section: str) -> SendingError:
    code, text = error_code(error), str(error.response.get("Error", {}).get("Message", "")).lower()
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    request = error.response.get("ResponseMetadata", {}).get("RequestId", "")
    detail = " ".join(filter(None, (code, str(status or ""), request)))
    entry = next((one for one in _entries(section) if code in one["error"] and one.get("contains", "") in text), None)
    if entry is None:
        if status >= _SERVER_ERROR:
            return OutcomeUnknown("provider-error", detail)
        return TemporaryFailure("throttled", detail) if status == _THROTTLED else LaneFault("unclassified", detail)
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
def _entries(section: str) -> list[dict[str, Any]]:
    """What is known of a provider's errors, the most exact first."""
    table = tomllib.loads(files("upominek.data").joinpath("provider_errors.toml").read_text(encoding="utf-8"))
    return sorted(table[section], key=lambda entry: "contains" not in entry)
