"""The embedded default, end to end: invoices in by file, reminders out, receipts back, through real Lambda processes.

    python -m benchmarks.end_to_end [--invoices 500] [--reminders 100] [--emails 1]

Debtors have an e-mail address, so the campaign writes e-mails; with `--emails 0` they have a telephone only.

A stack of its own is started in a folder of its own and forgotten afterwards. Nothing is compared: it is reported how
long each stage takes, from when it begins to when nothing of it is left. Sending begins while planning goes on, and
receipts come back while others are still sent, so stages overlap.
"""

import csv
import io
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time as time_of_day
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.csv_file import ACCOUNT, HEADER, nip
from benchmarks.measuring import about, arguments, end_in_order, publish
from benchmarks.world import DUE_DATES, QUIET_DATES, TODAY, settle_in
from local.stack import embedded
from local.stack.target import Target
from local.stack.work import bring_in, in_flight, start_what_is_due, untold_answers

CREDITOR = "hurt"
PLANNING = time_of_day(9, 5)
REACH_PER_SECOND = 300
LONGEST_SECONDS = 1800


def file_of(invoices: int, reminders: int, *, has_emails: bool = True) -> bytes:
    """A file of which so many invoices have their step today; every message arrives."""
    dice, text = random.Random(7), io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(HEADER)
    for number in range(invoices):
        dates = DUE_DATES if number < reminders else QUIET_DATES
        due = dates[number % len(dates)].isoformat()
        phone = f"+48451{number // 100:04}00" if number < 10**6 else ""
        email = f"delivered+{number}@example.com" if has_emails else ""
        person = (f"K-{number}", f"Usługi {number}", "firma", nip(dice), phone, email)
        writer.writerow([*person, f"FV/{number}/2026", "2026-01-02", due, "1234,56", "PLN", ACCOUNT])
    return text.getvalue().encode()


@contextmanager
def stack(folder: Path) -> Iterator[embedded.Embedded]:
    """A running stack that nobody else uses."""
    end_in_order()
    try:
        running = embedded.up(folder)
        running.use_in_this_process()
        running.clock.set_today(TODAY, PLANNING)
        yield running
    finally:
        embedded.down(folder, forget=True)


def watch(target: Target, folder: Path) -> dict[str, float]:
    """Seconds until each queue was seen empty for the last time, and until no answer was owed."""
    began, emptied = time.perf_counter(), dict.fromkeys(("plans", "outbox", "receipts"), 0.0)
    quiet = 0
    while quiet < 5 and time.perf_counter() - began < LONGEST_SECONDS:
        waiting, _ = in_flight(target)
        owed, now = untold_answers(folder), time.perf_counter() - began
        busy = {
            "plans": waiting.get("plans", 0),
            "outbox": waiting.get("sms", 0) + waiting.get("email", 0),
            "receipts": waiting.get("receipts", 0) + owed,
        }
        for name, count in busy.items():
            if count:
                emptied[name] = now
        quiet = 0 if any(busy.values()) else quiet + 1
        time.sleep(0.1)
    return emptied


def main() -> None:
    """Print the table and, as its last line, the same as JSON."""
    chosen = arguments(__doc__, invoices=500, reminders=100, emails=1)
    rows: dict[str, dict[str, Any]] = {}

    def report(name: str, number: int, seconds: float, **more: Any) -> None:  # noqa: ANN401 - cells of the table
        rows[name] = {"number": number, "seconds": round(seconds, 2), "per_second": round(number / seconds, 1), **more}

    with TemporaryDirectory(prefix="upominek-bench-") as name:
        folder = Path(name)
        began = time.perf_counter()
        with stack(folder) as running:
            report("stack up", 1, time.perf_counter() - began)
            target = Target(running.stack, dict(running.outputs), is_embedded=True, clock_file=str(running.clock_file))
            settle_in(target.application, CREDITOR)
            began = time.perf_counter()
            file = file_of(chosen.invoices, chosen.reminders, has_emails=bool(chosen.emails))
            told = bring_in(target, CREDITOR, "faktury.csv", file)
            assert told["accepted"] == chosen.invoices, told
            report("invoices in", chosen.invoices, time.perf_counter() - began)
            began = time.perf_counter()
            start_what_is_due(target)
            started = time.perf_counter() - began
            emptied = watch(target, running.state_dir)
            report("plan", chosen.reminders, started + emptied["plans"] or started)
            report("reminders out", chosen.reminders, started + emptied["outbox"], reach_per_second=REACH_PER_SECOND)
            report("receipts back", chosen.reminders, started + emptied["receipts"])
    publish(about(invoices=chosen.invoices, reminders=chosen.reminders, emails=chosen.emails), rows)


if __name__ == "__main__":
    main()
