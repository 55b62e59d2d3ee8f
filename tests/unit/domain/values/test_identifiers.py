from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upominek.domain.errors import InvalidValue
from upominek.domain.values.identifiers import (
    grouped_account,
    parse_account,
    parse_creditor_id,
    parse_debtor_id,
    parse_invoice_number,
    parse_nip,
    parse_pesel,
    parse_regon,
)

PARSERS = [parse_nip, parse_regon, parse_pesel, parse_account, parse_creditor_id, parse_debtor_id, parse_invoice_number]


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (parse_nip, "526-104-08-28", "5261040828"),
        (parse_nip, "PL 526 104 08 28", "5261040828"),
        (parse_regon, "000331501", "000331501"),
        (parse_regon, "123 456 785", "123456785"),
        (parse_regon, "12345678512347", "12345678512347"),
        (parse_pesel, "44051401359", "44051401359"),
        (parse_account, "61 1090 1014 0000 0712 1981 2874", "PL61109010140000071219812874"),
        (parse_account, "pl61-1090-1014 0000\u00a00712 1981 2874", "PL61109010140000071219812874"),
        (parse_account, "DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    ],
)
def test_numbers_with_check_digits_are_normalised(parse: Callable[[str], str], text: str, value: str) -> None:
    assert parse(text) == value


@pytest.mark.parametrize(
    ("parse", "text", "code"),
    [
        (parse_nip, "5261040829", "nip_invalid"),
        (parse_nip, "526104082", "nip_invalid"),
        (parse_nip, "0000000000", "nip_invalid"),
        (parse_nip, "", "nip_invalid"),
        (parse_regon, "123456786", "regon_invalid"),
        (parse_regon, "331501", "regon_invalid"),
        (parse_regon, "000000000", "regon_invalid"),
        (parse_pesel, "44051401358", "pesel_invalid"),
        (parse_pesel, "44133101359", "pesel_invalid"),
        (parse_account, "61109010140000071219812875", "account_invalid"),
        (parse_account, "6110901014000007121981287", "account_invalid"),
        (parse_account, "XX61109010140000071219812874", "account_invalid"),
    ],
)
def test_a_wrong_number_is_refused_without_being_repeated(parse: Callable[[str], str], text: str, code: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse(text)
    assert refusal.value.code == code
    assert not text or text not in refusal.value.pl + refusal.value.en


def test_accounts_are_grouped_as_people_read_them() -> None:
    assert grouped_account(parse_account("61109010140000071219812874")) == "61 1090 1014 0000 0712 1981 2874"
    assert grouped_account(parse_account("DE89370400440532013000")) == "DE89 3704 0044 0532 0130 00"


@pytest.mark.parametrize("text", ["hydro-hurt", "a", "7", "x" * 32])
def test_a_creditors_id_is_a_slug(text: str) -> None:
    assert parse_creditor_id(text) == text


@pytest.mark.parametrize("text", ["", "Hydro", "hydro hurt", "żuk", "a/b", "a#b", "x" * 33, "hydro\n"])
def test_anything_else_is_no_creditors_id(text: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_creditor_id(text)
    assert refusal.value.code == "creditor_id_invalid"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("K-00123", "K-00123"),
        ("  K 1 ", "K 1"),
        ("K\u00a0\u20091", "K 1"),
        ("Ko\u0301s", "Kós"),
        ("Иван/7", "Иван/7"),
        ("x" * 64, "x" * 64),
    ],
)
def test_what_looks_the_same_is_the_same_debtor(text: str, value: str) -> None:
    assert parse_debtor_id(text) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "debtor_id_missing"),
        (" \u00a0 ", "debtor_id_missing"),
        ("x" * 65, "debtor_id_too_long"),
        ("K\t1", "debtor_id_invisible"),
        ("K\n1", "debtor_id_invisible"),
        ("K\u200b1", "debtor_id_invisible"),
        ("K\ud8001", "debtor_id_invisible"),
        ("K#1", "debtor_id_hash"),
    ],
)
def test_a_debtors_id_that_would_harm_a_key_is_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_debtor_id(text)
    assert refusal.value.code == code


def test_the_message_says_which_character_is_invisible_and_where() -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_debtor_id("K\u200b1")
    assert "U+200B na pozycji 2" in refusal.value.pl
    assert "U+200B at position 2" in refusal.value.en


@pytest.mark.parametrize("text", ["FV/2026/03/118", "FA #12", "1", "F-1/Ł"])
def test_an_invoice_number_may_hold_any_visible_character(text: str) -> None:
    assert parse_invoice_number(text) == text


def test_an_invoice_number_is_needed() -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_invoice_number(" ")
    assert refusal.value.code == "invoice_number_missing"


@given(st.text(), st.text())
def test_a_key_of_debtor_and_number_can_be_taken_apart_again(debtor: str, number: str) -> None:
    try:
        key = f"2026-03-02#{parse_debtor_id(debtor)}#{parse_invoice_number(number)}"
    except InvalidValue:
        return
    assert key.split("#", 2) == ["2026-03-02", parse_debtor_id(debtor), parse_invoice_number(number)]
    assert len(key.encode()) < 1024


@given(st.text(), st.sampled_from(PARSERS))
def test_what_was_read_once_is_read_as_itself(text: str, parse: Callable[[str], str]) -> None:
    try:
        value = parse(text)
    except InvalidValue:
        return
    assert parse(value) == value
