"""Jobs of the planning queue: plan one shard of one campaign for today."""

from upominek import bootstrap
from upominek.application.jobs import PlanJob
from upominek.handlers.queue import Message, QueueWorker

worker = QueueWorker(failed="Shard not planned")
plan_reminders = bootstrap.plan_reminders()


def plan(message: Message) -> None:
    """Plan what one message asks for."""
    job = message.read(PlanJob.from_dict)
    result = plan_reminders(job)
    worker.log("Shard planned", **job.to_dict(), **result.to_dict())
    worker.count("RemindersPlanned", result.reminders)
    worker.count("DebtorsWithoutCase", result.without_case)


handler = worker.handler(plan)
