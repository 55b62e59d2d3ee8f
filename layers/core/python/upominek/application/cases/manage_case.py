"""Keeping a case by hand: look at it, hold it, release it, write something into its history."""

from dataclasses import dataclass
from datetime import date

from upominek.application.cases.apply_case_event import apply_to_case
from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.world import Clock
from upominek.domain.cases.case import Case, CaseFile
from upominek.domain.cases.timeline import Entry, Total, timeline, totals
from upominek.domain.errors import InvalidValue, NotFound
from upominek.domain.parties.creditor import Creditor
from upominek.domain.receivables.events import CaseEvent, CaseHeld, CaseNoted, CaseReleased


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as of one local day of the creditor; the timeline begins with the oldest."""

    file: CaseFile
    today: date
    totals: tuple[Total, ...]
    timeline: tuple[Entry, ...]


class ShowCase:
    """Shows one case with its totals as of today, and its whole history."""

    def __init__(self, creditors: CreditorRepository, cases: CaseRepository, clock: Clock) -> None:
        self._creditors = creditors
        self._cases = cases
        self._clock = clock

    def __call__(self, creditor: str, debtor: str) -> CaseView:
        """The case. Raises: NotFound."""
        today = self._creditors.get(creditor).hours.local_day(self._clock.now())
        file = self._cases.file(creditor, debtor)
        return CaseView(file, today, totals(file.invoices, today), tuple(timeline(file)))


class ManageCase:
    """Does what a person decides about a case: holds it, releases it, notes something.

    Stricter than what comes in by machine, where events arrive in any order: the case must exist, and so must a hold
    that is to be released.
    """

    def __init__(self, creditors: CreditorRepository, cases: CaseRepository) -> None:
        self._creditors = creditors
        self._cases = cases

    def __call__(self, creditor: str, event: CaseEvent) -> None:
        """Do it. Idempotent: the same event twice is one.

        Raises:
            NotFound: `creditor_not_found`, `case_not_found`, `hold_not_found`.
            InvalidValue: `reason_missing`, `text_missing`, `hold_in_past`.
        """
        keeper = self._creditors.get(creditor)
        case = self._cases.get(creditor, event.debtor_id)
        match event:
            case CaseHeld():
                _check_hold(keeper, event)
            case CaseReleased():
                _check_release(case, event)
            case CaseNoted():
                if not event.text.strip():
                    raise InvalidValue("text_missing", pl="Notatka jest pusta.", en="The note is empty.")
        apply_to_case(self._cases, creditor, event)


def _check_hold(creditor: Creditor, event: CaseHeld) -> None:
    if not event.reason.strip():
        raise InvalidValue("reason_missing", pl="Podaj powód wstrzymania.", en="Give the reason of the hold.")
    if event.until is not None and event.until < creditor.hours.local_day(event.at):
        raise InvalidValue(
            "hold_in_past",
            pl=f"Dzień {event.until.isoformat()} już minął. Podaj ostatni dzień, w którym wstrzymanie ma obowiązywać.",
            en=f"The day {event.until.isoformat()} has passed. Give the last day on which the hold is to be in force.",
        )


def _check_release(case: Case, event: CaseReleased) -> None:
    if not any((hold.kind, hold.number) == (event.kind, event.number) for hold in case.holds.values()):
        raise NotFound("hold_not_found", pl="Nie ma takiego wstrzymania.", en="There is no such hold.")
