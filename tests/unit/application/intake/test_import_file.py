"""Files of invoices: messy, large, repeated, contradicting themselves, and killed half-way."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worlds.intake_world import HURT, IntakeWorld, at, cancelled, paid, stated
from upominek.application.intake import import_workspace
from upominek.application.intake.import_plan import MOST_BYTES, Arrival, ImportJob, ImportPlan, Step, blocks
from upominek.application.ports.intake import ImportRecord
from upominek.domain.errors import Conflict, NotFound, Refused
from upominek.domain.receivables.invoice import InvoiceStatus
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

HEADER = "Id kontrahenta;Nazwa;Telefon;Numer faktury;Termin płatności;Kwota brutto\r\n"
INBOX = "incoming/hurt/faktury.csv"
LIST = "snapshot/hurt/otwarte.csv"


def row(number: str, amount: str = "100,00", debtor: str = "K-1", *, due: str = "2026-03-16", phone: str = "") -> str:
    return f"{debtor};Firma {debtor};{phone};{number};{due};{amount}\r\n"


def table(*rows: str) -> str:
    return HEADER + "".join(rows)


def report(world: IntakeWorld, path: str = "hurt/faktury.csv") -> dict[str, Any]:
    content: dict[str, Any] = json.loads(world.files.files[f"reports/{path}.json"])
    return content


def counts(world: IntakeWorld, path: str = "hurt/faktury.csv") -> dict[str, int]:
    found = report(world, path)
    return {name: found[name] for name in ("rows", "accepted", "rejected", "repeated", "new", "changed", "unchanged")}


def rejects(world: IntakeWorld, path: str = "hurt/faktury.csv") -> list[tuple[str, str, str]]:
    return cells_in(world.files.files[f"rejected/{path}"])


def remarks(world: IntakeWorld, path: str = "hurt/faktury.csv") -> list[tuple[str, str, str]]:
    return cells_in(world.files.files[f"remarks/{path}"])


def cells_in(content: bytes) -> list[tuple[str, str, str]]:
    text = content.decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    assert header == ["row", "column", "code", "message_pl", "message_en"]
    return [(one[0], one[1], one[2]) for one in rows]


MESSY = table(
    row("FV/1", "1 234,56 zł", phone="512 345 678"),
    row("FV/2", "dużo"),
    row("FV/3", due="31.02.2026"),
    row("FV/4", "50,00"),
    row("FV/4", "60,00"),
    row("FV/5"),
    row("FV/5"),
    "\r\n",
    row("FV/6", "-20,00", "K-2"),
    row("", "100,00"),
    row("FV/7", "10,00", "K-3", phone="1"),
    row("FV/7", "10,00", "K-3"),
    "Razem;;;;;1 234,56\r\n",
    row("FV/8", "1,00", "K-2"),
)


def test_good_rows_are_taken_and_bad_ones_come_back_with_row_column_and_code() -> None:
    world = IntakeWorld()
    world.drop(INBOX, MESSY)
    assert rejects(world) == [
        ("3", "Kwota brutto", "amount_invalid"),
        ("4", "Termin płatności", "date_invalid"),
        ("5", "Numer faktury", "rows_disagree"),
        ("6", "Numer faktury", "rows_disagree"),
        ("11", "Numer faktury", "invoice_number_missing"),
        ("14", "Numer faktury", "invoice_number_missing"),
        ("14", "Termin płatności", "date_missing"),
    ]
    assert {key.number for key in world.table.invoices} == {"FV/1", "FV/5", "FV/6", "FV/7", "FV/8"}
    assert world.invoice("FV/1").outstanding == Money(123_456)
    assert counts(world) == {
        "rows": 13,
        "accepted": 7,
        "rejected": 6,
        "repeated": 2,
        "new": 5,
        "changed": 0,
        "unchanged": 0,
    }
    assert report(world)["state"] == "done"
    assert report(world)["rejects_file"] == "rejected/hurt/faktury.csv"
    assert remarks(world) == [("12", "Telefon", "phone_invalid")]
    assert report(world)["remarks_file"] == "remarks/hurt/faktury.csv"
    assert (report(world)["remarks_total"], len(report(world)["remarks"])) == (1, 1)
    (remark,) = report(world)["remarks"]
    assert (remark["row"], remark["column"], remark["code"]) == (12, "Telefon", "phone_invalid")
    assert remark["message"]["pl"]
    assert remark["message"]["en"]


@pytest.mark.parametrize("chunk_bytes", [None, 2000])
def test_a_report_tells_the_first_remarks_and_the_file_beside_it_all(chunk_bytes: int | None) -> None:
    world = IntakeWorld()
    world.drop(INBOX, table(*(row(f"FV/{n}", phone="1") for n in range(250))), chunk_bytes=chunk_bytes)
    assert counts(world)["accepted"] == 250
    assert report(world)["remarks_total"] == 250
    assert [one["row"] for one in report(world)["remarks"]] == list(range(2, 102))
    assert [int(row) for row, *_ in remarks(world)] == list(range(2, 252))


def test_rows_that_are_not_taken_have_no_remarks() -> None:
    world = IntakeWorld()
    world.drop(INBOX, table(row("FV/1", phone="1"), row("FV/1", "1,00", phone="2"), row("FV/2", "x", phone="3")))
    assert [(line, code) for line, _, code in rejects(world)] == [
        ("2", "rows_disagree"),
        ("3", "rows_disagree"),
        ("4", "phone_invalid"),
        ("4", "amount_invalid"),
    ]
    assert report(world)["remarks"] == []
    assert report(world)["remarks_file"] is None
    assert not world.files.list("remarks/")


def test_the_remarks_of_an_earlier_file_with_the_name_do_not_stay() -> None:
    world = IntakeWorld()
    world.drop(INBOX, table(row("FV/1", phone="1")))
    world.drop(INBOX, table(row("FV/1", phone="512 345 678")), hour=2)
    assert not world.files.list("remarks/")


def test_the_file_speaks_as_of_its_upload() -> None:
    world = IntakeWorld()
    world.apply(cancelled("FV/1", 1), stated("FV/2", 3, 7_000))
    world.drop(INBOX, table(row("FV/1"), row("FV/2")), hour=2)
    assert world.invoice("FV/1").is_open
    assert world.invoice("FV/2").outstanding == Money(7_000)


def test_when_the_clock_was_moved_the_file_moves_with_it() -> None:
    world = IntakeWorld()
    importing = world.importing(real_time=lambda: at(24 * 200))
    world.files.put(INBOX, table(row("FV/1")).encode())
    importing.arrived(Arrival(key=INBOX, at=at(24 * 200 - 1)))
    header = world.invoice("FV/1").header
    assert header is not None
    assert header.at == at(-1)


@given(st.integers(60, 700), st.sampled_from(["utf-8", "utf-8-sig", "cp1250", "utf-16"]))
@settings(max_examples=25)
def test_a_file_in_chunks_gives_what_the_whole_gives(chunk_bytes: int, encoding: str) -> None:
    whole, cut = IntakeWorld(), IntakeWorld()
    whole.drop(INBOX, MESSY.encode(encoding))
    record = cut.drop(INBOX, MESSY.encode(encoding), chunk_bytes=chunk_bytes)
    assert record is not None
    assert record.chunks > 1 or chunk_bytes > 300
    assert results(cut) == results(whole)


def results(world: IntakeWorld) -> Any:  # noqa: ANN401 - whatever there is to compare
    """All that a person or a later event can see of an import."""
    invoices = {key: (one.header, one.status, one.credit, one.log) for key, one in world.table.invoices.items()}
    cases = {key: (row.debtor, row.credits) for key, row in world.table.cases.items()}
    reports = {
        key: {name: value for name, value in json.loads(content).items() if name not in {"import", "finished_at"}}
        for key, content in world.files.files.items()
        if key.startswith("reports/")
    }
    others = {key: content for key, content in world.files.files.items() if not key.startswith(("reports/", "work/"))}
    return invoices, cases, reports, others


def test_nothing_is_left_in_the_workshop() -> None:
    world = IntakeWorld()
    world.drop(INBOX, MESSY, chunk_bytes=100)
    assert world.files.list("work/") == []


def test_skipped_rows_are_put_aside_before_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [row(f"FV/{n % 40}", f"{n},00") for n in range(200)]
    whole, bounded = IntakeWorld(), IntakeWorld()
    whole.drop(INBOX, table(*lines), chunk_bytes=1_000)
    monkeypatch.setattr(import_workspace, "MOST_HELD", 7)
    monkeypatch.setattr(import_workspace, "READ_BYTES", 48)
    bounded.drop(INBOX, table(*lines), chunk_bytes=1_000)
    assert results(bounded) == results(whole)
    assert len(rejects(whole)) == 200


def test_the_same_content_twice_changes_nothing_and_says_so() -> None:
    world = IntakeWorld()
    world.drop(INBOX, MESSY)
    world.apply(cancelled("FV/1", 1))
    before = dict(world.table.invoices)
    world.drop("incoming/hurt/jeszcze raz.csv", MESSY, hour=2)
    world.drop(INBOX, MESSY, hour=3)
    assert world.table.invoices == before
    for path in ("hurt/jeszcze raz.csv", "hurt/faktury.csv"):
        assert report(world, path)["state"] == "repeated"
        assert report(world, path)["same_as"]["file"] == INBOX
        assert (report(world, path)["new"], report(world, path)["changed"]) == (0, 0)


def test_a_message_delivered_twice_leaves_the_report_as_it_is() -> None:
    world = IntakeWorld()
    world.drop(INBOX, MESSY, version="v1")
    before = dict(world.files.files)
    world.drop(INBOX, MESSY, version="v1")
    assert world.files.files == before


def test_a_second_upload_carries_on_what_the_first_left_undone() -> None:
    world = IntakeWorld()
    world.files.put(INBOX, MESSY.encode())
    world.importing(chunk_bytes=100).arrived(Arrival(key=INBOX, at=at(0)))
    world.queues.imports.clear()
    world.drop("incoming/hurt/znowu.csv", MESSY, hour=1, chunk_bytes=100)
    assert {key.number for key in world.table.invoices} == {"FV/1", "FV/5", "FV/6", "FV/7", "FV/8"}
    assert report(world)["state"] == "done"
    assert report(world, "hurt/znowu.csv")["state"] == "repeated"


def test_a_later_file_changes_what_it_says_otherwise() -> None:
    world = IntakeWorld()
    world.drop(INBOX, table(row("FV/1"), row("FV/2")))
    world.drop(INBOX, table(row("FV/1"), row("FV/2", "90,00"), row("FV/3")), hour=1)
    assert counts(world) == {
        "rows": 3,
        "accepted": 3,
        "rejected": 0,
        "repeated": 0,
        "new": 1,
        "changed": 1,
        "unchanged": 1,
    }


def test_rejects_of_an_earlier_file_of_this_name_do_not_stay() -> None:
    world = IntakeWorld()
    world.drop(INBOX, MESSY)
    world.drop(INBOX, table(row("FV/2")), hour=1)
    assert "rejected/hurt/faktury.csv" not in world.files.files
    assert report(world)["rejects_file"] is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (HEADER.encode(), "no_rows"),
        (b"PK\x03\x04" + b"\0" * 60, "file_is_archive"),
        (b"%PDF-1.7\n", "file_is_pdf"),
        (b"Nazwa;Kwota brutto\r\nFirma;1,00\r\n", "columns_missing"),
    ],
)
def test_what_is_no_table_of_invoices_gets_one_clear_error(content: bytes, code: str) -> None:
    world = IntakeWorld()
    for _ in range(2):
        record = world.drop(INBOX, content)
        assert record is not None
        assert (record.state, record.error_code) == ("failed", code)
    error = report(world)["error"]
    assert error["code"] == code
    assert error["message"]["pl"] != error["message"]["en"]
    assert world.queues.imports == []


def test_a_file_beyond_all_measure_is_refused_unread() -> None:
    world = IntakeWorld()
    world.files.size = lambda _: MOST_BYTES + 1  # type: ignore[method-assign]
    record = world.drop(INBOX, MESSY)
    assert record is not None
    assert record.error_code == "file_too_large"


@pytest.mark.parametrize(
    "key",
    ["incoming/hurt/", "rejected/hurt/faktury.csv", "reports/hurt/faktury.csv.json", "work/x", "readme.txt", "/", ""],
)
def test_what_is_no_file_to_take_in_is_left_alone(key: str) -> None:
    world = IntakeWorld()
    assert world.drop(key, MESSY) is None
    assert list(world.files.files) == [key]


@pytest.mark.parametrize("key", ["incoming/nobody/a.csv", "snapshot/HURT/a.csv", "incoming/a.csv", "incoming//a.csv"])
def test_a_file_of_nobody_is_told_so(key: str) -> None:
    world = IntakeWorld()
    assert world.drop(key, MESSY) is None
    assert report(world, key.partition("/")[2])["error"]["code"] in {"creditor_not_found", "creditor_id_invalid"}
    assert world.table.invoices == {}


def test_names_may_have_folders_spaces_and_polish_letters() -> None:
    world = IntakeWorld()
    world.drop("incoming/hurt/2026/marzec i kwiecień (1).csv", MESSY)
    assert report(world, "hurt/2026/marzec i kwiecień (1).csv")["state"] == "done"
    assert rejects(world, "hurt/2026/marzec i kwiecień (1).csv")


def test_a_file_that_is_gone_before_anybody_reads_it_is_nobodys_loss() -> None:
    world = IntakeWorld()
    assert world.importing().arrived(Arrival(key=INBOX, at=at(0))) is None


@pytest.mark.parametrize("replacement", [None, b"short", MESSY.replace("FV/8", "FV/9").encode()])
@pytest.mark.parametrize("jobs_before", [0, 2, 8])
def test_a_file_replaced_while_it_is_read_is_never_half_believed(jobs_before: int, replacement: bytes | None) -> None:
    world = IntakeWorld()
    world.files.put(INBOX, MESSY.encode())
    importing = world.importing(chunk_bytes=100)
    record = importing.arrived(Arrival(key=INBOX, at=at(0)))
    assert record is not None
    for _ in range(jobs_before):
        importing.work(ImportJob.from_dict(world.queues.imports.pop(0)))  # type: ignore[attr-defined]
    if replacement is None:
        world.files.delete([INBOX])
    else:
        world.files.put(INBOX, replacement)
    world.work(importing)
    assert report(world)["error"]["code"] == "file_replaced"
    assert world.files.list("work/") == []
    assert not any(key.number == "FV/9" for key in world.table.invoices)
    # A new upload is a new attempt.
    world.drop(INBOX, MESSY, hour=1, chunk_bytes=100)
    assert report(world)["state"] == "done"
    assert {key.number for key in world.table.invoices} == {"FV/1", "FV/5", "FV/6", "FV/7", "FV/8"}


# --- Killed anywhere --------------------------------------------------------------------------------------------------


READING = frozenset({"get", "get_many", "size", "open", "list", "all_open"})


class Killed(Exception):
    """The process ended here."""


@dataclass
class Fate:
    """Ends the process at one call of a port, before or after the call took effect."""

    at: int = -1
    is_after: bool = False
    calls: list[str] = field(default_factory=list)

    def next_call(self, name: str) -> int:
        """The number of a call that begins now."""
        self.calls.append(name)
        return len(self.calls) - 1

    def meets(self, call: int, *, is_after: bool) -> None:
        """End the process if its time has come."""
        if (call, is_after) == (self.at, self.is_after):
            self.at = -1
            raise Killed


@dataclass
class Mortal:
    """A port whose calls meet their fate."""

    port: Any
    fate: Fate

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the port has
        own = getattr(self.port, name)
        if not callable(own):
            return own

        def call(*arguments: object, **named: object) -> Any:  # noqa: ANN401 - the same
            number = self.fate.next_call(name)
            self.fate.meets(number, is_after=False)
            answer = own(*arguments, **named)
            self.fate.meets(number, is_after=True)
            return answer

        return call


LISTED = range(200, 204)
MESSY_LIST = MESSY + "".join(row(f"FV/{n}") for n in LISTED)


def run_to_the_end(key: str, content: str, fate: Fate, *, chunk_bytes: int | None) -> IntakeWorld:
    """The import as a queue would drive it: what ends half-way is delivered again."""
    world = IntakeWorld()
    world.apply(*(stated(f"FV/{n}") for n in (1, 4, 5, 9, *LISTED)), paid("p", "FV/5", grosze=50_000))
    world.files.put(key, content.encode())
    for name in ("cases", "invoices", "imports", "files", "creditors"):
        setattr(world, name, Mortal(getattr(world, name), fate))
    queue = world.queues
    world.queues = Mortal(queue, fate)  # type: ignore[assignment]
    world.apply_events = type(world.apply_events)(
        world.cases, world.invoices, world.unmatched_payments, world.wake, world.clock
    )
    importing = world.importing(chunk_bytes=chunk_bytes)
    deliveries: list[Any] = [Arrival(key=key, at=at(1), version="v1")]
    while deliveries or queue.imports:
        message = deliveries.pop(0) if deliveries else queue.imports.pop(0)  # type: ignore[attr-defined]
        try:
            if isinstance(message, Arrival):
                importing.arrived(message)
            else:
                importing.work(ImportJob.from_dict(message))
        except Killed:
            deliveries.append(message)
        except NotFound:
            # A late repetition of a step met an import that was cleaned up: the queue delivers it once more.
            deliveries.append(message)
    world.files = world.files.port  # type: ignore[attr-defined]
    return world


@pytest.mark.parametrize(
    ("key", "chunk_bytes"),
    [
        pytest.param(INBOX, None, id="small file"),
        pytest.param(INBOX, 500, id="file in chunks"),
        pytest.param(LIST, None, id="small snapshot"),
        pytest.param(LIST, 500, id="snapshot in chunks"),
    ],
)
def test_killed_at_any_call_and_delivered_again_it_ends_as_one_clean_run(key: str, chunk_bytes: int | None) -> None:
    clean = Fate()
    expected = results(run_to_the_end(key, MESSY_LIST, clean, chunk_bytes=chunk_bytes))
    for call, is_after in [(call, is_after) for call in range(len(clean.calls)) for is_after in (False, True)]:
        if is_after and clean.calls[call] in READING:
            continue  # the same as before the next call
        fate = Fate(call, is_after=is_after)
        world = run_to_the_end(key, MESSY_LIST, fate, chunk_bytes=chunk_bytes)
        assert fate.at == -1
        assert results(world) == expected, (call, is_after)
        assert world.files.list("work/") == []
    assert set(expected[2]) == {f"reports/{key.partition('/')[2]}.json"}
    assert all(found["state"] == "done" for found in expected[2].values())


def test_every_step_may_be_delivered_twice_and_late() -> None:
    expected, world = IntakeWorld(), IntakeWorld()
    expected.drop(INBOX, MESSY, chunk_bytes=100)
    world.files.put(INBOX, MESSY.encode())
    importing = world.importing(chunk_bytes=100)
    importing.arrived(Arrival(key=INBOX, at=at(0)))
    seen: list[dict[str, Any]] = []
    while world.queues.imports:
        job: Any = world.queues.imports.pop(0)  # type: ignore[attr-defined]
        if job not in seen:
            seen.append(job)
            for one in (job, *seen):
                importing.work(ImportJob.from_dict(one))
    for one in seen:
        importing.work(ImportJob.from_dict(one))
    assert results(world) == results(expected)


def test_a_step_before_its_time_does_not_skip_the_ones_before_it() -> None:
    expected, world = IntakeWorld(), IntakeWorld()
    expected.drop(INBOX, MESSY, chunk_bytes=100)
    world.files.put(INBOX, MESSY.encode())
    importing = world.importing(chunk_bytes=100)
    record = importing.arrived(Arrival(key=INBOX, at=at(0)))
    assert record is not None
    steps = {step: ImportJob(creditor="hurt", import_id=record.id, step=step) for step in Step}
    while world.queues.imports:
        for step in (Step.MERGE, Step.FINISH):
            importing.work(steps[step])
        importing.work(ImportJob.from_dict(world.queues.imports.pop(0)))  # type: ignore[attr-defined]
    assert results(world) == results(expected)


def test_a_file_that_changes_under_the_survey_is_surveyed_again() -> None:
    world = IntakeWorld()
    world.files.size = lambda _: 1  # type: ignore[method-assign]
    with pytest.raises(Conflict):
        world.drop(INBOX, MESSY)
    assert world.imports.recent("hurt") == []


# --- Full lists -------------------------------------------------------------------------------------------------------


def listing(numbers: Iterable[int], *others: str) -> str:
    return table(*(row(f"FV/{n}") for n in numbers), *others)


def with_open(count: int) -> IntakeWorld:
    world = IntakeWorld()
    world.apply(*(stated(f"FV/{n}") for n in range(count)))
    return world


def open_numbers(world: IntakeWorld) -> set[str]:
    return {key.number for key, one in world.table.invoices.items() if one.is_open}


def snapshot_counts(world: IntakeWorld) -> Sequence[int]:
    found = report(world, "hurt/otwarte.csv")
    return found["open"], found["missing"], found["settled"]


@pytest.mark.parametrize("chunk_bytes", [None, 100])
def test_what_the_full_list_lacks_is_settled(chunk_bytes: int | None) -> None:
    world = with_open(10)
    world.apply(stated("FV/0", debtor="K-2"))
    world.drop(LIST, listing([*range(1, 10), 77], row("FV/0", debtor="K-2")), hour=1, chunk_bytes=chunk_bytes)
    assert open_numbers(world) == {*(f"FV/{n}" for n in range(10)), "FV/77"}
    assert world.invoice("FV/0").status is InvoiceStatus.SETTLED
    assert world.invoice("FV/0", "K-2").is_open
    assert snapshot_counts(world) == (11, 1, 1)
    assert [entry.kind for entry in world.invoice("FV/0").log] == ["issued", "settled"]


def test_an_ordinary_file_settles_nothing() -> None:
    world = with_open(10)
    world.drop(INBOX, listing(range(9)), hour=1)
    assert len(open_numbers(world)) == 10


@pytest.mark.parametrize(("listed", "state"), [(8, "done"), (6, "done"), (5, "waiting")])
def test_more_than_a_fifth_is_asked_about_unless_it_is_just_a_few(listed: int, state: str) -> None:
    world = with_open(10)
    world.drop(LIST, listing(range(listed), row("FV/77")), hour=1)
    assert report(world, "hurt/otwarte.csv")["state"] == state
    is_done = state == "done"
    assert (len(open_numbers(world)), "FV/77" in open_numbers(world)) == (listed + 1 if is_done else 10, is_done)


def test_a_small_firm_is_asked_when_nothing_at_all_would_be_left() -> None:
    world = with_open(4)
    world.drop(LIST, listing(range(3)), hour=1)
    assert report(world, "hurt/otwarte.csv")["state"] == "done"
    world.drop(LIST, listing(range(50, 51)), hour=2)
    assert report(world, "hurt/otwarte.csv")["state"] == "waiting"


def held(world: IntakeWorld) -> set[str | None]:
    holds = world.cases.get("hurt", "K-1").holds.values()
    return {one.number for one in holds if one.kind is HoldKind.CHECK}


def test_what_a_list_lacks_is_held_while_it_waits_and_addressed_again_once_somebody_has_decided() -> None:
    world = with_open(10)
    record = world.drop(LIST, listing(range(4)), hour=1)
    assert record is not None
    assert held(world) == {f"FV/{n}" for n in range(4, 10)}
    discarded = world.importing().discard("hurt", record.id)
    assert (discarded.state, discarded.error_code, held(world)) == ("failed", "import_discarded", set())
    assert len(open_numbers(world)) == 10

    record = world.drop(LIST, listing(range(4)), hour=2)
    assert record is not None
    world.importing().confirm("hurt", record.id)
    world.work(world.importing())
    assert (held(world), len(open_numbers(world))) == (set(), 4)


def test_a_newer_full_list_overtakes_one_that_waits() -> None:
    world = with_open(10)
    waiting = world.drop(LIST, listing(range(4)), hour=1)
    world.drop(LIST, listing(range(9)), hour=2)
    assert waiting is not None
    assert world.imports.get("hurt", waiting.id).error_code == "import_overtaken"
    assert (held(world), len(open_numbers(world))) == (set(), 9)


def test_a_list_counts_what_it_would_settle_and_not_what_came_after_it() -> None:
    world = with_open(10)
    world.apply(*(stated(f"FV/{n}", hour=5) for n in range(20, 45)))
    world.drop(LIST, listing(range(9)), hour=1)
    assert snapshot_counts(world) == (10, 1, 1)


def paid_list(numbers: Iterable[int], paid: str) -> str:
    head = HEADER.rstrip() + ";Zapłacono\r\n"
    return head + "".join(row(f"FV/{n}").rstrip() + f";{paid}\r\n" for n in numbers)


def test_a_file_that_opens_much_again_waits() -> None:
    world = IntakeWorld()
    world.drop(INBOX, paid_list(range(6), "100,00"), hour=1)
    assert open_numbers(world) == set()
    world.drop(INBOX, paid_list(range(6), "0,00"), hour=2)
    told = report(world, "hurt/faktury.csv")
    assert (told["state"], told["error"]["code"], told["reopening"]) == ("waiting", "file_reopens_too_much", 6)
    assert open_numbers(world) == set()


def test_a_few_that_a_file_opens_again_are_named_and_nobody_is_reminded_of_them_that_day() -> None:
    world = IntakeWorld()
    world.drop(INBOX, paid_list(range(6), "100,00"), hour=1)
    world.drop(INBOX, paid_list(range(2), "40,00"), hour=2)
    told = report(world, "hurt/faktury.csv")
    assert (told["state"], told["reopening"]) == ("done", 2)
    assert [(one["row"], one["code"]) for one in told["remarks"]] == [(2, "invoice_reopened"), (3, "invoice_reopened")]
    assert open_numbers(world) == {"FV/0", "FV/1"}
    today = HURT.hours.local_day(world.clock.now())
    case = world.cases.get("hurt", "K-1")
    assert [case.hold_on(today, f"FV/{n}") is not None for n in range(3)] == [True, True, False]
    assert case.hold_on(today + timedelta(days=1), "FV/0") is None


def test_a_file_that_says_nothing_of_payments_opens_nothing_again() -> None:
    world = IntakeWorld()
    world.drop(INBOX, paid_list(range(6), "100,00"), hour=1)
    world.drop(INBOX, listing(range(6)), hour=2)
    world.drop(INBOX, paid_list(range(6), ""), hour=3)
    assert open_numbers(world) == set()


@pytest.mark.parametrize("chunk_bytes", [None, 100])
def test_a_list_that_waits_changes_nothing_until_it_is_confirmed(chunk_bytes: int | None) -> None:
    world = with_open(10)
    record = world.drop(LIST, listing(range(3), row("FV/3", "zero")), hour=1, chunk_bytes=chunk_bytes)
    assert record is not None
    assert (record.state, record.error_code) == ("waiting", "snapshot_settles_too_much")
    assert snapshot_counts(world) == (10, 6, 0)
    assert rejects(world, "hurt/otwarte.csv") == [("5", "Kwota brutto", "amount_invalid")]
    world.drop(LIST, listing(range(3), row("FV/3", "zero")), hour=1, chunk_bytes=chunk_bytes)
    assert len(open_numbers(world)) == 10

    importing = world.importing(chunk_bytes=chunk_bytes)
    assert importing.confirm("hurt", record.id).state == "applying"
    world.work(importing)
    assert open_numbers(world) == {"FV/0", "FV/1", "FV/2", "FV/3"}
    assert snapshot_counts(world) == (10, 6, 6)
    assert "error" not in report(world, "hurt/otwarte.csv")
    assert world.files.list("work/") == []


def test_the_same_list_uploaded_again_is_a_new_list() -> None:
    world = with_open(5)
    world.drop(LIST, listing(range(5)), hour=1)
    world.apply(stated("FV/9", 2))
    world.drop(LIST, listing(range(5)), hour=3)
    assert world.invoice("FV/9").status is InvoiceStatus.SETTLED


def test_what_was_stated_after_the_list_stays_open() -> None:
    world = with_open(10)
    world.apply(stated("FV/99", 5))
    world.drop(LIST, listing(range(10)), hour=1)
    assert "FV/99" in open_numbers(world)


def test_what_was_paid_between_the_question_and_the_answer_keeps_its_credit() -> None:
    world = with_open(8)
    record = world.drop(LIST, listing(range(1)), hour=1)
    assert record is not None
    world.apply(paid("p", "FV/3", 2, 15_000))
    importing = world.importing()
    importing.confirm("hurt", record.id)
    world.work(importing)
    assert world.invoice("FV/3").credit == Money(5_000)
    assert world.invoice("FV/2").status is InvoiceStatus.SETTLED


def test_the_invoice_of_a_rejected_row_is_not_settled() -> None:
    world = with_open(10)
    world.drop(
        LIST, listing(range(8), row("FV/8", "dużo"), row("FV/8", "1,00", "K-9"), row("FV/9"), row("FV/9", "1")), hour=1
    )
    assert report(world, "hurt/otwarte.csv")["state"] == "done"
    assert {"FV/8", "FV/9"} <= open_numbers(world)
    assert snapshot_counts(world) == (10, 0, 0)


def test_a_row_that_may_be_any_invoice_makes_the_list_wait_if_something_is_missing() -> None:
    world = with_open(10)
    record = world.drop(LIST, listing(range(9), "K-1;Firma;;FV/\u200b9;2026-03-16;100,00\r\n"), hour=1)
    assert record is not None
    assert (record.state, record.error_code) == ("waiting", "snapshot_unreadable_rows")
    complete = world.drop(LIST, listing(range(10), "K-1;Firma;;FV/\u200b9;2026-03-16;100,00\r\n"), hour=2)
    assert complete is not None
    assert complete.state == "done"


def test_a_line_of_sums_is_no_invoice() -> None:
    world = with_open(10)
    record = world.drop(LIST, listing(range(9), "Razem;;;;;900,00\r\n"), hour=1)
    assert record is not None
    assert record.state == "done"
    assert len(open_numbers(world)) == 9


def test_only_what_waits_can_be_confirmed_and_only_while_the_file_is_there() -> None:
    world = with_open(10)
    importing = world.importing()
    with pytest.raises(NotFound):
        importing.confirm("hurt", "none")
    done = world.drop(LIST, listing(range(10)), hour=1)
    waits = world.drop("snapshot/hurt/b.csv", listing(range(2)), hour=2)
    assert done is not None
    assert waits is not None
    for record, code in ((done, "import_not_waiting"), (waits, "import_expired")):
        world.files.delete(["snapshot/hurt/b.csv"])
        with pytest.raises(Refused) as caught:
            importing.confirm("hurt", record.id)
        assert caught.value.code == code


# --- Parts ------------------------------------------------------------------------------------------------------------


def test_a_plan_survives_its_json() -> None:
    world = IntakeWorld()
    world.files.put(INBOX, MESSY.encode())
    record = world.importing(chunk_bytes=100).arrived(
        Arrival(key=INBOX, at=at(0) + timedelta(milliseconds=1), version="v")
    )
    assert isinstance(record, ImportRecord)
    plan = ImportPlan.from_json(record.plan)
    assert plan.to_json() == record.plan
    assert ImportPlan.from_json(plan.to_json()) == plan
    assert len(plan.known_survey.chunks) == record.chunks


def test_a_job_survives_its_json() -> None:
    job = ImportJob(creditor="hurt", import_id="i", step=Step.APPLY, chunk=3)
    assert ImportJob.from_dict(json.loads(json.dumps(job.to_dict()))) == job


@given(st.binary(max_size=60), st.integers(1, 20), st.integers(1, 7))
def test_blocks_have_the_same_borders_whatever_a_stream_hands_out(content: bytes, size: int, most: int) -> None:
    class Stingy(io.BytesIO):
        def read(self, wanted: int | None = -1, /) -> bytes:
            return super().read(min(wanted or 0, most))

    found = list(blocks(Stingy(content), size))
    assert b"".join(found) == content
    assert all(len(block) == size for block in found[:-1])


def test_the_creditor_of_a_file_is_the_creditor_of_its_invoices() -> None:
    world = IntakeWorld()
    world.drop(INBOX, MESSY)
    assert {key.creditor for key in world.table.invoices} == {HURT.id}
