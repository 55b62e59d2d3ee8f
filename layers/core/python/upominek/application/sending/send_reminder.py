"""Send one reminder: at most once, and only to somebody who at this moment is still to be reminded.

The claim is the record. Whoever claims a reminder is alone with it; whoever finds it claimed leaves it alone. A claim
has a lease longer than any worker lives, so a claim whose lease is over belongs to a worker that died, at a point that
nobody knows: the reminder is then `unknown`, for a receipt to settle or a person to see, and is never sent again.

    wait for the hours, the lane and our turn          nothing is written yet
    claim                                              from here on nobody else sends it
    read the invoices, take a place within the caps    the case as it is now comes back with the place
    decide, render, look at the clock once more        a failure up to here gives the place and the claim back
    call the provider                                  a failure that certainly sent nothing gives them back as well
    record what came of it

A fallback (the next address of the channel, then the next channel, each after a failure) has a key of its own, so it
too goes once. It shares the place that the original holds within the caps: the original must not keep it back. It does
not go when one before it arrived after all.
If that becomes known only after the fallback went, the debtor has the same message over two channels; no order of steps
could rule this out.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.header import Header
from email.utils import formataddr
from enum import StrEnum
from functools import partial
from typing import Final, assert_never

from upominek.application.cases.suppression import suppression_fact
from upominek.application.jobs import OutboxItem
from upominek.application.outbox import put_back
from upominek.application.ports.carriers import (
    ByCarrier,
    EmailMessage,
    EmailSender,
    LetterToPost,
    PostSender,
    SmsMessage,
    SmsSender,
)
from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.planning import LaneStop, ProgressRepository
from upominek.application.ports.queues import Queues
from upominek.application.ports.reminders import ReminderRepository
from upominek.application.ports.texts import Rendered, TextRepository
from upominek.application.ports.world import Clock
from upominek.application.sending.fallback import fallback_of, has_another_address
from upominek.application.sending.lease import (
    CreditorSnapshot,
    Lease,
    LetterOutdated,
    OtherLane,
    Skip,
    carrier_of,
    place_of,
    reminder_of,
)
from upominek.application.sending.prepare_reminder import PrepareReminder
from upominek.application.sending.rate_limit import RateLimit
from upominek.application.ttl_cache import BELIEVED, TtlCache
from upominek.domain.errors import LaneFault, OutcomeUnknown, PermanentFailure, SendingError, TemporaryFailure
from upominek.domain.messages.reminder import PRINT_BATCH, Reminder, channel_traits
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.messages.sms import segments
from upominek.domain.planning.decision import SkipReason
from upominek.domain.values.carrier import PRINT, Carrier
from upominek.domain.values.channel import Channel
from upominek.domain.values.contact import address_hash
from upominek.domain.values.unknown import Unknown

LEASE: Final = timedelta(minutes=5)
"""Longer than a worker can live (two minutes), with room for clocks that disagree."""
WORK_SECONDS: Final = 40.0
"""What one message may take at worst (a provider has 20 s to answer); with less time left, a worker does not begin."""
LONGEST_DELAY_SECONDS: Final = 900
"""SQS takes no longer delay."""
SOON_SECONDS: Final = 5
MOST_REWRITES: Final = 8
"""How often an e-mail may go back for a letter: once where it was planned without one, and once for each night."""
ATTEMPT_DELAYS_SECONDS: Final = (30, 60, 120, 240, 480, 900, 900, 900, 900)
"""How long to wait each time that the provider turns the message away for the time being: some 75 minutes in all."""


Message = SmsMessage | EmailMessage | LetterToPost


class SendOutcome(StrEnum):
    """What became of an item of the outbox."""

    SENT = "sent"
    SKIPPED = "skipped"
    EXPIRED = "expired"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DEFERRED = "deferred"  # put back for later: the hours, our turn, or a provider that is busy
    MOVED = "moved"  # put on the lane of another channel
    LANE_STOPPED = "lane-stopped"  # put back for later: the lane over its carrier stands still
    WAITING = "waiting"  # put back for later: another worker is at it
    ALREADY_HANDLED = "already-handled"

    @property
    def metric(self) -> str:
        """What it is counted as: `RemindersSent`, `LaneStopped` …; the alarms know these names."""
        words = "".join(word.capitalize() for word in self.value.split("-"))
        return words if self is SendOutcome.LANE_STOPPED else f"Reminders{words}"


class _Later(Exception):
    """The item may go, but not now, or not on this lane."""

    def __init__(self, outcome: SendOutcome, item: OutboxItem, delay_seconds: float = 0) -> None:
        super().__init__(outcome)
        self.outcome, self.item, self.delay_seconds = outcome, item, delay_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReminder:
    """Sends one item of the outbox.

    Attributes:
        paces: what this worker may send over each carrier.
        sms, email, post: the carriers of each channel that this worker serves.
    """

    clock: Clock
    creditors: CreditorRepository
    texts: TextRepository
    cases: CaseRepository
    reminders: ReminderRepository
    progress: ProgressRepository
    queues: Queues
    prepare: PrepareReminder
    paces: ByCarrier[RateLimit]
    sms: ByCarrier[SmsSender] = field(default_factory=dict)
    email: ByCarrier[EmailSender] = field(default_factory=dict)
    post: ByCarrier[PostSender] = field(default_factory=dict)
    _terms: TtlCache[CreditorSnapshot] = field(default_factory=TtlCache, init=False, repr=False)
    _stops: TtlCache[Mapping[Carrier, LaneStop]] = field(default_factory=TtlCache, init=False, repr=False)

    def __call__(self, item: OutboxItem, *, seconds_left: float = math.inf) -> SendOutcome:
        """Send the item, or say why not; safe to repeat at any point, by any number of workers.

        Args:
            seconds_left: how long this worker may still live.

        Raises:
            Exception: nothing was sent, or what was is on record; the item is to be delivered again.
        """
        terms = self._terms.get(
            item.creditor, self.clock.now(), partial(CreditorSnapshot.read, self.creditors, self.texts)
        )
        has_expired = self._has_expired(item, terms)
        try:
            if not has_expired:
                self._wait(item, terms, seconds_left)
            lease = self._claim(item, terms)
        except _Later as later:
            return self._put_back(later)
        if isinstance(lease, SendOutcome):
            return lease
        if has_expired:
            self._close(lease, ReminderStatus.EXPIRED, Skip(SkipReason.EXPIRED))
            self.prepare.look_again(lease)
            return SendOutcome.EXPIRED
        return self._work(lease)

    # --- Before the claim: nothing is held, and no retry is used -----------------------------------------------------

    def _has_expired(self, item: OutboxItem, terms: CreditorSnapshot) -> bool:
        campaign = terms.campaign(item)
        if campaign is None:
            return False
        planned_at = terms.hours(item).at_local(item.day, campaign.at)
        return self.clock.now() >= planned_at + terms.creditor.message_lifetime

    def _wait(self, item: OutboxItem, terms: CreditorSnapshot, seconds_left: float) -> None:
        """Return when it is the item's turn."""
        carrier = carrier_of(item, terms)
        if carrier in self._stops.get(item.creditor, self.clock.now(), self.progress.lane_stops):
            raise _Later(SendOutcome.LANE_STOPPED, item, LONGEST_DELAY_SECONDS)
        self._look_at_clock(item, terms)
        wait = self.paces[carrier].wait_seconds()
        self._ways(item.channel).get(carrier)  # what keeps it from opening shows before anything is claimed
        if wait + WORK_SECONDS > seconds_left:
            raise _Later(SendOutcome.DEFERRED, item, max(wait, SOON_SECONDS))
        if wait > 0:
            self.clock.sleep(wait)

    def _ways(self, channel: Channel) -> ByCarrier[SmsSender] | ByCarrier[EmailSender] | ByCarrier[PostSender]:
        match channel:
            case Channel.SMS:
                return self.sms
            case Channel.EMAIL:
                return self.email
            case Channel.LETTER:
                return self.post
            case _:
                assert_never(channel)

    def _look_at_clock(self, item: OutboxItem, terms: CreditorSnapshot) -> None:
        now, hours = self.clock.now(), terms.hours(item)
        if not hours.is_open(now):
            raise _Later(SendOutcome.DEFERRED, item, (hours.next_opening(now) - now).total_seconds())

    def _put_back(self, later: _Later) -> SendOutcome:
        delay = min(math.ceil(later.delay_seconds), LONGEST_DELAY_SECONDS)
        put_back(self.queues, later.item, delay_seconds=delay)
        return later.outcome

    # --- The claim ---------------------------------------------------------------------------------------------------

    def _claim(self, item: OutboxItem, terms: CreditorSnapshot) -> Lease | SendOutcome:
        """Our claim, or what is to be said of the reminder that stands there."""
        now = self.clock.now()
        claimed = reminder_of(item, terms, now, now + LEASE)
        standing = self.reminders.claim(claimed)
        if standing is None:
            return Lease(item, terms, claimed, place_of(item, terms.hours(item).local_day(now)))
        return self._meet(standing, item, terms)

    def _meet(self, standing: Reminder, item: OutboxItem, terms: CreditorSnapshot) -> SendOutcome:
        now = self.clock.now()
        if standing.status is not ReminderStatus.CLAIMED:
            # Whoever recorded the failure may have died before the fallback was on its way.
            if standing.status is ReminderStatus.FAILED and standing.sent_at is None:
                self._fall_back(standing, terms)
            return SendOutcome.ALREADY_HANDLED
        if standing.lease_until is not None and now < standing.lease_until:
            raise _Later(SendOutcome.WAITING, item, (standing.lease_until - now).total_seconds() + 1)
        post = self.post.get(standing.carried_by) if channel_traits(standing.channel).is_letter else None
        if post is not None:
            return self._take_up(standing, item, terms, post)
        self._record_unknown(standing, "worker-died", at=standing.claimed_at)
        return SendOutcome.UNKNOWN

    def _take_up(self, standing: Reminder, item: OutboxItem, terms: CreditorSnapshot, post: PostSender) -> SendOutcome:
        """Only what is on the list is printed, so of a letter one knows what its dead worker did, and can go on."""
        made_on = terms.hours(item).local_day(standing.claimed_at)
        letter = post.find(standing.key, made_on)
        if letter is not None:
            self._record_sent(replace(standing, letter=letter), letter.id)
            return SendOutcome.SENT
        if made_on != terms.hours(item).local_day(self.clock.now()):
            # A place of today stays: who makes it anew finds it as its own, and a rival may have found it already.
            place = replace(place_of(item, made_on), reminder_id=standing.key.id)
            self.cases.release_contact(item.creditor, item.debtor, place)
        self.reminders.unclaim(standing.key, standing.claimed_at)
        raise _Later(SendOutcome.WAITING, item)

    def _close(self, lease: Lease, status: ReminderStatus, skip: Skip) -> None:
        """Record that it does not go, and give its place back."""
        closed = replace(
            lease.reminder,
            status=status,
            reason=skip.reason.value,
            detail=skip.detail,
            reason_at=skip.at,
            lease_until=None,
        )
        self.reminders.record(closed)
        self._release(lease)

    def _withdraw(self, lease: Lease) -> None:
        """Give back place and claim, in this order: once the claim is free, the place may be another worker's."""
        try:
            self._release(lease)
        finally:
            self.reminders.unclaim(lease.reminder.key, lease.reminder.claimed_at)

    def _release(self, lease: Lease) -> None:
        if lease.has_place and not lease.shares_place:
            self.cases.release_contact(lease.item.creditor, lease.item.debtor, lease.place)

    # --- From the claim to the provider ------------------------------------------------------------------------------

    def _work(self, lease: Lease) -> SendOutcome:
        item = lease.item
        try:
            reminder, rendered = self.prepare(lease)
            message = _message(lease, reminder, rendered)
            self._look_once_more(lease)
        except Skip as skip:
            has_expired = skip.reason is SkipReason.EXPIRED
            self._close(lease, ReminderStatus.EXPIRED if has_expired else ReminderStatus.SKIPPED, skip)
            return SendOutcome.EXPIRED if has_expired else SendOutcome.SKIPPED
        except OtherLane as other:
            self._withdraw(lease)
            return self._put_back(_Later(SendOutcome.MOVED, item.on(other.channel)))
        except LetterOutdated:
            return self._write_anew(lease)
        except PermanentFailure as failure:
            return self._fail(lease, lease.reminder, failure)
        except _Later as later:
            self._withdraw(lease)
            return self._put_back(later)
        except Exception:
            self._withdraw(lease)
            raise
        return self._hand_over(lease, reminder, message)

    def _write_anew(self, lease: Lease) -> SendOutcome:
        """Let the letter be made once more, unless something changes every time: a stale letter never goes."""
        item = lease.item
        if item.rewrites >= MOST_REWRITES:
            return self._fail(lease, lease.reminder, PermanentFailure("letter-outdated"))
        self._withdraw(lease)
        again = replace(item, letter=None, awaits_letter=True, rewrites=item.rewrites + 1)
        # The other function may believe what held half a minute ago, and would write the same again.
        delay = BELIEVED.total_seconds() + 1 if item.letter is not None else 0
        return self._put_back(_Later(SendOutcome.MOVED, again, delay))

    def _look_once_more(self, lease: Lease) -> None:
        """Reading and rendering took their time: the hours may be over, or our claim."""
        self._look_at_clock(lease.item, lease.terms)
        if self.clock.now() >= lease.reminder.claimed_at + LEASE:
            raise _Later(SendOutcome.WAITING, lease.item, SOON_SECONDS)

    def _hand_over(self, lease: Lease, reminder: Reminder, message: Message) -> SendOutcome:
        item = lease.item
        self.paces[reminder.carried_by].pay(reminder.parts or 1)
        try:
            message_id = self._call_provider(reminder.carried_by, message)
        except TemporaryFailure as failure:
            if item.attempt >= len(ATTEMPT_DELAYS_SECONDS):
                return self._fail(lease, reminder, failure)
            self._withdraw(lease)
            again = replace(item, attempt=item.attempt + 1, carrier=reminder.carried_by)
            return self._put_back(_Later(SendOutcome.DEFERRED, again, ATTEMPT_DELAYS_SECONDS[item.attempt]))
        except PermanentFailure as failure:
            return self._fail(lease, reminder, failure)
        except LaneFault as fault:
            return self._stop_lane(lease, fault)
        except OutcomeUnknown as unknown:
            self._record_unknown(reminder, unknown.code, unknown.detail)
            if unknown.__cause__ is not None:
                raise  # a fault of ours: on record, and to be seen
            return SendOutcome.UNKNOWN
        try:
            self._record_sent(reminder, message_id)
        except Exception as error:
            error.add_note(f"Handed over as {message_id}; reminder {reminder.key.id} will be `unknown`.")
            raise
        return SendOutcome.SENT

    def _call_provider(self, carrier: Carrier, message: Message) -> str:
        _check(message)
        try:
            return self._carry(carrier, message)
        except SendingError:
            raise
        except Exception as surprise:
            # It came out of the call, so nobody knows whether the message left.
            raise OutcomeUnknown("unexpected-error", type(surprise).__name__) from surprise

    def _carry(self, carrier: Carrier, message: Message) -> str:
        sender: SmsSender | EmailSender | PostSender | None
        match message:
            case SmsMessage():
                if (sender := self.sms.get(carrier)) is not None:
                    return sender.send(message)
            case EmailMessage():
                if (sender := self.email.get(carrier)) is not None:
                    return sender.send(message)
            case LetterToPost():
                if (sender := self.post.get(carrier)) is not None:
                    return sender.send(message)
            case _:
                assert_never(message)
        raise TemporaryFailure("wrong-worker")  # another function serves this carrier

    # --- What came of it ---------------------------------------------------------------------------------------------

    def _record_sent(self, reminder: Reminder, message_id: str) -> None:
        sent = replace(
            reminder,
            status=ReminderStatus.SENT,
            sent_at=self.clock.now(),
            provider_message_id=message_id,
            lease_until=None,
            reason=PRINT_BATCH if reminder.carried_by == PRINT else None,
        )
        self.reminders.record(sent)

    def _record_unknown(self, reminder: Reminder, reason: str, detail: str = "", at: datetime | None = None) -> None:
        unknown = replace(
            reminder,
            status=ReminderStatus.UNKNOWN,
            reason=reason,
            detail=detail or None,
            reason_at=at or self.clock.now(),
            lease_until=None,
        )
        self.reminders.record(unknown)

    def _fail(self, lease: Lease, reminder: Reminder, failure: SendingError) -> SendOutcome:
        now = self.clock.now()
        failed = replace(
            reminder,
            status=ReminderStatus.FAILED,
            reason=failure.code,
            detail=failure.detail or None,
            reason_at=now,
            lease_until=None,
        )
        self.reminders.record(failed)
        if isinstance(failure, PermanentFailure) and failure.address_unusable and failed.address:
            creditor, debtor = failed.key.creditor, failed.key.debtor
            fact = suppression_fact(failed, now, code=failure.code, pl=failure.pl, en=failure.en)
            self.cases.suppress(creditor, debtor, address_hash(failed.address, creditor), fact)
        if not self._fall_back(failed, lease.terms):
            self._release(lease)
        return SendOutcome.FAILED

    def _fall_back(self, failed: Reminder, terms: CreditorSnapshot) -> bool:
        """Put the next attempt on its lane, if there is one; it then keeps the place within the caps."""
        is_elsewhere = has_another_address(failed, self.cases, where_unusable=True)
        item = fallback_of(failed, terms.campaigns, to_next_address=is_elsewhere)
        if item is not None:
            put_back(self.queues, item)
        return item is not None

    def _stop_lane(self, lease: Lease, fault: LaneFault) -> SendOutcome:
        """Let the lane stand still until a person has mended the set-up; the item waits with the others."""
        self._withdraw(lease)
        creditor, carrier = lease.item.creditor, lease.reminder.carried_by
        self.progress.stop_lane(creditor, LaneStop(carrier, self.clock.now(), fault.code, fault.detail))
        self._stops.forget(creditor)
        return self._put_back(_Later(SendOutcome.LANE_STOPPED, lease.item, LONGEST_DELAY_SECONDS))


def _message(lease: Lease, reminder: Reminder, rendered: Rendered) -> Message:
    creditor, address = lease.terms.creditor, reminder.address or ""
    channel = reminder.channel
    match channel:
        case Channel.SMS:
            return SmsMessage(key=reminder.key, to=address, text=rendered.text, sender=creditor.sms_sender)
        case Channel.EMAIL:
            return EmailMessage(
                key=reminder.key,
                to=address,
                sender=_mailbox(creditor.name, creditor.email_from) if creditor.email_from else "",
                subject=rendered.subject or "",
                text=rendered.text,
                html=rendered.html or "",
                reply_to=_mailbox(creditor.contact_person, creditor.reply_to) if creditor.reply_to else None,
                attachments=(*rendered.images, *rendered.documents),
            )
        case Channel.LETTER if rendered.posted is not None:
            return rendered.posted
        case Channel.LETTER | Unknown():
            # It was claimed on a lane of ours and rendered for it, so this is a fault of ours; nothing was sent.
            raise PermanentFailure("no-message", channel.value)
        case _:
            assert_never(channel)


def _mailbox(name: str | None, address: str) -> str:
    """The address with the name of who reads there, on one line and in ASCII.

    A long name in other letters takes several encoded words. Source: RFC 2047, 2: 75 characters each.
    """
    visible = " ".join("".join(c if c.isprintable() else " " for c in name or "").split())
    if visible.isascii():
        return formataddr((visible, address))
    return f"{Header(visible, 'utf-8', maxlinelen=75).encode(linesep='')} <{address}>"


def _check(message: Message) -> None:
    if isinstance(message, SmsMessage) and segments(message.text).is_too_long:
        raise PermanentFailure("text-too-long")
    if isinstance(message, EmailMessage) and not message.sender:
        raise LaneFault("no-sender", "The creditor has no e-mail address to send from.")
