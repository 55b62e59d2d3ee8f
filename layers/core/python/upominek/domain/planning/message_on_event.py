"""What a row says of a message on an event of a case; `docs/adding/message.md` has the steps."""

from collections.abc import Callable
from typing import NamedTuple

from upominek.domain.messages.occasion import OF_A_STEP, Occasion, OccasionTraits
from upominek.domain.planning.campaign import Step
from upominek.domain.planning.recheck import Gone
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.values.channel import Channel, Tone


class Words(Step):
    """What is said on an event: a step that is on no ladder, so it has its text's name."""

    __slots__ = ()

    # Python 3.12 has `override`; the package that has it before would be imported by every cold start of the sender.
    @property
    def name(self) -> str:  # type: ignore[explicit-override]
        """Name of the text."""
        return self.template


# A tuple is defined in a fifth of the time that a dataclass takes, and every cold start of the sender waits for it.
class MessageOnEvent(NamedTuple):
    """One kind of message that an event of a case brings.

    Attributes:
        kind: stored with each message, and the name of its text in `templates/<channel>/<language>/`.
        channels: in order of preference, as a step has them.
        gone: asked a moment before it goes, of each invoice as just read: why the event is none any more, or None.
    """

    kind: str
    channels: tuple[Channel, ...]
    gone: Callable[[Occasion, Invoice], Gone | None]
    tone: Tone = Tone.FRIENDLY
    traits: OccasionTraits = OF_A_STEP

    @property
    def words(self) -> Words:
        """What is said, and over which channels."""
        return Words(offset_days=0, channels=self.channels, template=self.kind, tone=self.tone)
