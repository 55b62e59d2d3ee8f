"""What the table holds, in memory: creditors, cases, invoices and reminders."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from threading import RLock
from typing import Any, Final, assert_never

from upominek.adapters.carriers.registry import CARRIERS
from upominek.application.ports.cases import Reservation
from upominek.application.ports.invoices import InvoiceChange, InvoiceKey
from upominek.domain.cases.case import Agenda, Case, CaseFile, Contact, Fact, Hold, days_by_number
from upominek.domain.cases.last_word import LastWords
from upominek.domain.errors import ItemFull, NotFound
from upominek.domain.messages.carrier_traits import ReportNaming
from upominek.domain.messages.receipt import Receipt
from upominek.domain.messages.reminder import Rank, Reminder, ReminderKey
from upominek.domain.messages.reminder_state import (
    MOST_RECEIPTS,
    REPEATING,
    ReceiptEntry,
    counted_again,
    with_receipts,
)
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import Debtor, DebtorDetails, merged
from upominek.domain.planning.campaign import Campaign
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.receivables.open_invoice import DueInvoice, due_invoice
from upominek.domain.values.carrier import Carrier
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money
from upominek.domain.values.shards import shard_of
from upominek.domain.values.span import Span
from upominek.domain.values.unknown import Unknown

MOST_BYTES: Final = 400 * 1024
"""What a case may take in the table."""


def _size(hold: Hold) -> int:
    return len(f"{hold.key}{hold.reason}{hold.by}".encode()) + 80


@dataclass(slots=True)
class CaseRow:
    """One case as stored; `debtor` is None until the case was opened.

    Attributes:
        hold_times: when each hold was last set or released, so that the later word stands in any order of arrival.
        closed_on: when an invoice of it was last closed.
        erasure: the secret of an erasure that has begun.
    """

    debtor: Debtor | None = None
    holds: dict[str, Hold] = field(default_factory=dict)
    hold_times: dict[str, datetime] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    credits: dict[str, Money] = field(default_factory=dict)
    suppressed: set[str] = field(default_factory=set)
    acknowledged: set[tuple[str, date]] = field(default_factory=set)
    facts: dict[tuple[datetime, str], Fact] = field(default_factory=dict)
    words: dict[str, LastWords] = field(default_factory=dict)
    agenda: Agenda | None = None
    awaits_address: bool = False
    closed_on: date | None = None
    erasure: str | None = None

    @property
    def bytes_of_holds(self) -> int:
        """How many bytes its holds take, about; all else is small."""
        return sum(map(_size, self.holds.values()))


@dataclass(slots=True)
class Table:
    """The state that the repositories share, and the lock that makes each call atomic."""

    lock: RLock = field(default_factory=RLock)
    creditors: dict[str, Creditor] = field(default_factory=dict)
    campaigns: dict[str, dict[str, Campaign]] = field(default_factory=dict)
    cases: dict[tuple[str, str], CaseRow] = field(default_factory=dict)
    invoices: dict[InvoiceKey, Invoice] = field(default_factory=dict)
    due: dict[tuple[str, date], set[InvoiceKey]] = field(default_factory=dict)
    open_of: dict[tuple[str, str], set[InvoiceKey]] = field(default_factory=dict)
    reminders: dict[ReminderKey, Reminder] = field(default_factory=dict)
    told: dict[ReminderKey, list[ReceiptEntry]] = field(default_factory=dict)
    suppressed: dict[tuple[str, str], str] = field(default_factory=dict)
    nameless: set[ReminderKey] = field(default_factory=set)
    redacted_through: dict[str, date] = field(default_factory=dict)

    def reminder(self, key: ReminderKey) -> Reminder:
        """The reminder as its receipts tell it."""
        return with_receipts(self.reminders[key], self.told.get(key, ()))

    def keep(self, key: InvoiceKey, invoice: Invoice) -> None:
        """Store the invoice, and give it its place in the index of open ones by due date."""
        for one, is_listed in ((self.invoices.get(key), False), (invoice, True)):
            if one is not None and one.is_open and one.header is not None:
                by_day = self.due.setdefault((key.creditor, one.header.due_on), set())
                by_debtor = self.open_of.setdefault((key.creditor, key.debtor), set())
                for listed in (by_day, by_debtor):
                    (listed.add if is_listed else listed.discard)(key)
        self.invoices[key] = invoice

    def drop(self, key: InvoiceKey) -> None:
        """Forget the invoice, and its place in the index."""
        mine = self.open_of.get((key.creditor, key.debtor), set())
        for listed in (*self.due.values(), mine):
            listed.discard(key)
        if not mine:  # nothing may name a debtor of whom nothing is kept
            self.open_of.pop((key.creditor, key.debtor), None)
        self.invoices.pop(key, None)

    def row(self, creditor: str, debtor: str) -> CaseRow:
        """The case's row, made when it is not there."""
        return self.cases.setdefault((creditor, debtor), CaseRow())

    def opened(self, creditor: str, debtor: str) -> CaseRow:
        """The row of a case that was opened. Raises: NotFound."""
        row = self.cases.get((creditor, debtor))
        if row is None or row.debtor is None:
            raise NotFound("case_not_found", pl=f"Nie ma sprawy „{debtor}”.", en=f"There is no case “{debtor}”.")
        return row

    def suppressed_of(self, creditor: str, digests: Collection[str]) -> frozenset[str]:
        """Those of the digests that are suppressed for the creditor."""
        return frozenset(digest for digest in digests if (creditor, digest) in self.suppressed)


class MemoryCreditorRepository:
    """Creditors and their campaigns."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, creditor: str) -> Creditor:
        """The creditor. Raises: NotFound."""
        if creditor not in self._table.creditors:
            raise NotFound(
                "creditor_not_found", pl=f"Nie ma wierzyciela „{creditor}”.", en=f"There is no creditor “{creditor}”."
            )
        return self._table.creditors[creditor]

    def ids(self) -> Sequence[str]:
        """All creditors, in alphabetical order."""
        return sorted(self._table.creditors)

    def save(self, creditor: Creditor) -> None:
        """Store or replace."""
        self._table.creditors[creditor.id] = creditor

    def campaigns(self, creditor: str) -> tuple[Campaign, ...]:
        """All campaigns of the creditor."""
        return tuple(self._table.campaigns.get(creditor, {}).values())

    def save_campaign(self, creditor: str, campaign: Campaign) -> None:
        """Store or replace."""
        self._table.campaigns.setdefault(creditor, {})[campaign.id] = campaign


class MemoryCaseRepository:
    """Cases."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, creditor: str, debtor: str) -> Case:
        """The case. Raises: NotFound."""
        with self._table.lock:
            return _case(creditor, self._table.opened(creditor, debtor))

    def get_many(self, creditor: str, debtors: Collection[str]) -> dict[str, Case]:
        """Those of the cases that exist."""
        with self._table.lock:
            rows = {debtor: self._table.cases.get((creditor, debtor)) for debtor in debtors}
            return {debtor: _case(creditor, row) for debtor, row in rows.items() if row and row.debtor}

    def open_case(self, creditor: str, details: DebtorDetails, at: datetime) -> None:
        """Create the case, or take over what is newer."""
        with self._table.lock:
            row = self._table.row(creditor, details.id)
            before, row.debtor = row.debtor, merged(row.debtor or Debtor(id=details.id), details, at)
            if row.awaits_address and before is not None and _addresses(before) != _addresses(row.debtor):
                row.agenda, row.awaits_address = Agenda(at.date()), False

    def open_cases(self, creditor: str, details: Sequence[tuple[DebtorDetails, datetime]]) -> None:
        """`open_case` for each."""
        for one, at in details:
            self.open_case(creditor, one, at)

    def reserve_contact(self, case: Case, reservation: Reservation, shards: tuple[int, ...]) -> Case | None:  # noqa: ARG002
        """Take a place, unless somebody took one or changed the agenda since the case was read. Raises: NotFound."""
        contact = reservation.contact
        with self._table.lock:
            row = self._table.opened(case.creditor, case.debtor.id)
            now = _case(case.creditor, row)
            seen, standing = (one.notices if contact.is_notice else one.contacts for one in (case, now))
            if seen != standing or not (reservation.keeps_agenda or case.agenda == now.agenda):
                return None
            kept = [contact, *standing][: reservation.places]
            row.contacts = [*kept, *(one for one in row.contacts if one.is_notice is not contact.is_notice)]
            if reservation.words is not None:
                row.words[reservation.campaign] = reservation.words
            if not reservation.keeps_agenda:
                row.agenda = reservation.agenda
            return _case(case.creditor, row)

    def release_contact(self, creditor: str, debtor: str, contact: Contact) -> None:
        """Give the place back, if it is held, and forget what was said in it."""
        with self._table.lock:
            row = self._table.row(creditor, debtor)
            if contact in row.contacts:
                row.contacts = [one for one in row.contacts if one != contact]
                mine = frozenset({contact.reminder_id})
                row.words = {campaign: words.without(mine) for campaign, words in row.words.items()}

    def set_agenda(
        self,
        case: Case,
        agenda: Agenda | None,
        shards: tuple[int, ...],  # noqa: ARG002
        *,
        awaits_address: bool = False,
    ) -> None:
        """Note when the case is to be looked at next; a wake that came meanwhile stays."""
        with self._table.lock:
            row = self._table.opened(case.creditor, case.debtor.id)
            if row.agenda == case.agenda:
                row.agenda, row.awaits_address = agenda, awaits_address

    def wake(self, creditor: str, debtors: Mapping[str, Agenda], shards: tuple[int, ...]) -> None:  # noqa: ARG002
        """Have the cases looked at, unless they are to be looked at as early already."""
        with self._table.lock:
            for debtor, agenda in debtors.items():
                row = self._table.cases.get((creditor, debtor))
                if row is not None and row.debtor is not None and (row.agenda is None or row.agenda.on > agenda.on):
                    row.agenda = agenda

    def agenda(
        self, creditor: str, shards: tuple[int, ...], shard: int, through: date, *, entries: bool = False
    ) -> Iterator[tuple[str, Agenda]]:
        """The debtors of one shard who are to be looked at by the day, those of the earliest days first."""
        with self._table.lock:
            noted = [
                (row.agenda.on, debtor, row.agenda)
                for (owner, debtor), row in self._table.cases.items()
                if owner == creditor and row.agenda is not None and shard_of(debtor, shards[-1]) == shard
            ]
        return iter(
            [
                (debtor, agenda)
                for on, debtor, agenda in sorted(noted, key=lambda one: one[:2])
                if on <= through and agenda.is_entry is entries
            ]
        )

    def hold(self, creditor: str, debtor: str, hold: Hold, fact: Fact) -> datetime | None:
        """Set the hold unless a later word on it has come, and write the fact, once. Raises: NotFound."""
        return self._set_hold((creditor, debtor), hold.key, hold, hold.since, fact)

    def release(self, creditor: str, debtor: str, hold_key: str, fact: Fact) -> datetime | None:
        """Remove the hold unless a later word on it has come, and write the fact, once. Raises: NotFound."""
        return self._set_hold((creditor, debtor), hold_key, None, fact.at, fact)

    def _set_hold(
        self, case: tuple[str, str], key: str, hold: Hold | None, at: datetime, fact: Fact
    ) -> datetime | None:
        with self._table.lock:
            row = self._table.opened(*case)
            is_known = (fact.at, fact.id) in row.facts
            row.facts.setdefault((fact.at, fact.id), fact)
            if row.hold_times.get(key, at) > at:
                return row.hold_times[key]
            if is_known:
                return None
            if hold is not None and hold.kind is not HoldKind.OPT_OUT and row.bytes_of_holds + _size(hold) > MOST_BYTES:
                del row.facts[fact.at, fact.id]
                raise ItemFull
            row.hold_times[key] = at
            row.holds.pop(key, None)
            if hold is not None:
                row.holds[key] = hold
            return None

    def add_fact(self, creditor: str, debtor: str, fact: Fact) -> None:
        """Write a fact into the history; the same id and time twice is one fact."""
        with self._table.lock:
            self._table.row(creditor, debtor).facts.setdefault((fact.at, fact.id), fact)

    def acknowledge(self, creditor: str, debtor: str, day: date, numbers: Collection[str], fact: Fact) -> None:
        """Write the fact and tell the case that these invoices were acknowledged on the day. Raises: NotFound."""
        with self._table.lock:
            row = self._table.opened(creditor, debtor)
            row.acknowledged |= {(number, day) for number in numbers}
            self.add_fact(creditor, debtor, fact)

    def suppress(self, creditor: str, debtor: str, address_digest: str, fact: Fact) -> None:
        """Mark the address as unusable for all debtors of the creditor and tell this case. Idempotent."""
        with self._table.lock:
            self._table.suppressed[creditor, address_digest] = debtor
            self._table.row(creditor, debtor).suppressed.add(address_digest)
            self.add_fact(creditor, debtor, fact)

    def suppressed(self, creditor: str, digests: Collection[str]) -> frozenset[str]:
        """Those of the digests that are suppressed."""
        return self._table.suppressed_of(creditor, digests)

    def note_closing(self, creditor: str, debtors: Collection[str], day: date, shards: tuple[int, ...]) -> None:  # noqa: ARG002
        """Note the day on which an invoice of each case is closed."""
        with self._table.lock:
            for debtor in debtors:
                row = self._table.cases.get((creditor, debtor))
                if row is not None and row.debtor is not None and row.erasure is None:
                    row.closed_on = day

    def file(self, creditor: str, debtor: str) -> CaseFile:
        """All that is known of the case. Raises: NotFound when nothing is."""
        table = self._table
        with table.lock:
            mine = (creditor, debtor)
            invoices = [one for key, one in table.invoices.items() if (key.creditor, key.debtor) == mine]
            reminders = [table.reminder(key) for key in table.reminders if (key.creditor, key.debtor) == mine]
            row = table.cases.get(mine)
            if not invoices and not reminders and (row is None or not (row.debtor or row.facts)):
                table.opened(creditor, debtor)
            row = row or CaseRow()
            return CaseFile(
                case=_case(creditor, replace(row, debtor=row.debtor or Debtor(id=debtor))),
                invoices=tuple(sorted(invoices, key=lambda one: one.number)),
                reminders=tuple(sorted(reminders, key=lambda one: (one.key.day, one.key.id))),
                facts=tuple(row.facts[key] for key in sorted(row.facts)),
            )


class MemoryInvoiceRepository:
    """Invoices, and the index of open ones."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get_many(self, keys: Collection[InvoiceKey]) -> dict[InvoiceKey, Invoice]:
        """Those that exist."""
        with self._table.lock:
            return {key: self._table.invoices[key] for key in keys if key in self._table.invoices}

    def save(self, changes: Sequence[InvoiceChange], shards: tuple[int, ...]) -> list[InvoiceKey]:  # noqa: ARG002
        """Write each change, provided that nobody wrote since it was read; keys of those that somebody did."""
        conflicts = []
        for change in changes:
            invoice = change.after
            key = InvoiceKey(invoice.creditor, invoice.debtor, invoice.number)
            with self._table.lock:
                stored = self._table.invoices.get(key)
                if (stored.version if stored else 0) != change.before.version:
                    conflicts.append(key)
                    continue
                self._table.keep(key, replace(invoice, version=change.before.version + 1))
                row = self._table.row(key.creditor, key.debtor)
                row.credits.pop(key.number, None)
                if invoice.credit is not None:
                    row.credits[key.number] = invoice.credit
        return conflicts

    def due(self, creditor: str, shards: tuple[int, ...], shard: int, spans: Sequence[Span]) -> Iterator[DueInvoice]:
        """Open invoices of one shard with due dates in the spans, by due date then debtor."""
        with self._table.lock:
            days = {day for owner, day in self._table.due if owner == creditor and any(day in span for span in spans)}
            found = self._open(creditor, days)
        return (one for one in found if shard_of(one.debtor, shards[-1]) == shard)

    def open_of(self, creditor: str, debtor: str) -> list[Invoice]:
        """All open invoices of the debtor, by due date."""
        with self._table.lock:
            keys = self._table.open_of.get((creditor, debtor), ())
            found = [(one.header.due_on, key.number, one) for key in keys if (one := self._table.invoices[key]).header]
        return [one for _, _, one in sorted(found, key=lambda each: each[:2])]

    def all_open(self, creditor: str, shards: tuple[int, ...]) -> Iterator[DueInvoice]:  # noqa: ARG002
        """Every open invoice of the creditor."""
        with self._table.lock:
            return iter(self._open(creditor, {day for owner, day in self._table.due if owner == creditor}))

    def _open(self, creditor: str, days: Collection[date]) -> list[DueInvoice]:
        listed = (self._table.invoices[key] for day in days for key in self._table.due[creditor, day])
        found = [due for one in listed if (due := due_invoice(one)) is not None]
        return sorted(found, key=lambda one: (one.due_on, one.debtor, one.number))


class MemoryReminderRepository:
    """Reminders and their receipts."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def claim(self, reminder: Reminder) -> Reminder | None:
        """Record the reminder if its key is free; otherwise what stands there already."""
        with self._table.lock:
            standing = self._table.reminders.get(reminder.key)
            if standing is None:
                self._table.reminders[reminder.key] = reminder
            return None if standing is None else self._table.reminder(reminder.key)

    def unclaim(self, key: ReminderKey, claimed_at: datetime) -> None:
        """Take back our own claim."""
        with self._table.lock:
            standing = self._table.reminders.get(key)
            is_ours = standing and standing.status is ReminderStatus.CLAIMED and standing.claimed_at == claimed_at
            if is_ours and not self._table.told.get(key):
                del self._table.reminders[key]

    def record(self, reminder: Reminder) -> None:
        """Store the outcome over the claim."""
        with self._table.lock:
            standing = self._table.reminders.get(reminder.key)
            self._table.reminders[reminder.key] = reminder if standing is None else _recorded(standing, reminder)

    def apply_receipt(
        self, key: ReminderKey, receipt: Receipt, status: ReminderStatus | Unknown | None
    ) -> Reminder | None:
        """Append the receipt unless it is known. Raises: NotFound."""
        with self._table.lock:
            self.get(key)
            told = self._table.told.setdefault(key, [])
            is_enough = receipt.kind in REPEATING and len(told) >= MOST_RECEIPTS
            known = next((at for at, (one, _) in enumerate(told) if one.id == receipt.id), None)
            if known is not None:
                again = counted_again(told[known][0], receipt)
                told[known] = (again or told[known][0], told[known][1])
            if is_enough or known is not None:
                return None
            told.append((receipt, status))
            return self.get(key)

    def find_by_message(self, carrier: Carrier, message_id: str) -> ReminderKey | None:
        """The reminder that a carrier's reports name so."""
        with self._table.lock:
            named = {
                key: _named(one, is_nameless=key in self._table.nameless)
                for key, one in self._table.reminders.items()
                if one.carried_by == carrier
            }
            return next((key for key, name in named.items() if name == message_id), None)

    def get(self, key: ReminderKey) -> Reminder:
        """The reminder. Raises: NotFound."""
        if key not in self._table.reminders:
            raise NotFound("reminder_not_found", pl="Nie ma takiego przypomnienia.", en="There is no such reminder.")
        return self._table.reminder(key)

    def get_many(self, wanted: Collection[ReminderKey]) -> dict[ReminderKey, Reminder]:
        """Those that exist."""
        with self._table.lock:
            return {key: self._table.reminder(key) for key in wanted if key in self._table.reminders}

    def since(self, creditor: str, debtor: str, first: date, last: date) -> Sequence[Reminder]:
        """Reminders of the days, both included."""
        with self._table.lock:
            return [
                self._table.reminder(key)
                for key in sorted(self._table.reminders, key=lambda one: (one.day, one.id))
                if (key.creditor, key.debtor) == (creditor, debtor) and first <= key.day <= last
            ]


def _named(reminder: Reminder, *, is_nameless: bool) -> str | None:
    """What its carrier's reports call it, where it has to be found by that."""
    naming = ReportNaming.ITS_ID if is_nameless else CARRIERS.traits(reminder.carried_by).naming
    match naming:
        case ReportNaming.OUR_TAGS:
            return None
        case ReportNaming.ITS_ID:
            return reminder.provider_message_id
        case ReportNaming.OUR_REFERENCE:
            return reminder.key.id
        case _:
            assert_never(naming)


def _case(creditor: str, row: CaseRow) -> Case:
    assert row.debtor is not None  # noqa: S101 - callers have looked
    return Case(
        creditor=creditor,
        debtor=row.debtor,
        holds=dict(row.holds),
        contacts=tuple(one for one in row.contacts if not one.is_notice),
        credits=dict(row.credits),
        suppressed=frozenset(row.suppressed),
        acknowledged=days_by_number(row.acknowledged),
        notices=tuple(one for one in row.contacts if one.is_notice),
        words=dict(row.words),
        agenda=row.agenda,
        awaits_address=row.awaits_address,
    )


def _addresses(debtor: Debtor) -> tuple[object, ...]:
    return debtor.phones, debtor.emails, debtor.address


# What an outcome does not take over as it is: the claim stays whose it was, and receipts stay what they are.
_KEPT = frozenset({"key", "status", "lease_until", "reason", "detail", "reason_at", "receipts"})


def _recorded(standing: Reminder, outcome: Reminder) -> Reminder:
    given: dict[str, Any] = {
        name: value
        for one in fields(outcome)
        if (name := one.name) not in _KEPT and (value := getattr(outcome, name)) not in {None, ()}
    }
    if Rank.of(standing.status) > Rank.of(outcome.status):
        return replace(standing, **given)
    return replace(
        standing,
        **given,
        status=outcome.status,
        lease_until=outcome.lease_until,
        reason=outcome.reason,
        detail=outcome.detail,
        reason_at=outcome.reason_at,
    )
