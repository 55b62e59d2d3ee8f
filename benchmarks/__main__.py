"""Run all benchmarks, one after another, and keep what each found in `build/bench/<name>.json`.

    python -m benchmarks [NAME …]

Each prints its table; a benchmark that fails is named at the end, and makes this fail.
"""

import json
import subprocess
import sys
import time

from benchmarks.measuring import ROOT

# The quiet ones first; the last one starts a stack of its own.
ALL: dict[str, tuple[str, ...]] = {
    "simulate_day": ("--chart", "docs/images"),
    "packages": (),
    "send_sms": ("--messages", "300", "--runs", "3"),
    "webhook": ("--events", "400", "--runs", "2"),
    "cost": (),
    "csv_file": ("--rows", "60000", "--stored", "2500"),
    "cold_start": ("--runs", "5"),
    "plan_day": ("--runs", "3"),
    "texts": (),
    "letters": ("--letters", "100"),
    "simulate": (),
    "end_to_end": (),
}
RESULTS = ROOT / "build" / "bench"


def run(name: str, options: tuple[str, ...]) -> bool:
    """Run one benchmark, showing what it prints; whether its last line was JSON, which is kept."""
    print(f"\n== {name} {' '.join(options)}", flush=True)
    began = time.perf_counter()
    lines = []
    command = [sys.executable, "-m", f"benchmarks.{name}", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        for line in process.stdout or ():
            lines.append(line)
            if not line.startswith("{"):
                print(line, end="", flush=True)
    print(f"-- {time.perf_counter() - began:.0f} s", flush=True)
    try:
        found = json.loads(lines[-1])
    except (IndexError, ValueError):
        return False
    (RESULTS / f"{name}.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return process.returncode == 0


def main() -> int:
    """All of them, or those that are named."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    asked = sys.argv[1:] or list(ALL)
    failed = [name for name in asked if not run(name, ALL.get(name, ()))]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
