"""The carriers that this version knows: one folder and one line each.

A folder has a module `carrier` that says what sets its carrier apart and makes what brings its messages; it is imported
when its carrier is first met, so no cold start pays for the others.
"""

from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Final

from upominek.domain.errors import NotUnderstood
from upominek.domain.messages.carrier_traits import CarrierTraits
from upominek.domain.values.carrier import PRINT, SES, SNS, Carrier

FOLDERS: Final[dict[Carrier, str]] = {
    SNS: "upominek.adapters.carriers.sns",
    SES: "upominek.adapters.carriers.ses",
    PRINT: "upominek.adapters.carriers.print",
}

_UNKNOWN: Final = CarrierTraits(channel=None, recipient_pl="", recipient_en="")


class CarrierRegistry:
    """What use cases ask of carriers."""

    @staticmethod
    def known() -> tuple[Carrier, ...]:
        """All that this version can send over."""
        return tuple(FOLDERS)

    @staticmethod
    def traits(carrier: Carrier) -> CarrierTraits:
        """What sets the carrier apart; of one of another version nothing is known but its name."""
        if carrier not in FOLDERS:
            return _UNKNOWN._replace(recipient_pl=carrier.value, recipient_en=carrier.value)
        traits: CarrierTraits = own_module(carrier).TRAITS
        return traits


CARRIERS: Final = CarrierRegistry()


def own_module(carrier: Carrier) -> ModuleType:
    """The module `carrier` of its folder. Raises: NotUnderstood: it is a carrier of another version."""
    if carrier not in FOLDERS:
        raise NotUnderstood("carrier", carrier.value)
    return _module(FOLDERS[carrier])


@cache
def _module(folder: str) -> ModuleType:
    return import_module(f"{folder}.carrier")
