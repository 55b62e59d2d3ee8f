"""What a claimed reminder says and to whom, by what holds at this moment; or why it says nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from upominek.application.jobs import OutboxItem
from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.files import FileStore
from upominek.application.ports.invoices import InvoiceKey, InvoiceRepository
from upominek.application.ports.letters import Typesetter
from upominek.application.ports.rates import RateRepository
from upominek.application.ports.reminders import ReminderRepository
from upominek.application.ports.texts import Rendered, Renderer
from upominek.application.sending.lease import Lease, MessagePlan, OtherLane, Skip
from upominek.application.texts.compose_message import compose_with_letter
from upominek.domain.cases.case import Case
from upominek.domain.errors import Conflict, NotFound
from upominek.domain.messages.receipt import ARRIVED
from upominek.domain.messages.reminder import LetterRef, Reminder, ReminderKey, channel_traits
from upominek.domain.messages.reminder_state import digest_of
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.planning.campaign import Step, campaign_of
from upominek.domain.planning.decision import Decision, SkipReason, decide, has_expired, landing_span
from upominek.domain.planning.occasions import still_holds, traits_of
from upominek.domain.planning.recheck import channels_after, reason_at, reminded
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.contact import address_hash
from upominek.domain.values.unknown import Unknown

FALLBACK_REACH: Final = timedelta(days=14)
"""How far back a fallback looks for the day that its original was planned for, which may have been a catch-up."""


WITHHELD: Final = "withheld"
"""What a reminder says in its detail when it leaves out what its step claims, before the codes of why."""
OVERRIDE_FAILED: Final = "override-failed"
"""What a reminder says in its detail when the creditor's own text did not render and the shipped one went."""


@dataclass(frozen=True, slots=True)
class PrepareReminder:
    """Reads, takes a place within the caps, decides and renders.

    Attributes:
        typesetter: makes letters to be posted; only where such are made.
        files: gives the bucket that letters to be attached are in, when there is one to attach.
    """

    cases: CaseRepository
    invoices: InvoiceRepository
    reminders: ReminderRepository
    renderer: Renderer
    rates: RateRepository
    typesetter: Typesetter | None = None
    files: Callable[[], FileStore] | None = None

    def __call__(self, lease: Lease) -> tuple[Reminder, Rendered]:
        """The reminder as it goes, and its words.

        Raises:
            Skip, OtherLane: it does not go, or not here.
            LetterOutdated: a letter is to be attached, and there is none that says what holds now.
            PermanentFailure: the letter is too large to be attached.
        """
        item = lease.item
        message_plan = self.plan_message(lease)
        decision = message_plan.decision
        if decision.channel is not item.channel and decision.channel is not None:
            raise OtherLane(decision.channel)
        rendered, letter = self._rendered(lease, message_plan)
        reminder = replace(
            lease.reminder,
            step=decision.step.name,
            template=message_plan.text,
            tone=decision.tone,
            invoices=tuple(one.number for one in decision.invoices),
            totals=decision.totals,
            address=decision.address,
            subject=rendered.subject,
            text=rendered.text,
            parts=rendered.parts.parts if rendered.parts else None,
            detail=_detail(decision, rendered),
            letter=letter,
        )
        return reminder, rendered

    def plan_message(self, lease: Lease) -> MessagePlan:
        """What it would say as things stand.

        Raises:
            Skip: it does not go.
        """
        item, creditor = lease.item, lease.terms.creditor
        self._look_at_original(lease)
        invoices = self._read_invoices(item)
        due = self._still_due(lease, invoices)
        case, decision = self._decide(lease, due)
        # What asks for nothing announces no next step either.
        campaign = lease.terms.campaign(item) if traits_of(item.occasion).asks_for_payment else None
        decision, context, letter = compose_with_letter(
            creditor, campaign, case, decision, invoices, lease.today, rates=self.rates
        )
        return MessagePlan(case=case, decision=decision, invoices=invoices, context=context, letter=letter)

    def _rendered(self, lease: Lease, message_plan: MessagePlan) -> tuple[Rendered, LetterRef | None]:
        """The words, with the letter that is posted or attached."""
        channel = lease.item.channel
        rendered = self.renderer.render(channel, message_plan.text, message_plan.context, lease.terms.overrides)
        if message_plan.letter is None:
            return rendered, None
        # Most messages have no letter, and their cold start does not wait for what letters need.
        from upominek.application.sending import reminder_letters as letters  # noqa: PLC0415

        if channel_traits(channel).is_letter:
            posted = letters.posted(lease, message_plan, self.rates, self.typesetter)
            return replace(rendered, posted=posted), posted.letter.sent
        document, letter = letters.attached(lease, message_plan, self.files)
        return replace(rendered, documents=(document,)), letter

    def _look_at_original(self, lease: Lease) -> None:
        """A fallback does not go when what it stands in for arrived after all."""
        for key in lease.item.earlier_keys:
            self._look_at_earlier(lease, key)
        if lease.item.to_next_address and not lease.tried_addresses:
            # Nobody knows where the original went, so any address may be the one that had it.
            raise Skip(SkipReason.ALREADY_REMINDED, detail="address-unknown")

    def _look_at_earlier(self, lease: Lease, key: ReminderKey) -> None:
        try:
            original = self.reminders.get(key)
        except NotFound:
            return
        if isinstance(original.status, Unknown):
            # Another version knows what became of it; whoever cannot tell does not send once more.
            raise Skip(SkipReason.ALREADY_REMINDED, detail=original.status.value)
        if original.status is ReminderStatus.DELIVERED:
            arrived_at = min((one.at for one in original.receipts if one.kind in ARRIVED), default=None)
            raise Skip(SkipReason.ALREADY_REMINDED, detail="arrived-late", at=arrived_at)
        sent_at = original.sent_at
        lease.shares_place |= sent_at is not None and lease.terms.hours(lease.item).local_day(sent_at) == lease.today
        if lease.item.to_next_address and (digest := digest_of(original)) is not None:
            lease.tried_addresses |= {digest}

    def _read_invoices(self, item: OutboxItem) -> dict[str, Invoice]:
        keys = [InvoiceKey(item.creditor, item.debtor, number) for number in item.invoices]
        return {key.number: invoice for key, invoice in self.invoices.get_many(keys).items()}

    def _still_due(self, lease: Lease, invoices: Mapping[str, Invoice]) -> dict[DueInvoice, Step]:
        """The invoices that the occasion still asks a word for, and that had none of its step in the meantime."""
        item, campaign = lease.item, lease.terms.campaign(lease.item)
        if campaign is None:
            raise Skip(SkipReason.CAMPAIGN_ENDED)
        planned_through = item.day - FALLBACK_REACH if item.is_fallback else item.since
        landing = landing_span(lease.terms.hours(item), planned_through, item.day)
        due, gone = still_holds(item.occasion, item.invoices, invoices, campaign, landing)
        if not due:
            raise Skip(gone.reason, at=gone.at)
        if item.since is None:
            return due
        since_then = self.reminders.since(item.creditor, item.debtor, item.since, item.day)
        earlier = [one for one in since_then if one.key != lease.reminder.key]
        rest = {one: step for one, step in due.items() if reminded(earlier, one, step) is None}
        if not rest:
            raise Skip(SkipReason.ALREADY_REMINDED)
        return rest

    def _decide(self, lease: Lease, due: Mapping[DueInvoice, Step]) -> tuple[Case, Decision]:
        """Whether it may go by the case as it is now, and to which address that works."""
        item, terms, today = lease.item, lease.terms, lease.today
        creditor = terms.creditor
        if lease.takes_place:
            lease.has_place = True
            case, is_reserved = self.cases.reserve_contact(creditor.id, item.debtor, lease.place, creditor.limits)
        else:
            case, is_reserved = self.cases.get(creditor.id, item.debtor), True
        mine = _timely(lease, case, due) if item.occasion.is_step else due
        step = max(mine.values(), key=lambda one: one.offset_days)
        channels = step.channels if item.passed_over is None else channels_after(step, item.passed_over)
        suppressed = lease.tried_addresses
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
                traits=traits_of(item.occasion),
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


def _timely(lease: Lease, case: Case, due: Mapping[DueInvoice, Step]) -> Mapping[DueInvoice, Step]:
    """Those of the invoices that are still this campaign's, unless it is too late for their step."""
    item, terms = lease.item, lease.terms
    campaign = terms.campaign(item)
    mine = {
        one: step for one, step in due.items() if campaign_of(terms.campaigns, case.debtor, one.outstanding) is campaign
    }
    if not mine:
        raise Skip(SkipReason.CHANGED, detail="campaign")
    step = max(mine.values(), key=lambda one: one.offset_days)
    if has_expired(terms.hours(item), step, [one.due_on for one in mine], lease.today):
        raise Skip(SkipReason.EXPIRED)
    return mine


def _detail(decision: Decision, rendered: Rendered) -> str | None:
    """What is worth knowing of a message that went otherwise than its step has it."""
    withheld = f"{WITHHELD}: {', '.join(decision.withheld)}" if decision.withheld else ""
    failed = f"{OVERRIDE_FAILED}: {rendered.failed_override}" if rendered.failed_override else ""
    return "; ".join(filter(None, (withheld, failed))) or None
