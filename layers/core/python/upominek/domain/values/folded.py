"""Letters as they are compared: small, and without diacritics."""

import unicodedata


def plain_letters(text: str) -> str:
    """`Łódź` as `lodz`."""
    if text.isascii():
        return text.casefold()
    apart = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l"))
    return "".join(one for one in apart if not unicodedata.combining(one))
