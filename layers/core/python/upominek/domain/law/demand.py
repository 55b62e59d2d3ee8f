"""Demands for payment that warn of an entry in a register of debtors, as the case history keeps them.

An entry counts from them, so they are written down once and never changed, with the day, the route, and the bureau and
seat that they named.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

from upominek.domain.cases.case import BETWEEN_NUMBERS, Fact
from upominek.domain.law.due_date import is_overdue
from upominek.domain.parties.creditor import Register
from upominek.domain.values.unknown import Unknown, read_word

FACT_KIND: Final = "demand"

_ID_LENGTH: Final = 20


class Route(StrEnum):
    """How a demand reached the debtor. An SMS is none of them: it never counts."""

    REGISTERED = "registered"
    IN_PERSON = "in-person"
    E_DELIVERY = "e-delivery"
    EMAIL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A demand for payment that warned of the entry.

    Attributes:
        bureau, seat: as the demand named them.
        numbers: the invoices that it demanded, at least one.
        letter: digest of the letter, where it is kept.
        by: who sent it.
    """

    route: Route | Unknown
    sent_on: date
    bureau: str
    seat: str
    numbers: tuple[str, ...]
    letter: str = ""
    by: str = ""

    def fact(self, at: datetime) -> Fact:
        """The demand for the history; its id follows from its content, so twice the same is once.

        Args:
            at: a UTC time on the day on which it was sent.
        """
        said = {
            "route": self.route.value,
            "sent_on": self.sent_on.isoformat(),
            "bureau": self.bureau,
            "seat": self.seat,
            "invoices": BETWEEN_NUMBERS.join(self.numbers),
            "letter": self.letter,
        }
        digest = sha256("\x1f".join((self.by, *map("=".join, said.items()))).encode()).hexdigest()
        data = {name: value for name, value in said.items() if value}
        return Fact(id=digest[:_ID_LENGTH], at=at, kind=FACT_KIND, data=data, by=self.by)

    def warns_of(self, register: Register | None) -> bool:
        """Whether it names this bureau and its seat."""
        return register is not None and _same(self.bureau, register.bureau) and _same(self.seat, register.seat)

    def covers(self, number: str, due_on: date) -> bool:
        """Whether it demanded the invoice when that was overdue."""
        return number in self.numbers and is_overdue(due_on, self.sent_on)


def demands_in(facts: Iterable[Fact]) -> tuple[Demand, ...]:
    """The demands among the facts of a case."""
    return tuple(
        Demand(
            route=read_word(Route, fact.data["route"]),
            sent_on=date.fromisoformat(fact.data["sent_on"]),
            bureau=fact.data["bureau"],
            seat=fact.data["seat"],
            numbers=tuple(fact.data["invoices"].split(BETWEEN_NUMBERS)),
            letter=fact.data.get("letter", ""),
            by=fact.by,
        )
        for fact in facts
        if fact.kind == FACT_KIND
    )


def _same(one: str, other: str) -> bool:
    return one.casefold().split() == other.casefold().split()
