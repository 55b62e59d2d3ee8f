"""The last look before a message goes: the case and the invoices as they are now, the decision anew, and a place.

The case is read, what it says is decided, and a place within the limits is taken by a write that fails where another
message took one in between. It gives the case back as it is then, and the decision is made once more by that: a hold
that came in the meantime is seen. The same write remembers what is said, and when the debtor is to be looked at next.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from upominek.application.planning.reservation import agenda_without, places_of, reservation_of
from upominek.application.ports.cases import CaseRepository, Reservation
from upominek.application.ports.invoices import InvoiceKey, InvoiceRepository
from upominek.application.sending.lease import Lease, Skip
from upominek.domain.cases.case import Case
from upominek.domain.errors import Conflict, NotFound
from upominek.domain.planning.agenda import awaits_address
from upominek.domain.planning.campaign import Campaign
from upominek.domain.planning.decision import Asked, Decision, SkipReason, decide, plan_debtor
from upominek.domain.planning.occasions import event_holds, traits_of
from upominek.domain.planning.recheck import reason_at, why_nothing
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.receivables.open_invoice import DueInvoice, due_invoice
from upominek.domain.values.contact import address_hash

ATTEMPTS: Final = 8
"""Rounds against others who write to the same case."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was found: the decision that a message goes, and what it was made of."""

    case: Case
    decision: Decision
    invoices: Mapping[str, Invoice]


@dataclass(frozen=True, slots=True)
class LastLook:
    """Decides about one leased item by what holds at this moment."""

    cases: CaseRepository
    invoices: InvoiceRepository

    def __call__(self, lease: Lease) -> Look:
        """What the message says, and to which address that works; its place is taken.

        Raises:
            Skip: it does not go. What is owed to the debtor all the same is on the agenda.
            Conflict: others kept changing the case.
            NotFound: there is no such case.
        """
        for _ in range(ATTEMPTS):
            found = self._on_event(lease) if not lease.item.occasion.is_step else self._on_step(lease)
            if found is not None:
                return found
        raise Conflict(f"case of {lease.item.creditor}")

    def look_again(self, lease: Lease) -> None:
        """Put the debtor on the agenda for what this message did not say, if that is still to be said."""
        item = lease.item
        if not item.occasion.is_step or not lease.takes_place:
            return
        try:
            case = self.cases.get(item.creditor, item.debtor)
        except NotFound:
            return
        self._note(lease, case, _due(self.invoices.open_of(item.creditor, item.debtor)))

    # --- A step of a ladder -------------------------------------------------------------------------------------------

    def _on_step(self, lease: Lease) -> Look | None:
        """None where the case was changed while it was looked at."""
        item, terms = lease.item, lease.terms
        campaign = terms.campaign(item)
        if campaign is None:
            raise Skip(SkipReason.CAMPAIGN_ENDED)
        case = self.cases.get(item.creditor, item.debtor)
        open_ = self.invoices.open_of(item.creditor, item.debtor)
        due = _due(open_)
        try:
            decision, asked = self._goes(lease, campaign, case, due, _asked(lease))
            if lease.takes_place:
                reserved = self._with_place(lease, case, decision, due)
                if reserved is None:
                    return None
                case = reserved
                decision, _ = self._goes(lease, campaign, case, due, asked)
        except Skip as skip:
            # Unless it is remembered which addresses do not work, tomorrow looks as if the message could go.
            known = replace(case, suppressed=case.suppressed | skip.suppressed)
            self._note(lease, known, due, skip.reason)
            raise
        return Look(case, decision, {one.number: one for one in open_})

    def _goes(
        self, lease: Lease, campaign: Campaign, case: Case, due: Sequence[DueInvoice], asked: Asked
    ) -> tuple[Decision, Asked]:
        """The decision that it goes, and what is known of addresses then. Raises: Skip."""
        terms, today = lease.terms, lease.today
        while True:
            decision = plan_debtor(terms.creditor, terms.campaigns, campaign, case, due, today=today, asked=asked)
            if decision is None:
                raise self._nothing(lease, campaign, case, due)
            if (known := self._to_address(lease, case, decision, asked)) is None:
                return decision, replace(asked, usable=asked.usable | _digest(decision, terms.creditor.id))
            asked = known

    def _to_address(self, lease: Lease, case: Case, decision: Decision, asked: Asked) -> Asked | None:
        """None where the decision's address works; else what is known of addresses now. Raises: Skip."""
        if decision.reason is not None or decision.address is None:
            reason = decision.reason or SkipReason.NO_ADDRESS
            since = reason_at(decision, case, lease.today)
            raise Skip(reason, detail=decision.detail, at=since, suppressed=asked.suppressed)
        # One address at a time: nearly always the first one works, and each look costs a read.
        digests = _digest(decision, lease.terms.creditor.id)
        if digests <= asked.usable or not self.cases.suppressed(lease.terms.creditor.id, digests):
            return None
        return replace(asked, suppressed=asked.suppressed | digests)

    def _nothing(self, lease: Lease, campaign: Campaign, case: Case, due: Sequence[DueInvoice]) -> Skip:
        """Why there is nothing to be said any more."""
        item, terms = lease.item, lease.terms
        keys = {number: InvoiceKey(item.creditor, item.debtor, number) for number in item.invoices}
        stored = self.invoices.get_many(keys.values()) if keys else {}
        planned = {number: stored.get(key) for number, key in keys.items()}
        gone = why_nothing(
            terms.creditor, terms.campaigns, campaign, case, due, planned=planned, step=item.step, today=lease.today
        )
        return Skip(gone.reason, detail=gone.detail, at=gone.at)

    def _with_place(self, lease: Lease, case: Case, decision: Decision, due: Sequence[DueInvoice]) -> Case | None:
        """The case with the place taken, as it is now; None where it is no longer what was read."""
        lease.has_place = True
        if case.holds_place(lease.place):
            return case
        terms = lease.terms
        campaign = terms.campaign(lease.item)
        assert campaign is not None  # noqa: S101 - it was decided by it
        reservation = reservation_of(
            terms.creditor,
            terms.campaigns,
            campaign,
            case,
            decision,
            due,
            place=lease.place,
            read_at=lease.reminder.claimed_at,
        )
        return self.cases.reserve_contact(case, reservation, terms.creditor.shards)

    def _note(self, lease: Lease, case: Case, due: Sequence[DueInvoice], reason: SkipReason | None = None) -> None:
        if not lease.takes_place:
            return
        terms = lease.terms
        campaign = terms.campaign(lease.item)
        agenda = agenda_without(terms.creditor, terms.campaigns, campaign, case, due, lease.place)
        awaits = awaits_address(terms.campaigns, case, reason)
        self.cases.set_agenda(case, agenda, terms.creditor.shards, awaits_address=awaits)

    # --- An event -----------------------------------------------------------------------------------------------------

    def _on_event(self, lease: Lease) -> Look | None:
        item, creditor = lease.item, lease.terms.creditor
        keys = [InvoiceKey(item.creditor, item.debtor, number) for number in item.invoices]
        invoices = {key.number: one for key, one in self.invoices.get_many(keys).items()}
        due, gone = event_holds(item.occasion, item.invoices, invoices)
        if not due:
            raise Skip(gone.reason, at=gone.at)
        step = max(due.values(), key=lambda one: one.offset_days)
        case = self.cases.get(creditor.id, item.debtor)
        asked = replace(_asked(lease), traits=traits_of(item.occasion))

        def goes(now: Case, known: Asked) -> tuple[Decision, Asked]:
            while True:
                decision = decide(creditor, now, step, tuple(due), lease.today, asked=known)
                if (better := self._to_address(lease, now, decision, known)) is None:
                    return decision, replace(known, usable=known.usable | _digest(decision, creditor.id))
                known = better

        decision, asked = goes(case, asked)
        if lease.takes_place:
            lease.has_place = True
            if not case.holds_place(lease.place):
                place = Reservation(contact=lease.place, places=places_of(creditor), keeps_agenda=True)
                reserved = self.cases.reserve_contact(case, place, creditor.shards)
                if reserved is None:
                    return None
                case = reserved
            decision, _ = goes(case, asked)
        return Look(case, decision, invoices)


def _asked(lease: Lease) -> Asked:
    return Asked(
        besides=frozenset({lease.reminder.key.id, lease.place.reminder_id}),
        tried=lease.item.passed_over,
        suppressed=lease.tried_addresses,
    )


def _digest(decision: Decision, creditor: str) -> frozenset[str]:
    return frozenset({address_hash(decision.address or "", creditor)})


def _due(invoices: Sequence[Invoice]) -> list[DueInvoice]:
    return [due for one in invoices if (due := due_invoice(one)) is not None]
