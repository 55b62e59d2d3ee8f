"""What AWS's client raises, in the three words by which a message is judged."""

import ssl
from typing import Final

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
from upominek.adapters.carriers.at_most_once import NoAnswer, NotConnected, Refused, Word
from upominek.domain.errors import LaneFault, TemporaryFailure

_CONNECTING: Final = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError)


def in_our_words(error: Exception) -> Word | None:
    """The word for an error of botocore; None for any other."""
    if isinstance(error, ClientError):
        answer = error.response.get("ResponseMetadata", {})
        return Refused(
            error_code(error),
            str(error.response.get("Error", {}).get("Message", "")),
            status=int(answer.get("HTTPStatusCode", 0)),
            request=answer.get("RequestId", ""),
        )
    if not isinstance(error, BotoCoreError):
        return None
    name = type(error).__name__
    match error:
        case NoCredentialsError() | PartialCredentialsError() | NoRegionError():
            return LaneFault("no-credentials", name)
        case CredentialRetrievalError():
            return TemporaryFailure("no-credentials-now", name)
        case SSLError() if isinstance(error.kwargs.get("error"), ssl.SSLCertVerificationError):
            return LaneFault("certificate-refused", name)
    return NotConnected(name) if isinstance(error, _CONNECTING) else NoAnswer(name)
