"""What comes in from outside, already parsed: the events that invoices and cases are made of.

Each event is a fact with the time at which it happened in the creditor's system (`at`, aware UTC), which
orders it; when it arrived does not matter. Events may come late, twice and reversed.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import attrgetter

from upominek.domain.errors import InvalidValue
from upominek.domain.parties.debtor import DebtorDetails
from upominek.domain.values.kinds import ClaimKind, HoldKind
from upominek.domain.values.money import Money
from upominek.domain.values.problem import JsonPlace, Problem
from upominek.domain.values.unknown import Unknown


@dataclass(frozen=True, slots=True)
class Header:
    """What a source states of an invoice, beside its debtor and its payments; kept with the invoice as it was stated.

    Attributes:
        at: UTC, the time as of which the source speaks.
        amount: gross total; negative for a credit note.
        paid: what had been paid by then in all; None where the source does not say, which is no statement.
        is_listed: the source lists what is open, so the invoice was, as far as it knew.
        corrects: number of the invoice that a credit note corrects; None where the source does not say.
        source: whose statement it is, for people: `webhook`, `file` or `list`.
        is_change: a change beats an issue of the same instant.
        claim: what is owed for; None where the source does not say, then the creditor's usual kind counts.
    """

    at: datetime
    amount: Money
    due_on: date
    issued_on: date | None = None
    paid: Money | None = None
    account: str | None = None
    payment_link: str | None = None
    is_change: bool = False
    claim: ClaimKind | Unknown | None = None
    is_listed: bool = False
    source: str | None = None
    corrects: str | None = None

    @property
    def content(self) -> object:
        """What it says, apart from when and by whom."""
        return _content(self)

    @property
    def speaks_of_payment(self) -> bool:
        """Whether it says what is paid, or that something is not."""
        return self.paid is not None or self.is_listed

    @property
    def order(self) -> tuple[datetime, bool, str]:
        """Total order of statements: by time, then change over issue, then content so that ties end alike."""
        return self.at, self.is_change, repr(_content(self))


_ABOUT = frozenset({"at", "is_change", "is_listed", "source"})
_content = attrgetter(*(one.name for one in fields(Header) if one.name not in _ABOUT))
"""What a statement says, apart from when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceStated:
    """The invoice as the creditor's system sees it: issued, changed, or listed in a file."""

    number: str
    debtor: DebtorDetails
    header: Header

    @property
    def at(self) -> datetime:
        """The time as of which the source speaks."""
        return self.header.at


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceCancelled:
    """The invoice is void: nobody owes it any more."""

    number: str
    debtor_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceSettled:
    """The creditor's full list of open invoices no longer has it, so it is paid or otherwise done with."""

    number: str
    debtor_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReceived:
    """Money came in for one invoice; the id makes it count once. Negative amounts take a payment back."""

    id: str
    number: str
    debtor_id: str
    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferReceived:
    """Money came in by one transfer for several invoices of a debtor.

    Attributes:
        shares: number of each invoice, once, and how much of the amount is its own, where the sender says so.
    """

    id: str
    debtor_id: str
    amount: Money
    at: datetime
    shares: tuple[tuple[str, Money | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtorStated:
    """What a source says of a debtor apart from any invoice, as a list of contacts does."""

    debtor: DebtorDetails
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentStated:
    """Money that came in, as a bank or a cash book tells of it; what it was for may still have to be found out.

    Attributes:
        id: makes the payment count once; two that are alike in everything else have two ids. Negative amounts take a
            payment back.
        day: on which it was booked.
        number, debtor_id: None where the source does not name the invoice, or whose it is.
        payer, account, title: who paid, from which account, with which words, for whoever looks for the invoice.
        at: UTC, where the source knows the moment and not only the day.
        reason: why it is kept apart although it names both; see `WhyApart`.
    """

    id: str
    amount: Money
    day: date
    number: str | None = None
    debtor_id: str | None = None
    payer: str = ""
    account: str = ""
    title: str = ""
    at: datetime | None = None
    reason: str = ""

    def received(self, at: datetime) -> PaymentReceived | None:
        """The payment of the invoice that it names; None where it does not name one with its debtor.

        Args:
            at: UTC time at which the day began where the creditor is.
        """
        if self.number is None or self.debtor_id is None:
            return None
        return PaymentReceived(id=self.id, number=self.number, debtor_id=self.debtor_id, amount=self.amount, at=at)


InvoiceEvent = InvoiceStated | InvoiceCancelled | InvoiceSettled | PaymentReceived


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHeld:
    """The case, or one invoice of it, must not be addressed: from now, until the end of a day if one is given."""

    debtor_id: str
    kind: HoldKind
    at: datetime
    reason: str
    until: date | None = None
    number: str | None = None
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReleased:
    """A hold is over before its time."""

    debtor_id: str
    kind: HoldKind
    at: datetime
    reason: str = ""
    number: str | None = None
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNoted:
    """Something a person wrote into the case history; without an id, the same words at the same time are one note."""

    debtor_id: str
    at: datetime
    text: str
    by: str = ""
    id: str = ""


CaseEvent = CaseHeld | CaseReleased | CaseNoted

Event = InvoiceEvent | CaseEvent

Statement = Event | DebtorStated | PaymentStated | TransferReceived
"""Whatever a source may state: what files carry beside the events of the webhook."""


class EventsInvalid(InvalidValue):
    """A message that cannot be taken, with everything that is wrong with it; none of it was applied."""

    def __init__(self, problems: tuple[Problem[JsonPlace], ...]) -> None:
        super().__init__(
            "events_invalid",
            pl="Wiadomość zawiera błędy; niczego z niej nie przyjęto.",
            en="The message has errors; nothing of it was taken in.",
        )
        self.problems = problems
