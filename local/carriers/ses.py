"""SES: what is remembered of `SendEmail`, and the events that SES publishes to EventBridge.

Source: Amazon SES Developer Guide, "Monitoring SES events using Amazon EventBridge" (types of events) and "Examples of
event data" (records); Amazon SES API v2, "SendEmail" (errors).
"""

from __future__ import annotations

import json
import re
import sys
from datetime import timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any, Final

from local.carriers.behaviours import Call
from local.carriers.mail import as_mail

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from email.message import EmailMessage

    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_sesv2 import SESV2Client

    from local.carriers.aws import Aws
    from local.carriers.journal import Answer
    from local.carriers.message import Message

CHANNEL: Final = "email"
TOLD_AT_ONCE = 10  # PutEvents takes no more
SEND_PATH = "/v2/email/outbound-emails"

DETAIL_TYPES = {
    "Send": "Email Sent",
    "Delivery": "Email Delivered",
    "DeliveryDelay": "Email Delivery Delayed",
    "Bounce": "Email Bounced",
    "Complaint": "Email Complaint Received",
    "Reject": "Email Rejected",
    "Open": "Email Opened",
    "Click": "Email Clicked",
    "Rendering Failure": "Email Rendering Failed",
}
# Type and subtype of a bounce: its status and what the other mail server said.
BOUNCES = {
    "Permanent/General": ("5.1.1", "smtp; 550 5.1.1 user unknown"),
    "Permanent/NoEmail": ("5.1.1", "smtp; 550 5.1.1 no such mailbox"),
    "Permanent/Suppressed": (
        "5.1.1",
        "Amazon SES has suppressed sending to this address because of its history of bouncing as an invalid address.",
    ),
    "Permanent/OnAccountSuppressionList": (
        "5.1.1",
        "Amazon SES did not send the message to this address because it is on the suppression list for your account.",
    ),
    "Transient/General": ("4.4.1", "smtp; 421 4.4.1 unable to connect to remote host"),
    "Transient/MailboxFull": ("5.2.2", "smtp; 552 5.2.2 mailbox full"),
    "Transient/MessageTooLarge": ("5.3.4", "smtp; 552 5.3.4 message too big for system"),
    "Transient/ContentRejected": ("5.7.1", "smtp; 550 5.7.1 message content rejected"),
    "Transient/AttachmentRejected": ("5.7.1", "smtp; 552 5.7.1 attachment type not allowed"),
    "Undetermined/Undetermined": ("5.0.0", "smtp; 550 unspecified failure"),
}
REFUSALS = {
    Call.THROTTLED: (429, "TooManyRequestsException", "Maximum sending rate exceeded."),
    Call.REFUSED: (400, "MessageRejected", "Email address is not verified."),
    Call.MISCONFIGURED: (400, "MailFromDomainNotVerifiedException", "MAIL FROM domain is not verified."),
    Call.BROKEN: (500, "InternalServiceErrorException", "Please try again."),
}
LOCAL_ADDRESS = "127.0.0.1"
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.0"
GIVES_UP_AFTER = timedelta(hours=14)


def takes(_command: str, path: str) -> bool:
    """Whether a call may be one that hands a message over."""
    return path == SEND_PATH


def recipient_of(body: bytes) -> str | None:
    """The address that decides what happens: the first one that the e-mail is for."""
    destination = json.loads(body).get("Destination") or {}
    for kind in ("ToAddresses", "CcAddresses", "BccAddresses"):
        for address in destination.get(kind) or ():
            return parseaddr(address)[1]
    return None


def remembered(body: bytes) -> dict[str, Any]:
    """What events will repeat of the request."""
    sent = json.loads(body)
    destination = sent.get("Destination") or {}
    simple = (sent.get("Content") or {}).get("Simple") or {}
    return {
        "source": sent.get("FromEmailAddress", ""),
        "to": destination.get("ToAddresses") or [],
        "destination": [address for addresses in destination.values() for address in addresses],
        "reply_to": sent.get("ReplyToAddresses") or [],
        "subject": (simple.get("Subject") or {}).get("Data", ""),
        "headers": simple.get("Headers") or [],
        "attachments": [one["FileName"] for one in simple.get("Attachments") or ()],
        "configuration_set": sent.get("ConfigurationSetName"),
        "tags": {tag["Name"]: [tag["Value"]] for tag in sent.get("EmailTags") or ()},
    }


def answered(_: bytes, hand_on: Callable[[], tuple[int, dict[str, str], bytes]]) -> tuple[int, dict[str, str], bytes]:
    """The emulator's SES answers."""
    return hand_on()


def mail_of(body: bytes) -> EmailMessage | None:
    """The e-mail of a `SendEmail`; None for one that is not made of subject and texts."""
    request = json.loads(body)
    return as_mail(request) if "Simple" in request["Content"] else None


def accepted_id(answer: bytes) -> str:
    """The message id in the answer of `SendEmail`."""
    return str(json.loads(answer)["MessageId"])


def refusal(call: Call, request_id: str) -> tuple[int, dict[str, str], bytes]:
    """What SES answers instead of taking the message."""
    status, code, text = REFUSALS[call]
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": code, "x-amzn-RequestId": request_id}
    return status, headers, json.dumps({"message": text}).encode()


def event_type(what: str) -> str:
    """What the API calls this type of event: `DELIVERY_DELAY`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|\s", "_", _known(what)).upper()


def _known(what: str) -> str:
    return next(name for name in DETAIL_TYPES if what == name or what.startswith(f"{name} "))


def event(message: Message, what: str, at: datetime, *, region: str, account: str) -> dict[str, Any] | None:
    """One entry for `PutEvents`.

    Args:
        what: as in the table of behaviours, such as `Bounce Permanent/General`.

    Returns:
        None where SES would publish nothing: the e-mail names no configuration set.
    """
    configuration_set = message.request["configuration_set"]
    if not configuration_set:
        return None
    known = _known(what)
    content = _CONTENTS.get(known, _nothing)(message, what.removeprefix(known).strip(), at)
    detail = {"eventType": known, "mail": _mail(message, known, region, account), **content}
    return {
        "Source": "aws.ses",
        "DetailType": DETAIL_TYPES[known],
        "Resources": [f"arn:aws:ses:{region}:{account}:configuration-set/{configuration_set}"],
        "Time": at,
        "Detail": json.dumps(detail, ensure_ascii=False),
    }


def tell(answers: Sequence[Answer], at: datetime, aws: Aws) -> None:
    """Publish the events that their configuration sets ask for."""
    published = _published(aws.client("sesv2"), {answer.message.request["configuration_set"] for answer in answers})
    entries = [
        entry
        for answer in answers
        if event_type(answer.what) in published[answer.message.request["configuration_set"]]
        and (entry := event(answer.message, answer.what, at, region=aws.region, account=aws.account))
        for _ in range(answer.copies)
    ]
    for start in range(0, len(entries), TOLD_AT_ONCE):
        _put_events(aws.client("events"), entries[start : start + TOLD_AT_ONCE])


def _published(ses_api: SESV2Client, configuration_sets: set[str | None]) -> dict[str | None, set[str]]:
    """Which types of events are asked for with each of the configuration sets."""
    published: dict[str | None, set[str]] = {None: set()}
    for name in configuration_sets - {None}:
        found = ses_api.get_configuration_set_event_destinations(ConfigurationSetName=str(name))
        published[name] = {kind for one in found["EventDestinations"] for kind in one["MatchingEventTypes"]}
    return published


def _put_events(events: EventBridgeClient, entries: list[Any]) -> None:
    told = events.put_events(Entries=entries)
    if told["FailedEntryCount"]:
        print(f"refused by the event bus: {told['Entries']}", file=sys.stderr, flush=True)


def _mail(message: Message, event_type: str, region: str, account: str) -> dict[str, Any]:
    request = message.request
    domain = parseaddr(request["source"])[1].rpartition("@")[2]
    kind = "mixed" if request["attachments"] else "alternative"
    headers = [{"name": "From", "value": request["source"]}]
    headers += [{"name": "Reply-To", "value": ", ".join(request["reply_to"])}] if request["reply_to"] else []
    headers += [
        {"name": "To", "value": ", ".join(request["to"])},
        {"name": "Subject", "value": request["subject"]},
        {"name": "MIME-Version", "value": "1.0"},
        {"name": "Content-Type", "value": f'multipart/{kind};  boundary="----=_Part_0"'},
    ]
    headers += [{"name": header["Name"], "value": header["Value"]} for header in request["headers"]]
    common = {
        "from": [request["source"]],
        "to": request["to"],
        "messageId": message.id,
        "subject": request["subject"],
    }
    return {
        "timestamp": _stamp(message.accepted_at),
        "source": request["source"],
        "sourceArn": f"arn:aws:ses:{region}:{account}:identity/{domain}",
        "sendingAccountId": account,
        "messageId": message.id,
        "destination": request["destination"],
        "headersTruncated": False,
        "headers": headers,
        "commonHeaders": common | ({"replyTo": request["reply_to"]} if request["reply_to"] else {}),
        "tags": {
            "ses:source-tls-version": ["TLSv1.3"],
            "ses:operation": ["SendEmail"],
            "ses:configuration-set": [request["configuration_set"]],
            "ses:source-ip": [LOCAL_ADDRESS],
            "ses:from-domain": [domain],
            "ses:caller-identity": ["upominek"],
            **({"ses:outgoing-ip": [LOCAL_ADDRESS]} if event_type == "Delivery" else {}),
            **request["tags"],
        },
    }


def _delivery(message: Message, _: str, at: datetime) -> dict[str, Any]:
    return {
        "delivery": {
            "timestamp": _stamp(at),
            "processingTimeMillis": _milliseconds(message, at),
            "recipients": message.request["destination"],
            "smtpResponse": "250 2.6.0 Message received",
            "reportingMTA": "mta.example.com",
        }
    }


def _delay(message: Message, _: str, at: datetime) -> dict[str, Any]:
    return {
        "deliveryDelay": {
            "timestamp": _stamp(at),
            "delayType": "TransientCommunicationFailure",
            "expirationTime": _stamp(message.accepted_at + GIVES_UP_AFTER),
            "delayedRecipients": [
                {
                    "emailAddress": message.recipient,
                    "status": "4.4.1",
                    "diagnosticCode": "smtp; 421 4.4.1 Unable to connect to remote host",
                }
            ],
        }
    }


def _bounce(message: Message, kind: str, at: datetime) -> dict[str, Any]:
    bounce_type, _, subtype = kind.partition("/")
    status, diagnosis = BOUNCES[kind]
    return {
        "bounce": {
            "feedbackId": f"{message.id}-bounce",
            "bounceType": bounce_type,
            "bounceSubType": subtype,
            "bouncedRecipients": [
                {
                    "emailAddress": message.recipient,
                    "action": "failed",
                    "status": status,
                    "diagnosticCode": diagnosis,
                }
            ],
            "timestamp": _stamp(at),
            "reportingMTA": "dns; mta.example.com",
        }
    }


def _complaint(message: Message, kind: str, at: datetime) -> dict[str, Any]:
    return {
        "complaint": {
            "feedbackId": f"{message.id}-complaint",
            "complaintSubType": None,
            "complainedRecipients": [{"emailAddress": message.recipient}],
            "timestamp": _stamp(at),
            "userAgent": "Mailbox provider's feedback loop",
            "complaintFeedbackType": kind,
            "arrivalDate": _stamp(at),
        }
    }


def _open(_: Message, __: str, at: datetime) -> dict[str, Any]:
    return {"open": {"ipAddress": LOCAL_ADDRESS, "timestamp": _stamp(at), "userAgent": USER_AGENT}}


def _click(_: Message, __: str, at: datetime) -> dict[str, Any]:
    link = {"link": "https://example.com/", "linkTags": None}
    return {"click": {"ipAddress": LOCAL_ADDRESS, **link, "timestamp": _stamp(at), "userAgent": USER_AGENT}}


def _reject(_: Message, __: str, ___: datetime) -> dict[str, Any]:
    return {"reject": {"reason": "Bad content"}}


def _not_rendered(_: Message, __: str, ___: datetime) -> dict[str, Any]:
    text = "Attribute 'name' is not present in the rendering data."
    return {"failure": {"errorMessage": text, "templateName": "upominek"}}


def _nothing(_: Message, __: str, ___: datetime) -> dict[str, Any]:
    return {"send": {}}


_CONTENTS: dict[str, Callable[[Message, str, datetime], dict[str, Any]]] = {
    "Delivery": _delivery,
    "DeliveryDelay": _delay,
    "Bounce": _bounce,
    "Complaint": _complaint,
    "Open": _open,
    "Click": _click,
    "Reject": _reject,
    "Rendering Failure": _not_rendered,
}


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def _milliseconds(message: Message, at: datetime) -> int:
    return max(0, (at - message.accepted_at) // timedelta(milliseconds=1))
