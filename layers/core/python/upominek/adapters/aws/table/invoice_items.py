"""An invoice as one item. It has its place in the due index only while it is open."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from upominek.adapters.aws.table.keys import DUE_KEY, DUE_SHARD, INVOICE, PK, SK, debtor_in, due_key, due_shard
from upominek.adapters.aws.table.typed_json import Item
from upominek.adapters.aws.table.values import money_in, money_text, time_text
from upominek.domain.receivables.events import Header
from upominek.domain.receivables.invoice import Invoice, LogEntry, PaidSaid, Payment
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.batches import batched
from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.money import Money
from upominek.domain.values.shards import shard_of
from upominek.domain.values.unknown import Unknown, read_word

VERSION: Final = "version"
OUTSTANDING: Final = "outstanding"
CURRENCY: Final = "currency"
CLAIM: Final = "claim"
AMOUNT: Final = "amount"
KNOWN_AT: Final = "known_at"
CORRECTS: Final = "corrects"
PAYMENTS: Final = "payments"
PAGES: Final = "pages"
"""How many pages of payments stand beside the invoice; an entry of the invoice itself, or of a later page, is newer."""

PAYMENTS_PER_ITEM: Final = 100
"""More are moved to a page, so that an invoice costs little to write, and no number of payments fills it up."""

DUE_ATTRIBUTES: Final = frozenset({DUE_SHARD, DUE_KEY, OUTSTANDING, CURRENCY})
"""What an open invoice has on top, for the index."""


class _Stored(NamedTuple):
    """How a field of the header is kept: under which name, and as what; without these, as it is."""

    attribute: str
    write: Callable[[Any], object] | None = None
    read: Callable[[Any], object] | None = None


def _claim_in(text: str) -> ClaimKind | Unknown:
    return read_word(ClaimKind, text)


_HEADER: Final[Mapping[str, _Stored]] = {
    "at": _Stored("stated_at", time_text, datetime.fromisoformat),
    "is_change": _Stored("is_change", lambda is_change: is_change or None),
    "amount": _Stored(AMOUNT, money_text, money_in),
    "due_on": _Stored("due_on", date.isoformat, date.fromisoformat),
    "issued_on": _Stored("issued_on", date.isoformat, date.fromisoformat),
    "paid": _Stored("paid", money_text, money_in),
    "account": _Stored("account"),
    "payment_link": _Stored("payment_link"),
    "claim": _Stored(CLAIM, lambda claim: claim.value, _claim_in),
    "is_listed": _Stored("is_listed", lambda is_listed: is_listed or None),
    "source": _Stored("source"),
    "corrects": _Stored(CORRECTS),
}
"""Every field of the header. What is None is not kept; names and forms stay, for they are those of stored items."""


def invoice_item(invoice: Invoice, shards: int) -> Item:
    """The invoice, without its key."""
    header = invoice.header
    item: Item = {
        VERSION: invoice.version,
        "cancelled_at": time_text(invoice.cancelled_at),
        "settled_at": time_text(invoice.settled_at),
        PAYMENTS: payment_texts(invoice.payments) or None,
        "log": [_log_text(entry) for entry in invoice.log] or None,
        "paid_said": _said_text(invoice.paid_said),
        "open_said_at": time_text(invoice.open_said_at),
        "first_at": time_text(invoice.first_at),
        "reopened_at": time_text(invoice.reopened_at),
    }
    if header is None:
        return item
    for name, (attribute, write, _) in _HEADER.items():
        if (value := getattr(header, name)) is not None:
            item[attribute] = write(value) if write else value
    if invoice.is_open and invoice.outstanding is not None:
        item |= {
            DUE_SHARD: due_shard(invoice.creditor, shard_of(invoice.debtor, shards)),
            DUE_KEY: due_key(header.due_on, invoice.debtor, invoice.number),
            OUTSTANDING: invoice.outstanding.grosze,
            CURRENCY: invoice.outstanding.currency,
            KNOWN_AT: time_text(invoice.known_at),
        }
    return item


def payment_texts(payments: Mapping[str, Payment]) -> dict[str, str]:
    """Payments as they are kept, by id."""
    return {key: f"{time_text(one.at)} {money_text(one.amount)}" for key, one in payments.items()}


def paged(payments: Mapping[str, str], pages: int) -> tuple[Item, dict[int, Item]]:
    """What the invoice's item has of these payments, and the new pages that take the rest, by number.

    Args:
        pages: how many there are.
    """
    full = list(batched(payments.items(), PAYMENTS_PER_ITEM))
    newest = full.pop() if full else []
    new = {number: {PAYMENTS: dict(page)} for number, page in enumerate(full, pages + 1)}
    return {PAYMENTS: dict(newest) or None, PAGES: pages + len(new) or None}, new


def invoice_from(item: Item, pages: Iterable[Item] = ()) -> Invoice:
    """The invoice.

    Args:
        pages: of its payments, oldest first.
    """
    creditor, debtor = debtor_in(item[PK])
    texts = {key: text for page in (*pages, item) for key, text in page.get(PAYMENTS, {}).items()}
    return Invoice(
        creditor=creditor,
        debtor=debtor,
        number=item[SK].removeprefix(INVOICE),
        header=_header(item) if "stated_at" in item else None,
        payments={payment_id: _payment(text) for payment_id, text in texts.items()},
        cancelled_at=_time(item.get("cancelled_at")),
        settled_at=_time(item.get("settled_at")),
        log=tuple(map(_log_entry, item.get("log", ()))),
        known_at=_time(item.get(KNOWN_AT)),
        reopened_at=_time(item.get("reopened_at")),
        paid_said=_said(item),
        open_said_at=_time(item.get("open_said_at")),
        first_at=_time(item.get("first_at") or item.get("stated_at")),
        version=item[VERSION],
    )


def due_from(item: Item) -> DueInvoice:
    """An open invoice from the index."""
    debtor = debtor_in(item[PK])[1]
    due_on = date.fromisoformat(item[DUE_KEY][:10])
    outstanding = Money(item[OUTSTANDING], item[CURRENCY])
    amount = money_in(item[AMOUNT]) if AMOUNT in item else None
    number = item[SK].removeprefix(INVOICE)
    known_at, corrects = _time(item.get(KNOWN_AT)), item.get(CORRECTS)
    return DueInvoice(debtor, number, due_on, outstanding, _claim(item), amount, known_at, corrects)


def _header(item: Item) -> Header:
    said: dict[str, Any] = {
        name: read(item[attribute]) if read else item[attribute]
        for name, (attribute, _, read) in _HEADER.items()
        if attribute in item
    }
    return Header(**said)


def _claim(item: Item) -> ClaimKind | Unknown | None:
    return _claim_in(item[CLAIM]) if CLAIM in item else None


def _said_text(said: PaidSaid | None) -> str | None:
    if said is None:
        return None
    return f"{time_text(said.at)} {money_text(said.amount)}{' change' if said.is_change else ''}"


def _said(item: Item) -> PaidSaid | None:
    """What a statement said of payments; the header did, in a version that kept no other."""
    if "paid_said" in item:
        at, grosze, currency, *change = item["paid_said"].split(" ")
        return PaidSaid(datetime.fromisoformat(at), money_in(f"{grosze} {currency}"), bool(change))
    if "paid" not in item or "first_at" in item:
        return None
    return PaidSaid(datetime.fromisoformat(item["stated_at"]), money_in(item["paid"]), item.get("is_change", False))


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
        entry.source,
    )
    return "|".join(part or "" for part in told).rstrip("|")


def _log_entry(text: str) -> LogEntry:
    kind, at, amount, due_on, paid, source, *_ = [*text.split("|"), "", "", "", ""]
    return LogEntry(
        at=datetime.fromisoformat(at),
        kind=kind,
        amount=money_in(amount) if amount else None,
        due_on=date.fromisoformat(due_on) if due_on else None,
        paid=money_in(paid) if paid else None,
        source=source or None,
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
