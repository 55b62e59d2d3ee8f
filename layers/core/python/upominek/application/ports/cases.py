"""Cases."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol

from upominek.domain.cases.case import Case, CaseFile, Contact, Fact, Hold
from upominek.domain.parties.creditor import Limits
from upominek.domain.parties.debtor import DebtorDetails


class CaseRepository(Protocol):
    """Cases: debtor, holds, caps, suppressed addresses, and the history of each."""

    def get(self, creditor: str, debtor: str) -> Case:
        """A consistent read. Raises: NotFound."""
        ...

    def get_many(self, creditor: str, debtors: Collection[str]) -> dict[str, Case]:
        """Eventually consistent, in batches; debtors without a case are absent."""
        ...

    def open_case(self, creditor: str, details: DebtorDetails, at: datetime) -> None:
        """Create the case, or take over what the details state unless something newer was taken over before.

        Idempotent. Leaves holds, contacts and credits alone.
        """
        ...

    def open_cases(self, creditor: str, details: Sequence[tuple[DebtorDetails, datetime]]) -> None:
        """`open_case` for many debtors at once; those that change nothing are not written."""
        ...

    def reserve_contact(self, creditor: str, debtor: str, contact: Contact, limits: Limits) -> tuple[Case, bool]:
        """Take a place within the caps, atomically; repeating it for the same contact takes no second place.

        Returns:
            The case as it is now, consistently, and whether a place is held. One write, no read.

        Raises:
            NotFound: there is no such case.
        """
        ...

    def release_contact(self, creditor: str, debtor: str, contact: Contact) -> None:
        """Give the place back, if it is held. Idempotent."""
        ...

    def hold(self, creditor: str, debtor: str, hold: Hold, fact: Fact) -> datetime | None:
        """Set the hold, replacing one with the same key, and write the fact, both or neither. Idempotent by fact id.

        Returns:
            When a later word on it was said, which stands; None where this one does.

        Raises:
            NotFound: there is no such case.
        """
        ...

    def release(self, creditor: str, debtor: str, hold_key: str, fact: Fact) -> datetime | None:
        """Remove the hold and write the fact, both or neither. Idempotent.

        Returns:
            When a later word on it was said, which stands; None where this one does.

        Raises:
            NotFound: there is no such case.
        """
        ...

    def add_fact(self, creditor: str, debtor: str, fact: Fact) -> None:
        """Write a fact into the history; the same id and time twice is one fact."""
        ...

    def acknowledge(self, creditor: str, debtor: str, day: date, numbers: Collection[str], fact: Fact) -> None:
        """Write the fact and tell the case that these invoices were acknowledged on the day, both or neither.

        Idempotent by fact id; nothing overwrites either.

        Raises:
            NotFound: there is no such case.
        """
        ...

    def suppress(self, creditor: str, debtor: str, address_digest: str, fact: Fact) -> None:
        """Mark the address as unusable for this creditor (all its debtors) and tell this case. Idempotent."""
        ...

    def suppressed(self, creditor: str, digests: Collection[str]) -> frozenset[str]:
        """Those of the digests that are suppressed for the creditor.

        Eventually consistent: what another debtor's case has told of a shared address may be missing for a second. Of
        its own addresses each case knows at once.
        """
        ...

    def note_closing(self, creditor: str, debtors: Collection[str], day: date, shards: tuple[int, ...]) -> None:
        """Note the day on which an invoice of each case is about to be closed: its retention may run from it.

        Comes before the invoice is written, so that no crash and no race leaves a closed case without its day. That
        other invoices of the case are open is found out when the years are over.
        """
        ...

    def file(self, creditor: str, debtor: str) -> CaseFile:
        """The whole case by one query, consistent. Raises: NotFound."""
        ...
