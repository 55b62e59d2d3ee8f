"""Look at what became of the reminders that one day's runs put on the outbox."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from typing import Final, assert_never

from upominek.application.jobs import Planned
from upominek.application.ports.carriers import Carriers
from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.planning import ManifestStore
from upominek.application.ports.reminders import ReminderRepository
from upominek.domain.errors import NotFound, NotUnderstood
from upominek.domain.messages.reminder import Reminder, ReminderKey
from upominek.domain.messages.reminder_state import has_failed
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.operations.health import MOST_ASKED, MOST_OF_A_DAY, DayLook, Finds, Trouble
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign
from upominek.domain.planning.decision import contact_hours
from upominek.domain.values.span import ONE_DAY
from upominek.domain.values.unknown import Unknown

STUCK_AFTER: Final = timedelta(hours=1)
RECEIPT_WITHIN: Final = timedelta(hours=72)
"""SNS writes delivery logs for three days, and SES tries for less than one."""
LOST_AFTER: Final = timedelta(hours=1)
"""After the reminder's lifetime: whoever meets it then records it as expired, whatever stands still."""

SOON: Final = timedelta(minutes=50)
"""The next sweep of an hourly schedule, which may come a moment earlier than the last one did."""
NEXT_DAY: Final = timedelta(hours=23)
MOST_BY_THE_HOUR: Final = 5_000
"""A day with more reminders is not read before it is over: most would be read again, and each reading costs."""
AT_ONCE: Final = 1_600
"""Reminders in memory at a time: sixteen requests side by side."""


@dataclass(frozen=True, slots=True)
class CheckDay:
    """Reads a day's manifest and the reminders that it lists; changes nothing.

    A reminder is read twice in its life where all goes well: when its day is over, and when its receipt should have
    come. Small days are looked at by the hour as well while something moves.
    """

    cases: CaseRepository
    manifests: ManifestStore
    reminders: ReminderRepository
    carriers: Carriers

    def __call__(self, creditor: Creditor, campaigns: Sequence[Campaign], day: date, now: datetime) -> DayLook:
        """What there is to be found now, and when to look again."""
        entries = self.manifests.read(creditor.id, day)
        first = list(islice(entries, MOST_BY_THE_HOUR + 1))
        tally = _Tally(creditor, campaigns, day, now, self.carriers)
        if len(first) > MOST_BY_THE_HOUR and not tally.is_over:
            return DayLook(entries=len(first), again_at=tally.ends_at)
        remaining, asked = chain(first, entries), 0
        while some := list(islice(remaining, AT_ONCE)):
            tally.take(some, self.reminders.get_many([one.key for one in some]))
            if tally.fallbacks:
                tally.take_fallbacks(self.reminders.get_many(tally.fallbacks).values())
            for one in tally.missing:
                asked += 1
                if asked > MOST_ASKED or self._is_lost(one):
                    tally.lose(one)
        return tally.look()

    def _is_lost(self, one: Planned) -> bool:
        """Whether the debtor should have heard it: not when the case was erased, all is paid, or a later run took over.

        A run that died between the manifest and the outbox is followed by another, which may see another world. An
        event is followed by nothing: who was to tell of it repeats the very same message.
        """
        try:
            file = self.cases.file(one.key.creditor, one.key.debtor)
        except NotFound:
            return False
        except NotUnderstood:
            return True  # of another version: what cannot be read here is for a person to look at
        if not one.occasion.is_step:
            return True
        steps = (seen for seen in file.reminders if seen.campaign == one.campaign and seen.occasion.is_step)
        later = (seen for seen in steps if seen.key.day > one.key.day)
        return any(invoice.is_open for invoice in file.invoices) and not any(later)


class _Tally:
    """What was found so far, and what has not come to its end."""

    def __init__(
        self, creditor: Creditor, campaigns: Sequence[Campaign], day: date, now: datetime, carriers: Carriers
    ) -> None:
        self._now, self._day, self._carriers = now, day, carriers
        hours = [creditor.hours, *(contact_hours(creditor, one) for one in campaigns)]
        self.ends_at = max(one.at_local(day + ONE_DAY, time()) for one in hours)
        self.is_over = now >= self.ends_at
        self._lifetime = creditor.message_lifetime + LOST_AFTER
        self._planned_at = {one.id: contact_hours(creditor, one).at_local(day, one.at) for one in campaigns}
        self._finds = Finds(MOST_OF_A_DAY)
        self._entries = self._awaited = 0
        self._is_moving = False
        self._receipts_by: datetime | None = None
        self.fallbacks: list[ReminderKey] = []
        self.missing: list[Planned] = []

    def take(self, planned: Sequence[Planned], reminders: dict[ReminderKey, Reminder]) -> None:
        """Look at these; remember the keys of further attempts that there may be, and what is missing past its time."""
        self._entries += len(planned)
        self.fallbacks, self.missing = [], []
        for one in planned:
            reminder = reminders.get(one.key)
            if reminder is None:
                self._miss(one)
                continue
            self._look(reminder)
            if has_failed(reminder):
                self.fallbacks += (one.next_address_key, one.fallback_key)

    def take_fallbacks(self, reminders: Iterable[Reminder]) -> None:
        """Look at the further attempts that were made."""
        for one in reminders:
            self._look(one)

    def lose(self, one: Planned) -> None:
        """What is missing is lost."""
        self._add(Trouble.REMINDER_LOST, one.key, one.campaign, one.step)

    def _miss(self, one: Planned) -> None:
        planned_at = self._planned_at.get(one.campaign, self.ends_at)
        if self._now < planned_at + self._lifetime:
            self._is_moving = True
        else:
            self.missing.append(one)

    def _look(self, one: Reminder) -> None:
        status = one.status
        match status:
            case ReminderStatus.CLAIMED:
                self._look_at_claim(one)
                return
            case ReminderStatus.UNKNOWN | Unknown():
                is_unsettled = True
            case ReminderStatus.SENT:
                is_unsettled = self._is_reported(one)
            case (
                ReminderStatus.DELIVERED
                | ReminderStatus.FAILED
                | ReminderStatus.BOUNCED
                | ReminderStatus.SKIPPED
                | ReminderStatus.EXPIRED
            ):
                is_unsettled = False
            case _:
                assert_never(status)
        if is_unsettled:
            self._await(one, (one.sent_at or one.claimed_at) + RECEIPT_WITHIN)
        elif one.sent_at is not None and self._is_reported(one):
            self._awaited += 1

    def _is_reported(self, one: Reminder) -> bool:
        return self._carriers.traits(one.carried_by).is_reported

    def _look_at_claim(self, one: Reminder) -> None:
        stuck_at = max(one.claimed_at + STUCK_AFTER, one.lease_until or one.claimed_at)
        if self._now < stuck_at:
            self._is_moving = True
        else:
            self._add(Trouble.CLAIM_STUCK, one.key, one.campaign, one.step)

    def _await(self, one: Reminder, receipt_by: datetime) -> None:
        if self._now < receipt_by:
            self._receipts_by = max(receipt_by, self._receipts_by or receipt_by)
        else:
            self._awaited += 1
            self._add(Trouble.RECEIPT_MISSING, one.key, one.campaign, one.step)

    def _add(self, trouble: Trouble, key: ReminderKey, campaign: str, step: str) -> None:
        day = key.day.isoformat()
        self._finds.add(trouble, debtor=key.debtor, day=day, campaign=campaign, step=step, reminder=key.id)

    def look(self) -> DayLook:
        """The result."""
        found = self._finds.all()
        is_small = self._entries <= MOST_BY_THE_HOUR
        times = [self._receipts_by]
        if self._is_moving or not self.is_over:
            times.append(self._now + (SOON if is_small else NEXT_DAY))
        if found:
            times.append(self._now + NEXT_DAY)
        again_at = min((one for one in times if one is not None), default=None)
        return DayLook(entries=self._entries, awaited=self._awaited, again_at=again_at, found=found)
