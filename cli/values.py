"""What the options of a command mean: days, kinds, anything that is parsed, with errors that name the option."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final, TypeVar

from local.stack.clock import WARSAW
from upominek.domain.errors import InvalidValue
from upominek.domain.language.language import Language
from upominek.domain.language.languages import LANGUAGES

T = TypeVar("T")
Kind = TypeVar("Kind", bound=StrEnum)

SPOKEN: Final = " or ".join(LANGUAGES)
"""The languages, as helps of options name them."""


def named(option: str, parse: Callable[[str], T], text: str) -> T:
    """What the text means. Raises: InvalidValue, with the option in its sentence."""
    try:
        return parse(text)
    except InvalidValue as error:
        raise InvalidValue(error.code, pl=f"{option}: {error.pl}", en=f"{option}: {error.en}") from None


def day_in(option: str, text: str) -> date:
    """A date as files may have it: `2026-03-02`, `02.03.2026`."""
    from upominek.domain.values.written_date import due_date_missing, parse_date

    def parse(written: str) -> date:
        if not written:
            raise due_date_missing()
        return parse_date(written)

    return named(option, parse, text.strip())


def moment_in(option: str, text: str) -> datetime:
    """A time: `2026-03-02 14:05` in Poland, or with a zone. Raises: InvalidValue: `time`."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidValue(
            "time",
            pl=f"{option}: „{text}” nie jest godziną: napisz 'RRRR-MM-DD GG:MM'.",
            en=f"{option}: '{text}' is no time: write 'YYYY-MM-DD HH:MM'.",
        ) from error
    return (at if at.tzinfo else at.replace(tzinfo=WARSAW)).astimezone(UTC)


def one_of(option: str, kinds: type[Kind], text: str) -> Kind:
    """The member that the text names. Raises: InvalidValue: `kind_unknown`."""
    try:
        return kinds(text.strip().lower())
    except ValueError:
        raise _unknown(option, kinds, text) from None


def language_in(option: str, text: str) -> Language:
    """The language of the code. Raises: InvalidValue: `kind_unknown`."""
    known = LANGUAGES.get(text.strip().lower())
    if known is None:
        raise _unknown(option, LANGUAGES, text)
    return known


def _unknown(option: str, known: Iterable[str], text: str) -> InvalidValue:
    allowed = ", ".join(known)
    return InvalidValue(
        "kind_unknown",
        pl=f"{option}: nie ma „{text}”. Do wyboru: {allowed}.",
        en=f"{option}: there is no “{text}”. Choose one of: {allowed}.",
    )
