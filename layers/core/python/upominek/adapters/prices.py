"""Expected prices, from the file that comes with the product."""

import tomllib
from decimal import Decimal
from functools import cache
from importlib.resources import files

from upominek.domain.prices import Prices


@cache
def load_prices() -> Prices:
    """The prices of `data/sms_prices.toml`."""
    table = tomllib.loads((files("upominek") / "data" / "sms_prices.toml").read_text(encoding="utf-8"))
    return Prices(
        currency=table["currency"],
        sms_part={row["prefix"]: Decimal(row["price"]) for row in table["sms"]},
        email=Decimal(table["email"]["price"]),
    )
