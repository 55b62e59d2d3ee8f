"""Cases in the table: debtor, holds, places within the caps, suppressed addresses, and the history of each."""

import heapq
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Final, TypeVar, assert_never

from upominek.adapters.aws.client.backoff import back_off
from upominek.adapters.aws.client.parallel import in_parallel
from upominek.adapters.aws.table import keys
from upominek.adapters.aws.table.case_items import (
    ACKNOWLEDGED,
    AGENDA_FOR,
    AGENDA_ON,
    AWAITS_ADDRESS,
    ERASURE,
    OPENED,
    REVISION,
    acknowledged,
    agenda_from,
    agenda_item,
    case_from,
    contact_place,
    contact_text,
    debtor_changes,
    debtor_from,
    fact_from,
    fact_item,
    hold,
    hold_item,
    hold_time,
    said,
    suppressed,
    words_text,
)
from upominek.adapters.aws.table.expressions import Update
from upominek.adapters.aws.table.invoice_items import invoice_from
from upominek.adapters.aws.table.reminder_items import reminder_from
from upominek.adapters.aws.table.table import ConditionFailed, DynamoRepository, is_new
from upominek.adapters.aws.table.typed_json import Item
from upominek.adapters.aws.table.values import time_text
from upominek.application.ports.cases import Reservation
from upominek.domain.cases.case import HEAVIEST, Agenda, Case, CaseFile, Contact, Fact, Hold
from upominek.domain.errors import Conflict, ItemFull, NotFound
from upominek.domain.parties.debtor import Debtor, DebtorDetails, merged
from upominek.domain.values.batches import batched
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.shards import shard_of

MOST_PLACES: Final = 30
"""Places remembered. Limits above it count as this many, which no debtor should ever see."""

_AGENDA: Final = (keys.AGENDA_INDEX, keys.AGENDA_SHARD, keys.AGENDA_KEY)
_IN_AGENDA: Final = (keys.PK, keys.AGENDA_KEY, AGENDA_FOR)
_ATTEMPTS: Final = 10
_REASON: Final = "reason"
_SHORT: Final = "…"
_AT_ONCE: Final = 40
"""Holds shortened in one request; an expression has 4 KB at most."""

T = TypeVar("T")
_FREE: Final = ""
"""Holds the place of a contact that was given back."""


class DynamoCaseRepository(DynamoRepository):
    """Cases."""

    def get(self, creditor: str, debtor: str) -> Case:
        """A consistent read. Raises: NotFound."""
        item = self._table.get(keys.case(creditor, debtor))
        if item is None or OPENED not in item:
            raise _not_found(debtor)
        return case_from(item)

    def get_many(self, creditor: str, debtors: Collection[str]) -> dict[str, Case]:
        """Eventually consistent; debtors without a case are absent."""
        found = self._table.get_many([keys.case(creditor, debtor) for debtor in debtors], is_consistent=False)
        cases = (case_from(item) for item in found.values() if OPENED in item)
        return {case.debtor.id: case for case in cases}

    def open_case(self, creditor: str, details: DebtorDetails, at: datetime) -> None:
        """Create the case, or take over what is newer. Idempotent."""
        self.open_cases(creditor, [(details, at)])

    def open_cases(self, creditor: str, details: Sequence[tuple[DebtorDetails, datetime]]) -> None:
        """`open_case` for each; those that change nothing are not written."""
        statements: dict[str, list[tuple[DebtorDetails, datetime]]] = {}
        for one, at in details:
            statements.setdefault(one.id, []).append((one, at))
        places = {keys.case(creditor, debtor): debtor for debtor in statements}
        known = self._table.get_many(places, is_consistent=False)
        new = {key: _opened(debtor, statements[debtor]) for key, debtor in places.items() if key not in known}
        taken = self._table.insert_many(new)

        def open_one(key: keys.Key) -> None:
            debtor, item = places[key], known.get(key)
            for attempt in range(_ATTEMPTS):
                update = _opening(item, debtor, statements[debtor])
                if update is None:
                    return
                try:
                    self._with_room(key, partial(self._table.update, key, update))
                except ConditionFailed as failure:
                    item = failure.item
                    back_off(attempt)
                else:
                    return
            raise Conflict(f"case of {creditor}")

        in_parallel(open_one, [*known, *taken])

    def reserve_contact(self, case: Case, reservation: Reservation, shards: tuple[int, ...]) -> Case | None:
        """Take a place by one write, unless somebody took one or changed the agenda since the case was read.

        The places are a row of attributes in which each new contact pushes the others on by one, so it never grows.

        Raises:
            NotFound: there is no such case.
        """
        contact = reservation.contact
        taken = case.notices if contact.is_notice else case.contacts
        row = [contact, *taken][: min(reservation.places, MOST_PLACES)]
        update = Update()
        for number, place in enumerate(row):
            update.set(contact_place(number, is_notice=contact.is_notice), contact_text(place))
        if reservation.words is not None:
            update.set(said(reservation.campaign), words_text(reservation.words))
        conditions = [f"attribute_exists({update.name(OPENED)})", _places_are(update, contact, taken)]
        if not reservation.keeps_agenda and reservation.agenda != case.agenda:
            _put_agenda(update, case, reservation.agenda, shards)
        if not reservation.keeps_agenda:
            conditions.append(_agenda_is(update, case.agenda))
        update.condition = " AND ".join(conditions)
        try:
            return case_from(self._table.update(keys.case(case.creditor, case.debtor.id), update, wants_item=True))
        except ConditionFailed as failure:
            if failure.item is None or OPENED not in failure.item:
                raise _not_found(case.debtor.id) from None
            return None

    def release_contact(self, creditor: str, debtor: str, contact: Contact) -> None:
        """Give the place back, if it is held, and forget what was said in it; those behind it move up. Idempotent."""
        key = keys.case(creditor, debtor)
        for attempt in range(_ATTEMPTS):
            item = self._table.get(key)
            if item is None or OPENED not in item:
                return
            case = case_from(item)
            taken = case.notices if contact.is_notice else case.contacts
            if contact not in taken:
                return
            update = Update()
            update.condition = _places_are(update, contact, taken)
            row = [contact_text(place) for place in taken if place != contact]
            for number in range(len(taken)):
                place = contact_place(number, is_notice=contact.is_notice)
                update.set(place, row[number] if number < len(row) else _FREE)
            mine = frozenset({contact.reminder_id})
            for campaign, words in case.words.items():
                if (rest := words.without(mine)) != words:
                    update.set(said(campaign), words_text(rest))
            try:
                self._table.update(key, update)
            except ConditionFailed:
                back_off(attempt)
            else:
                return
        raise Conflict(f"case of {creditor}")

    def set_agenda(
        self, case: Case, agenda: Agenda | None, shards: tuple[int, ...], *, awaits_address: bool = False
    ) -> None:
        """Note when the case is to be looked at next; a wake that came meanwhile stays."""
        if agenda == case.agenda and awaits_address == case.awaits_address:
            return
        update = Update()
        _put_agenda(update, case, agenda, shards)
        if awaits_address:
            update.set(AWAITS_ADDRESS, keys.agenda_shard(case.creditor, shard_of(case.debtor.id, shards[-1])))
        else:
            update.remove(AWAITS_ADDRESS)
        update.condition = f"attribute_exists({update.name(OPENED)}) AND {_agenda_is(update, case.agenda)}"
        with suppress(ConditionFailed):
            self._table.update(keys.case(case.creditor, case.debtor.id), update)

    def wake(self, creditor: str, debtors: Mapping[str, Agenda], shards: tuple[int, ...]) -> None:
        """Have the cases looked at, unless they are to be looked at as early already. Idempotent."""

        def wake_one(debtor: str) -> None:
            agenda = debtors[debtor]
            update = Update()
            for name, value in agenda_item(agenda, creditor, debtor, shards).items():
                if value is not None:
                    update.set(name, value)
            if not agenda.campaign:
                update.remove(AGENDA_FOR)
            on, known = update.value(agenda.on.isoformat()), update.name(AGENDA_ON)
            update.condition = (
                f"attribute_exists({update.name(OPENED)}) AND (attribute_not_exists({known}) OR {known} > {on})"
            )
            with suppress(ConditionFailed):
                self._table.update(keys.case(creditor, debtor), update)

        in_parallel(wake_one, sorted(debtors))

    def agenda(
        self, creditor: str, shards: tuple[int, ...], shard: int, through: date, *, entries: bool = False
    ) -> Iterator[tuple[str, Agenda]]:
        """The debtors of one shard who are to be looked at by the day, those of the earliest days first."""
        kind = keys.ENTRY if entries else keys.OWED
        days = (f"{kind}0", f"{kind}{(through + date.resolution).isoformat()}")

        def one_by_one(partition: int) -> Iterator[Item]:
            place = keys.agenda_shard(creditor, partition)
            return self._table.query(place, between=days, index=_AGENDA, attributes=_IN_AGENDA)

        # A case stays in the partition in which it was noted, as invoices do.
        partitions = sorted({shard % count for count in shards})
        for item in heapq.merge(*map(one_by_one, partitions), key=lambda one: one[keys.AGENDA_KEY]):
            debtor, agenda = keys.debtor_in(item[keys.PK])[1], agenda_from(item)
            if agenda is not None and shard_of(debtor, shards[-1]) == shard:
                yield debtor, agenda

    def hold(self, creditor: str, debtor: str, hold: Hold, fact: Fact) -> datetime | None:
        """Set the hold unless a later word on it has come, and write the fact. Idempotent. Raises: NotFound."""
        return self._set_hold((creditor, debtor), hold.key, hold_item(hold), fact)

    def release(self, creditor: str, debtor: str, hold_key: str, fact: Fact) -> datetime | None:
        """Remove the hold unless a later word on it has come, and write the fact. Idempotent. Raises: NotFound."""
        # What stays is when it was released, so that an older hold that comes late stays released.
        return self._set_hold((creditor, debtor), hold_key, {"at": hold_time(fact.at)}, fact)

    def _set_hold(self, case: tuple[str, str], hold_key: str, value: Item, fact: Fact) -> datetime | None:
        update = Update()
        attribute = hold(hold_key)
        update.set(attribute, value)
        time = update.name(attribute, "at")
        update.condition = (
            f"attribute_exists({update.name(OPENED)})"
            f" AND (attribute_not_exists({time}) OR {time} <= {update.value(value['at'])})"
        )
        write = partial(
            self._table.transact,
            self._table.update_in_transaction(keys.case(*case), update),
            self._table.put_in_transaction(keys.fact(*case, fact.at, fact.id), fact_item(fact), is_new()),
        )
        # Room that is made for the one word that must never be refused is left to it.
        must_be_written = hold_key.startswith(HoldKind.OPT_OUT) or _REASON not in value
        failures = self._with_room(keys.case(*case), write) if must_be_written else write()
        if not failures:
            return None
        against_case, against_fact = failures
        if against_case is None:
            return None  # a repetition, and still the last word
        if against_case.item is None or OPENED not in against_case.item:
            raise _not_found(case[1])
        if against_fact is None:
            self.add_fact(*case, fact)
        return datetime.fromisoformat(against_case.item[attribute]["at"])

    def _with_room(self, key: keys.Key, write: Callable[[], T]) -> T:
        """Make the write; where the case is full, once more after the words of its holds are left to the history."""
        try:
            return write()
        except ItemFull:
            if not self._shorten_holds(key):
                raise
        return write()

    def _shorten_holds(self, key: keys.Key) -> bool:
        """Leave of each hold what counts: kind, since when, until when. Its words are in the history, as a fact.

        Where there are no words, holds that were released are forgotten: an older one that still comes counts again.
        """
        item = self._table.get(key) or {}
        holds = {name: value for name, value in item.items() if name.startswith(hold(""))}
        wordy = [name for name, value in holds.items() if len(value.get(_REASON, "")) > len(_SHORT) or "by" in value]
        for names in batched(wordy or [name for name, value in holds.items() if _REASON not in value], _AT_ONCE):
            update = Update()
            for name in names:
                if wordy:
                    update.set_within(_SHORT, name, _REASON)
                    update.remove_within(name, "by")
                else:
                    update.remove(name)
            same = [f"{update.name(name, 'at')} = {update.value(holds[name]['at'])}" for name in names]
            update.condition = " AND ".join(same)
            with suppress(ConditionFailed):  # set or released meanwhile; the others are enough, or it is told
                self._table.update(key, update)
        return bool(holds)

    def add_fact(self, creditor: str, debtor: str, fact: Fact) -> None:
        """Write a fact into the history; the same id and time twice is one fact."""
        try:
            self._table.put(keys.fact(creditor, debtor, fact.at, fact.id), fact_item(fact), is_new())
        except ConditionFailed:
            return

    def acknowledge(self, creditor: str, debtor: str, day: date, numbers: Collection[str], fact: Fact) -> None:
        """Write the fact and tell the case, both or neither. Idempotent. Raises: NotFound."""
        update = Update()
        update.add({acknowledged(day, number) for number in numbers}, ACKNOWLEDGED)
        update.condition = f"attribute_exists({update.name(OPENED)})"
        failures = self._table.transact(
            self._table.update_in_transaction(keys.case(creditor, debtor), update),
            self._table.put_in_transaction(keys.fact(creditor, debtor, fact.at, fact.id), fact_item(fact), is_new()),
        )
        # A fact that is there already was written together with what the case knows of it.
        if failures and failures[0] is not None:
            raise _not_found(debtor)

    def suppress(self, creditor: str, debtor: str, address_digest: str, fact: Fact) -> None:
        """Mark the address as unusable for all debtors of the creditor and tell this case. Idempotent."""
        update = Update()
        update.set(suppressed(address_digest), value=True)
        mark = {"debtor": debtor, "at": time_text(fact.at), "kind": fact.kind}
        write = partial(
            self._table.transact,
            self._table.put_in_transaction(keys.suppressed(creditor, address_digest), mark),
            self._table.update_in_transaction(keys.case(creditor, debtor), update),
            self._table.put_in_transaction(keys.fact(creditor, debtor, fact.at, fact.id), fact_item(fact)),
        )
        self._with_room(keys.case(creditor, debtor), write)

    def suppressed(self, creditor: str, digests: Collection[str]) -> frozenset[str]:
        """Those of the digests that are suppressed, eventually consistent, at half a read unit each."""
        asked = {keys.suppressed(creditor, digest): digest for digest in digests}
        return frozenset(asked[key] for key in self._table.get_many(asked, is_consistent=False))

    def note_closing(self, creditor: str, debtors: Collection[str], day: date, shards: tuple[int, ...]) -> None:
        """Put each case into the retention index by the day, or move it there, by one write."""

        def note(debtor: str) -> None:
            update = Update()
            update.set(keys.RETENTION_SHARD, keys.retention_shard(creditor, shard_of(debtor, shards[-1])))
            update.set(keys.RETENTION_KEY, keys.retention_key(day, debtor))
            update.condition = (
                f"attribute_exists({update.name(OPENED)}) AND attribute_not_exists({update.name(ERASURE)})"
            )
            with suppress(ConditionFailed):  # being erased, which ends the same
                self._table.update(keys.case(creditor, debtor), update)

        in_parallel(note, sorted(debtors))

    def file(self, creditor: str, debtor: str) -> CaseFile:
        """All that is known of the case, by one consistent query.

        Raises:
            NotFound: nothing is known.
            NotUnderstood: there is an item that another version put there; a case without it would not be the whole.
        """
        partition = keys.case_partition(creditor, debtor)
        case = Case(creditor=creditor, debtor=Debtor(id=debtor))
        reminders, facts = [], []
        invoices: dict[str, Item] = {}
        pages: dict[str, list[Item]] = {}
        is_empty = True
        for item in self._table.query(partition, is_consistent=True):
            is_empty = False
            kind = keys.CaseItem.of(item[keys.SK])
            match kind:
                case keys.CaseItem.INVOICE:
                    invoices[item[keys.SK].removeprefix(keys.INVOICE)] = item
                case keys.CaseItem.PAYMENTS:
                    pages.setdefault(keys.payments_page_in(item[keys.SK])[0], []).append(item)
                case keys.CaseItem.REMINDER:
                    reminders.append(reminder_from(item))
                case keys.CaseItem.EVENT:
                    facts.append(fact_from(item))
                case keys.CaseItem.CASE:
                    case = case_from(item)
                case _:
                    assert_never(kind)
        if is_empty:
            raise _not_found(debtor)
        return CaseFile(
            case=case,
            invoices=tuple(invoice_from(one, pages.get(number, ())) for number, one in invoices.items()),
            reminders=tuple(reminders),
            facts=tuple(facts),
        )


def _after(before: Debtor | None, debtor: str, statements: Sequence[tuple[DebtorDetails, datetime]]) -> Debtor:
    after = before or Debtor(id=debtor)
    for details, at in statements:
        after = merged(after, details, at)
    return after


def _opened(debtor: str, statements: Sequence[tuple[DebtorDetails, datetime]]) -> Item:
    """A case that nobody has heard of, by all that is said of it."""
    changes = debtor_changes(None, _after(None, debtor, statements))
    return {**changes, OPENED: time_text(statements[0][1]), REVISION: 1}


def _opening(item: Item | None, debtor: str, statements: Sequence[tuple[DebtorDetails, datetime]]) -> Update | None:
    """The change that the statements make of the case as it was read; None when they change nothing."""
    before = None if item is None else debtor_from(item)
    after = _after(before, debtor, statements)
    if after == before:
        return None
    revision = 0 if item is None else item.get(REVISION, 0)
    update = Update()
    for name, value in debtor_changes(before, after).items():
        update.set(name, value)
    if before is None:
        update.set(OPENED, time_text(statements[0][1]))
    if AWAITS_ADDRESS in (item or {}) and _is_reached_otherwise(before, after):
        # What is owed for want of an address is looked at by the next run; any day that has come will do.
        on = statements[-1][1].date()
        update.set(keys.AGENDA_SHARD, (item or {})[AWAITS_ADDRESS])
        update.set(keys.AGENDA_KEY, keys.agenda_key(on, debtor, is_entry=False))
        update.set(AGENDA_ON, on.isoformat())
        update.remove(AWAITS_ADDRESS, AGENDA_FOR)
    update.set(REVISION, revision + 1)
    known = update.name(REVISION)
    # The time of the newest statement would not do: two of the same instant may both change something.
    update.condition = f"{known} = {update.value(revision)}" if revision else f"attribute_not_exists({known})"
    return update


def _is_reached_otherwise(before: Debtor | None, after: Debtor) -> bool:
    """Whether there is another address than before, of any kind."""
    return before is None or (before.phones, before.emails, before.address) != (
        after.phones,
        after.emails,
        after.address,
    )


def _places_are(update: Update, contact: Contact, taken: Sequence[Contact]) -> str:
    """The condition that nobody took a place or gave one back since these were read, not only the newest of them."""
    places = [update.name(contact_place(number, is_notice=contact.is_notice)) for number in range(len(taken) + 1)]
    conditions = [f"(attribute_not_exists({places[-1]}) OR {places[-1]} = {update.value(_FREE)})"]
    for place, known in zip(places, taken, strict=False):
        # Whoever knows no weight yet may have written it without.
        texts = dict.fromkeys((contact_text(known), contact_text(replace(known, weight=HEAVIEST))))
        conditions.append(f"{place} IN ({', '.join(update.value(one) for one in texts)})")
    return " AND ".join(conditions)


def _agenda_is(update: Update, agenda: Agenda | None) -> str:
    """The condition that nobody changed the agenda since it was read."""
    known = update.name(AGENDA_ON)
    if agenda is None:
        return f"attribute_not_exists({known})"
    return f"{known} = {update.value(agenda.on.isoformat())}"


def _put_agenda(update: Update, case: Case, agenda: Agenda | None, shards: tuple[int, ...]) -> None:
    if agenda is None:
        if case.agenda is not None:
            update.remove(keys.AGENDA_SHARD, keys.AGENDA_KEY, AGENDA_ON, AGENDA_FOR)
        return
    for name, value in agenda_item(agenda, case.creditor, case.debtor.id, shards).items():
        if value is not None:
            update.set(name, value)
    if not agenda.campaign:
        update.remove(AGENDA_FOR)


def _not_found(debtor: str) -> NotFound:
    return NotFound("case_not_found", pl=f"Nie ma sprawy „{debtor}”.", en=f"There is no case “{debtor}”.")
