"""Where everything is kept: the table, and the bucket that files come in by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.findings import accept
from infra.rows import (
    AGENDA_INDEX,
    ARRIVALS,
    DUE_INDEX,
    LETTERS,
    MANIFESTS,
    MESSAGE_INDEX,
    OPEN_INDEX,
    RETENTION_INDEX,
    WRITTEN,
)

if TYPE_CHECKING:
    from infra.environments import Deployment, Target

# The same names stand in upominek.adapters.aws.table.keys; a test compares the two.
PARTITION_KEY = "pk"
SORT_KEY = "sk"
EXPIRY = "expires_at"


class Storage(Construct):
    """One table, one bucket."""

    def __init__(self, scope: Construct, construct_id: str, deployment: Deployment, target: Target) -> None:
        super().__init__(scope, construct_id)
        removal = RemovalPolicy.DESTROY if target.embedded else RemovalPolicy.RETAIN
        self.table = self._table(target, removal)
        self.bucket = self._bucket(deployment, removal)

    def _table(self, target: Target, removal: RemovalPolicy) -> dynamodb.Table:
        table = dynamodb.Table(
            self,
            "Table",
            partition_key=_text(PARTITION_KEY),
            sort_key=_text(SORT_KEY),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=not target.embedded,
            time_to_live_attribute=EXPIRY,
            removal_policy=removal,
        )
        # Open invoices only: planning reads what is due, however many were ever imported.
        table.add_global_secondary_index(
            index_name=DUE_INDEX,
            partition_key=_text("due_shard"),
            sort_key=_text("due_key"),
            projection_type=dynamodb.ProjectionType.INCLUDE,
            non_key_attributes=["outstanding", "currency", "claim", "amount", "known_at", "corrects"],
        )
        # The same invoices by case, consistent: the sender reads all that a debtor owes at once.
        table.add_local_secondary_index(index_name=OPEN_INDEX, sort_key=_text("due_key"))
        # Debtors to be looked at for another reason than a due date.
        table.add_global_secondary_index(
            index_name=AGENDA_INDEX,
            partition_key=_text("agenda_shard"),
            sort_key=_text("agenda_key"),
            projection_type=dynamodb.ProjectionType.INCLUDE,
            non_key_attributes=["agenda_for"],
        )
        # Receipts from SNS carry the provider's message id and none of ours.
        table.add_global_secondary_index(
            index_name=MESSAGE_INDEX,
            partition_key=_text("message_key"),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )
        # Cases by the day on which an invoice of theirs was last closed, so that nobody looks for what has expired.
        table.add_global_secondary_index(
            index_name=RETENTION_INDEX,
            partition_key=_text("retention_shard"),
            sort_key=_text("retention_key"),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )
        return table

    def _bucket(self, deployment: Deployment, removal: RemovalPolicy) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Files",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=True,
            removal_policy=removal,
            lifecycle_rules=[
                s3.LifecycleRule(
                    noncurrent_version_expiration=Duration.days(30),
                    abort_incomplete_multipart_upload_after=Duration.days(7),
                ),
                *(
                    s3.LifecycleRule(prefix=prefix, expiration=Duration.days(deployment.retention.file_days))
                    for prefix in (*ARRIVALS, *WRITTEN)  # of no use after a while
                ),
                s3.LifecycleRule(prefix=LETTERS, expiration=Duration.days(deployment.retention.letter_days)),
                s3.LifecycleRule(prefix=MANIFESTS, expiration=Duration.days(deployment.retention.manifest_days)),
            ],
        )
        accept(
            bucket,
            "S1",
            "Access logs would be a second store of debtors' file names; every file is versioned, its import is "
            "recorded in the table, and CloudTrail data events can be switched on for an audit.",
        )
        return bucket


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
