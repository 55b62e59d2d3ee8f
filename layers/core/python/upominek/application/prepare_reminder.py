"""What a claimed reminder says and to whom, by what holds at this moment; or why it says nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from upominek.application.message_context import build_context
from upominek.application.messages import OutboxItem
from upominek.application.ports import (
    CaseRepository,
    CreditorRepository,
    InvoiceKey,
    InvoiceRepository,
    ReminderRepository,
    Rendered,
    Renderer,
)
from upominek.domain.calendar import ContactHours
from upominek.domain.campaign import Campaign, Step, campaign_of, in_force
from upominek.domain.case import Case, Contact
from upominek.domain.contact import address_hash
from upominek.domain.creditor import Creditor
from upominek.domain.errors import Conflict, NotFound
from upominek.domain.invoice import Invoice
from upominek.domain.planning import Decision, DueInvoice, SkipReason, contact_hours, decide, has_expired, landing_span
from upominek.domain.receipt import ARRIVED
from upominek.domain.recheck import channels_after, reason_at, reminded, still_due
from upominek.domain.reminder import Channel, Reminder, ReminderKey, ReminderStatus, reminder_key
from upominek.domain.sms import segments

FALLBACK_REACH: Final = timedelta(days=14)
"""How far back a fallback looks for the day that its original was planned for, which may have been a catch-up."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A creditor and its campaigns in force, as believed for half a minute."""

    creditor: Creditor
    campaigns: tuple[Campaign, ...]

    @classmethod
    def read(cls, creditors: CreditorRepository, creditor: str) -> "Terms":
        """Those of the creditor. Raises: NotFound."""
        return cls(creditors.get(creditor), in_force(creditors.campaigns(creditor)))

    def campaign(self, item: OutboxItem) -> Campaign | None:
        """The item's campaign, unless it has ended."""
        return next((one for one in self.campaigns if one.id == item.campaign), None)

    def hours(self, item: OutboxItem) -> ContactHours:
        """When the item may go."""
        campaign = self.campaign(item)
        return contact_hours(self.creditor, campaign) if campaign else self.creditor.hours


@dataclass(slots=True)
class Claim:
    """One item in hand, alone.

    Attributes:
        reminder: as claimed.
        place: what it takes within the caps; a fallback takes the very place of its original.
        has_place: the place may have been taken.
        shares_place: the original was handed over today, so the place is not the fallback's to give back.
    """

    item: OutboxItem
    terms: Terms
    reminder: Reminder
    place: Contact
    has_place: bool = False
    shares_place: bool = False

    @property
    def today(self) -> date:
        """The creditor's local day."""
        return self.place.day


class Skip(Exception):
    """The reminder need not or must not go."""

    def __init__(self, reason: SkipReason, *, detail: str | None = None, at: datetime | None = None) -> None:
        super().__init__(reason)
        self.reason, self.detail, self.at = reason, detail, at


class OtherLane(Exception):
    """The reminder may go, over another channel than the lane that it is on."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel)
        self.channel = channel


def key_of(item: OutboxItem, *, is_fallback: bool) -> ReminderKey:
    """The item's own key, or, for a fallback with `is_fallback` false, that of its original."""
    return reminder_key(item.creditor, item.campaign, item.debtor, item.day, is_fallback=is_fallback)


@dataclass(frozen=True, slots=True)
class PrepareReminder:
    """Reads, takes a place within the caps, decides and renders."""

    cases: CaseRepository
    invoices: InvoiceRepository
    reminders: ReminderRepository
    renderer: Renderer

    def __call__(self, claim: Claim) -> tuple[Reminder, Rendered]:
        """The reminder as it goes, and its words.

        Raises:
            Skip, OtherLane: it does not go, or not here.
        """
        item, creditor = claim.item, claim.terms.creditor
        self._look_at_original(claim)
        invoices = self._read_invoices(item)
        due = self._still_due(claim, invoices)
        case, decision = self._decide(claim, due)
        if decision.channel is not item.channel and decision.channel is not None:
            raise OtherLane(decision.channel)
        step = decision.step
        context = build_context(creditor, case, decision, invoices, claim.today)
        rendered = self.renderer.render(item.channel, step.template, case.debtor.language, context.as_mapping())
        reminder = replace(
            claim.reminder,
            step=step.name,
            template=step.template,
            tone=step.tone,
            invoices=tuple(one.number for one in decision.invoices),
            totals=decision.totals,
            address=decision.address,
            subject=rendered.subject,
            text=rendered.text,
            parts=segments(rendered.text).parts if item.channel is Channel.SMS else None,
        )
        return reminder, rendered

    def _look_at_original(self, claim: Claim) -> None:
        """A fallback does not go when its original arrived after all."""
        if not claim.item.is_fallback:
            return
        try:
            original = self.reminders.get(key_of(claim.item, is_fallback=False))
        except NotFound:
            return
        if original.status is ReminderStatus.DELIVERED:
            arrived_at = min((one.at for one in original.receipts if one.kind in ARRIVED), default=None)
            raise Skip(SkipReason.ALREADY_REMINDED, detail="arrived-late", at=arrived_at)
        sent_at = original.sent_at
        claim.shares_place = sent_at is not None and claim.terms.hours(claim.item).local_day(sent_at) == claim.today

    def _read_invoices(self, item: OutboxItem) -> dict[str, Invoice]:
        keys = [InvoiceKey(item.creditor, item.debtor, number) for number in item.invoices]
        return {key.number: invoice for key, invoice in self.invoices.get_many(keys).items()}

    def _still_due(self, claim: Claim, invoices: Mapping[str, Invoice]) -> dict[DueInvoice, Step]:
        """The invoices that still ask for a word at a step of the planned day, and had none in the meantime."""
        item, campaign = claim.item, claim.terms.campaign(claim.item)
        if campaign is None:
            raise Skip(SkipReason.CAMPAIGN_ENDED)
        planned_through = item.day - FALLBACK_REACH if item.is_fallback else item.since
        landing = landing_span(claim.terms.hours(item), planned_through, item.day)
        due, gone = still_due(item.invoices, invoices, campaign, landing)
        if not due:
            raise Skip(gone.reason, at=gone.at)
        if item.since is None:
            return due
        since_then = self.reminders.since(item.creditor, item.debtor, item.since, item.day)
        earlier = [one for one in since_then if one.key != claim.reminder.key]
        rest = {one: step for one, step in due.items() if reminded(earlier, one, step) is None}
        if not rest:
            raise Skip(SkipReason.ALREADY_REMINDED)
        return rest

    def _decide(self, claim: Claim, due: Mapping[DueInvoice, Step]) -> tuple[Case, Decision]:
        """Whether it may go by the case as it is now, and to which address that works."""
        item, terms, today = claim.item, claim.terms, claim.today
        creditor = terms.creditor
        claim.has_place = True
        case, is_reserved = self.cases.reserve_contact(creditor.id, item.debtor, claim.place, creditor.limits)
        campaign = terms.campaign(item)
        mine = {
            one: step
            for one, step in due.items()
            if campaign_of(terms.campaigns, case.debtor, one.outstanding) is campaign
        }
        if not mine:
            raise Skip(SkipReason.CHANGED, detail="campaign")
        step = max(mine.values(), key=lambda one: one.offset_days)
        if has_expired(terms.hours(item), step, [one.due_on for one in mine], today):
            raise Skip(SkipReason.EXPIRED)
        channels = step.channels if item.tried is None else channels_after(step, item.tried)
        suppressed: frozenset[str] = frozenset()
        while True:
            decision = decide(
                creditor,
                case,
                step,
                tuple(mine),
                today,
                channels=channels,
                suppressed=suppressed,
                has_reserved=is_reserved,
            )
            if decision.reason is not None or decision.address is None:
                reason = decision.reason or SkipReason.NO_ADDRESS
                raise Skip(reason, detail=decision.detail, at=reason_at(decision, case, today))
            if not is_reserved:
                raise Conflict("caps")  # there was no place a moment ago, and now there is
            # One address at a time: nearly always the first one works, and each look costs a read.
            digest = address_hash(decision.address, creditor.id)
            if not self.cases.suppressed(creditor.id, [digest]):
                return case, decision
            suppressed |= {digest}
