"""The sender's log, in CloudWatch."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from upominek.adapters.aws.client.errors import translated
from upominek.adapters.aws.dead_letters import logged_lines
from upominek.application.jobs import key_in
from upominek.domain.messages.reminder import ReminderKey

HANDLED: Final = "Reminder handled"
"""What the function says of each reminder."""


class CloudWatchSendingLog:
    """One log group."""

    def __init__(self, logs: Any, group: str) -> None:  # noqa: ANN401 - clients share no type
        self._logs = logs
        self._group = group

    def handled(self, since: datetime, creditor: str | None = None) -> Iterator[ReminderKey]:
        """Reminders dealt with since this real time."""
        with translated("FilterLogEvents"):
            pages = self._logs.get_paginator("filter_log_events").paginate(
                logGroupName=self._group, startTime=int(since.timestamp() * 1000), filterPattern=f'"{HANDLED}"'
            )
            for line in logged_lines(pages):
                if line.get("message") == HANDLED and creditor in {None, line["creditor"]}:
                    yield key_in(line)
