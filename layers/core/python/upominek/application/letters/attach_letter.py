"""Make the letter that an e-mail carries, before the e-mail goes."""

from dataclasses import dataclass, field, replace
from functools import partial

from upominek.application.jobs import OutboxItem, PreparedAttachment
from upominek.application.letters.store_letter import StoreLetter
from upominek.application.outbox import put_back
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.letters import Typesetter
from upominek.application.ports.queues import Queues
from upominek.application.ports.texts import TextRepository
from upominek.application.ports.world import Clock
from upominek.application.sending.lease import CreditorSnapshot, Lease, MessagePlan, Skip, place_of, reminder_of
from upominek.application.sending.prepare_reminder import PrepareReminder
from upominek.application.sending.reminder_letters import stored_as, typeset
from upominek.application.sending.send_reminder import SendOutcome
from upominek.application.texts.compose_letter import attached_id, fingerprint
from upominek.application.ttl_cache import TtlCache
from upominek.domain.letters.stored_letter import Route
from upominek.domain.messages.reminder import channel_traits
from upominek.domain.planning.letter_kind import LetterKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachLetter:
    """Sets and keeps the letter of an item, and puts the item on its own lane with a reference to it.

    Nothing is claimed and nothing recorded: the sender decides anew, and a letter that no longer says what holds comes
    back to be made again. An item that needs no letter, or will not go at all, is passed on as it is.
    """

    clock: Clock
    creditors: CreditorRepository
    texts: TextRepository
    queues: Queues
    prepare: PrepareReminder
    typesetter: Typesetter
    keep: StoreLetter
    _terms: TtlCache[CreditorSnapshot] = field(default_factory=TtlCache, init=False, repr=False)

    def __call__(self, item: OutboxItem) -> SendOutcome:
        """Make the letter and pass the item on; safe to repeat at any point."""
        now = self.clock.now()
        terms = self._terms.get(item.creditor, now, partial(CreditorSnapshot.read, self.creditors, self.texts))
        place = place_of(item, terms.hours(item).local_day(now))
        lease = Lease(item, terms, reminder_of(item, terms, now), place, takes_place=False)
        ready = replace(item, awaits_letter=False, letter=None)
        try:
            message_plan = self.prepare.plan_message(lease)
        except Skip:
            pass  # the sender says so, with the reason that holds then
        else:
            channel = message_plan.decision.channel
            if channel is not None and channel is not item.channel:
                ready = ready.on(channel)
            elif channel is not None and channel_traits(channel).attaches_letters and message_plan.letter is not None:
                ready = replace(ready, letter=self._made(lease, message_plan, message_plan.letter))
        put_back(self.queues, ready)
        return SendOutcome.MOVED

    def _made(self, lease: Lease, message_plan: MessagePlan, kind: LetterKind) -> PreparedAttachment:
        says = fingerprint(kind, message_plan.context, lease.terms.overrides)
        letter = typeset(lease, message_plan, kind, self.prepare.rates, self.typesetter)
        letter_id = attached_id(lease.reminder.key.id, says)
        kept = self.keep(stored_as(lease, message_plan, letter, letter_id, Route.EMAIL), letter.pdf)
        return PreparedAttachment(
            id=kept.id,
            kind=kept.kind.value,
            key=kept.key,
            sha256=kept.sha256,
            pages=kept.pages,
            fingerprint=says,
            name=letter.file_name,
        )
