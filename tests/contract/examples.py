"""Invoices, reminders and the like for the contract tests."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from upominek.application.ports.invoices import InvoiceChange, InvoiceKey, InvoiceRepository
from upominek.domain.cases.case import Fact
from upominek.domain.messages.receipt import Receipt, ReceiptKind
from upominek.domain.messages.reminder import Reminder, reminder_key
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.parties.debtor import DebtorDetails, DebtorKind
from upominek.domain.receivables.events import Header, InvoiceEvent, InvoiceStated, PaymentReceived
from upominek.domain.receivables.invoice import Invoice, fold
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.contact import Email, Phone
from upominek.domain.values.money import Money

NOW = datetime(2026, 3, 2, 8, 15, 30, 123456, tzinfo=UTC)
TODAY = date(2026, 3, 2)
ACME = "acme"
DEBTOR = "K-1001"

KOWALSKA = DebtorDetails(
    id=DEBTOR,
    name="Hydraulika Żółć sp. z o.o.",
    kind=DebtorKind.CONSUMER,
    first_name="Jadwiga",
    phones=(Phone("+48512345678", may_receive_sms=True), Phone("+48221234567", may_receive_sms=False)),
    emails=(Email("jadwiga@example.com"),),
    language="en",
    tags=frozenset({"vip", "2026"}),
    nip="5214349636",
    address=("ul. Długa 1", "00-001 Warszawa"),
    email_clause="wezwania@example.com",
    vat_id="DE123456789",
)


def stated(number: str = "FV 1/2026", *, debtor: str = DEBTOR, **changes: Any) -> InvoiceStated:  # noqa: ANN401 - as `replace` has it
    header = Header(at=NOW, amount=Money(12300), due_on=date(2026, 2, 25), issued_on=date(2026, 2, 11))
    return InvoiceStated(number=number, debtor=DebtorDetails(id=debtor), header=replace(header, **changes))


def payment(payment_id: str, grosze: int, number: str = "FV 1/2026") -> PaymentReceived:
    return PaymentReceived(id=payment_id, number=number, debtor_id=DEBTOR, amount=Money(grosze), at=NOW)


def apply_events(invoices: InvoiceRepository, *events: InvoiceEvent, shards: tuple[int, ...] = (1,)) -> None:
    """Fold the events into the stored invoices, one write each."""
    for event in events:
        debtor = event.debtor.id if isinstance(event, InvoiceStated) else event.debtor_id
        key = InvoiceKey(ACME, debtor, event.number)
        before = invoices.get_many([key]).get(key) or Invoice(creditor=ACME, debtor=debtor, number=event.number)
        assert invoices.save([InvoiceChange(before, fold(before, event))], shards) == []


def claimed(campaign: str = "standard", **changes: Any) -> Reminder:  # noqa: ANN401 - as `replace` has it
    reminder = Reminder(
        key=reminder_key(ACME, campaign, DEBTOR, TODAY),
        campaign=campaign,
        step="+5",
        channel=Channel.SMS,
        template="overdue",
        tone=Tone.FRIENDLY,
        status=ReminderStatus.CLAIMED,
        claimed_at=NOW,
        lease_until=NOW + timedelta(minutes=5),
        invoices=("FV 1/2026",),
    )
    return replace(reminder, **changes)


def sent(reminder: Reminder, **changes: Any) -> Reminder:  # noqa: ANN401 - as `replace` has it
    outcome = replace(
        reminder,
        status=ReminderStatus.SENT,
        lease_until=None,
        totals=(Money(12300),),
        address="+48512345678",
        sent_at=NOW + timedelta(seconds=1),
        provider_message_id="7a3f9d52-1b1f-5ab4-9dd9-c2a0d3e5a1b2",
        text="Hydro: przypominamy o fakturze FV 1/2026 na 123,00 PLN, termin 25.02.2026. Pytania: 22 123 45 67.",
        parts=1,
        price="0.0324 USD",
    )
    return replace(outcome, **changes)


def receipt(kind: ReceiptKind, receipt_id: str | None = None, **changes: Any) -> Receipt:  # noqa: ANN401 - as `replace` has it
    told = Receipt(id=receipt_id or f"r-{kind.value}", kind=kind, at=NOW + timedelta(seconds=5))
    return replace(told, **changes)


def fact(fact_id: str = "f-1", at: datetime = NOW, kind: str = "hold", **data: str) -> Fact:
    return Fact(id=fact_id, at=at, kind=kind, data=data, by="anna")
