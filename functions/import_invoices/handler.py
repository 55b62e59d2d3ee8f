"""Messages of the imports queue: notifications of S3 about new files, and the jobs into which large files are cut."""

from upominek import bootstrap
from upominek.handlers.queue import Message, QueueWorker

worker = QueueWorker(failed="Import not carried on")
read_tasks, import_file = bootstrap.import_tasks(), bootstrap.import_invoices()


def work(message: Message) -> None:
    """Take the step that a message asks for, or begin with the files that it tells of; nothing of them is logged."""
    for task in read_tasks(message.body):
        standing = import_file(task)
        worker.log("Import carried on", **task.to_log(), state=standing.state if standing else "refused")


handler = worker.handler(work)
