"""Campaigns: whose invoices they take, and in which order."""

from dataclasses import replace
from datetime import time

from upominek.domain.parties.debtor import Debtor, DebtorKind
from upominek.domain.planning.campaign import Audience, Campaign, Step, campaign_of, in_force, running_order
from upominek.domain.values.channel import Channel
from upominek.domain.values.money import Money

STEP = Step(offset_days=5, channels=(Channel.SMS,), template="overdue")
DEBTOR = Debtor(id="K-1", kind=DebtorKind.BUSINESS, tags=frozenset({"new", "south"}))


def campaign(name: str, **changes: object) -> Campaign:
    return replace(Campaign(id=name, name=name, ladder=(STEP,)), **changes)  # type: ignore[arg-type]


def test_a_step_is_named_by_its_offset() -> None:
    assert [replace(STEP, offset_days=offset).name for offset in (-3, 0, 14)] == ["-3", "+0", "+14"]


def test_an_audience_without_conditions_takes_everybody() -> None:
    assert Audience().meets(DEBTOR, Money(1))


def test_an_audience_asks_for_kind_tags_and_amount() -> None:
    assert Audience(kinds=frozenset({DebtorKind.BUSINESS})).meets(DEBTOR, Money(1))
    assert not Audience(kinds=frozenset({DebtorKind.CONSUMER})).meets(DEBTOR, Money(1))
    assert Audience(tags=frozenset({"new", "old"})).meets(DEBTOR, Money(1))
    assert not Audience(tags=frozenset({"old"})).meets(DEBTOR, Money(1))
    assert not Audience(without_tags=frozenset({"south"})).meets(DEBTOR, Money(1))
    assert Audience(minimum=Money(1000)).meets(DEBTOR, Money(1000))
    assert not Audience(minimum=Money(1000)).meets(DEBTOR, Money(999))


def test_a_minimum_says_nothing_about_other_currencies() -> None:
    assert Audience(minimum=Money(1000)).meets(DEBTOR, Money(1, "EUR"))


def test_an_invoice_belongs_to_the_first_active_campaign_that_wants_it() -> None:
    ended = campaign("a", order=1, is_active=False)
    consumers = campaign("b", order=2, audience=Audience(kinds=frozenset({DebtorKind.CONSUMER})))
    large = campaign("c", order=3, audience=Audience(minimum=Money(100000)))
    rest = campaign("d", order=3)
    campaigns = in_force((rest, large, ended, consumers))

    assert [one.id for one in campaigns] == ["b", "c", "d"]
    assert campaign_of(campaigns, DEBTOR, Money(100000)) == large
    assert campaign_of(campaigns, DEBTOR, Money(99999)) == rest
    assert campaign_of(campaigns[:1], DEBTOR, Money(99999)) is None


def test_a_day_runs_campaigns_by_their_time_then_by_their_order() -> None:
    noon = campaign("noon", order=1, at=time(12))
    second, first = campaign("second", order=3), campaign("first", order=2)
    ended = campaign("ended", is_active=False)
    assert running_order((noon, second, ended, first)) == (first, second, noon)
