"""Expected prices."""

from decimal import Decimal

import pytest

from upominek.domain.messages.prices import Prices

PRICES = Prices("USD", {"": Decimal("0.1"), "48": Decimal("0.04"), "4": Decimal("0.2")}, Decimal("0.0001"))


@pytest.mark.parametrize(
    ("number", "parts", "price"),
    [("+48512345678", 2, "0.08"), ("+4915112345678", 1, "0.2"), ("+15551234567", 3, "0.3"), ("+48512345678", 0, "0")],
)
def test_the_longest_beginning_of_a_number_sets_the_price(number: str, parts: int, price: str) -> None:
    assert PRICES.of_sms(number, parts) == Decimal(price)


def test_a_number_without_a_price_is_an_error() -> None:
    with pytest.raises(LookupError, match=r"\+4951"):
        Prices("USD", {"48": Decimal(1)}, Decimal(0)).of_sms("+4951512345678", 1)
