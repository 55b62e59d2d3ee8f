"""What people can see of a string that came from outside."""

import re
from typing import Final

_BREAKS: Final = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]+")
_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # control characters, among them those that separate records and fields
    "\u00ad\u200b\u2060\ufeff"  # soft hyphen, spaces and joiners without width
    "\u202a-\u202e\u2066-\u2069"  # signs that turn the direction of all that follows
    "\ud800-\udfff\ufffe\uffff]"  # halves of characters, and no characters
)


def visible(text: str) -> str:
    """The text on one line without control characters and signs that turn the direction of writing.

    Letters of any script stay, and so do emoji with what joins their parts.
    """
    if text.isprintable():
        return text
    return _UNSEEN.sub("", _BREAKS.sub(" ", text)).strip()
