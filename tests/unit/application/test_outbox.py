"""The way onto the outbox: the manifest first, always, and no way around it."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import upominek
from tests.worlds.stage import ITEM, TODAY, Stage
from upominek.application.jobs import OutboxItem, Planned
from upominek.application.outbox import Outbox, put_back
from upominek.domain.errors import Unavailable
from upominek.domain.values.channel import Channel

ROOT = Path(__file__).parents[3]
PRODUCT = (Path(upominek.__file__).parent, ROOT / "functions", ROOT / "cli", ROOT / "local")
YESTERDAY = replace(ITEM, day=TODAY - timedelta(days=1))
ELSEWHERE = replace(ITEM, creditor="hydro", channel=Channel.EMAIL)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def written(stage: Stage) -> list[Planned]:
    days = ((creditor, day) for creditor in ("hydro", "rura") for day in stage.manifests.days(creditor))
    return [line for creditor, day in days for line in stage.manifests.read(creditor, day)]


def test_each_message_stands_in_the_manifest_of_its_creditor_and_day(stage: Stage) -> None:
    items = [ELSEWHERE, YESTERDAY, ITEM]
    Outbox(stage.queues, stage.manifests).put([items[:1], [], items[1:]])
    assert written(stage) == [Planned.of(item) for item in items]
    assert stage.queues.take_outbox() == items


def test_nothing_is_queued_before_all_of_it_is_written(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    known: list[int] = []
    send = stage.queues.send

    def note(items: list[OutboxItem]) -> None:
        known.append(len(written(stage)))
        send(items)

    monkeypatch.setattr(stage.queues, "send", note)
    Outbox(stage.queues, stage.manifests).put([[ITEM], [YESTERDAY]])
    assert known == [2, 2]


def test_where_the_manifest_is_not_written_nothing_goes(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise Unavailable("PutObject", "500")

    monkeypatch.setattr(stage.manifests, "write", fail)
    with pytest.raises(Unavailable):
        Outbox(stage.queues, stage.manifests).put([[ITEM]])
    assert stage.queues.outbox == []


def test_a_repetition_adds_no_line(stage: Stage) -> None:
    for _ in range(2):
        Outbox(stage.queues, stage.manifests).put([[ITEM]])
    assert written(stage) == [Planned.of(ITEM)]


def test_a_fallback_is_found_by_the_line_of_its_original(stage: Stage) -> None:
    fallback = replace(ITEM, channel=Channel.EMAIL, is_fallback=True, tried=Channel.SMS)
    put_back(stage.queues, fallback, delay_seconds=5)
    assert stage.queues.outbox == [(fallback, 5)]
    assert Planned.of(fallback).fallback_key == Planned.of(ITEM).fallback_key == fallback.key
    assert Planned.of(fallback).key == ITEM.key == fallback.original_key


def test_nothing_else_in_the_product_writes_to_the_lanes() -> None:
    """Whatever is put there by another way would be in no manifest."""
    assert {str(path.relative_to(PRODUCT[0])) for path in _writers()} == {"application/outbox.py"}


def _writers() -> Iterator[Path]:
    for path in (file for folder in PRODUCT for file in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "send" and "queues" in ast.unparse(node.value).lower():
                yield path
