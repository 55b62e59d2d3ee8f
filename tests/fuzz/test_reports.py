"""Reports of providers, spoilt: recorded, passed over or refused loudly, and never a status that nobody reported."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.examples import ACME, claimed, sent
from tests.functions.recorded import EVENTS, ses_event, sns_log
from tests.fuzz.bounds import tries
from tests.fuzz.documents import spoilt
from upominek.adapters.carriers.registry import CARRIERS
from upominek.adapters.carriers.reports import read_report
from upominek.adapters.carriers.ses.tags import reminder_tags
from upominek.adapters.carriers.sns.reports import without_phone
from upominek.adapters.memory.world import World
from upominek.application.receipts.record_receipt import RecordReceipt
from upominek.application.receipts.watch_reputation import BounceBrake
from upominek.domain.errors import InvalidValue, NotFound
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.parties.creditor import Creditor
from upominek.domain.values.channel import Channel

SMS = sent(claimed())
EMAIL = sent(claimed("listy"), channel=Channel.EMAIL, address="jan@example.com", provider_message_id="ses-1")
BYSTANDER = sent(claimed("inna"), provider_message_id="somebody-elses")
NAMES = [path.stem for path in sorted(EVENTS.glob("s[en]s-*.json"))]
MAY_SAY = {
    "Bounce": {ReminderStatus.BOUNCED, ReminderStatus.FAILED},
    "Reject": {ReminderStatus.FAILED},
    "Rendering Failure": {ReminderStatus.FAILED},
    "Delivery": {ReminderStatus.DELIVERED},
    "Open": {ReminderStatus.DELIVERED},
    "Click": {ReminderStatus.DELIVERED},
    "Complaint": {ReminderStatus.DELIVERED},
}


def genuine(name: str) -> dict[str, Any]:
    """A recorded report, about a reminder that is there."""
    if name.startswith("sns-"):
        return sns_log(name.removeprefix("sns-"), SMS.provider_message_id or "")
    report = ses_event(name.removeprefix("ses-"), EMAIL.key.id)
    report["detail"]["mail"]["tags"] |= {one["Name"]: [one["Value"]] for one in reminder_tags(EMAIL.key)}
    return report


GENUINE = st.sampled_from(NAMES).map(genuine)


def world_of() -> World:
    world = World()
    world.creditors.save(Creditor(id=ACME, name="Hurtownia"))
    for reminder in (SMS, EMAIL, BYSTANDER):
        world.reminders.claim(reminder)
        world.reminders.record(reminder)
    return world


def told(world: World, body: dict[str, Any]) -> bool:
    """Whether the report was taken; False where it was refused with an error of ours."""
    record = RecordReceipt(
        brake=BounceBrake(progress=world.progress, clock=world.clock, ids=world.ids, carriers=CARRIERS),
        creditors=world.creditors,
        cases=world.cases,
        reminders=world.reminders,
        progress=world.progress,
        queues=world.queues,
    )
    try:
        report = read_report(body)
        if report is not None:
            record(report, body)
    except (InvalidValue, NotFound):
        return False
    return True


@pytest.mark.parametrize("name", NAMES)
def test_a_genuine_report_is_taken(name: str) -> None:
    world = world_of()
    assert told(world, genuine(name))
    assert world.reminders.get(EMAIL.key).receipts or world.reminders.get(SMS.key).receipts


@given(body=spoilt(GENUINE))
@tries(500)
def test_a_spoilt_report_never_brings_a_status_that_nobody_reported(body: Any) -> None:  # noqa: ANN401 - JSON
    world = world_of()
    was_taken = told(world, body)
    statuses = {one: world.reminders.get(one.key).status for one in (SMS, EMAIL, BYSTANDER)}
    assert statuses[BYSTANDER] is ReminderStatus.SENT
    if not was_taken:
        assert set(statuses.values()) == {ReminderStatus.SENT}
        assert not world.progress.lane_stops(ACME)
        return
    said = body["detail"]["eventType"] if body.get("source") == "aws.ses" else ""
    assert statuses[EMAIL] is ReminderStatus.SENT or statuses[EMAIL] in MAY_SAY[said]
    by_sms = {ReminderStatus.SENT}
    if body.get("source") != "aws.ses":
        by_sms |= (
            {ReminderStatus.DELIVERED}
            if body["status"] == "SUCCESS"
            else {ReminderStatus.FAILED, ReminderStatus.BOUNCED}
        )
    assert statuses[SMS] in by_sms
    for one in (SMS, EMAIL):
        for receipt in world.reminders.get(one.key).receipts:
            assert receipt.at - one.claimed_at < timedelta(days=365 * 8000)
            assert receipt.price is None or len(receipt.price.amount) < 100


@given(body=spoilt(st.sampled_from([name for name in NAMES if name.startswith("sns-")]).map(genuine)))
@tries(150)
def test_what_is_passed_on_of_a_delivery_log_has_no_phone(body: Any) -> None:  # noqa: ANN401 - JSON
    try:
        passed = without_phone(body)
    except (KeyError, TypeError, AttributeError, ValueError):
        return  # what the function counts as unreadable, and gives back
    assert "destination" not in passed["delivery"]
    assert json.dumps(passed)
