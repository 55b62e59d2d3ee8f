"""The nights' work on privacy: redact what was said, and erase the person from cases closed long enough ago."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial

from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.privacy import RetentionRepository
from upominek.application.ports.world import Clock
from upominek.application.privacy.erase_case import EraseCase
from upominek.application.privacy.redact_reminders import RedactReminders
from upominek.domain.errors import NotFound, Refused
from upominek.domain.letters.stored_letter import StoredLetter
from upominek.domain.parties.creditor import Creditor
from upominek.domain.privacy.retention import expired_before
from upominek.domain.receivables.payments import KeptPayment


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was done for one creditor.

    Attributes:
        is_done: whether nothing is left for the next call.
    """

    creditor: str
    reminders_redacted: int = 0
    cases_erased: int = 0
    is_done: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyRetention:
    """Redacts and erases, creditor by creditor, as long as there is time.

    May be called at any time, any number of times, and end anywhere. Each call reads what has come due and nothing
    else; what one had no time for, the next one does.
    """

    creditors: CreditorRepository
    redact: RedactReminders
    erase: EraseCase
    retention: RetentionRepository
    clock: Clock

    def __call__(self, has_time: Callable[[], bool] = lambda: True) -> list[Forgotten]:
        """Do what is due now.

        Raises:
            ExceptionGroup: some creditors or cases could not be done; all others were.
        """
        done: list[Forgotten] = []
        failures: list[Exception] = []
        for creditor in self.creditors.ids():
            try:
                done.append(self._forget(self.creditors.get(creditor), has_time, failures))
            except Exception as failure:  # noqa: BLE001 - whatever is wrong with one creditor must not stop the others
                failure.add_note(f"creditor {creditor}")
                failures.append(failure)
        if failures:
            raise ExceptionGroup("people who could not be forgotten", failures)
        return done

    def _forget(self, creditor: Creditor, has_time: Callable[[], bool], failures: list[Exception]) -> Forgotten:
        redacted, is_done = 0, False
        try:
            redacted, is_done = self.redact(creditor, has_time)
        except Exception as failure:  # noqa: BLE001 - cases are erased though messages cannot be redacted
            failure.add_note(f"creditor {creditor.id}")
            failures.append(failure)
        before = expired_before(creditor, creditor.hours.local_day(self.clock.now()))
        # Read once for all cases of the night, and only where there is one.
        letters = cache(partial(self.erase.letters.of, creditor.id))
        unmatched = cache(partial(self.erase.unmatched.kept, creditor.id))
        erased = 0
        for debtor, closed_on in self.retention.closed_before(creditor.id, creditor.shards, before):
            if not has_time():
                is_done = False
                break
            try:
                erased += self._erase(creditor, debtor, closed_on, letters, unmatched)
            except Exception as failure:  # noqa: BLE001 - nor one case the others
                failure.add_note(f"creditor {creditor.id}, case {debtor}")
                failures.append(failure)
        return Forgotten(creditor=creditor.id, reminders_redacted=redacted, cases_erased=erased, is_done=is_done)

    def _erase(
        self,
        creditor: Creditor,
        debtor: str,
        closed_on: date,
        letters: Callable[[], Sequence[StoredLetter]],
        unmatched: Callable[[], Sequence[KeptPayment]],
    ) -> bool:
        has_begun = closed_on == date.min
        try:
            self.erase(creditor, debtor, despite_open_invoices=has_begun, letters=letters(), unmatched=unmatched())
        except Refused:
            # Something of it is open after all. When that is closed, its years begin anew.
            self.retention.keep_open(creditor.id, debtor, closed_on)
            return False
        except NotFound:  # somebody else was faster
            return False
        return True
