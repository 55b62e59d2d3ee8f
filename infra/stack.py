"""The stack: only composes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import CfnOutput, Stack

from infra.api import Api
from infra.functions import RECEIPTS
from infra.mail import Mail
from infra.messaging import Messaging
from infra.monitoring import Monitoring
from infra.runtime import Runtime
from infra.schedules import Schedules
from infra.sms import Sms
from infra.storage import Storage

if TYPE_CHECKING:
    from constructs import Construct

    from infra.environments import Deployment, Target


class UpominekStack(Stack):
    """One deployment of Upominek, for any number of creditors."""

    def __init__(self, scope: Construct, deployment: Deployment, target: Target, **options: Any) -> None:  # noqa: ANN401 - CDK's own
        super().__init__(
            scope, deployment.stack, description="Upominek: reminders to pay, by SMS and e-mail", **options
        )
        secret_prefix = f"upominek/{deployment.stack}/webhook/"

        storage = Storage(self, "Storage", deployment, target)
        messaging = Messaging(self, "Messaging")
        messaging.announce_files(storage.bucket)
        mail = Mail(self, "Mail", deployment, target, messaging.queues[RECEIPTS])
        runtime = Runtime(
            self,
            "Runtime",
            deployment=deployment,
            target=target,
            storage=storage,
            messaging=messaging,
            mail=mail,
            secret_prefix=secret_prefix,
        )
        functions = list(runtime.functions.values())
        sms = Sms(self, "Sms", deployment, target, functions)
        api = Api(self, "Api", deployment, functions)
        Schedules(self, "Schedules", deployment, functions)
        # Nobody sits at a pager for a laptop, and ministack has no metric math.
        if not target.embedded:
            Monitoring(
                self,
                "Monitoring",
                deployment=deployment,
                messaging=messaging,
                runtime=runtime,
                mail=mail,
                sms=sms,
                api=api,
            )

        outputs = {
            "TableName": storage.table.table_name,
            "BucketName": storage.bucket.bucket_name,
            "WebhookUrl": api.webhook_url,
            "WebhookSecretPrefix": secret_prefix,
            **{
                f"{each.row.name}Function": each.function.function_name
                for each in functions
                if each.row.is_called_by_people
            },
            # Lists what went out, for `upominek outbox`: the table has no index for that question.
            "SendReminderLogGroup": runtime.functions["send_reminder"].log_group.log_group_name,
            "SmsLogGroup": sms.delivered.log_group_name,
            "SmsFailureLogGroup": sms.failed.log_group_name,
            "SesConfigurationSet": mail.configuration_set.configuration_set_name,
            **{f"{row.name}QueueUrl": each.queue.queue_url for row, each in messaging.queues.items()},
            **{f"{name}DeadLetterQueueUrl": queue.queue_url for name, queue in messaging.dead_letters.items()},
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
