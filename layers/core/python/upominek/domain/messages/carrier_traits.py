"""What sets a carrier apart, in words that the rest of the product can act upon."""

from enum import StrEnum
from typing import NamedTuple

from upominek.domain.values.channel import Channel


class ReportNaming(StrEnum):
    """How a carrier's report says which message it is about."""

    OUR_TAGS = "our-tags"  # it returns all of our own key, so nothing has to be looked up
    ITS_ID = "its-id"  # it names the message as the carrier did when it took it
    OUR_REFERENCE = "our-reference"  # it returns the reminder's id, which went out with the message


# A tuple is defined in a fifth of the time that a dataclass takes, and every cold start of the sender waits for it.
class CarrierTraits(NamedTuple):
    """What sets a carrier apart, wherever it is asked.

    Attributes:
        channel: what it serves; None for a carrier of another version.
        recipient_pl, recipient_en: who receives a debtor's data with each of its messages, as art. 15 asks to be told.
        naming: how its reports name their message.
        is_reported: somebody reports what became of a message.
        has_reputation: what comes back counts against the account, so the creditor's lane has a brake.
    """

    channel: Channel | None
    recipient_pl: str
    recipient_en: str
    naming: ReportNaming = ReportNaming.OUR_TAGS
    is_reported: bool = True
    has_reputation: bool = False
