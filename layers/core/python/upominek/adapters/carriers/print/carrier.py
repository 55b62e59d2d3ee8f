"""The day's batch of letters: gathered here, printed and posted by whoever fetches it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Never

from upominek.domain.messages.carrier_traits import CarrierTraits
from upominek.domain.values.channel import Channel

if TYPE_CHECKING:
    from upominek.adapters.carriers.carrier_module import Resources
    from upominek.adapters.carriers.print.sender import PostLetter
    from upominek.settings import Settings

TRAITS: Final = CarrierTraits(
    channel=Channel.LETTER,
    is_reported=False,
    recipient_pl="drukarnia i poczta (pisma)",
    recipient_en="printers and post (letters)",
)
LETTERS_PER_SECOND: Final = 1000.0
"""No account limits them: letters wait for the evening anyway."""


def sender(of: "Resources") -> "PostLetter":
    """Letters put among those to print."""
    from upominek.adapters.carriers.print.sender import PostLetter  # noqa: PLC0415 - with the first letter

    return PostLetter(of.store_letter)


def per_second(_: "Settings") -> float:
    """Letters."""
    return LETTERS_PER_SECOND


def read_report(_: Mapping[str, Any]) -> Never:
    """Nobody reports of the post."""
    raise ValueError("nobody reports of printed letters")
