"""What time it is for the stack; that of the embedded one can be moved."""

from dataclasses import dataclass
from datetime import datetime

from upominek.application.ports.world import Clock


@dataclass(frozen=True, slots=True)
class ShowTime:
    """Tells the time."""

    clock: Clock

    def __call__(self) -> datetime:
        """The current business time, aware UTC."""
        return self.clock.now()
