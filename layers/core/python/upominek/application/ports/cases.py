"""Cases."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from upominek.domain.cases.case import Agenda, Case, CaseFile, Contact, Fact, Hold
from upominek.domain.cases.last_word import LastWords
from upominek.domain.parties.debtor import DebtorDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """A place within the limits, and what is remembered of the message that takes it.

    Attributes:
        places: how many are remembered.
        campaign: whose words they are.
        words: what the campaign has said after it; None leaves them.
        agenda: when the case is looked at next; None takes it off the agenda.
        keeps_agenda: leave it as it is instead.
    """

    contact: Contact
    places: int
    campaign: str = ""
    words: LastWords | None = None
    agenda: Agenda | None = None
    keeps_agenda: bool = False


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

    def reserve_contact(self, case: Case, reservation: Reservation, shards: tuple[int, ...]) -> Case | None:
        """Take a place and remember what is said in it, by one write, unless the case is no longer what was read.

        Args:
            case: as it was read; its places and its agenda must still be the same.

        Returns:
            The case as it is now, consistently; None where somebody else took a place or changed the agenda first.

        Raises:
            NotFound: there is no such case.
        """
        ...

    def release_contact(self, creditor: str, debtor: str, contact: Contact) -> None:
        """Give the place back, if it is held, and forget what was said in it. Idempotent."""
        ...

    def set_agenda(
        self, case: Case, agenda: Agenda | None, shards: tuple[int, ...], *, awaits_address: bool = False
    ) -> None:
        """Note when the case is to be looked at next, or that nobody needs to; a wake that came meanwhile stays.

        Args:
            case: as it was read.
            awaits_address: the next contact data of the debtor are to wake it.
        """
        ...

    def wake(self, creditor: str, debtors: Mapping[str, Agenda], shards: tuple[int, ...]) -> None:
        """Have the cases looked at, unless they are to be looked at as early already. Idempotent."""
        ...

    def agenda(
        self, creditor: str, shards: tuple[int, ...], shard: int, through: date, *, entries: bool = False
    ) -> Iterator[tuple[str, Agenda]]:
        """The debtors of one shard who are to be looked at by the day, those of the earliest days first.

        Eventually consistent, from an index; it is read as far as it is asked for.

        Args:
            shards: every number of shards that the creditor has had; `shard` counts within the newest.
            entries: those whose invoices became known late; otherwise all others.
        """
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
