"""`POST /webhooks/{creditor}`: events of an invoicing system."""

from typing import Any

from upominek import bootstrap
from upominek.handlers.http import Endpoint, Request

endpoint = Endpoint(
    method="POST",
    refused="Webhook refused",
    refused_metric="WebhooksRefused",
    described=bootstrap.error_as_json(),
)
receive_webhook = bootstrap.receive_events()


def receive(request: Request) -> tuple[int, Any]:
    """202 once everything is durable; 4xx with the reason; 503 where the sender should try again."""
    creditor = request.path.get("creditor") or request.path.get("proxy", "")
    counts = receive_webhook.receive(creditor, request.headers, request.content)
    endpoint.log("Webhook taken in", creditor=creditor, counts=counts)
    endpoint.count("EventsTakenIn", counts["events"])
    return 202, {"accepted": counts.pop("events"), "outcome": counts}


handler = endpoint.handler(receive)
