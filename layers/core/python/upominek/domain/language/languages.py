"""The languages that the product speaks; a new one is a module like `polish` or `english`, and its name here."""

from collections.abc import Mapping
from typing import Final

from upominek.domain.language.default import DEFAULT_LANGUAGE
from upominek.domain.language.english import ENGLISH
from upominek.domain.language.language import Language
from upominek.domain.language.polish import POLISH

LANGUAGES: Final[Mapping[str, Language]] = {one.code: one for one in (POLISH, ENGLISH)}

DEFAULT: Final = LANGUAGES[DEFAULT_LANGUAGE]


def language_of(code: str) -> Language:
    """The language of the code; Polish where the product does not speak it, as its texts are then Polish too."""
    return LANGUAGES.get(code, DEFAULT)
