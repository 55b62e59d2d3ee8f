"""Kinds of letters: a step of a campaign names one, and each has a row of what sets it apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from upominek.domain.planning.campaign import Use


class LetterKind(StrEnum):
    """What a letter is, by the name of its text in `templates/letter/<language>/`."""

    REMINDER = "reminder"  # przypomnienie
    DEMAND = "demand"  # wezwanie do zapłaty
    FINAL_DEMAND = "final-demand"  # ostateczne przedsądowe wezwanie do zapłaty
    REGISTER_WARNING = "register-warning"  # wezwanie z ostrzeżeniem o zamiarze przekazania danych do biura
    INTEREST_NOTE = "interest-note"  # nota odsetkowa
    BALANCE_CONFIRMATION = "balance-confirmation"  # potwierdzenie salda
    INSTALMENT_AGREEMENT = "instalment-agreement"  # porozumienie ratalne

    @property
    def traits(self) -> "LetterTraits":
        """The kind's row."""
        return TRAITS[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterTraits:
    """What sets a kind of letter apart, wherever it is asked.

    Attributes:
        is_form: the debtor is to sign it and send it back.
        is_demand: it asks for payment; a confirmation of balance is none, so it names everything that is open, what is
            disputed and not yet due as well, and claims nothing beyond it.
        usual_interest: what it does with statutory interest unless told otherwise: a note of interest is there to claim
            it, every other letter leaves it out until the creditor chooses.
        is_for_interest: interest is all that it asks for.
        is_registered: it warns of an entry in a register, so it is posted by registered letter.
        is_in_parts: what it comes to is paid in instalments.
        suits_taxes: taxes and public fees may be named in it; the law demands them by a letter of its own.
    """

    is_form: bool = False
    is_demand: bool = True
    usual_interest: Use = Use.NONE
    is_for_interest: bool = False
    is_registered: bool = False
    is_in_parts: bool = False
    suits_taxes: bool = False


TRAITS: Final[Mapping[LetterKind, LetterTraits]] = {
    LetterKind.REMINDER: LetterTraits(suits_taxes=True),
    LetterKind.DEMAND: LetterTraits(),
    LetterKind.FINAL_DEMAND: LetterTraits(),
    LetterKind.REGISTER_WARNING: LetterTraits(is_registered=True),
    LetterKind.INTEREST_NOTE: LetterTraits(is_for_interest=True, usual_interest=Use.CLAIM),
    LetterKind.BALANCE_CONFIRMATION: LetterTraits(is_form=True, is_demand=False),
    LetterKind.INSTALMENT_AGREEMENT: LetterTraits(is_form=True, is_in_parts=True),
}
