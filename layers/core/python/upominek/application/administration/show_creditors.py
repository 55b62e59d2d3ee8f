"""Creditors and their campaigns, to look at."""

from collections.abc import Sequence
from dataclasses import dataclass

from upominek.application.ports.creditors import CreditorRepository
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign


@dataclass(frozen=True, slots=True)
class CreditorView:
    """A creditor, with its campaigns in the order in which an invoice tries them; those not in force come last."""

    creditor: Creditor
    campaigns: tuple[Campaign, ...]


@dataclass(frozen=True, slots=True)
class ShowCreditors:
    """Reads creditors."""

    creditors: CreditorRepository

    def __call__(self) -> Sequence[Creditor]:
        """All of them, in alphabetical order of their ids."""
        return [self.creditors.get(one) for one in self.creditors.ids()]

    def ids(self) -> Sequence[str]:
        """Their ids, in alphabetical order."""
        return self.creditors.ids()

    def one(self, creditor: str) -> CreditorView:
        """One of them. Raises: NotFound."""
        found = self.creditors.get(creditor)
        ordered = sorted(self.creditors.campaigns(creditor), key=lambda one: (not one.is_active, one.order, one.id))
        return CreditorView(found, tuple(ordered))
