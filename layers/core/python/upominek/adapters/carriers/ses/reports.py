"""What SES reports, made into receipts: pure functions on the JSON that arrives, passing on no personal data.

SES publishes an event for each step of an e-mail, through EventBridge, with the tags that it was sent with.

Source: Amazon SES Developer Guide, "Contents of event data that Amazon SES publishes".
"""

from collections.abc import Mapping
from typing import Any, Final

from upominek.adapters.carriers.reporting import digest, utc_time, without_contact_data
from upominek.adapters.carriers.ses.answers import answer_of
from upominek.adapters.carriers.ses.tags import key_from_tags
from upominek.application.receipts.record_receipt import Report
from upominek.domain.messages.receipt import Receipt
from upominek.domain.values.carrier import SES

_PARTS: Final = {
    "Bounce": ("bounce", "bounceType", "bounceSubType"),
    "Complaint": ("complaint", "complaintFeedbackType", "complaintSubType"),
    "Delivery": ("delivery", "", ""),
    "DeliveryDelay": ("deliveryDelay", "delayType", ""),
    "Reject": ("reject", "reason", ""),
    "Open": ("open", "", ""),
    "Click": ("click", "", ""),
}
"""Where an event says what it is about: the object, and its type and subtype."""
_ONCE: Final = frozenset({"Open", "Click", "Bounce"})
"""What may come hundreds of times of one message, as where two mailboxes answer each other, is one receipt."""
_RECIPIENTS: Final = ("bouncedRecipients", "delayedRecipients")


def read_report(body: Mapping[str, Any]) -> Report | None:
    """The report in an event; None for an e-mail that is not a reminder of ours."""
    detail = body["detail"]
    event, mail = detail["eventType"], detail["mail"]
    key = key_from_tags(mail.get("tags") or {})
    if key is None:
        return None
    name, type_name, subtype_name = _PARTS.get(event, ("", "", ""))
    part = detail.get(name) or {}
    kind, subtype = part.get(type_name) or "", part.get(subtype_name) or ""
    at = utc_time(part.get("timestamp") or mail["timestamp"])
    said = (event, *filter(None, (kind, subtype))) if event in _ONCE else (event, kind, subtype, at.isoformat())
    smtp_status = next((one[0].get("status") for name in _RECIPIENTS if (one := part.get(name))), None)
    answer = answer_of(event, kind, subtype)
    receipt = Receipt(
        id=digest(mail["messageId"], *said),
        kind=answer.kind,
        at=at,
        code=answer.code,
        detail=without_contact_data(" ".join(filter(None, (event, kind, subtype, smtp_status)))),
        action=answer.action,
    )
    return Report(
        carrier=SES,
        receipt=receipt,
        message_id=mail["messageId"],
        key=key,
        may_arrive=answer.may_arrive,
        pl=answer.pl,
        en=answer.en,
    )
