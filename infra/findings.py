"""Findings of cdk-nag that are accepted, each with its reason, beside the construct that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Acknowledgment, Validations

if TYPE_CHECKING:
    from constructs import IConstruct

PACK = "AwsSolutions::AwsSolutions"


def accept(construct: IConstruct, rule: str, reason: str) -> None:
    """Accept one rule's finding about this construct and what it consists of."""
    Validations.of(construct).acknowledge(Acknowledgment(id=f"{PACK}-{rule}", reason=reason))


def accept_wildcards(construct: IConstruct, reason: str, *resources: str) -> None:
    """Accept these resources with a wildcard in the construct's policies; any other one is still a finding."""
    for resource in resources:
        accept(construct, f"IAM5[Resource::{resource}]", reason)
