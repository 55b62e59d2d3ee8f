"""Delivery logs that SNS writes to CloudWatch Logs: put on the receipts queue, without the phone numbers."""

from typing import Any

from upominek import bootstrap
from upominek.handlers.telemetry import Telemetry

telemetry = Telemetry()
read_logs, queues = bootstrap.delivery_log_reader(), bootstrap.queues()


def forward(event: dict[str, Any], _context: object) -> None:
    """Forward what can be read; what cannot is tried again by Lambda, and then lands in the dead-letter queue.

    Where all is well it says nothing: there is a call for nearly each SMS, and each is in the receipts' log again.
    """
    logs = read_logs(event["awslogs"]["data"])
    for log_event, error in logs.unreadable:
        telemetry.warn("Delivery log not readable", error, log_event=log_event)
    if logs.records:
        queues.receipts(logs.records)
    if logs.unreadable:
        raise ValueError(f"{len(logs.unreadable)} delivery logs could not be read")


handler = telemetry.logged(forward)
