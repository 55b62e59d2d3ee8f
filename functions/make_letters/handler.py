"""The lane of letters: make each once. And in the evening, by schedule: gather the day's letters to be printed."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from upominek import bootstrap
from upominek.adapters.error_fields import fault_of
from upominek.application.jobs import OutboxItem

logger, metrics = Logger(), Metrics()
processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
make_letters = bootstrap.make_letters()


def make(record: SQSRecord, lambda_context: Any) -> None:  # noqa: ANN401 - as Powertools has it
    """Make one letter, or leave it for later; no contact data is logged."""
    ids: dict[str, Any] = {"sqs_message": record.message_id}
    try:
        item = OutboxItem.from_dict(record.json_body)
        ids |= item.to_dict()
        outcome = make_letters(item, seconds_left=lambda_context.get_remaining_time_in_millis() / 1000)
    except Exception as error:
        logger.warning("Letter not made", **ids, **fault_of(error))
        raise
    logger.info("Letter handled", **item.to_dict(), outcome=outcome.value)
    metrics.add_metric(name=outcome.metric, unit=MetricUnit.Count, value=1)


def gather() -> dict[str, Any]:
    """Put the day's letters into batches; safe to repeat."""
    batches = [one.to_dict() for one in bootstrap.print_letters().all()]
    for one in batches:
        logger.info("Batch of letters", **one)
    metrics.add_metric(name="LettersToPrint", unit=MetricUnit.Count, value=sum(one["letters"] for one in batches))
    return {"batches": batches}


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> Any:  # noqa: ANN401 - as Powertools has it
    """What could not be made comes back and is tried again."""
    if event.get("gather"):
        return gather()
    metrics.add_metric(name="Messages", unit=MetricUnit.Count, value=len(event["Records"]))
    empty: dict[str, Any] = {"batchItemFailures": []}
    return process_partial_response(event, make, processor, context) if event["Records"] else empty
