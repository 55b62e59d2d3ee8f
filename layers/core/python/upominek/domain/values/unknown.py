"""Stored words that this version does not know: after a rollback, or while two versions run side by side.

A reader keeps such a word as it stands, so that the rest of the case can be read, shown and written back unchanged.
Whoever decides by the word must say what it means that it is not known: `match` with `assert_never` asks for it.
"""

from enum import StrEnum
from typing import TypeVar

Kind = TypeVar("Kind", bound=StrEnum)


class Unknown(str):
    """A word of another version, in place of a member of an enum."""

    __slots__ = ()

    @property
    def value(self) -> str:
        """The word as it is stored, as the members of enums have it."""
        return str(self)


def read_word(kind: type[Kind], word: str) -> Kind | Unknown:
    """The member that the stored word stands for, or the word itself."""
    try:
        return kind(word)
    except ValueError:
        return Unknown(word)
