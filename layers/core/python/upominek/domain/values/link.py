"""Addresses of pages on which an invoice can be paid."""

import re
from typing import Final
from urllib.parse import quote

from upominek.domain.errors import InvalidValue

_PLAIN: Final = re.compile(r"https://[!-~]{4,500}")
_PARTS: Final = re.compile(r"https://([^/?#:@\s]+)((?::[0-9]+)?(?:[/?#]\S*)?)", re.IGNORECASE)
_ALLOWED: Final = "!#$%&'()*+,/:;=?@[]~-._"
"""In the rest of an address that is quoted already, as far as it is."""


def parse_payment_link(text: str) -> str:
    """Read an https address; letters outside ASCII are written as browsers send them (`xn--…`, `%C5%82`).

    Raises:
        InvalidValue: `link_invalid`.
    """
    written = re.sub("^https://", "https://", text.strip(), flags=re.IGNORECASE)
    if not written.isascii() and (parts := _PARTS.fullmatch(written)):
        written = f"https://{_ascii_host(parts[1])}{quote(parts[2], safe=_ALLOWED)}"
    if not _PLAIN.fullmatch(written):
        raise _link_invalid()
    return written


def _ascii_host(host: str) -> str:
    import idna  # noqa: PLC0415 - few links have such a host

    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        raise _link_invalid() from None


def _link_invalid() -> InvalidValue:
    return InvalidValue(
        "link_invalid",
        pl="Link do płatności musi zaczynać się od https://, mieć prawidłową nazwę strony i do 500 znaków bez spacji.",
        en="A payment link must begin with https://, name a possible site, and have up to 500 characters, no spaces.",
    )
