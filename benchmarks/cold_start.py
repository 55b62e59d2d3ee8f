"""Cold start of each function: importing its handler, and its first event handled, in a fresh interpreter.

    python -m benchmarks.cold_start [--runs 5]

Baseline, measured in turn with it: `import boto3` and the clients that the function needs; and beside it the same with
one bare call of each client, since the first call of a client costs its connection. What AWS adds (starting the
interpreter, fetching the package) is in none. Modules are compiled beforehand, as those that are deployed are. The
table is dynoxide, the rest of AWS takes everything; `make_letters` is only imported,
and `record_receipt` meets a report that came before the record of its message, which it puts back.
"""

import json
import os
import statistics
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from benchmarks.as_lambda import sqs_event
from benchmarks.cost import delivery_log, packed
from benchmarks.csv_file import write_file
from benchmarks.measuring import ROOT, about, arguments, compile_sources, publish
from benchmarks.stage import NOW, Stage, stage
from benchmarks.webhook import request_of
from benchmarks.world import TODAY, cases, debtors_for, due_invoices, outbox, settle_in
from upominek.application.jobs import PlanJob
from upominek.domain.values.channel import Channel

if TYPE_CHECKING:
    from collections.abc import Callable

CLIENTS = {
    "receive_invoices": ("dynamodb", "secretsmanager"),
    "import_invoices": ("dynamodb", "s3", "sqs"),
    "start_plans": ("dynamodb", "sqs"),
    "plan_reminders": ("dynamodb", "sqs", "s3"),
    "sweep_reminders": ("dynamodb", "s3"),
    "send_reminder": ("dynamodb", "sqs", "sns", "sesv2"),
    "make_letters": ("dynamodb", "sqs", "s3"),
    "forward_delivery_logs": ("sqs",),
    "record_receipt": ("dynamodb", "sqs"),
}
CALLS = {
    "dynamodb": "get_item(TableName=TABLE, Key={'pk': {'S': 'a'}, 'sk': {'S': 'b'}})",
    "sqs": "send_message(QueueUrl=QUEUE, MessageBody='x')",
    "s3": "put_object(Bucket='bucket', Key='bare', Body=b'x')",
    "sns": "publish(PhoneNumber='+48450000001', Message='x')",
    "sesv2": "send_email(Destination={'ToAddresses': ['a@example.com']}, Content={'Simple': "
    "{'Subject': {'Data': 'x'}, 'Body': {'Text': {'Data': 'x'}}}})",
    "secretsmanager": "get_secret_value(SecretId='x')",
}
OURS = """
import json, os, sys, time
from types import SimpleNamespace
with open({event!r}) as stream:
    event = json.load(stream)
context = SimpleNamespace(
    function_name="f", memory_limit_in_mb=512, invoked_function_arn="arn:aws:lambda:eu-central-1:0:function:f",
    aws_request_id="r", get_remaining_time_in_millis=lambda: 900000,
)
began = time.perf_counter()
import handler
imported = time.perf_counter()
answer = handler.handler(event, context) if event is not None else None
handled = time.perf_counter()
assert not (answer or {{}}).get("batchItemFailures"), answer
assert (answer or {{}}).get("statusCode", 202) == 202, answer
print(json.dumps([imported - began, handled - began]))
"""
BARE = """
import json, os, time
TABLE, QUEUE = os.environ["TABLE_NAME"], os.environ["SMS_QUEUE_URL"]
began = time.perf_counter()
import boto3
{clients}
made = time.perf_counter()
{calls}
print(json.dumps([made - began, time.perf_counter() - began]))
"""
CREDITOR = "hurt"


class Functions:
    """Events that each function handles for the first time, as often as there are runs."""

    def __init__(self, playing: Stage, runs: int) -> None:
        self._stage, self._table = playing, playing.create_table()
        self._application = playing.application(self._table)
        settle_in(self._application, CREDITOR)
        for run in range(runs):
            settle_in(self._application, f"plan-{run}")
            numbers = debtors_for(Channel.SMS, 1)
            playing.load(self._table, [*cases(f"plan-{run}", numbers), *due_invoices(f"plan-{run}", numbers)])
        numbers = debtors_for(Channel.SMS, runs)
        playing.load(self._table, [*cases(CREDITOR, numbers), *due_invoices(CREDITOR, numbers)])
        self._items = [item.to_dict() for item in outbox(CREDITOR, numbers, Channel.SMS)]
        self._file = playing.folder / "faktury.csv"
        write_file(self._file, 100)

    def event(self, function: str, run: int) -> Any:  # noqa: ANN401 - JSON
        """The first event of a run; None where the function is only imported."""
        made: dict[str, Callable[[int], Any]] = {
            "receive_invoices": request_of,
            "import_invoices": self._arrival,
            "start_plans": lambda _: {},
            "sweep_reminders": lambda _: {},
            "plan_reminders": lambda one: sqs_event(
                [PlanJob(creditor=f"plan-{one}", campaign="default", shard=0, day=TODAY).to_dict()]
            ),
            "send_reminder": lambda one: sqs_event([self._items[one]]),
            "forward_delivery_logs": lambda one: packed(delivery_log(f"m-{one}")),
            "record_receipt": lambda one: sqs_event([delivery_log(f"early-{one}")]),
        }
        return made[function](run) if function in made else None

    def _arrival(self, run: int) -> dict[str, Any]:
        name = f"incoming/{CREDITOR}/faktury-{run}.csv"
        content = self._file.read_bytes() + f"# {run}\n".encode()
        self._stage.client("s3").put_object(Bucket="bucket", Key=name, Body=content)
        told = {"key": name, "size": len(content), "versionId": str(run)}
        arrived = {"eventName": "ObjectCreated:Put", "eventTime": NOW.isoformat(), "s3": {"object": told}}
        return sqs_event([{"Records": [arrived]}])

    def measure(self, function: str, run: int) -> tuple[float, float]:
        """Milliseconds to the end of the import, and to the end of the first event."""
        path = self._stage.folder / "event.json"
        path.write_text(json.dumps(self.event(function, run)), encoding="utf-8")
        return self._run(OURS.format(event=str(path)), function)

    def baseline(self, function: str) -> tuple[float, float]:
        """Milliseconds to the clients, and to the end of a call of each."""
        services = CLIENTS[function]
        clients = "\n".join(f"{service} = boto3.client('{service}')" for service in services)
        calls = "\n".join(f"{service}.{CALLS[service]}" for service in services)
        return self._run(BARE.format(clients=clients, calls=calls), function)

    def _run(self, code: str, function: str) -> tuple[float, float]:
        folders = (ROOT / "functions" / function, ROOT / "layers/core/python", ROOT)
        environment = {
            **self._stage.environment(self._table),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(map(str, folders)),
        }
        command = [sys.executable, "-c", code]
        answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if answer.returncode:
            sys.exit(f"{function}: {answer.stderr}")
        first, last = json.loads(answer.stdout.strip().splitlines()[-1])
        return first * 1000, last * 1000


def main() -> None:
    """Print the table and, as its last line, the same as JSON."""
    chosen = arguments(__doc__, runs=5)
    compile_sources()
    rows: dict[str, dict[str, Any]] = {}
    with stage() as playing:
        functions = Functions(playing, chosen.runs)
        for function in CLIENTS:
            pairs = [(*functions.measure(function, run), *functions.baseline(function)) for run in range(chosen.runs)]
            imported, handled, clients, called = (statistics.median(side) for side in zip(*pairs, strict=True))
            has_event = functions.event(function, 0) is not None
            rows[function] = {
                "import_ms": round(imported),
                "clients_ms": round(clients),
                "import_ratio": round(imported / clients, 2),
                "first_event_ms": round(handled) if has_event else None,
                "first_event_ratio": round(handled / clients, 2) if has_event else None,
                "reach": 1.3,
                "called_ms": round(called),
                "by_called": round(handled / called, 2) if has_event else None,
            }
    publish(about(runs=chosen.runs), rows)


if __name__ == "__main__":
    main()
