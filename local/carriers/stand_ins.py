"""Which carriers are played here, by the names of their folders: one module and one line each."""

from typing import TYPE_CHECKING

from local.carriers import ses, sns

if TYPE_CHECKING:
    from types import ModuleType

STAND_INS: dict[str, "ModuleType"] = {"ses": ses, "sns": sns}
"""Each is asked whether a call is one of its own; what is nobody's goes on to the emulator as it is."""
