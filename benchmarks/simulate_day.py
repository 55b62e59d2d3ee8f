"""A day on AWS, by simulation: when the last reminder leaves, and how old the queues become.

    python -m benchmarks.simulate_day [--share 0.10] [--sms 0.6] [--parts 1.2] [--step 60] [--chart docs/images]

Ten thousand, one million and ten million debtors, of whom a share hears something today. Each size twice: with the
limits of `aws_limits.toml`, and with sending rates asked for at AWS that let the day end within contact hours. Time
goes on in steps: the planner fills the outbox, each lane sends by the slowest of the account's pace, its daily quota,
its workers and the table, and reports come back. Hours, the campaign's time and the lifetime of a message are the
product's. With `--chart`, the day is drawn as SVG.
"""

import argparse
import json
import math
import tomllib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.measuring import ROOT, about, publish
from upominek.adapters.config_files.campaigns_file import shipped_campaign
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.decision import contact_hours

DAY = date(2026, 3, 3)
SIZES = (10_000, 1_000_000, 10_000_000)
WRITES_TO_SEND, WRITES_OF_RECEIPT = 4, {"sms": 1, "email": 1}
LANES = ("sms", "email")


@dataclass(slots=True)
class Queue:
    """Messages that wait, with the time at which they came."""

    waiting: deque[tuple[float, float]] = field(default_factory=deque)
    most: float = 0
    oldest: float = 0

    @property
    def count(self) -> float:
        return sum(number for _, number in self.waiting)

    def put(self, now: float, number: float) -> None:
        if number > 0:
            self.waiting.append((now, number))
        self.most = max(self.most, self.count)

    def take(self, now: float, most: float) -> float:
        """Up to so many, oldest first."""
        taken = 0.0
        while self.waiting and taken < most:
            came, number = self.waiting.popleft()
            self.oldest = max(self.oldest, now - came)
            part = min(number, most - taken)
            taken += part
            if number > part:
                self.waiting.appendleft((came, number - part))
        return taken

    def expire(self, before: float) -> float:
        """How many came before this, and go no more."""
        gone = 0.0
        while self.waiting and self.waiting[0][0] < before:
            gone += self.waiting.popleft()[1]
        return gone

    def age(self, now: float) -> float:
        return now - self.waiting[0][0] if self.waiting else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What one day is simulated with."""

    debtors: int
    reminders: dict[str, float]
    per_second: dict[str, float]
    per_day: dict[str, float]
    senders: int
    is_raised: bool
    shards: int


@dataclass(slots=True)
class Outcome:
    """What a day came to."""

    left_at: dict[str, float] = field(default_factory=dict)
    planned_at: float = 0
    expired: float = 0
    sent: dict[str, float] = field(default_factory=lambda: dict.fromkeys(LANES, 0.0))
    oldest: dict[str, float] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)
    writes: float = 0
    received_at: float = 0
    timeline: list[dict[str, float]] = field(default_factory=list)


def settings(limits: dict[str, Any], debtors: int, options: argparse.Namespace) -> Iterator[Setting]:
    """One size with the limits as they are, and with rates that suffice."""
    due = debtors * options.share
    reminders = {"sms": due * options.sms, "email": due * (1 - options.sms)}
    units = {"sms": options.parts, "email": 1.0}
    value = {name: float(limits[name]["value"]) for name in limits if name != "product"}
    usual = {"sms": value["sms_parts_per_second"] / units["sms"], "email": value["ses_per_second"]}
    shards = 2 ** max(0, math.ceil(math.log2(due / 50_000))) if due > 50_000 else 1
    senders = int(limits["product"]["senders"])
    yield Setting(
        debtors=debtors, reminders=reminders, per_second=usual, shards=shards, is_raised=False, senders=senders,
        per_day={"sms": math.inf, "email": value["ses_per_day"]},
    )  # fmt: skip
    # Half the time from the campaign's hour to the end of contact hours: the rest is for a bad day.
    seconds = _window_seconds() / 2
    wanted = {lane: max(usual[lane], math.ceil(reminders[lane] / seconds)) for lane in LANES}
    # A worker takes a share of the pace, and no less time than its work.
    needed = max(math.ceil(rate * limits["product"]["sender_seconds"]) for rate in wanted.values())
    yield Setting(
        debtors=debtors, reminders=reminders, per_second=wanted, shards=shards, is_raised=True,
        per_day={"sms": math.inf, "email": max(value["ses_per_day"], 1.5 * reminders["email"])},
        senders=max(senders, needed),
    )  # fmt: skip


def _window_seconds() -> float:
    campaign, creditor = shipped_campaign("default"), Creditor(id="hurt", name="Hurtownia")
    closes = contact_hours(creditor, campaign).closes
    return (datetime.combine(DAY, closes) - datetime.combine(DAY, campaign.at)).total_seconds()


class Day:
    """The simulation of one day, and of those after it until all is sent or expired."""

    def __init__(self, setting: Setting, limits: dict[str, Any], step: float) -> None:
        self._setting, self._limits, self._step = setting, limits, step
        self._product = limits["product"]
        campaign, creditor = shipped_campaign("default"), Creditor(id="hurt", name="Hurtownia")
        self._hours = contact_hours(creditor, campaign)
        self._start = datetime.combine(DAY, campaign.at, ZoneInfo(self._hours.zone))
        self._lifetime = creditor.message_lifetime.total_seconds()
        self._to_plan = dict(setting.reminders)
        self._lanes = {lane: Queue() for lane in LANES}
        self._receipts, self._coming = Queue(), deque[tuple[float, float, str]]()
        self._sent_today = dict.fromkeys(LANES, 0.0)
        self._today = DAY

    def play(self) -> Outcome:
        """Let time go on until nothing is left."""
        found, now = Outcome(), 0.0
        while self._is_at_work():
            self._turn_page(now)
            write_units = self._write_units(now) * self._step
            self._plan(now, found)
            for lane in LANES:
                write_units -= self._send(lane, now, write_units, found)
            self._receive(now, write_units, found)
            if now % 300 < self._step:
                found.timeline.append(self._moment(now, found))
            now += self._step
        found.oldest = {lane: queue.oldest for lane, queue in self._lanes.items()} | {"receipts": self._receipts.oldest}
        found.most = {lane: queue.most for lane, queue in self._lanes.items()}
        found.timeline.append(self._moment(now, found))
        return found

    def _is_at_work(self) -> bool:
        left = sum(self._to_plan.values()) + sum(queue.count for queue in self._lanes.values())
        return left + self._receipts.count + len(self._coming) > 0

    def _turn_page(self, now: float) -> None:
        today = (self._start + timedelta(seconds=now)).date()
        if today != self._today:
            self._today, self._sent_today = today, dict.fromkeys(LANES, 0.0)

    def _write_units(self, now: float) -> float:
        """What the table takes in a second: a new one doubles with each half hour of peak; up to its quota."""
        first = float(self._limits["dynamodb_new_table_write_units"]["value"])
        return float(min(first * 2 ** min(now / 1800, 10), self._limits["dynamodb_table_units"]["value"]))

    def _plan(self, now: float, found: Outcome) -> None:
        workers = min(self._product["planners"], self._setting.shards)
        left = sum(self._to_plan.values())
        planned = min(left, workers * self._product["planner_reminders_per_second"] * self._step)
        if planned <= 0:
            return
        for lane in LANES:
            part = planned * self._to_plan[lane] / left
            self._to_plan[lane] = max(self._to_plan[lane] - part, 0) if planned < left else 0
            self._lanes[lane].put(now, part)
        found.planned_at = now + self._step

    def _send(self, lane: str, now: float, write_units: float, found: Outcome) -> float:
        queue, setting = self._lanes[lane], self._setting
        found.expired += queue.expire(now - self._lifetime)
        if not self._hours.is_open(self._start + timedelta(seconds=now)):
            return 0
        by_work = setting.senders / self._product["sender_seconds"]
        rate = min(setting.per_second[lane], by_work)
        most = min(rate * self._step, setting.per_day[lane] - self._sent_today[lane], write_units / WRITES_TO_SEND)
        sent = queue.take(now, max(most, 0))
        if sent:
            self._sent_today[lane] += sent
            found.sent[lane] += sent
            found.left_at[lane] = now + self._step * sent / max(most, sent)
            found.writes = max(found.writes, sent * WRITES_TO_SEND / self._step)
            self._coming.append((now + self._product["receipt_delay_seconds"], sent, lane))
        return sent * WRITES_TO_SEND

    def _receive(self, now: float, write_units: float, found: Outcome) -> None:
        while self._coming and self._coming[0][0] <= now:
            came, number, lane = self._coming.popleft()
            self._receipts.put(came, number * WRITES_OF_RECEIPT[lane])
        most = self._product["receipt_workers"] / self._product["receipt_seconds"] * self._step
        if self._receipts.take(now, min(most, max(write_units, 0))):
            found.received_at = now + self._step

    def _moment(self, now: float, found: Outcome) -> dict[str, float]:
        moment = {"hours": now / 3600, "left": sum(self._to_plan.values())}
        for lane in LANES:
            moment[lane] = self._lanes[lane].count
            moment[f"{lane}_age"] = self._lanes[lane].age(now) / 3600
            moment[f"{lane}_sent"] = found.sent[lane]
        return moment


def clock(seconds: float) -> str:
    """Hour by the wall, and how many days later."""
    at = datetime.combine(DAY, shipped_campaign("default").at) + timedelta(seconds=seconds)
    days = (at.date() - DAY).days
    return at.strftime("%H:%M") + (f" +{days} d" if days else "")


def first_limit(setting: Setting, limits: dict[str, Any]) -> str:
    """What keeps the slower lane from being faster."""
    seconds = {lane: setting.reminders[lane] / setting.per_second[lane] for lane in LANES}
    lane = max(seconds, key=seconds.__getitem__)
    if setting.reminders["email"] > setting.per_day["email"]:
        return "SES quota of a day"
    by_work = setting.senders / limits["product"]["sender_seconds"]
    if by_work < setting.per_second[lane]:
        return "senders"
    return {"sms": "SMS parts per second", "email": "SES rate"}[lane]


def row_of(setting: Setting, outcome: Outcome, limits: dict[str, Any]) -> dict[str, Any]:
    """What the table shows of a day."""
    return {
        "reminders": round(sum(setting.reminders.values())),
        "shards": setting.shards,
        "sms/s": round(setting.per_second["sms"], 1),
        "email/s": round(setting.per_second["email"], 1),
        "email/day": setting.per_day["email"],
        "senders": setting.senders,
        "planned": clock(outcome.planned_at),
        "last_sms": clock(outcome.left_at.get("sms", 0)),
        "last_email": clock(outcome.left_at.get("email", 0)),
        "last_receipt": clock(outcome.received_at),
        "oldest_h": round(max(outcome.oldest.values()) / 3600, 1),
        "most_waiting": round(max(outcome.most.values())),
        "write_units/s": round(outcome.writes),
        "expired": round(outcome.expired),
        "first_limit": first_limit(setting, limits),
    }


# --- The chart -------------------------------------------------------------------------------------------------------

WIDTH, HEIGHT, LEFT, TOP, PANEL = 900, 760, 90, 60, 200
COLOURS = {"sms": "#0b6e4f", "email": "#1f4e9e"}
SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">
<title>{title}</title><rect width="100%" height="100%" fill="#ffffff"/>
<text x="{left}" y="28" font-size="17" font-weight="bold">{title}</text>
{body}
</svg>
"""


def draw(days: list[tuple[Setting, Outcome]], title: str) -> str:
    """Messages waiting in each lane over the day, a panel for each size."""
    body = [panel(place, setting, outcome) for place, (setting, outcome) in enumerate(days)]
    return SVG.format(width=WIDTH, height=HEIGHT, left=LEFT, title=title, body="\n".join(body))


def panel(place: int, setting: Setting, outcome: Outcome) -> str:
    """One size: how much waits in each lane, hour by hour."""
    top = TOP + place * (PANEL + 30)
    end = max(outcome.timeline[-1]["hours"], 1.0)
    most = max(max(moment[lane] for lane in LANES) for moment in outcome.timeline) or 1
    width, height = WIDTH - LEFT - 40, PANEL - 50

    def x(hours: float) -> float:
        return round(LEFT + width * hours / end, 1)

    def y(number: float) -> float:
        return round(top + 20 + height * (1 - number / most), 1)

    said = (
        f'<text x="{LEFT}" y="{top + 8}" font-weight="bold">{setting.debtors:,} debtors, '
        f"{sum(setting.reminders.values()):,.0f} reminders: last SMS {clock(outcome.left_at.get('sms', 0))}, "
        f"last e-mail {clock(outcome.left_at.get('email', 0))}, expired {outcome.expired:,.0f}</text>"
    )
    parts = [
        said,
        f'<path d="M{LEFT} {top + 20}V{top + 20 + height}H{LEFT + width}" fill="none" stroke="#888888"/>',
        f'<text x="{LEFT - 8}" y="{top + 26}" text-anchor="end">{most:,.0f}</text>',
        f'<text x="{LEFT - 8}" y="{top + 22 + height}" text-anchor="end">0</text>',
    ]
    ticks = next(step for step in (0.25, 0.5, 1, 2, 3, 6, 12, 24, 48) if end / step <= 10)
    for number in range(int(end / ticks) + 1):
        at = number * ticks
        parts.append(f'<text x="{x(at)}" y="{top + 38 + height}" text-anchor="middle">{clock(at * 3600)}</text>')
    for number, lane in enumerate(LANES):
        points = " ".join(f"{x(moment['hours'])},{y(moment[lane])}" for moment in outcome.timeline)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{COLOURS[lane]}" stroke-width="2"/>')
        name = {"sms": "SMS waiting", "email": "e-mails waiting"}[lane]
        spot = f'x="{WIDTH - 40}" y="{top + 34 + 16 * number}"'
        parts.append(f'<text {spot} text-anchor="end" fill="{COLOURS[lane]}">{name}</text>')
    return "\n".join(parts)


def main() -> None:
    """Print the table and, as its last line, the same as JSON with the timelines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("share", 0.10), ("sms", 0.6), ("parts", 1.2), ("step", 60.0)):
        parser.add_argument(f"--{name}", type=float, default=default)
    parser.add_argument("--chart", type=Path)
    options = parser.parse_args()
    limits = tomllib.loads((ROOT / "benchmarks/aws_limits.toml").read_text(encoding="utf-8"))
    rows: dict[str, dict[str, Any]] = {}
    days: dict[bool, list[tuple[Setting, Outcome]]] = {False: [], True: []}
    timelines = {}
    for debtors in SIZES:
        for setting in settings(limits, debtors, options):
            outcome = Day(setting, limits, options.step).play()
            name = f"{debtors:,} debtors, {'raised' if setting.is_raised else 'as granted'}"
            rows[name] = row_of(setting, outcome, limits)
            days[setting.is_raised].append((setting, outcome))
            timelines[name] = [{key: round(value, 2) for key, value in moment.items()} for moment in outcome.timeline]
    if options.chart:
        for is_raised, name, title in (
            (False, "day-as-granted", "A day with the sending rates of a new account"),
            (True, "day-raised", "A day with sending rates asked for at AWS"),
        ):
            (options.chart / f"{name}.svg").write_text(draw(days[is_raised], title), encoding="utf-8")
    (ROOT / "build" / "bench").mkdir(parents=True, exist_ok=True)
    target = ROOT / "build" / "bench" / "simulate_day_timelines.json"
    target.write_text(json.dumps(timelines), encoding="utf-8")
    publish(about(share=options.share, sms=options.sms, parts=options.parts, step=options.step), rows)


if __name__ == "__main__":
    main()
