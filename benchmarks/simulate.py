"""`upominek simulate`: seconds, messages a second and memory, for so many invoices and days.

    python -m benchmarks.simulate [--invoices 10000] [--days 60] [--json]

Baseline, in the same process: rendering alone the same number of messages, in the same shares of SMS and e-mail.
The reach is 10 000 invoices over 60 days in less than a minute on one core.
"""

import argparse
import json
import platform
import random
import resource
import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from local.simulation.store import Simulation
from local.simulation.totals import Totals
from upominek.adapters.config_files.creditors_file import read_creditor
from upominek.adapters.texts.renderer import TemplateRenderer
from upominek.adapters.texts.samples import samples
from upominek.domain.values.channel import Channel

CREDITOR = Path(__file__).parents[1] / "local/creditors/hydro-hurt.yaml"
FIRST = date(2026, 3, 2)
HEADER = "Id kontrahenta;Nazwa;Imię;Telefon;E-mail;Numer faktury;Termin płatności;Kwota brutto"


def portfolio(invoices: int, days: int) -> str:
    """A file in which every third invoice has a debtor of its own."""
    drawn = random.Random(1)
    lines = [HEADER]
    for number in range(invoices):
        debtor = drawn.randrange(1 + invoices // 3)
        due = FIRST + timedelta(days=drawn.randrange(-40, days))
        contact = f"+48512{debtor:06}" if debtor % 5 else "", f"biuro{debtor}@example.com" if debtor % 3 else ""
        amount = f"{drawn.randrange(500, 900_000) / 100:.2f}"
        lines.append(f"K{debtor};Firma {debtor};Anna;{';'.join(contact)};FV/{number}/2026;{due};{amount}")
    return "\n".join(lines)


def simulated(invoices: int, days: int) -> tuple[float, Counter[Channel]]:
    """CPU seconds from the file to the last sum, and the messages by channel."""
    stated = read_creditor(CREDITOR)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "invoices.csv"
        file.write_text(portfolio(invoices, days), encoding="utf-8")
        began = time.process_time()
        simulation = Simulation(stated.creditor, stated.campaigns)
        simulation.apply_events(file, FIRST)
        plans, _ = simulation.days(FIRST, FIRST + timedelta(days=days - 1), ())
        totals, channels = Totals(), Counter[Channel]()
        for plan in plans:
            totals.add(plan)
            channels.update(one.channel for one in plan.reminders)
        return time.process_time() - began, channels


def rendered(channels: Counter[Channel]) -> float:
    """CPU seconds for rendering as many messages of an ordinary text."""
    renderer, context = TemplateRenderer(), samples()[0].context
    began = time.process_time()
    for channel, count in channels.items():
        for _ in range(count):
            renderer.render(channel, "overdue", context, with_images=False)
    return time.process_time() - began


def main() -> None:
    """Print a line of figures, or the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invoices", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    seconds, channels = simulated(asked.invoices, asked.days)
    baseline = rendered(channels)
    messages = sum(channels.values())
    found: dict[str, Any] = {
        "machine": platform.platform(),
        "python": platform.python_version(),
        "invoices": asked.invoices,
        "days": asked.days,
        "messages": messages,
        "cpu_seconds": round(seconds, 1),
        "messages_per_second": round(messages / seconds),
        "baseline_seconds": round(baseline, 1),
        "ratio": round(seconds / baseline, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    if asked.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:22}{value}")


if __name__ == "__main__":
    main()
