"""What a person does after the table was restored to an earlier time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from upominek.application.operations.reconcile_after_restore import Gap, ReconcileAfterRestore
from upominek.application.ports.creditors import CreditorRepository
from upominek.domain.parties.actor import Actor


@dataclass(frozen=True, slots=True)
class CloseGaps:
    """Sees to it that nothing which went out since then goes out again."""

    creditors: CreditorRepository
    reconcile_after_restore: ReconcileAfterRestore

    def __call__(self, actor: Actor, since: datetime, creditor: str | None = None) -> Sequence[Gap]:
        """Do it for one creditor or for all; see `ReconcileAfterRestore`. Safe to repeat. Raises: NotFound."""
        if creditor is None:
            actor.require_all()
            return [self.reconcile_after_restore(one, since) for one in self.creditors.ids()]
        actor.require(creditor)
        return [self.reconcile_after_restore(creditor, since)]
