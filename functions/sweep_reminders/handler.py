"""The hour's sweep: find what stopped on its way, and count it for the alarms."""

from typing import Any, Final

from upominek import bootstrap
from upominek.handlers.schedule import ScheduledRun, TimeLeft

SPARE_MILLISECONDS: Final = 300_000
"""What one look may take: the manifest of a day with a million reminders."""

hour = ScheduledRun(failed="Not looked at", sparse=True)
check_health = bootstrap.sweep()


def sweep(time_left: TimeLeft) -> dict[str, Any]:
    """What there was no time for, the next call looks at."""
    swept = check_health(has_time=lambda: time_left() > SPARE_MILLISECONDS)
    for health in swept.known:
        hour.log("Looked at", creditor=health.creditor, at=health.at.isoformat(), troubles=health.troubles)
    if swept.troubles:
        for trouble, count in swept.troubles.items():
            hour.count(trouble.metric, count)
        hour.count("ReceiptsAwaited", swept.awaited)
    if swept.failures:
        message = "creditors that could not be looked at"
        raise ExceptionGroup(message, swept.failures)
    return {"creditors": len(swept.known), "troubles": {one.value: count for one, count in swept.troubles.items()}}


handler = hour.handler(sweep)
