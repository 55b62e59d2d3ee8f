"""The AWS clients, each made once and only when it is needed, since they are most of a cold start.

Where they connect, and as whom, they take from the environment. Table, queues and secrets are asked directly (see
`direct.py`), and are typed as the clients of botocore of whose operations they have some.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast

from upominek.adapters.aws.direct import DirectDynamoDb, DirectSecretsManager, DirectSqs
from upominek.adapters.aws.table import WORKERS

if TYPE_CHECKING:
    from botocore.session import Session
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
    def _session(self) -> "Session":
        from botocore.session import get_session  # noqa: PLC0415 - many functions never need it

        return get_session()

    def _client(self, service: str, **settings: Any) -> Any:  # noqa: ANN401 - cast below
        from botocore.config import Config  # noqa: PLC0415 - the same

        usual = {"connect_timeout": 2, "read_timeout": 20, "tcp_keepalive": True, "retries": _REPEATING}
        config = Config(**{**usual, **settings})
        return self._session.create_client(service, config=config)

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        """The table. All writes are conditional or idempotent, so repeating them is harmless."""
        return cast("DynamoDBClient", DirectDynamoDb(connections=2 * WORKERS))

    @cached_property
    def sqs(self) -> "SQSClient":
        """The queues."""
        return cast("SQSClient", DirectSqs(connections=WORKERS))

    @cached_property
    def s3(self) -> "S3Client":
        """The bucket."""
        return cast("S3Client", self._client("s3", read_timeout=60))

    @cached_property
    def secretsmanager(self) -> "SecretsManagerClient":
        """Webhook secrets."""
        return cast("SecretsManagerClient", DirectSecretsManager())

    @cached_property
    def sns(self) -> "SNSClient":
        """SMS: no request is ever repeated by the SDK, since it might send a message twice."""
        return cast("SNSClient", self._client("sns", retries=_ONCE))

    @cached_property
    def sesv2(self) -> "SESV2Client":
        """E-mail: no request is ever repeated by the SDK, since it might send a message twice."""
        return cast("SESV2Client", self._client("sesv2", retries=_ONCE))
