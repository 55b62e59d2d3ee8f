"""The lane of letters: make each once. And in the evening, by schedule: gather the day's letters to be printed."""

from typing import Any

from upominek import bootstrap
from upominek.application.jobs import OutboxItem
from upominek.handlers.queue import Message, QueueWorker
from upominek.handlers.schedule import ScheduledRun, TimeLeft

worker = QueueWorker(failed="Letter not made")
evening = ScheduledRun(failed="Letters not gathered")
make_letters = bootstrap.make_letters()


def make(message: Message) -> None:
    """Make one letter, or leave it for later."""
    item = message.read(OutboxItem.from_dict)
    outcome = make_letters(item, seconds_left=message.seconds_left)
    worker.log("Letter handled", **item.to_dict(), outcome=outcome.value)
    worker.count(outcome.metric)


def gather(_time_left: TimeLeft) -> dict[str, Any]:
    """Put the day's letters into batches; safe to repeat."""
    batches = [batch.to_dict() for batch in bootstrap.print_letters().all()]
    for batch in batches:
        evening.log("Batch of letters", **batch)
    evening.count("LettersToPrint", sum(batch["letters"] for batch in batches))
    return {"batches": batches}


_work_off, _gather = worker.handler(make), evening.handler(gather)


def handler(event: dict[str, Any], context: Any) -> Any:  # noqa: ANN401 - as Powertools has it
    """The schedule says `gather`; all else comes from the queue."""
    return (_gather if event.get("gather") else _work_off)(event, context)
