"""What a claimed reminder says and to whom, by what holds at this moment; or why it says nothing."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.files import FileStore
from upominek.application.ports.invoices import InvoiceRepository
from upominek.application.ports.letters import Typesetter
from upominek.application.ports.rates import RateRepository
from upominek.application.ports.reminders import ReminderRepository
from upominek.application.ports.texts import Rendered, Renderer
from upominek.application.sending.last_look import LastLook
from upominek.application.sending.lease import Lease, MessagePlan, OtherLane, Skip
from upominek.application.texts.compose_message import compose_with_letter
from upominek.domain.errors import NotFound
from upominek.domain.messages.receipt import ARRIVED
from upominek.domain.messages.reminder import LetterRef, Reminder, ReminderKey, channel_traits
from upominek.domain.messages.reminder_state import digest_of
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.planning.decision import Decision, SkipReason
from upominek.domain.planning.occasions import traits_of
from upominek.domain.values.unknown import Unknown

WITHHELD: Final = "withheld"
"""What a reminder says in its detail when it leaves out what its step claims, before the codes of why."""
OVERRIDE_FAILED: Final = "override-failed"
"""What a reminder says in its detail when the creditor's own text did not render and the shipped one went."""


@dataclass(frozen=True, slots=True)
class PrepareReminder:
    """Looks, takes a place within the limits, and renders.

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
        found = LastLook(self.cases, self.invoices)(lease)
        # What asks for nothing announces no next step either.
        campaign = lease.terms.campaign(item) if traits_of(item.occasion).asks_for_payment else None
        decision, context, letter = compose_with_letter(
            creditor, campaign, found.case, found.decision, found.invoices, lease.today, rates=self.rates
        )
        return MessagePlan(case=found.case, decision=decision, invoices=found.invoices, context=context, letter=letter)

    def look_again(self, lease: Lease) -> None:
        """Put the debtor on the agenda for what this message did not say, if that is still to be said."""
        LastLook(self.cases, self.invoices).look_again(lease)

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


def _detail(decision: Decision, rendered: Rendered) -> str | None:
    """What is worth knowing of a message that went otherwise than its step has it."""
    withheld = f"{WITHHELD}: {', '.join(decision.withheld)}" if decision.withheld else ""
    failed = f"{OVERRIDE_FAILED}: {rendered.failed_override}" if rendered.failed_override else ""
    return "; ".join(filter(None, (withheld, failed))) or None
