"""Lanes as a person sees and keeps them."""

import pytest

from tests.worlds.stage import NOW, Stage
from upominek.adapters.carriers.registry import CARRIERS
from upominek.application.operations.manage_lanes import BY_HAND, ManageLanes
from upominek.application.ports.planning import LaneStop
from upominek.application.sending.send_reminder import SendOutcome
from upominek.domain.errors import NotFound
from upominek.domain.messages.sender_reputation import ReputationCounts, ReputationGuard, hour_of
from upominek.domain.parties.actor import Actor, Face
from upominek.domain.values.carrier import SES, SNS
from upominek.domain.values.channel import Channel

EWA = Actor("Ewa", Face.COMMAND_LINE)


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def lanes(stage: Stage) -> ManageLanes:
    return ManageLanes(stage.creditors, stage.progress, stage.clock, CARRIERS)


def test_a_lane_that_was_stopped_by_hand_stands_still_until_it_is_reopened(stage: Stage, lanes: ManageLanes) -> None:
    lanes.stop(EWA, "rura", Channel.SMS, "wrong list")
    assert list(lanes.stopped()) == [("rura", LaneStop(SNS, NOW, BY_HAND, "wrong list"))]
    assert stage.send() is SendOutcome.LANE_STOPPED
    lanes.reopen(EWA, "rura", Channel.SMS)
    assert list(lanes.stopped()) == []
    assert stage.send() is SendOutcome.SENT


def test_whose_email_is_near_its_brake_is_told_until_it_is_reopened(stage: Stage, lanes: ManageLanes) -> None:
    assert list(lanes.braking()) == []
    stage.progress.count("rura", SES, hour_of(NOW), ReputationCounts(2000, 100), "t")
    ((creditor, carrier, tally, brake),) = lanes.braking()
    assert (creditor, carrier, tally.bounced, brake) == ("rura", SES, 100, ReputationGuard.WARN)
    lanes.reopen(EWA, "rura", Channel.EMAIL)
    assert list(lanes.braking()) == []


def test_a_creditor_that_is_not_there_has_no_lanes(lanes: ManageLanes) -> None:
    for act in (lanes.stop, lanes.reopen):
        with pytest.raises(NotFound):
            act(EWA, "nobody", Channel.SMS)
