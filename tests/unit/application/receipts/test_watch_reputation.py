"""The brake on a creditor's e-mail: what is counted, who is stopped, and what a failure costs."""

import pytest

from tests.unit.application.receipts.test_record_receipt import TO_EMAIL, email, of_email
from tests.worlds.stage import ITEM, Stage
from upominek.adapters.carriers.registry import CARRIERS
from upominek.application.ports.planning import LaneStop
from upominek.application.receipts.record_receipt import RecordReceipt
from upominek.application.receipts.watch_reputation import REASON, BounceBrake, Braked
from upominek.application.sending.send_reminder import SendOutcome
from upominek.domain.errors import Unavailable
from upominek.domain.messages.receipt import Action, ReceiptKind
from upominek.domain.messages.sender_reputation import ReputationCounts, ReputationGuard, hour_of
from upominek.domain.values.carrier import SES


@pytest.fixture
def stage() -> Stage:
    """An e-mail that was sent."""
    return email()


def counted_before(stage: Stage, tally: ReputationCounts, hours_ago: int = 0) -> None:
    stage.clock.advance(hours=-hours_ago)
    stage.progress.count("rura", SES, hour_of(stage.clock.now()), tally, f"before-{hours_ago}")
    stage.clock.advance(hours=hours_ago)


def bounces(stage: Stage, recorder: RecordReceipt | None = None) -> list[Braked]:
    recorder = recorder or stage.recorder()
    recorder(of_email(stage, ReceiptKind.BOUNCED, Action.SUPPRESS, code="hard-bounce"), {})
    return recorder.brake()


def total(stage: Stage) -> ReputationCounts:
    return stage.progress.counted("rura", SES, hour_of(stage.clock.now()))


def test_the_bounce_that_makes_a_tenth_stops_the_lane_with_the_figures(stage: Stage) -> None:
    counted_before(stage, ReputationCounts(999, 99), hours_ago=23)
    (braked,) = bounces(stage)
    assert (braked.creditor, braked.brake, braked.metric) == ("rura", ReputationGuard.STOP, "EmailBrakeStop")
    stop = stage.progress.lane_stops("rura")[SES]
    assert stop == LaneStop(SES, stage.clock.now(), REASON, "100 bounced, 0 complained, of 1000")
    assert stage.send(TO_EMAIL) is SendOutcome.LANE_STOPPED


def test_a_twentieth_warns_and_stops_nothing(stage: Stage) -> None:
    counted_before(stage, ReputationCounts(999, 49))
    (braked,) = bounces(stage)
    assert (braked.metric, braked.to_log()["figures"]) == ("EmailBrakeWarn", "50 bounced, 0 complained, of 1000")
    assert stage.progress.lane_stops("rura") == {}


def test_what_was_a_day_ago_and_what_others_did_does_not_count(stage: Stage) -> None:
    counted_before(stage, ReputationCounts(5000, 5000), hours_ago=24)
    stage.progress.count("other", SES, hour_of(stage.clock.now()), ReputationCounts(5000, 5000), "t")
    assert bounces(stage) == []
    assert stage.progress.lane_stops("rura") == {}


def test_complaints_stop_it_too(stage: Stage) -> None:
    counted_before(stage, ReputationCounts(1000, 0, 2))
    recorder = stage.recorder()
    recorder(of_email(stage, ReceiptKind.COMPLAINED, Action.SUPPRESS, code="complaint"), {})
    assert [one.brake for one in recorder.brake()] == [ReputationGuard.STOP]


def test_after_a_reopening_counting_begins_anew(stage: Stage) -> None:
    counted_before(stage, ReputationCounts(999, 99))
    bounces(stage)
    stage.progress.reopen_lane("rura", SES)
    assert total(stage) == ReputationCounts()
    stage.debtor("D-1", phone=None)
    counted_before(stage, ReputationCounts(900, 1), hours_ago=1)
    recorder = stage.recorder()
    recorder(of_email(stage, ReceiptKind.COMPLAINED, minutes=3), {})
    assert recorder.brake() == []
    assert stage.progress.lane_stops("rura") == {}


def test_a_batch_is_one_write_and_no_read_while_nothing_bounces(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    for name in ("count", "counted"):
        real = getattr(stage.progress, name)
        monkeypatch.setattr(
            stage.progress, name, lambda *given, name=name, real=real: (calls.append(name), real(*given))[1]
        )
    recorder = stage.recorder()
    delivered = of_email(stage, ReceiptKind.DELIVERED)
    for _ in range(3):
        recorder(delivered, {})
    assert recorder.brake() == recorder.brake() == []
    assert calls == ["count"]
    assert total(stage) == ReputationCounts(1)


def test_an_sms_is_not_even_written() -> None:
    stage = Stage()
    stage.send(ITEM)
    assert stage.recorder().brake() == []
    assert total(stage) == ReputationCounts()


def test_what_could_not_be_written_is_written_with_the_next_batch_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder, count = stage.recorder(), stage.progress.count

    def answer_lost(*given: object) -> None:
        count(*given)  # type: ignore[arg-type]
        raise Unavailable("UpdateItem")

    monkeypatch.setattr(stage.progress, "count", answer_lost)
    with pytest.raises(Unavailable):
        bounces(stage, recorder)
    monkeypatch.setattr(stage.progress, "count", count)
    assert recorder.brake() == []
    assert recorder.brake() == []
    assert total(stage) == ReputationCounts(1, 1)


def test_two_workers_that_meet_count_both(stage: Stage) -> None:
    first, second = (
        BounceBrake(progress=stage.progress, clock=stage.clock, ids=stage.ids, carriers=CARRIERS) for _ in range(2)
    )
    reminder = stage.reminder()
    for brake in (first, second):
        brake.note(reminder, of_email(stage, ReceiptKind.DELIVERED).receipt)
    first()
    second()
    assert total(stage) == ReputationCounts(2)
