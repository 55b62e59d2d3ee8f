"""Acknowledgements (uznanie długu): what a debtor said or wrote that shows that the debt is known, kept as evidence.

An acknowledgement interrupts limitation, which then runs anew. So it is written down once, with who said what, how and
when, and never changed; a digest over all of it shows whether it still is what was written down.

Source: art. 123 § 1 pkt 2 KC.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

from upominek.domain.cases.case import BETWEEN_NUMBERS, Fact
from upominek.domain.values.unknown import Unknown, read_word

FACT_KIND: Final = "acknowledgement"

_BETWEEN_FIELDS: Final = "\x1f"
_ID_LENGTH: Final = 20


class AcknowledgementKind(StrEnum):
    """What was said."""

    PROMISE = "promise"
    INSTALMENT_REQUEST = "instalment-request"
    BALANCE_CONFIRMATION = "balance-confirmation"


class StatementChannel(StrEnum):
    """How it was said."""

    PHONE = "phone"
    SMS = "sms"
    EMAIL = "email"
    LETTER = "letter"
    IN_PERSON = "in-person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """What a debtor said of a debt.

    Attributes:
        at: when it was said, aware UTC.
        by: who said it, on the debtor's side.
        text: the words, or what was agreed by word of mouth.
        numbers: the invoices that it is about, at least one.
        taken_by: who of the creditor's people heard or received it.
    """

    creditor: str
    debtor_id: str
    kind: AcknowledgementKind | Unknown
    channel: StatementChannel | Unknown
    at: datetime
    by: str
    text: str
    numbers: tuple[str, ...]
    taken_by: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 over everything that it says."""
        said = {**self._said(), "creditor": self.creditor, "debtor": self.debtor_id, "by": self.by}
        fields = (f"{name}={said[name]}" for name in sorted(said))
        return sha256(_BETWEEN_FIELDS.join((self.at.isoformat(), *fields)).encode()).hexdigest()

    def fact(self) -> Fact:
        """The acknowledgement as the history keeps it; its id follows from its content, so twice the same is once."""
        data = {**self._said(), "digest": self.digest}
        return Fact(
            id=self.digest[:_ID_LENGTH],
            at=self.at,
            kind=FACT_KIND,
            data={name: value for name, value in data.items() if value},
            by=self.by,
        )

    def _said(self) -> Mapping[str, str]:
        return {
            "acknowledgement": self.kind.value,
            "channel": self.channel.value,
            "text": self.text,
            "invoices": BETWEEN_NUMBERS.join(self.numbers),
            "taken_by": self.taken_by,
        }


def acknowledgement_of(creditor: str, debtor: str, fact: Fact) -> Acknowledgement:
    """The acknowledgement that a fact of this kind keeps."""
    return Acknowledgement(
        creditor=creditor,
        debtor_id=debtor,
        kind=read_word(AcknowledgementKind, fact.data["acknowledgement"]),
        channel=read_word(StatementChannel, fact.data["channel"]),
        at=fact.at,
        by=fact.by,
        text=fact.data["text"],
        numbers=tuple(fact.data["invoices"].split(BETWEEN_NUMBERS)),
        taken_by=fact.data.get("taken_by", ""),
    )


def is_intact(creditor: str, debtor: str, fact: Fact) -> bool:
    """Whether the acknowledgement is still what was written down."""
    return acknowledgement_of(creditor, debtor, fact).digest == fact.data.get("digest")


def acknowledged_days(
    creditor: str, debtor: str, facts: Iterable[Fact], local_day: Callable[[datetime], date]
) -> dict[str, tuple[date, ...]]:
    """By invoice, the days on which it was acknowledged, in order; what is no longer intact proves nothing.

    Args:
        local_day: the creditor's local day of a UTC time.
    """
    days: dict[str, set[date]] = {}
    for fact in facts:
        if fact.kind == FACT_KIND and is_intact(creditor, debtor, fact):
            for number in acknowledgement_of(creditor, debtor, fact).numbers:
                days.setdefault(number, set()).add(local_day(fact.at))
    return {number: tuple(sorted(of)) for number, of in days.items()}
