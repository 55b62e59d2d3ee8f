"""Requests to AWS, signed by botocore's signer and carried by urllib3, with botocore's names for what goes wrong.

Where they go, and as whom, the environment says as for any SDK. What kept an answer away is told as botocore tells it,
so whoever decides what an error means need not know who made the request.
"""

import socket
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ReadTimeoutError,
    SSLError,
)
from botocore.httpsession import get_cert_path
from urllib3 import HTTPConnectionPool, PoolManager, Timeout, exceptions
from urllib3.connection import HTTPConnection

from upominek.settings import of_aws

if TYPE_CHECKING:
    from urllib3.response import BaseHTTPResponse

REFUSED: Final = 300
"""The lowest status that is no success."""

_CONNECT_SECONDS: Final = 2
_KEPT_ALIVE: Final = [*HTTPConnection.default_socket_options, (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]


class _Plain(AWSRequest):
    """A request whose body is what it was given; botocore's would prepare the whole request to say it."""

    body = property(lambda self: self.data)


class SignedHttp:
    """One service. May be used by several threads.

    Attributes:
        signer: S3's differs from all others'.

    Args:
        service: its name in signatures, such as `dynamodb`.
        host: what its host name begins with.
        variable: its name in the environment, `AWS_ENDPOINT_URL_<variable>`.
        connections: kept open at once.
        read_seconds: how long to wait for an answer.
        endpoint: instead of the one that the environment says.

    Raises:
        NoRegionError: neither the environment nor a profile names a region.
    """

    signer: ClassVar[type[SigV4Auth]] = SigV4Auth

    def __init__(
        self,
        service: str,
        *,
        host: str,
        variable: str,
        connections: int,
        read_seconds: float,
        endpoint: str | None = None,
    ) -> None:
        self._service = service
        self._region = _region()
        self._stated = _stated_credentials()
        self._connections = connections
        self._timeout = Timeout(connect=_CONNECT_SECONDS, read=read_seconds)
        # Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
        stated = endpoint or of_aws(f"AWS_ENDPOINT_URL_{variable}") or of_aws("AWS_ENDPOINT_URL")
        self.endpoint = (stated or f"https://{host}.{self._region}.amazonaws.com").rstrip("/")
        # Behind a gateway a service may begin further down.
        self._path = urlsplit(self.endpoint).path
        self.pool = self._connect()

    def _connect(self) -> HTTPConnectionPool:
        manager = PoolManager(
            maxsize=self._connections,
            timeout=self._timeout,
            retries=False,
            socket_options=_KEPT_ALIVE,
            ca_certs=of_aws("AWS_CA_BUNDLE") or get_cert_path(verify=True),
        )
        return manager.connection_from_url(self.endpoint)

    def close(self) -> None:
        """Close the connections; a new one is made by the next request."""
        self.pool.close()
        self.pool = self._connect()

    @cached_property
    def _credentials(self) -> Credentials:
        """Those of the environment, as in Lambda; else whatever botocore finds, such as a profile's."""
        if self._stated is not None:
            return self._stated
        from botocore.session import get_session  # noqa: PLC0415 - takes longer to import than all of this

        found: Credentials | None = get_session().get_credentials()
        if found is None:
            raise NoCredentialsError
        return found

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> "BaseHTTPResponse":
        """One request and its answer, read whole; never repeated here.

        Args:
            path: below the endpoint, quoted.
            headers: those that are signed; the signature is added to them.

        Raises:
            BotoCoreError: there is no answer.
        """
        request = _Plain(method, self.endpoint + path, data=body)
        request.headers = headers  # type: ignore[assignment] # a plain dict, for the same reason
        self.signer(self._credentials.get_frozen_credentials(), self._service, self._region).add_auth(request)
        try:
            return self.pool.urlopen(method, self._path + path, body=body, headers=headers)
        except exceptions.HTTPError as error:
            raise self._fault(error) from error

    def _fault(self, error: exceptions.HTTPError) -> BotoCoreError:
        match error:
            case exceptions.ConnectTimeoutError() | exceptions.NewConnectionError():
                return EndpointConnectionError(endpoint_url=self.endpoint)
            case exceptions.ReadTimeoutError():
                return ReadTimeoutError(endpoint_url=self.endpoint)
            case exceptions.SSLError():
                return SSLError(endpoint_url=self.endpoint, error=error.args[0] if error.args else error)
        return ConnectionClosedError(endpoint_url=self.endpoint)


def refusal(answer: "BaseHTTPResponse", operation: str, code: str, message: str, **told: Any) -> ClientError:  # noqa: ANN401
    """The service's refusal, as botocore has it."""
    about = {"HTTPStatusCode": answer.status, "RequestId": answer.headers.get("x-amzn-requestid", "")}
    response: Any = {**told, "Error": {"Code": code, "Message": message}, "ResponseMetadata": about}
    return ClientError(response, operation)


def _stated_credentials() -> Credentials | None:
    if (key := of_aws("AWS_ACCESS_KEY_ID")) and (secret := of_aws("AWS_SECRET_ACCESS_KEY")):
        return Credentials(key, secret, of_aws("AWS_SESSION_TOKEN"))
    return None


def _region() -> str:
    """The region of the environment; where that says nothing, the profile's."""
    region = of_aws("AWS_REGION") or of_aws("AWS_DEFAULT_REGION")
    if not region:
        from botocore.session import get_session  # noqa: PLC0415 - never in Lambda

        region = get_session().get_config_variable("region")
    if not region:
        raise NoRegionError
    return region
