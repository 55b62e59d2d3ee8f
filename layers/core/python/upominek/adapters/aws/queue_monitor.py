"""How the queues stand, as SQS and CloudWatch tell it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from upominek.adapters.aws.client.errors import translated
from upominek.adapters.aws.dead_letters import output_of
from upominek.application.ports.administration import QueueLoad, WorkQueue

COUNTS: Final = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
AGE_WITHIN: Final = timedelta(minutes=15)
_PERIOD_SECONDS: Final = 300


class AwsQueueMonitor:
    """The queues of one stack.

    Args:
        sqs: a client of boto3's kind.
        metrics: makes such a client of CloudWatch; None where there is no CloudWatch to ask.
        outputs: of the stack, by name.
        real_time: which CloudWatch goes by.
    """

    def __init__(
        self,
        sqs: Any,  # noqa: ANN401 - clients share no type
        metrics: Callable[[], Any] | None,
        outputs: Mapping[str, str],
        real_time: Callable[[], datetime],
    ) -> None:
        self._sqs = sqs
        self._metrics = metrics
        self._outputs = outputs
        self._real_time = real_time

    def load(self, queue: WorkQueue) -> QueueLoad | None:
        """How much there is to do."""
        if queue is WorkQueue.DELIVERY_LOGS:
            return None
        waiting, under_way, delayed = self._counts(self._url(queue))
        return QueueLoad(waiting=waiting, under_way=under_way, delayed=delayed)

    def dead(self, queue: WorkQueue) -> int:
        """How many messages were given up."""
        return sum(self._counts(self._outputs[f"{output_of(queue)}DeadLetterQueueUrl"]))

    def _url(self, queue: WorkQueue) -> str:
        return self._outputs[f"{output_of(queue)}QueueUrl"]

    def _counts(self, url: str) -> list[int]:
        with translated("GetQueueAttributes"):
            answer = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(COUNTS))["Attributes"]
        return [int(answer[count]) for count in COUNTS]

    def oldest_seconds(self, queue: WorkQueue) -> int | None:
        """How long the oldest message waits. SQS itself does not tell, and the embedded stack has no CloudWatch."""
        if self._metrics is None or queue is WorkQueue.DELIVERY_LOGS:
            return None
        now = self._real_time()
        with translated("GetMetricStatistics"):
            answer = self._metrics().get_metric_statistics(
                Namespace="AWS/SQS",
                MetricName="ApproximateAgeOfOldestMessage",
                Dimensions=[{"Name": "QueueName", "Value": self._url(queue).rpartition("/")[2]}],
                StartTime=now - AGE_WITHIN,
                EndTime=now,
                Period=_PERIOD_SECONDS,
                Statistics=["Maximum"],
            )
        newest = max(answer["Datapoints"], key=lambda one: one["Timestamp"], default=None)
        return None if newest is None else int(newest["Maximum"])
