"""Taking events in: into invoices, into cases, into the history. The one way in for webhooks and files alike.

Idempotent and indifferent to order: the same events in any order, any number of times and from two intakes at once end
in the same cases and invoices. What a crash leaves half done, the repetition completes.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from upominek.application.ports import CaseRepository, Clock, InvoiceChange, InvoiceKey, InvoiceRepository
from upominek.domain.case import Fact, Hold
from upominek.domain.creditor import Creditor
from upominek.domain.debtor import DebtorDetails
from upominek.domain.errors import Conflict
from upominek.domain.intake import (
    CaseEvent,
    CaseHeld,
    CaseNoted,
    CaseReleased,
    Event,
    InvoiceEvent,
    InvoiceStated,
    PaymentReceived,
)
from upominek.domain.invoice import Invoice, fold_all, kind_of_news

T = TypeVar("T")

BATCH_SIZE = 1000
"""Events held at once: enough for the store to be kept busy."""

ATTEMPTS = 12
"""Rounds against others who write the same invoices; in each round somebody gets through."""

NEWS = {"issued": "new", "changed": "changed", "reopened": "changed", "cancelled": "cancelled", "settled": "settled"}


class TakeIn:
    """Applies events to the cases and invoices of one creditor."""

    def __init__(self, cases: CaseRepository, invoices: InvoiceRepository, clock: Clock) -> None:
        self._cases = cases
        self._invoices = invoices
        self._clock = clock

    def apply(self, creditor: Creditor, events: Iterable[Event]) -> Counter[str]:
        """Apply the events, in constant memory; when this returns, all of them are durable.

        Returns:
            What became of them: `new`, `changed`, `unchanged`, `cancelled`, `settled` invoices, `payments`, `holds`,
            `releases` and `notes`. Repeating an intake after a crash counts as the intake itself would have.

        Raises:
            Conflict: others kept changing the same invoices; repeat the whole.
        """
        counts: Counter[str] = Counter()
        for batch in _batches(events, BATCH_SIZE):
            self._open_cases(creditor.id, batch)
            counts += self._apply_to_invoices(creditor, [e for e in batch if not isinstance(e, CaseEvent)])
            for event in batch:
                if isinstance(event, CaseEvent):
                    counts[apply_to_case(self._cases, creditor.id, event)] += 1
        return counts

    def _open_cases(self, creditor: str, events: Sequence[Event]) -> None:
        """A case for everybody who is spoken of: nothing waits for an invoice that is still to come."""
        stated = dict.fromkeys((event.debtor, event.at) for event in events if isinstance(event, InvoiceStated))
        unheard_of = {_debtor_of(event): event.at for event in events}
        for details, _ in stated:
            unheard_of.pop(details.id, None)
        bare = ((DebtorDetails(id=debtor), at) for debtor, at in unheard_of.items())
        self._cases.open_cases(creditor, sorted([*stated, *bare], key=lambda one: one[1]))

    def _apply_to_invoices(self, creditor: Creditor, events: Sequence[InvoiceEvent]) -> Counter[str]:
        waiting: dict[InvoiceKey, list[InvoiceEvent]] = {}
        for event in events:
            key = InvoiceKey(creditor.id, _debtor_of(event), event.number)
            waiting.setdefault(key, []).append(event)
        counts: Counter[str] = Counter()
        for attempt in range(ATTEMPTS):
            if not waiting:
                return counts
            if attempt:
                self._clock.sleep(0.02 * attempt)
            folded = self._folded(waiting)
            changes = [InvoiceChange(before, after) for before, after in folded.values() if after is not before]
            self._note_closing(creditor, changes)
            lost = set(self._invoices.save(changes, creditor.shards)) if changes else set()
            for key in waiting.keys() - lost:
                counts.update(_news(folded[key][1], event) for event in waiting[key])
            waiting = {key: events for key, events in waiting.items() if key in lost}
        raise Conflict(f"{len(waiting)} invoices of {creditor.id}")

    def _note_closing(self, creditor: Creditor, changes: Sequence[InvoiceChange]) -> None:
        closed = {change.after.debtor for change in changes if not change.after.is_open}
        if closed:
            today = creditor.hours.local_day(self._clock.now())
            self._cases.note_closing(creditor.id, closed, today, creditor.shards)

    def _folded(self, events: Mapping[InvoiceKey, list[InvoiceEvent]]) -> dict[InvoiceKey, tuple[Invoice, Invoice]]:
        """Each invoice as it is stored and as it shall be."""
        stored = self._invoices.get_many(events.keys())
        pairs = {}
        for key, mine in events.items():
            before = stored.get(key) or Invoice(creditor=key.creditor, debtor=key.debtor, number=key.number)
            pairs[key] = before, fold_all(before, mine)
        return pairs


def apply_to_case(cases: CaseRepository, creditor: str, event: CaseEvent) -> str:
    """Bring the event into its case, which exists; `holds`, `releases` or `notes`."""
    match event:
        case CaseHeld():
            cases.hold(creditor, event.debtor_id, hold_of(event), fact_of(event))
            return "holds"
        case CaseReleased():
            key = Hold(kind=event.kind, since=event.at, reason=event.reason, number=event.number).key
            cases.release(creditor, event.debtor_id, key, fact_of(event))
            return "releases"
        case CaseNoted():
            cases.add_fact(creditor, event.debtor_id, fact_of(event))
            return "notes"


def hold_of(event: CaseHeld) -> Hold:
    """The hold that the event sets."""
    return Hold(
        kind=event.kind,
        since=event.at,
        reason=event.reason,
        until=event.until,
        number=event.number,
        by=event.by,
    )


def fact_of(event: CaseEvent) -> Fact:
    """The event as the history keeps it; its id follows from its content, so that a repetition is the same fact."""
    match event:
        case CaseNoted():
            return _fact(event, "note", event.id, text=event.text)
        case CaseHeld():
            until = event.until.isoformat() if event.until else ""
            return _fact(event, "hold", hold=event.kind, reason=event.reason, until=until, invoice=event.number or "")
        case CaseReleased():
            return _fact(event, "release", hold=event.kind, reason=event.reason, invoice=event.number or "")


def _fact(event: CaseEvent, kind: str, own_id: str = "", **data: str) -> Fact:
    said = {name: str(value) for name, value in data.items() if value}
    content = "\x1f".join((event.debtor_id, kind, own_id, event.at.isoformat(), event.by, *map("=".join, said.items())))
    return Fact(id=hashlib.sha256(content.encode()).hexdigest()[:20], at=event.at, kind=kind, data=said, by=event.by)


def _debtor_of(event: Event) -> str:
    return event.debtor.id if isinstance(event, InvoiceStated) else event.debtor_id


def _news(invoice: Invoice, event: InvoiceEvent) -> str:
    if isinstance(event, PaymentReceived):
        return "payments"
    return NEWS.get(kind_of_news(invoice, event.at) or "", "unchanged")


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch
