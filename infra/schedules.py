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


# When nobody makes letters any more, whatever a creditor's hours are. A day that was missed is made up for by the next.
GATHER_AT = "cron(30 23 * * ? *)"
GATHER_RETRY_SECONDS = 3600


# Between the ticks, so that the two do not start at the same moment. One that is lost is made up for by the next.
SWEEP_AT = "cron(20 * * * ? *)"
SWEEP_RETRY_SECONDS = 1800
# Several calls a night: each works for a quarter of an hour at most, and goes on where the last one stopped.
FORGET_AT = "cron(10 1-4 * * ? *)"
FORGET_RETRY_SECONDS = 1800


class Schedules(Construct):
    """By local time: ticks, an hourly sweep, the evening's gathering of letters, and the nights' forgetting.

    The tick looks for campaigns whose time of day has come. One that is lost is made up for by the next one, so it is
    not retried for longer than that. Letters that were not gathered can be at any time, by `upominek letter batch`.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        deployment: Deployment,
        *,
        starter: lambda_.IFunction,
        letters: lambda_.IFunction,
        forgetter: lambda_.IFunction,
        sweeper: lambda_.IFunction,
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
        # CDK's own target would allow every version of the functions as well.
        called = [starter.function_arn, letters.function_arn, forgetter.function_arn, sweeper.function_arn]
        self.role.add_to_policy(iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=called))
        self._call(
            "Tick",
            "Looks for campaigns whose time of day has come",
            starter,
            at=f"cron(0/{TICK_MINUTES} * * * ? *)",
            retried_seconds=TICK_MINUTES * 60,
        )
        self._call(
            "GatherLetters",
            "Gathers the letters of the day to be printed",
            letters,
            at=GATHER_AT,
            retried_seconds=GATHER_RETRY_SECONDS,
            said='{"gather": true}',
        )
        self._call(
            "Sweep",
            "Finds what stopped on its way",
            sweeper,
            at=SWEEP_AT,
            retried_seconds=SWEEP_RETRY_SECONDS,
        )
        self._call(
            "ForgetPeople",
            "Redacts old messages, and erases the people in cases closed long ago",
            forgetter,
            at=FORGET_AT,
            retried_seconds=FORGET_RETRY_SECONDS,
        )

    def _call(
        self,
        name: str,
        description: str,
        function: lambda_.IFunction,
        *,
        at: str,
        retried_seconds: int,
        said: str | None = None,
    ) -> None:
        schedule = scheduler.CfnSchedule(
            self,
            name,
            description=description,
            schedule_expression=at,
            schedule_expression_timezone=self.time_zone,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            group_name=self.group.ref,
            target=scheduler.CfnSchedule.TargetProperty(
                arn=function.function_arn,
                role_arn=self.role.role_arn,
                input=said,
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_retry_attempts=3, maximum_event_age_in_seconds=retried_seconds
                ),
            ),
        )
        schedule.node.add_dependency(self.role)
