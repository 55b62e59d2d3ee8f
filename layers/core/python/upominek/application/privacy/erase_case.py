"""Erase the person from a case, in the table and among the files. What the books need stays under a pseudonym."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.files import FileStore
from upominek.application.ports.intake import UnmatchedPaymentRepository
from upominek.application.ports.letters import LetterRepository
from upominek.application.ports.privacy import RetentionRepository
from upominek.application.ports.world import Clock, IdFactory
from upominek.domain.cases.case import CaseFile
from upominek.domain.errors import Refused
from upominek.domain.letters.stored_letter import StoredLetter
from upominek.domain.parties.creditor import Creditor
from upominek.domain.privacy.pseudonym import Alias, without_person
from upominek.domain.receivables.payments import KeptPayment, listed
from upominek.domain.values.contact import address_hash

_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What became of a case.

    Attributes:
        alias: the id under which the facts without the person stay.
        letters: how many letters were deleted, PDF and all.
    """

    creditor: str
    alias: str
    invoices: int
    reminders: int
    facts: int
    letters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseCase:
    """Copies a case without its person under a pseudonym, and deletes everything that was kept of it.

    The pseudonym is drawn once and stands in the case itself until the very end, so whoever repeats an erasure that
    ended anywhere goes on with the same one. After the end nothing leads from the one to the other.
    """

    cases: CaseRepository
    letters: LetterRepository
    files: FileStore
    retention: RetentionRepository
    unmatched: UnmatchedPaymentRepository
    ids: IdFactory
    clock: Clock

    def __call__(
        self,
        creditor: Creditor,
        debtor: str,
        *,
        despite_open_invoices: bool = False,
        letters: Sequence[StoredLetter] | None = None,
        unmatched: Sequence[KeptPayment] | None = None,
    ) -> Erased:
        """Erase. Idempotent while it lasts; once complete there is no such case any more.

        Args:
            letters, unmatched: all of the creditor's, where somebody has read them already.

        Raises:
            NotFound: `case_not_found`.
            Refused: `case_open`.
        """
        file = self.cases.file(creditor.id, debtor)
        if not despite_open_invoices:
            _check_closed(file)
        alias = Alias(self.retention.begin_erasure(creditor.id, debtor, creditor.shards, self.ids.new()))
        known = self.letters.of(creditor.id) if letters is None else letters
        mine = [one for one in known if one.debtor == debtor]
        self._delete(mine)
        payments = self.unmatched.kept(creditor.id) if unmatched is None else unmatched
        # Payments that name this debtor and no invoice: nobody will ever match them; and those that went to them.
        self.unmatched.remove(creditor.id, [one.payment.id for one in payments if debtor in one.debtors])
        self.unmatched.strike_booked(creditor.id, [one for invoice in file.invoices for one in listed(invoice)])
        kept = without_person(file, alias, now := self.clock.now())
        self.retention.pseudonymise(kept, now)
        self.retention.forget(creditor.id, debtor, alias.secret, _digests(file))
        return Erased(
            creditor=creditor.id,
            alias=alias.debtor,
            invoices=len(kept.invoices),
            reminders=len(kept.reminders),
            facts=len(kept.facts),
            letters=len(mine),
        )

    def _delete(self, letters: Sequence[StoredLetter]) -> None:
        """Files first: what is on the list is found again."""
        for letter in letters:
            batches = [
                one for one in self.letters.batches(letter.creditor, letter.day) if letter.id in one.letters
            ]  # a batch that was printed has served; its other letters are kept one by one
            self.files.delete([letter.key, *(key for one in batches for key in (one.key, one.index_key))])
            self.letters.remove(letter)


def _check_closed(file: CaseFile) -> None:
    numbers = [one.number for one in file.invoices if one.is_open]
    if not numbers:
        return
    shown = ", ".join(numbers[:_SHOWN]) + (" …" if len(numbers) > _SHOWN else "")
    raise Refused(
        "case_open",
        pl=f"Ten kontrahent ma nierozliczone faktury ({shown}). Dopóki trzeba dochodzić zapłaty, prawo pozwala "
        "zachować jego dane mimo żądania usunięcia (art. 17 ust. 3 lit. e RODO): odpowiedz mu to na piśmie. Rozlicz "
        "albo anuluj faktury i powtórz polecenie; jeśli rezygnujesz z przypomnień o nich, dodaj "
        "--despite-open-invoices.",
        en=f"This debtor has open invoices ({shown}). As long as they are claimed, the law lets you keep the data in "
        "spite of a request to erase them (art. 17 (3) (e) GDPR): answer so in writing. Settle or cancel the invoices "
        "and repeat the command; where you give up reminding of them, add --despite-open-invoices.",
    )


def _digests(file: CaseFile) -> frozenset[str]:
    """Hashes of the addresses by which the creditor's marks of unusable ones may name this debtor."""
    case = file.case
    addresses = (*(one.e164 for one in case.debtor.phones), *(one.value for one in case.debtor.emails))
    return case.suppressed | {address_hash(one, case.creditor) for one in addresses}
