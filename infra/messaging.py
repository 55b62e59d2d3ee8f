"""The queues between the functions, each with its dead-letter queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.functions import QUEUES, worker_of

if TYPE_CHECKING:
    from infra.rows import Queue

# A message that failed this often will not succeed by itself.
MAX_RECEIVES = 5
# A moved message keeps its age, so a dead-letter queue must keep it for longer than the queue that it comes from.
KEPT = Duration.days(4)
KEPT_DEAD = Duration.days(14)


class WorkQueue(Construct):
    """A queue and its dead-letter queue.

    A message becomes visible again after twice the time that the function which it wakes may work. AWS advises six
    times, for consumers that are throttled; ours are limited by the event source itself, which does not fetch what it
    cannot hand on.
    """

    def __init__(self, scope: Construct, row: Queue) -> None:
        super().__init__(scope, row.name)
        self.row = row
        self.dead_letters = dead_letter_queue(self, "DeadLetters")
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=Duration.seconds(2 * worker_of(row).timeout_seconds),
            retention_period=KEPT,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=MAX_RECEIVES),
        )


class Messaging(Construct):
    """All queues. The outbox queues are standard ones; the creditor as message group keeps them fair."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.queues = {row: WorkQueue(self, row) for row in QUEUES}
        # What the log subscription could not hand on; the function is then invoked anew with it.
        self.lost_delivery_logs = dead_letter_queue(self, "DeliveryLogsDeadLetters")

    @property
    def dead_letters(self) -> dict[str, sqs.Queue]:
        """Every dead-letter queue under the name of what died there."""
        return {row.name: each.dead_letters for row, each in self.queues.items()} | {
            "DeliveryLogs": self.lost_delivery_logs
        }

    def announce_files(self, bucket: s3.Bucket) -> None:
        """Put a message on a queue for every file that arrives under one of the prefixes that it announces.

        CDK's own `add_event_notification` would bring a function and a role of its own that may change any bucket;
        CloudFormation can say the same in the bucket itself.
        """
        announcing = [each for each in self.queues.values() if each.row.announces]
        resource = cast("s3.CfnBucket", bucket.node.default_child)
        resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                _announcement(each.queue, prefix) for each in announcing for prefix in each.row.announces
            ]
        )
        for each in announcing:
            each.queue.add_to_resource_policy(
                iam.PolicyStatement(
                    principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                    actions=["sqs:SendMessage"],
                    resources=[each.queue.queue_arn],
                    # Naming the bucket would close a circle: S3 wants to see this permission before the bucket exists.
                    conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
                )
            )
            resource.node.add_dependency(each.queue.node.find_child("Policy"))


def _announcement(queue: sqs.Queue, prefix: str) -> s3.CfnBucket.QueueConfigurationProperty:
    rule = s3.CfnBucket.FilterRuleProperty(name="prefix", value=prefix)
    return s3.CfnBucket.QueueConfigurationProperty(
        event="s3:ObjectCreated:*",
        queue=queue.queue_arn,
        filter=s3.CfnBucket.NotificationFilterProperty(s3_key=s3.CfnBucket.S3KeyFilterProperty(rules=[rule])),
    )


def dead_letter_queue(scope: Construct, construct_id: str) -> sqs.Queue:
    """Where messages end that a person has to look at."""
    return sqs.Queue(
        scope, construct_id, encryption=sqs.QueueEncryption.SQS_MANAGED, enforce_ssl=True, retention_period=KEPT_DEAD
    )
