"""How to address somebody in Polish by the first name, in the vocative: `Pani Anno`, `Panie Tomaszu`.

Names stand in `first_name_table`, in their official form. Whom the table does not know, and where a name leaves open
whether it is a man's or a woman's, is greeted without the name: a wrong ending or a wrong 'Pan' is worse than none.
"""

import unicodedata
from functools import lru_cache
from typing import Final

from upominek.domain.language.first_name_table import MEN, WOMEN
from upominek.domain.language.language import AddressForm

_TITLES: Final = frozenset(
    {
        *("pan", "pani", "p.", "dr", "dr.", "hab.", "doc.", "prof.", "mgr", "mgr.", "inż.", "inż", "inz."),
        *("lek.", "med.", "mec.", "adw.", "r.pr.", "dypl."),
    }
)
_TITLE_OF: Final = {"pan": "Panie", "pani": "Pani"}
# Adjectives that are surnames show who bears them: Kowalska is a woman, Kowalski a man.
_SURNAME_ENDINGS: Final = {"Pani": ("ska", "cka", "dzka"), "Panie": ("ski", "cki", "dzki")}


def _vocatives(table: str) -> dict[str, str]:
    words = table.split()
    return dict(zip(words[::2], words[1::2], strict=True))


_VOCATIVES: Final = {"Pani": _vocatives(WOMEN), "Panie": _vocatives(MEN)}


@lru_cache(maxsize=2048)
def address_form(first_name: str | None) -> AddressForm | None:
    """The form for what stands in the field of the first name; None wherever there is any doubt.

    Case, spaces and titles in front do not matter, and `Lukasz` is Łukasz unless it could be another name. Of several
    names the first counts, as in Poland people are called by it, but `Anna-Maria` is one name. What else stands in the
    field must fit: a second name of the same gender (or Maria for a man), an initial, a surname like Kowalska.
    """
    words = unicodedata.normalize("NFC", first_name or "").casefold().split()
    titled = None
    while words and words[0] in _TITLES:
        titled = _TITLE_OF.get(words.pop(0), titled)
    name = _known(words[0]) if words else None
    if name is None or titled not in {None, name[0]} or not all(_fits(word, name[0]) for word in words[1:]):
        return None
    title, vocative = name
    return AddressForm(f"{title} {vocative}", "Szanowna Pani" if title == "Pani" else "Szanowny Panie")


def _known(word: str) -> tuple[str, str] | None:
    """Title and vocative of a name, or of two with a hyphen between them."""
    for title, vocatives in _VOCATIVES.items():
        vocative = vocatives.get(word)
        if vocative:
            return title, vocative
        if "-" in word and all(part in vocatives for part in word.split("-")):
            return title, "-".join(vocatives[part] for part in word.split("-"))
    return None


def _fits(word: str, title: str) -> bool:
    """Whether a word after the first name can belong to somebody of this title."""
    known = _known(word)
    if known:
        return known[0] == title or word == "maria"
    is_initial = len(word) == 2 and word[0].isalpha() and word[1] == "."  # noqa: PLR2004 - a letter and a dot
    return is_initial or (word.endswith(_SURNAME_ENDINGS[title]) and word.replace("-", "").isalpha())
