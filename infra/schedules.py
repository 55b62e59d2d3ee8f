"""What starts by the clock: the schedules that the rows of `infra/functions.py` name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.environments import Deployment
    from infra.rows import Schedule
    from infra.runtime import DeployedFunction


class Schedules(Construct):
    """All of them, by local time."""

    def __init__(
        self, scope: Construct, construct_id: str, deployment: Deployment, functions: Sequence[DeployedFunction]
    ) -> None:
        super().__init__(scope, construct_id)
        self.time_zone = deployment.time_zone
        self.group = scheduler.CfnScheduleGroup(self, "Group")
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={
                    "StringEquals": {
                        "aws:SourceAccount": Stack.of(self).account,
                        "aws:SourceArn": self.group.attr_arn,
                    }
                },
            ),
        )
        called = [each for each in functions if each.row.schedules]
        # CDK's own target would allow every version of the functions as well.
        self.role.add_to_policy(
            iam.PolicyStatement(
                actions=["lambda:InvokeFunction"], resources=[each.function.function_arn for each in called]
            )
        )
        for each in called:
            for row in each.row.schedules:
                self._call(each, row)

    def _call(self, called: DeployedFunction, row: Schedule) -> None:
        schedule = scheduler.CfnSchedule(
            self,
            row.name,
            description=row.does,
            schedule_expression=row.at,
            schedule_expression_timezone=self.time_zone,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            group_name=self.group.ref,
            target=scheduler.CfnSchedule.TargetProperty(
                arn=called.function.function_arn,
                role_arn=self.role.role_arn,
                input=row.says,
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_retry_attempts=3, maximum_event_age_in_seconds=row.retried_seconds
                ),
            ),
        )
        schedule.node.add_dependency(self.role)
