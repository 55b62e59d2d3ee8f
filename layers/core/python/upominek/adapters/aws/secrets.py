"""Webhook secrets, in Secrets Manager."""

import json
import time
from collections.abc import Sequence
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from upominek.adapters.aws.client.errors import error_code, translated
from upominek.domain.errors import NotFound

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

KEPT_SECONDS: Final = 60.0
"""How long a secret is believed: a rotated one is seen a minute later, and webhooks do not wait for Secrets Manager."""

# The second one: scheduled for deletion.
_GONE: Final = frozenset({"ResourceNotFoundException", "InvalidRequestException"})


class AwsSecretStore:
    """One secret for each creditor, `{"current": "whsec_…", "previous": "whsec_…"}`.

    Args:
        prefix: what the secrets' names begin with; the creditor's id follows.
    """

    def __init__(self, client: "SecretsManagerClient", prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self._kept: dict[str, tuple[float, tuple[str, ...]]] = {}

    def webhook_secrets(self, creditor: str) -> tuple[str, ...]:
        """The valid secrets, newest first. Raises: NotFound."""
        read_at, secrets = self._kept.get(creditor, (-KEPT_SECONDS, ()))
        if time.monotonic() - read_at < KEPT_SECONDS:
            return secrets
        secrets = self._read(creditor)
        self._kept[creditor] = (time.monotonic(), secrets)
        return secrets

    def _read(self, creditor: str) -> tuple[str, ...]:
        with translated("GetSecretValue"):
            try:
                answer = self._client.get_secret_value(SecretId=self._prefix + creditor)
            except ClientError as error:
                if error_code(error) not in _GONE:
                    raise
                raise NotFound(
                    "secret_not_found", pl=f"Brak sekretu dla „{creditor}”.", en=f"There is no secret for “{creditor}”."
                ) from error
        content = json.loads(answer["SecretString"])
        return tuple(content[name] for name in ("current", "previous") if content.get(name))

    def save_webhook_secrets(self, creditor: str, secrets: Sequence[str]) -> None:
        """Store or replace; at most two are valid at once."""
        name = self._prefix + creditor
        content = json.dumps(dict(zip(("current", "previous"), secrets, strict=False)))
        # By the token Secrets Manager knows a request that is asked again because no answer came.
        token = token_hex(16)
        with translated("PutSecretValue"):
            try:
                self._client.put_secret_value(SecretId=name, SecretString=content, ClientRequestToken=token)
            except ClientError as error:
                if error_code(error) != "ResourceNotFoundException":
                    raise
                self._client.create_secret(Name=name, SecretString=content, ClientRequestToken=token)
        self._kept.pop(creditor, None)
