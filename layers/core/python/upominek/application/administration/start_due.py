"""Run what is due now, instead of waiting for the schedule."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from upominek.application.ports.administration import PlanStarter
from upominek.domain.parties.actor import Actor


@dataclass(frozen=True, slots=True)
class StartDue:
    """Starts the campaigns whose time has come, in the deployed function."""

    starter: PlanStarter

    def __call__(self, actor: Actor) -> Mapping[str, Any]:
        """What was started. Safe to repeat: nothing goes twice.

        Raises:
            Unavailable: the function failed.
        """
        actor.require_all()
        return self.starter.start()
