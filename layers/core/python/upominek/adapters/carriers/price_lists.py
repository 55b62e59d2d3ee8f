"""Prices that are a carrier's own."""

from functools import cache
from importlib.resources import files

from upominek.adapters.carriers.registry import FOLDERS
from upominek.adapters.reference_data.prices import read_prices
from upominek.domain.messages.prices import Prices
from upominek.domain.values.carrier import Carrier


@cache
def carrier_prices(carrier: Carrier) -> Prices | None:
    """The carrier's own list, `prices.toml` in its folder in the form of the general one; None where that holds.

    Raises:
        InvalidValue: `prices_invalid`, with what is wrong.
    """
    own = files(FOLDERS[carrier]) / "prices.toml" if carrier in FOLDERS else None
    return read_prices(own, f"{carrier}/prices.toml") if own and own.is_file() else None
