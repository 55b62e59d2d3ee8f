"""Delivery logs that SNS writes to CloudWatch Logs: put on the receipts queue, without the phone numbers."""

import json
from typing import Any

from aws_lambda_powertools import Logger

from upominek import bootstrap
from upominek.adapters.carriers.sns.reports import unpacked_logs, without_phone
from upominek.adapters.error_fields import fault_of

logger = Logger()
queues = bootstrap.queues()


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> None:
    """Forward what can be read; what cannot is tried again by Lambda, and then lands in the dead-letter queue.

    Where all is well it says nothing: there is a call for nearly each SMS, and each is in the receipts' log again.
    """
    batch = unpacked_logs(event["awslogs"]["data"])
    if batch["messageType"] == "CONTROL_MESSAGE":  # CloudWatch only tries whether we are there
        return
    records, unreadable = [], 0
    for line in batch["logEvents"]:
        try:
            records.append(without_phone(json.loads(line["message"])))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            unreadable += 1
            logger.warning("Delivery log not readable", log_event=line.get("id"), **fault_of(error))
    queues.receipts(records)
    if unreadable:
        raise ValueError(f"{unreadable} delivery logs could not be read")
