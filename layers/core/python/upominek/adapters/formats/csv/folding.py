"""Words of headers and of cells as they are compared: lower case, without diacritics and punctuation.

So `Termin płatności:`, `TERMIN_PLATNOSCI` and `terminPlatnosci` are one: `termin platnosci`.
"""

import re
import unicodedata


def folded(header: str) -> str:
    """A header cell as it is compared."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    plain = unicodedata.normalize("NFKD", apart.casefold().replace("ł", "l"))
    words = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    while len(words) > 1 and words[-1] in {"pln", "zl", "w"}:
        words.pop()
    return " ".join(words)
