"""The AWS clients, each made once and only when it is needed, since they are most of a cold start.

Where they connect, and as whom, they take from the environment. All but the bucket are asked directly (see
`direct.py`), and are typed as the clients of botocore of whose operations they have some.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from upominek.adapters.aws.client.direct import (
    DirectDynamoDb,
    DirectS3,
    DirectSecretsManager,
    DirectSes,
    DirectSns,
    DirectSqs,
)
from upominek.adapters.aws.client.parallel import WORKERS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient


class Clients:
    """One client for each service."""

    def __init__(self) -> None:
        self._others: dict[str, Any] = {}

    def of(self, service: str) -> Any:  # noqa: ANN401 - the clients of services share no type
        """A service as botocore asks it, for what only people at a terminal ask for; made once."""
        from botocore.session import get_session  # noqa: PLC0415 - no function needs it

        if service not in self._others:
            self._others[service] = get_session().create_client(service)
        return self._others[service]

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
        from botocore.config import Config  # noqa: PLC0415 - most functions never need it
        from botocore.session import get_session  # noqa: PLC0415 - the same

        repeating: Any = {"mode": "standard", "total_max_attempts": 5}
        config = Config(connect_timeout=2, read_timeout=60, tcp_keepalive=True, retries=repeating)
        return cast("S3Client", get_session().create_client("s3", config=config))

    @cached_property
    def uploads(self) -> DirectS3:
        """The bucket, where small files are all that it is given."""
        return DirectS3()

    @cached_property
    def secretsmanager(self) -> "SecretsManagerClient":
        """Webhook secrets."""
        return cast("SecretsManagerClient", DirectSecretsManager())

    @cached_property
    def sns(self) -> "SNSClient":
        """SMS: no request is ever repeated by the client, since it might send a message twice."""
        return cast("SNSClient", DirectSns())

    @cached_property
    def sesv2(self) -> "SESV2Client":
        """E-mail: no request is ever repeated by the client, since it might send a message twice."""
        return cast("SESV2Client", DirectSes())
