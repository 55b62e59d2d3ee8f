"""How a case tells why an address is not used any more."""

from datetime import datetime

from upominek.domain.cases.case import Fact
from upominek.domain.messages.reminder import Reminder

ADDRESS_SUPPRESSED = "address-suppressed"


def suppression_fact(reminder: Reminder, at: datetime, *, code: str, pl: str, en: str) -> Fact:
    """The fact, without the address: the reminder that it names has it. Derived, so telling it twice tells it once."""
    return Fact(
        id=f"{ADDRESS_SUPPRESSED}-{reminder.key.id}",
        at=at,
        kind=ADDRESS_SUPPRESSED,
        data={"channel": reminder.channel.value, "code": code, "pl": pl, "en": en, "reminder": reminder.key.id},
    )
