"""One self-contained page: a calendar, the messages as a phone shows them, and the costs.

The words of all messages of a day are packed together and unpacked by the page when somebody wants to read them, so a
page of twenty thousand messages opens at once. The page's script writes text only, never markup, and its policy allows
no other script and no connection; e-mails are shown in a frame without any rights.
"""

import base64
import gzip
import hashlib
import json
import os
import tempfile
import tomllib
from calendar import Calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TextIO

from minijinja import Environment

from local.simulation.payments import Paid
from local.simulation.store import Simulation, TakenIn
from local.simulation.totals import Sum, Totals
from upominek.application.planning.preview_plan import DayPlan, PlannedReminder
from upominek.domain.language.language import Language
from upominek.domain.planning.unreached_sums import Why
from upominek.domain.receivables.rejects import Reject
from upominek.domain.values.money import Money
from upominek.domain.values.money import Totals as Sums

MOST_LAYOUTS: Final = 1500
"""E-mails that are shown in their layout; with more of them the rest is shown as text, to keep the page small."""
ROWS_SHOWN: Final = 50
NO_PICTURE: Final = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
"""One clear pixel in place of images that travel with an e-mail."""


@dataclass(slots=True)
class Page:
    """Collects what the days bring, and writes the page at the end.

    Attributes:
        spool: a file for the packed words: they are written last but known first.
    """

    simulation: Simulation
    language: Language
    spool: TextIO = field(default_factory=lambda: tempfile.TemporaryFile("w+", encoding="ascii"))  # noqa: SIM115 - `write` closes it
    totals: Totals = field(default_factory=Totals)
    _days: list[date] = field(default_factory=list)
    _index: list[list[Any]] = field(default_factory=list)
    _names: dict[str, str] = field(default_factory=dict)
    _layouts: int = 0

    def add(self, plan: DayPlan) -> None:
        """Take a day in."""
        self.totals.add(plan)
        if not plan.reminders:
            return
        self._days.append(plan.day)
        bodies: list[list[str | None]] = []
        for one in plan.reminders:
            self._index.append(self._entry(one, len(bodies)))
            bodies.append([one.rendered.subject, one.rendered.preheader, one.rendered.text, self._layout(one)])
        packed = gzip.compress(json.dumps(bodies, ensure_ascii=False).encode(), mtime=0)
        text = base64.b64encode(packed).decode("ascii")
        self.spool.write(f'<script type="text/plain" id="d{plan.day}">{text}</script>\n')

    def write(self, target: Path, taken: TakenIn, lost: "Lost", period: tuple[date, date]) -> None:
        """Write the page; what stands under its name is replaced in one move, or not at all.

        Raises:
            OSError: it cannot be written.
        """
        self.spool.seek(0)
        context = self._context(taken, lost, period) | {"blobs": self.spool.read()}
        page = _environment().render_template("simulation.html", **context)
        unfinished = target.with_name(f".{target.name}.part")
        try:
            unfinished.write_text(page, encoding="utf-8")
            os.replace(unfinished, target)  # noqa: PTH105 - says what it does
        finally:
            unfinished.unlink(missing_ok=True)
            self.spool.close()

    # --- One message -------------------------------------------------------------------------------------------------

    def _entry(self, one: PlannedReminder, place: int) -> list[Any]:
        """What the page knows of a message without unpacking its words; the script names these places."""
        numbers = ", ".join(one.invoices[:5]) + (f" (+{len(one.invoices) - 5})" if len(one.invoices) > 5 else "")  # noqa: PLR2004
        return [
            len(self._days) - 1,
            one.debtor,
            self._name(one.debtor),
            one.channel.value,
            f"{one.campaign} {one.step} {one.template}",
            f"{one.campaign} {one.step}, {one.template}",
            one.parts,
            f"{one.cost:f}",
            numbers,
            ", ".join(map(self._amount, one.totals)),
            place,
        ]

    def _name(self, debtor: str) -> str:
        if debtor not in self._names:
            self._names[debtor] = self.simulation.name_of(debtor)
        return self._names[debtor]

    def _layout(self, one: PlannedReminder) -> str | None:
        if one.rendered.html is None or self._layouts >= MOST_LAYOUTS:
            return None
        self._layouts += 1
        return one.rendered.html.replace("cid:transfer-code", NO_PICTURE)

    def _amount(self, money: Money) -> str:
        return self.language.amount(money)

    def _date(self, day: date) -> str:
        return self.language.long_date(day)

    def _cost(self, cost: Decimal) -> str:
        text = f"{cost:,.2f}".replace(",", "\u00a0")
        return f"{self.language.number(text)} {self.simulation.prices.currency}"

    # --- The page ----------------------------------------------------------------------------------------------------

    def _context(self, taken: TakenIn, lost: "Lost", period: tuple[date, date]) -> dict[str, Any]:
        words = _words(self.language.code)
        creditor = self.simulation.creditor
        script = (files("templates") / "pages" / "simulation.js").read_text(encoding="utf-8")
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        total = self.totals.all
        figures = [
            (words["messages"], _grouped(total.messages)),
            (words["debtors"], _grouped(len(self.totals.debtors))),
            (words["parts"], _grouped(total.parts)),
            (words["cost"], self._cost(total.cost)),
        ]
        return {
            "words": words,
            "creditor": creditor.name,
            "campaigns": ", ".join(one.name for one in self.simulation.campaigns),
            "period": " – ".join(map(self._date, period)),
            "has_payments": lost.has_payments,
            "figures": [{"name": name, "value": value} for name, value in figures],
            "prices_as_of": self._date(self.simulation.prices.as_of),
            "months": list(self._months(period, words)),
            "channels": [{"id": one, "name": words["channels"][one]} for one in sorted(self.totals.by_channel)],
            "steps": [{"id": " ".join(key), "name": " ".join(key)} for key, _ in self.totals.steps()],
            "sums": [
                *self._sums(words),
                *self._unreached(words),
                *_losses(words, self.totals, taken, lost, self.language),
            ],
            "index": _embedded(
                {
                    "words": {name: one for name, one in words.items() if isinstance(one, str)},
                    "sender": creditor.sms_sender or creditor.name,
                    "creditor": creditor.name,
                    "currency": self.simulation.prices.currency,
                    "days": [{"date": day.isoformat(), "label": self._date(day)} for day in self._days],
                    "messages": self._index,
                }
            ),
            "script": script,
            "script_hash": f"sha256-{digest}",
        }

    def _months(self, period: tuple[date, date], words: dict[str, Any]) -> Iterator[dict[str, Any]]:
        first, last = period
        most = max((one.messages for one in self.totals.by_day.values()), default=1)
        for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
            year, month = divmod(number, 12)
            weeks = Calendar().monthdatescalendar(year, month + 1)
            yield {
                "name": f"{words['months'][month]} {year}",
                "weeks": [
                    [self._day(day, most, words) if day.month == month + 1 else None for day in week] for week in weeks
                ],
            }

    def _day(self, day: date, most: int, words: dict[str, Any]) -> dict[str, Any]:
        found = self.totals.by_day.get(day, Sum())
        form = self.language.plural(found.messages, *words["forms"])
        return {
            "number": day.day,
            "date": day.isoformat(),
            "count": found.messages,
            "heat": f"{0.12 + 0.5 * found.messages / most:.2f}",
            "label": f"{self._date(day)}: {found.messages} {form}, {self._cost(found.cost)}",
        }

    def _sums(self, words: dict[str, Any]) -> Iterator[dict[str, Any]]:
        channels = [((words["channels"][one],), found) for one, found in sorted(self.totals.by_channel.items())]
        weeks = [((self._date(monday),), found) for monday, found in self.totals.by_week.items()]
        for title, names, rows in (
            (words["per_channel"], [words["channel"]], channels),
            (words["per_step"], [words["campaign"], words["step"], words["text"]], self.totals.steps()),
            (words["per_week"], [words["week_from"]], weeks),
        ):
            if rows:
                yield {
                    "title": title,
                    "names": names,
                    "figures": [words["messages"], words["parts"], words["cost"]],
                    "rows": [
                        {"names": list(key), "figures": [one.messages, one.parts or "", self._cost(one.cost)]}
                        for key, one in rows
                    ],
                }

    def _unreached(self, words: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """What is still open after the last day and hears no more, and why."""
        found = self.simulation.unreached()
        for title, some in (
            (words["unreached"], [one for one in found if not one.why.was_reached]),
            (words["ended"], [one for one in found if one.why.was_reached]),
        ):
            if some:
                count, sums = sum(len(one.invoices) for one in some), Sums.of(one.amount for one in some).sums
                rows = [
                    [self._name(one.debtor), ", ".join(one.invoices), self._amount(one.amount), _reason(one.why, words)]
                    for one in some[:ROWS_SHOWN]
                ]
                heads = [words["debtor"], words["invoices"], words["owed"], words["reason"]]
                yield _listed(f"{title} ({count}; {', '.join(map(self._amount, sums))})", heads, rows)


def _reason(why: Why, words: dict[str, Any]) -> str:
    return str(words["why_unreached"].get(why.reason.value, why.reason.value))


@dataclass(frozen=True, slots=True)
class Lost:
    """What a file of payments had besides payments that found their invoices."""

    has_payments: bool = False
    rejects: Sequence[Reject] = ()
    unknown: Sequence[Paid] = ()


def _losses(
    words: dict[str, Any], totals: Totals, taken: TakenIn, lost: Lost, language: Language
) -> Iterator[dict[str, Any]]:
    """Tables of what is left out, and why; none for what does not occur."""

    def rejected(title: str, rejects: Sequence[Reject]) -> dict[str, Any]:
        rows = [[one.where.row, one.where.column, _mended(one, language)] for one in rejects[:ROWS_SHOWN]]
        return _listed(f"{title} ({len(rejects)})", [words["row"], words["column"], words["what"]], rows)

    if totals.skipped:
        reasons = [[words["reasons"].get(reason, reason), count] for reason, count in totals.skipped.most_common()]
        yield _listed(words["not_said"], [words["reason"], words["count"]], reasons)
    if totals.unreachable:
        names = sorted(totals.unreachable)[:ROWS_SHOWN]
        yield _listed(
            f"{words['unreachable']} ({len(totals.unreachable)})", [words["debtors"]], [[one] for one in names]
        )
    if taken.rejects:
        yield rejected(words["rejected"], taken.rejects)
    if lost.rejects:
        yield rejected(words["rejected_payments"], lost.rejects)
    if lost.unknown:
        rows = [[one.row, one.number] for one in lost.unknown[:ROWS_SHOWN]]
        yield _listed(words["unknown_payments"], [words["row"], words["invoice"]], rows)


def _mended(reject: Reject, language: Language) -> str:
    """What to mend, in the language of the page; in English where faults of files are not told in it."""
    return {"pl": reject.pl, "en": reject.en}.get(language.code, reject.en)


def _listed(title: str, names: Sequence[str], rows: Sequence[Sequence[object]]) -> dict[str, Any]:
    return {
        "title": title,
        "names": names,
        "figures": [],
        "rows": [{"names": list(row), "figures": []} for row in rows],
    }


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")


def _words(language: str) -> dict[str, Any]:
    text = (files("templates") / "pages" / f"simulation.{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _embedded(value: object) -> str:
    """JSON that no value can close the script element of."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _environment() -> Environment:
    def source(name: str) -> str:
        return (files("templates") / "pages" / name).read_text(encoding="utf-8")

    return Environment(loader=source, undefined_behavior="strict", trim_blocks=True, lstrip_blocks=True)
