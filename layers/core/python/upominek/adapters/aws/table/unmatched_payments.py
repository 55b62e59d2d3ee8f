"""Payments that name no invoice with its debtor, in the table."""

from collections.abc import Collection, Sequence
from datetime import date

from upominek.adapters.aws.client.parallel import in_parallel
from upominek.adapters.aws.table import keys
from upominek.adapters.aws.table.table import DynamoRepository
from upominek.adapters.aws.table.typed_json import Item
from upominek.adapters.aws.table.values import money_in, money_text
from upominek.domain.receivables.events import PaymentStated


class DynamoUnmatchedPayments(DynamoRepository):
    """One partition for each creditor, one item for each payment."""

    def keep(self, creditor: str, payments: Sequence[PaymentStated]) -> None:
        """Store those whose ids are new. Idempotent."""
        # In reverse, since of two with one id the last would stay in a dictionary, and the first is to.
        items = {keys.unmatched_payment(creditor, one.id): _item(one) for one in reversed(payments)}
        self._table.insert_many(items)

    def all(self, creditor: str) -> Sequence[PaymentStated]:
        """By day, those of one day by id; consistent."""
        items = self._table.query(keys.payments_partition(creditor), prefix=keys.PAYMENT, is_consistent=True)
        return sorted(map(_payment, items), key=lambda one: (one.day, one.id))

    def remove(self, creditor: str, payment_ids: Collection[str]) -> None:
        """Strike them off. Idempotent."""

        def remove(payment_id: str) -> None:
            self._table.delete(keys.unmatched_payment(creditor, payment_id))

        in_parallel(remove, sorted(payment_ids))


def _item(payment: PaymentStated) -> Item:
    item = {
        "amount": money_text(payment.amount),
        "day": payment.day.isoformat(),
        "number": payment.number,
        "debtor": payment.debtor_id,
        "payer": payment.payer,
        "account": payment.account,
        "title": payment.title,
    }
    return {name: value for name, value in item.items() if value}


def _payment(item: Item) -> PaymentStated:
    return PaymentStated(
        id=item[keys.SK].removeprefix(keys.PAYMENT),
        amount=money_in(item["amount"]),
        day=date.fromisoformat(item["day"]),
        number=item.get("number"),
        debtor_id=item.get("debtor"),
        payer=item.get("payer", ""),
        account=item.get("account", ""),
        title=item.get("title", ""),
    )
