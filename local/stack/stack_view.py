"""What there is to say of the running embedded stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from upominek.domain.parties.actor import Actor, Face

if TYPE_CHECKING:
    from local.stack.embedded import Embedded
    from local.stack.target import Target

ON_THE_WAY = ": on the way: "
"""Stands in what progress says while something moves on the queues."""
OWNER = Actor("upominek", Face.COMMAND_LINE)
"""Who acts where a program plays on the embedded stack, and nobody's name is asked for."""


def describe(running: Embedded, target: Target) -> dict[str, Any]:
    """The JSON of `up`: endpoints, and creditors with the secrets that sign their webhooks (embedded stack only)."""
    secrets = target.application.show_secrets(OWNER)
    return {
        "endpoints": running.endpoints,
        "stack": running.stack,
        "region": running.environment()["AWS_REGION"],
        "bucket": running.outputs["BucketName"],
        "table": running.outputs["TableName"],
        "table_engine": running.table_engine,
        "state_dir": str(running.state_dir),
        "credentials": {
            "access_key_id": running.environment()["AWS_ACCESS_KEY_ID"],
            "secret_access_key": running.environment()["AWS_SECRET_ACCESS_KEY"],
        },
        "now": running.clock.now().isoformat(),
        "outputs": running.outputs,
        "pids": running.pids,
        "creditors": [{"id": one, "webhook_secret": secret} for one, secret in secrets.items()],
    }
