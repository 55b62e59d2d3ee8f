"""The nights' schedule: redact what was said long ago, erase the people in cases that were closed long ago."""

from dataclasses import asdict
from typing import Any, Final

from upominek import bootstrap
from upominek.handlers.schedule import ScheduledRun, TimeLeft

SPARE_MILLISECONDS: Final = 60_000
"""Time to finish what is under way: a batch, or a case."""

night = ScheduledRun(failed="Not forgotten")
apply_retention = bootstrap.forget_people()


def forget(time_left: TimeLeft) -> dict[str, Any]:
    """Stops before its time is over; what is left, the next call does."""
    done = apply_retention(lambda: time_left() > SPARE_MILLISECONDS)
    for creditor in done:
        night.log("Forgotten", **asdict(creditor))
    night.count("RemindersRedacted", sum(creditor.reminders_redacted for creditor in done))
    night.count("CasesErased", sum(creditor.cases_erased for creditor in done))
    return {"done": [asdict(creditor) for creditor in done]}


handler = night.handler(forget)
