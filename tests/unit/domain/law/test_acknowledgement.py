"""What a debtor said of a debt, kept as it was said."""

from dataclasses import replace
from datetime import UTC, date, datetime

from upominek.domain.cases.case import Fact
from upominek.domain.law.acknowledgement import (
    Acknowledgement,
    AcknowledgementKind,
    StatementChannel,
    acknowledged_days,
    acknowledgement_of,
    is_intact,
)

SAID = Acknowledgement(
    creditor="hurt",
    debtor_id="K-1",
    kind=AcknowledgementKind.PROMISE,
    channel=StatementChannel.PHONE,
    at=datetime(2026, 3, 2, 23, 30, tzinfo=UTC),
    by="Jan Kowalski",
    text="Zapłacę w piątek,\nobie faktury.",
    numbers=("FV/1", "FV 2, b"),
    taken_by="Ewa",
)


def days(*facts: Fact) -> dict[str, tuple[date, ...]]:
    return acknowledged_days("hurt", "K-1", facts, lambda at: at.date())


def test_it_comes_back_as_it_was_said() -> None:
    assert acknowledgement_of("hurt", "K-1", SAID.fact()) == SAID
    bare = replace(SAID, taken_by="", numbers=("FV/1",))
    assert acknowledgement_of("hurt", "K-1", bare.fact()) == bare
    assert SAID.fact() == SAID.fact()


def test_whatever_is_changed_makes_another_fact() -> None:
    others = [
        replace(SAID, creditor="inny"),
        replace(SAID, debtor_id="K-2"),
        replace(SAID, kind=AcknowledgementKind.BALANCE_CONFIRMATION),
        replace(SAID, channel=StatementChannel.EMAIL),
        replace(SAID, at=SAID.at.replace(second=1)),
        replace(SAID, by="Jan Nowak"),
        replace(SAID, text="Zapłacę w sobotę,\nobie faktury."),
        replace(SAID, numbers=("FV/1",)),
        replace(SAID, taken_by=""),
    ]
    assert len({one.digest for one in (SAID, *others)}) == len(others) + 1
    assert len({one.fact().id for one in (SAID, *others)}) == len(others) + 1


def test_a_fact_that_was_tampered_with_is_found_out_and_proves_nothing() -> None:
    fact = SAID.fact()
    assert is_intact("hurt", "K-1", fact)
    for changed in (
        replace(fact, data={**fact.data, "text": "Nie zapłacę"}),
        replace(fact, data={**fact.data, "invoices": "FV/1"}),
        replace(fact, at=fact.at.replace(year=2025)),
        replace(fact, by="Ktoś inny"),
        replace(fact, data={name: value for name, value in fact.data.items() if name != "digest"}),
    ):
        assert not is_intact("hurt", "K-1", changed)
        assert days(changed) == {}
    assert not is_intact("hurt", "K-2", fact)


def test_the_days_of_each_invoice() -> None:
    later = replace(SAID, at=datetime(2026, 5, 1, tzinfo=UTC), numbers=("FV/1",)).fact()
    note = Fact(id="n", at=SAID.at, kind="note", data={"text": "FV/1"})
    assert days(later, SAID.fact(), SAID.fact(), note) == {
        "FV/1": (date(2026, 3, 2), date(2026, 5, 1)),
        "FV 2, b": (date(2026, 3, 2),),
    }
