"""Standard Webhooks: secrets, and signatures: whoever knows one sent this body, within the last five minutes.

Source: https://www.standardwebhooks.com, checked by the project's own library, in constant time and real time.
"""

import secrets as random_secrets
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook, WebhookVerificationError

SECRET_BYTES = 32
_NOBODY = "whsec_bm9ib2R5IGtub3dzIHRoaXMgc2VjcmV0"


def signed_at(secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> datetime | None:
    """When the sender signed the message, in real time (UTC); None when the signature does not hold.

    Args:
        secrets: any of them may have signed; without any, it takes as long as with one, and fails.
        headers: by lower-case name.
        body: the very bytes that came.
    """
    is_genuine = any(_is_genuine(secret, headers, body) for secret in secrets or (_NOBODY,))
    return datetime.fromtimestamp(float(headers["webhook-timestamp"]), UTC) if secrets and is_genuine else None


def new_secret() -> str:
    """A fresh secret: `whsec_` and 32 random bytes in base64."""
    return "whsec_" + b64encode(random_secrets.token_bytes(SECRET_BYTES)).decode()


def _is_genuine(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    webhook = Webhook(secret)
    try:
        webhook.verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, ValueError):
        # The library lets ValueError through where a signature is no base64 or the body no UTF-8.
        return False
    return True
