"""What the sweep found."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    # Only what writes messages, makes letters, reckons interest or sweeps needs these; other cold starts do not wait.
    from upominek.domain.operations.health import Health


class HealthRepository(Protocol):
    """What the newest sweep found of each creditor."""

    def get(self, creditor: str) -> "Health | None":
        """What was kept last; None where no sweep has come by."""
        ...

    def save(self, health: "Health") -> None:
        """Store or replace."""
        ...
