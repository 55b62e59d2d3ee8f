"""The command line starts with what a command needs: nobody waits for the libraries of another one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from cli.commands import COMMANDS, app, load

DEAR = (
    "boto3",
    "botocore",
    "pydantic",
    "rich",
    "yaml",
    "minijinja",
    "phonenumbers",
    "stdnum",
    "typst",
    "urllib.request",
)
"""What takes its time to import, and is no use to most commands."""
LISTED = (
    *DEAR,
    "upominek.application",
    "upominek.adapters",
    "upominek.bootstrap",
    "local.stack.embedded",
    "cli.printing",
)
"""What the list of all commands needs nothing of."""
CHECKED = ("boto3", "botocore", "rich", "yaml", "minijinja", "typst", "upominek.adapters.aws", "local.stack.embedded")
"""What a check of a file needs nothing of, where a program reads the answer. Typer itself brings pydantic."""
TABLE = "Id kontrahenta;Nazwa;Numer faktury;Termin płatności;Kwota brutto\r\nK-1;Hydro;FV/1;2026-02-25;123,00\r\n"
PROGRAM = """
import json, sys
from cli import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
json.dump(sorted(sys.modules), sys.stderr)
"""


def imported_by(*arguments: str) -> set[str]:
    """Modules that a process has imported once the command has ended."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, encoding="utf-8", check=True, timeout=60
    )
    return set(json.loads(done.stderr))


def dear(modules: set[str], unwanted: tuple[str, ...]) -> set[str]:
    return {one for one in modules for name in unwanted if one == name or one.startswith(f"{name}.")}


def test_the_list_of_commands_needs_none_of_them() -> None:
    modules = imported_by("--help")
    assert dear(modules, LISTED) == set()
    assert {one for one in modules if one.startswith("cli.")} == {"cli.commands"}


@pytest.mark.parametrize("group", ["case", "plan", "health", "creditor", "rates", "letter", "dlq", "gdpr", "simulate"])
def test_the_help_of_one_needs_no_library(group: str) -> None:
    assert (
        dear(imported_by(group, "--help"), tuple(one for one in DEAR if one != "pydantic")) == set()
    )  # typer brings it


def test_a_check_needs_neither_aws_nor_a_screen(tmp_path: Path) -> None:
    file = tmp_path / "faktury.csv"
    file.write_text(TABLE, encoding="utf-8")
    assert dear(imported_by("check", str(file), "--json"), CHECKED) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_what_the_command_says_of_itself(name: str) -> None:
    long_enough = 500
    whole = " ".join((load(name).help or "").split())
    assert whole.startswith(COMMANDS[name].help)
    assert load(name).get_short_help_str(long_enough) == typer.core.TyperCommand(
        name, help=COMMANDS[name].help
    ).get_short_help_str(long_enough)


def test_all_commands_can_be_walked_through() -> None:
    group = typer.main.get_command(app)
    assert list(group.commands) == list(COMMANDS)  # type: ignore[attr-defined]
    assert "nothing" not in group.commands  # type: ignore[attr-defined]
