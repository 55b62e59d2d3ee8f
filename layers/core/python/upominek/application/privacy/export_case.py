"""Everything that is kept of one debtor, for whoever asks what it is (art. 15 and 20 RODO)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.intake import UnmatchedPaymentRepository
from upominek.application.ports.letters import LetterRepository
from upominek.application.ports.world import Clock
from upominek.domain.cases.case import CaseFile
from upominek.domain.letters.stored_letter import StoredLetter
from upominek.domain.parties.creditor import Creditor
from upominek.domain.receivables.events import PaymentStated
from upominek.domain.values.contact import address_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseExport:
    """All of one case.

    Attributes:
        letters: those that were made; their PDFs are files of their own.
        unmatched: payments that were kept apart and name the debtor, or went to one of their invoices since.
        suppressed: addresses that must not be used, by their hash; an empty text where the address is not known.
    """

    at: datetime
    creditor: Creditor
    file: CaseFile
    letters: tuple[StoredLetter, ...]
    suppressed: Mapping[str, str]
    unmatched: tuple[PaymentStated, ...] = ()


class ExportCase:
    """Gathers what is kept."""

    def __init__(
        self,
        creditors: CreditorRepository,
        cases: CaseRepository,
        letters: LetterRepository,
        unmatched: UnmatchedPaymentRepository,
        clock: Clock,
    ) -> None:
        self._creditors = creditors
        self._cases = cases
        self._letters = letters
        self._unmatched = unmatched
        self._clock = clock

    def __call__(self, creditor: str, debtor: str) -> CaseExport:
        """The case as it stands. Raises: NotFound."""
        keeper = self._creditors.get(creditor)
        file = self._cases.file(creditor, debtor)
        who = file.case.debtor
        addresses = (*(one.e164 for one in who.phones), *(one.value for one in who.emails))
        by_digest = {address_hash(one, creditor): one for one in addresses}
        suppressed = file.case.suppressed | self._cases.suppressed(creditor, by_digest.keys())
        return CaseExport(
            at=self._clock.now(),
            creditor=keeper,
            file=file,
            letters=tuple(one for one in self._letters.of(creditor) if one.debtor == debtor),
            suppressed={digest: by_digest.get(digest, "") for digest in sorted(suppressed)},
            unmatched=tuple(one.payment for one in self._unmatched.kept(creditor) if debtor in one.debtors),
        )
