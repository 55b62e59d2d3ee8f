"""What is still to be told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from local.carriers import journal as journal_module
from local.carriers.behaviours import behaviour_of
from local.carriers.journal import Journal
from local.carriers.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Watch:
    """The real time, as the journal sees it."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def time(self) -> float:
        return self.seconds


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch()
    monkeypatch.setattr(journal_module, "time", watch)
    return watch


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(path: Path, watch: Watch) -> Iterator[Journal]:
    assert watch
    journal = Journal(path, delay_seconds=0.5)
    yield journal
    journal.close()


BUSINESS = datetime(2026, 3, 2, 8, tzinfo=UTC)


def add(journal: Journal, recipient: str, number: str = "m-1") -> None:
    message = Message(
        carrier="ses" if "@" in recipient else "sns",
        channel="email" if "@" in recipient else "sms",
        id=number,
        recipient=recipient,
        accepted_at=BUSINESS,
        request={"subject": "zażółć"},
    )
    journal.add(message, behaviour_of(recipient))


def due(journal: Journal, business: datetime = BUSINESS) -> list[str]:
    return [answer.what for answer in journal.due(business, limit=100)]


def test_answers_come_one_after_the_other(journal: Journal, watch: Watch) -> None:
    add(journal, "complained@example.com")
    assert due(journal) == []
    watch.seconds += 0.5
    assert due(journal) == ["Send"]
    watch.seconds += 1
    assert due(journal) == ["Send", "Delivery", "Complaint abuse"]


def test_what_is_told_is_not_told_again_even_after_a_restart(journal: Journal, watch: Watch, path: Path) -> None:
    add(journal, "delivered@example.com")
    watch.seconds += 0.5
    journal.cross_out(journal.due(BUSINESS, limit=1))
    again = Journal(path, delay_seconds=0.5)
    watch.seconds += 10
    answers = again.due(BUSINESS, limit=100)
    again.close()
    assert [answer.what for answer in answers] == ["Delivery"]
    assert answers[0].message.request == {"subject": "zażółć"}
    assert answers[0].message.accepted_at == BUSINESS


def test_what_is_told_before_its_time_is_due_at_once(journal: Journal) -> None:
    add(journal, "early@example.com")
    assert due(journal) == ["Send", "Delivery"]


def test_slow_answers_take_ten_times_as_long(journal: Journal, watch: Watch) -> None:
    add(journal, "+48455000022")
    watch.seconds += 4.9
    assert due(journal) == []
    watch.seconds += 0.1
    assert len(due(journal)) == 1


def test_late_answers_come_after_half_a_minute(journal: Journal, watch: Watch) -> None:
    add(journal, "late@example.com")
    watch.seconds += 30
    assert due(journal) == []
    watch.seconds += 1
    assert due(journal) == ["Send", "Delivery"]


def test_late_answers_come_at_once_when_the_clock_is_moved_past_three_days(journal: Journal) -> None:
    add(journal, "late@example.com")
    assert due(journal, BUSINESS + timedelta(hours=72)) == []
    assert due(journal, BUSINESS + timedelta(hours=73)) == ["Send", "Delivery"]


def test_moving_the_clock_back_holds_nothing_up(journal: Journal, watch: Watch) -> None:
    add(journal, "delivered@example.com")
    watch.seconds += 5
    assert due(journal, BUSINESS - timedelta(days=400)) == ["Send", "Delivery"]


def test_no_answer_is_no_answer(journal: Journal, watch: Watch) -> None:
    add(journal, "no-answer@example.com")
    add(journal, "+48455000020")
    watch.seconds += 1e9
    assert due(journal) == []
    assert not journal.is_waiting()


def test_it_knows_whether_something_about_a_message_is_open(journal: Journal, watch: Watch) -> None:
    add(journal, "delivered@example.com", "m-1")
    add(journal, "delivered@example.com", "m-2")
    watch.seconds += 5
    journal.cross_out(answer for answer in journal.due(BUSINESS, limit=100) if answer.message.id == "m-1")
    assert not journal.is_waiting("m-1")
    assert journal.is_waiting("m-2")
    assert journal.is_waiting()


def test_at_most_so_many_are_handed_out_the_oldest_first(journal: Journal, watch: Watch) -> None:
    for number in range(5):
        add(journal, "+48455000000", f"m-{number}")
        watch.seconds += 0.1
    watch.seconds += 5
    assert [answer.message.id for answer in journal.due(BUSINESS, limit=3)] == ["m-0", "m-1", "m-2"]
