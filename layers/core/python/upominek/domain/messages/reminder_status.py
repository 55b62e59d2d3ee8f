"""What may have become of a reminder."""

from enum import StrEnum


class ReminderStatus(StrEnum):
    """What became of a reminder."""

    CLAIMED = "claimed"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    BOUNCED = "bounced"
    SKIPPED = "skipped"
    EXPIRED = "expired"
