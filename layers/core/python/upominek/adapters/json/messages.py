"""Messages and receipts as JSON."""

from collections.abc import Iterable
from typing import Any

from upominek.adapters.json.case import receipt_to_dict, time_text
from upominek.domain.messages.reminder import Reminder


def sent_to_list(reminders: Iterable[Reminder]) -> list[dict[str, Any]]:
    """Messages that were handed to a provider, newest first."""
    sent = [one for one in reminders if one.sent_at]
    return [_message(one) for one in sorted(sent, key=lambda one: one.sent_at or one.claimed_at, reverse=True)]


def receipts_to_list(reminders: Iterable[Reminder]) -> list[dict[str, Any]]:
    """What the providers reported, newest first."""
    found = [
        {
            "reminder": one.key.id,
            "creditor": one.key.creditor,
            "debtor": one.key.debtor,
            "channel": one.channel.value,
            "status": one.status.value,
            **receipt_to_dict(receipt),
        }
        for one in reminders
        for receipt in one.receipts
    ]
    return sorted(found, key=lambda one: str(one["at"]), reverse=True)


def _message(one: Reminder) -> dict[str, Any]:
    return {
        "reminder": one.key.id,
        "creditor": one.key.creditor,
        "debtor": one.key.debtor,
        "channel": one.channel.value,
        "address": one.address,
        "subject": one.subject,
        "text": one.text,
        "sent_at": time_text(one.sent_at) if one.sent_at else None,
        "status": one.status.value,
        "parts": one.parts,
        "price": one.price,
        "provider_message_id": one.provider_message_id,
    }
