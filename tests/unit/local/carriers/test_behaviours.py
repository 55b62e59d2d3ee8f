"""Who brings about what, and whether the documentation says the same."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import phonenumbers
import pytest
from email_validator import validate_email

from local.carriers import ses
from local.carriers.behaviours import BEHAVIOURS, DELIVERED, MAGIC_PREFIX, Behaviour, behaviour_of

DOCUMENT = Path(__file__).parents[4] / "docs" / "carriers.md"
WITH_NUMBER = [each for each in BEHAVIOURS if each.digits]


@pytest.mark.parametrize("behaviour", WITH_NUMBER, ids=lambda each: each.name)
def test_the_last_two_digits_decide_for_a_phone(behaviour: Behaviour) -> None:
    assert behaviour_of(f"{MAGIC_PREFIX}1234{behaviour.digits}") is behaviour


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda each: each.name)
def test_the_local_part_decides_for_an_address(behaviour: Behaviour) -> None:
    assert behaviour_of(f"{behaviour.name}@example.com") is behaviour
    assert behaviour_of(f"{behaviour.name.upper()}+faktura-1@Example.com") is behaviour


@pytest.mark.parametrize("recipient", ["+48501000001", "+48455123477", "anna@example.com", "bounced@example.org", "+1"])
def test_everybody_else_receives_what_is_sent(recipient: str) -> None:
    assert behaviour_of(recipient) is DELIVERED


@pytest.mark.parametrize(
    ("local", "name"), [("success", "delivered"), ("bounce", "bounced"), ("complaint+1", "complained")]
)
def test_the_simulator_addresses_of_ses_itself_work_too(local: str, name: str) -> None:
    assert behaviour_of(f"{local}@simulator.amazonses.com").name == name


def test_nothing_is_decided_twice() -> None:
    assert max(Counter(each.name for each in BEHAVIOURS).values()) == 1
    assert max(Counter(each.digits for each in WITH_NUMBER).values()) == 1


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda each: each.name)
def test_magic_numbers_and_addresses_pass_for_real_ones(behaviour: Behaviour) -> None:
    assert validate_email(f"{behaviour.name}@example.com", check_deliverability=False).local_part == behaviour.name
    if behaviour.digits:
        number = phonenumbers.parse(f"{MAGIC_PREFIX}0000{behaviour.digits}")
        assert phonenumbers.is_valid_number(number)
        assert phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE


def test_every_kind_of_event_and_of_bounce_can_be_brought_about() -> None:
    told = {what for each in BEHAVIOURS for what in each.email}
    assert {what.partition(" ")[2] for what in told if what.startswith("Bounce")} == set(ses.BOUNCES)
    assert set(ses.DETAIL_TYPES) <= {what if what in ses.DETAIL_TYPES else what.partition(" ")[0] for what in told}


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda each: each.name)
def test_the_documentation_has_a_row_for_it(behaviour: Behaviour) -> None:
    rows = [
        line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{behaviour.name}` |")
    ]
    assert len(rows) == 1
    assert rows[0].split("|")[2].strip() == (f"`{behaviour.digits}`" if behaviour.digits else "–")
    for answer in {*behaviour.sms, *behaviour.email} - {*DELIVERED.sms, *DELIVERED.email}:
        assert answer in rows[0]
