"""The AWS clients, each made once and only when it is needed: every one costs some 25 ms of a cold start.

Where they connect, and as whom, botocore takes from the environment.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast

from botocore.config import Config
from botocore.session import Session, get_session

from upominek.adapters.aws.table import WORKERS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

_REPEATING: Final = {"mode": "standard", "total_max_attempts": 5}
_ONCE: Final = {"mode": "standard", "total_max_attempts": 1}


class Clients:
    """One client for each service. boto3 itself adds nothing to them but 40 ms."""

    @cached_property
    def _session(self) -> Session:
        return get_session()

    def _client(self, service: str, **settings: Any) -> Any:  # noqa: ANN401 - cast below
        usual = {"connect_timeout": 2, "read_timeout": 20, "tcp_keepalive": True, "retries": _REPEATING}
        config = Config(**{**usual, **settings})
        return self._session.create_client(service, config=config)

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        """The table. All writes are conditional or idempotent, so repeating them is harmless."""
        client = self._client("dynamodb", read_timeout=5, max_pool_connections=2 * WORKERS)
        return cast("DynamoDBClient", client)

    @cached_property
    def sqs(self) -> "SQSClient":
        """The queues."""
        return cast("SQSClient", self._client("sqs", max_pool_connections=WORKERS))

    @cached_property
    def s3(self) -> "S3Client":
        """The bucket."""
        return cast("S3Client", self._client("s3", read_timeout=60))

    @cached_property
    def secretsmanager(self) -> "SecretsManagerClient":
        """Webhook secrets."""
        return cast("SecretsManagerClient", self._client("secretsmanager", read_timeout=5))

    @cached_property
    def sns(self) -> "SNSClient":
        """SMS: no request is ever repeated by the SDK, since it might send a message twice."""
        return cast("SNSClient", self._client("sns", retries=_ONCE))

    @cached_property
    def sesv2(self) -> "SESV2Client":
        """E-mail: no request is ever repeated by the SDK, since it might send a message twice."""
        return cast("SESV2Client", self._client("sesv2", retries=_ONCE))
