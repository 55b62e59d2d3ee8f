"""What a file brought that no step will reach: in its report, as far as an intake can tell."""

import json
from datetime import date
from typing import Any

import pytest

from tests.worlds.intake_world import IntakeWorld
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.planning.campaign import Audience, Campaign, Entry, Step
from upominek.domain.values.channel import Channel

HEADER = "Id kontrahenta;Nazwa;Telefon;Numer faktury;Termin płatności;Kwota brutto\r\n"
STEPS = tuple(
    Step(offset_days=offset, channels=(Channel.SMS,), template=template)
    for offset, template in ((5, "overdue"), (10, "overdue"), (20, "demand"))
)
LADDER = Campaign(id="default", name="Default", ladder=STEPS)


def row(number: str, debtor: str, phone: str = "512345678", *, due: str = "2026-03-16", amount: str = "100,00") -> str:
    return f"{debtor};Firma {debtor};{phone};{number};{due};{amount}\r\n"


def brought(world: IntakeWorld, *rows: str, name: str = "a.csv", chunk_bytes: int | None = None) -> Any:  # noqa: ANN401 - JSON
    hour = ord(name[0]) - ord("a")
    world.drop(f"incoming/hurt/{name}", HEADER + "".join(rows), hour, chunk_bytes=chunk_bytes)
    return json.loads(world.files.files[f"reports/hurt/{name}.json"])["unreached"]


def world_with(*campaigns: Campaign) -> IntakeWorld:
    world = IntakeWorld()
    for campaign in campaigns:
        world.creditors.save_campaign("hurt", campaign)
    return world


def test_who_has_no_address_is_counted_with_the_sum() -> None:
    world = world_with(LADDER)
    rows = [
        row("FV 1", "A"),
        row("FV 2", "B", ""),
        row("FV 3", "C", "", amount="0,50"),
        row("FV 4", "D", amount="-9,00"),
    ]
    assert brought(world, *rows) == {
        "invoices": 2,
        "sums": [{"reason": "no-address", "currency": "PLN", "amount": "100.50", "invoices": 2}],
    }


def test_an_address_that_is_known_from_elsewhere_counts() -> None:
    world = world_with(LADDER)
    brought(world, row("FV 1", "A"))
    assert brought(world, row("FV 2", "A", ""), name="b.csv") == {"invoices": 0, "sums": []}


def test_what_came_too_late_for_a_campaign_that_takes_up_nothing_late() -> None:
    world = world_with(Campaign(id="default", name="Default", ladder=STEPS, entry=Entry.NONE))
    rows = [row("FV 1", "A", due="2025-06-21"), row("FV 2", "A"), row("FV 3", "B", due="2026-01-21", amount="9,00")]
    assert brought(world, *rows)["sums"] == [
        {"reason": "entry-none", "currency": "PLN", "amount": "109.00", "invoices": 2}
    ]


def test_what_no_campaign_takes() -> None:
    people = Campaign(id="p", name="P", ladder=STEPS, audience=Audience(kinds=frozenset({DebtorKind.CONSUMER})))
    assert brought(world_with(people), row("FV 1", "A"))["sums"][0]["reason"] == "no-campaign"


@pytest.mark.parametrize("chunk_bytes", [None, 64])
def test_the_same_however_the_file_is_cut_and_nothing_of_what_was_known(chunk_bytes: int | None) -> None:
    world = world_with(LADDER)
    rows = [row(f"FV {number}", f"K{number % 7}", "") for number in range(30)]
    assert brought(world, *rows, chunk_bytes=chunk_bytes)["invoices"] == 30
    assert brought(world, *rows, row("FV 99", "K1", ""), name="b.csv")["invoices"] == 1


def test_a_day_that_is_long_gone_needs_no_calendar() -> None:
    assert brought(world_with(LADDER), row("FV 1", "A", due=str(date(2001, 1, 6))))["invoices"] == 0
