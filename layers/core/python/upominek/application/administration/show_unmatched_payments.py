"""List the payments of which nobody knows yet what they were for."""

from collections.abc import Sequence
from dataclasses import dataclass

from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.intake import UnmatchedPaymentRepository
from upominek.domain.receivables.events import PaymentStated


@dataclass(frozen=True, slots=True)
class ShowUnmatchedPayments:
    """Lists them."""

    creditors: CreditorRepository
    unmatched: UnmatchedPaymentRepository

    def __call__(self, creditor: str) -> Sequence[PaymentStated]:
        """Those of the creditor by day. Raises: NotFound."""
        self.creditors.get(creditor)
        return self.unmatched.all(creditor)
