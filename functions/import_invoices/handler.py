"""Messages of the imports queue: notifications of S3 about new files, and the jobs into which large files are cut."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from upominek import bootstrap
from upominek.adapters.aws.s3_events import tasks
from upominek.adapters.error_fields import fault_of

logger, metrics = Logger(), Metrics()
processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
import_invoices = bootstrap.import_invoices()


def work(record: SQSRecord) -> None:
    """Take the step that a message asks for, or begin with the files that it tells of; nothing of them is logged."""
    try:
        for task in tasks(record.json_body):
            standing = import_invoices(task)
            logger.info("Import carried on", **task.to_log(), state=standing.state if standing else "refused")
    except Exception as error:
        logger.warning("Import not carried on", sqs_message=record.message_id, **fault_of(error))
        raise


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> Any:  # noqa: ANN401 - as Powertools has it
    """What could not be done comes back and is tried again."""
    metrics.add_metric(name="Messages", unit=MetricUnit.Count, value=len(event["Records"]))
    empty: dict[str, Any] = {"batchItemFailures": []}
    return process_partial_response(event, work, processor, context) if event["Records"] else empty
