"""E-mail through SES."""

from typing import TYPE_CHECKING, Any

from upominek.adapters.aws.handing_over import Hand
from upominek.adapters.aws.tags import reminder_tags
from upominek.application.ports import EmailMessage

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

_HEADERS = [{"Name": "Auto-Submitted", "Value": "auto-generated"}]
"""So that nobody's out-of-office notice answers. Source: RFC 3834, 5."""


class SesEmailSender:
    """SES v2 SendEmail, text and HTML.

    Args:
        client: see `Clients.sesv2`; it repeats nothing.
        configuration_set: sends SES's events to the receipts queue.
    """

    def __init__(self, client: "SESV2Client", *, configuration_set: str) -> None:
        self._client: Any = client
        self._configuration_set = configuration_set
        self._hand = Hand(client, "email")

    def send(self, message: EmailMessage) -> str:
        """Hand the message over, once; returns SES's message id. Raises: SendingError."""
        body = {"Text": _content(message.text)} | ({"Html": _content(message.html)} if message.html else {})
        request: dict[str, Any] = {
            "FromEmailAddress": message.sender,
            "Destination": {"ToAddresses": [message.to]},
            "Content": {"Simple": {"Subject": _content(message.subject), "Body": body, "Headers": _HEADERS}},
            "ConfigurationSetName": self._configuration_set,
            "EmailTags": reminder_tags(message.key),
        }
        if message.reply_to:
            request["ReplyToAddresses"] = [message.reply_to]
        return self._hand.over(lambda: str(self._client.send_email(**request)["MessageId"]))


def _content(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
