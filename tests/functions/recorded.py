"""Events as AWS sends them (`events/`), and functions imported as Lambda imports them."""

import base64
import gzip
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
EVENTS = Path(__file__).resolve().parent / "events"


def event(name: str) -> dict[str, Any]:
    """A fresh copy of a recorded event."""
    content: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    return content


def ses_event(name: str, reminder_id: str) -> dict[str, Any]:
    """An event of SES about the e-mail of this reminder."""
    content = event(f"ses-{name}")
    content["detail"]["mail"]["tags"]["upominek-reminder"] = [reminder_id]
    return content


def sns_log(name: str, message_id: str) -> dict[str, Any]:
    """A delivery log of SNS about the SMS with this id."""
    content = event(f"sns-{name}")
    content["notification"]["messageId"] = message_id
    return content


def sqs_event(*bodies: object) -> dict[str, Any]:
    """A batch of messages with these bodies; their ids are m-0, m-1 …."""
    (record,) = event("sqs")["Records"]
    records = [
        {**record, "messageId": f"m-{at}", "body": body if isinstance(body, str) else json.dumps(body)}
        for at, body in enumerate(bodies)
    ]
    return {"Records": records}


def logs_event(*lines: str, name: str = "cloudwatch-logs") -> dict[str, Any]:
    """A batch of log lines, packed as CloudWatch Logs packs it."""
    content = event(name)
    if lines:
        content["logEvents"] = [{**content["logEvents"][0], "id": str(at), "message": m} for at, m in enumerate(lines)]
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(content).encode())).decode()}}


def load(function: str) -> ModuleType:
    """The function's handler, as a cold start imports it."""
    spec = importlib.util.spec_from_file_location("handler", ROOT / "functions" / function / "handler.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass
class Context:
    """What Lambda tells a function about its invocation."""

    function_name: str = "function"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:function"
    aws_request_id: str = "52fdfc07-2182-154f-163f-5f0f9a621d72"
    remaining_ms: int = 120_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms
