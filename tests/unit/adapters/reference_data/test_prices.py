"""Expected prices from a file."""

from decimal import Decimal
from pathlib import Path

import pytest

from upominek.adapters.reference_data.prices import load_prices
from upominek.domain.errors import InvalidValue

OWN = """
currency = "PLN"
[email]
price = "0.002"
as_of = 2026-03-01
[letter]
page = "0.11"
envelope = "0.25"
stamp = "5.00"
registered = "9.00"
as_of = 2026-03-01
[[sms]]
prefix = "48"
price = "0.09"
as_of = 2026-02-01
[[sms]]
prefix = ""
price = "0.50"
as_of = 2026-03-01
"""


def test_ones_own_prices_take_the_place_of_the_shipped_ones(tmp_path: Path) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(OWN)
    prices = load_prices(str(file))
    assert (prices.currency, prices.email, str(prices.as_of)) == ("PLN", Decimal("0.002"), "2026-02-01")
    assert prices.of_sms("+48512345678", 2) == Decimal("0.18")
    assert prices.of_letter(2, is_registered=False) == Decimal("5.47")
    assert prices.of_letter(1, is_registered=True) == Decimal("9.36")
    assert load_prices().currency == "USD"


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('currency = "PLN"', "", "currency is missing"),
        ('currency = "PLN"', 'currency = "XXX"', "Unknown currency"),
        ('"0.09"', '"dear"', "prices"),
        ('"0.09"', '"-1"', "-1 is no price"),
        ('"0.09"', "0.09", "prices"),
        ('prefix = "48"', 'prefix = "+48"', "beginning of a number"),
        ('prefix = "48"', 'prefix = ""', "stands twice"),
        ('prefix = ""', 'prefix = "4"', "every other number"),
        ("[letter]", "[letters]", "letter is missing"),
        ('"5.00"', "5.00", "without quotes"),
        ("as_of = 2026-02-01", 'as_of = "2026-02-01"', "without quotes"),
        ("[email]", "[email", "prices"),
    ],
)
def test_a_file_of_no_use_is_named_with_its_mistake(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(OWN.replace(right, wrong, 1))
    with pytest.raises(InvalidValue, match=r"prices\.toml") as caught:
        load_prices(str(file))
    assert caught.value.code == "prices_invalid"
    assert said in caught.value.en


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(InvalidValue, match="nowhere"):
        load_prices("/nowhere.toml")
