"""The text of an SMS as networks carry and bill it: GSM 03.38, its parts, and a form of a text that fits in it.

Source: 3GPP TS 23.038, 6.2.1 (alphabet and extension table) and TS 23.040, 9.2.3.24.1 (parts); AWS End User Messaging,
"SMS character limits".
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

GSM_BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""What takes one septet (the escape, 0x1B, is no character of its own)."""
GSM_EXTENSION: Final = "\f^{}\\[~]|€"
"""What takes two: the escape and a septet that belongs to it."""

LONGEST_GSM_TEXT: Final = 1600
LONGEST_UCS2_TEXT: Final = 630
"""What AWS takes in one message, in units."""

# A single message has no header; the parts of a longer one carry six bytes each that join them.
_GSM_SINGLE: Final = 160
_GSM_PART: Final = 153
_UCS2_SINGLE: Final = 70
_UCS2_PART: Final = 67

_ESCAPE: Final = "\x1b"
_HIGH_SURROGATES: Final = range(0xD8, 0xDC)
_NOT_BASIC: Final = re.compile(f"[^{re.escape(GSM_BASIC)}]")
_NOT_GSM: Final = re.compile(f"[^{re.escape(GSM_BASIC + GSM_EXTENSION)}]")
_EXTENSION: Final = re.compile(f"[{re.escape(GSM_EXTENSION)}]")
# Deleting bytes is four times as fast as a regular expression, and nearly every text is plain ASCII.
_ASCII_BASIC: Final = "".join(filter(str.isascii, GSM_BASIC)).encode()
_ASCII_EXTENSION: Final = "".join(filter(str.isascii, GSM_EXTENSION)).encode()

_POLISH: Final = "cp1250"
"""A code page of one byte a character that has what Polish texts are written with."""
_NOT_SO_SIMPLE: Final = b"\x00"

_CUSTOMARY: Final = (
    dict.fromkeys("„”“‟«»″〝〞", '"')
    | dict.fromkeys("‚‘’‛‹›′`´ʼʻʹ", "'")
    | dict.fromkeys("‐‑‒–—―−⁃•‣", "-")
    | dict.fromkeys("·∙⋅", ".")
    | dict.fromkeys("\t\u1680\u3164", " ")
    | dict.fromkeys("\v\x85\u2028\u2029", "\n")
    | {"⁄": "/", "∕": "/", "÷": "/", "×": "x", "±": "+/-", "≤": "<=", "≥": ">=", "≈": "~", "°": "o", "¦": "|"}
    | {"→": "->", "←": "<-", "⇒": "=>", "©": "(c)", "®": "(r)"}
    | {"Œ": "OE", "œ": "oe", "Þ": "Th", "þ": "th", "Ð": "D", "ð": "d", "ẞ": "SS", "ĸ": "k", "ı": "i", "ȷ": "j"}
    | {"Ŋ": "N", "ŋ": "n", "Ə": "E", "ə": "e", "Ɛ": "E", "ɛ": "e", "Ǝ": "E", "ǝ": "e", "Ɔ": "O", "ɔ": "o", "µ": "u"}
)
# Ł, đ and ħ have no decomposition in Unicode, yet their names say what they are drawn from.
_LATIN_NAME: Final = re.compile(r"LATIN (?P<size>CAPITAL|SMALL) LETTER (?P<base>[A-Z])(?: WITH (?!SMALL ).+)?")
_ORNAMENTS: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Sk", "So"})
# Marks of other scripts are not among them: Hebrew, Thai or Hindi cannot be read without theirs.
_MARKS: Final = ("COMBINING ", "VARIATION SELECTOR")


class Encoding(StrEnum):
    """How a text travels: seven bits a character, or sixteen as soon as one character is outside GSM 03.38."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


# Looking a member up in its class takes longer than adding up an SMS.
_GSM_7: Final = Encoding.GSM_7
_UCS_2: Final = Encoding.UCS_2


class SmsParts(NamedTuple):
    """What a text becomes on its way: `units` are septets for GSM-7 and 16-bit units for UCS-2.

    A tuple, since a frozen dataclass takes as long to make as the counting does.
    """

    encoding: Encoding
    parts: int
    units: int
    text: str

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # of Python 3.12
        return f"SmsParts({self.encoding.value}, parts={self.parts}, units={self.units})"

    @property
    def split(self) -> list[str]:
        """The text of each part. Cut only when asked for: planning counts millions of texts and shows few."""
        if self.parts <= 1:
            return [self.text] if self.text else []
        return _gsm_pieces(self.text) if self.encoding is _GSM_7 else _ucs2_pieces(self.text)

    @property
    def is_too_long(self) -> bool:
        """Whether AWS would refuse the text as one message."""
        return self.units > (LONGEST_GSM_TEXT if self.encoding is _GSM_7 else LONGEST_UCS2_TEXT)


def segments(text: str) -> SmsParts:
    """Count a text as it would be sent and billed, exactly as it stands.

    A pair (escape and character, high and low surrogate) never straddles two parts, so a part may stay one unit short.
    An empty text has no parts.
    """
    extended = _extension_count(text)
    if extended is not None:
        units = len(text) + extended
        if units <= _GSM_SINGLE:
            return SmsParts(_GSM_7, 1 if text else 0, units, text)
        parts = len(_gsm_pieces(text)) if extended else -(-units // _GSM_PART)
        return SmsParts(_GSM_7, parts, units, text)
    # A lone surrogate, which JSON can smuggle in, is counted like any other unit.
    units = len(text.encode("utf-16-be", "surrogatepass")) // 2
    if units <= _UCS2_SINGLE:
        return SmsParts(_UCS_2, 1, units, text)
    parts = -(-units // _UCS2_PART) if units == len(text) else len(_ucs2_pieces(text))
    return SmsParts(_UCS_2, parts, units, text)


def transliterate(text: str) -> str:
    """The same text within GSM 03.38 as far as that loses no meaning; idempotent.

    What GSM 03.38 has is kept (é, ö, €). Latin letters with marks become their base (ą, ó, ő → a, o, o), letters
    without a base their customary spelling (œ → oe, þ → th); typographic quotes, dashes, spaces and ellipsis what a
    typewriter has; digits of other scripts 0–9. Emoji, ornaments and invisible characters are left out. Letters of
    other scripts (Cyrillic, Hebrew …) stay: the message then goes as UCS-2, dearer and legible; `?` would garble names.
    """
    if _extension_count(text) is not None:
        return text
    if (polish := _from_polish(text)) is not None:
        return polish
    fitted = _NOT_GSM.sub(_gsm_form, unicodedata.normalize("NFC", text))
    # Letters that only an invisible character kept apart may compose now.
    return unicodedata.normalize("NFC", fitted)


def fitted(text: str) -> SmsParts:
    """The parts of the text as `transliterate` writes it."""
    if text.isascii():
        parts = segments(text)
        return parts if parts.encoding is _GSM_7 else segments(transliterate(text))
    return segments(_from_polish(text) or transliterate(text))


def _from_polish(text: str) -> str | None:
    """The text in ASCII, a hundred times as fast as letter by letter; None where that is not all there is to do."""
    try:
        given = text.encode(_POLISH)
    except UnicodeEncodeError:
        return None
    fitted = given.translate(_polish_letters())
    return None if _NOT_SO_SIMPLE in fitted else fitted.decode("ascii")


@lru_cache(maxsize=1)
def _polish_letters() -> bytes:
    """For each byte of the code page the one ASCII character that stands for it, where it is just one."""

    def form(byte: int) -> bytes:
        character = bytes((byte,)).decode(_POLISH, "replace")
        fitted = character if character in GSM_BASIC + GSM_EXTENSION else _fitted(character)
        return fitted.encode() if len(fitted) == 1 and fitted.isascii() else _NOT_SO_SIMPLE

    return b"".join(map(form, range(256)))


def _extension_count(text: str) -> int | None:
    """How many characters take two septets; None when one is outside GSM 03.38."""
    if text.isascii():
        rest = text.encode().translate(None, _ASCII_BASIC)
        return None if rest and rest.translate(None, _ASCII_EXTENSION) else len(rest)
    if (unusual := _NOT_BASIC.search(text)) is None:
        return 0
    if unusual[0] not in GSM_EXTENSION or _NOT_GSM.search(text, unusual.end()):
        return None
    return len(_EXTENSION.findall(text, unusual.start()))


def _gsm_pieces(text: str) -> list[str]:
    escaped = _EXTENSION.sub(rf"{_ESCAPE}\g<0>", text)
    cuts = _cuts(len(escaped), _GSM_PART, lambda at: escaped[at] == _ESCAPE)
    return [escaped[start:end].replace(_ESCAPE, "") for start, end in cuts]


def _ucs2_pieces(text: str) -> list[str]:
    encoded = text.encode("utf-16-be", "surrogatepass")
    cuts = _cuts(len(encoded) // 2, _UCS2_PART, lambda at: encoded[2 * at] in _HIGH_SURROGATES)
    return [encoded[2 * start : 2 * end].decode("utf-16-be", "surrogatepass") for start, end in cuts]


def _cuts(units: int, size: int, opens_pair: Callable[[int], bool]) -> Iterator[tuple[int, int]]:
    """Where each part starts and ends, given which units open a pair."""
    start = 0
    while start < units:
        end = min(start + size, units)
        if end < units and opens_pair(end - 1):
            end -= 1
        yield start, end
        start = end


def _gsm_form(match: re.Match[str]) -> str:
    return _fitted(match[0])


@lru_cache(maxsize=4096)
def _fitted(character: str) -> str:
    """What stands for one character outside GSM 03.38: itself when nothing within can."""
    if (customary := _CUSTOMARY.get(character)) is not None:
        return customary
    if latin := _LATIN_NAME.fullmatch(unicodedata.name(character, "")):
        return latin["base"] if latin["size"] == "CAPITAL" else latin["base"].lower()
    if (decomposed := unicodedata.normalize("NFKD", character)) != character:
        form = _NOT_GSM.sub(_gsm_form, decomposed)
        if form and not _NOT_GSM.search(form):
            # 1½ is not 11/2.
            return f" {form}" if unicodedata.name(character).startswith("VULGAR FRACTION") else form
    if (digit := unicodedata.decimal(character, None)) is not None:
        return str(digit)
    if unicodedata.category(character) in _ORNAMENTS or unicodedata.name(character, "").startswith(_MARKS):
        return ""
    return character
