"""`POST /webhooks/{creditor}`: events of an invoicing system, through the HTTP API (payload version 2.0)."""

import json
from base64 import b64decode
from typing import Any, Final

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from upominek import bootstrap
from upominek.adapters.json.case import error_to_dict
from upominek.domain.errors import Conflict, InvalidValue, Refused, Unavailable

STATUS: Final = {"body_too_large": 413, "signature_invalid": 401, "webhook_id_reused": 409, "events_invalid": 422}

logger, metrics = Logger(), Metrics()
receive_events = bootstrap.receive_events()


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """202 once everything is durable; 401, 409, 413 and 422 with the reason; 503 where the sender should try again."""
    body = event.get("body") or ""
    content = b64decode(body) if event.get("isBase64Encoded") else body.encode(errors="surrogatepass")
    headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
    try:
        counts = receive_events.receive(event["pathParameters"]["creditor"], headers, content)
    except (Refused, InvalidValue, Conflict, Unavailable) as error:
        logger.warning("Webhook refused", code=error.code)
        metrics.add_metric(name="WebhooksRefused", unit=MetricUnit.Count, value=1)
        return _answer(STATUS.get(error.code, 503), error_to_dict(error))
    logger.info("Webhook taken in", creditor=event["pathParameters"]["creditor"], counts=counts)
    metrics.add_metric(name="EventsTakenIn", unit=MetricUnit.Count, value=counts["events"])
    return _answer(202, {"accepted": counts.pop("events"), "outcome": counts})


def _answer(status: int, content: dict[str, Any]) -> dict[str, Any]:
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": json.dumps(content)}
