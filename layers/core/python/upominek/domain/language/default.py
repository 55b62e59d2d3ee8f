"""The language that stands in: all that most functions need of languages, so they load no more at a cold start."""

from typing import Final

DEFAULT_LANGUAGE: Final = "pl"
"""What serves wherever a text, or a whole language, is missing."""
