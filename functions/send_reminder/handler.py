"""Items of the outbox, of both lanes: send each reminder once."""

from upominek import bootstrap
from upominek.application.jobs import OutboxItem
from upominek.handlers.queue import Message, QueueWorker

worker = QueueWorker(failed="Reminder not handled", terse=True)
send_reminder = bootstrap.send_reminder()


def send(message: Message) -> None:
    """Send one item, or leave it for later."""
    item = message.read(OutboxItem.from_dict)
    outcome = send_reminder(item, seconds_left=message.seconds_left)
    worker.log("Reminder handled", **item.to_dict(), outcome=outcome.value)
    worker.count(outcome.metric)


handler = worker.handler(send)
