"""All commands, by name."""

import sys
from typing import NoReturn

import typer

from cli import (
    cases,
    creditors,
    documents,
    files,
    gdpr,
    health,
    law,
    letter_batches,
    messages,
    money,
    operations,
    planning,
    rates,
    restoring,
    simulate,
    stack,
    templates,
)
from cli.printing import fail
from local.stack.deployment import DeploymentFailed
from local.stack.processes import Busy, ProgramFailed
from local.stack.work import StackTooSlow, WebhookRefused
from upominek.domain.errors import UpominekError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,  # they would print the values of variables: addresses, secrets
    help="Upominek: soft collection of unpaid invoices by SMS and e-mail.",
)
app.command()(stack.up)
app.command()(stack.down)
app.command()(stack.demo)
app.command()(files.check)
app.command("import")(files.import_file)
app.command("imports")(files.list_imports)
app.command("confirm")(files.confirm_import)
app.command()(planning.plan)
app.command()(simulate.simulate)
app.command()(planning.tick)
app.command()(health.health)
app.add_typer(cases.case_commands, name="case")
app.command()(cases.hold)
app.command()(cases.release)
app.command()(cases.note)
app.add_typer(gdpr.gdpr_commands, name="gdpr")
app.command()(law.register)
app.command()(law.limitation)
app.command()(law.rules)
app.command()(messages.outbox)
app.command()(messages.receipts)
app.command()(messages.sms)
app.command()(documents.qr)
app.add_typer(letter_batches.commands, name="letter")
app.command()(money.interest)
app.command()(money.compensation)
app.add_typer(rates.rates_commands, name="rates")
app.add_typer(creditors.creditor_commands, name="creditor")
app.add_typer(creditors.campaign_commands, name="campaign")
app.add_typer(templates.template_commands, name="template")
app.add_typer(operations.dlq_commands, name="dlq")
app.add_typer(operations.lane_commands, name="lane")
app.command()(restoring.restored)


def run() -> None:
    """Run the command that the arguments name; errors of ours end in one sentence and exit code 2."""
    try:
        app()
    except UpominekError as error:
        _end(error)
    except (ProgramFailed, DeploymentFailed, Busy, StackTooSlow, WebhookRefused) as error:
        _end(str(error))


def _end(error: UpominekError | str) -> NoReturn:
    try:
        fail(error, as_json="--json" in sys.argv)
    except typer.Exit as stop:
        sys.exit(stop.exit_code)
