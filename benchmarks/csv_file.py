"""A file of invoices: read and checked, then taken into the table.

    python -m benchmarks.csv_file [--rows 100000] [--times 4] [--stored 5000] [--runs 3]

Reading: twelve columns as a Polish spreadsheet writes them, every value checked (phone, e-mail, NIP, NRB, amounts,
dates), each size in a process of its own, of which the memory at its peak is shown. Baseline in the same process, in
turn: `csv.reader` over the same file, all cells to str. Storing: the good rows through `ApplyEvents` into dynoxide;
baseline: a bare `batch_write_item` of the items that came of it, into another table.
"""

import csv
import json
import os
import random
import resource
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from benchmarks.measuring import ROOT, about, arguments, compared, in_turn, publish, rounded
from benchmarks.stage import Stage, stage
from benchmarks.world import settle_in
from upominek.adapters.formats.csv.rows import GoodRow, InvoiceTable
from upominek.adapters.formats.csv.survey import survey_table
from upominek.domain.receivables.rejects import Rejected
from upominek.domain.values.batches import batched

BLOCK_BYTES = 1 << 20
READ_AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HEADER = (
    "Identyfikator klienta", "Nazwa", "Rodzaj", "NIP", "Telefon", "E-mail", "Numer faktury", "Data wystawienia",
    "Termin płatności", "Kwota brutto", "Waluta", "Rachunek",
)  # fmt: skip
ACCOUNT = "20 0000 0000 0000 0000 1234 5678"
WEIGHTS = (6, 5, 7, 2, 3, 4, 5, 6, 7)


def nip(dice: random.Random) -> str:
    """An invented NIP with a right check digit; no tax office has the prefix 000."""
    while True:
        digits = f"000{dice.randrange(10**6):06d}"
        check = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True)) % 11
        if check < 10:
            return f"{digits}{check}"


def write_file(path: Path, rows: int) -> None:
    """A file of good rows, but for one in a thousand."""
    dice = random.Random(7)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(HEADER)
        for number in range(rows):
            due = date(2026, 3, 1) + timedelta(days=dice.randrange(-60, 60))
            grosze = dice.randrange(1_000, 9_000_000)
            amount = f"{grosze // 100:,}".replace(",", " ") + f",{grosze % 100:02}"
            writer.writerow(
                [
                    f"K-{number // 2}",
                    f"Usługi Hydrauliczne nr {number // 2}",
                    "firma",
                    nip(dice),
                    f"+48 45{dice.randrange(10):d} {number // 2 // 1000 % 1000:03} {number // 2 % 1000:03}",
                    f"faktury+{number // 2}@example.com",
                    f"FV/{number}/2026",
                    (due - timedelta(days=14)).strftime("%d.%m.%Y"),
                    due.strftime("%d.%m.%Y") if number % 1000 else "30.02.2026",
                    amount,
                    "PLN",
                    ACCOUNT,
                ]
            )


def blocks(stream: BinaryIO, first: int = 0, last: int | None = None) -> Iterator[bytes]:
    """The bytes of a chunk, in pieces."""
    stream.seek(first)
    left = sys.maxsize if last is None else last - first
    while left > 0 and (block := stream.read(min(BLOCK_BYTES, left))):
        left -= len(block)
        yield block


def checked_rows(path: Path) -> Iterator[GoodRow | Rejected]:
    """Every row, after the survey that an import begins with."""
    with path.open("rb") as stream:
        survey = survey_table(blocks(stream))
        table = InvoiceTable(survey.format)
        for chunk in survey.chunks:
            yield from table.read(blocks(stream, chunk.start, chunk.stop), chunk.first_row)


def read_and_check(path: Path) -> int:
    """How many rows are good."""
    return sum(isinstance(row, GoodRow) for row in checked_rows(path))


def read_plainly(path: Path) -> int:
    """What Python does with the file when nobody asks what stands in it."""
    cells = 0
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.reader(stream, delimiter=";"):
            cells += len([str(cell) for cell in row])
    return cells


def child(path: Path, rows: int, runs: int) -> None:
    """One size in a process of its own: memory first, then time in turn with the baseline."""
    assert read_and_check(path) == rows - (rows + 999) // 1000
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    took = in_turn(runs, ours=lambda: read_and_check(path), plain=lambda: read_plainly(path))
    row = compared(took["ours"], took["plain"], per=max(rows // 1000, 1))
    print(json.dumps({"rows_per_cpu_second": round(rows / took["ours"].cpu), "peak_mb": round(peak_mb, 1), **row}))


def measured_in_child(path: Path, rows: int, runs: int) -> dict[str, Any]:
    """What the process of its own found."""
    code = (
        f"from pathlib import Path; from benchmarks.csv_file import child; child(Path({str(path)!r}), {rows}, {runs})"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "layers/core/python")])}
    answer = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, cwd=ROOT
    )
    found: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return found


def stored(playing: Stage, path: Path, runs: int) -> dict[str, Any]:
    """The rows taken into empty tables, and the same items written plainly into others."""
    good = [row for row in checked_rows(path) if isinstance(row, GoodRow)]
    client = playing.client("dynamodb")
    tables = [playing.create_table() for _ in range(2 * runs + 1)]
    applications = [playing.application(table) for table in tables[: runs + 1]]
    creditors = [settle_in(application, "hurt") for application in applications]
    for application in applications:
        application.creditors.get("hurt")  # the connection is open before time is taken

    def apply_events(place: int) -> None:
        counts = applications[place].apply_events.apply(creditors[place], (row.stated(READ_AT) for row in good))
        assert counts["new"] == len(good), counts

    apply_events(runs)
    pages = client.get_paginator("scan").paginate(TableName=tables[runs])
    items = [one for page in pages for one in page["Items"] if one["pk"]["S"].startswith("C#hurt#D#")]
    batches = list(batched(items, 25))

    def write_plainly(table: str) -> None:
        for batch in batches:
            client.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": item}} for item in batch]})

    ours, bare = iter(range(runs)), iter(tables[runs + 1 :])
    took = in_turn(runs, ours=lambda: apply_events(next(ours)), bare=lambda: write_plainly(next(bare)))
    row = compared(took["ours"], took["bare"], 1.3, per=max(len(items) // 1000, 1))
    return {"rows_per_cpu_second": round(len(good) / took["ours"].cpu), **row}


def main() -> None:
    """Print the table and, as its last line, the same as JSON."""
    chosen = arguments(__doc__, rows=100_000, times=4, stored=5_000, runs=3)
    sizes = (chosen.rows, chosen.rows * chosen.times)
    rows: dict[str, Any] = {}
    with TemporaryDirectory(prefix="upominek-bench-") as folder:
        path = Path(folder) / "faktury.csv"
        for size in sizes:
            write_file(path, size)
            megabytes = rounded(path.stat().st_size / 1e6)
            rows[f"read and check {size} rows"] = {"mb": megabytes, **measured_in_child(path, size, chosen.runs)}
        write_file(path, chosen.stored)
        with stage() as playing:
            rows[f"store {chosen.stored} rows"] = stored(playing, path, chosen.runs)
    publish(about(sizes=sizes, stored=chosen.stored, runs=chosen.runs, ms_are="per 1000 rows or items"), rows)


if __name__ == "__main__":
    main()
