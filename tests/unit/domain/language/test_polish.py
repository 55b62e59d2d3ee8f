from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upominek.domain.language.polish import POLISH, long_amount, long_date, short_amount, short_date
from upominek.domain.messages.sms import Encoding, segments
from upominek.domain.values.money import Money, parse_amount


@pytest.mark.parametrize(
    ("count", "form"),
    [
        *((count, "faktura") for count in (1, -1)),
        *((count, "faktury") for count in (2, 3, 4, 22, 34, 102, 1003)),
        *((count, "faktur") for count in (0, 5, 11, 12, 13, 14, 15, 21, 25, 101, 111, 112, 1000, 1012)),
    ],
)
def test_the_form_goes_with_the_count(count: int, form: str) -> None:
    assert POLISH.plural(count, "faktura", "faktury", "faktur") == form


@pytest.mark.parametrize(
    ("money", "long", "short"),
    [
        (Money(123456), "1\u00a0234,56\u00a0zł", "1234,56 PLN"),
        (Money(1), "0,01\u00a0zł", "0,01 PLN"),
        (Money(1_000_000_000), "10\u00a0000\u00a0000,00\u00a0zł", "10000000,00 PLN"),
        (Money(-123456, "EUR"), "-1\u00a0234,56\u00a0EUR", "-1234,56 EUR"),
        (Money(-5), "-0,05\u00a0zł", "-0,05 PLN"),
        (Money(12345, "JPY"), "12\u00a0345\u00a0JPY", "12345 JPY"),
        (Money(1234, "KWD"), "1,234\u00a0KWD", "1,234 KWD"),
    ],
)
def test_amounts_are_long_in_mail_and_short_in_sms(money: Money, long: str, short: str) -> None:
    assert long_amount(money) == long
    assert short_amount(money) == short


@given(st.integers(-(10**12), 10**12), st.sampled_from(["PLN", "EUR", "USD", "CZK"]))
def test_both_forms_are_read_back_and_the_short_one_is_gsm(grosze: int, currency: str) -> None:
    money = Money(grosze, currency)
    assert parse_amount(long_amount(money)) == money
    assert parse_amount(short_amount(money)) == money
    assert segments(short_amount(money)).encoding is Encoding.GSM_7


def test_dates_are_written_in_words_and_in_figures() -> None:
    assert long_date(date(2026, 3, 2)) == "2 marca 2026"
    assert short_date(date(2026, 3, 2)) == "02.03.2026"
    assert [long_date(date(2026, month, 1)).split()[1][:3] for month in range(1, 13)] == [
        *("sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru")
    ]
