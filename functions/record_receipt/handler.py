"""Messages of the receipts queue: events of SES through EventBridge, delivery logs of SNS through the forwarder."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from upominek import bootstrap
from upominek.adapters.carriers.reports import read_report
from upominek.adapters.error_fields import fault_of
from upominek.domain.errors import UpominekError

# A line for each message is most of what logs cost, so it does not repeat what the name of the log group says.
logger, metrics = Logger(location=None), Metrics()
processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
record_receipt = bootstrap.record_receipt()


def take(record: SQSRecord) -> None:
    """Record one report, unless it is about somebody else's e-mail; no contact data is logged."""
    try:
        report = read_report(record.json_body)
        outcome = record_receipt(report, record.json_body) if report else None
    except Exception as error:
        logger.warning("Report not recorded", sqs_message=record.message_id, **fault_of(error))
        raise
    if report and outcome:
        logger.info("Report handled", outcome=outcome.value, **report.to_log())
        metrics.add_metric(name=outcome.metric, unit=MetricUnit.Count, value=1)
        metrics.add_metric(name="ReportsToLookAt", unit=MetricUnit.Count, value=int(report.asks_for_a_look))


def brake() -> None:
    """Count the batch; the reports themselves are safe, so a failure here brings none of them back."""
    try:
        for braked in record_receipt.brake():
            logger.warning("Bounce brake", **braked.to_log())
            metrics.add_metric(name=braked.metric, unit=MetricUnit.Count, value=1)
    except UpominekError as error:
        logger.warning("Not counted yet", **fault_of(error))


@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> Any:  # noqa: ANN401 - as Powertools has it
    """What could not be recorded comes back and is tried again."""
    logger.append_keys(function_request_id=context.aws_request_id)
    metrics.add_metric(name="Messages", unit=MetricUnit.Count, value=len(event["Records"]))
    empty: dict[str, Any] = {"batchItemFailures": []}
    answer = process_partial_response(event, take, processor, context) if event["Records"] else empty
    brake()
    return answer
