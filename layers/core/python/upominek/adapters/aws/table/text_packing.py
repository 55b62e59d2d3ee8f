"""Texts of messages made small: a reminder with its text stays below 1 KB, so that writing it costs one unit."""

import zlib
from functools import cache
from importlib.resources import files
from typing import Final

_PLAIN: Final = b"0"
_DEFLATED: Final = b"1"
_WITH_WORDS: Final = {b"2": "words_1.txt", b"3": "words_2.txt"}
"""Dictionaries by mark, the newest last. What was packed with one needs it for ever: they are added, never changed.

`make words` makes the next one out of the texts that are shipped then.
"""

_NO_HEADER: Final = -15


def pack(text: str) -> bytes:
    """The text in as few bytes as possible, with a mark that says how."""
    plain = text.encode()
    newest = next(reversed(_WITH_WORDS))
    candidates = (
        _PLAIN + plain,
        _DEFLATED + _deflated(plain, b""),
        newest + _deflated(plain, _words(_WITH_WORDS[newest])),
    )
    return min(candidates, key=len)


def unpack(packed: bytes) -> str:
    """The text that was packed."""
    mark, content = packed[:1], packed[1:]
    if mark == _PLAIN:
        return content.decode()
    words = _words(_WITH_WORDS[mark]) if mark in _WITH_WORDS else b""
    inflater = zlib.decompressobj(_NO_HEADER, zdict=words)
    return (inflater.decompress(content) + inflater.flush()).decode()


def _deflated(plain: bytes, words: bytes) -> bytes:
    deflater = zlib.compressobj(9, zlib.DEFLATED, _NO_HEADER, 8, zlib.Z_DEFAULT_STRATEGY, words)
    return deflater.compress(plain) + deflater.flush()


@cache
def _words(name: str) -> bytes:
    """What reminders often say, the most frequent last, where deflate finds it cheapest."""
    return files("upominek.data").joinpath(name).read_bytes()
