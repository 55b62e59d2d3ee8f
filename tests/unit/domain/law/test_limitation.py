"""Until when a claim may be demanded."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upominek.domain.law.limitation import Standing, is_barred, limitation
from upominek.domain.values.kinds import ClaimKind

SALE, TRANSPORT = ClaimKind.SALE, ClaimKind.TRANSPORT
days = st.dates(date(2016, 1, 1), date(2040, 12, 31))
claims = st.sampled_from(ClaimKind)


@pytest.mark.parametrize(
    ("claim", "due", "last"),
    [
        # 15 March 2024 and two years is 15 March 2026, and on to the end of that year.
        (SALE, "2024-03-15", "2026-12-31"),
        (SALE, "2024-01-01", "2026-12-31"),
        (SALE, "2023-12-31", "2025-12-31"),  # a Sunday; its move to 2 January is not counted in
        (ClaimKind.BUSINESS, "2022-06-30", "2025-12-31"),
        (ClaimKind.PERIODIC, "2023-02-10", "2026-12-31"),
        (ClaimKind.OTHER, "2020-02-10", "2026-12-31"),
        # One year is shorter than two, so it ends to the day.
        (TRANSPORT, "2025-03-14", "2026-03-14"),
        (TRANSPORT, "2025-12-31", "2026-12-31"),
        (TRANSPORT, "2024-02-29", "2025-02-28"),  # no such day in 2025: the last one of the month
        (TRANSPORT, "2023-02-28", "2024-02-28"),
        # Five years from the end of 2021.
        (ClaimKind.TAX, "2021-05-15", "2026-12-31"),
        (ClaimKind.TAX, "2021-12-31", "2026-12-31"),
    ],
)
def test_periods(claim: ClaimKind, due: str, last: str) -> None:
    due_on, last_day = date.fromisoformat(due), date.fromisoformat(last)
    found = limitation(due_on, claim)
    assert (found.last_day, found.first_barred_day) == (last_day, last_day + timedelta(days=1))
    assert not is_barred(due_on, claim, last_day)
    assert is_barred(due_on, claim, found.first_barred_day)


@pytest.mark.parametrize(
    ("claim", "due", "acknowledged", "from_", "last"),
    [
        # Barred after 2025; acknowledged before: two years from November 2025, to the end of 2027.
        (SALE, "2023-05-10", ["2025-11-20"], "2025-11-20", "2027-12-31"),
        (SALE, "2023-05-10", ["2025-12-31"], "2025-12-31", "2027-12-31"),
        # What has ended cannot be interrupted.
        (SALE, "2023-05-10", ["2026-01-01"], None, "2025-12-31"),
        # The second comes within the period that the first renewed, in whichever order they are told.
        (SALE, "2023-05-10", ["2027-06-01", "2025-11-20"], "2027-06-01", "2029-12-31"),
        # The second comes too late even so.
        (SALE, "2023-05-10", ["2025-11-20", "2028-01-01"], "2025-11-20", "2027-12-31"),
        # A promise before the due date does not shorten what runs from it.
        (SALE, "2024-01-10", ["2023-12-20"], None, "2026-12-31"),
        (TRANSPORT, "2025-03-14", ["2025-09-01"], "2025-09-01", "2026-09-01"),
        (TRANSPORT, "2024-01-31", ["2024-02-29"], "2024-02-29", "2025-02-28"),
        # Nobody acknowledges a tax.
        (ClaimKind.TAX, "2021-05-15", ["2026-02-01"], None, "2026-12-31"),
    ],
)
def test_acknowledgements(claim: ClaimKind, due: str, acknowledged: list[str], from_: str | None, last: str) -> None:
    days_of = [date.fromisoformat(day) for day in acknowledged]
    found = limitation(date.fromisoformat(due), claim, days_of)
    assert found.acknowledged_on == (from_ and date.fromisoformat(from_))
    assert found.last_day == date.fromisoformat(last)
    assert ("art. 124" in found.article) == (from_ is not None)


def test_one_day_of_acknowledgement_may_be_given_as_it_is() -> None:
    day = date(2025, 11, 20)
    assert limitation(date(2023, 5, 10), SALE, day) == limitation(date(2023, 5, 10), SALE, [day])


def test_where_a_claim_stands() -> None:
    found = limitation(date(2024, 3, 15), SALE)
    standings = [found.standing(date(*day)) for day in ((2026, 10, 1), (2026, 10, 2), (2026, 12, 31), (2027, 1, 1))]
    # From 2 October to 31 December are 90 days.
    assert standings == [Standing.RUNNING, Standing.CLOSE, Standing.CLOSE, Standing.BARRED]
    assert found.standing(date(2026, 10, 1), close_days=91) is Standing.CLOSE
    assert found.standing(date(2026, 12, 30), close_days=0) is Standing.RUNNING


@pytest.mark.parametrize(
    ("claim", "article"),
    [
        (SALE, "art. 554"),
        (ClaimKind.BUSINESS, "art. 118"),
        (ClaimKind.PERIODIC, "art. 118"),
        (ClaimKind.OTHER, "art. 118"),
        (TRANSPORT, "art. 792"),
        (ClaimKind.TAX, "art. 70 § 1 Ordynacji"),
    ],
)
def test_articles(claim: ClaimKind, article: str) -> None:
    assert limitation(date(2024, 3, 15), claim).article.startswith(article)


@given(days, claims, days, st.lists(days, max_size=4))
def test_the_quick_answer_is_the_full_one(due: date, claim: ClaimKind, today: date, acknowledged: list[date]) -> None:
    full = limitation(due, claim, acknowledged).standing(today) is Standing.BARRED
    assert is_barred(due, claim, today, acknowledged) == full


@given(days, claims, days, st.integers(0, 4000), st.lists(days, max_size=3))
def test_what_is_barred_stays_barred(
    due: date, claim: ClaimKind, today: date, later: int, acknowledged: list[date]
) -> None:
    if is_barred(due, claim, today, acknowledged):
        assert is_barred(due, claim, today + timedelta(days=later), acknowledged)


@given(days, days, claims)
def test_a_later_due_date_is_never_barred_earlier(one: date, other: date, claim: ClaimKind) -> None:
    first, second = sorted((one, other))
    assert limitation(first, claim).last_day <= limitation(second, claim).last_day


@given(days, claims, st.lists(days, max_size=4), days)
def test_a_further_acknowledgement_never_shortens(
    due: date, claim: ClaimKind, acknowledged: list[date], further: date
) -> None:
    assert limitation(due, claim, [*acknowledged, further]).last_day >= limitation(due, claim, acknowledged).last_day
