"""Writing down what counts before the law: acknowledgements by the debtor, and demands that warned of a register entry.

Both are kept in the case history and never changed: whoever was wrong writes down a new one, or a note.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.world import Clock
from upominek.domain.cases.case import CaseFile
from upominek.domain.errors import InvalidValue, NotFound
from upominek.domain.law.acknowledgement import Acknowledgement, AcknowledgementKind, StatementChannel
from upominek.domain.law.demand import Demand, Route
from upominek.domain.law.due_date import is_overdue
from upominek.domain.law.register_conditions import terms_for
from upominek.domain.parties.actor import Actor
from upominek.domain.parties.creditor import Creditor
from upominek.domain.receivables.invoice import InvoiceStatus
from upominek.domain.values.unknown import Unknown

LONGEST_TEXT: Final = 2000
LONGEST_NAME: Final = 200
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a person writes down of a debtor's words.

    Attributes:
        at: when it was said, aware UTC; None for now.
        by: who said it, on the debtor's side.
        numbers: the invoices that it is about; none for all that are open.
        taken_by: who of the creditor's people heard or received it.
    """

    kind: AcknowledgementKind
    channel: StatementChannel
    by: str
    text: str
    at: datetime | None = None
    numbers: Sequence[str] = ()
    taken_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What a person writes down of a demand that went out.

    Attributes:
        numbers: the invoices that it demanded; none for all that were overdue on the day.
        letter: SHA-256 of the letter, in hexadecimal.
    """

    route: Route
    sent_on: date
    numbers: Sequence[str] = ()
    letter: str = ""


@dataclass(frozen=True, slots=True)
class RecordedDemand:
    """A demand, and whether its route is one from which an entry counts."""

    demand: Demand
    is_admissible: bool


class RecordAcknowledgement:
    """Writes an acknowledgement down; limitation of the invoices then runs anew from its day."""

    def __init__(self, creditors: CreditorRepository, cases: CaseRepository, clock: Clock) -> None:
        self._creditors = creditors
        self._cases = cases
        self._clock = clock

    def __call__(self, actor: Actor, creditor: str, debtor: str, said: Statement) -> Acknowledgement:
        """Write it down. Idempotent: the same words by the same person at the same time are one.

        Raises:
            NotFound: `creditor_not_found`, `case_not_found`, `invoice_not_found`.
            InvalidValue: `text_missing`, `text_too_long`, `by_missing`, `time_in_future`, `nothing_owed`.
        """
        actor.require(creditor)
        keeper, now = self._creditors.get(creditor), self._clock.now()
        text, by = _written(said.text), _named(said.by)
        at = said.at or now
        if at > now:
            raise InvalidValue(
                "time_in_future", pl="Oświadczenie nie może być z przyszłości.", en="Nothing was said in the future."
            )
        file = self._cases.file(creditor, debtor)
        acknowledgement = Acknowledgement(
            creditor=creditor,
            debtor_id=debtor,
            kind=said.kind,
            channel=said.channel,
            at=at,
            by=by,
            text=text,
            numbers=_known(file, said.numbers) or _open(file),
            taken_by=said.taken_by.strip()[:LONGEST_NAME],
        )
        self._cases.acknowledge(
            creditor, debtor, keeper.hours.local_day(at), acknowledgement.numbers, acknowledgement.fact()
        )
        return acknowledgement


class RecordDemand:
    """Writes a demand down that warned of an entry with the creditor's bureau."""

    def __init__(self, creditors: CreditorRepository, cases: CaseRepository, clock: Clock) -> None:
        self._creditors = creditors
        self._cases = cases
        self._clock = clock

    def __call__(self, actor: Actor, creditor: str, debtor: str, sent: Sending) -> RecordedDemand:
        """Write it down, with the bureau and seat of the creditor's file. Idempotent: the same demand twice is one.

        Raises:
            NotFound: `creditor_not_found`, `case_not_found`, `invoice_not_found`.
            InvalidValue: `register_missing`, `day_in_future`, `letter_invalid`, `nothing_owed`.
        """
        actor.require(creditor)
        keeper = self._creditors.get(creditor)
        today = keeper.hours.local_day(self._clock.now())
        if sent.sent_on > today:
            raise InvalidValue(
                "day_in_future",
                pl=f"Wezwanie nie mogło zostać wysłane po {today.isoformat()}. Popraw datę.",
                en=f"A demand cannot have been sent after {today.isoformat()}. Mend the date.",
            )
        if sent.letter and not _DIGEST.fullmatch(sent.letter):
            raise InvalidValue(
                "letter_invalid",
                pl="Skrót pisma to SHA-256: 64 znaki 0–9 i a–f, jak w historii sprawy.",
                en="A letter's digest is a SHA-256: 64 characters 0–9 and a–f, as the case history has it.",
            )
        file = self._cases.file(creditor, debtor)
        demand = _demand(actor, keeper, file, sent)
        # The hour is not known; in Poland the first one of the UTC day is of the same day.
        self._cases.add_fact(creditor, debtor, demand.fact(datetime.combine(sent.sent_on, time(), UTC)))
        return RecordedDemand(demand, _is_admissible(file, demand.route))


def _demand(actor: Actor, creditor: Creditor, file: CaseFile, sent: Sending) -> Demand:
    if creditor.register is None:
        raise InvalidValue(
            "register_missing",
            pl="Wierzyciel nie ma w swoim pliku biura informacji gospodarczej (klucz „register”), a wezwanie musi je "
            "nazywać.",
            en="The creditor's file names no bureau (key “register”), which a demand with a warning must name.",
        )
    return Demand(
        route=sent.route,
        sent_on=sent.sent_on,
        bureau=creditor.register.bureau,
        seat=creditor.register.seat,
        numbers=_known(file, sent.numbers) or _open(file, sent.sent_on),
        letter=sent.letter,
        by=actor.name,
    )


def _is_admissible(file: CaseFile, route: Route | Unknown) -> bool:
    debtor = file.case.debtor
    terms = terms_for(debtor.kind_in_law)
    by_email = route is Route.EMAIL and terms.may_be_by_email and debtor.email_clause is not None
    return route in terms.routes or by_email


def _written(text: str) -> str:
    written = text.strip()
    if not written:
        raise InvalidValue(
            "text_missing",
            pl="Napisz, co zostało powiedziane lub ustalone: bez treści to nie jest dowód.",
            en="Write what was said or agreed: without words it proves nothing.",
        )
    if len(written) > LONGEST_TEXT:
        raise InvalidValue(
            "text_too_long",
            pl=f"Tekst ma {len(written)} znaków, dozwolone jest {LONGEST_TEXT}. Skróć go.",
            en=f"The text has {len(written)} characters, {LONGEST_TEXT} are allowed. Shorten it.",
        )
    return written


def _named(by: str) -> str:
    name = by.strip()[:LONGEST_NAME]
    if not name:
        raise InvalidValue("by_missing", pl="Podaj, kto to powiedział.", en="Say who said it.")
    return name


def _known(file: CaseFile, numbers: Sequence[str]) -> tuple[str, ...]:
    stated = {invoice.number for invoice in file.invoices if invoice.status is not InvoiceStatus.AWAITED}
    for number in numbers:
        if number not in stated:
            raise NotFound(
                "invoice_not_found", pl=f"W tej sprawie nie ma faktury „{number}”.", en=f"No invoice “{number}” here."
            )
    return tuple(sorted(set(numbers)))


def _open(file: CaseFile, overdue_on: date | None = None) -> tuple[str, ...]:
    """What is owed, or the part of it that was overdue on a day."""
    numbers = sorted(
        one.number
        for one in file.invoices
        if one.header is not None and one.outstanding is not None and one.outstanding.grosze > 0
        if overdue_on is None or is_overdue(one.header.due_on, overdue_on)
    )
    if not numbers:
        raise InvalidValue(
            "nothing_owed",
            pl="W tej sprawie nie ma takiej otwartej faktury. Podaj numer za pomocą --invoice.",
            en="The case has no such open invoice. Name one with --invoice.",
        )
    return tuple(numbers)
