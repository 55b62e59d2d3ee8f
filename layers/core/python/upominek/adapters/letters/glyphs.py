"""What of a text can be printed: the fonts of letters have no emoji and no Chinese, and PDF/A has no missing glyph."""

import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

from upominek.domain.values.display_text import visible

PLACEHOLDER: Final = "□"

# Emoji say nothing that a letter must say; what joins and colours them goes with them.
_UNSAID: Final = frozenset({"So", "Sk", "Cf", "Mn", "Me", "Cn", "Co"})
_NO_BREAK_SPACE: Final = "\u00a0"
_NO_BREAK_HYPHEN: Final = "\u2011"


def printable(text: str) -> tuple[str, str]:
    """The text as it can be set, and the characters that had to be replaced by `□`.

    Letters in fancy shapes become plain ones, emoji vanish, and any other character that the fonts lack is marked.
    """
    seen = visible(text)
    if _printable().issuperset(seen):
        return seen, ""
    missing: list[str] = []
    pieces = []
    for character in unicodedata.normalize("NFC", seen):
        shape = character if character in _printable() else unicodedata.normalize("NFKC", character)
        if _printable().issuperset(shape):
            pieces.append(shape)
        elif unicodedata.category(character) not in _UNSAID:
            pieces.append(PLACEHOLDER)
            missing.append(character)
    return "".join(pieces).strip() or PLACEHOLDER, "".join(missing)


def unbound(text: str) -> str:
    """The text with plain spaces and hyphens, for a title that programs show."""
    return text.replace(_NO_BREAK_SPACE, " ").replace(_NO_BREAK_HYPHEN, "-")


@cache
def _printable() -> frozenset[str]:
    source = (files("upominek") / "data" / "letter_glyphs.txt").read_text(encoding="ascii")
    ranges = " ".join(line for line in source.splitlines() if not line.startswith("#")).split()
    found: set[str] = set()
    for one in ranges:
        first, _, last = one.partition("-")
        found.update(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return frozenset(found)
