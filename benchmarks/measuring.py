"""What all benchmarks share: taking turns, medians, the table, and the line of JSON that ends what each prints."""

import argparse
import gc
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LIBRARIES = ("boto3", "botocore", "aws-lambda-powertools")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds that something took.

    Attributes:
        cpu: of all threads of this process; neighbours on the machine hardly touch it.
        wall: by the clock; it has the waiting for other processes in it, and for neighbours.
    """

    cpu: float
    wall: float


def spent(work: Callable[[], object]) -> Spent:
    """What a piece of work took; garbage of what came before is not its fault."""
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return Spent(time.process_time() - cpu, time.perf_counter() - wall)


def in_turn(
    runs: int, *, prepare: Callable[[], object] = lambda: None, **sides: Callable[[], object]
) -> dict[str, Spent]:
    """The medians of several sides, measured in turn, so that whatever the machine does meets all of them.

    Args:
        prepare: done before each side is measured, and not counted.
    """
    found: dict[str, list[Spent]] = {name: [] for name in sides}
    for _ in range(runs):
        for name, work in sides.items():
            prepare()
            found[name].append(spent(work))
    return {
        name: Spent(statistics.median(one.cpu for one in taken), statistics.median(one.wall for one in taken))
        for name, taken in found.items()
    }


def compared(ours: Spent, baseline: Spent, reach: float | None = None, *, per: int = 1) -> dict[str, Any]:
    """A row: both sides in milliseconds for each of `per`, the ratios, and the ratio to be reached."""
    row: dict[str, Any] = {
        "cpu_ms": rounded(ours.cpu * 1000 / per),
        "baseline_cpu_ms": rounded(baseline.cpu * 1000 / per),
        "cpu_ratio": round(ours.cpu / baseline.cpu, 2),
        "wall_ms": rounded(ours.wall * 1000 / per),
        "baseline_wall_ms": rounded(baseline.wall * 1000 / per),
        "wall_ratio": round(ours.wall / baseline.wall, 2),
    }
    return row if reach is None else row | {"reach": reach}


def rounded(value: float) -> float:
    """Four digits that say something."""
    return float(f"{value:.4g}")


def about(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever the benchmark has to say
    """Machine, load and versions, with what else the benchmark names."""
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "machine": platform.platform(),
        "processors": cpus,
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
        **more,
    }


def publish(facts: Mapping[str, Any], rows: Mapping[str, Row]) -> None:
    """Print the facts, a table with a line for each row, and as the last line all of it as JSON."""
    print(", ".join(f"{name} {value}" for name, value in facts.items()))
    columns = list(dict.fromkeys(name for row in rows.values() for name in row))
    lines = [["", *columns], *([name, *(_cell(row.get(one)) for one in columns)] for name, row in rows.items())]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns) + 1)]
    for line in lines:
        first, *rest = (cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        print("  ".join([line[0].ljust(len(first)), *rest]))
    print(json.dumps({"about": dict(facts), "rows": {name: dict(row) for name, row in rows.items()}}, default=str))


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case float() if value >= 1000:
            return f"{value:.0f}"
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def arguments(doc: str | None, **options: float) -> argparse.Namespace:
    """The command line of a benchmark: numbers with defaults."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in options.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    return parser.parse_args()


def end_in_order() -> None:
    """Let a polite kill end what was started, too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def compile_sources() -> None:
    """Compile what is measured beforehand, as what is deployed is."""
    folders: Sequence[Path] = (ROOT / "layers/core/python", ROOT / "functions")
    subprocess.run([sys.executable, "-m", "compileall", "-q", *folders], check=True)
