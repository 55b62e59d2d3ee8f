"""A reminder as one item below one kilobyte, from its claim to its last receipt."""

from datetime import datetime
from typing import Final

from upominek.adapters.aws.table.keys import MESSAGE_KEY, PK, SK, reminder_in
from upominek.adapters.aws.table.text_packing import pack, unpack
from upominek.adapters.aws.table.typed_json import Item
from upominek.adapters.aws.table.values import money_in, money_text, time_text
from upominek.domain.messages.receipt import Action, Receipt, ReceiptKind
from upominek.domain.messages.reminder import LetterRef, Reminder, channel_traits
from upominek.domain.messages.reminder_state import ReceiptEntry, with_receipts
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.unknown import Unknown, read_word

STATUS: Final = "status"
CLAIM: Final = "claim"
CLAIMED_AT: Final = "claimed_at"
LEASE: Final = "lease_until"
RECEIPTS: Final = "receipts"
REDACTED_AT: Final = "redacted_at"
ADDRESS_HASH: Final = "address_hash"
PERSONAL: Final = ("address", "subject", "text", "detail")
"""What redaction removes."""

_MESSAGE_ID: Final = "message_id"


def claim_item(reminder: Reminder, token: str) -> Item:
    """A claim; the token tells our own claim from another's when the SDK repeats a request whose answer was lost."""
    return {**detail_attributes(reminder), **outcome_attributes(reminder), CLAIM: token}


def detail_attributes(reminder: Reminder) -> Item:
    """What the reminder is, as far as it is known; what is not known is left out."""
    # SES returns our own tags, so only an SMS has to be found by its id: a place in the index costs a write.
    message = _MESSAGE_ID if channel_traits(reminder.channel).returns_tags else MESSAGE_KEY
    attributes: Item = {
        "campaign": reminder.campaign,
        "step": reminder.step,
        "channel": reminder.channel.value,
        "template": reminder.template,
        "tone": reminder.tone.value,
        CLAIMED_AT: time_text(reminder.claimed_at),
        "invoices": list(reminder.invoices) or None,
        "totals": [money_text(total) for total in reminder.totals] or None,
        "address": reminder.address,
        "sent_at": time_text(reminder.sent_at),
        message: reminder.provider_message_id,
        "subject": reminder.subject,
        "text": None if reminder.text is None else pack(reminder.text),
        "parts": reminder.parts,
        "price": reminder.price,
        "is_fallback": reminder.is_fallback or None,
        "letter": _letter_text(reminder.letter),
        REDACTED_AT: time_text(reminder.redacted_at),
        ADDRESS_HASH: reminder.address_hash,
    }
    return {name: value for name, value in attributes.items() if value is not None}


def outcome_attributes(reminder: Reminder) -> Item:
    """What became of it; None where there is nothing to say, so that nothing older stays."""
    is_claimed = reminder.status is ReminderStatus.CLAIMED
    return {
        STATUS: reminder.status.value,
        LEASE: time_text(reminder.lease_until) if is_claimed else None,
        "reason": reminder.reason,
        "detail": reminder.detail,
        "reason_at": time_text(reminder.reason_at),
    }


def reminder_from(item: Item) -> Reminder:
    """The reminder, as its receipts tell it."""
    entries = item.get(RECEIPTS, ())
    return with_receipts(_recorded(item), [_told(*pair) for pair in zip(entries[::2], entries[1::2], strict=True)])


def _recorded(item: Item) -> Reminder:
    return Reminder(
        key=reminder_in(item[PK], item[SK]),
        campaign=item["campaign"],
        step=item["step"],
        channel=read_word(Channel, item["channel"]),
        template=item["template"],
        tone=read_word(Tone, item["tone"]),
        status=read_word(ReminderStatus, item[STATUS]),
        claimed_at=datetime.fromisoformat(item[CLAIMED_AT]),
        lease_until=_time(item.get(LEASE)),
        invoices=tuple(item.get("invoices", ())),
        totals=tuple(map(money_in, item.get("totals", ()))),
        address=item.get("address"),
        sent_at=_time(item.get("sent_at")),
        provider_message_id=item.get(MESSAGE_KEY) or item.get(_MESSAGE_ID),
        reason=item.get("reason"),
        detail=item.get("detail"),
        reason_at=_time(item.get("reason_at")),
        subject=item.get("subject"),
        text=unpack(item["text"]) if "text" in item else None,
        parts=item.get("parts"),
        price=item.get("price"),
        is_fallback=item.get("is_fallback", False),
        letter=_letter(item.get("letter")),
        redacted_at=_time(item.get(REDACTED_AT)),
        address_hash=item.get(ADDRESS_HASH),
    )


def _letter_text(letter: LetterRef | None) -> str | None:
    if letter is None:
        return None
    return "|".join((letter.kind, letter.sha256, str(letter.pages), letter.id, letter.key))


def _letter(text: str | None) -> LetterRef | None:
    if text is None:
        return None
    kind, digest, pages, letter_id, key = text.split("|", 4)
    return LetterRef(kind=kind, sha256=digest, pages=int(pages), id=letter_id, key=key)


def receipt_entries(receipt: Receipt, status: ReminderStatus | Unknown | None) -> list[str]:
    """A receipt as two entries of the reminder's list: its id, by which a repetition is known, and what it says."""
    told = (
        receipt.kind.value,
        "" if status is None else status.value,
        time_text(receipt.at),
        "" if receipt.action is Action.NONE else receipt.action.value,
        "" if receipt.parts is None else str(receipt.parts),
        receipt.price_usd or "",
        receipt.code,
        receipt.detail,
    )
    return [receipt.id, "|".join(part or "" for part in told)]


def _told(receipt_id: str, text: str) -> ReceiptEntry:
    word, becomes, at, action, parts, price, code, detail = text.split("|", 7)
    kind, status = read_word(ReceiptKind, word), read_word(ReminderStatus, becomes) if becomes else None
    is_known = not isinstance(kind, Unknown) and not isinstance(status, Unknown)
    receipt = Receipt(
        id=receipt_id,
        kind=kind,
        at=datetime.fromisoformat(at),
        code=code,
        detail=detail,
        action=read_word(Action, action or Action.NONE),
        parts=int(parts) if parts else None,
        price_usd=price or None,
        status=None if is_known else status,
    )
    return receipt, status


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
