"""Phone numbers among the words that people write beside them: `kom. 512 345 678 (p. Ania), biuro 22 123 45 67`.

Only the text is looked at here; whether a number exists is for `contact` to say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from upominek.domain.values.folded import plain_letters

SHORTEST_NUMBER: Final = 7
_TWO_POLISH: Final = 18

_SEVERAL: Final = re.compile(r"[;,|\n]| / |\b(?:lub|oraz|albo|or|and|i)\b", re.IGNORECASE)
_RUN: Final = re.compile(r"(?:\+\s*|\(\s*)*\d(?:[\s().\-/\u2010-\u2015\u2212]*\d)*")
_WHEN: Final = re.compile(
    r"\b(?:po|od|do|godz|w godz|g)\b\.?\s*\d{1,2}(?:[:.]\d{2})?(?:\s*(?:-|\u2013|do)\s*\d{1,2}(?:[:.]\d{2})?)?"
    r"(?!\s*\d)",
    re.IGNORECASE,
)
_NUMBERED: Final = re.compile(r"(?:^|(?<=\s))\d\s*[:)]\s*(?=\D*\d)")
"""`Telefon 2:`, `1)`."""
_NEXT_LINE: Final = re.compile(r"\s*[/\-\u2013]\s*\d{1,2}$")
"""`22 123 45 67/68`: the lines of one subscriber."""
_IN_BRACKETS: Final = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_WORDS: Final = re.compile(r"[^\W\d_]+")

_FAX: Final = frozenset({"fax", "faks", "fx", "telefaks", "telefax"})
_PHONE: Final = frozenset({"tel", "telefon", "phone", "kom", "komorka", "gsm", "mobile", "mob"})
_EXTENSION: Final = frozenset({"wew", "wewn", "wewnetrzny", "w", "ext", "x", "ekst"})
_OTHER: Final = frozenset({"nip", "regon", "pesel", "krs", "konto", "rachunek", "nrb", "iban", "id", "bdo"})
"""What a number that is no phone is called."""
_DOUBTFUL: Final = re.compile(
    r"\b(?:nie(?!\s+tylko)|nieakt\w*|nieczyn\w*|nieistn\w*|niepopr\w*|niewlasc\w*|star[aey]|byl[aey]|dawn[aey]|zl[aey]"
    r"|bledn\w*|pomylk\w*|zmarl\w*|odlaczon\w*|wylaczon\w*|zablokowan\w*|zakaz\w*|sprzeciw\w*|rezygn\w*"
    r"|old|former|wrong|invalid|inactive|dont|not|deceased|blocked)\b"
)


@dataclass(frozen=True, slots=True)
class WrittenPhone:
    """What may be a phone number.

    Attributes:
        digits: as they are written, with what stands between them.
        is_fax, is_extension, is_other: the words beside say so: a fax, an extension of the number before, no phone.
        is_doubtful: the words beside say that it is not to be used, or no longer right.
        is_apart: it is no part of a word, such as `A512345678`.
    """

    digits: str
    is_fax: bool = False
    is_extension: bool = False
    is_other: bool = False
    is_doubtful: bool = False
    is_apart: bool = True

    @property
    def length(self) -> int:
        """How many digits there are."""
        return sum(map(str.isdigit, self.digits))

    @property
    def halves(self) -> tuple[str, ...]:
        """The numbers that it may consist of when it is none itself: `512345678 601222333`, `512345678/221234567`."""
        if self.length > SHORTEST_NUMBER and (first := _NEXT_LINE.sub("", self.digits)) != self.digits:
            return (first,)
        for parts in (self.digits.split("/"), self.digits.split()):
            if len(parts) > 1 and all(sum(map(str.isdigit, part)) >= SHORTEST_NUMBER for part in parts):
                return tuple(parts)
        figures = "".join(filter(str.isdigit, self.digits))
        # Nine digits and nine again, grouped in whatever way.
        if len(figures) == _TWO_POLISH and "+" not in self.digits:
            return figures[: _TWO_POLISH // 2], figures[_TWO_POLISH // 2 :]
        return ()


def written_phones(text: str) -> Iterator[WrittenPhone]:
    """What may be a phone number in the text, in order."""
    found: list[WrittenPhone] = []
    for segment in _SEVERAL.split(_NUMBERED.sub(", ", _WHEN.sub(" ", text))):
        more = list(_in_segment(segment))
        if not more and found and says_not_to_use(segment):  # `512 345 678, nieaktualny`
            found[-1] = replace(found[-1], is_doubtful=True)
        found.extend(more)
    yield from found


def says_not_to_use(words: str) -> bool:
    """Whether the words beside an address say that it is not to be used, or no longer right."""
    return _DOUBTFUL.search(plain_letters(words)) is not None


def _in_segment(segment: str) -> Iterator[WrittenPhone]:
    runs = list(_RUN.finditer(segment))
    end = 0
    for index, run in enumerate(runs):
        before = segment[end : run.start()]
        stop = runs[index + 1].start() if index + 1 < len(runs) else len(segment)
        behind = segment[run.end() : stop]
        # Between two numbers, words belong to the second unless they stand in brackets.
        if index + 1 < len(runs):
            bracketed = _IN_BRACKETS.match(behind)
            behind = bracketed.group() if bracketed else ""
        end = run.end() + len(behind)
        yield _read(run.group(), before, behind)


def _read(digits: str, before: str, behind: str) -> WrittenPhone:
    ahead = _WORDS.findall(plain_letters(before))
    words = {*ahead, *_WORDS.findall(plain_letters(behind))}
    length = sum(map(str.isdigit, digits))
    return WrittenPhone(
        digits,
        is_fax=bool(words & _FAX) and not words & _PHONE,
        is_extension=length < SHORTEST_NUMBER and (before.endswith("#") or (bool(ahead) and ahead[-1] in _EXTENSION)),
        is_other=bool(words & _OTHER),
        is_doubtful=says_not_to_use(f"{before} {behind}"),
        is_apart=not (before[-1:].isalpha() or behind[:1].isalpha()),
    )
