"""The brake on a creditor's e-mail: too many returns or complaints, and it stops before the provider stops the account.

Amazon SES reviews an account at 5 % hard bounces or 0.1 % complaints, and may pause it at 10 % and 0.5 %. The old
address list of one creditor would take the others' e-mail with it, so each has a brake of its own, which acts earlier.
Source: Amazon SES Developer Guide, "Understanding reputation metrics".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from upominek.domain.messages.receipt import TRAITS, Receipt, ReceiptKind
from upominek.domain.messages.reminder import Reminder

WINDOW: Final = timedelta(hours=24)
LEAST: Final = 1000
"""Of fewer messages a share says little."""
_PER_MILLE: Final = 1000
_WARN_BOUNCED, _STOP_BOUNCED = 50, 100
_WARN_COMPLAINED, _STOP_COMPLAINED = 1, 3
_ANSWERED: Final = frozenset(kind for kind, traits in TRAITS.items() if traits.is_final_answer)


class ReputationGuard(StrEnum):
    """What a tally asks for."""

    FREE = "free"
    WARN = "warn"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class ReputationCounts:
    """What became of a creditor's e-mails.

    Attributes:
        answered: those of which it is known that they were delivered or came back for good; the others' fate is open,
            so they are not counted.
        bounced: of these, those that came back for good, even after they had been delivered.
        complained: those that the addressee called spam.
    """

    answered: int = 0
    bounced: int = 0
    complained: int = 0

    def __add__(self, other: "ReputationCounts") -> "ReputationCounts":
        """Both together."""
        return ReputationCounts(
            self.answered + other.answered, self.bounced + other.bounced, self.complained + other.complained
        )

    @property
    def is_bad(self) -> bool:
        """Whether there is anything in it that may brake."""
        return bool(self.bounced or self.complained)

    @property
    def brake(self) -> ReputationGuard:
        """Whether the creditor's e-mail may go on."""
        if self.answered < LEAST:
            return ReputationGuard.FREE
        if self._reaches(_STOP_BOUNCED, _STOP_COMPLAINED):
            return ReputationGuard.STOP
        return ReputationGuard.WARN if self._reaches(_WARN_BOUNCED, _WARN_COMPLAINED) else ReputationGuard.FREE

    def _reaches(self, bounced: int, complained: int) -> bool:
        return (
            self.bounced * _PER_MILLE >= bounced * self.answered
            or self.complained * _PER_MILLE >= complained * self.answered
        )

    @property
    def figures(self) -> str:
        """The figures, for people and logs."""
        return f"{self.bounced} bounced, {self.complained} complained, of {self.answered}"


def tally_of(reminder: Reminder, receipt: Receipt) -> ReputationCounts:
    """What a new receipt adds to the tally: each e-mail counts once, however many receipts tell of it.

    Args:
        reminder: as it is with the receipt.
    """
    before = {one.kind for one in reminder.receipts if one.id != receipt.id}
    is_first = receipt.kind not in before
    return ReputationCounts(
        answered=int(receipt.kind in _ANSWERED and not before & _ANSWERED),
        bounced=int(is_first and receipt.kind is ReceiptKind.BOUNCED),
        complained=int(is_first and receipt.kind is ReceiptKind.COMPLAINED),
    )


def hour_of(at: datetime) -> datetime:
    """The hour that it is counted in."""
    return at.replace(minute=0, second=0, microsecond=0)


def first_hour(now: datetime) -> datetime:
    """The oldest hour that still counts: with the running one, 24 in all."""
    return hour_of(now) - WINDOW + timedelta(hours=1)
