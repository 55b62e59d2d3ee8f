"""import_invoices, with genuine notifications of S3 over the world in memory."""

import json
from typing import Any

import pytest

from tests.functions.recorded import Context, event, load, sqs_event
from tests.worlds import lines_format
from tests.worlds.intake_world import IntakeWorld
from tests.worlds.lines_format import lines
from upominek import bootstrap
from upominek.adapters.aws.s3_events import arrivals
from upominek.adapters.formats.known import FORMATS

KEY = "incoming/hurt/faktury za luty (1) ż.csv"
TABLE = "Id kontrahenta;Numer faktury;Termin płatności;Kwota brutto\r\n" + "".join(
    f"K-{n};FV/{n};2026-03-16;100,00\r\n" for n in range(20)
)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> IntakeWorld:
    """What the function finds behind `bootstrap`."""
    world = IntakeWorld()
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", request.node.name)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Upominek")
    importing = world.importing()
    monkeypatch.setattr(bootstrap, "import_invoices", lambda: importing, raising=False)
    importing.chunk_bytes, importing.block_bytes = 200, 50
    world.files.put(KEY, TABLE.encode())
    return world


def failures(*bodies: object) -> list[str]:
    answer: dict[str, Any] = load("import_invoices").handler(sqs_event(*bodies), Context())
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def test_a_notification_names_the_file_its_time_and_its_version() -> None:
    (arrival,) = arrivals(event("s3-object-created"))
    assert (arrival.key, arrival.creditor) == (KEY, "hurt")
    assert arrival.at.isoformat() == "2026-03-02T12:00:00.123000+00:00"
    assert arrival.version == "096fKKXTRTtl3on89fVO.nfljtsv6qko"


def test_a_file_is_taken_in_by_as_many_messages_as_it_takes(world: IntakeWorld) -> None:
    assert failures(event("s3-object-created")) == []
    assert len(world.queues.imports) > 1
    while world.queues.imports:
        jobs, world.queues.imports = world.queues.imports, []
        assert failures(*jobs) == []
    assert len(world.table.invoices) == 20
    assert json.loads(world.files.files["reports/hurt/faktury za luty (1) ż.csv.json"])["state"] == "done"


def test_the_test_event_and_other_events_are_no_files(world: IntakeWorld) -> None:
    removed = event("s3-object-created")
    removed["Records"][0]["eventName"] = "ObjectRemoved:Delete"
    assert failures(event("s3-test"), removed) == []
    assert world.table.invoices == {}


def test_only_the_message_that_failed_comes_again(world: IntakeWorld) -> None:
    unknown = {"version": 1, "creditor": "hurt", "import": "none", "step": "check", "chunk": 0}
    assert failures("no JSON", event("s3-object-created"), unknown) == ["m-0", "m-2"]
    assert world.queues.imports


@pytest.mark.usefixtures("world")
def test_an_empty_batch_is_no_failure() -> None:
    assert load("import_invoices").handler({"Records": []}, Context()) == {"batchItemFailures": []}


def test_nothing_of_the_file_is_logged(world: IntakeWorld, capsys: pytest.CaptureFixture[str]) -> None:
    world.files.put(KEY, TABLE.replace("K-7", "Anna Nowak").encode())
    failures(event("s3-object-created"))
    while world.queues.imports:
        jobs, world.queues.imports = world.queues.imports, []
        failures(*jobs)
    text = capsys.readouterr().out
    assert "Nowak" not in text
    assert "FV/" not in text
    assert '"state":"done"' in text


def test_a_file_in_another_format_of_the_table_is_taken_in_as_well(
    world: IntakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FORMATS, lines_format.NAME, lines_format.MODULE)  # type: ignore[arg-type]
    said = {"grosze": 100, "due": "2026-03-16"}
    stated = [("invoice", {**said, "debtor": f"K-{number}", "number": f"FV/{number}"}) for number in range(9)]
    bare = ("payment", {"id": "p-1", "grosze": 100, "day": "2026-03-02", "payer": "Anna Nowak"})
    world.files.put(KEY, lines(*stated, bare))
    assert failures(event("s3-object-created")) == []
    assert len(world.queues.imports) > 1
    while world.queues.imports:
        jobs, world.queues.imports = world.queues.imports, []
        assert failures(*jobs) == []
    told = json.loads(world.files.files["reports/hurt/faktury za luty (1) ż.csv.json"])
    assert (told["state"], told["format"], told["new"], told["unmatched"]) == ("done", "lines", 9, 1)
    assert [one.payer for one in world.unmatched_payments.all("hurt")] == ["Anna Nowak"]
