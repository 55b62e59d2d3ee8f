"""Which encoding a file is in: decided on the whole file, because the first Polish letter may come after a gigabyte.

UTF-16 shows at once (by its byte order mark, or by a zero in every second byte). For the rest there are three
candidates that agree in ASCII: UTF-8, Windows-1250 (the Polish Excel's) and ISO-8859-2. Counting tells them apart,
and from CP852, which nobody is to read as one of them:

- Well-formed multi-byte sequences speak for UTF-8, bytes that fit into none against it. Both are counted, so that one
  broken byte in a gigabyte of UTF-8 spoils one cell and not all the others.
- `ÓŁ`, `ÓŻ` and their like in Windows-1250 happen to be well-formed UTF-8 (D3 A3, D3 AF), and SPÓŁKA is a common word:
  sequences that start with such a byte mean a letter that no Polish file has, so they count against UTF-8.
- Windows-1250 and ISO-8859-2 differ, among Polish letters, in ą ś ź Ą Ś Ź only: each counts its own bytes for them.
"""

import codecs
import re
from collections.abc import Iterable, Iterator

UTF_8 = "utf-8"
UTF_16_LE = "utf-16-le"
UTF_16_BE = "utf-16-be"
WINDOWS_1250 = "cp1250"
ISO_8859_2 = "iso8859-2"

BYTE_ORDER_MARKS = {codecs.BOM_UTF8: UTF_8, codecs.BOM_UTF16_LE: UTF_16_LE, codecs.BOM_UTF16_BE: UTF_16_BE}

DIFFERING_LETTERS = "ąśźĄŚŹ"
# Windows-1250 has typographic marks where ISO-8859-2 has control characters, which no table contains.
ONLY_WINDOWS_1250 = frozenset(DIFFERING_LETTERS.encode(WINDOWS_1250)) | frozenset("„”“’–—…€‹›".encode(WINDOWS_1250))
ONLY_ISO_8859_2 = frozenset(DIFFERING_LETTERS.encode(ISO_8859_2))
# ł, ś and ó in CP852: nothing, or a sign of no use, in Windows-1250, and control characters in ISO-8859-2.
ONLY_DOS = frozenset("łśó".encode("cp852"))
# The same letters as Windows-1250 and ISO-8859-2 have them; in CP852 they are lines of frames, or rare letters.
NOT_DOS = frozenset("łśóęż".encode(WINDOWS_1250)) | frozenset("łśóęż".encode(ISO_8859_2))
# Ó, Ć and Ę in Windows-1250; as first bytes in UTF-8 they begin Abkhazian, phonetic and other rare letters.
MISLEADING_LEADS = "ÓĆĘ".encode(WINDOWS_1250)
NOT_ASCII = bytes(range(0x80, 0x100))

ZERO_SHARE = 0.3
"""The share of zeros in every second place that makes it UTF-16 without a mark; the ASCII of a header gives more."""


def marked(head: bytes) -> tuple[str | None, int]:
    """The encoding that the first bytes settle (None: the whole file must), and the length of the byte order mark."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if head.startswith(mark):
            return encoding, len(mark)
    enough = len(head) // 2 * ZERO_SHARE
    zeros_even, zeros_odd = head[0::2].count(0), head[1::2].count(0)
    if enough and zeros_odd > enough > zeros_even:
        return UTF_16_LE, 0
    if enough and zeros_even > enough > zeros_odd:
        return UTF_16_BE, 0
    return None, 0


def is_utf_16(encoding: str | None) -> bool:
    """Whether rows must be looked for in a transcoded copy."""
    return encoding in {UTF_16_LE, UTF_16_BE}


def rows_encoding(encoding: str) -> str:
    """What the rows are in by the time they are read: UTF-16 has been turned into UTF-8 by then."""
    return UTF_8 if is_utf_16(encoding) else encoding


def ascii_compatible(blocks: Iterable[bytes], encoding: str | None) -> Iterator[bytes]:
    """The blocks as they are; UTF-16 turned into UTF-8."""
    if encoding is None or not is_utf_16(encoding):
        yield from blocks
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for block in blocks:
        yield decoder.decode(block).encode()
    yield decoder.decode(b"", final=True).encode()


class Evidence:
    """Counts what speaks for each encoding, piece by piece; pieces end at row ends, so no character is cut."""

    def __init__(self) -> None:
        self._well_formed = 0
        self._ill_formed = 0
        self._only_windows_1250 = 0
        self._only_iso_8859_2 = 0
        self._only_dos = 0
        self._not_dos = 0

    def add(self, piece: bytes) -> None:
        """Take a further piece of the file into account."""
        if piece.isascii():
            return
        text = piece.decode(UTF_8, "replace")
        lost = text.count("\ufffd")
        misled = sum(map(piece.count, MISLEADING_LEADS))
        if not lost and not misled:
            self._well_formed += len(piece) - len(text)  # a fair count: nearly all sequences are of two bytes
            return
        self._well_formed += len(text) - len(piece.translate(None, NOT_ASCII)) - lost - misled
        self._ill_formed += lost + misled
        self._only_windows_1250 += sum(map(piece.count, ONLY_WINDOWS_1250))
        self._only_iso_8859_2 += sum(map(piece.count, ONLY_ISO_8859_2))
        self._only_dos += sum(map(piece.count, ONLY_DOS))
        self._not_dos += sum(map(piece.count, NOT_DOS))

    @property
    def is_dos(self) -> bool:
        """Whether it is CP852, which is not read: its letters are other letters in every encoding that is."""
        return self.verdict() != UTF_8 and self._only_dos > self._not_dos

    def verdict(self) -> str:
        """The encoding of the whole file."""
        if self._ill_formed <= self._well_formed:
            return UTF_8
        # Without any of the differing letters both read the same.
        return ISO_8859_2 if self._only_iso_8859_2 > self._only_windows_1250 else WINDOWS_1250


POLISH_LETTERS = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ"


def _misread(letter: str) -> Iterator[str]:
    """What the letter's UTF-8 looks like to a program that takes it for an older encoding."""
    for encoding in (WINDOWS_1250, "cp1252", ISO_8859_2):
        yield letter.encode().decode(encoding, "ignore")


_GARBLED = re.compile(
    "\ufffd|" + "|".join({re.escape(seen) for letter in POLISH_LETTERS for seen in _misread(letter) if len(seen) > 1})
)


def is_garbled(text: str) -> bool:
    """Whether characters were lost or misread on the way: `Micha\ufffd`, `MichaĹ‚`."""
    return not text.isascii() and _GARBLED.search(text) is not None
