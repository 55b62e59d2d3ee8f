"""Taking statements in: into invoices, cases, their history. The one way in for webhooks and files alike.

Idempotent and indifferent to order: the same events in any order, any number of times and from two intakes at once end
in the same cases and invoices. What a crash leaves half done, the repetition completes.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from typing import TYPE_CHECKING, Final

from upominek.application.cases.apply_case_event import apply_to_case
from upominek.application.cases.wake_debtors import WakeDebtors
from upominek.application.intake.doubts import held_today, opens_again
from upominek.application.intake.hold_for_money import HoldForMoney
from upominek.application.intake.judge_payments import Judged, JudgePayments, Payment
from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.intake import UnmatchedPaymentRepository
from upominek.application.ports.invoices import InvoiceChange, InvoiceKey, InvoiceRepository
from upominek.application.ports.world import Clock
from upominek.domain.errors import Conflict, InvalidValue
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import DebtorDetails
from upominek.domain.receivables.events import (
    CaseEvent,
    CaseReleased,
    DebtorStated,
    Event,
    InvoiceEvent,
    InvoiceStated,
    PaymentReceived,
    PaymentStated,
    Statement,
    TransferReceived,
)
from upominek.domain.receivables.invoice import Invoice, fold_all, kind_of_news, known, overtaken_at
from upominek.domain.receivables.payments import BookedPayment, WhyApart, why_loose
from upominek.domain.values.batches import batched

if TYPE_CHECKING:
    from upominek.application.intake.count_unreached import CountUnreached

BATCH_SIZE = 1000
"""Events held at once: enough for the store to be kept busy."""

ATTEMPTS = 12
"""Rounds against others who write the same invoices; in each round somebody gets through."""

NEWS = {"issued": "new", "changed": "changed", "reopened": "changed", "cancelled": "cancelled", "settled": "settled"}

_Payment: Final = PaymentReceived | TransferReceived | PaymentStated


class ApplyEvents:
    """Applies events to the cases and invoices of one creditor."""

    def __init__(
        self,
        cases: CaseRepository,
        invoices: InvoiceRepository,
        unmatched: UnmatchedPaymentRepository,
        wake: WakeDebtors,
        clock: Clock,
    ) -> None:
        self._cases = cases
        self._invoices = invoices
        self._unmatched = unmatched
        self._wake = wake
        self._judge = JudgePayments(invoices, unmatched)
        self._holds = HoldForMoney(cases, invoices, unmatched, clock)
        self._clock = clock

    def apply(
        self, creditor: Creditor, statements: Iterable[Statement], *, count: "CountUnreached | None" = None
    ) -> Counter[str]:
        """Apply the statements, in constant memory; when this returns, all of them are durable.

        Args:
            count: counts what was brought and will not be reached, where somebody wants to know.

        Returns:
            What became of them: `new`, `changed`, `unchanged`, `cancelled`, `settled` invoices, `payments`, `holds`,
            `releases`, `notes`, `contacts`; `unmatched` payments, and those `proposed` for an invoice, which are kept
            apart; payments `refused` since their id is known with another amount; and what was `superseded` by a
            newer word that is not among them. Repeating an intake after a crash counts as the intake itself would
            have, unless somebody said something newer meanwhile.

        Raises:
            Conflict: others kept changing the same invoices; repeat the whole.
        """
        counts: Counter[str] = Counter()
        for batch in batched(statements, BATCH_SIZE):
            contacts = [one for one in batch if isinstance(one, DebtorStated)]
            payments = _payments(creditor, batch)
            judged = self._judge(creditor, payments, _stated(batch))
            others = [one for one in batch if isinstance(one, Event) and not isinstance(one, PaymentReceived)]
            events: list[Event] = [*judged.booked, *others]
            apart = [*judged.unmatched, *judged.proposed]
            if apart:
                self._unmatched.keep(creditor.id, apart)
            self._open_cases(creditor.id, contacts, events, apart)
            counts += Counter(
                contacts=len(contacts),
                unmatched=len(judged.unmatched),
                proposed=len(judged.proposed),
                payments=_received(payments, judged),
                refused=len(judged.contradictions),
            )
            news = _MoneyNews()
            to_invoices = [e for e in events if not isinstance(e, CaseEvent)]
            counts += self._apply_to_invoices(creditor, to_invoices, news, count)
            case_events = [one for one in events if isinstance(one, CaseEvent)]
            times = {one.at for one in case_events}
            for event in case_events:
                word, overtaken = apply_to_case(self._cases, creditor.id, event)
                counts["superseded" if overtaken and overtaken not in times else word] += 1
            self._hold_and_release(creditor, apart, judged, news)
            self._wake.for_release(creditor, {one.debtor_id for one in events if isinstance(one, CaseReleased)})
        return counts

    def _hold_and_release(
        self, creditor: Creditor, apart: Sequence[PaymentStated], judged: Judged, news: "_MoneyNews"
    ) -> None:
        """Hold those who may have paid, and let go those of whose money the invoice is known now."""
        found = news.came | {booking.debtor for _, booking in judged.found}
        for kept, booking in judged.found:
            self._unmatched.note_booking(creditor.id, kept.payment.id, booking, before=kept.bookings)
            found |= kept.debtors
        self._holds.hold(creditor, apart, news.loose)
        if found:
            self._holds.look_again(creditor, found)

    def book(self, creditor: Creditor, payments: Sequence[PaymentReceived]) -> None:
        """Put the payments on the books by a person's decision, whatever their size. Idempotent. Raises: Conflict."""
        self._apply_to_invoices(creditor, payments, _MoneyNews())

    def look_again(self, creditor: Creditor, debtors: Collection[str]) -> None:
        """Let those go of whose money none waits any more."""
        self._holds.look_again(creditor, debtors)

    def contradictions(self, creditor: Creditor, statements: Sequence[Statement]) -> list[tuple[int, InvalidValue]]:
        """Payments that contradict what is known, by their place, with the reason. Nothing is written."""
        places = [place for place, one in enumerate(statements) if isinstance(one, _Payment)]
        judged = self._judge(creditor, _payments(creditor, statements), _stated(statements))
        return [(places[place], error) for place, error in judged.contradictions]

    def _open_cases(
        self,
        creditor: str,
        contacts: Sequence[DebtorStated],
        events: Sequence[Event],
        apart: Sequence[PaymentStated],
    ) -> None:
        """A case for everybody who is spoken of: nothing waits for an invoice that is still to come."""
        invoices = (event for event in events if isinstance(event, InvoiceStated))
        told: list[DebtorStated | InvoiceStated] = [*contacts, *invoices]
        stated = dict.fromkeys((one.debtor, one.at) for one in told)
        unheard_of = {one.debtor_id: one.at for one in apart if one.debtor_id is not None and one.at is not None}
        unheard_of |= {_debtor_of(event): event.at for event in events}
        for details, _ in stated:
            unheard_of.pop(details.id, None)
        bare = ((DebtorDetails(id=debtor), at) for debtor, at in unheard_of.items())
        self._cases.open_cases(creditor, sorted([*stated, *bare], key=lambda one: one[1]))

    def _apply_to_invoices(
        self,
        creditor: Creditor,
        events: Sequence[InvoiceEvent],
        news: "_MoneyNews",
        count: "CountUnreached | None" = None,
    ) -> Counter[str]:
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
            self._hold_reopened(creditor, changes)
            lost = set(self._invoices.save(changes, creditor.shards)) if changes else set()
            saved = [folded[key] for key in waiting.keys() - lost]
            news.loose += self._list_booked(creditor, [after for _, after in saved], waiting)
            news.came |= {after.debtor for before, after in saved if before.payments and _comes(before, after)}
            for key in waiting.keys() - lost:
                counts.update(_news(folded[key][1], waiting[key]))
            self._wake.for_invoices(creditor, (folded[key][1] for key in waiting.keys() - lost))
            if count is not None:
                done = ((folded[key][1], waiting[key]) for key in waiting.keys() - lost)
                counts += count(creditor, [(one, events) for one, events in done if _is_brought(one, events)])
            waiting = {key: events for key, events in waiting.items() if key in lost}
        raise Conflict(f"{len(waiting)} invoices of {creditor.id}")

    def _note_closing(self, creditor: Creditor, changes: Sequence[InvoiceChange]) -> None:
        closed = {change.after.debtor for change in changes if not change.after.is_open}
        if closed:
            today = creditor.hours.local_day(self._clock.now())
            self._cases.note_closing(creditor.id, closed, today, creditor.shards)

    def _hold_reopened(self, creditor: Creditor, changes: Sequence[InvoiceChange]) -> None:
        """Nobody is reminded on the day of what was settled and is opened again: a person may have to look first."""
        again = [
            one.after
            for one in changes
            if opens_again(one.before, one.after) and one.after.header != one.before.header  # no payment taken back
        ]
        now = self._clock.now()
        for event in held_today(again, now, creditor.hours.local_day(now)):
            apply_to_case(self._cases, creditor.id, event)

    def _list_booked(
        self, creditor: Creditor, saved: Sequence[Invoice], events: Mapping[InvoiceKey, list[InvoiceEvent]]
    ) -> list[BookedPayment]:
        """Put the payments of the events on the creditor's list; again on a repetition, in case it was not reached.

        Returns:
            Those of which the invoice is not known, or in another currency.
        """
        booked = [
            BookedPayment(
                id=event.id,
                amount=event.amount,
                at=event.at,
                debtor=event.debtor_id,
                number=event.number,
                is_loose=why_loose(event.amount, invoice) is not None,
            )
            for invoice in saved
            for event in events[InvoiceKey(invoice.creditor, invoice.debtor, invoice.number)]
            if isinstance(event, PaymentReceived)
        ]
        if booked:
            self._unmatched.list_booked(creditor.id, booked)
        return [one for one in booked if one.is_loose]

    def _folded(self, events: Mapping[InvoiceKey, list[InvoiceEvent]]) -> dict[InvoiceKey, tuple[Invoice, Invoice]]:
        """Each invoice as it is stored and as it shall be."""
        stored = self._invoices.get_many(events.keys())
        pairs = {}
        for key, mine in events.items():
            before = stored.get(key) or Invoice(creditor=key.creditor, debtor=key.debtor, number=key.number)
            pairs[key] = before, known(before, fold_all(before, mine), self._clock.now())
        return pairs


@dataclass(slots=True)
class _MoneyNews:
    """What an intake brings to light: payments without a known invoice, and debtors an invoice of whom came at last."""

    loose: list[BookedPayment] = field(default_factory=list)
    came: set[str] = field(default_factory=set)


def _comes(before: Invoice, after: Invoice) -> bool:
    """Whether the invoice is known only now, or in another currency than it was."""
    if after.header is None or before.header is None:
        return after.header is not None
    return after.header.amount.currency != before.header.amount.currency


def _payments(creditor: Creditor, statements: Iterable[Statement]) -> list[Payment]:
    """The payments among the statements, in their order; those that name an invoice with its debtor as its own."""
    payments: list[Payment] = []
    for one in statements:
        if not isinstance(one, PaymentStated):
            if isinstance(one, PaymentReceived | TransferReceived):
                payments.append(one)
            continue
        dated = one if one.at is None else replace(one, day=creditor.hours.local_day(one.at))
        payments.append(dated.received(dated.at or creditor.hours.at_local(dated.day, time(0))) or dated)
    return payments


def _stated(statements: Iterable[Statement]) -> list[InvoiceStated]:
    return [one for one in statements if isinstance(one, InvoiceStated)]


def _received(payments: Sequence[Payment], judged: Judged) -> int:
    """How many of the payments are on the books; a transfer is one, however many invoices it is for."""
    apart = [*judged.unmatched, *judged.proposed]
    left_over = sum(one.reason == WhyApart.REMAINDER for one in judged.unmatched)
    return len(payments) - len(judged.contradictions) - len(apart) + left_over


def _is_brought(invoice: Invoice, events: Sequence[InvoiceEvent]) -> bool:
    """Whether the events opened or changed it, and it is open."""
    return invoice.is_open and not {"new", "changed"}.isdisjoint(_news(invoice, events))


def _debtor_of(event: Event) -> str:
    return event.debtor.id if isinstance(event, InvoiceStated) else event.debtor_id


def _news(invoice: Invoice, events: Sequence[InvoiceEvent]) -> Iterator[str]:
    """What became of each of the events, all of which are in the invoice."""
    times = {event.at for event in events}
    for event in events:
        overtaken = overtaken_at(invoice, event)
        if overtaken and overtaken not in times:
            yield "superseded"
        elif not isinstance(event, PaymentReceived):  # payments are counted as they came
            yield NEWS.get(kind_of_news(invoice, event.at) or "", "unchanged")
