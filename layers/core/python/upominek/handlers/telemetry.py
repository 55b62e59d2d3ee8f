"""The log and the metrics of a function."""

from collections.abc import Callable
from typing import Any, TypeAlias

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from upominek.handlers.error_fields import fault_of

Handler: TypeAlias = Callable[[dict[str, Any], Any], Any]
"""What Lambda calls, with an event and the context of the call."""


class Telemetry:
    """One log and one set of metrics, as Powertools writes them.

    Args:
        terse: leave out what the name of the log group says already. A line for each message is most of what logs cost.
    """

    def __init__(self, *, terse: bool = False) -> None:
        self.terse = terse
        self.logger = Logger(location=None) if terse else Logger()
        self.metrics = Metrics()

    def log(self, event: str, **fields: Any) -> None:  # noqa: ANN401 - whatever JSON can say
        """Say what was done, in ids and codes."""
        self.logger.info(event, stacklevel=3, **fields)

    def warn(self, event: str, error: BaseException | None = None, **fields: Any) -> None:  # noqa: ANN401 - as above
        """Say what went wrong: kind and place of the error, never its words."""
        self.logger.warning(event, stacklevel=3, **fields, **(fault_of(error) if error else {}))

    def count(self, name: str, value: float = 1) -> None:
        """Add to a metric; the alarms know these names."""
        self.metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)

    def logged(self, handle: Handler) -> Handler:
        """The handler, each of whose lines carries the id of its call."""
        if not self.terse:
            return self.logger.inject_lambda_context(handle)

        def identified(event: dict[str, Any], context: Any) -> Any:  # noqa: ANN401 - as Powertools has it
            self.logger.append_keys(function_request_id=context.aws_request_id)
            return handle(event, context)

        return identified

    def counted(self, handle: Handler) -> Handler:
        """The handler, after each call of which its metrics are written."""
        return self.metrics.log_metrics(handle)
