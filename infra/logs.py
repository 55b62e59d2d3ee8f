"""Log groups that forget in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs

if TYPE_CHECKING:
    from constructs import Construct


def log_group(scope: Construct, construct_id: str, *, days: int, name: str | None = None) -> logs.LogGroup:
    """Make a log group that keeps its lines for so many days, and goes with the stack."""
    group = logs.LogGroup(scope, construct_id, log_group_name=name, removal_policy=RemovalPolicy.DESTROY)
    # The construct takes an enumeration; the number is what CloudFormation and the deployment's file have.
    cast("logs.CfnLogGroup", group.node.default_child).retention_in_days = days
    return group
