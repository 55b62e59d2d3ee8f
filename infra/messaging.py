"""The queues between the functions, each with its dead-letter queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

# A message that failed this often will not succeed by itself.
MAX_RECEIVES = 5
# A moved message keeps its age, so a dead-letter queue must keep it for longer than the queue that it comes from.
KEPT = Duration.days(4)
KEPT_DEAD = Duration.days(14)


@dataclass(frozen=True, slots=True)
class Timing:
    """How long the queue's consumer may work on a batch, and when the oldest message is too old.

    A message becomes visible again after twice the working time. AWS advises six times, for consumers that are
    throttled; ours are limited by the event source itself, which does not fetch what it cannot hand on.
    """

    work: Duration
    alarm_age: Duration


class WorkQueue(Construct):
    """A queue, its dead-letter queue, and what its consumer has to know."""

    def __init__(self, scope: Construct, construct_id: str, timing: Timing) -> None:
        super().__init__(scope, construct_id)
        self.name = construct_id
        self.timing = timing
        self.dead_letters = dead_letter_queue(self, "DeadLetters")
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=Duration.seconds(2 * timing.work.to_seconds()),
            retention_period=KEPT,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=MAX_RECEIVES),
        )


class Messaging(Construct):
    """All queues. The outbox queues are standard ones; the creditor as message group keeps them fair."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.imports = WorkQueue(self, "Imports", Timing(Duration.minutes(15), alarm_age=Duration.hours(1)))
        self.plans = WorkQueue(self, "Plans", Timing(Duration.minutes(5), alarm_age=Duration.minutes(30)))
        # Reminders that wait for contact hours are sent anew each quarter of an hour, so these too stay young.
        self.sms = WorkQueue(self, "Sms", Timing(Duration.minutes(2), alarm_age=Duration.hours(1)))
        self.email = WorkQueue(self, "Email", Timing(Duration.minutes(2), alarm_age=Duration.hours(1)))
        # Letters are made within contact hours as well, and a batch of them takes seconds.
        self.letter = WorkQueue(self, "Letter", Timing(Duration.minutes(3), alarm_age=Duration.hours(1)))
        self.receipts = WorkQueue(self, "Receipts", Timing(Duration.minutes(1), alarm_age=Duration.hours(1)))
        # What the log subscription could not hand on; the function is then invoked anew with it.
        self.lost_delivery_logs = dead_letter_queue(self, "DeliveryLogsDeadLetters")
        self.all = (self.imports, self.plans, self.sms, self.email, self.letter, self.receipts)

    @property
    def dead_letters(self) -> dict[str, sqs.Queue]:
        """Every dead-letter queue under the name of what died there."""
        return {queue.name: queue.dead_letters for queue in self.all} | {"DeliveryLogs": self.lost_delivery_logs}

    def announce_files(self, bucket: s3.Bucket, prefixes: tuple[str, ...]) -> None:
        """Put a message on the imports queue for every file that arrives under one of the prefixes.

        CDK's own `add_event_notification` would bring a function and a role of its own that may change any bucket;
        CloudFormation can say the same in the bucket itself.
        """
        self.imports.queue.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[self.imports.queue.queue_arn],
                # Naming the bucket would close a circle: S3 wants to see this permission before the bucket exists.
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )
        resource = cast("s3.CfnBucket", bucket.node.default_child)
        resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                s3.CfnBucket.QueueConfigurationProperty(
                    event="s3:ObjectCreated:*",
                    queue=self.imports.queue.queue_arn,
                    filter=s3.CfnBucket.NotificationFilterProperty(
                        s3_key=s3.CfnBucket.S3KeyFilterProperty(
                            rules=[s3.CfnBucket.FilterRuleProperty(name="prefix", value=prefix)]
                        )
                    ),
                )
                for prefix in prefixes
            ]
        )
        resource.node.add_dependency(self.imports.queue.node.find_child("Policy"))


def dead_letter_queue(scope: Construct, construct_id: str) -> sqs.Queue:
    """Where messages end that a person has to look at."""
    return sqs.Queue(
        scope, construct_id, encryption=sqs.QueueEncryption.SQS_MANAGED, enforce_ssl=True, retention_period=KEPT_DEAD
    )
