"""What commands print: tables for people, JSON for programs (`--json`), errors in one sentence."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from local.stack.clock import WARSAW
from upominek.domain.errors import UpominekError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

WIDE = 160
"""Columns where nobody's terminal sets them: in a file, or through a pipe."""


class Screen:
    """Where people read; made when something is first shown, since programs that ask for JSON need not wait for it."""

    def __init__(self, *, is_error: bool = False) -> None:
        self._is_error = is_error

    @cached_property
    def console(self) -> "Console":
        """As Rich has it."""
        from rich.console import Console

        if self._is_error:
            return Console(stderr=True)
        return Console(width=None if sys.stdout.isatty() else WIDE)

    def print(self, *what: object, **how: Any) -> None:  # noqa: ANN401 - Rich's options
        """Print as Rich does."""
        self.console.print(*what, **how)

    def status(self, what: str) -> "Status":
        """Say what goes on, as long as it does."""
        return self.console.status(what)


out = Screen()
err = Screen(is_error=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Stack = Annotated[str | None, typer.Option("--stack", help="Name of a deployed stack; without it, the embedded one.")]


def emit(data: object, *, as_json: bool, show: Callable[[], None]) -> None:
    """Print the data as JSON, or let `show` draw it."""
    if as_json:
        json.dump(data, sys.stdout, ensure_ascii=False, indent=2, default=str)
        sys.stdout.write("\n")
    else:
        show()


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str = "nothing") -> None:
    """Draw rows; columns whose name ends in `>` are set flush right."""
    from rich.table import Table

    drawn = Table(title=title, title_justify="left", header_style="bold", expand=False)
    for column in columns:
        drawn.add_column(column.rstrip(">"), justify="right" if column.endswith(">") else "left", overflow="fold")
    for row in rows:
        # Cells come from outside: no markup of theirs is obeyed.
        drawn.add_row(*(_plain(cell) for cell in row))
    if drawn.row_count:
        out.print(drawn)
    else:
        out.print(f"{title}: {empty}", markup=False)


def local_time(text: object) -> str:
    """A UTC time of the JSON as people in Poland read it: `2026-03-02 09:05`."""
    return datetime.fromisoformat(str(text)).astimezone(WARSAW).strftime("%Y-%m-%d %H:%M")


def _plain(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return "".join(c if c.isprintable() else " " for c in text).replace("[", "\\[")


def fail(error: UpominekError | str, *, code: int = 2, as_json: bool = False) -> NoReturn:
    """Say what went wrong, on standard error (as JSON on standard output, when JSON was asked for), and stop."""
    if as_json:
        answer: Mapping[str, Any] = (
            {"error": {"code": error.code, "message": {"pl": error.pl, "en": error.en}}}
            if isinstance(error, UpominekError)
            else {"error": {"code": "usage", "message": {"pl": error, "en": error}}}
        )
        json.dump(answer, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
    else:
        err.print(f"error: {error.en if isinstance(error, UpominekError) else error}", style="red", markup=False)
    raise typer.Exit(code)
