"""What a campaign said last, and what counts where that is taken back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from upominek.domain.cases.last_word import SILENCE, LastWord, LastWords

FIRST = date(2026, 3, 2)


def word(number: int, offset: int = 5, **changes: object) -> LastWord:
    day = FIRST + timedelta(days=number)
    at = datetime(2026, 3, 2, 8, tzinfo=UTC) + timedelta(days=number)
    made = LastWord(on=day, at=at, offset_days=offset, text="overdue", reminder_id=f"r{number}")
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_word_remembers_one_before_it_and_no_more() -> None:
    third = word(3).after(word(2).after(word(1)))
    assert third.before == word(2)
    assert third.before is not None
    assert third.before.before is None


def test_the_first_word_has_none_before_it() -> None:
    assert word(1).after(None) == word(1)


def test_a_message_that_is_looked_at_again_is_no_word_before_itself() -> None:
    """A reminder that reserved its place, and reserves it once more after a crash."""
    standing = word(2).after(word(1))
    again = word(2, offset=14).after(standing)
    assert (again.offset_days, again.before) == (14, word(1))
    assert word(1).after(word(1)).before is None


def test_a_word_that_is_taken_back_gives_way_to_the_one_before() -> None:
    words = LastWords(overdue=word(2).after(word(1)), ahead=word(1))
    assert words.without(frozenset({"r2"})) == LastWords(overdue=word(1), ahead=word(1))
    assert words.without(frozenset({"r1", "r2"})) == SILENCE
    assert words.without(frozenset()) == words
    assert words.without(frozenset({"other"})) == words


def test_of_both_courses_the_later_word_is_the_newest() -> None:
    assert SILENCE.newest is None
    assert LastWords(overdue=word(2), ahead=word(1)).newest == word(2)
    assert LastWords(overdue=word(2), ahead=word(3)).newest == word(3)
