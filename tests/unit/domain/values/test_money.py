import pytest
from hypothesis import given
from hypothesis import strategies as st

from upominek.domain.errors import InvalidValue
from upominek.domain.values.money import DECIMALS, Money, Totals, parse_amount, parse_currency

SPACES = (" ", "\u00a0", "\u202f", "\u2009")
currencies = st.sampled_from(sorted(DECIMALS))
amounts = st.builds(Money, st.integers(-(10**14), 10**14), currencies)


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize(
    "written", ["1{}234,56", "1{}234.56", "1{}234,56{}zł", "PLN{}1{}234,56", "1{}234,56 PLN", "+1{}234,56"]
)
def test_every_kind_of_space_may_group_digits(written: str, space: str) -> None:
    assert parse_amount(written.replace("{}", space)) == Money(123456)


@pytest.mark.parametrize(
    ("text", "grosze"),
    [
        ("1234.56", 123456),
        ("1234,56", 123456),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1 234 567,89 zł", 123456789),
        ("1.234.567", 123456700),
        ("1,234,567.8", 123456780),
        ("0", 0),
        ("0,01", 1),
        ("0,5", 50),
        (",50", 50),
        ("007", 700),
        ("10 000 000.00", 1_000_000_000),
        ("100zl", 10000),
        ("zł 100", 10000),
        ("100 zł.", 10000),
        ("100 pln", 10000),
        ("1'234,56", 123456),
        ("1’234’567.80", 123456780),
        ("1234.5600", 123456),
        ("1234.500", 123450),
        ("12,3000", 1230),
        ("0,000", 0),
        ("\ufeff100".removeprefix("\ufeff"), 10000),
    ],
)
def test_the_usual_ways_to_write_an_amount_are_read(text: str, grosze: int) -> None:
    assert parse_amount(text) == Money(grosze)


@pytest.mark.parametrize(
    "text",
    [
        "-12,00",
        "- 12,00",
        "−12,00",
        "–12,00",
        "12,00-",
        "12,00 -",
        "PLN -12",
        "-PLN 12",
        "-12 zł",
        "(12,00)",
        "( 12,00 )",
        "(12,00 zł)",
        "(12,00) zł",
        "PLN (12)",
        "(12.0000)",
    ],
)
def test_a_credit_note_is_negative_whatever_its_minus_looks_like(text: str) -> None:
    assert parse_amount(text) == Money(-1200)


@pytest.mark.parametrize("text", ["1.234", "1,234", "12.345", "123,456", "-1.234", "1.234 zł"])
def test_one_sign_before_three_digits_could_mean_two_things_and_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_amount(text)
    assert refusal.value.code == "amount_ambiguous"
    digits = "".join(filter(str.isdigit, text))
    assert f"{digits},00" in refusal.value.pl
    assert f"{digits}.00" in refusal.value.en


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "amount_missing"),
        (" \u00a0", "amount_missing"),
        ("brak", "amount_invalid"),
        ("zł", "amount_invalid"),
        ("12 34,56", "amount_invalid"),
        ("1.234.56", "amount_invalid"),
        ("1.234,56.7", "amount_invalid"),
        ("1 234.567,89", "amount_invalid"),
        ("5,", "amount_invalid"),
        ("--5", "amount_invalid"),
        ("-5-", "amount_invalid"),
        ("PLN 5 zł", "amount_invalid"),
        ("1,23E+05", "amount_invalid"),
        ("5e2", "amount_invalid"),
        ("١٢", "amount_invalid"),
        ("=1+1", "amount_invalid"),
        ("NaN", "amount_invalid"),
        ("0,234", "amount_decimals"),
        ("1234,567", "amount_decimals"),
        ("1 234,567", "amount_decimals"),
        ("1" * 16, "amount_too_large"),
        ("9" * 10_000, "amount_too_large"),
        ("5 XYZ", "currency_unknown"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_code_and_a_way_out(text: str, code: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_amount(text)
    assert refusal.value.code == code
    assert len(refusal.value.pl) < 200
    assert len(refusal.value.en) < 200


def test_the_text_decides_the_currency_when_nothing_else_does() -> None:
    assert parse_amount("12,50 EUR") == parse_amount("€ 12.50") == Money(1250, "EUR")


def test_a_currency_given_beside_the_amount_is_used_in_any_case() -> None:
    assert parse_amount("12,50", "eur") == Money(1250, "EUR")


def test_two_currencies_that_disagree_are_refused() -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_amount("12,50 zł", "EUR")
    assert refusal.value.code == "currency_mismatch"


def test_currencies_without_decimals_take_none() -> None:
    assert parse_amount("1 234 JPY") == Money(1234, "JPY")
    with pytest.raises(InvalidValue) as refusal:
        parse_amount("1234,50 JPY")
    assert refusal.value.code == "amount_decimals"


def test_three_digits_after_a_dot_are_decimals_where_the_currency_has_three() -> None:
    assert parse_amount("1.234", "KWD") == Money(1234, "KWD")
    with pytest.raises(InvalidValue):
        parse_amount("1,234", "KWD")


@pytest.mark.parametrize(
    ("money", "plain"),
    [
        (Money(123456), "1234.56"),
        (Money(5), "0.05"),
        (Money(-5), "-0.05"),
        (Money(0), "0.00"),
        (Money(1234, "JPY"), "1234"),
        (Money(-1234, "KWD"), "-1.234"),
        (Money(5, "KWD"), "0.005"),
    ],
)
def test_plain_has_a_dot_and_the_digits_of_its_currency(money: Money, plain: str) -> None:
    assert money.plain() == plain


@given(amounts)
def test_what_is_written_plainly_is_read_back(money: Money) -> None:
    assert parse_amount(money.plain(), money.currency) == money


@given(st.integers(-(10**9), 10**9), st.sampled_from([*SPACES, ".", ""]), st.sampled_from([" zł", " PLN", ""]))
def test_what_is_written_in_polish_is_read_back(grosze: int, group: str, unit: str) -> None:
    written = f"{abs(grosze) // 100:,}".replace(",", group) + f",{abs(grosze) % 100:02}{unit}"
    assert parse_amount(f"-{written}" if grosze < 0 else written) == Money(grosze)


@given(st.text())
def test_no_text_does_worse_than_being_refused(text: str) -> None:
    try:
        money = parse_amount(text)
    except InvalidValue:
        return
    assert money.currency in DECIMALS


def test_amounts_of_one_currency_add_up_and_compare() -> None:
    assert Money(100) + Money(50) - Money(30) == Money(120)
    assert -Money(5) == Money(-5)
    assert Money(1) < Money(2) <= Money(2)
    assert Money(3) > Money(2) >= Money(2)
    assert max(Money(1), Money(3), Money(2)) == Money(3)


@pytest.mark.parametrize("operation", ["__add__", "__sub__", "__lt__", "__le__"])
def test_amounts_of_two_currencies_never_meet(operation: str) -> None:
    with pytest.raises(ValueError, match="EUR is never"):
        getattr(Money(1), operation)(Money(1, "EUR"))


def test_totals_keep_one_sum_for_each_currency() -> None:
    totals = Totals.of([Money(100), Money(30, "EUR"), Money(-40), Money(1, "EUR")])
    assert totals.sums == (Money(31, "EUR"), Money(60))
    assert totals.within("PLN") == Money(60)
    assert totals.within("USD") == Money(0, "USD")


@given(st.lists(amounts))
def test_totals_do_not_depend_on_order(several: list[Money]) -> None:
    assert Totals.of(several) == Totals.of(reversed(several))


def test_an_unknown_currency_is_named_but_not_at_length() -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_currency("złoty polski " * 1000)
    assert refusal.value.code == "currency_unknown"
    assert len(refusal.value.pl) < 200
