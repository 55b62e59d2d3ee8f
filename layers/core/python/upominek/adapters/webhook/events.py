"""What an invoicing system may say: one model for each type of event, and its meaning in the domain.

Fields of `data` that nobody knows are refused: a misspelt `emails` would otherwise be lost without a word. Unknown
fields of the envelope are ignored, since tools that forward webhooks add their own. A field that is null is not said.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from upominek.adapters.webhook.values import (
    Account,
    Amount,
    ClauseAddress,
    Currency,
    Date,
    DebtorId,
    EmailAddress,
    ForeignId,
    KindOfClaim,
    KindOfDebtor,
    KindOfHold,
    Language,
    Line,
    Link,
    Note,
    Number,
    Pesel,
    PhoneNumber,
    Regon,
    TaxNumber,
    Timestamp,
)
from upominek.domain.parties.debtor import DebtorDetails
from upominek.domain.receivables.events import (
    CaseHeld,
    CaseNoted,
    CaseReleased,
    Event,
    Header,
    InvoiceCancelled,
    InvoiceStated,
    PaymentReceived,
    PaymentStated,
    Statement,
    TransferReceived,
)
from upominek.domain.values.identifiers import is_nip
from upominek.domain.values.money import DEFAULT_CURRENCY

MOST_MEMBERS: Final = 10


class Data(BaseModel):
    """The content of an event."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DebtorData(Data):
    """Who owes. What is left out stays as it was known before; a list that is given replaces the one before."""

    id: DebtorId = Field(description="The debtor's id in your own system; everything about one debtor hangs on it.")
    name: Line | None = Field(
        None, description="Name of the firm, or first and last name.", examples=["Hydro-Bud sp. z o.o."]
    )
    kind: KindOfDebtor | None = None
    first_name: Line | None = Field(None, description="How a person is addressed.", examples=["Anna"])
    phones: list[PhoneNumber] | None = Field(
        None, max_length=MOST_MEMBERS, description="In order of preference; without a prefix they are Polish."
    )
    emails: list[EmailAddress] | None = Field(None, max_length=MOST_MEMBERS, description="In order of preference.")
    language: Language | None = Field(None, description="Language of the messages, ISO 639-1.")
    tags: list[Line] | None = Field(None, max_length=50, description="Words that campaigns choose their audience by.")
    nip: TaxNumber | None = Field(None, description="NIP; a foreign VAT number is kept as `vat_id`.")
    vat_id: TaxNumber | None = Field(None, description="VAT number of a firm abroad, its country in front.")
    regon: Regon | None = None
    pesel: Pesel | None = None
    address: list[Line] | None = Field(None, max_length=MOST_MEMBERS, description="Lines of the postal address.")
    email_clause: ClauseAddress | None = Field(
        None,
        description="The address that your contract names for demands by e-mail; without such a clause leave it out.",
        examples=["ksiegowosc@hydro-bud.example.com"],
    )

    def details(self) -> DebtorDetails:
        """The same in the domain."""
        tax_numbers = [one for one in (self.nip, self.vat_id) if one is not None]
        return DebtorDetails(
            id=self.id,
            name=self.name,
            kind=self.kind,
            first_name=self.first_name,
            phones=None if self.phones is None else tuple(dict.fromkeys(self.phones)),
            emails=None if self.emails is None else tuple(dict.fromkeys(self.emails)),
            language=self.language,
            tags=None if self.tags is None else frozenset(self.tags),
            nip=next(filter(is_nip, tax_numbers), None),
            regon=self.regon,
            pesel=self.pesel,
            address=None if self.address is None else tuple(self.address),
            email_clause=self.email_clause,
            vat_id=next((one for one in tax_numbers if not is_nip(one)), None),
        )


class InvoiceData(Data):
    """The whole invoice as your system sees it at the time of the event."""

    number: Number
    debtor: DebtorData
    due_date: Date | None = Field(
        description="Needed, but for a credit note (a negative amount): then its day of issue stands in for it."
    )
    issue_date: Date | None = None
    currency: Currency = Field(DEFAULT_CURRENCY, description="ISO 4217.")
    amount: Amount = Field(description="Gross total; negative for a credit note.")
    paid: Amount | None = Field(None, description="What has been paid of it so far in all, where your system knows it.")
    account: Account | None = Field(None, description="NRB or IBAN to pay to, instead of the creditor's usual one.")
    payment_link: Link | None = Field(None, description="Page on which the invoice can be paid.")
    claim: KindOfClaim | None = Field(
        None,
        description="What is owed for, which decides when the claim is time-barred; else the creditor's usual kind.",
    )
    corrects: Number | None = Field(None, description="Number of the invoice that a credit note corrects.")

    @model_validator(mode="before")
    @classmethod
    def _undated_credit(cls, said: Any) -> Any:  # noqa: ANN401 - JSON
        """A credit note falls due on no day; of anything else a day of null is none."""
        if not isinstance(said, dict):
            return said
        if str(said.get("amount")).strip().startswith("-"):
            return {"due_date": None, **said}
        return {name: value for name, value in said.items() if name != "due_date" or value is not None}

    def stated(self, at: Timestamp, *, is_change: bool) -> InvoiceStated:
        """The same in the domain."""
        header = Header(
            at=at,
            amount=self.amount,
            due_on=self.due_date or self.issue_date or at.date(),
            issued_on=self.issue_date,
            paid=self.paid,
            account=self.account,
            payment_link=self.payment_link,
            is_change=is_change,
            claim=self.claim,
            source="webhook",
            corrects=self.corrects,
        )
        return InvoiceStated(number=self.number, debtor=self.debtor.details(), header=header)


class CancelledData(Data):
    """Which invoice is void."""

    number: Number
    debtor_id: DebtorId


class ShareData(Data):
    """One of the invoices that a payment is for."""

    number: Number
    currency: Currency = Field(DEFAULT_CURRENCY, description="That of the payment, and no other; may be left out.")
    amount: Amount | None = Field(None, description="How much of the payment is for it, where you know.")


class PaymentData(Data):
    """Money that came in: for one invoice, for several, or for nobody knows what; then it waits for a person."""

    id: ForeignId = Field(
        description="Your id of the payment; it makes the payment count once. A correction has an id of its own."
    )
    number: Number | None = Field(None, description="The invoice that was paid.")
    debtor_id: DebtorId | None = Field(None, description="Who paid; without it nobody can find the invoice.")
    currency: Currency = Field(DEFAULT_CURRENCY, description="ISO 4217.")
    amount: Amount = Field(description="What came in; negative when a payment was taken back.")
    invoices: list[ShareData] | None = Field(
        None,
        min_length=1,
        max_length=100,
        description="Instead of `number`: several invoices that one payment is for. Without amounts the oldest is paid "
        "first, and the last takes what is left.",
    )
    payer: Line | None = Field(None, description="Who paid, for whoever looks for the invoice.")
    account: Line | None = Field(None, description="From which account.")
    title: Line | None = Field(None, description="The words of the transfer.")

    @model_validator(mode="before")
    @classmethod
    def _one_currency(cls, said: Any) -> Any:  # noqa: ANN401 - JSON
        """Shares are in the payment's currency without saying so."""
        shares = said.get("invoices") if isinstance(said, dict) else None
        if not isinstance(shares, list) or "currency" not in said:
            return said
        currency = {"currency": said["currency"]}
        return {**said, "invoices": [currency | one if isinstance(one, dict) else one for one in shares]}

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.invoices is not None:
            _check_shares(self, self.invoices)
        return self

    def stated(self, at: Timestamp) -> Statement:
        """The same in the domain."""
        numbers = [self.number] if self.number else [one.number for one in self.invoices or ()]
        if self.debtor_id is not None and len(numbers) == 1:
            return PaymentReceived(id=self.id, number=numbers[0], debtor_id=self.debtor_id, amount=self.amount, at=at)
        if self.debtor_id is not None and numbers:
            shares = tuple((one.number, one.amount) for one in self.invoices or ())
            return TransferReceived(id=self.id, debtor_id=self.debtor_id, amount=self.amount, at=at, shares=shares)
        return PaymentStated(
            id=self.id,
            amount=self.amount,
            day=at.date(),
            number=numbers[0] if len(numbers) == 1 else None,
            debtor_id=self.debtor_id,
            payer=self.payer or "",
            account=self.account or "",
            title=self.title or ", ".join(numbers[1:] and numbers),
            at=at,
        )


def _check_shares(payment: PaymentData, shares: Sequence[ShareData]) -> None:
    """Raises: PydanticCustomError."""
    numbers = [one.number for one in shares]
    given = [one.amount for one in shares if one.amount is not None]
    if payment.number is not None:
        raise _wrong("number_twice", "Podaj number albo invoices.", "Give number or invoices, not both.")
    if len(set(numbers)) < len(numbers):
        raise _wrong("invoice_twice", "Każdą fakturę podaj raz.", "Name each invoice once.")
    if any(one.currency != payment.currency for one in given):
        raise _wrong("currency_mismatch", "Waluta musi być jedna.", "There can be one currency only.")
    total, rest = payment.amount.grosze, payment.amount.grosze - sum(one.grosze for one in given)
    if total < 0 and (len(given) < len(shares) or rest):
        raise _wrong("amounts_missing", "Przy zwrocie podaj kwotę dla każdej faktury.", "Say each invoice's amount.")
    if total >= 0 and rest < 0:
        raise _wrong("amounts_exceed", "Kwoty faktur przekraczają wpłatę.", "The amounts exceed the payment.")


def _wrong(code: str, pl: str, en: str) -> PydanticCustomError:
    return PydanticCustomError(code, "{en}", {"pl": pl, "en": en})


class HeldData(Data):
    """Why a case, or one invoice of it, is not to be addressed."""

    debtor_id: DebtorId
    kind: KindOfHold
    reason: Line
    until: Date | None = Field(None, description="Last day on which it holds; without it, until released.")
    number: Number | None = Field(None, description="Only this invoice; without it, the whole case.")
    by: Line | None = Field(None, description="Who decided it.")


class ReleasedData(Data):
    """Which hold is over."""

    debtor_id: DebtorId
    kind: KindOfHold
    number: Number | None = Field(None, description="As in the hold.")
    reason: Line | None = None
    by: Line | None = None


class NotedData(Data):
    """Something worth remembering in the case history."""

    debtor_id: DebtorId
    text: Note
    id: ForeignId | None = Field(None, description="Your id of the note; without it, text and time make it one.")
    by: Line | None = None


class Envelope(BaseModel):
    """What all events have in common (Standard Webhooks)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    timestamp: Timestamp = Field(
        description="When it happened in your system. It orders the events; when they arrive does not matter."
    )


class InvoiceIssued(Envelope):
    """An invoice is new."""

    type: Literal["invoice.issued"]
    data: InvoiceData

    def event(self) -> Event:
        """The same in the domain."""
        return self.data.stated(self.timestamp, is_change=False)


class InvoiceChanged(Envelope):
    """An invoice is different from what was said before: `data` is the whole invoice as it is now."""

    type: Literal["invoice.changed"]
    data: InvoiceData

    def event(self) -> Event:
        """The same in the domain."""
        return self.data.stated(self.timestamp, is_change=True)


class InvoiceCancelledEvent(Envelope):
    """An invoice is void; a later `invoice.changed` brings it back."""

    type: Literal["invoice.cancelled"]
    data: CancelledData

    def event(self) -> Event:
        """The same in the domain."""
        return InvoiceCancelled(number=self.data.number, debtor_id=self.data.debtor_id, at=self.timestamp)


class PaymentReceivedEvent(Envelope):
    """Money came in; it may be told before its invoice."""

    type: Literal["payment.received"]
    data: PaymentData

    def event(self) -> Statement:
        """The same in the domain."""
        return self.data.stated(self.timestamp)


class CaseHeldEvent(Envelope):
    """A debtor, or one invoice, is not to be addressed; a newer hold of the same kind replaces the older."""

    type: Literal["case.held"]
    data: HeldData

    def event(self) -> Event:
        """The same in the domain."""
        of = self.data
        return CaseHeld(
            debtor_id=of.debtor_id,
            kind=of.kind,
            at=self.timestamp,
            reason=of.reason,
            until=of.until,
            number=of.number,
            by=of.by or "",
        )


class CaseReleasedEvent(Envelope):
    """A hold is over before its time."""

    type: Literal["case.released"]
    data: ReleasedData

    def event(self) -> Event:
        """The same in the domain."""
        of = self.data
        return CaseReleased(
            debtor_id=of.debtor_id,
            kind=of.kind,
            at=self.timestamp,
            reason=of.reason or "",
            number=of.number,
            by=of.by or "",
        )


class CaseNotedEvent(Envelope):
    """A note for the case history."""

    type: Literal["case.noted"]
    data: NotedData

    def event(self) -> Event:
        """The same in the domain."""
        of = self.data
        return CaseNoted(debtor_id=of.debtor_id, at=self.timestamp, text=of.text, by=of.by or "", id=of.id or "")


WebhookEvent = (
    InvoiceIssued
    | InvoiceChanged
    | InvoiceCancelledEvent
    | PaymentReceivedEvent
    | CaseHeldEvent
    | CaseReleasedEvent
    | CaseNotedEvent
)
Published = Annotated[WebhookEvent, Field(discriminator="type")]

TYPES: Mapping[str, type[WebhookEvent]] = {
    "invoice.issued": InvoiceIssued,
    "invoice.changed": InvoiceChanged,
    "invoice.cancelled": InvoiceCancelledEvent,
    "payment.received": PaymentReceivedEvent,
    "case.held": CaseHeldEvent,
    "case.released": CaseReleasedEvent,
    "case.noted": CaseNotedEvent,
}
