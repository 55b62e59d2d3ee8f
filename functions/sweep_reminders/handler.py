"""The hour's sweep: find what stopped on its way, and count it for the alarms."""

from typing import Any, Final

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from upominek import bootstrap
from upominek.adapters.error_fields import fault_of

SPARE_MILLISECONDS: Final = 300_000
"""What one look may take: the manifest of a day with a million reminders."""

logger, metrics = Logger(), Metrics()
sweep = bootstrap.sweep()


@logger.inject_lambda_context
def handler(_event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - as Powertools has it
    """Safe to call at any time and any number of times; what there was no time for, the next call looks at."""
    swept = sweep(has_time=lambda: context.get_remaining_time_in_millis() > SPARE_MILLISECONDS)
    for health in swept.known:
        logger.info("Looked at", creditor=health.creditor, at=health.at.isoformat(), troubles=health.troubles)
    if swept.troubles:  # a metric that is written by the hour costs its price all month, found or not
        for trouble, count in swept.troubles.items():
            metrics.add_metric(name=trouble.metric, unit=MetricUnit.Count, value=count)
        metrics.add_metric(name="ReceiptsAwaited", unit=MetricUnit.Count, value=swept.awaited)
        metrics.flush_metrics()
    for failure in swept.failures:
        logger.warning("Not looked at", **fault_of(failure))
    if swept.failures:
        message = "creditors that could not be looked at"
        raise ExceptionGroup(message, swept.failures)
    return {"creditors": len(swept.known), "troubles": {one.value: count for one, count in swept.troubles.items()}}
