"""Items of the outbox, of both lanes: send each reminder once."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from upominek import bootstrap
from upominek.adapters.error_fields import fault_of
from upominek.application.jobs import OutboxItem

# A line for each message is most of what logs cost, so it does not repeat what the name of the log group says.
logger, metrics = Logger(location=None), Metrics()
processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
send_reminder = bootstrap.send_reminder()


def send(record: SQSRecord, lambda_context: Any) -> None:  # noqa: ANN401 - as Powertools has it
    """Send one item, or leave it for later; no contact data is logged."""
    ids: dict[str, Any] = {"sqs_message": record.message_id}
    try:
        item = OutboxItem.from_dict(record.json_body)
        ids |= item.to_dict()
        outcome = send_reminder(item, seconds_left=lambda_context.get_remaining_time_in_millis() / 1000)
    except Exception as error:
        logger.warning("Reminder not handled", **ids, **fault_of(error))
        raise
    logger.info("Reminder handled", **item.to_dict(), outcome=outcome.value)
    metrics.add_metric(name=outcome.metric, unit=MetricUnit.Count, value=1)


@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> Any:  # noqa: ANN401 - as Powertools has it
    """What could not be handled comes back and is tried again."""
    logger.append_keys(function_request_id=context.aws_request_id)
    metrics.add_metric(name="Messages", unit=MetricUnit.Count, value=len(event["Records"]))
    empty: dict[str, Any] = {"batchItemFailures": []}
    return process_partial_response(event, send, processor, context) if event["Records"] else empty
