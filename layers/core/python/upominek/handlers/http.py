"""A function that is woken by a request to the HTTP API (payload version 2.0)."""

import json
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from upominek.domain.errors import Conflict, InvalidValue, Refused, Unavailable, UpominekError
from upominek.handlers.telemetry import Handler, Telemetry

_BY_CODE: Final = {
    "header_missing": 400,
    "signature_invalid": 401,
    "signature_malformed": 401,
    "timestamp_malformed": 401,
    "method_not_allowed": 405,
    "webhook_id_reused": 409,
    "body_too_large": 413,
    "events_invalid": 422,
}
_REFUSED: Final = 409
_TRY_AGAIN: Final = 503


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Attributes:
        method: in capital letters.
        path: the parameters of the path, by name, without a slash at its end.
        headers: by their names in small letters.
    """

    method: str

    path: Mapping[str, str]
    headers: Mapping[str, str]
    content: bytes


class Endpoint(Telemetry):
    """Answers requests; what is refused or may succeed later becomes an answer, all else a 500 of Lambda's own.

    Args:
        method: the only one that is answered; API Gateway brings the others, too, so that they can be told.
        refused: what the log says of a request that was refused.
        refused_metric: counts them.
        described: the error as JSON.
    """

    def __init__(
        self, *, method: str, refused: str, refused_metric: str, described: Callable[[UpominekError], Any]
    ) -> None:
        super().__init__()
        self.method, self.refused, self.refused_metric, self.described = method, refused, refused_metric, described

    def handler(self, answer: Callable[[Request], tuple[int, Any]]) -> Handler:
        """What Lambda calls; `answer` gives the status and what is said as JSON."""

        def request(event: dict[str, Any], _context: object) -> dict[str, Any]:
            headers = {"content-type": "application/json"}
            try:
                asked = _request(event)
                if asked.method != self.method:
                    headers["allow"] = self.method
                    raise _not_allowed(self.method)
                status, content = answer(asked)
            except (Refused, InvalidValue, Conflict, Unavailable) as error:
                self.warn(self.refused, code=error.code)
                self.count(self.refused_metric)
                status, content = status_of(error), self.described(error)
            return {"statusCode": status, "headers": headers, "body": json.dumps(content)}

        return self.counted(self.logged(request))


def status_of(error: UpominekError) -> int:
    """The HTTP status; 503 asks for the same again, later.

    An invalid value that is not the request's own is one of ours, a creditor's settings say: it will be mended, and
    whoever was told 422 would not come again.
    """
    return _BY_CODE.get(error.code, _REFUSED if isinstance(error, Refused) else _TRY_AGAIN)


def _not_allowed(method: str) -> Refused:
    return Refused("method_not_allowed", pl=f"Tu działa tylko {method}.", en=f"Only {method} works here.")


def _request(event: Mapping[str, Any]) -> Request:
    body = event.get("body") or ""
    content = b64decode(body) if event.get("isBase64Encoded") else body.encode(errors="surrogatepass")
    headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
    path = {name: value.rstrip("/") for name, value in (event.get("pathParameters") or {}).items()}
    return Request(event["requestContext"]["http"]["method"], path, headers, content)
