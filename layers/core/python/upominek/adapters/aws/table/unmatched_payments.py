"""A creditor's payments in the table: those kept apart, and the list of those that stand with an invoice."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Final

from upominek.adapters.aws.client.parallel import in_parallel
from upominek.adapters.aws.table import keys
from upominek.adapters.aws.table.expressions import Update
from upominek.adapters.aws.table.table import ConditionFailed, DynamoRepository
from upominek.adapters.aws.table.typed_json import Item
from upominek.adapters.aws.table.values import money_in, money_text, time_text
from upominek.domain.receivables.events import PaymentStated
from upominek.domain.receivables.payments import BookedPayment, Booking, KeptPayment

_BOOKING: Final = "booking"
_BOOKINGS: Final = "bookings"


class DynamoUnmatchedPayments(DynamoRepository):
    """One partition for each creditor, one item for each payment."""

    def keep(self, creditor: str, payments: Sequence[PaymentStated]) -> None:
        """Store those whose ids are new. Idempotent."""
        # In reverse, since of two with one id the last would stay in a dictionary, and the first is to.
        items = {keys.unmatched_payment(creditor, one.id): _item(one) for one in reversed(payments)}
        self._table.insert_many(items)

    def all(self, creditor: str) -> Sequence[PaymentStated]:
        """By day, those of one day by id; consistent."""
        return [one.payment for one in self.kept(creditor)]

    def kept(self, creditor: str) -> Sequence[KeptPayment]:
        """The same, with what became of each."""
        items = self._table.query(keys.payments_partition(creditor), prefix=keys.PAYMENT, is_consistent=True)
        return sorted(map(_kept, items), key=lambda one: (one.payment.day, one.payment.id))

    def find(self, creditor: str, payment_ids: Collection[str]) -> dict[str, KeptPayment]:
        """Those of the payments that were kept apart; consistent."""
        found = self._table.get_many([keys.unmatched_payment(creditor, one) for one in payment_ids])
        return {one.payment.id: one for one in map(_kept, found.values())}

    def remove(self, creditor: str, payment_ids: Collection[str]) -> None:
        """Strike them off. Idempotent."""

        def remove(payment_id: str) -> None:
            self._table.delete(keys.unmatched_payment(creditor, payment_id))

        in_parallel(remove, sorted(payment_ids))

    def note_booking(self, creditor: str, payment_id: str, booking: Booking | None, *, before: int) -> bool:
        """Note where the payment went, or that it waits again; False where somebody was faster."""
        update = Update()
        standing, times = update.name(_BOOKING), update.name(_BOOKINGS)
        known = f"{times} = {update.value(before)}" if before else f"attribute_not_exists({times})"
        update.condition = f"attribute_exists({update.name(keys.PK)}) AND {known}"
        if booking is None:
            update.condition += f" AND attribute_exists({standing})"
            update.remove(_BOOKING)
        else:
            update.condition += f" AND attribute_not_exists({standing})"
            update.set(_BOOKING, _booking_item(booking))
            update.set(_BOOKINGS, before + 1)
        try:
            self._table.update(keys.unmatched_payment(creditor, payment_id), update)
        except ConditionFailed:
            return False
        return True

    def list_booked(self, creditor: str, payments: Sequence[BookedPayment]) -> None:
        """Put them on the list, each once. Idempotent."""
        self._table.insert_many({key: _booked_item(one) for one in payments for key in _places(creditor, one)})

    def booked(self, creditor: str, *, loose_only: bool = False) -> Iterable[BookedPayment]:
        """The list; what is loose is read consistently, for who is held because of it hangs on that."""
        partition = keys.payments_partition(creditor)
        items = self._table.query(partition, prefix=keys.LOOSE, is_consistent=True)
        loose = {_own(one): one for one in map(_booked, items)}
        yield from loose.values()
        if not loose_only:
            booked = map(_booked, self._table.query(partition, prefix=keys.BOOKED))
            yield from (one for one in booked if _own(one) not in loose)

    def strike_booked(self, creditor: str, payments: Sequence[BookedPayment]) -> None:
        """Take these off the list. Idempotent."""
        places = [
            keys.booked_payment(creditor, one.debtor, one.number, one.id, is_loose=is_loose)
            for one in payments
            for is_loose in (False, True)
        ]
        in_parallel(self._table.delete, places)


def _own(one: BookedPayment) -> tuple[str, str, str]:
    return one.debtor, one.number, one.id


def _places(creditor: str, one: BookedPayment) -> list[keys.Key]:
    """Where it is listed. What is loose is listed twice, so that it is found without reading all others."""
    kinds = (False, True) if one.is_loose else (False,)
    return [keys.booked_payment(creditor, one.debtor, one.number, one.id, is_loose=kind) for kind in kinds]


def _item(payment: PaymentStated) -> Item:
    item = {
        "amount": money_text(payment.amount),
        "day": payment.day.isoformat(),
        "number": payment.number,
        "debtor": payment.debtor_id,
        "payer": payment.payer,
        "account": payment.account,
        "title": payment.title,
        "at": time_text(payment.at),
        "reason": payment.reason,
    }
    return {name: value for name, value in item.items() if value}


def _kept(item: Item) -> KeptPayment:
    payment = PaymentStated(
        id=item[keys.SK].removeprefix(keys.PAYMENT),
        amount=money_in(item["amount"]),
        day=date.fromisoformat(item["day"]),
        number=item.get("number"),
        debtor_id=item.get("debtor"),
        payer=item.get("payer", ""),
        account=item.get("account", ""),
        title=item.get("title", ""),
        at=datetime.fromisoformat(item["at"]) if "at" in item else None,
        reason=item.get("reason", ""),
    )
    booking = _booking_in(item[_BOOKING]) if _BOOKING in item else None
    return KeptPayment(payment, booking, item.get(_BOOKINGS, 0))


def _booking_item(booking: Booking) -> Item:
    return {
        "debtor": booking.debtor,
        "number": booking.number,
        "payment_id": booking.payment_id,
        "at": time_text(booking.at),
        "by": booking.by,
    }


def _booking_in(item: Item) -> Booking:
    return Booking(
        debtor=item["debtor"],
        number=item["number"],
        payment_id=item["payment_id"],
        at=datetime.fromisoformat(item["at"]),
        by=item["by"],
    )


def _booked_item(one: BookedPayment) -> Item:
    return {
        "id": one.id,
        "amount": money_text(one.amount),
        "at": time_text(one.at),
        "debtor": one.debtor,
        "number": one.number,
    }


def _booked(item: Item) -> BookedPayment:
    return BookedPayment(
        id=item["id"],
        amount=money_in(item["amount"]),
        at=datetime.fromisoformat(item["at"]),
        debtor=item["debtor"],
        number=item["number"],
        is_loose=item[keys.SK].startswith(keys.LOOSE),
    )
