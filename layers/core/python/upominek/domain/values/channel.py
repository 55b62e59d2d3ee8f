"""How a debtor is reached, and in which tone."""

from enum import StrEnum


class Channel(StrEnum):
    """The ways a message can take."""

    SMS = "sms"
    EMAIL = "email"
    LETTER = "letter"  # printed and posted


class Tone(StrEnum):
    """How it is said."""

    FRIENDLY = "friendly"
    NEUTRAL = "neutral"
    FORMAL = "formal"
