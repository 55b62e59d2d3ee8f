"""The creditor (wierzyciel): the tenant whose money it is."""

from dataclasses import dataclass, field
from datetime import timedelta

from upominek.domain.calendar import ContactHours


@dataclass(frozen=True, slots=True)
class Limits:
    """How often one debtor may be written to, over all channels and campaigns of the creditor.

    Attributes:
        per_day: messages on one local day.
        per_week: messages on any seven days in a row.
    """

    per_day: int = 1
    per_week: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Creditor:
    """Whose money it is, under whose name messages go out, and when they may.

    Attributes:
        id: short name in keys and addresses, `[a-z0-9-]`.
        sms_sender: up to 11 characters shown as the sender of an SMS; debtors cannot reply to it.
        email_from: verified sender address; replies go to `reply_to`.
        account: NRB of 26 digits, or an IBAN, that debtors pay to.
        shards: every number of shards that the creditor has had, oldest first, each a power of two and
            larger than the one before: invoices written under an older number stay where they are.
        message_lifetime: a reminder that could not leave within this time of its planned hour expires.
    """

    id: str
    name: str
    nip: str | None = None
    account: str | None = None
    sms_sender: str | None = None
    email_from: str | None = None
    reply_to: str | None = None
    contact_person: str | None = None
    contact_phone: str | None = None
    website: str | None = None
    hours: ContactHours = field(default_factory=ContactHours)
    limits: Limits = field(default_factory=Limits)
    shards: tuple[int, ...] = (1,)
    message_lifetime: timedelta = timedelta(days=3)
