"""The nights' schedule: redact what was said long ago, erase the people in cases that were closed long ago."""

from dataclasses import asdict
from typing import Any, Final

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from upominek import bootstrap
from upominek.adapters.error_fields import fault_of

SPARE_MILLISECONDS: Final = 60_000
"""Time to finish what is under way: a batch, or a case."""

logger, metrics = Logger(), Metrics()
forget_people = bootstrap.forget_people()


@metrics.log_metrics
@logger.inject_lambda_context
def handler(_event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - as Powertools has it
    """Stops before its time is over; what is left, the next call does. Safe to repeat."""
    try:
        done = forget_people(lambda: context.get_remaining_time_in_millis() > SPARE_MILLISECONDS)
    except ExceptionGroup as failures:
        for failure in failures.exceptions:
            logger.warning("Not forgotten", **fault_of(failure))
        raise
    for one in done:
        logger.info("Forgotten", **asdict(one))
    metrics.add_metric(
        name="RemindersRedacted", unit=MetricUnit.Count, value=sum(one.reminders_redacted for one in done)
    )
    metrics.add_metric(name="CasesErased", unit=MetricUnit.Count, value=sum(one.cases_erased for one in done))
    return {"done": [asdict(one) for one in done]}
