"""What the due index knows of an open invoice."""

from dataclasses import dataclass
from datetime import date

from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.money import Money
from upominek.domain.values.unknown import Unknown


@dataclass(frozen=True, slots=True)
class DueInvoice:
    """An open invoice as the due index has it; `claim` is None where nobody said what is owed for."""

    debtor: str
    number: str
    due_on: date
    outstanding: Money
    claim: ClaimKind | Unknown | None = None
