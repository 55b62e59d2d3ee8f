"""The creditor (wierzyciel): the tenant whose money it is."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import assert_never

from upominek.domain.values.calendar import ContactHours
from upominek.domain.values.carrier import PRINT, SES, SNS, Carrier
from upominek.domain.values.channel import Channel
from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.unknown import Unknown


@dataclass(frozen=True, slots=True)
class Limits:
    """How often one debtor may be written to, over all channels and campaigns of the creditor.

    Attributes:
        per_day: messages on one local day.
        per_week: messages on any seven days in a row that weigh as much: a friendly note takes no place of a demand.
        days_between: so many days lie between two messages; one that says more than the last may come earlier, on
            another day.
    """

    per_day: int = 1
    per_week: int = 3
    days_between: int = 3


@dataclass(frozen=True, slots=True)
class SmallestSums:
    """Below these sums nobody is written to, in whole units of whatever the currency is: what is owed stays on record.

    Attributes:
        reminder: for messages that are friendly or neutral.
        demand: for formal ones, letters among them.
    """

    reminder: int = 2
    demand: int = 10


@dataclass(frozen=True, slots=True)
class ChosenCarriers:
    """Who brings a creditor's messages, for each channel."""

    sms: Carrier = SNS
    email: Carrier = SES
    letter: Carrier = PRINT

    def of(self, channel: Channel) -> Carrier:
        """The carrier of the channel."""
        match channel:
            case Channel.SMS:
                return self.sms
            case Channel.EMAIL:
                return self.email
            case Channel.LETTER:
                return self.letter
            case _:
                assert_never(channel)


@dataclass(frozen=True, slots=True)
class Register:
    """The register of debtors (biuro informacji gospodarczej) that the creditor has a contract with.

    Source: art. 12 and 14–15 of the act of 9 April 2010 on access to economic information: data is passed on under a
    written contract, and the demand with the warning names the bureau and its seat.

    Attributes:
        bureau: its name.
        seat: its address.
    """

    bureau: str
    seat: str


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
        address: lines of the postal address, for letters.
        register: None where there is no contract with any; then no text warns of an entry.
        offers_instalments, offers_later_date: what texts may offer to who cannot pay at once.
        claim_kind: what invoices that do not say it themselves are for.
        text_days: so long after a reminder can have gone, its words and the address that it went to are kept.
        retention_years: so long after the end of the year in which a case was closed, the person in it is kept.
        carriers: who brings the messages; a reminder that is claimed already keeps its own.
        smallest: sums below which it is not worth a message.
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
    address: tuple[str, ...] = ()
    register: Register | None = None
    offers_instalments: bool = False
    offers_later_date: bool = False
    claim_kind: ClaimKind | Unknown = ClaimKind.SALE
    text_days: int = 90
    retention_years: int = 3
    carriers: ChosenCarriers = ChosenCarriers()
    smallest: SmallestSums = SmallestSums()
