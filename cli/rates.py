"""Commands about rates: what interest and compensation are reckoned by, and how new rates come in."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.printing import AsJson, Stack, emit, out, table
from cli.target import actor_named, find_target
from cli.values import day_in
from local.stack.clock import WARSAW
from upominek.domain.errors import InvalidValue
from upominek.domain.law.rates import InterestKind, percent_text

if TYPE_CHECKING:
    from local.stack.target import Target
    from upominek.domain.law.rates import EuroRate, RateTables, ReferenceRate

rates_commands = typer.Typer(no_args_is_help=True, help="Rates of interest and of the euro.")

RatesFile = Annotated[
    Path | None,
    typer.Option("--rates", help="A table of rates (TOML) to use.", exists=True, dir_okay=False, readable=True),
]
NbpFile = Annotated[Path, typer.Argument(help="A file of NBP's.", exists=True, dir_okay=False, readable=True)]
Out = Annotated[Path | None, typer.Option("--out", help="Write a table (TOML) here; store nothing.", dir_okay=False)]
Replace = Annotated[bool, typer.Option("--replace", help="Take the file's word where it contradicts what is known.")]


@rates_commands.command("import")
def import_reference(
    file: NbpFile,
    out_file: Out = None,
    as_of: Annotated[
        str, typer.Option("--as-of", help="The day the file was downloaded; without it, when it was last written.")
    ] = "",
    replace: Replace = False,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Take NBP's XML of reference rates (stopy_procentowe_archiwum.xml) in, and derive the tables of interest."""
    from upominek.adapters.reference_data import nbp, rates_file
    from upominek.application.administration.import_rates import ImportedRates, ReferenceFile, reference_contradictions

    rates = nbp.read_reference_rates(file.read_bytes(), file.name)
    target = None if out_file else find_target(stack, as_json=as_json)
    checked_on = day_in("--as-of", as_of) if as_of else _written_on(file)
    read = ReferenceFile(name=file.name, rates=rates, checked_on=checked_on)
    if target:
        done = target.application.import_rates.reference(actor_named(), read, may_replace=replace)
    else:
        packaged = rates_file.packaged_rates()
        done = ImportedRates(before=packaged, contradicts=reference_contradictions(packaged, rates))
    after = read.into(done.before)
    if out_file:
        out_file.write_text(rates_file.interest_toml(after), encoding="utf-8")
    known = {one.since for one in done.before.reference}
    data = {
        "file": file.name,
        "read": len(rates),
        "new": [_reference(one) for one in rates if one.since not in known],
        "contradicts": [
            {"since": one.day.isoformat(), "known": _known(one.known), "file": _known(one.file)}
            for one in done.contradicts
        ],
        **_shown(after),
        **_kept_in(target, out_file),
    }
    emit(data, as_json=as_json, show=lambda: _draw_import(data, lambda: _draw_tables(data)))


@rates_commands.command("import-eur")
def import_euro(
    file: NbpFile,
    out_file: Out = None,
    replace: Replace = False,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Take average rates of the euro in: NBP's table A of a day (XML), a year's archive (CSV), or XML of its API."""
    from upominek.adapters.reference_data import nbp, rates_file
    from upominek.application.administration.import_rates import ImportedRates, euro_contradictions

    read = nbp.read_euro_rates(file.read_bytes(), file.name)
    rates = nbp.month_ends(read, file.name)
    target = None if out_file else find_target(stack, as_json=as_json)
    if target:
        done = target.application.import_rates.euro(actor_named(), file.name, rates, may_replace=replace)
    else:
        packaged = rates_file.packaged_rates()
        done = ImportedRates(before=packaged, contradicts=euro_contradictions(packaged, rates))
    if out_file:
        out_file.write_text(rates_file.euro_toml(done.before.with_euro(rates)), encoding="utf-8")
    data = {
        "file": file.name,
        "read": len(read),
        "euro": [_euro_rate(one) for one in rates],
        "contradicts": [
            {"on": one.day.isoformat(), "known": str(one.known), "file": str(one.file)} for one in done.contradicts
        ],
        **_kept_in(target, out_file),
    }
    emit(data, as_json=as_json, show=lambda: _draw_import(data, lambda: _draw_euro(data)))


@rates_commands.command("show")
def show_rates(rates: RatesFile = None, stack: Stack = None, as_json: AsJson = False) -> None:
    """Show the rates in use, and where they come from."""
    tables = rates_in_use(stack, rates, as_json=as_json)
    data = {
        **_shown(tables),
        "reference": [_reference(one) for one in tables.reference],
        "euro": [_euro_rate(tables.euro[day]) for day in sorted(tables.euro)],
        "rules": {kind.value: [one.source for one in rules] for kind, rules in tables.rules.items()},
        "sources": list(tables.sources),
    }

    def show() -> None:
        _draw_tables(data)
        _draw_euro(data)
        for source in (*tables.sources, *(one.source for rules in tables.rules.values() for one in rules)):
            out.print(f"source: {source}", markup=False)

    emit(data, as_json=as_json, show=show)


def rates_in_use(stack: str | None, file: Path | None, *, as_json: bool) -> "RateTables":
    """The rates of a file, of a stack, or the packaged ones where no stack runs."""
    from upominek.adapters.reference_data import rates_file

    if file is not None:
        content = file.read_bytes()
        if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            raise InvalidValue(
                "rates_syntax",
                pl=f"{file.name} to XML. Zamień go na tabelę: upominek rates import {file.name} --out stopy.toml.",
                en=f"{file.name} is XML. Make it a table: upominek rates import {file.name} --out rates.toml.",
            )
        return rates_file.read_rates(content, file.name, rates_file.packaged_rates())
    from local.stack import embedded

    if stack is None and embedded.attach() is None:
        return rates_file.packaged_rates()
    return find_target(stack, as_json=as_json).application.show_rates()


def _known(percent: Decimal | None) -> str | None:
    return None if percent is None else percent_text(percent)


def _kept_in(target: "Target | None", file: Path | None) -> dict[str, str | None]:
    return {"stored_in": target.name if target else None, "out": str(file) if file else None}


def _shown(tables: "RateTables") -> dict[str, Any]:
    return {
        "checked_on": tables.checked_on.isoformat(),
        **{
            kind.value: [{"since": one.since.isoformat(), "rate": percent_text(one.percent)} for one in of_kind.rates]
            for kind, of_kind in tables.tables.items()
        },
    }


def _reference(one: "ReferenceRate") -> dict[str, str]:
    return {"since": one.since.isoformat(), "percent": percent_text(one.percent)}


def _euro_rate(one: "EuroRate") -> dict[str, str]:
    return {"on": one.on.isoformat(), "rate": str(one.rate), "table": one.table}


def _draw_import(data: dict[str, Any], draw: Callable[[], None]) -> None:
    draw()
    for one in data["contradicts"]:
        day = one.get("since") or one.get("on")
        out.print(f"contradicts what is known: {day}: {one['known']}, in the file {one['file']}", markup=False)
    where = data["out"] or f"the table of {data['stored_in']}"
    out.print(f"{data['file']}: rates read: {data['read']}; kept in {where}", markup=False)


def _draw_tables(data: dict[str, Any]) -> None:
    kinds = [kind.value for kind in InterestKind if kind.value in data]
    rates = {kind: {one["since"]: one["rate"] for one in data[kind]} for kind in kinds}
    table(
        "interest for delay, % a year",
        ["since", *(f"{kind}>" for kind in kinds)],
        [(day, *(rates[kind].get(day) for kind in kinds)) for day in _days(rates.values())],
    )
    out.print(f"complete up to {data['checked_on']}", markup=False)


def _draw_euro(data: dict[str, Any]) -> None:
    table("the euro in złoty", ["on", "rate>", "table A"], [tuple(one.values()) for one in data["euro"]])


def _days(tables: Iterable[dict[str, str]]) -> list[str]:
    return sorted({day for one in tables for day in one})


def _written_on(file: Path) -> date:
    """The day, in Poland, on which the file was last written."""
    return datetime.fromtimestamp(file.stat().st_mtime, WARSAW).date()
