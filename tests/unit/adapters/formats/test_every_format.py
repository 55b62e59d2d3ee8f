"""What holds of every format in the table, shown by a small sample of each: bad rows have the same end in all of them.

A format that is new must be given its sample here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.unit.application.intake.test_import_file import report, row, table
from tests.worlds import lines_format
from tests.worlds.intake_world import IntakeWorld
from tests.worlds.lines_format import lines
from upominek.adapters.formats.known import FORMATS, KnownFormats

Row = tuple[str, str] | None
"""Number and amount of an invoice of `K-1`, due on 2026-03-16; of a payment's id, where a format lists no invoices.

None is a malformed row: it lacks something, or is not built as it should be.
"""
BAD: Final = "dużo"
"""An amount that is none."""
LIST: Final = "snapshot/hurt/otwarte"
FILE: Final = "incoming/hurt/plik"


def csv_sample(rows: Sequence[Row]) -> bytes:
    return table(*("K-1;x\r\n" if one is None else row(*one) for one in rows)).encode()


def lines_sample(rows: Sequence[Row]) -> bytes:
    def line(one: Row) -> bytes:
        if one is None:
            return b'{"invoice": {"debtor": "K-1", \n'
        return lines(("invoice", {"debtor": "K-1", "number": one[0], "amount": one[1], "due": "2026-03-16"}))

    return b"".join(map(line, rows))


SAMPLES: Final[dict[str, Callable[[Sequence[Row]], bytes]]] = {
    "csv": csv_sample,
    lines_format.NAME: lines_sample,
}
"""By the format's name: the file with these rows, in order."""

OPEN: Final = [(f"FV/{number}", "100,00") for number in range(10)]
FILES: Final[dict[str, list[Row]]] = {
    "good": [*OPEN],
    "one bad amount": [*OPEN[:9], ("FV/9", BAD)],
    "bad, then good": [*OPEN[:9], ("FV/9", BAD), ("FV/9", "100,00")],
    "good, then bad": [*OPEN, ("FV/0", BAD)],
    "bad twice": [*OPEN[:9], ("FV/9", BAD), ("FV/9", BAD)],
    "malformed, all there": [*OPEN[:5], None, *OPEN[5:]],
    "malformed, one missing": [*OPEN[:5], None, *OPEN[5:9]],
    "rows that disagree": [*OPEN, ("FV/3", "90,00")],
    "rows that agree": [*OPEN, ("FV/3", "100,00")],
}


@dataclass(frozen=True)
class Outcome:
    """What became of a file, in no format's own words."""

    told: dict[str, Any]
    rejected_rows: list[int]
    invoices: dict[str, tuple[bool, int]]


def outcome(name: str, rows: Sequence[Row], key: str, chunk_bytes: int | None) -> Outcome:
    world = IntakeWorld()
    path = key.partition("/")[2]
    world.drop("incoming/hurt/przedtem", csv_sample(OPEN[::-1]))
    sample = SAMPLES[name](rows)
    assert KnownFormats().of(sample) == name
    record = world.drop(key, sample, hour=1, chunk_bytes=chunk_bytes)
    assert record is not None
    found = report(world, path)
    told = {one: value for one, value in found.items() if isinstance(value, int) or one in {"state", "error_code"}}
    rejects = world.files.files.get(f"rejected/{path}", b"").decode("utf-8-sig").splitlines()[1:]
    (first, *_) = KnownFormats().named(name).survey([sample], chunk_bytes=1 << 20).chunks
    return Outcome(
        told,
        [int(line.partition(";")[0]) - first.first_row for line in rejects],
        {one.number: (kept.is_open, kept.outstanding.grosze) for one, kept in world.table.invoices.items()},
    )


@pytest.fixture(autouse=True)
def _toy_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FORMATS, lines_format.NAME, lines_format.MODULE)  # type: ignore[arg-type]


def test_every_format_has_its_sample() -> None:
    lacking = set(FORMATS) - set(SAMPLES)
    assert not lacking, f"give {lacking} a row of SAMPLES in tests/unit/adapters/formats/test_every_format.py"


@pytest.mark.parametrize("chunk_bytes", [None, 200], ids=["whole", "cut"])
@pytest.mark.parametrize("key", [LIST, FILE], ids=["list", "file"])
@pytest.mark.parametrize("rows", FILES.values(), ids=FILES)
@pytest.mark.parametrize("name", SAMPLES)
def test_rows_have_the_same_end_as_in_csv(name: str, rows: list[Row], key: str, chunk_bytes: int | None) -> None:
    if not KnownFormats().named(name).may_be_full_list:
        pytest.skip("lists no invoices")
    assert outcome(name, rows, key, chunk_bytes) == outcome("csv", rows, key, None)


@pytest.mark.parametrize("chunk_bytes", [None, 200], ids=["whole", "cut"])
@pytest.mark.parametrize("name", SAMPLES)
def test_a_bad_row_spoils_no_other(name: str, chunk_bytes: int | None) -> None:
    found = outcome(name, [*OPEN[:5], None, *OPEN[5:8], ("FV/9", BAD)], FILE, chunk_bytes)
    assert (found.told["state"], found.told["accepted"], found.rejected_rows) == ("done", 8, [5, 9])


def test_what_csv_does() -> None:
    """The measure itself: a bad amount lets a list through, an unreadable number keeps it waiting."""
    bad, again, malformed = (
        outcome("csv", FILES[one], LIST, None) for one in ("one bad amount", "bad, then good", "malformed, one missing")
    )
    assert (bad.told["state"], bad.told["settled"], bad.rejected_rows) == ("done", 0, [9])
    assert again.rejected_rows == [9, 10]
    assert malformed.told["state"] == "waiting"
