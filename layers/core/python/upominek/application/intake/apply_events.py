"""Taking statements in: into invoices, cases, their history. The one way in for webhooks and files alike.

Idempotent and indifferent to order: the same events in any order, any number of times and from two intakes at once end
in the same cases and invoices. What a crash leaves half done, the repetition completes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import time

from upominek.application.cases.apply_case_event import apply_to_case
from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.intake import UnmatchedPaymentRepository
from upominek.application.ports.invoices import InvoiceChange, InvoiceKey, InvoiceRepository
from upominek.application.ports.world import Clock
from upominek.domain.errors import Conflict
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import DebtorDetails
from upominek.domain.receivables.events import (
    CaseEvent,
    DebtorStated,
    Event,
    InvoiceEvent,
    InvoiceStated,
    PaymentReceived,
    PaymentStated,
    Statement,
)
from upominek.domain.receivables.invoice import Invoice, fold_all, kind_of_news, overtaken_at
from upominek.domain.values.batches import batched

BATCH_SIZE = 1000
"""Events held at once: enough for the store to be kept busy."""

ATTEMPTS = 12
"""Rounds against others who write the same invoices; in each round somebody gets through."""

NEWS = {"issued": "new", "changed": "changed", "reopened": "changed", "cancelled": "cancelled", "settled": "settled"}


class ApplyEvents:
    """Applies events to the cases and invoices of one creditor."""

    def __init__(
        self, cases: CaseRepository, invoices: InvoiceRepository, unmatched: UnmatchedPaymentRepository, clock: Clock
    ) -> None:
        self._cases = cases
        self._invoices = invoices
        self._unmatched = unmatched
        self._clock = clock

    def apply(self, creditor: Creditor, statements: Iterable[Statement]) -> Counter[str]:
        """Apply the statements, in constant memory; when this returns, all of them are durable.

        Returns:
            What became of them: `new`, `changed`, `unchanged`, `cancelled`, `settled` invoices, `payments`, `holds`,
            `releases`, `notes`, `contacts`; `unmatched` payments, which are kept apart; and those `superseded` by a
            newer word that is not among them. Repeating an intake after a crash counts as the intake itself would
            have, unless somebody said something newer meanwhile.

        Raises:
            Conflict: others kept changing the same invoices; repeat the whole.
        """
        counts: Counter[str] = Counter()
        for batch in batched(statements, BATCH_SIZE):
            contacts = [one for one in batch if isinstance(one, DebtorStated)]
            events, unmatched = _matched(creditor, (one for one in batch if not isinstance(one, DebtorStated)))
            if unmatched:
                self._unmatched.keep(creditor.id, unmatched)
            self._open_cases(creditor.id, contacts, events)
            counts += Counter(contacts=len(contacts), unmatched=len(unmatched))
            counts += self._apply_to_invoices(creditor, [e for e in events if not isinstance(e, CaseEvent)])
            case_events = [one for one in events if isinstance(one, CaseEvent)]
            times = {one.at for one in case_events}
            for event in case_events:
                word, overtaken = apply_to_case(self._cases, creditor.id, event)
                counts["superseded" if overtaken and overtaken not in times else word] += 1
        return counts

    def _open_cases(self, creditor: str, contacts: Sequence[DebtorStated], events: Sequence[Event]) -> None:
        """A case for everybody who is spoken of: nothing waits for an invoice that is still to come."""
        invoices = (event for event in events if isinstance(event, InvoiceStated))
        told: list[DebtorStated | InvoiceStated] = [*contacts, *invoices]
        stated = dict.fromkeys((one.debtor, one.at) for one in told)
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
                counts.update(_news(folded[key][1], waiting[key]))
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


def _matched(
    creditor: Creditor, statements: Iterable[Event | PaymentStated]
) -> tuple[list[Event], list[PaymentStated]]:
    """The events, payments of named invoices among them, and the payments that name none."""
    events: list[Event] = []
    unmatched: list[PaymentStated] = []
    for one in statements:
        if not isinstance(one, PaymentStated):
            events.append(one)
        elif (payment := one.received(creditor.hours.at_local(one.day, time(0)))) is not None:
            events.append(payment)
        else:
            unmatched.append(one)
    return events, unmatched


def _debtor_of(event: Event) -> str:
    return event.debtor.id if isinstance(event, InvoiceStated) else event.debtor_id


def _news(invoice: Invoice, events: Sequence[InvoiceEvent]) -> Iterator[str]:
    """What became of each of the events, all of which are in the invoice."""
    times = {event.at for event in events}
    for event in events:
        overtaken = overtaken_at(invoice, event)
        if overtaken and overtaken not in times:
            yield "superseded"
        elif isinstance(event, PaymentReceived):
            yield "payments"
        else:
            yield NEWS.get(kind_of_news(invoice, event.at) or "", "unchanged")
