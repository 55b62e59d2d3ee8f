"""E-mail through SES."""

import re
from typing import TYPE_CHECKING, Any, Final

from upominek.adapters.carriers.at_most_once import AtMostOnce
from upominek.adapters.carriers.aws_words import in_our_words
from upominek.adapters.carriers.ses.tags import reminder_tags
from upominek.application.ports.carriers import Attachment, EmailMessage
from upominek.domain.errors import PermanentFailure

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

LARGEST_BYTES: Final = 40_000_000
"""Of a whole message as it travels. Source: Amazon SES Developer Guide, "Service quotas in Amazon SES"."""

_HEADERS: Final = [
    # Nobody's out-of-office notice answers. Source: RFC 3834, 5.
    {"Name": "Auto-Submitted", "Value": "auto-generated"},
    # Exchange does not know the header above. Source: Microsoft [MS-OXCMAIL], 2.2.3.2.14.
    {"Name": "X-Auto-Response-Suppress", "Value": "OOF, AutoReply"},
]
_FEEDBACK_TAG: Final = "ses:feedback-id-a"
"""SES puts its value into the header Feedback-ID: Google's Postmaster Tools then show complaints for each creditor.

Source: AWS Messaging & Targeting Blog, "Understanding Google Postmaster Tools (spam complaints) for Amazon SES email
senders".
"""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_CONTENT_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,78}")


class SesEmailSender:
    """SES v2 SendEmail: text and HTML, pictures within the HTML, and attachments.

    Args:
        client: see `Clients.sesv2`; it repeats nothing.
        configuration_set: sends SES's events to the receipts queue.
    """

    def __init__(self, client: "SESV2Client", *, configuration_set: str) -> None:
        self._client: Any = client
        self._configuration_set = configuration_set
        self._once = AtMostOnce(client, "upominek.adapters.carriers.ses", in_our_words)

    def send(self, message: EmailMessage) -> str:
        """Hand the message over, once; returns SES's message id. Raises: SendingError."""
        _check(message)
        body = {"Text": _content(message.text)} | ({"Html": _content(message.html)} if message.html else {})
        simple: dict[str, Any] = {"Subject": _content(message.subject), "Body": body, "Headers": _HEADERS}
        if message.attachments:
            simple["Attachments"] = [_attachment(one) for one in message.attachments]
        request: dict[str, Any] = {
            "FromEmailAddress": message.sender,
            "Destination": {"ToAddresses": [message.to]},
            "Content": {"Simple": simple},
            "ConfigurationSetName": self._configuration_set,
            "EmailTags": [*reminder_tags(message.key), {"Name": _FEEDBACK_TAG, "Value": message.key.creditor}],
        }
        if message.reply_to:
            request["ReplyToAddresses"] = [message.reply_to]
        return self._once.call(lambda: str(self._client.send_email(**request)["MessageId"]))


def _content(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}


def _attachment(one: Attachment) -> dict[str, Any]:
    """SES builds the MIME parts itself; it would take anything for 7-bit text unless told otherwise."""
    part = {
        "FileName": one.name,
        "ContentType": one.media_type,
        "ContentDisposition": "INLINE" if one.content_id else "ATTACHMENT",
        "ContentTransferEncoding": "BASE64",
        "RawContent": one.content,
    }
    return part | {"ContentId": one.content_id} if one.content_id else part


def _check(message: EmailMessage) -> None:
    """Nothing that becomes a header may end its line; what SES would turn away for its size is not even handed over."""
    headers = [message.sender, message.to, message.subject, message.reply_to or ""]
    headers += [one.name for one in message.attachments]
    if any(_CONTROL.search(header) for header in headers) or not all(map(_is_sound, message.attachments)):
        raise PermanentFailure("header-refused")
    attached = sum(len(one.content) for one in message.attachments)
    written = len(message.text.encode()) + len(message.html.encode())
    # Base64 takes four characters for three bytes, and a line end for every 76.
    if (attached + written) * 4 / 3 * 78 / 76 > LARGEST_BYTES:
        raise PermanentFailure("message-too-large")


def _is_sound(one: Attachment) -> bool:
    has_id = one.content_id is None or _CONTENT_ID.fullmatch(one.content_id)
    return bool(one.name and has_id and _MEDIA_TYPE.fullmatch(one.media_type))
