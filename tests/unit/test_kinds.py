"""Every enum of kinds, walked over every table that must know it: a new value names here, or in mypy, what it lacks."""

import tomllib
from collections.abc import Iterable
from dataclasses import fields
from enum import Enum
from typing import Any

import pytest

from cli.creditors import _ENTRIES
from tests.worlds.stage import CAMPAIGN
from upominek.adapters.carriers.registry import CARRIERS
from upominek.adapters.carriers.ses.answers import answers as ses_answers
from upominek.adapters.carriers.sns.answers import answers as sns_answers
from upominek.adapters.formats.csv.cells import CLAIMS, KINDS
from upominek.adapters.json.operations import MEANINGS
from upominek.adapters.letters.composing import PARTS
from upominek.adapters.texts.sources import shipped, text_names
from upominek.domain.law.compensation import owes_compensation
from upominek.domain.law.limitation import ARTICLES, YEARS
from upominek.domain.law.rates import InterestKind, interest_kind
from upominek.domain.law.register_conditions import OTHER_TERMS, Exclusion, excluded
from upominek.domain.messages.carrier_traits import ReportNaming
from upominek.domain.messages.receipt import ARRIVED, ReceiptKind, receipt_traits
from upominek.domain.messages.receipt import TRAITS as RECEIPT_TRAITS
from upominek.domain.messages.reminder import CHANNELS, STATUSES, Rank, channel_traits
from upominek.domain.messages.reminder_state import REPEATING
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.messages.sender_reputation import _ANSWERED
from upominek.domain.operations.health import Trouble
from upominek.domain.parties.debtor import Debtor, DebtorKind
from upominek.domain.planning.campaign import Entry
from upominek.domain.planning.decision import SkipReason, reason_of_hold, usable_addresses
from upominek.domain.planning.letter_kind import TRAITS, LetterKind
from upominek.domain.planning.unreached_sums import WhyUnreached
from upominek.domain.values.carrier import PRINT, SES, SNS, Carrier
from upominek.domain.values.channel import Channel
from upominek.domain.values.kinds import ClaimKind, HoldKind
from upominek.domain.values.unknown import Unknown
from upominek.settings import Settings

LANGUAGES = ("pl", "en")


def page(language: str) -> dict[str, Any]:
    return tomllib.loads(shipped(f"pages/simulation.{language}.toml") or "")


@pytest.mark.parametrize(
    ("kinds", "table"),
    [
        pytest.param(Channel, CHANNELS, id="channels and their traits"),
        pytest.param(Channel, dict.fromkeys(page("pl")["channels"], 1), id="channels on the page, pl"),
        pytest.param(Channel, dict.fromkeys(page("en")["channels"], 1), id="channels on the page, en"),
        pytest.param(ReceiptKind, RECEIPT_TRAITS, id="receipts and their traits"),
        pytest.param(ReceiptKind, STATUSES, id="receipts and the statuses that they speak for"),
        pytest.param(LetterKind, TRAITS, id="letters and their traits"),
        pytest.param(LetterKind, PARTS, id="letters and what stands in them"),
        pytest.param(ClaimKind, YEARS, id="claims and their limitation"),
        pytest.param(ClaimKind, ARTICLES, id="claims and the articles of their limitation"),
        pytest.param(ClaimKind, CLAIMS, id="claims in files"),
        pytest.param(DebtorKind, KINDS, id="debtors in files"),
        pytest.param(SkipReason, dict.fromkeys(page("pl")["reasons"], 1), id="reasons on the page, pl"),
        pytest.param(SkipReason, dict.fromkeys(page("en")["reasons"], 1), id="reasons on the page, en"),
        pytest.param(WhyUnreached, dict.fromkeys(page("pl")["why_unreached"], 1), id="why unreached on the page, pl"),
        pytest.param(WhyUnreached, dict.fromkeys(page("en")["why_unreached"], 1), id="why unreached on the page, en"),
        pytest.param(Entry, _ENTRIES, id="ways to begin and their words"),
        pytest.param(Trouble, MEANINGS, id="troubles and what to do about them"),
    ],
)
def test_a_table_knows_every_kind_and_no_other(kinds: Iterable[Enum], table: dict[object, object]) -> None:
    assert set(kinds) == table.keys()


@pytest.mark.parametrize("channel", Channel)
def test_a_channel_has_texts_a_lane_and_addresses_of_its_own(channel: Channel) -> None:
    assert text_names(channel)
    assert f"{channel.value}_queue_url" in {one.name for one in fields(Settings)}
    debtor = Debtor(id="K-1", address=("ul. Długa 1", "00-001 Warszawa"))
    assert bool(usable_addresses(debtor, channel)) == channel_traits(channel).is_letter


def test_traits_say_what_the_tables_before_them_said() -> None:
    assert {ReceiptKind.DELIVERED, ReceiptKind.COMPLAINED} == ARRIVED
    assert {ReceiptKind.DELAYED, ReceiptKind.OPENED, ReceiptKind.CLICKED} == REPEATING
    assert {ReceiptKind.DELIVERED, ReceiptKind.BOUNCED} == _ANSWERED
    assert {one for one in ReceiptKind if receipt_traits(one).has_failed} == {
        *(ReceiptKind.FAILED, ReceiptKind.RETURNED, ReceiptKind.BOUNCED)
    }
    of = {one: CARRIERS.traits(one) for one in (SNS, SES, PRINT)}
    assert [one for one, traits in of.items() if traits.naming is not ReportNaming.OUR_TAGS] == [SNS]
    assert [one for one, traits in of.items() if traits.has_reputation] == [SES]
    assert [one for one, traits in of.items() if not traits.is_reported] == [PRINT]
    assert [one for one in Channel if channel_traits(one).attaches_letters] == [Channel.EMAIL]
    assert [one for one in LetterKind if one.traits.is_registered] == [LetterKind.REGISTER_WARNING]
    assert [one for one in LetterKind if one.traits.suits_taxes] == [LetterKind.REMINDER]
    assert [one for one in LetterKind if not one.traits.is_demand] == [LetterKind.BALANCE_CONFIRMATION]


@pytest.mark.parametrize("carrier", CARRIERS.known())
def test_what_a_carrier_says_of_itself_suits_its_channel(carrier: Carrier) -> None:
    traits, place = CARRIERS.traits(carrier), f"the TRAITS in the folder of {carrier!r}, its carrier.py"
    assert traits.channel in Channel, f"name one of the channels in {place}"
    assert traits.has_reputation <= (traits.channel is Channel.EMAIL), (
        f"only e-mail comes back and counts against the account: leave has_reputation out of {place}"
    )
    assert traits.is_reported or traits.naming is ReportNaming.OUR_TAGS, (
        f"nobody reports of its messages, so no report names one: leave naming out of {place}"
    )


def test_what_has_arrived_is_delivered() -> None:
    assert {kind for kind, status in STATUSES.items() if status is ReminderStatus.DELIVERED} == ARRIVED


def test_every_status_has_a_rank_and_one_of_another_version_the_highest() -> None:
    ranks = [Rank.of(status) for status in ReminderStatus]
    assert sorted({*ranks, Rank.RETURNED, Rank.of(Unknown("z-newer"))}) == list(Rank)
    assert Rank.of(Unknown("sent")) is max(Rank)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", LetterKind)
def test_a_letter_has_a_text_in_each_language(kind: LetterKind, language: str) -> None:
    assert shipped(f"letter/{language}/{kind.value}.txt")


def test_providers_say_nothing_but_known_kinds() -> None:
    said = {one.kind for one in (*sns_answers().values(), *ses_answers().values())}
    assert said == set(ReceiptKind)


@pytest.mark.parametrize("kind", HoldKind)
def test_every_hold_keeps_the_message_back(kind: HoldKind) -> None:
    assert reason_of_hold(kind) is (SkipReason.OPTED_OUT if kind is HoldKind.OPT_OUT else SkipReason.HELD)


@pytest.mark.parametrize("reason", Exclusion)
def test_every_exclusion_is_said_in_words(reason: Exclusion) -> None:
    assert excluded(reason, OTHER_TERMS).condition == reason.value


@pytest.mark.parametrize("kind", DebtorKind)
def test_the_law_knows_every_kind_of_debtor(kind: DebtorKind) -> None:
    assert isinstance(interest_kind(kind), InterestKind)
    assert owes_compensation(kind) is (kind is not DebtorKind.CONSUMER)
    assert Debtor(id="K-1", kind=kind).kind_in_law is kind


def test_who_is_of_an_unknown_kind_is_protected_as_a_consumer() -> None:
    assert Debtor(id="K-1", kind=Unknown("z-newer")).kind_in_law is DebtorKind.CONSUMER


def test_a_step_tells_apart_what_it_knows() -> None:
    step = CAMPAIGN.ladder[0]
    assert step.unknown_word is None
    assert step.known_channels == step.channels
