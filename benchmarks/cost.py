"""A reminder's life, counted: units of the table, requests, log lines, seconds; and what a million of them cost.

    python -m benchmarks.cost [--reminders 200] [--sms-per-second 20] [--emails-per-second 14] [--senders 3]

So many reminders of each channel go through the packaged handlers: planned, sent, and reported on (an SMS once, an
e-mail twice). The engine counts the units. `aws_prices.toml` says what they cost. Baseline: the budget of the design,
five written and three read units, and 8 USD for a million without the carriers.

Lambda bills the clock. So a sender costs the longer of two times: its work (processor time here, stretched to the share
of a processor that its memory buys on AWS, and the latencies of its calls), and its share of the account's pace.
"""

import base64
import gzip
import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from types import ModuleType
from typing import Any

from benchmarks.as_lambda import Context, load_handler, logged, sqs_event
from benchmarks.calls import Call, Recorder
from benchmarks.measuring import ROOT, about, arguments, publish, rounded, spent
from benchmarks.stage import NOW, Stage, stage, use
from benchmarks.world import TODAY, cases, debtors_for, due_invoices, outbox, settle_in
from infra.functions import FUNCTIONS
from upominek import bootstrap
from upominek.application.jobs import PlanJob
from upominek.domain.values.channel import Channel

MILLION = 1_000_000
MB_PER_PROCESSOR = 1769
"""Source: AWS Lambda Developer Guide, 'Configure Lambda function memory': at 1 769 MB a function has one vCPU."""
MEMORY_MB = {row.folder: row.memory_mb for row in FUNCTIONS}
BATCH = 10
STAGES = ("plan_reminders", "send_reminder", "forward_delivery_logs", "record_receipt")


@dataclass(slots=True)
class Spending:
    """What one function spent on all the reminders of a channel."""

    cpu_seconds: float = 0.0
    invocations: int = 0
    log_bytes: int = 0
    units: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)


class Life:
    """All reminders of one channel, from the plan to the last receipt."""

    def __init__(self, playing: Stage, channel: Channel, count: int) -> None:
        self.channel, self.count, self.name = channel, count, f"hurt-{channel.value}"
        self.table = playing.create_table()
        use(playing, self.table)
        bootstrap.application.cache_clear()
        settle_in(playing.application(self.table), self.name)
        self.numbers = debtors_for(channel, count)
        playing.load(self.table, cases(self.name, self.numbers))
        playing.load(self.table, due_invoices(self.name, self.numbers))
        self.spent = {function: Spending() for function in STAGES}
        self._handed: list[str] = []

    def play(self) -> None:
        """Let it all happen."""
        job = PlanJob(creditor=self.name, campaign="default", shard=0, day=TODAY)
        self._run("plan_reminders", [sqs_event([job.to_dict()])])
        items = (item.to_dict() for item in outbox(self.name, self.numbers, self.channel))
        sent = self._run("send_reminder", list(_batches(items)))
        if self.channel is Channel.SMS:
            logs = [delivery_log(message_id) for message_id in self._handed]
            told = [packed(one) for one in logs]
            self._run("forward_delivery_logs", told)
            self._run("record_receipt", list(_batches(iter(logs))))
        else:
            tags = [call.request["EmailTags"] for call in sent if call.operation == "SendEmail"]
            known = list(zip(self._handed, tags, strict=True))
            events = [_ses_event(*one) for one in known]
            self._run("record_receipt", list(_batches(iter(events))))

    def _run(self, function: str, events: list[dict[str, Any]]) -> list[Call]:
        """Call the function with the events, and write down what it spent."""
        handler = load_handler(function)
        clients = bootstrap.application(function).clients
        recorder = Recorder(is_counting_units=True)
        services = {"dynamodb", "sqs"} | ({"sns", "sesv2"} if function == "send_reminder" else set())
        recorder.watch(clients, *(services if function != "forward_delivery_logs" else {"sqs"}))
        with logged(handler) as log:
            took = spent(lambda: self._call(handler, events))
            written = len(log.getvalue().encode())
        of = self.spent[function]
        of.cpu_seconds, of.invocations, of.log_bytes = took.cpu, len(events), written
        of.units, of.calls = recorder.units, recorder.counted()
        self._handed.extend(recorder.message_ids)
        return recorder.calls

    @staticmethod
    def _call(handler: ModuleType, events: list[dict[str, Any]]) -> None:
        for event in events:
            answer = handler.handler(event, Context())
            assert not (answer or {}).get("batchItemFailures"), answer

    # --- sums

    def each(self, what: str) -> float:
        """Units `written` or `read` for one reminder."""
        return round(sum(one.units[what] for one in self.spent.values()) / self.count, 2)

    def requests(self) -> dict[str, float]:
        """Calls for one reminder, by service."""
        found: Counter[str] = Counter()
        for one in self.spent.values():
            for name, number in one.calls.items():
                found[name.partition(".")[0]] += number
        return {name: round(number / self.count, 2) for name, number in found.items()}


def _batches(bodies: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    while some := list(islice(bodies, BATCH)):
        yield sqs_event(some)


def _recorded(name: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads((ROOT / "tests/functions/events" / f"{name}.json").read_text(encoding="utf-8"))


def delivery_log(message_id: str) -> dict[str, Any]:
    log: dict[str, Any] = _recorded("sns-success")
    log["notification"] |= {"messageId": message_id, "timestamp": NOW.strftime("%Y-%m-%d %H:%M:%S.558")}
    return log


def packed(log: dict[str, Any]) -> dict[str, Any]:
    """The delivery log as CloudWatch Logs hands it on, alone: when messages are minutes apart none come together."""
    content = _recorded("cloudwatch-logs")
    content["logEvents"][0]["message"] = json.dumps(log)
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(content).encode())).decode()}}


def _ses_event(message_id: str, tags: list[dict[str, str]]) -> dict[str, Any]:
    event: dict[str, Any] = _recorded("ses-delivery")
    mail = event["detail"]["mail"]
    mail["messageId"] = message_id
    mail["tags"] = {one["Name"]: [one["Value"]] for one in tags}
    return event


@dataclass(frozen=True, slots=True)
class Bill:
    """What a million reminders of one channel cost, and of what that consists."""

    parts: dict[str, float]

    @property
    def total(self) -> float:
        """In USD."""
        return sum(self.parts.values())


def gb_seconds(life: Life, prices: dict[str, Any], per_second: float, senders: int) -> dict[str, float]:
    """What Lambda bills for one reminder, by function: for its work, and for the sender's waiting as well."""
    latency = prices["latency_ms"]
    found = {}
    for function, of in life.spent.items():
        memory = MEMORY_MB[function]
        stretch = max(MB_PER_PROCESSOR / memory, 1)
        waits = sum(latency[name.partition(".")[0]] * number for name, number in of.calls.items()) / 1000
        seconds = (of.cpu_seconds * stretch + waits) / life.count
        found[function] = memory / 1024 * seconds
        if function == "send_reminder":
            found["waiting for the pace"] = memory / 1024 * max(senders / per_second - seconds, 0)
    return found


def bill(life: Life, prices: dict[str, Any], billed: dict[str, float]) -> Bill:
    """The table of what it consists of."""

    def usd(name: str) -> float:
        return float(prices[name]["usd"])

    is_sms = life.channel is Channel.SMS
    invocations = sum(of.invocations for of in life.spent.values()) / life.count
    sends = sum(of.calls["sqs.SendMessageBatch"] for of in life.spent.values()) / life.count
    # Of the outbox and the receipts, each batch is received once and deleted once; EventBridge sends one by one.
    polled = 2 * (life.spent["send_reminder"].invocations + life.spent["record_receipt"].invocations) / life.count
    grouped = (
        life.spent["plan_reminders"].calls["sqs.SendMessageBatch"] + life.spent["send_reminder"].invocations * 2
    ) / (life.count)
    log_bytes = sum(of.log_bytes for of in life.spent.values()) / life.count
    log_bytes += invocations * prices["lambda_log"]["bytes"] + (prices["sns_log"]["bytes"] if is_sms else 0)
    stored_gb = 1100 / 1e9 * MILLION
    waiting = billed["waiting for the pace"]
    return Bill(
        {
            "table, written": life.each("written") * usd("dynamodb_write_million"),
            "table, read": life.each("read") * usd("dynamodb_read_million"),
            "table, a month's keeping": stored_gb
            * (usd("dynamodb_storage_gb_month") + usd("dynamodb_recovery_gb_month")),
            "queues": (sends + polled + (0 if is_sms else 1)) * usd("sqs_million") + grouped * usd("sqs_fair_million"),
            "functions, invoked": invocations * usd("lambda_requests_million"),
            "functions, at work": (sum(billed.values()) - waiting) * MILLION * usd("lambda_gb_second"),
            "functions, waiting for the pace": waiting * MILLION * usd("lambda_gb_second"),
            "logs": log_bytes / 1e9 * MILLION * usd("logs_gb"),
        }
    )


def main() -> None:
    """Print the table and, as its last line, the same as JSON."""
    chosen = arguments(__doc__, reminders=200, sms_per_second=20.0, emails_per_second=14.0, senders=3)
    prices = tomllib.loads((ROOT / "benchmarks/aws_prices.toml").read_text(encoding="utf-8"))
    rows: dict[str, dict[str, Any]] = {}
    lives = {}
    with stage() as playing:
        for channel in (Channel.SMS, Channel.EMAIL):
            life = lives[channel.value] = Life(playing, channel, chosen.reminders)
            life.play()
    for name, value in (("written", 5), ("read", 3)):
        rows[f"units {name}"] = {**{channel: life.each(name) for channel, life in lives.items()}, "reach": value}
    services = dict.fromkeys(one for life in lives.values() for one in life.requests())
    for service in services:
        rows[f"requests, {service}"] = {channel: life.requests().get(service) for channel, life in lives.items()}
    pace = {"sms": chosen.sms_per_second, "email": chosen.emails_per_second}
    billed = {name: gb_seconds(life, prices, pace[name], chosen.senders) for name, life in lives.items()}
    for function in (*STAGES, "waiting for the pace"):
        rows[f"GB-seconds, {function}"] = {name: rounded(one[function]) for name, one in billed.items()}
    bills = {name: bill(life, prices, billed[name]) for name, life in lives.items()}
    for part in bills["sms"].parts:
        rows[f"USD a million, {part}"] = {name: round(one.parts[part], 2) for name, one in bills.items()}
    rows["USD a million, in all"] = {**{name: round(one.total, 2) for name, one in bills.items()}, "reach": 8}
    rows["USD a million, SES's own price"] = {"email": prices["ses_thousand"]["usd"] * 1000}
    publish(about(reminders=chosen.reminders, senders=chosen.senders, pace=pace), rows)


if __name__ == "__main__":
    main()
