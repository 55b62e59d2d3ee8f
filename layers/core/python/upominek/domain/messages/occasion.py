"""Why a message exists: because a step of a campaign's ladder has come, or because of an event of the case."""

from typing import Final, NamedTuple


# Tuples are defined in a fifth of the time that dataclasses take, and every cold start of the sender waits for them.
class Occasion(NamedTuple):
    """Why a message exists; without a kind it is a step of a ladder.

    It is part of the message's id, so each event is written about once, on the day of a reminder as well.

    Attributes:
        kind: of the event, by the name of its row in `planning.occasions`; a kind of another version stays as it is.
        id: of the event, in its case the only one of its kind.
    """

    kind: str = ""
    id: str = ""

    @property
    def is_step(self) -> bool:
        """Whether it is a step of a ladder."""
        return not self.kind

    @property
    def text(self) -> str:
        """As it is stored: `<kind>/<id>`, and nothing for a step."""
        return f"{self.kind}/{self.id}" if self.kind else ""


STEP: Final = Occasion()


def read_occasion(text: str) -> Occasion:
    """The occasion as it was stored, whether or not this version knows its kind."""
    kind, _, event = text.partition("/")
    return Occasion(kind, event)


class OccasionTraits(NamedTuple):
    """What sets messages of one kind of occasion apart; a step of a ladder is as the defaults say.

    Attributes:
        asks_for_payment: it goes only while something is owed, and never for what is time-barred.
        takes_place_of_demand: it counts within the caps of what asks for payment. Otherwise it is a notice: notices
            have places of their own, as many, so none keeps a demand back and none goes more often than the caps say.
    """

    asks_for_payment: bool = True
    takes_place_of_demand: bool = True


OF_A_STEP: Final = OccasionTraits()
