"""The last look before a message goes: what it leaves on the agenda where the message does not go."""

from datetime import timedelta

from tests.worlds.stage import EMAIL, NOW, PHONE, Stage
from upominek.application.sending.send_reminder import SendOutcome
from upominek.domain.cases.case import Fact
from upominek.domain.values.contact import address_hash


def test_an_address_that_another_debtor_shares_and_that_does_not_work_is_not_tried_day_after_day() -> None:
    """The case itself does not know that its addresses are suppressed: only the look at them told."""
    stage = Stage()
    for number, address in enumerate((PHONE, EMAIL)):
        fact = Fact(id=f"f{number}", at=NOW - timedelta(days=1), kind="suppressed")
        stage.cases.suppress("rura", "D-2", address_hash(address, "rura"), fact)
    assert stage.send() is SendOutcome.SKIPPED
    assert stage.reminder().reason == "no-address"
    case = stage.cases.get("rura", "D-1")
    assert case.agenda is None
    assert case.awaits_address
