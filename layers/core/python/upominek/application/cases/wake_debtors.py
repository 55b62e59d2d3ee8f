"""Have debtors looked at for another reason than a due date: what came in has a step that no run to come would find."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.planning import ProgressRepository
from upominek.application.ports.world import Clock
from upominek.domain.cases.case import Agenda
from upominek.domain.parties.creditor import Creditor
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.batches import batched

if TYPE_CHECKING:
    from upominek.domain.planning.campaign import Campaign

NEWS: Final = timedelta(days=1)
"""An invoice that became known longer ago is not news any more, however often it is told of."""


AT_ONCE: Final = 500


class WakeDebtors:
    """Puts cases on today's agenda, and tells the tick that there is something on it.

    It comes after what it is about was written, and whoever repeats an intake after a crash repeats it as well.
    """

    def __init__(
        self, creditors: CreditorRepository, cases: CaseRepository, progress: ProgressRepository, clock: Clock
    ) -> None:
        self._creditors = creditors
        self._cases = cases
        self._progress = progress
        self._clock = clock

    def for_invoices(self, creditor: Creditor, invoices: Iterable[Invoice]) -> None:
        """Wake the debtors of those that became known with steps which have passed. Idempotent."""
        now = self._clock.now()
        fresh = [one for one in invoices if one.is_open and one.known_at is not None and one.known_at > now - NEWS]
        if not fresh:
            return
        # Most of what comes in is due one day, and its cold start does not wait for the planner's rules.
        from upominek.domain.planning.agenda import look_at_once  # noqa: PLC0415
        from upominek.domain.planning.campaign import in_force  # noqa: PLC0415

        campaigns = in_force(self._creditors.campaigns(creditor.id))
        found: dict[str, Agenda] = {}
        for one in fresh:
            if one.header is None or (agenda := look_at_once(creditor, campaigns, one.header.due_on, now)) is None:
                continue
            # Who is owed a word already does not wait among those who begin.
            known = found.get(one.debtor, agenda)
            found[one.debtor] = agenda if known.is_entry else known
        if found:
            self._cases.wake(creditor.id, found, creditor.shards)
            self._progress.wake(creditor.id, now)

    def for_campaign(self, creditor: Creditor, campaign: "Campaign", open_: Iterable[DueInvoice]) -> int:
        """Wake the debtors of whom a campaign that begins now has steps that have passed; how many they are.

        Args:
            open_: every open invoice of the creditor.
        """
        from upominek.domain.planning.agenda import look_at_once  # noqa: PLC0415

        now, woken = self._clock.now(), set[str]()
        if not campaign.is_active:
            return 0
        for batch in batched(open_, AT_ONCE):
            found = {
                one.debtor: agenda
                for one in batch
                if one.debtor not in woken and (agenda := look_at_once(creditor, [campaign], one.due_on, now))
            }
            self._cases.wake(creditor.id, found, creditor.shards)
            woken |= found.keys()
        if woken:
            self._progress.wake(creditor.id, now)
        return len(woken)

    def for_release(self, creditor: Creditor, debtors: Collection[str]) -> None:
        """Wake debtors who are no longer held. Idempotent."""
        if debtors:
            now = self._clock.now()
            today = Agenda(creditor.hours.local_day(now))
            self._cases.wake(creditor.id, dict.fromkeys(debtors, today), creditor.shards)
            self._progress.wake(creditor.id, now)
