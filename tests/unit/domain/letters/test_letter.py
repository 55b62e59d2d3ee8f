from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upominek.domain.errors import InvalidValue, Refused
from upominek.domain.letters.letter import check_kind, instalments, place_of
from upominek.domain.planning.campaign import Use
from upominek.domain.planning.letter_kind import LetterKind
from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.money import Money


@given(st.integers(2, 60), st.integers(60, 10**12))
def test_instalments_add_up_and_differ_by_a_grosz_at_most(count: int, grosze: int) -> None:
    parts = instalments(Money(grosze), count, date(2026, 1, 31))
    amounts = [part.amount.grosze for part in parts]
    assert sum(amounts) == grosze
    assert len(amounts) == count
    assert max(amounts) - min(amounts) <= 1
    assert amounts == sorted(amounts, reverse=True)


def test_instalments_keep_the_day_of_the_month_where_the_month_has_it() -> None:
    parts = instalments(Money(100_00), 4, date(2026, 11, 30))
    assert [part.due_on for part in parts] == [
        date(2026, 11, 30),
        date(2026, 12, 30),
        date(2027, 1, 30),
        date(2027, 2, 28),
    ]
    assert [part.amount.grosze for part in instalments(Money(100_01), 3, date(2026, 1, 1))] == [3334, 3334, 3333]


@pytest.mark.parametrize(
    ("grosze", "count", "code"),
    [(100, 1, "instalments_count"), (100, 61, "instalments_count"), (1, 2, "instalments_amount")],
)
def test_what_cannot_be_split_is_refused(grosze: int, count: int, code: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        instalments(Money(grosze), count, date(2026, 1, 1))
    assert caught.value.code == code


def test_taxes_are_reminded_of_and_never_demanded_by_such_a_letter() -> None:
    check_kind(LetterKind.REMINDER, frozenset({ClaimKind.TAX}))
    check_kind(LetterKind.DEMAND, frozenset({ClaimKind.SALE}))
    for kind in set(LetterKind) - {LetterKind.REMINDER}:
        with pytest.raises(Refused, match="Taxes"):
            check_kind(kind, frozenset({ClaimKind.SALE, ClaimKind.TAX}))


def test_only_a_note_of_interest_claims_interest_by_itself() -> None:
    assert [kind for kind in LetterKind if kind.traits.usual_interest is not Use.NONE] == [LetterKind.INTEREST_NOTE]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        (("ul. Długa 5", "00-000 Lipowa"), "Lipowa"),
        (("00-001  Nowa Wieś Wielka ",), "Nowa Wieś Wielka"),
        (("Main St 1", "London SW1"), None),
        ((), None),
    ],
)
def test_the_place_is_what_follows_the_postcode(address: tuple[str, ...], place: str | None) -> None:
    assert place_of(address) == place
