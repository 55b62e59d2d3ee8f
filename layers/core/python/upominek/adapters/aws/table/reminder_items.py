"""A reminder as one item below one kilobyte, from its claim to its last receipt."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, assert_never

from upominek.adapters.aws.table.keys import MESSAGE_KEY, PK, SK, message, message_in, reminder_in
from upominek.adapters.aws.table.text_packing import pack, unpack
from upominek.adapters.aws.table.typed_json import Item
from upominek.adapters.aws.table.values import money_in, money_text, time_text
from upominek.domain.messages.carrier_traits import ReportNaming
from upominek.domain.messages.occasion import read_occasion
from upominek.domain.messages.receipt import Action, Price, Receipt, ReceiptKind
from upominek.domain.messages.reminder import LetterRef, Reminder
from upominek.domain.messages.reminder_state import ReceiptEntry, with_receipts
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.values.carrier import Carrier, first_carrier
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.unknown import Unknown, read_word

STATUS: Final = "status"
CLAIM: Final = "claim"
CLAIMED_AT: Final = "claimed_at"
LEASE: Final = "lease_until"
RECEIPTS: Final = "receipts"
AGAIN: Final = "again"
"""How often a receipt was reported, `<times>|<last time>` by its id, of those that were more than once."""
REDACTED_AT: Final = "redacted_at"
ADDRESS_HASH: Final = "address_hash"
PERSONAL: Final = ("address", "subject", "text", "detail")
"""What redaction removes."""

_MESSAGE_ID: Final = "message_id"
_CARRIER: Final = "carrier"
_CURRENCY: Final = "USD"
"""Of a price that is stored without one."""


def claim_item(reminder: Reminder, token: str, naming: ReportNaming) -> Item:
    """A claim; the token tells our own claim from another's when the SDK repeats a request whose answer was lost."""
    return {**detail_attributes(reminder, naming), **outcome_attributes(reminder), CLAIM: token}


def detail_attributes(reminder: Reminder, naming: ReportNaming) -> Item:
    """What the reminder is, as far as it is known; what is not known is left out.

    Args:
        naming: how its carrier's reports will call it.
    """
    attributes: Item = {
        "campaign": reminder.campaign,
        "step": reminder.step,
        "channel": reminder.channel.value,
        # The first carrier of a channel goes without saying, as it did before there was a choice.
        _CARRIER: None if reminder.carried_by == first_carrier(reminder.channel) else reminder.carried_by.value,
        "template": reminder.template,
        "tone": reminder.tone.value,
        CLAIMED_AT: time_text(reminder.claimed_at),
        "invoices": list(reminder.invoices) or None,
        "totals": [money_text(total) for total in reminder.totals] or None,
        "address": reminder.address,
        "sent_at": time_text(reminder.sent_at),
        **_message_attributes(reminder, naming),
        "subject": reminder.subject,
        "text": None if reminder.text is None else pack(reminder.text),
        "parts": reminder.parts,
        "price": reminder.price,
        "is_fallback": reminder.is_fallback or None,
        "to_next_address": reminder.to_next_address or None,
        "letter": _letter_text(reminder.letter),
        REDACTED_AT: time_text(reminder.redacted_at),
        ADDRESS_HASH: reminder.address_hash,
        "occasion": reminder.occasion.text or None,
    }
    return {name: value for name, value in attributes.items() if value is not None}


def _message_attributes(reminder: Reminder, naming: ReportNaming) -> Item:
    """What the carrier calls the message, and the place in the index by which its reports find it.

    Such a place costs a write, so there is none where reports bring our own key.
    """
    carrier, message_id = reminder.carried_by, reminder.provider_message_id
    match naming:
        case ReportNaming.OUR_TAGS:
            return {_MESSAGE_ID: message_id}
        case ReportNaming.ITS_ID:
            return {MESSAGE_KEY: message_id and message(carrier, message_id)}
        case ReportNaming.OUR_REFERENCE:
            # Known before the message leaves: a report settles a message whose answer never came, too.
            return {_MESSAGE_ID: message_id, MESSAGE_KEY: message(carrier, reminder.key.id)}
        case _:
            assert_never(naming)


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
    return with_receipts(_recorded(item), told_entries(item))


def told_entries(item: Item) -> list[ReceiptEntry]:
    """The receipts of an item as they came in."""
    entries, again = item.get(RECEIPTS, ()), item.get(AGAIN, {})
    pairs = zip(entries[::2], entries[1::2], strict=True)
    return [_told(receipt_id, text, again.get(receipt_id)) for receipt_id, text in pairs]


def again_entries(receipts: Iterable[Receipt]) -> dict[str, str]:
    """What the item's `again` says of the receipts."""
    return {one.id: f"{one.times}|{time_text(one.last_at)}" for one in receipts if one.last_at is not None}


def _recorded(item: Item) -> Reminder:
    key = reminder_in(item[PK], item[SK])
    return Reminder(
        key=key,
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
        carrier=Carrier(item[_CARRIER]) if _CARRIER in item else None,
        provider_message_id=_message_id(item, key.id),
        reason=item.get("reason"),
        detail=item.get("detail"),
        reason_at=_time(item.get("reason_at")),
        subject=item.get("subject"),
        text=unpack(item["text"]) if "text" in item else None,
        parts=item.get("parts"),
        price=item.get("price"),
        is_fallback=item.get("is_fallback", False),
        to_next_address=item.get("to_next_address", False),
        letter=_letter(item.get("letter")),
        redacted_at=_time(item.get(REDACTED_AT)),
        address_hash=item.get(ADDRESS_HASH),
        occasion=read_occasion(item.get("occasion", "")),
    )


def _message_id(item: Item, reminder_id: str) -> str | None:
    if _MESSAGE_ID in item or MESSAGE_KEY not in item:
        return item.get(_MESSAGE_ID)
    named = message_in(item[MESSAGE_KEY])
    return None if named == reminder_id else named  # our own reference: the carrier has not said yet


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
        _price_text(receipt.price),
        receipt.code,
        receipt.detail,
    )
    return [receipt.id, "|".join(part or "" for part in told)]


def _told(receipt_id: str, text: str, again: str | None) -> ReceiptEntry:
    times, _, last_at = (again or "1").partition("|")
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
        price=_price(price),
        status=None if is_known else status,
        times=int(times),
        last_at=_time(last_at or None),
    )
    return receipt, status


def _price_text(price: Price | None) -> str:
    if price is None:
        return ""
    return price.amount if price.currency == _CURRENCY else price.text


def _price(text: str) -> Price | None:
    amount, _, currency = text.partition(" ")
    return Price(amount, currency or _CURRENCY) if amount else None


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
