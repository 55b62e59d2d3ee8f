"""SMS through SNS."""

from typing import TYPE_CHECKING, Any

from upominek.adapters.carriers.at_most_once import AtMostOnce
from upominek.adapters.carriers.aws_words import in_our_words
from upominek.application.ports.carriers import SmsMessage

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class SnsSmsSender:
    """SNS Publish to a phone number.

    Args:
        client: see `Clients.sns`; it repeats nothing.
        max_price_usd: SNS refuses an SMS dearer than this.
    """

    def __init__(self, client: "SNSClient", *, max_price_usd: str | None = None) -> None:
        self._client = client
        self._max_price_usd = max_price_usd
        self._once = AtMostOnce(client, "upominek.adapters.carriers.sns", in_our_words)

    def send(self, message: SmsMessage) -> str:
        """Hand the message over, once; returns SNS's message id. Raises: SendingError."""
        attributes: Any = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
        if message.sender:
            attributes["AWS.SNS.SMS.SenderID"] = {"DataType": "String", "StringValue": message.sender}
        if self._max_price_usd:
            attributes["AWS.SNS.SMS.MaxPrice"] = {"DataType": "Number", "StringValue": self._max_price_usd}
        return self._once.call(
            lambda: self._client.publish(PhoneNumber=message.to, Message=message.text, MessageAttributes=attributes)[
                "MessageId"
            ]
        )
