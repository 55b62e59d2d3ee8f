"""Messages of the receipts queue: events of SES through EventBridge, delivery logs of SNS through the forwarder."""

from upominek import bootstrap
from upominek.domain.errors import UpominekError
from upominek.handlers.queue import Message, QueueWorker

worker = QueueWorker(failed="Report not recorded", terse=True)
read_report, record_receipt = bootstrap.report_reader(), bootstrap.record_receipt()


def take(message: Message) -> None:
    """Record one report, unless it is about somebody else's e-mail."""
    report = read_report(message.body)
    if report is None:
        return
    outcome = record_receipt(report, message.body)
    worker.log("Report handled", outcome=outcome.value, **report.to_log())
    worker.count(outcome.metric)
    # Of what waits for its record it is not known yet whether it is ours; it is counted when it comes again.
    worker.count("ReportsToLookAt", int(outcome.is_of_ours and report.asks_for_a_look))


def brake() -> None:
    """Count the batch; the reports themselves are safe, so a failure here brings none of them back."""
    try:
        for braked in record_receipt.brake():
            worker.warn("Bounce brake", **braked.to_log())
            worker.count(braked.metric)
    except UpominekError as error:
        worker.warn("Not counted yet", error)


handler = worker.handler(take, after=brake)
