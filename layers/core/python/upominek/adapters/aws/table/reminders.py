"""Reminders in the table: the claim, the outcome, the receipts."""

import secrets
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from upominek.adapters.aws.table import keys
from upominek.adapters.aws.table.expressions import Expression, Update
from upominek.adapters.aws.table.reminder_items import (
    AGAIN,
    CLAIM,
    CLAIMED_AT,
    RECEIPTS,
    STATUS,
    again_entries,
    claim_item,
    detail_attributes,
    outcome_attributes,
    receipt_entries,
    reminder_from,
    told_entries,
)
from upominek.adapters.aws.table.table import ConditionFailed, DynamoRepository, is_new
from upominek.adapters.aws.table.typed_json import Item
from upominek.adapters.aws.table.values import time_text
from upominek.application.ports.carriers import Carriers
from upominek.domain.errors import NotFound
from upominek.domain.messages.carrier_traits import ReportNaming
from upominek.domain.messages.receipt import Receipt
from upominek.domain.messages.reminder import Rank, Reminder, ReminderKey
from upominek.domain.messages.reminder_state import MOST_RECEIPTS, REPEATING, counted_again
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.values.carrier import Carrier
from upominek.domain.values.unknown import Unknown

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ENTRIES_PER_RECEIPT = 2


class DynamoReminderRepository(DynamoRepository):
    """Reminders and their receipts. Each call is one write below one kilobyte, unless it meets something unexpected."""

    def __init__(self, client: "DynamoDBClient", table_name: str, carriers: Carriers) -> None:
        super().__init__(client, table_name)
        self._carriers = carriers

    def claim(self, reminder: Reminder) -> Reminder | None:
        """Record the reminder if its key is free; otherwise what stands there already."""
        token = secrets.token_urlsafe(6)
        try:
            self._table.put(keys.reminder(reminder.key), claim_item(reminder, token, self._naming(reminder)), is_new())
        except ConditionFailed as failure:
            if failure.item is None:  # taken and given back in the meantime
                return self.claim(reminder)
            return None if failure.item.get(CLAIM) == token else reminder_from(failure.item)
        return None

    def unclaim(self, key: ReminderKey, claimed_at: datetime) -> None:
        """Take back our own claim. Idempotent."""
        ours = Expression()
        claim = {STATUS: ReminderStatus.CLAIMED.value, CLAIMED_AT: time_text(claimed_at)}
        ours.condition = " AND ".join(
            (
                f"attribute_not_exists({ours.name(RECEIPTS)})",
                *(f"{ours.name(name)} = {ours.value(value)}" for name, value in claim.items()),
            )
        )
        try:
            self._table.delete(keys.reminder(key), ours)
        except ConditionFailed:
            return

    def record(self, reminder: Reminder) -> None:
        """Store the outcome over the claim; what receipts say besides stays."""
        update = self._details(reminder)
        for name, value in outcome_attributes(reminder).items():
            if value is None:
                update.remove(name)
            else:
                update.set(name, value)
        update.remove(CLAIM)
        standing = [update.value(one.value) for one in ReminderStatus if Rank.of(one) <= Rank.of(reminder.status)]
        status = update.name(STATUS)
        update.condition = f"attribute_not_exists({status}) OR {status} IN ({', '.join(standing)})"
        try:
            self._table.update(keys.reminder(reminder.key), update)
        except ConditionFailed:  # a higher outcome was recorded before
            self._table.update(keys.reminder(reminder.key), self._details(reminder))

    def apply_receipt(
        self, key: ReminderKey, receipt: Receipt, status: ReminderStatus | Unknown | None
    ) -> Reminder | None:
        """Append the receipt unless it is known; None for a repetition. Raises: NotFound.

        The status is not written: it follows from what was recorded and from the receipts, so they never wait for each
        other and no order of arrival costs more.
        """
        update = Update()
        receipts = update.name(RECEIPTS)
        entries = update.value(receipt_entries(receipt, status))
        update.assign(RECEIPTS, f"list_append(if_not_exists({receipts}, {update.value([])}), {entries})")
        update.condition = (
            f"attribute_exists({update.name(keys.PK)}) AND NOT contains({receipts}, {update.value(receipt.id)})"
        )
        if receipt.kind in REPEATING:
            most = update.value(MOST_RECEIPTS * _ENTRIES_PER_RECEIPT)
            update.condition += f" AND (attribute_not_exists({receipts}) OR size({receipts}) < {most})"
        try:
            return reminder_from(self._table.update(keys.reminder(key), update, wants_item=True))
        except ConditionFailed as failure:
            if failure.item is None:
                raise _not_found() from None
            self._count_again(key, receipt, failure.item)
            return None

    def _count_again(self, key: ReminderKey, receipt: Receipt, item: Item) -> None:
        """Note that what is known was reported once more; who comes in between is counted, and this one is not."""
        known = {one.id: one for one, _ in told_entries(item)}
        again = counted_again(known[receipt.id], receipt) if receipt.id in known else None
        if again is None:
            return
        update = Update()
        stands = item.get(AGAIN)
        update.condition = (
            f"attribute_exists({update.name(keys.PK)}) AND attribute_not_exists({update.name(AGAIN)})"
            if stands is None
            else f"{update.name(AGAIN)} = {update.value(stands)}"
        )
        update.set(AGAIN, {**(stands or {}), **again_entries([again])})
        with suppress(ConditionFailed):
            self._table.update(keys.reminder(key), update)

    def find_by_message(self, carrier: Carrier, message_id: str) -> ReminderKey | None:
        """The reminder that a carrier's reports name so, from the index, eventually consistent."""
        named = keys.message(carrier, message_id)
        index = (keys.MESSAGE_INDEX, keys.MESSAGE_KEY, "")
        for item in self._table.query(named, index=index, attributes=(keys.PK, keys.SK), limit=1):
            return keys.reminder_in(item[keys.PK], item[keys.SK])
        return None

    def get(self, key: ReminderKey) -> Reminder:
        """A consistent read. Raises: NotFound."""
        item = self._table.get(keys.reminder(key))
        if item is None:
            raise _not_found()
        return reminder_from(item)

    def get_many(self, wanted: Collection[ReminderKey]) -> dict[ReminderKey, Reminder]:
        """Eventually consistent, in batches; those that do not exist are absent."""
        items = self._table.get_many([keys.reminder(key) for key in wanted], is_consistent=False)
        return {reminder.key: reminder for reminder in map(reminder_from, items.values())}

    def since(self, creditor: str, debtor: str, first: date, last: date) -> Sequence[Reminder]:
        """Reminders of the days, both included, consistent."""
        between = f"{keys.REMINDER}{first}", f"{keys.REMINDER}{last + timedelta(days=1)}"
        found = self._table.query(keys.case_partition(creditor, debtor), between=between, is_consistent=True)
        return [reminder_from(item) for item in found]

    def _details(self, reminder: Reminder) -> Update:
        update = Update()
        for name, value in detail_attributes(reminder, self._naming(reminder)).items():
            update.set(name, value)
        return update

    def _naming(self, reminder: Reminder) -> ReportNaming:
        return self._carriers.traits(reminder.carried_by).naming


def _not_found() -> NotFound:
    return NotFound("reminder_not_found", pl="Nie ma takiego przypomnienia.", en="There is no such reminder.")
