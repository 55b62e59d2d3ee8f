"""What a file leaves to ask of a person before it may be believed, and what may be answered.

A column that may speak of payments and is not understood makes the file wait: to drop it without a word would be to
remind people who have paid.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from upominek.domain.errors import InvalidValue, Refused

MOST_WORDS: Final = 5
LONGEST_WORD: Final = 30


class Meaning(StrEnum):
    """What a column may be said to be."""

    PAID = "paid"
    OUTSTANDING = "outstanding"
    STATUS = "status"
    CANCELLED = "cancelled"
    PAID_ON = "paid-on"
    PAYMENT_ON = "payment-on"
    NONE = "none"


class WordMeaning(StrEnum):
    """What a word of a status may be said to mean."""

    PAID = "paid"
    UNPAID = "unpaid"
    PART = "part"
    CANCELLED = "cancelled"
    DRAFT = "draft"
    NONE = "none"


class Ask(NamedTuple):
    """One question.

    Attributes:
        code: `column_unclear`, or `status_unknown`: words of a column that is a status.
        column: as the file calls it.
        words: the words in question, as the file has them.
    """

    code: str
    column: str
    words: tuple[str, ...] = ()

    @property
    def message(self) -> tuple[str, str]:
        """The question in Polish and in English."""
        if self.code == STATUS_UNKNOWN:
            pl = f"Co znaczą słowa w kolumnie „{self.column}” ({self._listed('„{}”')}): opłacona, nieopłacona, "
            pl += "częściowo, anulowana, szkic, czy nic o zapłacie? Odpowiedz przez --word „SŁOWO="
            pl += "|".join(WordMeaning) + "”."
            en = f"What do the words in the column “{self.column}” mean ({self._listed('“{}”')}): paid, unpaid, "
            en += "in part, cancelled, a draft, or nothing of payments? Answer by --word “WORD="
            en += "|".join(WordMeaning) + "”."
        else:
            answer = f"{self.column}=" + "|".join(Meaning)
            pl = f"Co mówi kolumna „{self.column}”: ile zapłacono, ile zostało do zapłaty, status, anulowanie, dzień "
            pl += f"zapłaty, czy nic o zapłacie? Odpowiedz przez --column „{answer}”."
            en = (
                f"What does the column “{self.column}” say: how much was paid, what is still to pay, a status, that it "
            )
            en += f"is void, the day of the payment, or nothing of payments? Answer by --column “{answer}”."
        return pl, en

    def _listed(self, quoted: str) -> str:
        return ", ".join(map(quoted.format, self.words)) or "…"


COLUMN_UNCLEAR: Final = "column_unclear"
STATUS_UNKNOWN: Final = "status_unknown"
COLUMN, WORD = "column:", "word:"
"""What the keys of answers begin with; what follows is the name, or the word, as it is compared."""

Answers = Mapping[str, str]
"""By `column:NAME` a `Meaning`, by `word:WORD` a `WordMeaning`."""
NO_ANSWERS: Final[Answers] = MappingProxyType({})


def joined(asks: Iterable[Ask]) -> list[Ask]:
    """Each question once, with the words of all."""
    words: dict[tuple[str, str], list[str]] = {}
    for one in asks:
        known = words.setdefault((one.code, one.column), [])
        known.extend(word for word in one.words if word not in known)
    return [Ask(code, column, tuple(said[:MOST_WORDS])) for (code, column), said in words.items()]


def silent_answers(asks: Iterable[Ask]) -> Answers:
    """The answers by which nothing that was asked has to do with payments."""
    answers: dict[str, str] = {}
    for one in asks:
        if one.code == STATUS_UNKNOWN and one.words:
            answers |= {word_key(word): WordMeaning.NONE.value for word in one.words}
        else:
            answers[column_key(one.column)] = Meaning.NONE.value
    return answers


def column_key(name: str) -> str:
    """Of an answer about a column."""
    return COLUMN + _plain(name)


def word_key(word: str) -> str:
    """Of an answer about a word."""
    return WORD + _plain(word)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def answers_of(columns: Iterable[str], words: Iterable[str]) -> Answers:
    """Answers as they are written, `NAME=MEANING`. Raises: InvalidValue: `answer_unknown`."""
    told = {column_key(name): said for name, said in (meaning_of(one, Meaning) for one in columns)}
    return told | {word_key(word): said for word, said in (meaning_of(one, WordMeaning) for one in words)}


def refuse_stray(answers: Answers, asks: Iterable[Ask], columns: Iterable[str]) -> None:
    """An answer to what nobody asked may be a slip, by which the question itself would stay without one.

    Args:
        columns: all that the file has.

    Raises:
        Refused: `answer_stray`.
    """
    known = {*map(column_key, columns), *(word_key(word) for one in asks for word in one.words)}
    if stray := sorted(key.partition(":")[2] for key in answers.keys() - known):
        raise Refused(
            "answer_stray",
            pl=f"Plik nie ma takiej kolumny ani słowa: {', '.join(stray)}. Przepisz nazwę z pytania.",
            en=f"The file has no such column or word: {', '.join(stray)}. Copy the name from the question.",
        )


def meaning_of(text: str, kinds: type[Meaning] | type[WordMeaning]) -> tuple[str, str]:
    """An answer as it is written, `NAME=MEANING`. Raises: InvalidValue: `answer_unknown`."""
    name, _, said = text.rpartition("=")
    if not name.strip() or said.strip() not in set(kinds):
        choice = ", ".join(kinds)
        raise InvalidValue(
            "answer_unknown",
            pl=f"Odpowiedź „{text[:60]}” jest niezrozumiała. Napisz NAZWA=ZNACZENIE; możliwe znaczenia: {choice}.",
            en=f"The answer “{text[:60]}” is not understood. Write NAME=MEANING, the meaning being one of {choice}.",
        )
    return name.strip(), said.strip()


def file_asks(asks: Iterable[Ask]) -> Refused:
    """Why the file waits."""
    columns = list(dict.fromkeys(one.column for one in asks))
    return Refused(
        "file_asks",
        pl="Nie wiadomo, czy te kolumny mówią o zapłacie: " + ", ".join(f"„{one}”" for one in columns) + ". Plik czeka "
        "na odpowiedź; do tego czasu nic z niego nie jest przyjęte.",
        en="It is not known whether these columns speak of payments: " + ", ".join(f"“{one}”" for one in columns) + ". "
        "The file waits for an answer; nothing of it is taken in before.",
    )
