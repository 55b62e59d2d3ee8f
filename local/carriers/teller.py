"""Tells what became of messages, the way AWS does: events to the event bus, records to log groups."""

from __future__ import annotations

import sys
import threading
import time
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from local.carriers import ses, sns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_sesv2 import SESV2Client

    from local.carriers.journal import Answer, Journal
    from local.stack.clock import MovableClock

POLL_SECONDS = 0.1
BATCH = 500
EVENTS_PER_CALL = 10  # PutEvents takes no more
# Each call wakes the subscribed function once.
RECORDS_PER_CALL = 100

T = TypeVar("T")


class Teller(threading.Thread):
    """Takes due answers from the journal and tells them, until stopped; what cannot be told now stays there."""

    def __init__(
        self,
        journal: Journal,
        clock: MovableClock,
        *,
        events: EventBridgeClient,
        ses_api: SESV2Client,
        logs: CloudWatchLogsClient,
        region: str,
        account: str,
    ) -> None:
        super().__init__(name="teller", daemon=True)
        self._journal, self._clock = journal, clock
        self._events, self._ses_api, self._logs = events, ses_api, logs
        self._region, self._account = region, account
        self._stream = uuid.uuid4().hex
        self._stopped = threading.Event()

    @override
    def run(self) -> None:
        """Tell, and look again a moment later."""
        while not self._stopped.wait(POLL_SECONDS):
            try:
                while len(self.tell()) == BATCH:
                    pass
            except (BotoCoreError, ClientError) as error:
                print(f"not told, will be tried again: {error}", file=sys.stderr, flush=True)
                self._stopped.wait(1)

    def stop(self) -> None:
        """Come to an end."""
        self._stopped.set()

    def tell(self) -> Sequence[Answer]:
        """Tell what is due, at most one batch of it.

        Returns:
            What was told.
        """
        now = self._clock.now()
        answers = self._journal.due(now, limit=BATCH)
        self._tell_emails([each for each in answers if each.message.channel == "email"], now)
        self._tell_sms([each for each in answers if each.message.channel == "sms"], now)
        return answers

    def _tell_emails(self, answers: Sequence[Answer], now: datetime) -> None:
        published = self._published({answer.message.request["configuration_set"] for answer in answers})
        for some in _chunks(answers, EVENTS_PER_CALL):
            entries: list[Any] = [
                entry
                for answer in some
                if ses.event_type(answer.what) in published[answer.message.request["configuration_set"]]
                and (entry := ses.event(answer.message, answer.what, now, region=self._region, account=self._account))
                for _ in range(answer.copies)
            ]
            for few in _chunks(entries, EVENTS_PER_CALL):
                told = self._events.put_events(Entries=few)
                if told["FailedEntryCount"]:
                    print(f"refused by the event bus: {told['Entries']}", file=sys.stderr, flush=True)
            self._journal.cross_out(some)

    def _published(self, configuration_sets: set[str | None]) -> dict[str | None, set[str]]:
        """Which types of events are asked for with each of the configuration sets."""
        published: dict[str | None, set[str]] = {None: set()}
        for name in configuration_sets - {None}:
            found = self._ses_api.get_configuration_set_event_destinations(ConfigurationSetName=str(name))
            published[name] = {kind for one in found["EventDestinations"] for kind in one["MatchingEventTypes"]}
        return published

    def _tell_sms(self, answers: Sequence[Answer], now: datetime) -> None:
        for some in _chunks(answers, RECORDS_PER_CALL):
            records: dict[bool, list[str]] = {True: [], False: []}
            for answer in some:
                success, text = sns.log_record(answer.message, answer.what, now)
                records[success] += [text] * answer.copies
            for success, texts in records.items():
                if texts:
                    self._put_records(sns.log_group(self._region, self._account, success=success), texts)
            self._journal.cross_out(some)

    def _put_records(self, group: str, texts: Sequence[str]) -> None:
        # CloudWatch Logs wants to know when a record is written, and refuses another time: that is the real one.
        written = int(time.time() * 1000)
        events: list[Any] = [{"timestamp": written, "message": text} for text in texts]
        put = partial(self._logs.put_log_events, logGroupName=group, logStreamName=self._stream, logEvents=events)
        try:
            put()
        except self._logs.exceptions.ResourceNotFoundException:
            self._logs.create_log_stream(logGroupName=group, logStreamName=self._stream)
            put()


def _chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
