"""What starts by the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_

    from infra.environments import Deployment

TICK_MINUTES = 15


class Schedules(Construct):
    """A tick each quarter of an hour, by local time, that looks for campaigns whose time of day has come.

    A tick that is lost is made up for by the next one, so it is not retried for longer than that.
    """

    def __init__(self, scope: Construct, construct_id: str, deployment: Deployment, starter: lambda_.IFunction) -> None:
        super().__init__(scope, construct_id)
        group = scheduler.CfnScheduleGroup(self, "Group")
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={
                    "StringEquals": {"aws:SourceAccount": Stack.of(self).account, "aws:SourceArn": group.attr_arn}
                },
            ),
        )
        # CDK's own target would allow every version of the function as well.
        role.add_to_policy(iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[starter.function_arn]))
        tick = scheduler.CfnSchedule(
            self,
            "Tick",
            description="Looks for campaigns whose time of day has come",
            schedule_expression=f"cron(0/{TICK_MINUTES} * * * ? *)",
            schedule_expression_timezone=deployment.time_zone,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            group_name=group.ref,
            target=scheduler.CfnSchedule.TargetProperty(
                arn=starter.function_arn,
                role_arn=role.role_arn,
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_retry_attempts=3, maximum_event_age_in_seconds=TICK_MINUTES * 60
                ),
            ),
        )
        tick.node.add_dependency(role)
