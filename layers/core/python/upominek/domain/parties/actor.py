"""Who asks for something to be changed, and through which face."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from upominek.domain.errors import InvalidValue, NotFound

LONGEST_NAME: Final = 200


class Face(StrEnum):
    """What a person works through."""

    COMMAND_LINE = "command-line"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who manages something. The name is written down wherever the history says who did it.

    Attributes:
        name: 1 to 200 characters, without spaces around it.
        creditors: whose affairs the person may manage; None for all, as whoever holds the account's keys may.
    """

    name: str
    face: Face
    creditors: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if not self.name.strip() or self.name != self.name.strip() or len(self.name) > LONGEST_NAME:
            raise InvalidValue("by_missing", pl="Podaj, kto to robi.", en="Say who does it.")

    def require(self, creditor: str) -> None:
        """Let only those go on who may manage this creditor; others learn not even that it exists.

        Raises:
            NotFound: `creditor_not_found`.
        """
        if self.creditors is not None and creditor not in self.creditors:
            raise NotFound(
                "creditor_not_found", pl=f"Nie ma wierzyciela „{creditor}”.", en=f"There is no creditor “{creditor}”."
            )

    def require_all(self) -> None:
        """Let only those go on who may manage everything.

        Raises:
            NotFound: `not_found`.
        """
        if self.creditors is not None:
            raise NotFound("not_found", pl="Nie ma takiej czynności.", en="There is no such thing to do.")
