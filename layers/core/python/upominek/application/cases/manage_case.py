"""Keeping a case by hand: look at it, hold it, release it, write something into its history."""

from dataclasses import dataclass, replace
from datetime import date

from upominek.application.cases.apply_case_event import apply_to_case
from upominek.application.cases.wake_debtors import WakeDebtors
from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.intake import UnmatchedPaymentRepository
from upominek.application.ports.world import Clock, IdFactory
from upominek.domain.cases.case import Case, CaseFile
from upominek.domain.cases.timeline import Entry, Total, timeline, totals
from upominek.domain.errors import InvalidValue, NotFound
from upominek.domain.parties.actor import Actor
from upominek.domain.parties.creditor import Creditor
from upominek.domain.receivables.events import CaseEvent, CaseHeld, CaseNoted, CaseReleased, PaymentStated
from upominek.domain.values.identifiers import parse_invoice_number
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.words import LONGEST_LINE, LONGEST_NOTE, check_length


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as of one local day of the creditor; the timeline begins with the oldest.

    Attributes:
        waiting: payments that name the debtor and are on the books of no invoice.
    """

    file: CaseFile
    today: date
    totals: tuple[Total, ...]
    timeline: tuple[Entry, ...]
    waiting: tuple[PaymentStated, ...] = ()


class ShowCase:
    """Shows one case with its totals as of today, and its whole history."""

    def __init__(
        self,
        creditors: CreditorRepository,
        cases: CaseRepository,
        unmatched: UnmatchedPaymentRepository,
        clock: Clock,
    ) -> None:
        self._creditors = creditors
        self._cases = cases
        self._unmatched = unmatched
        self._clock = clock

    def __call__(self, creditor: str, debtor: str) -> CaseView:
        """The case. Raises: NotFound."""
        today = self._creditors.get(creditor).hours.local_day(self._clock.now())
        file = self._cases.file(creditor, debtor)
        kept = self._unmatched.kept(creditor)
        waiting = tuple(one.payment for one in kept if one.booking is None and one.payment.debtor_id == debtor)
        return CaseView(file, today, totals(file.invoices, today), tuple(timeline(file)), waiting)


class ManageCase:
    """Does what a person decides about a case: holds it, releases it, notes something.

    Stricter than what comes in by machine, where events arrive in any order: the case must exist, and so must a hold
    that is to be released.
    """

    def __init__(
        self,
        creditors: CreditorRepository,
        cases: CaseRepository,
        wake: WakeDebtors,
        clock: Clock,
        ids: IdFactory,
    ) -> None:
        self._creditors = creditors
        self._cases = cases
        self._wake = wake
        self._clock = clock
        self._ids = ids

    def hold(
        self,
        actor: Actor,
        creditor: str,
        debtor: str,
        kind: HoldKind,
        *,
        reason: str,
        until: date | None = None,
        number: str | None = None,
    ) -> None:
        """Stop reminders to the debtor, or about one invoice, at once.

        Args:
            until: the last day; None for as long as nobody releases it.
        """
        at = self._clock.now()
        self(actor, creditor, CaseHeld(debtor_id=debtor, kind=kind, at=at, reason=reason, until=until, number=number))

    def release(
        self, actor: Actor, creditor: str, debtor: str, kind: HoldKind, *, reason: str = "", number: str | None = None
    ) -> None:
        """End a hold before its time."""
        at = self._clock.now()
        self(actor, creditor, CaseReleased(debtor_id=debtor, kind=kind, at=at, reason=reason, number=number))

    def note(self, actor: Actor, creditor: str, debtor: str, text: str) -> None:
        """Write something into the history."""
        self(actor, creditor, CaseNoted(id=self._ids.new(), debtor_id=debtor, at=self._clock.now(), text=text))

    def __call__(self, actor: Actor, creditor: str, event: CaseEvent) -> None:
        """Do it, in the actor's name. Idempotent: the same event twice is one.

        Raises:
            NotFound: `creditor_not_found`, `case_not_found`, `hold_not_found`.
            InvalidValue: `reason_missing`, `text_missing`, `text_too_long`, `hold_in_past`, `invoice_number_…`.
            Refused: `item_full`, of a hold.
        """
        actor.require(creditor)
        keeper = self._creditors.get(creditor)
        case = self._cases.get(creditor, event.debtor_id)
        if not isinstance(event, CaseNoted) and event.number is not None:
            event = replace(event, number=parse_invoice_number(event.number))
        match event:
            case CaseHeld():
                _check_hold(keeper, event)
                check_length(event.reason, LONGEST_LINE)
            case CaseReleased():
                _check_release(case, event)
                check_length(event.reason, LONGEST_LINE)
            case CaseNoted():
                check_length(event.text, LONGEST_NOTE)
                if not event.text.strip():
                    raise InvalidValue("text_missing", pl="Notatka jest pusta.", en="The note is empty.")
        apply_to_case(self._cases, creditor, replace(event, by=actor.name))
        if isinstance(event, CaseReleased):
            self._wake.for_release(keeper, [event.debtor_id])


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
