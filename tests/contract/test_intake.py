"""Intake over real stores: what the tests of the use cases show in memory holds there as well."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.contract.conftest import REGION, Store
from tests.unit.application.intake.test_apply_events import HELD, NOTED, RELEASED
from tests.unit.application.intake.test_import_file import INBOX, LIST, LISTED, MESSY, MESSY_LIST
from tests.worlds.intake_world import HURT, IntakeWorld, cancelled, paid, stated
from upominek.adapters.aws.files import S3FileStore
from upominek.adapters.json.case import case_to_dict
from upominek.application.cases.manage_case import ShowCase
from upominek.application.cases.wake_debtors import WakeDebtors
from upominek.application.intake.apply_events import ApplyEvents
from upominek.application.intake.hold_for_money import BY
from upominek.domain.receivables.events import Event

DEBTORS = ("K-1", "K-2", "K-3")
EVENTS: list[Event] = [
    stated("FV/1"),
    stated("FV/1", 2, 8_000, is_change=True),
    paid("p", "FV/1", grosze=3_000),
    paid("q", "FV/1", 3, 9_000),
    stated("FV/2", debtor="K-2"),
    cancelled("FV/2", 1, "K-2"),
    paid("r", "FV/2", 2, 1_000, "K-2"),
    stated("FV/3", grosze=-5_000),
    paid("z", "FV/9", debtor="K-3"),
    HELD,
    RELEASED,
    NOTED,
]


def over(store: Store) -> IntakeWorld:
    """The use cases over this store, with one creditor."""
    world = IntakeWorld()
    for port in ("creditors", "cases", "invoices", "imports", "webhooks"):
        setattr(world, port, getattr(store, port))
    world.creditors.save(HURT)
    wake = WakeDebtors(world.creditors, world.cases, world.progress, world.clock)
    world.apply_events = ApplyEvents(world.cases, world.invoices, world.unmatched_payments, wake, world.clock)
    return world


def shown(world: IntakeWorld, *debtors: str) -> Any:  # noqa: ANN401 - whatever there is to compare
    """All that a person sees of the cases; not that somebody was held until an invoice came, which has its order."""
    show = ShowCase(world.creditors, world.cases, world.unmatched_payments, world.clock)
    cases = [case_to_dict(show("hurt", debtor)) for debtor in debtors]
    return [case | {"timeline": [one for one in case["timeline"] if one.get("by") != BY]} for case in cases]


def expected(*events: Event) -> Any:  # noqa: ANN401 - the same
    world = IntakeWorld()
    world.apply(*events)
    return shown(world, *DEBTORS)


def test_any_order_ends_the_same(store: Store) -> None:
    world = over(store)
    for seed in range(3):
        shuffled = random.Random(seed).sample(EVENTS, len(EVENTS))
        for start in range(0, len(shuffled), 4):
            world.apply(*shuffled[start : start + 4])
    assert shown(world, *DEBTORS) == expected(*EVENTS)
    assert {one.number for one in world.invoices.all_open("hurt", HURT.shards)} == {"FV/3"}


def test_intakes_at_once_lose_nothing(contested_store: Store) -> None:
    world = over(contested_store)

    def intake(seed: int) -> None:
        shuffled = random.Random(seed).sample(EVENTS, len(EVENTS))
        for start in range(0, len(shuffled), 3):
            world.apply(*shuffled[start : start + 3])

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(intake, range(8)))
    assert shown(world, *DEBTORS) == expected(*EVENTS)


@pytest.mark.parametrize("chunk_bytes", [None, 200])
def test_a_file_ends_in_the_same_cases_and_the_same_report(store: Store, chunk_bytes: int | None) -> None:
    assert imported(over(store), chunk_bytes) == imported(IntakeWorld(), chunk_bytes)


@pytest.mark.parametrize("chunk_bytes", [None, 200])
def test_a_file_in_s3_ends_the_same(chunk_bytes: int | None) -> None:
    with mock_aws():
        s3 = boto3.client("s3", region_name=REGION)
        s3.create_bucket(Bucket="files", CreateBucketConfiguration={"LocationConstraint": REGION})
        world = IntakeWorld()
        world.files = S3FileStore(s3, "files")  # type: ignore[assignment]
        assert imported(world, chunk_bytes) == imported(IntakeWorld(), chunk_bytes)
        assert world.files.list("work/") == []


def imported(world: IntakeWorld, chunk_bytes: int | None) -> Any:  # noqa: ANN401 - whatever there is to compare
    """A file, the same again, and a full list."""
    world.apply(*(stated(f"FV/{number}") for number in LISTED), stated("FV/100"))
    world.drop(INBOX, MESSY, chunk_bytes=chunk_bytes)
    world.drop("incoming/hurt/znowu.csv", MESSY, hour=1, chunk_bytes=chunk_bytes)
    world.drop(LIST, MESSY_LIST, hour=2, chunk_bytes=chunk_bytes)
    reports = []
    for name in ("faktury", "znowu", "otwarte"):
        with world.files.open(f"reports/hurt/{name}.csv.json") as stream:
            reports.append(json.loads(stream.read()))
    with world.files.open("rejected/hurt/faktury.csv") as stream:
        rejects = stream.read()
    open_numbers = sorted(one.number for one in world.invoices.all_open("hurt", HURT.shards))
    states = [(one.state, dict(one.counts)) for one in world.imports.recent("hurt")]
    assert [one["state"] for one in reports] == ["done", "repeated", "done"]
    assert "FV/100" not in open_numbers
    return shown(world, "K-1", "K-2"), reports, rejects, open_numbers, sorted(states, key=lambda one: one[1]["rows"])
