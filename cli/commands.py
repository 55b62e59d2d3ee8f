"""All commands, by name: where each stands, and what it is for. Only the one that is asked for is imported."""

import sys
from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any, Final, NamedTuple, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typing_extensions import override

from local.stack.failure import LocalFailure
from upominek.domain.errors import UpominekError


class Entry(NamedTuple):
    """A command, or a group of commands.

    Attributes:
        module: within this package.
        name: of the function, or of the group.
        help: its first sentence, for the list of all commands; a test compares the two.
    """

    module: str
    name: str
    help: str


COMMANDS: Final = {
    "up": Entry(
        "stack", "up", "Start the embedded stack on this machine (or bring it up to date) and say what runs where."
    ),
    "down": Entry("stack", "down", "End the embedded stack."),
    "demo": Entry(
        "stack",
        "demo",
        "Play three days of two invented creditors: invoices in, reminders out, receipts back, and the history.",
    ),
    "check": Entry(
        "files",
        "check",
        "Say what would be taken from a CSV file and what is wrong with the rest, by row and column.",
    ),
    "import": Entry(
        "files",
        "import_file",
        "Bring a CSV file in, as a file dropped into the bucket would come in, and wait for the report.",
    ),
    "imports": Entry("files", "list_imports", "List the newest imports of a creditor and how far they have come."),
    "confirm": Entry("files", "confirm_import", "Let a file that waits be applied, or let it go."),
    "payments": Entry(
        "payments",
        "payments_commands",
        "List payments and which of them wait (`payments CREDITOR`), say what one was for, or take that back.",
    ),
    "plan": Entry(
        "planning",
        "plan",
        "Show who would hear what on a day, over which channel, at which cost; who would not, and why.",
    ),
    "simulate": Entry(
        "simulate",
        "simulate",
        "Show every message that campaigns would send in the weeks to come, and what it would cost.",
    ),
    "tick": Entry("planning", "tick", "Run what is due now, instead of waiting for the next quarter of an hour."),
    "health": Entry("health", "health", "Show what stopped on its way, queues, dead letters and stopped lanes."),
    "hold": Entry("cases", "hold", "Stop reminders to a debtor, or about one invoice, at once."),
    "release": Entry("cases", "release", "End a hold before its time."),
    "note": Entry("cases", "note", "Write a note into the history of a case."),
    "register": Entry(
        "law",
        "register",
        "Say whether an entry in a register of debtors may be mentioned, from when it would be lawful, what is "
        "missing.",
    ),
    "limitation": Entry(
        "law",
        "limitation",
        "Say until when claims may be demanded: those of a case, or one by its due date and kind.",
    ),
    "rules": Entry("law", "rules", "Give every answer of the law about a case on a day, each with its article."),
    "outbox": Entry("messages", "outbox", "List the messages that were handed to a provider, newest first."),
    "receipts": Entry("messages", "receipts", "List what the providers reported, newest first."),
    "sms": Entry("messages", "sms", "Count the parts of an SMS, and show what it would take without Polish letters."),
    "qr": Entry("documents", "qr", "Make the QR code that a banking application reads a transfer from."),
    "interest": Entry(
        "money", "interest", "Reckon statutory interest for delay, with every period that it is made of."
    ),
    "compensation": Entry(
        "money",
        "compensation",
        "Reckon the fixed compensation (40, 70 or 100 EUR) that a business or public body owes for one late invoice.",
    ),
    "restored": Entry(
        "restoring",
        "restored",
        "Stop all lanes, and see to it that nothing which went out since then goes out again.",
    ),
    "case": Entry(
        "cases", "case_commands", "Show a case (`case CREDITOR DEBTOR`), or write down what counts as evidence."
    ),
    "gdpr": Entry("gdpr", "gdpr_commands", "Rights of persons (RODO): what is kept of a debtor, and its end."),
    "letter": Entry(
        "letter_batches",
        "commands",
        "Write a letter (`letter CREDITOR DEBTOR KIND`), list those that were made, gather them to be printed.",
    ),
    "rates": Entry("rates", "rates_commands", "Rates of interest and of the euro."),
    "creditor": Entry("creditors", "creditor_commands", "Creditors: whose money it is."),
    "campaign": Entry("creditors", "campaign_commands", "Campaigns: who hears what, and when."),
    "template": Entry("templates", "template_commands", "Texts of messages: list, check, preview, replace."),
    "dlq": Entry("operations", "dlq_commands", "Dead-letter queues: what could not be processed."),
    "lane": Entry("operations", "lane_commands", "Lanes: a carrier of a creditor that stands still."),
}


def load(name: str) -> Any:  # noqa: ANN401 - a command or a group, as typer makes them
    """The command of that name, imported now."""
    entry = COMMANDS[name]
    found = getattr(import_module(f"{__package__}.{entry.module}"), entry.name)
    # Typer makes commands only within a group, whose settings they take over.
    group = typer.Typer(rich_markup_mode=None)
    group.callback()(_root)
    if isinstance(found, typer.Typer):
        group.add_typer(found, name=name)
    else:
        group.command(name)(found)
    return typer.main.get_group(group).commands[name]


class _Late(MutableMapping[str, Any]):
    """The commands by name, each made when it is asked for."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    @override
    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = load(name)  # of an unknown one: KeyError
        return self._made[name]

    @override
    def __setitem__(self, name: str, command: Any) -> None:
        self._made[name] = command

    @override
    def __delitem__(self, name: str) -> None:
        del self._made[name]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    @override
    def __len__(self) -> int:
        return len(COMMANDS)


class _Root(TyperGroup):
    """All commands; their list is written without importing one."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - typer's
        super().__init__(**settings)
        self.commands = _Late()

    @override
    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    @override
    def format_commands(self, ctx: Any, formatter: Any) -> None:
        told: dict[str, Any] = {name: TyperCommand(name, help=entry.help) for name, entry in COMMANDS.items()}
        TyperGroup(commands=told).format_commands(ctx, formatter)


app = typer.Typer(
    cls=_Root,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,  # they would print the values of variables: addresses, secrets
    help="Upominek: soft collection of unpaid invoices by SMS and e-mail.",
)


@app.callback()
def _root() -> None:
    """Nothing is done for all commands."""


def run() -> None:
    """Run the command that the arguments name; errors of ours end in one sentence and exit code 2."""
    try:
        app()
    except UpominekError as error:
        _end(error)
    except LocalFailure as error:
        _end(str(error))


def _end(error: UpominekError | str) -> NoReturn:
    from cli.printing import fail

    try:
        fail(error, as_json="--json" in sys.argv)
    except typer.Exit as stop:
        sys.exit(stop.exit_code)
