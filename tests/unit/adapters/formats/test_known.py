"""The table of formats, and a second format in it: nothing else has to know that there are two."""

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

import pytest

from local.simulation.store import Simulation
from tests.unit.application.intake.test_import_file import HEADER, report, results, row, table
from tests.worlds import lines_format
from tests.worlds.intake_world import HURT, IntakeWorld, at
from tests.worlds.lines_format import lines
from upominek.adapters.config_files.campaigns_file import shipped_campaign
from upominek.adapters.formats.known import FORMATS, USUAL, KnownFormats
from upominek.adapters.json.imports import checked_to_dict
from upominek.application.administration.check_file import check_file
from upominek.application.administration.show_payments import ShowPayments
from upominek.domain.errors import NotUnderstood, TableUnreadable
from upominek.domain.values.contact import Email
from upominek.domain.values.money import Money

if TYPE_CHECKING:
    from upominek.application.ports.formats import SourceFormat

FILE = "incoming/hurt/zdarzenia"
LIST = "snapshot/hurt/otwarte"
PAYER = {"payer": "Jan Kowalski", "title": "za fakture"}
STATEMENTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("invoice", {"debtor": "K-1", "number": "FV/1", "grosze": 10_000, "due": "2026-03-16", "tags": ["a", "b", "c"]}),
    ("contact", {"debtor": "K-1", "email": "a@example.com"}),
    ("contact", {"debtor": "K-2", "email": "b@example.com"}),
    ("contact", {"debtor": "K-3", "email": "nobody"}),
    ("payment", {"id": "p-1", "grosze": 4_000, "day": "2026-03-02", "number": "FV/1", "debtor_id": "K-1"}),
    ("payment", {"id": "p-2", "grosze": 5_000, "day": "2026-03-01", **PAYER}),
    ("payment", {"id": "p-3", "grosze": 5_000, "day": "2026-03-01", **PAYER}),
    ("payment", {"id": "p-4", "grosze": 6_000, "day": "2026-02-27", "number": "FV/77"}),
    ("invoice", {"debtor": "K-1", "number": "FV/2", "grosze": 10_000, "due": "2026-03-16"}),
    ("invoice", {"debtor": "K-1", "number": "FV/2", "grosze": 20_000, "due": "2026-03-16"}),
    ("invoice", {"debtor": "K-1", "number": "FV/1", "grosze": 10_000, "due": "2026-03-16", "tags": ["c", "b", "a"]}),
)
CONTENT = lines(*STATEMENTS)


@pytest.fixture
def _two_formats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FORMATS, lines_format.NAME, lines_format.MODULE)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", FORMATS)
def test_a_line_of_the_table_is_a_format(name: str) -> None:
    known = KnownFormats().named(name)
    for member in ("recognises", "survey", "reader"):
        assert callable(getattr(known, member))
    assert isinstance(known.may_be_full_list, bool)
    assert not known.recognises(b"")


def test_another_versions_format_is_not_understood() -> None:
    with pytest.raises(NotUnderstood, match="mt940"):
        KnownFormats().named("mt940")


@pytest.mark.usefixtures("_two_formats")
def test_a_format_is_recognised_by_content() -> None:
    formats = KnownFormats()
    assert formats.of(CONTENT) == "lines"
    assert formats.of(table(row("FV/1")).encode()) == "csv"
    assert formats.of(table(row("FV/1")).encode("utf-16")) == "csv"
    for stranger in (b"%PDF-1.7", b"PK\x03\x04", b"[]", b"no header\r\n", b""):
        assert formats.of(stranger) == USUAL


@pytest.mark.usefixtures("_two_formats")
@pytest.mark.parametrize(
    ("content", "code"), [(b"%PDF-1.7", "file_is_pdf"), (b'{"other": 1}', "file_is_json"), (b"", "file_empty")]
)
def test_what_is_in_no_format_is_told_what_it_is(content: bytes, code: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)
    with (tmp_path / "file").open("rb") as stream, pytest.raises(TableUnreadable) as unreadable:
        check_file(KnownFormats(), stream, TemporaryFile)
    assert unreadable.value.code == code


@pytest.mark.usefixtures("_two_formats")
def test_a_file_is_checked(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(CONTENT)
    with (tmp_path / "file").open("rb") as stream:
        checked = checked_to_dict(check_file(KnownFormats(), stream, TemporaryFile))
    rejects = checked.pop("rejected")
    assert checked == {
        "rows": 11,
        "accepted": 8,
        "repeated": 1,
        "format": "lines",
        "version": "1",
        "ignored_columns": [],
        "remarks": [],
        "asks": [],
    }
    assert [(one["row"], one["column"], one["code"]) for one in rejects] == [
        (4, "contact", "email_invalid"),
        (9, "number", "rows_disagree"),
        (10, "number", "rows_disagree"),
    ]


@pytest.mark.usefixtures("_two_formats")
@pytest.mark.parametrize("chunk_bytes", [None, 200])
def test_a_file_is_taken_in_chunk_by_chunk(chunk_bytes: int | None) -> None:
    world = IntakeWorld()
    record = world.drop(FILE, CONTENT, chunk_bytes=chunk_bytes)
    assert record is not None
    assert record.chunks == (1 if chunk_bytes is None else 4)
    assert json.loads(record.plan)["format"] == "lines"
    told = report(world, "hurt/zdarzenia")
    counts = {name: value for name, value in told.items() if isinstance(value, int)}
    assert counts == {
        "rows": 11,
        "accepted": 8,
        "rejected": 3,
        "repeated": 1,
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "contacts": 2,
        "payments": 1,
        "unmatched": 3,
        "remarks_total": 0,
    }
    assert (told["state"], told["format"], told["version"]) == ("done", "lines", "1")
    assert b"4;contact;email_invalid" in world.files.files["rejected/hurt/zdarzenia"]
    assert world.invoice("FV/1").outstanding == Money(6_000)
    assert [world.cases.get("hurt", one).debtor.emails for one in ("K-1", "K-2")] == [
        (Email("a@example.com"),),
        (Email("b@example.com"),),
    ]


@pytest.mark.usefixtures("_two_formats")
def test_a_payment_of_nobody_knows_what_is_kept_and_shown() -> None:
    world = IntakeWorld()
    world.drop(FILE, CONTENT)
    world.drop("incoming/hurt/znowu", CONTENT + lines(STATEMENTS[1]), hour=1)
    show = ShowPayments(world.creditors, world.invoices, world.unmatched_payments, world.clock)
    first, *alike = show("hurt", unmatched_only=True)
    assert (first.id, first.amount, first.day, first.number) == ("p-4", Money(6_000), date(2026, 2, 27), "FV/77")
    assert [(one.id, one.payer, one.title) for one in alike] == [(name, *PAYER.values()) for name in ("p-2", "p-3")]


@pytest.mark.usefixtures("_two_formats")
def test_a_full_list_may_be_in_any_format_that_lists_invoices() -> None:
    lists = [IntakeWorld(), IntakeWorld()]
    for world in lists:
        world.drop("incoming/hurt/a.csv", table(*(row(f"FV/{number}") for number in range(10))))
    said = {"debtor": "K-1", "grosze": 10_000, "due": "2026-03-16"}
    listed = lines(*(("invoice", {**said, "number": f"FV/{number}"}) for number in range(9)))
    lists[0].drop(LIST, listed, hour=1, chunk_bytes=300)
    lists[1].drop(LIST, table(*(row(f"FV/{number}") for number in range(9))), hour=1)
    assert [report(world, "hurt/otwarte")["settled"] for world in lists] == [1, 1]
    assert results(lists[0])[0] == results(lists[1])[0]


@pytest.mark.usefixtures("_two_formats")
def test_what_lists_no_invoices_is_never_a_full_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines_format.LinesFormat, "may_be_full_list", False)
    world = IntakeWorld()
    world.drop("incoming/hurt/a.csv", HEADER + row("FV/1"))
    record = world.drop(LIST, CONTENT, hour=1)
    assert record is not None
    assert (record.state, record.error_code) == ("failed", "file_is_no_list")
    assert world.invoice("FV/1").is_open


def test_what_a_row_says_is_compared_in_the_same_words_everywhere() -> None:
    """A set has another order in another process; a chunk may be checked in one, the next in another."""
    known: SourceFormat = lines_format.FORMAT
    first, *_, last = known.reader({"version": "1"}).read([CONTENT], 1)
    assert first.fingerprint is not None
    assert last.fingerprint is not None
    assert first.fingerprint[:20] == last.fingerprint[:20]


def test_the_time_of_a_contact_decides() -> None:
    world = IntakeWorld()
    for hour, email in ((2, "new@example.com"), (1, "old@example.com")):
        world.apply(lines_format.contact({"debtor": "K-1", "email": email}, at(hour)))
    assert world.cases.get("hurt", "K-1").debtor.emails == (Email("new@example.com"),)


@pytest.mark.usefixtures("_two_formats")
def test_a_simulation_takes_it_too(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(CONTENT)
    simulation = Simulation(HURT, [shipped_campaign("default", HURT)])
    taken = simulation.apply_events(tmp_path / "file", date(2026, 3, 2))
    assert (taken.rows, taken.accepted, len(taken.rejects)) == (11, 8, 3)


@pytest.mark.parametrize(
    "line",
    [b"{", b"\xff", b"[]", b"1", b'{"invoice": []}', b'{"other": {}}', b'{"invoice": {"number": 1}}', b"[" * 100_000],
)
def test_a_malformed_line_is_a_reject_with_its_place(line: bytes) -> None:
    good = lines(STATEMENTS[1])
    found = list(lines_format.FORMAT.reader({"version": "1"}).read([good + line + b"\n" + good], 1))
    assert [(type(one).__name__, one.row) for one in found] == [("StatedRow", 1), ("Rejected", 2), ("StatedRow", 3)]
    assert [one.code for one in found[1].rejects] == ["row_malformed"]  # type: ignore[union-attr]
