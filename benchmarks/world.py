"""Invented creditors, debtors and invoices, as many as are asked for, as items of the table."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from upominek.adapters.aws.table import keys
from upominek.adapters.aws.table.case_items import OPENED, REVISION, debtor_changes
from upominek.adapters.aws.table.invoice_items import invoice_item
from upominek.adapters.aws.table.typed_json import Item
from upominek.adapters.aws.table.values import time_text
from upominek.adapters.config_files.campaigns_file import shipped_campaign
from upominek.application.jobs import OutboxItem
from upominek.bootstrap import Application
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import Debtor, DebtorDetails, DebtorKind, merged
from upominek.domain.receivables.events import Header, InvoiceSettled, InvoiceStated
from upominek.domain.receivables.invoice import Invoice, fold
from upominek.domain.values.channel import Channel
from upominek.domain.values.contact import Email, Phone
from upominek.domain.values.money import Money

TODAY = date(2026, 3, 3)
STATED_AT = datetime(2026, 2, 1, tzinfo=UTC)
STEPS = shipped_campaign("default").ladder
DUE_DATES = tuple(TODAY - timedelta(days=step.offset_days) for step in STEPS)
"""What falls due on these days has its step today."""
QUIET_DATES = tuple(day for ahead in range(-120, 120) if (day := TODAY + timedelta(days=ahead)) not in DUE_DATES)


def creditor(name: str, shards: int = 1) -> Creditor:
    """A creditor who has all that texts ask for."""
    return Creditor(
        id=name,
        name="Hurtownia Hydrauliczna Sp. z o.o.",
        nip="0001234562",
        account="20000000000000000012345678",
        sms_sender="Hurtownia",
        email_from="przypomnienia@example.com",
        reply_to="rozliczenia@example.com",
        contact_person="Barbara Nowicka",
        contact_phone="455 000 000",
        shards=(shards,),
    )


def settle_in(application: Application, name: str, shards: int = 1) -> Creditor:
    """Store a creditor with the default campaign."""
    known = creditor(name, shards)
    application.creditors.save(known)
    application.creditors.save_campaign(name, shipped_campaign("default"))
    return known


def details(number: int) -> DebtorDetails:
    """A debtor who can be reached by both channels."""
    return DebtorDetails(
        id=f"K-{number}",
        name=f"Usługi Hydrauliczne {number}",
        kind=DebtorKind.BUSINESS,
        first_name="Anna",
        phones=(Phone(f"+4845{number:07}", may_receive_sms=True),),
        emails=(Email(f"faktury+{number}@example.com"),),
        nip="0001234562",
    )


def cases(name: str, numbers: Iterable[int]) -> Iterator[Item]:
    """The debtors' cases."""
    for number in numbers:
        known = details(number)
        changes = debtor_changes(None, merged(Debtor(id=known.id), known, STATED_AT))
        yield {
            keys.PK: keys.case_partition(name, known.id),
            keys.SK: keys.CASE,
            **changes,
            OPENED: time_text(STATED_AT),
            REVISION: 1,
        }


def _invoice(name: str, number: int, due_on: date) -> Invoice:
    stated = InvoiceStated(
        number=f"FV/{number}/2026",
        debtor=DebtorDetails(id=f"K-{number}"),
        header=Header(
            at=STATED_AT, amount=Money(12_345 + number % 90_000), due_on=due_on, issued_on=due_on - timedelta(days=14)
        ),
    )
    empty = Invoice(creditor=name, debtor=f"K-{number}", number=stated.number)
    return replace(fold(empty, stated), version=1)


def invoices(name: str, count: int, due: int, shards: int = 1) -> Iterator[Item]:
    """Open invoices, one for each debtor; a step of the first `due` of them lands today."""
    for number in range(count):
        dates = DUE_DATES if number < due else QUIET_DATES
        yield _open_invoice(name, number, dates[number % len(dates)], shards)


def due_invoices(name: str, numbers: Iterable[int]) -> Iterator[Item]:
    """Open invoices of these debtors, of which a step lands today."""
    return (_open_invoice(name, number, DUE_DATES[number % len(DUE_DATES)], 1) for number in numbers)


def _open_invoice(name: str, number: int, due_on: date, shards: int) -> Item:
    invoice = _invoice(name, number, due_on)
    return {
        keys.PK: keys.case_partition(name, invoice.debtor),
        keys.SK: keys.INVOICE + invoice.number,
        **invoice_item(invoice, shards),
    }


def settled_invoices(name: str, count: int, debtors: int) -> Iterator[Item]:
    """Paid invoices of the same debtors, who keep them for ever."""
    stated = _invoice(name, 0, QUIET_DATES[0])
    settled = fold(stated, InvoiceSettled(number=stated.number, debtor_id=stated.debtor, at=STATED_AT))
    content = invoice_item(settled, 1)
    assert keys.DUE_SHARD not in content
    for number in range(count):
        yield {
            keys.PK: keys.case_partition(name, f"K-{number % debtors}"),
            keys.SK: f"{keys.INVOICE}FV/{number}/2025",
            **content,
        }


def debtors_for(channel: Channel, count: int) -> list[int]:
    """Debtors whose step of today goes over this channel."""
    places = [place for place, step in enumerate(STEPS) if step.channels[0] is channel]
    return [len(STEPS) * (number // len(places)) + places[number % len(places)] for number in range(count)]


def outbox(name: str, numbers: Iterable[int], channel: Channel) -> Iterator[OutboxItem]:
    """What the planner puts on the outbox for these debtors."""
    for number in numbers:
        yield OutboxItem(
            creditor=name,
            debtor=f"K-{number}",
            campaign="default",
            day=TODAY,
            step=STEPS[number % len(STEPS)].name,
            channel=channel,
            invoices=(f"FV/{number}/2026",),
        )
