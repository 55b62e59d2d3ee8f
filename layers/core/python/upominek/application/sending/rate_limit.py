"""Pacing: never faster than the account may send, and no retry spent on waiting."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from upominek.application.ports.world import Clock


@dataclass(slots=True)
class RateLimit:
    """What one worker may send over one channel.

    A message is paid for when it leaves, and the next one waits until that is worked off. So the wait comes before a
    message is claimed and its case read, an SMS of many parts need not be measured beforehand, and a worker that was
    idle has saved up nothing: there are no bursts.

    Attributes:
        per_second: units (e-mails, SMS parts) that this worker may send in a second.
    """

    clock: Clock
    per_second: float
    _paid_at: datetime | None = field(default=None, init=False)
    _debt: timedelta = field(default=timedelta(), init=False)

    def wait_seconds(self) -> float:
        """How long the next message has to wait."""
        if self._paid_at is None:
            return 0.0
        elapsed = self.clock.now() - self._paid_at
        if elapsed < timedelta():  # the clock was set back, which only the embedded default allows
            elapsed = timedelta()
            self._paid_at = self.clock.now()
        return max((self._debt - elapsed).total_seconds(), 0.0)

    def pay(self, units: int) -> None:
        """Count units that leave now."""
        self._debt = timedelta(seconds=self.wait_seconds() + units / self.per_second)
        self._paid_at = self.clock.now()
