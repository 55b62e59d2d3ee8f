"""What a changed campaign is said to change: the months after it, played with and without the change, agree."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time

import pytest

from local.simulation.store import Simulation
from tests.unit.local.simulation.test_unreached import CREDITOR, DAY, FIRST, world_of
from upominek.application.administration.save_campaign import SaveCampaign
from upominek.application.cases.wake_debtors import WakeDebtors
from upominek.application.planning.find_unreached import open_cases
from upominek.application.planning.foresee_campaign import ForeseeCampaign
from upominek.application.planning.preview_plan import DayPlan
from upominek.domain.parties.actor import Actor, Face
from upominek.domain.planning.campaign import Campaign, begun, in_force
from upominek.domain.planning.campaign_effect import Change, Exchange

SOMEBODY = Actor(name="anna", face=Face.COMMAND_LINE)
Next = dict[str, tuple[date, str, str]]


def changed(campaign: Campaign, drawn: random.Random) -> Campaign:
    """Some steps moved by a day or two, or only the last one left, or the whole campaign stopped."""
    moved = (
        replace(one, offset_days=one.offset_days + drawn.choice([0, 0, 1, 2]) * (one.offset_days > 0))
        for one in campaign.ladder
    )
    offsets = {one.offset_days: one for one in moved}
    ladder = tuple(offsets[one] for one in sorted(offsets))
    return replace(campaign, ladder=ladder if drawn.random() < 0.7 else ladder[-1:], is_active=drawn.random() < 0.85)


def played(seed: int, later: int) -> tuple[Simulation, Iterator[DayPlan]]:
    """The first days played, and those that follow; it is the evening of the last one."""
    simulation = world_of(seed)
    days, _ = simulation.days(FIRST, FIRST + 150 * DAY, [])
    for _ in range(later + 1):
        next(days)
    simulation.clock.set(FIRST + later * DAY, time(20), CREDITOR)
    return simulation, days


def first_words(days: Iterator[DayPlan]) -> Next:
    """By debtor, the next message: its day, campaign and step."""
    found: Next = {}
    for plan in days:
        for one in plan.reminders:
            found.setdefault(one.debtor, (plan.day, one.campaign, one.step))
    return found


def seen(was: tuple[date, str, str] | None, becomes: tuple[date, str, str] | None) -> Change:
    """What the months bear out."""
    if was is None or becomes is None:
        if was is None:
            return Change.SILENT if becomes is None else Change.BEGINS
        return Change.NEVER
    if was[0] != becomes[0]:
        return Change.EARLIER if becomes[0] < was[0] else Change.LATER
    return Change.SAME if was == becomes else Change.OTHERWISE


@pytest.mark.parametrize("seed", [*range(8), 20])
def test_the_next_words_come_as_it_was_said(seed: int) -> None:
    drawn = random.Random(seed)
    later = drawn.choice([0, 1, 9, 25])
    simulation, days = played(seed, later)
    _, as_before = played(seed, later)
    campaigns = {one.id: one for one in simulation.world.creditors.campaigns(CREDITOR.id)}
    stored = campaigns["rest"]
    stated = changed(stored, drawn)
    world, clock = simulation.world, simulation.clock
    exchange = Exchange(
        creditor=CREDITOR,
        before=in_force(tuple(campaigns.values())),
        after=in_force(tuple({**campaigns, "rest": begun(stated, stored, FIRST + later * DAY)}.values())),
        stored=stored,
        stated=stated if stated.is_active else None,
        now=clock.now(),
    )
    told = {
        case.debtor.id: affected.change
        for case, open_ in open_cases(world.cases, world.invoices, CREDITOR)
        if (affected := exchange.affects(case, open_)) is not None
    }
    foresee = ForeseeCampaign(world.creditors, world.cases, world.invoices, clock)
    wake = WakeDebtors(world.creditors, world.cases, world.progress, clock)
    effect = SaveCampaign(world.creditors, world.invoices, wake, clock, foresee)(SOMEBODY, CREDITOR.id, stated)
    assert effect.counts["debtors"] == len(told)

    old, new = first_words(as_before), first_words(days)

    wrong = {
        debtor: (change, old.get(debtor), new.get(debtor))
        for debtor, change in told.items()
        if change is not seen(old.get(debtor), new.get(debtor))
        and {change, seen(old.get(debtor), new.get(debtor))} != {Change.SAME, Change.OTHERWISE}  # the text, perhaps
    }
    assert wrong == {}
    assert [one for one in old.keys() | new.keys() if one not in told and old.get(one) != new.get(one)] == []
