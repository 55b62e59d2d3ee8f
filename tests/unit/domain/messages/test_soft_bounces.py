"""When an address is given up that comes back softly."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.examples import ACME, NOW, claimed, sent
from upominek.adapters.carriers.ses.answers import answers
from upominek.domain.messages.receipt import Action, receipt_traits
from upominek.domain.messages.reminder import Reminder
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.messages.soft_bounces import SOFT, in_a_row
from upominek.domain.values.contact import address_hash

ADDRESS = "anna@example.com"
DIGEST = address_hash(ADDRESS, ACME)
SOFTLY, DELIVERED, UNKNOWN = "mailbox-full", "delivered", "sent"

STATUSES = {DELIVERED: ReminderStatus.DELIVERED, UNKNOWN: ReminderStatus.SENT, "skipped": ReminderStatus.SKIPPED}


def story(*ends: str, address: str | None = ADDRESS) -> list[Reminder]:
    """Messages to the address, one each week, and how each ended; the newest last."""
    told = []
    for week, end in enumerate(ends):
        at = NOW + timedelta(weeks=week)
        told.append(
            replace(
                sent(claimed(f"campaign-{week}")),
                address=address,
                claimed_at=at,
                sent_at=None if end == "skipped" else at,
                status=STATUSES.get(end, ReminderStatus.FAILED),
                reason=end if end not in STATUSES else None,
            )
        )
    return told


@pytest.mark.parametrize(
    ("ends", "count"),
    [
        ((), 0),
        ((SOFTLY,), 1),
        ((SOFTLY, "soft-bounce", "bounce-undetermined"), 3),
        ((SOFTLY, SOFTLY, DELIVERED, SOFTLY), 1),
        ((SOFTLY, SOFTLY, DELIVERED), 0),
        ((SOFTLY, UNKNOWN, SOFTLY), 2),
        ((SOFTLY, "skipped", SOFTLY), 2),
        ((SOFTLY, "content-rejected", SOFTLY), 1),
        ((SOFTLY, "unreachable"), 0),
    ],
)
def test_only_what_came_back_one_after_the_other_counts(ends: Sequence[str], count: int) -> None:
    assert in_a_row(story(*ends), DIGEST) == count
    assert in_a_row(reversed(story(*ends)), DIGEST) == count


def test_another_address_counts_for_nothing_and_ends_no_row() -> None:
    others = story(DELIVERED, DELIVERED, address="jan@example.com")
    assert in_a_row([*story(SOFTLY, SOFTLY), *others], DIGEST) == 2


def test_what_was_redacted_still_counts() -> None:
    old = [replace(one, address=None, address_hash=DIGEST) for one in story(SOFTLY, SOFTLY)]
    assert in_a_row(old, DIGEST) == 2


@given(ends=st.lists(st.sampled_from((SOFTLY, DELIVERED, UNKNOWN)), max_size=8))
def test_a_delivery_begins_anew_whatever_was_before(ends: list[str]) -> None:
    assert in_a_row(story(*ends, DELIVERED, SOFTLY, SOFTLY), DIGEST) == 2


def test_soft_is_what_ses_says_may_pass() -> None:
    passing = {
        one.code
        for (event, _, _), one in answers().items()
        if event == "Bounce" and receipt_traits(one.kind).has_failed and one.action is Action.RETRY_LATER
    }
    assert passing == SOFT
