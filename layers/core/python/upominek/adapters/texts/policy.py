"""How an SMS may travel: what the first line of its template asks for."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from upominek.domain.errors import InvalidValue

MOST_PARTS: Final = 10
"""AWS takes 1600 characters of GSM-7, which is a little more."""

_HEADER: Final = re.compile(r"\s*\{#-?\s*(?P<body>(?:parts|letters|shorten)\s*:.*?)\s*-?#\}", re.DOTALL)
_ITEM: Final = re.compile(r"[a-z][a-z0-9_]*")


class Alphabet(StrEnum):
    """What becomes of letters outside GSM 03.38."""

    TRANSLITERATE = "transliterate"
    KEEP = "keep"
    CHEAPEST = "cheapest"


@dataclass(frozen=True, slots=True)
class Policy:
    """How long an SMS may be, in which letters, and what is given up, in this order, until it fits."""

    parts: int = 1
    letters: Alphabet = Alphabet.TRANSLITERATE
    shorten: tuple[str, ...] = ()


def read_policy(source: str) -> Policy:
    """The policy in the header of a source; the usual one where it has none.

    Raises:
        InvalidValue: `policy_invalid`.
    """
    header = _HEADER.match(source)
    if header is None:
        return Policy()
    stated = {}
    for part in filter(str.strip, header["body"].split(";")):
        name, _, value = part.partition(":")
        if name.strip() not in {"parts", "letters", "shorten"}:
            raise _invalid(part)
        stated[name.strip()] = value.strip()
    return Policy(
        _parts(stated.get("parts", "1")), _letters(stated.get("letters", "")), _items(stated.get("shorten", ""))
    )


def _parts(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= MOST_PARTS:
        raise _invalid(f"parts: {value}")
    return int(value)


def _letters(value: str) -> Alphabet:
    try:
        return Alphabet(value) if value else Alphabet.TRANSLITERATE
    except ValueError:
        raise _invalid(f"letters: {value}") from None


def _items(value: str) -> tuple[str, ...]:
    items = tuple(filter(None, map(str.strip, value.split(","))))
    for item in items:
        if not _ITEM.fullmatch(item) or items.count(item) > 1:
            raise _invalid(f"shorten: {item}")
    return items


def _invalid(part: str) -> InvalidValue:
    shown = part.strip()[:60]
    return InvalidValue(
        "policy_invalid",
        pl=f"Nagłówek SMS nie zna „{shown}”. Napisz np. {{# parts: 1; letters: transliterate; shorten: thanks #}}; "
        f"parts to 1–{MOST_PARTS}, letters to transliterate, keep lub cheapest.",
        en=f"The header of an SMS knows no “{shown}”. Write {{# parts: 1; letters: transliterate; shorten: thanks #}}; "
        f"parts is 1–{MOST_PARTS}, letters is transliterate, keep or cheapest.",
    )
