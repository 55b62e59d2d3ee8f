"""What a carrier reports of a message that it took: `answers.toml` in its folder, read once in a process."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from upominek.domain.messages.receipt import Action, ReceiptKind

ANY: Final = "*"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one answer means: the kind, our code, the action, and the reason as people read it.

    Attributes:
        may_arrive: a delivery may be reported all the same, before or after.
    """

    kind: ReceiptKind
    code: str
    action: Action
    pl: str
    en: str
    may_arrive: bool = False


@cache
def answer_rows(folder: str) -> tuple[tuple[Mapping[str, Any], Answer], ...]:
    """The rows of a carrier's table, each with what it means.

    Args:
        folder: dotted name of the carrier's package.
    """
    table = tomllib.loads((files(folder) / "answers.toml").read_text(encoding="utf-8"))
    return tuple((row, _answer(row)) for row in table["answers"])


def _answer(row: Mapping[str, Any]) -> Answer:
    return Answer(
        ReceiptKind(row["kind"]),
        row["code"],
        Action(row["action"]),
        row["pl"],
        row["en"],
        may_arrive=row.get("may_arrive", False),
    )
