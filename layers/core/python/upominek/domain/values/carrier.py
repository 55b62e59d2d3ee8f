"""Who brings a message. The channel is how a debtor is reached, the carrier who takes the message there."""

from typing import Final

from upominek.domain.values.channel import Channel
from upominek.domain.values.unknown import Unknown


class Carrier(str):
    """The short name of a carrier, such as `sns`: the name of its folder, and the word that is stored.

    It is a word and no enum, so that one more carrier changes nothing here: the registry of carriers says which words
    this version knows. A word of another version is kept and shown like any other, and nobody sends over it.
    """

    __slots__ = ()

    @property
    def value(self) -> str:
        """The word as it is stored, as the members of enums have it."""
        return str(self)


SNS: Final = Carrier("sns")
SES: Final = Carrier("ses")
PRINT: Final = Carrier("print")


def first_carrier(channel: Channel | Unknown) -> Carrier:
    """The carrier of a channel where nobody chose one; whatever was stored without a carrier went over it."""
    match channel:
        case Channel.SMS:
            return SNS
        case Channel.EMAIL:
            return SES
        case Channel.LETTER:
            return PRINT
        case Unknown():
            return Carrier(channel.value)
