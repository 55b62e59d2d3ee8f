"""Erase persons by hand: one from a case, or all whose time has come."""

from collections.abc import Sequence
from dataclasses import dataclass

from upominek.application.ports.creditors import CreditorRepository
from upominek.application.privacy.apply_retention import ApplyRetention, Forgotten
from upominek.application.privacy.erase_case import EraseCase, Erased
from upominek.domain.parties.actor import Actor


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """Erases the person from one case, for good."""

    creditors: CreditorRepository
    erase: EraseCase

    def __call__(self, actor: Actor, creditor: str, debtor: str, *, despite_open_invoices: bool = False) -> Erased:
        """Erase; see `EraseCase`.

        Raises:
            NotFound: `creditor_not_found`, `case_not_found`.
            Refused: `case_open`.
        """
        actor.require(creditor)
        return self.erase(self.creditors.get(creditor), debtor, despite_open_invoices=despite_open_invoices)


@dataclass(frozen=True, slots=True)
class ForgetNow:
    """Does now what the nights do."""

    forget: ApplyRetention

    def __call__(self, actor: Actor) -> Sequence[Forgotten]:
        """Do it; see `ApplyRetention`.

        Raises:
            ExceptionGroup: some creditors or cases could not be done; all others were.
        """
        actor.require_all()
        return self.forget()
