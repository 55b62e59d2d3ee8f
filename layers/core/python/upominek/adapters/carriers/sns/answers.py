"""What SNS's delivery logs say, in our words."""

from collections.abc import Mapping, Sequence
from functools import cache

from upominek.adapters.carriers.answers import ANY, Answer, answer_rows


def answer_of(status: str, text: str) -> Answer:
    """The meaning of a log's `status` (anything but SUCCESS is a failure) and `providerResponse`."""
    status, folded = "SUCCESS" if status == "SUCCESS" else "FAILURE", _folded(text)
    known = answers().get((status, folded))
    part = next((one for (where, part), one in partial_answers() if where == status and part in folded), None)
    return known or part or answers()[status, ANY]


@cache
def answers() -> Mapping[tuple[str, str], Answer]:
    """The table by status and the answer's text, folded."""
    return {
        (row["status"], ANY if text == ANY else _folded(text)): answer
        for row, answer in answer_rows("upominek.adapters.carriers.sns")
        for text in _several(row["answer"])
    }


@cache
def partial_answers() -> tuple[tuple[tuple[str, str], Answer], ...]:
    """Parts of a text that say enough, whatever stands around them, by status."""
    return tuple(
        ((row["status"], _folded(part)), answer)
        for row, answer in answer_rows("upominek.adapters.carriers.sns")
        for part in row.get("contains", ())
    )


def _several(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


def _folded(text: str) -> str:
    return " ".join(text.replace("-", " ").split()).removesuffix(".").casefold()
