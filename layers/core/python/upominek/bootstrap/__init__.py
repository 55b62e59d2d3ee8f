"""The one composition root: adapters put into use cases.

`Application` holds one of each, made when first asked for, so that a process imports and connects only what it needs
(every import costs cold start). It is put together from one class for each capability, each with its wiring written
out: what is given to what is checked by mypy and found by searching. Functions call the functions below; the command
line makes an `Application` from the outputs of the stack that it works on; tests compose the same use cases from
`adapters.memory`.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from upominek.bootstrap.administration import Administration
from upominek.bootstrap.cases import Cases
from upominek.bootstrap.planning import Planning
from upominek.bootstrap.receipts import Receipts
from upominek.bootstrap.texts import Texts
from upominek.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from upominek.adapters.aws.queues import SqsQueues
    from upominek.adapters.carriers.sns.reports import DeliveryLogs
    from upominek.application.administration.stack_facts import StackFacts
    from upominek.application.intake.import_file import ImportFile
    from upominek.application.intake.import_plan import Arrival, ImportJob
    from upominek.application.intake.receive_webhook import ReceiveWebhook
    from upominek.application.letters.make_letters import MakeLetters
    from upominek.application.letters.print_letters import PrintLetters
    from upominek.application.operations.check_health import CheckHealth
    from upominek.application.planning.plan_reminders import PlanReminders
    from upominek.application.planning.start_planning import StartPlanning
    from upominek.application.privacy.apply_retention import ApplyRetention
    from upominek.application.receipts.record_receipt import RecordReceipt, Report
    from upominek.application.sending.send_reminder import SendReminder
    from upominek.domain.errors import UpominekError


class Application(Administration, Cases, Planning, Receipts, Texts):
    """Ports and use cases for one set of settings."""


def find_stack(name: str) -> "StackFacts":
    """A deployed stack, in the account and region of whoever asks.

    Raises:
        NotFound: `stack_not_found`; or `stack_foreign`, when it is not a stack of this product.
        Unavailable: it cannot be read; `detail` says why.
    """
    from upominek.adapters.aws.client.clients import Clients
    from upominek.adapters.aws.stack import CloudFormationStacks
    from upominek.application.administration.stack_facts import StackFacts
    from upominek.domain.errors import NotFound

    outputs: Mapping[str, str] = CloudFormationStacks(Clients().of("cloudformation")).outputs(name)
    if "TableName" not in outputs:
        raise NotFound(
            "stack_foreign",
            pl=f"Stos {name} nie jest stosem tego produktu: nie ma wyjścia TableName.",
            en=f"stack {name} is not a stack of this product: it has no output TableName",
        )
    return StackFacts(name=name, outputs=outputs)


@cache
def application(function: str) -> Application:
    """The application of this process, with what its function needs in the environment.

    Raises:
        MissingSettingError: names everything that is missing.
    """
    return Application(load(function))


def receive_events() -> "ReceiveWebhook":
    """For `functions/receive_invoices`."""
    return application("receive_invoices").receive_webhook


def import_invoices() -> "ImportFile":
    """For `functions/import_invoices`."""
    return application("import_invoices").import_file


def import_tasks() -> "Callable[[Any], Iterator[Arrival | ImportJob]]":
    """For `functions/import_invoices`: what a message of its queue asks for."""
    from upominek.adapters.aws.s3_events import tasks

    return tasks


def report_reader() -> "Callable[[Any], Report | None]":
    """For `functions/record_receipt`: the carrier's report in a message of its queue."""
    from upominek.adapters.carriers.reports import read_report

    return read_report


def delivery_log_reader() -> "Callable[[str], DeliveryLogs]":
    """For `functions/forward_delivery_logs`: the delivery logs in what CloudWatch Logs hands over."""
    from upominek.adapters.carriers.sns.reports import read_delivery_logs

    return read_delivery_logs


def error_as_json() -> "Callable[[UpominekError], dict[str, Any]]":
    """For functions that answer requests: what is said of an error."""
    from upominek.adapters.json.case import error_to_dict

    return error_to_dict


def start_plans() -> "StartPlanning":
    """For `functions/start_plans`."""
    return application("start_plans").start_planning


def plan_reminders() -> "PlanReminders":
    """For `functions/plan_reminders`."""
    return application("plan_reminders").plan_reminders


def sweep() -> "CheckHealth":
    """For `functions/sweep_reminders`."""
    return application("sweep_reminders").check_health


def send_reminder() -> "SendReminder":
    """For `functions/send_reminder`."""
    return application("send_reminder").send_reminder


def make_letters() -> "MakeLetters":
    """For `functions/make_letters`."""
    return application("make_letters").make_letters


def print_letters() -> "PrintLetters":
    """For `functions/make_letters`, in the evening."""
    return application("make_letters").print_letters


def queues() -> "SqsQueues":
    """For `functions/forward_delivery_logs`, which only passes on."""
    return application("forward_delivery_logs").queues


def record_receipt() -> "RecordReceipt":
    """For `functions/record_receipt`."""
    return application("record_receipt").record_receipt


def forget_people() -> "ApplyRetention":
    """For `functions/forget_people`."""
    return application("forget_people").apply_retention
