"""How much people may write, through whichever face: what they write is kept for years, and an item of it is finite."""

from typing import Final

from upominek.domain.errors import InvalidValue

LONGEST_LINE: Final = 200
"""Characters of a reason, a name, a line."""

LONGEST_NOTE: Final = 2000
"""Characters of a note."""


def check_length(text: str, longest: int) -> None:
    """Raises: InvalidValue: `text_too_long`."""
    if len(text) > longest:
        raise InvalidValue(
            "text_too_long",
            pl=f"Tekst ma {len(text)} znaków, dozwolone jest {longest}. Skróć go.",
            en=f"The text has {len(text)} characters, {longest} are allowed. Shorten it.",
        )
