"""What a running stack says of itself."""

from typing import Any

ON_THE_WAY = ": on the way: "


def describe(running: Any) -> dict[str, Any]:  # noqa: ANN401 - Embedded, imported only where it is needed
    """The JSON of `up`: endpoints, and creditors with the secrets that sign their webhooks (embedded stack only)."""
    from cli.target import find_target

    application = find_target(None).application
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
        "creditors": [
            {"id": one, "webhook_secret": application.secrets.webhook_secrets(one)[0]}
            for one in application.creditors.ids()
        ],
    }
