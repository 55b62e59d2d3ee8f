"""A function that is woken by a queue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from upominek.handlers.telemetry import Handler, Telemetry


class Job(Protocol):
    """What a message asks for."""

    def to_dict(self) -> Mapping[str, Any]:
        """In ids; no contact data."""
        ...


J = TypeVar("J", bound=Job)


@dataclass(slots=True)
class Message:
    """One message of the queue.

    Attributes:
        ids: what a log line about it may say.
    """

    record: SQSRecord
    context: Any
    ids: dict[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> Any:  # noqa: ANN401 - whatever JSON can say
        """What it says. Raises: ValueError: it is no JSON."""
        return self.record.json_body

    @property
    def seconds_left(self) -> float:
        """How long the call may go on, in seconds."""
        return float(self.context.get_remaining_time_in_millis()) / 1000

    def read(self, parse: Callable[[Any], J]) -> J:
        """The job in it, whose ids a log line then names."""
        job = parse(self.body)
        self.ids |= job.to_dict()
        return job


class QueueWorker(Telemetry):
    """Works off batches, and gives back by name what failed: only that comes again.

    Args:
        failed: what the log says of a message that could not be worked off.
    """

    def __init__(self, *, failed: str, terse: bool = False) -> None:
        super().__init__(terse=terse)
        self.failed = failed
        # A batch of which everything failed is no failure of the function: each message has been logged.
        self._processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)

    def handler(self, work: Callable[[Message], None], *, after: Callable[[], None] | None = None) -> Handler:
        """What Lambda calls: `work` for each message, then `after` for the batch, which brings nothing back."""

        def one(record: SQSRecord, lambda_context: Any) -> None:  # noqa: ANN401 - as Powertools has it
            message = Message(record, lambda_context, {"sqs_message": record.message_id})
            try:
                work(message)
            except Exception as error:
                self.warn(self.failed, error, **message.ids)
                raise

        def batch(event: dict[str, Any], context: Any) -> Any:  # noqa: ANN401 - as Powertools has it
            self.count("Messages", len(event["Records"]))
            # Powertools raises on an empty batch.
            answer: Any = {"batchItemFailures": []}
            if event["Records"]:
                answer = process_partial_response(event, one, self._processor, context)
            if after is not None:
                after()
            return answer

        return self.counted(self.logged(batch))
