"""Commands that start and end the embedded stack, and the demo on top of it."""

from datetime import date, time
from typing import Annotated, Any

import typer

from cli.printing import AsJson, emit, err, fail, local_time, out, table
from local.stack.stack_view import ON_THE_WAY

Today = Annotated[str | None, typer.Option("--today", help="Move the embedded stack's clock to this day, YYYY-MM-DD.")]


def up(
    today: Today = None,
    at: Annotated[str | None, typer.Option("--at", help="And to this local time, HH:MM.")] = None,
    as_json: AsJson = False,
) -> None:
    """Start the embedded stack on this machine (or bring it up to date) and say what runs where."""
    from local.stack import embedded
    from local.stack.stack_view import describe
    from local.stack.target import embedded_target

    day, clock = _day(today, as_json=as_json), _time(at, as_json=as_json)
    with _progress() as progress:
        running = embedded.up(progress=progress)
    if day or clock:
        running.clock.set_today(day or running.clock.now().date(), clock)
    data = describe(running, embedded_target(running))

    def show() -> None:
        table("embedded stack", ["what", "where"], [(k, v) for k, v in running.endpoints.items() if v])
        table("creditors", ["id"], [(one["id"],) for one in data["creditors"]], empty="none yet: upominek creditor add")
        out.print(
            f"table: {running.table_engine}; kept in {running.state_dir}; clock: {local_time(data['now'])}",
            markup=False,
        )

    emit(data, as_json=as_json, show=show)


def down(
    forget: Annotated[bool, typer.Option("--forget", help="Delete everything that was stored, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """End the embedded stack. What is stored stays for the next `up`."""
    from local.stack import embedded

    with _progress() as progress:
        embedded.down(forget=forget, progress=progress)
    emit({"running": False}, as_json=as_json, show=lambda: out.print("the embedded stack is down"))


def demo(
    today: Annotated[str, typer.Option("--today", help="First day of the demo, YYYY-MM-DD.")] = "2026-03-02",
    keep: Annotated[bool, typer.Option(help="Leave the stack running afterwards, to look around.")] = True,
    as_json: AsJson = False,
) -> None:
    """Play three days of two invented creditors: invoices in, reminders out, receipts back, and the history."""
    from cli.demo_view import show
    from local import demo as play
    from local.stack import embedded

    first_day = _day(today, as_json=as_json)
    assert first_day is not None  # noqa: S101 - it has a default
    with _progress() as progress:
        summary = play.play(first_day, progress)
    if not keep:
        embedded.down()
    emit(summary, as_json=as_json, show=lambda: show(summary))


def _day(text: str | None, *, as_json: bool) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        fail(f"'{text}' is no date: write YYYY-MM-DD", as_json=as_json)


def _time(text: str | None, *, as_json: bool) -> time | None:
    try:
        return time.fromisoformat(text) if text else None
    except ValueError:
        fail(f"'{text}' is no time: write HH:MM", as_json=as_json)


class _progress:  # noqa: N801 - reads as a verb where it is used
    """A spinner with what is going on, on standard error, so that standard output stays for results."""

    def __enter__(self) -> Any:  # noqa: ANN401
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._bar = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=err.console, transient=True
        )
        self._bar.start()
        task = self._bar.add_task("starting", total=None)

        def tell(what: str) -> None:
            self._bar.update(task, description=what)
            # A log has no use for every breath.
            if not err.console.is_terminal and ON_THE_WAY not in what:
                err.print(f"· {what}", markup=False)

        return tell

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
