"""What the outputs of a stack are called; a test holds the queues to what the stack has."""

import re
from collections.abc import Mapping

QUEUES = ("Imports", "Plans", "Sms", "Email", "Letter", "Receipts")
"""Queues, as their outputs `<name>QueueUrl` and `<name>DeadLetterQueueUrl` name them."""

DELIVERY_LOGS = "delivery-logs"
DEAD_LETTERS = {name.lower(): name for name in QUEUES} | {DELIVERY_LOGS: "DeliveryLogs"}
"""Dead-letter queues by the names that people type; delivery logs come by no queue, but die as well."""


def as_settings(outputs: Mapping[str, str]) -> dict[str, str]:
    """The outputs by the names of settings: `TableName` is TABLE_NAME. Not each of them is a setting."""
    return {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper(): value for name, value in outputs.items()}
