"""An invoice as one item. It has its place in the due index only while it is open."""

from datetime import date, datetime
from typing import Final

from upominek.adapters.aws.table.keys import DUE_KEY, DUE_SHARD, INVOICE, PK, SK, debtor_in, due_key, due_shard
from upominek.adapters.aws.table.typed_json import Item
from upominek.adapters.aws.table.values import money_in, money_text, time_text
from upominek.domain.receivables.invoice import Header, Invoice, LogEntry, Payment
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.money import Money
from upominek.domain.values.shards import shard_of
from upominek.domain.values.unknown import Unknown, read_word

VERSION: Final = "version"
OUTSTANDING: Final = "outstanding"
CURRENCY: Final = "currency"
CLAIM: Final = "claim"
DUE_ATTRIBUTES: Final = frozenset({DUE_SHARD, DUE_KEY, OUTSTANDING, CURRENCY})
"""What an open invoice has on top, for the index."""


def invoice_item(invoice: Invoice, shards: int) -> Item:
    """The invoice, without its key."""
    header = invoice.header
    item: Item = {
        VERSION: invoice.version,
        "cancelled_at": time_text(invoice.cancelled_at),
        "settled_at": time_text(invoice.settled_at),
        "payments": {
            payment_id: f"{time_text(payment.at)} {money_text(payment.amount)}"
            for payment_id, payment in invoice.payments.items()
        }
        or None,
        "log": [_log_text(entry) for entry in invoice.log] or None,
    }
    if header is None:
        return item
    item |= {
        "stated_at": time_text(header.at),
        "is_change": header.is_change or None,
        "amount": money_text(header.amount),
        "due_on": header.due_on.isoformat(),
        "issued_on": header.issued_on.isoformat() if header.issued_on else None,
        "paid": money_text(header.paid),
        "account": header.account,
        "payment_link": header.payment_link,
        CLAIM: header.claim and header.claim.value,
    }
    if invoice.is_open and invoice.outstanding is not None:
        item |= {
            DUE_SHARD: due_shard(invoice.creditor, shard_of(invoice.debtor, shards)),
            DUE_KEY: due_key(header.due_on, invoice.debtor, invoice.number),
            OUTSTANDING: invoice.outstanding.grosze,
            CURRENCY: invoice.outstanding.currency,
        }
    return item


def invoice_from(item: Item) -> Invoice:
    """The invoice."""
    creditor, debtor = debtor_in(item[PK])
    return Invoice(
        creditor=creditor,
        debtor=debtor,
        number=item[SK].removeprefix(INVOICE),
        header=_header(item) if "stated_at" in item else None,
        payments={payment_id: _payment(text) for payment_id, text in item.get("payments", {}).items()},
        cancelled_at=_time(item.get("cancelled_at")),
        settled_at=_time(item.get("settled_at")),
        log=tuple(map(_log_entry, item.get("log", ()))),
        version=item[VERSION],
    )


def due_from(item: Item) -> DueInvoice:
    """An open invoice from the index."""
    debtor = debtor_in(item[PK])[1]
    due_on = date.fromisoformat(item[DUE_KEY][:10])
    outstanding = Money(item[OUTSTANDING], item[CURRENCY])
    return DueInvoice(debtor, item[SK].removeprefix(INVOICE), due_on, outstanding, _claim(item))


def _header(item: Item) -> Header:
    return Header(
        at=datetime.fromisoformat(item["stated_at"]),
        amount=money_in(item["amount"]),
        due_on=date.fromisoformat(item["due_on"]),
        issued_on=date.fromisoformat(item["issued_on"]) if "issued_on" in item else None,
        paid=money_in(item["paid"]) if "paid" in item else None,
        account=item.get("account"),
        payment_link=item.get("payment_link"),
        is_change=item.get("is_change", False),
        claim=_claim(item),
    )


def _claim(item: Item) -> ClaimKind | Unknown | None:
    return read_word(ClaimKind, item[CLAIM]) if CLAIM in item else None


def _payment(text: str) -> Payment:
    at, _, amount = text.partition(" ")
    return Payment(money_in(amount), datetime.fromisoformat(at))


def _log_text(entry: LogEntry) -> str:
    told = (
        entry.kind,
        time_text(entry.at),
        money_text(entry.amount),
        entry.due_on and entry.due_on.isoformat(),
        money_text(entry.paid),
    )
    return "|".join(part or "" for part in told).rstrip("|")


def _log_entry(text: str) -> LogEntry:
    kind, at, amount, due_on, paid, *_ = [*text.split("|"), "", "", ""]
    return LogEntry(
        at=datetime.fromisoformat(at),
        kind=kind,
        amount=money_in(amount) if amount else None,
        due_on=date.fromisoformat(due_on) if due_on else None,
        paid=money_in(paid) if paid else None,
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
