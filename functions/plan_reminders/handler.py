"""Jobs of the planning queue: plan one shard of one campaign for today."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from upominek import bootstrap
from upominek.adapters.error_fields import fault_of
from upominek.application.jobs import PlanJob

logger, metrics = Logger(), Metrics()
processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
plan_reminders = bootstrap.plan_reminders()


def plan(record: SQSRecord) -> None:
    """Plan what one message asks for."""
    ids: dict[str, Any] = {"sqs_message": record.message_id}
    try:
        job = PlanJob.from_dict(record.json_body)
        ids |= job.to_dict()
        result = plan_reminders(job)
    except Exception as error:
        logger.warning("Shard not planned", **ids, **fault_of(error))
        raise
    logger.info("Shard planned", **job.to_dict(), **result.to_dict())
    metrics.add_metric(name="RemindersPlanned", unit=MetricUnit.Count, value=result.reminders)
    metrics.add_metric(name="DebtorsWithoutCase", unit=MetricUnit.Count, value=result.without_case)


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> Any:  # noqa: ANN401 - as Powertools has it
    """What could not be planned comes back and is tried again."""
    metrics.add_metric(name="Messages", unit=MetricUnit.Count, value=len(event["Records"]))
    empty: dict[str, Any] = {"batchItemFailures": []}
    return process_partial_response(event, plan, processor, context) if event["Records"] else empty
