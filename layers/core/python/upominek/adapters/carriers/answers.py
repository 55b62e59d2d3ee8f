"""The table of what providers answer (`data/provider_answers.toml`), read once in a process."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from upominek.domain.messages.receipt import Action, ReceiptKind

ANY: Final = "*"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one answer means: the kind, our code, the action, and the reason as people read it."""

    kind: ReceiptKind
    code: str
    action: Action
    pl: str
    en: str


@dataclass(frozen=True, slots=True)
class Answers:
    """The whole table.

    Attributes:
        sns: by status and the answer's text, folded.
        ses: by event, type and subtype.
    """

    sns: Mapping[tuple[str, str], Answer]
    ses: Mapping[tuple[str, str, str], Answer]

    def of_sms(self, status: str, text: str) -> Answer:
        """What SNS's delivery log says, by its `status` (anything but SUCCESS is a failure) and `providerResponse`."""
        status = "SUCCESS" if status == "SUCCESS" else "FAILURE"
        return self.sns.get((status, _folded(text))) or self.sns[status, ANY]

    def of_email(self, event: str, kind: str = "", subtype: str = "") -> Answer:
        """What an event of SES says: the most exact entry of the table counts."""
        places = [(event, kind, subtype), (event, kind, ""), (event, kind, ANY), (event, ANY, "")]
        if subtype:
            places.insert(1, (event, ANY, subtype))
        return next((self.ses[one] for one in places if one in self.ses), self.ses[ANY, "", ""])


@cache
def answers() -> Answers:
    """The table."""
    table = tomllib.loads((files("upominek") / "data" / "provider_answers.toml").read_text(encoding="utf-8"))
    return Answers(
        sns={
            (row["status"], ANY if text == ANY else _folded(text)): _answer(row)
            for row in table["sns"]
            for text in _several(row["answer"])
        },
        ses={(row["event"], row.get("type", ""), row.get("subtype", "")): _answer(row) for row in table["ses"]},
    )


def _answer(row: Mapping[str, Any]) -> Answer:
    return Answer(ReceiptKind(row["kind"]), row["code"], Action(row["action"]), row["pl"], row["en"])


def _several(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


def _folded(text: str) -> str:
    return " ".join(text.split()).removesuffix(".").casefold()
