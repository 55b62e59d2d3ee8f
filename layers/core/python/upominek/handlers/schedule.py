"""A function that is woken by the clock."""

from collections.abc import Callable
from typing import Any, TypeAlias

from upominek.handlers.telemetry import Handler, Telemetry

TimeLeft: TypeAlias = Callable[[], float]
"""How long the call may go on, in milliseconds."""


class ScheduledRun(Telemetry):
    """Does what is due. Safe to call at any time and any number of times.

    Args:
        failed: what the log says of each creditor for whom it failed.
        sparse: writes no metrics where nothing was counted. A metric that is written by the hour costs its price all
            month, found or not.
    """

    def __init__(self, *, failed: str, sparse: bool = False) -> None:
        super().__init__()
        self.failed = failed
        self.sparse = sparse

    def handler(self, run: Callable[[TimeLeft], dict[str, Any]]) -> Handler:
        """What Lambda calls; the answer of `run` is that of the function, and its failures are logged one by one."""

        def scheduled(_event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - as Powertools has it
            try:
                return self._run(run, context)
            except ExceptionGroup as failures:
                for failure in failures.exceptions:
                    self.warn(self.failed, failure)
                raise

        logged = self.logged(scheduled)
        return logged if self.sparse else self.counted(logged)

    def _run(self, run: Callable[[TimeLeft], dict[str, Any]], context: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
        try:
            return run(context.get_remaining_time_in_millis)
        finally:
            if self.sparse and self.metrics.metric_set:
                self.metrics.flush_metrics()
