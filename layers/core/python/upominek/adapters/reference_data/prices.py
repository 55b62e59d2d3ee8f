"""Expected prices: those that come with the product, or a file of one's own in the same form."""

import tomllib
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from upominek.domain.errors import InvalidValue
from upominek.domain.messages.prices import LetterPrices, Prices
from upominek.domain.values.money import parse_currency

SHIPPED = "data/sms_prices.toml"


@cache
def load_prices(file: str | None = None) -> Prices:
    """The prices of a file, or of the one that is shipped.

    Args:
        file: TOML as `data/sms_prices.toml` has it, with one's own prices (setting `PRICES_FILE`).

    Raises:
        InvalidValue: `prices_invalid`, with what is wrong and where.
    """
    return read_prices(files("upominek") / SHIPPED if file is None else Path(file), file)


def read_prices(place: Traversable, file: str | None) -> Prices:
    """The prices of a file in that form. Raises: InvalidValue: `prices_invalid`, which calls the file by this name."""
    try:
        table = tomllib.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _invalid(file, str(error)) from error
    try:
        return _prices(table)
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        what = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
        raise _invalid(file, what) from error


def _prices(table: dict[str, Any]) -> Prices:
    sms: dict[str, Decimal] = {}
    for row in table["sms"]:
        prefix = row["prefix"]
        if prefix in sms or (prefix and not prefix.isdecimal()):
            raise ValueError(f"prefix {prefix!r} stands twice or is no beginning of a number")
        sms[prefix] = _price(row["price"])
    if "" not in sms:
        raise ValueError('no [[sms]] with prefix = "", which fits every other number')
    letter = table["letter"]
    days = [row["as_of"] for row in (*table["sms"], table["email"], letter)]
    if not all(isinstance(day, date) for day in days):
        raise ValueError("as_of is a day without quotes, such as 2026-11-22")
    return Prices(
        currency=parse_currency(table["currency"]),
        sms_part=sms,
        email=_price(table["email"]["price"]),
        as_of=min(days),
        letter=LetterPrices(
            page=_price(letter["page"]),
            envelope=_price(letter["envelope"]),
            stamp=_price(letter["stamp"]),
            registered=_price(letter["registered"]),
        ),
    )


def _price(text: object) -> Decimal:
    if not isinstance(text, str):
        raise TypeError(f"the price {text} stands without quotes")  # a binary fraction would be another price
    price = Decimal(text)
    if not price.is_finite() or price < 0:
        raise ValueError(f"{text} is no price")
    return price


def _invalid(file: str | None, what: str) -> InvalidValue:
    name = file or SHIPPED
    return InvalidValue(
        "prices_invalid",
        pl=f"Nie da się użyć cennika {name}: {what}. Wzór: data/sms_prices.toml.",
        en=f"The prices of {name} cannot be used: {what}. Take data/sms_prices.toml as a pattern.",
    )
