"""Functions imported and called as Lambda does it, in this process."""

import importlib.util
import io
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from benchmarks.measuring import ROOT


class Context:
    """What Lambda tells a function about its invocation."""

    function_name = "send_reminder"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-central-1:000000000000:function:send_reminder"
    aws_request_id = "52fdfc07-2182-154f-163f-5f0f9a621d72"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 120_000


def load_handler(function: str) -> ModuleType:
    """The function's handler, as a cold start imports it; several may live in one process."""
    spec = importlib.util.spec_from_file_location("handler", ROOT / "functions" / function / "handler.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sqs_event(bodies: Sequence[dict[str, Any]], queue: str = "sms") -> dict[str, Any]:
    """A batch as Lambda hands it over."""
    return {
        "Records": [
            {
                "messageId": f"m-{number}",
                "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
                "body": json.dumps(body, separators=(",", ":")),
                "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1772442001573"},
                "messageAttributes": {},
                "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:eu-central-1:000000000000:{queue}",
                "awsRegion": "eu-central-1",
            }
            for number, body in enumerate(bodies)
        ]
    }


@contextmanager
def logged(handler: ModuleType) -> Iterator[io.StringIO]:
    """What the function prints, kept from the terminal."""
    kept, terminal = io.StringIO(), sys.stdout
    handler.logger.registered_handler.stream = kept
    sys.stdout = kept
    try:
        yield kept
    finally:
        sys.stdout = terminal
