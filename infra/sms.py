"""SMS through SNS: settings of the account, and the way back of what became of each message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack, custom_resources
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_logs_destinations as destinations
from constructs import Construct

from infra.findings import accept_wildcards
from infra.logs import log_group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.environments import Deployment, Target
    from infra.runtime import DeployedFunction


def allow_sms(role: iam.Role) -> None:
    """Let the role send to phone numbers, and publish to no topic.

    A phone number has no ARN, so the permission cannot name what is allowed, only what is not.
    """
    role.add_to_policy(iam.PolicyStatement(actions=["sns:Publish"], not_resources=["arn:aws:sns:*:*:*"]))


class Sms(Construct):
    """The log groups that SNS writes delivery results to, and the account's settings that make it do so."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        deployment: Deployment,
        target: Target,
        functions: Sequence[DeployedFunction],
    ) -> None:
        super().__init__(scope, construct_id)
        self._deployment = deployment
        stack = Stack.of(self)
        # SNS chooses these names; had it made the groups itself, they would keep phone numbers for ever.
        name = f"sns/{stack.region}/{stack.account}/DirectPublishToPhoneNumber"
        self.delivered = self._group("Delivered", name)
        self.failed = self._group("Failed", f"{name}/Failure")
        [forwarder] = [each.function for each in functions if each.row.takes_delivery_logs]
        for each, group in {"Delivered": self.delivered, "Failed": self.failed}.items():
            logs.SubscriptionFilter(
                self,
                f"{each}ToReceipts",
                log_group=group,
                destination=destinations.LambdaDestination(forwarder),
                filter_pattern=logs.FilterPattern.all_events(),
            )
        if deployment.sms.owns_account_settings and not target.embedded:
            self._account_settings()

    def _group(self, construct_id: str, name: str) -> logs.ILogGroup:
        if not self._deployment.sms.owns_account_settings:
            return logs.LogGroup.from_log_group_name(self, construct_id, name)
        return log_group(self, construct_id, days=self._deployment.retention.delivery_log_days, name=name)

    def _account_settings(self) -> None:
        """Have SNS report every SMS, and stop at the monthly limit: settings of the account, see docs/adr/0006."""
        reporter = iam.Role(self, "DeliveryStatus", assumed_by=iam.ServicePrincipal("sns.amazonaws.com"))
        reporter.add_to_policy(
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                resources=[self.delivered.log_group_arn, self.failed.log_group_arn],
            )
        )
        own_log = log_group(self, "SettingsLogs", days=self._deployment.retention.log_days)
        changer = iam.Role(self, "SettingsRole", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        changer.add_to_policy(
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[own_log.log_group_arn]
            )
        )
        change = custom_resources.AwsSdkCall(
            service="SNS",
            action="setSMSAttributes",
            parameters={
                "attributes": {
                    "DefaultSMSType": "Transactional",
                    "DeliveryStatusIAMRole": reporter.role_arn,
                    "DeliveryStatusSuccessSamplingRate": "100",
                    "MonthlySpendLimit": str(self._deployment.sms.monthly_spend_limit_usd),
                }
            },
            physical_resource_id=custom_resources.PhysicalResourceId.of("sms-account-settings"),
        )
        settings = custom_resources.AwsCustomResource(
            self,
            "Settings",
            # On deletion the settings stay: SNS would only be told to forget a limit.
            on_update=change,
            policy=custom_resources.AwsCustomResourcePolicy.from_statements(
                [
                    iam.PolicyStatement(actions=["sns:SetSMSAttributes"], resources=["*"]),
                    iam.PolicyStatement(actions=["iam:PassRole"], resources=[reporter.role_arn]),
                ]
            ),
            role=changer,
            log_group=own_log,
            install_latest_aws_sdk=False,
        )
        accept_wildcards(settings, "Settings of the whole account have no resource to name.", "*")
        # SNS tries the role at once.
        settings.node.add_dependency(reporter)
