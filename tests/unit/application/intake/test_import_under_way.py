"""An upgrade, or a rollback, meets imports that another version has begun: they end as if nothing had happened."""

import json
from base64 import b64decode
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.unit.application.intake.test_import_file import LIST, MESSY_LIST, counts, report, results
from tests.worlds.intake_world import IntakeWorld, at, stated
from upominek.application.intake.import_plan import Arrival, ImportPlan
from upominek.application.ports.intake import ImportRecord
from upominek.domain.errors import NotUnderstood

UNDER_WAY = Path(__file__).with_name("under_way")
CONTENT = MESSY_LIST.encode("cp1250")


def begun(*, chunk_bytes: int = 200) -> IntakeWorld:
    """A full list of which one chunk of three is checked, as this version leaves it."""
    world = prepared()
    world.files.put(LIST, CONTENT)
    importing = world.importing(chunk_bytes=chunk_bytes)
    importing.arrived(Arrival(key=LIST, at=at(2), version="v1"))
    return world


def prepared() -> IntakeWorld:
    world = IntakeWorld()
    world.apply(*(stated(f"FV/{number}") for number in range(1, 9)), stated("FV/100"))
    return world


def recorded(version: str) -> tuple[IntakeWorld, ImportRecord]:
    """The same as another version left it: record, files and jobs."""
    said: dict[str, Any] = json.loads((UNDER_WAY / f"{version}.json").read_text(encoding="utf-8"))
    world = prepared()
    for key, content in said["files"].items():
        world.files.put(key, b64decode(content))
    record = ImportRecord(
        id=said["id"],
        creditor=said["creditor"],
        key=said["key"],
        state=said["state"],
        started_at=datetime.fromisoformat(said["started_at"]),
        digest=said["digest"],
        chunks=said["chunks"],
        counts=said["counts"],
        checked=frozenset(said["checked"]),
        plan=said["plan"],
    )
    world.imports.start(record)
    world.queues.imports.extend(said["jobs"])
    return world, record


@pytest.mark.parametrize("version", sorted(path.stem for path in UNDER_WAY.glob("*.json")))
def test_an_import_that_another_version_began_ends_as_one_of_this_version(version: str) -> None:
    ours, (theirs, _) = begun(), recorded(version)
    for world in (ours, theirs):
        world.work(world.importing(chunk_bytes=200))
    assert report(theirs, "hurt/otwarte.csv")["state"] == report(ours, "hurt/otwarte.csv")["state"]
    assert counts(theirs, "hurt/otwarte.csv")["rejected"] == 6
    assert results(theirs) == results(ours)


@pytest.mark.parametrize("version", ["0.1.0"])
def test_a_plan_of_a_csv_file_is_what_the_release_that_knew_no_formats_wrote(version: str) -> None:
    """So it can go on with it after a rollback."""
    (record,) = begun().imports.recent("hurt")
    assert record.plan == recorded(version)[1].plan
    assert ImportPlan.from_json(record.plan).to_json() == record.plan


def test_a_file_in_a_format_of_another_version_is_left_to_it() -> None:
    world, record = recorded("0.1.0")
    plan = replace(ImportPlan.from_json(record.plan), format="mt940")
    world.imports.advance("hurt", record.id, record.state, replace(record, plan=plan.to_json()))
    with pytest.raises(NotUnderstood, match="mt940"):
        world.work(world.importing(chunk_bytes=200))
    assert world.imports.get("hurt", record.id).state == "checking"
