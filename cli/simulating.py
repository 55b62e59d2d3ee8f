"""A simulation played and told; apart from its command, so that the help of that waits for none of it."""

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from cli.printing import err, fail, out, table
from cli.target import find_target
from cli.unreached import tell_unreached
from cli.values import day_in, language_in
from local.simulation.as_json import apart, pieces
from local.simulation.page import Lost, Page
from local.simulation.payments import read_payments
from local.simulation.store import Simulation, TakenIn
from local.simulation.totals import Totals
from upominek.adapters.config_files.campaigns_file import read_campaign, shipped_campaign
from upominek.adapters.config_files.creditors_file import read_creditor
from upominek.adapters.config_files.yaml_file import file_bytes
from upominek.adapters.json.imports import asks_to_list, rejects_to_list
from upominek.application.planning.preview_plan import DayPlan
from upominek.domain.errors import InvalidValue, Refused
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign, in_force
from upominek.domain.planning.unreached_sums import UnreachedSums, both
from upominek.domain.receivables.asks import answers_of

LONGEST_DAYS = 400
ROWS_SHOWN = 20
YAML = (".yaml", ".yml")
Period = tuple[date, date]


def play(
    file: Path,
    creditor: str,
    *,
    days: tuple[str, str],
    campaigns: list[str],
    payments: Path | None,
    html: Path | None,
    language: str,
    answers: tuple[list[str], list[str]] = ([], []),
    stack: str | None,
    as_json: bool,
) -> None:
    """Do what the command `simulate` asks for.

    Args:
        days: the first and the last, as they were written.
        answers: what is said of columns, and of words, as it was written.
    """
    spoken = language_in("--language", language)
    period = _period(day_in("--from", days[0]), day_in("--to", days[1]))
    if html is not None and not html.absolute().parent.is_dir():
        fail(f"there is no folder {html.absolute().parent}: make it, or write the page elsewhere", as_json=as_json)
    simulation = _simulation(creditor, campaigns, stack, as_json=as_json)
    taken = simulation.apply_events(file, period[0], answers_of(*answers))
    paid, bad_payments = read_payments(payments) if payments else ([], [])
    plans, unknown = simulation.days(*period, paid)
    lost = Lost(has_payments=payments is not None, rejects=bad_payments, unknown=unknown)
    if html is not None:
        page = Page(simulation, spoken)
        for plan in _watched(plans, period, as_json=as_json):
            page.add(plan)
        page.write(html, taken, lost, period)
        _tell(page.totals, simulation, taken, lost, html, as_json=as_json)
    elif as_json:
        for piece in pieces(
            plans, Totals(), _about(simulation, taken, lost), simulation.prices.currency, simulation.unreached
        ):
            sys.stdout.write(piece)
    else:
        totals = Totals()
        for plan in _watched(plans, period, as_json=False):
            totals.add(plan)
        _tell(totals, simulation, taken, lost, None, as_json=False)


def _period(first: date, last: date) -> Period:
    if last < first:
        raise InvalidValue(
            "period_reversed",
            pl=f"--to ({last}) jest przed --from ({first}). Zamień daty.",
            en=f"--to ({last}) is before --from ({first}). Swap the dates.",
        )
    if (last - first).days >= LONGEST_DAYS:
        raise InvalidValue(
            "period_too_long",
            pl=f"Symulacja obejmuje najwyżej {LONGEST_DAYS} dni. Skróć okres.",
            en=f"A simulation covers {LONGEST_DAYS} days at most. Shorten the period.",
        )
    return first, last


def _simulation(creditor: str, campaigns: list[str], stack: str | None, *, as_json: bool) -> Simulation:
    """The creditor with the campaigns that were named, else with its own."""
    owner: Creditor
    own: tuple[Campaign, ...]
    overrides = rates = None
    if creditor.endswith(YAML):
        stated = read_creditor(_existing(creditor, as_json=as_json))
        owner, own = stated.creditor, stated.campaigns
    else:
        application = find_target(stack, as_json=as_json).application
        view = application.show_creditors.one(creditor)
        owner, own = view.creditor, view.campaigns
        overrides, rates = application.manage_texts.current(creditor), application.show_rates()
    chosen = [_campaign(one, owner, as_json=as_json) for one in campaigns] or list(own)
    if not in_force(tuple(chosen)):
        raise Refused(
            "no_campaign",
            pl="Żadna z tych kampanii nie jest czynna, więc nic by nie wyszło. Podaj inną przez --campaign.",
            en="None of these campaigns is active, so nothing would ever go out. Name another one with --campaign.",
        )
    return Simulation(owner, chosen, overrides=overrides, rates=rates)


def _campaign(name: str, owner: Creditor, *, as_json: bool) -> Campaign:
    if name.endswith(YAML):
        return read_campaign(file_bytes(_existing(name, as_json=as_json)), name, owner)
    return shipped_campaign(name, owner)


def _existing(name: str, *, as_json: bool) -> Path:
    path = Path(name)
    if not path.is_file():
        fail(f"there is no file {name}", as_json=as_json)
    return path


def _watched(days: Iterator[DayPlan], period: Period, *, as_json: bool) -> Iterator[DayPlan]:
    """The days, with a bar that shows how far they have come."""
    from rich.progress import track

    count = (period[1] - period[0]).days + 1
    yield from track(days, "simulating", total=count, console=err.console, transient=True, disable=as_json)


def _about(simulation: Simulation, taken: TakenIn, lost: Lost) -> dict[str, Any]:
    return {
        "creditor": simulation.creditor.id,
        "campaigns": [one.id for one in simulation.campaigns],
        "prices_as_of": simulation.prices.as_of.isoformat(),
        "rows": taken.rows,
        "accepted": taken.accepted,
        "rejected": rejects_to_list(taken.rejects),
        "remarks": rejects_to_list(taken.remarks),
        "asks": asks_to_list(taken.asks),
        "rejected_payments": rejects_to_list(lost.rejects),
        "unknown_payments": [{"row": one.row, "invoice": one.number} for one in lost.unknown],
    }


def _tell(
    totals: Totals, simulation: Simulation, taken: TakenIn, lost: Lost, html: Path | None, *, as_json: bool
) -> None:
    currency = simulation.prices.currency
    if as_json:
        answer = {
            **_about(simulation, taken, lost),
            "html": str(html),
            **apart(simulation.unreached()),
            "totals": totals.to_dict(currency),
        }
        json.dump(answer, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
        return
    columns = ["messages>", "parts>", f"cost {currency}>"]
    by_day = [(day, one.messages, one.parts or "", f"{one.cost:.2f}") for day, one in totals.by_day.items()]
    table("by day", ["day", *columns], by_day, empty="nothing would go out")
    by_step = [(*key, one.messages, one.parts or "", f"{one.cost:.2f}") for key, one in totals.steps()]
    table("by step", ["campaign", "step>", "text", *columns], by_step, empty="none")
    by_channel = [(name, one.messages, one.parts or "", f"{one.cost:.2f}") for name, one in totals.by_channel.items()]
    table("by channel", ["channel", *columns], by_channel, empty="none")
    if totals.skipped:
        table("steps that would say nothing", ["reason", "number>"], totals.skipped.most_common())
    _tell_losses(taken, lost)
    total = totals.all
    out.print(
        f"{total.messages} messages to {len(totals.debtors)} debtors, {total.parts} SMS parts, about "
        f"{total.cost:.2f} {currency} net (prices of {simulation.prices.as_of})",
        markup=False,
    )
    tell_unreached(dict(both(UnreachedSums.of(simulation.unreached()))))
    if html is not None:
        out.print(f"written: {html}", markup=False)


def _tell_losses(taken: TakenIn, lost: Lost) -> None:
    if taken.asks:
        table(
            "nothing of the file is simulated before this is answered",
            ["column", "question"],
            [(one.column, one.message[1]) for one in taken.asks],
        )
    for title, rejects in (("of the invoices", taken.rejects), ("of the payments", lost.rejects)):
        if rejects:
            table(
                f"rows {title} that cannot be taken ({len(rejects)} cells)",
                ["row>", "column", "what to mend"],
                [(one.where.row, one.where.column, one.en) for one in rejects[:ROWS_SHOWN]],
            )
    if lost.unknown:
        table(
            f"payments that belong to no open invoice ({len(lost.unknown)})",
            ["row>", "invoice"],
            [(one.row, one.number) for one in lost.unknown[:ROWS_SHOWN]],
        )
