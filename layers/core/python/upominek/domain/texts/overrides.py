"""Texts: what each is called, and the creditor's own words in place of those that are shipped."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self

from upominek.domain.errors import InvalidValue
from upominek.domain.language.default import DEFAULT_LANGUAGE
from upominek.domain.values.problem import FilePlace, Problem

CHANNELS: Final = ("sms", "email", "letter")
TONES: Final = ("friendly", "neutral", "formal")
KINDS: Final = ("consumer", "business", "public")
"""What a text can be written for besides everybody; for public healthcare the text for public bodies serves."""

_PATH: Final = re.compile(
    rf"(?P<channel>{'|'.join(CHANNELS)})/(?P<language>[a-z]{{2}})/(?P<name>[a-z0-9]+(?:-[a-z0-9]+)*)"
    rf"(?:\.(?P<tone>{'|'.join(TONES)}))?(?:\.(?P<kind>{'|'.join(KINDS)}))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextKey:
    """Which text: `sms/pl/overdue.friendly`, `email/pl/demand.formal.consumer`, `letter/pl/demand.business`.

    Attributes:
        tone: always there for SMS and e-mail, never for letters.
        kind: None for everybody for whom there is no text of their own.
    """

    channel: str
    language: str
    name: str
    tone: str | None = None
    kind: str | None = None

    @property
    def path(self) -> str:
        """The file's name below `templates/`, without `.txt`."""
        variants = ".".join(part for part in (self.name, self.tone, self.kind) if part)
        return f"{self.channel}/{self.language}/{variants}"

    @classmethod
    def parse(cls, path: str) -> Self:
        """The key that a path names, with or without `.txt`.

        Raises:
            InvalidValue: `text_name_invalid`.
        """
        found = _PATH.fullmatch(path.removesuffix(".txt"))
        if found is None or (found["tone"] is None) is not (found["channel"] == "letter"):
            raise InvalidValue(
                "text_name_invalid",
                pl=f"„{path[:80]}” nie jest nazwą tekstu. Napisz ją jak sms/pl/overdue.friendly lub letter/pl/demand.",
                en=f"“{path[:80]}” names no text. Write it like sms/pl/overdue.friendly or letter/pl/demand.",
            )
        return cls(**found.groupdict())


@dataclass(frozen=True, slots=True, kw_only=True)
class TextOverride:
    """One version of a creditor's own text; versions are kept for ever and never changed.

    Attributes:
        source: None from this version on, when the text was given up and the shipped one is back.
        version: counts from 1 for each text.
        sha256: of the source in UTF-8; empty where there is none.
        by: who made it.
    """

    key: TextKey
    source: str | None
    version: int
    sha256: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Overrides:
    """The texts of one creditor that stand in place of shipped ones, by path."""

    texts: Mapping[str, TextOverride] = field(default_factory=dict)


NO_OVERRIDES: Final = Overrides()


def fingerprint(source: str) -> str:
    """SHA-256 of a source."""
    return hashlib.sha256(source.encode()).hexdigest()


def candidates(channel: str, language: str, name: str, tone: str | None, kind: str) -> tuple[TextKey, ...]:
    """The texts that would do, best first: the language before Polish, the text for the kind before that for all."""
    written_for = "public" if kind == "healthcare" else kind
    return tuple(
        TextKey(
            channel=channel,
            language=spoken,
            name=name,
            tone=None if channel == "letter" else tone,
            kind=variant,
        )
        for spoken in dict.fromkeys((language, DEFAULT_LANGUAGE))
        for variant in (written_for, None)
    )


class TextInvalid(InvalidValue):
    """A creditor's own text cannot be used; `problems` has everything that is wrong with it."""

    def __init__(self, key: TextKey, problems: Sequence[Problem[FilePlace]]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__(
            "text_invalid",
            pl=f"Tekst {key.path} nie został zapisany. {first.where}: {first.pl}",
            en=f"The text {key.path} was not saved. {first.where}: {first.en}",
        )
