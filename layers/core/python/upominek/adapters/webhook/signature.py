"""Standard Webhooks: secrets, and signatures: whoever knows one sent this body, within the last five minutes.

Source: https://www.standardwebhooks.com, checked by the project's own library, in constant time and real time.
"""

import hmac
import re
import secrets as random_secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from standardwebhooks import Webhook, WebhookVerificationError

from upominek.domain.errors import Refused

ID, TIMESTAMP, SIGNATURE = HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
SECRET_BYTES: Final = 32
_NOBODY: Final = "whsec_bm9ib2R5IGtub3dzIHRoaXMgc2VjcmV0"

_SECONDS: Final = re.compile(r"[0-9]{1,11}(?:[.][0-9]+)?")
_FINER: Final = re.compile(r"[0-9]{12,19}")
_STANDARD: Final = re.compile(r"v1,[A-Za-z0-9+/]{43}=")
_HABITS: Final = re.compile(
    r"(?:sha256=|v1=|t=[0-9]+,).*|(?:v1,)?[0-9A-Fa-f]{64}|[A-Za-z0-9+/_-]{43}=?"
    r"|v1,(?=.*[_-]|[^=]{43}$)[A-Za-z0-9+/_-]{43}=?"
)
"""How other standards write a signature: GitHub's, Stripe's, in hexadecimal, bare, and in the alphabet of base64url."""


def check_headers(headers: Mapping[str, str]) -> None:
    """What can be said of the headers without knowing any secret, so that it tells a stranger nothing.

    Args:
        headers: by lower-case name.

    Raises:
        Refused: `header_missing`, `timestamp_malformed`, `signature_malformed`.
    """
    for name in HEADERS:
        if not headers.get(name, "").strip():
            raise _missing(name)
    if not _SECONDS.fullmatch(headers[TIMESTAMP].strip()):
        raise _no_seconds(is_finer=bool(_FINER.fullmatch(headers[TIMESTAMP].strip())))
    signatures = headers[SIGNATURE].split()
    if any(map(_HABITS.fullmatch, signatures)) and not any(map(_STANDARD.fullmatch, signatures)):
        raise _no_standard()


def signed_at(secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> datetime | None:
    """When the sender signed the message, in real time (UTC); None when the signature does not hold.

    Args:
        secrets: any of them may have signed; without any, it takes as long as with one, and fails.
        headers: by lower-case name.
        body: the very bytes that came.
    """
    is_genuine = any(_is_genuine(secret, headers, body) for secret in secrets or (_NOBODY,))
    return datetime.fromtimestamp(float(headers[TIMESTAMP]), UTC) if secrets and is_genuine else None


def new_secret() -> str:
    """A fresh secret: `whsec_` and 32 random bytes in base64."""
    return "whsec_" + b64encode(random_secrets.token_bytes(SECRET_BYTES)).decode()


def _is_genuine(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    webhook = Webhook(secret)
    try:
        _verify(webhook, secret, headers, body)
    except (WebhookVerificationError, ValueError, OverflowError):
        # The library lets ValueError through where a signature is no base64.
        return False
    return True


def _verify(webhook: Webhook, secret: str, headers: Mapping[str, str], body: bytes) -> None:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        # The library takes nothing but texts: it looks at the time, over an empty one; the bytes are compared here.
        at = datetime.fromtimestamp(float(headers[TIMESTAMP]), UTC)
        webhook.verify("", {**headers, SIGNATURE: webhook.sign(headers[ID], at, "")}, json_parse=False)
        key = b64decode(secret.removeprefix("whsec_") + "==")
        signed = hmac.digest(key, f"{headers[ID]}.{int(at.timestamp())}.".encode() + body, "sha256")
        given = (b64decode(one[3:]) for one in headers[SIGNATURE].split(" ") if one.startswith("v1,"))
        if not any([hmac.compare_digest(signed, one) for one in given]):  # noqa: C419 - all of them, always
            raise WebhookVerificationError("No matching signature found") from None
    else:
        webhook.verify(text, dict(headers), json_parse=False)


def _missing(name: str) -> Refused:
    return Refused(
        "header_missing",
        pl=f"Brakuje nagłówka {name}. Potrzebne są: {', '.join(HEADERS)} (Standard Webhooks).",
        en=f"The header {name} is missing. Needed are: {', '.join(HEADERS)} (Standard Webhooks).",
    )


def _no_seconds(*, is_finer: bool) -> Refused:
    return Refused(
        "timestamp_malformed",
        pl=f"Nagłówek {TIMESTAMP} musi podawać sekundy od 1970 roku, cyframi"
        + ("; to są milisekundy albo drobniejsze jednostki." if is_finer else "."),
        en=f"The header {TIMESTAMP} must give seconds since 1970, in digits"
        + ("; these are milliseconds, or finer." if is_finer else "."),
    )


def _no_standard() -> Refused:
    form = "v1,<base64>"
    return Refused(
        "signature_malformed",
        pl=f"Podpis w nagłówku {SIGNATURE} musi mieć postać {form}: bez „sha256=”, nie szesnastkowo, zwykłym base64 "
        "(z + i /, nie base64url), z = na końcu.",
        en=f"The signature in the header {SIGNATURE} must be written {form}: without “sha256=”, not in hexadecimal, "
        "in plain base64 (with + and /, not base64url), with = at the end.",
    )
