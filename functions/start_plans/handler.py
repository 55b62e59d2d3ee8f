"""The schedule's tick, each quarter of an hour: start the campaigns whose time of day has come."""

from dataclasses import asdict
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from upominek import bootstrap
from upominek.adapters.error_fields import fault_of

logger, metrics = Logger(), Metrics()
start_plans = bootstrap.start_plans()


@metrics.log_metrics
@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Safe to call at any time and any number of times; what was started is the answer."""
    try:
        started = [asdict(one) | {"day": one.day.isoformat()} for one in start_plans()]
    except ExceptionGroup as failures:
        for failure in failures.exceptions:
            logger.warning("Campaigns not started", **fault_of(failure))
        raise
    for one in started:
        logger.info("Campaign started", **one)
    metrics.add_metric(name="CampaignsStarted", unit=MetricUnit.Count, value=len(started))
    return {"started": started}
