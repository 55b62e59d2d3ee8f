"""A webhook of one event: the request of the HTTP API in, 202 out, everything durable.

    python -m benchmarks.webhook [--events 600] [--runs 3]

Baseline, measured in turn with it: a bare check of the same signatures and two bare writes for each, against the same
table. The percentiles are of the single calls, by the clock.
"""

import gc
import json
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook

from benchmarks.as_lambda import Context, load_handler, logged
from benchmarks.bare_aws import WEBHOOK_SECRET
from benchmarks.calls import Recorder
from benchmarks.measuring import Spent, about, arguments, compared, publish, rounded
from benchmarks.stage import stage, use
from benchmarks.world import settle_in
from upominek import bootstrap

CREDITOR = "hurt"
WARM = 20


def event_of(number: int) -> dict[str, Any]:
    """One invoice issued."""
    return {
        "type": "invoice.issued",
        "timestamp": "2026-03-02T09:00:00+00:00",
        "data": {
            "number": f"FV/{number}/2026",
            "amount": "1234.56",
            "currency": "PLN",
            "due_date": "2026-03-20",
            "issue_date": "2026-03-02",
            "debtor": {
                "id": f"K-{number}",
                "name": "Usługi Hydrauliczne",
                "phones": ["+48 450 000 001"],
                "emails": [f"faktury+{number}@example.com"],
            },
        },
    }


def request_of(number: int) -> dict[str, Any]:
    """The signed request, as the HTTP API hands it over."""
    body = json.dumps(event_of(number), ensure_ascii=False)
    now = datetime.fromtimestamp(int(time.time()), UTC)
    headers = {
        "content-type": "application/json",
        "webhook-id": f"msg-{number}",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(WEBHOOK_SECRET).sign(f"msg-{number}", now, body),
    }
    return {
        "version": "2.0",
        "routeKey": "POST /webhooks/{creditor}",
        "rawPath": f"/webhooks/{CREDITOR}",
        "headers": headers,
        "requestContext": {"http": {"method": "POST"}, "requestId": "TKx7DhqHliAEJYQ="},
        "pathParameters": {"creditor": CREDITOR},
        "body": body,
        "isBase64Encoded": False,
    }


class Times:
    """What single calls took."""

    def __init__(self) -> None:
        self.cpu: list[float] = []
        self.wall: list[float] = []

    def take(self, work: Callable[[dict[str, Any]], None], requests: Sequence[dict[str, Any]]) -> None:
        """Do the work for each request, and keep how long each took."""
        gc.collect()
        for request in requests:
            cpu, wall = time.process_time(), time.perf_counter()
            work(request)
            self.cpu.append(time.process_time() - cpu)
            self.wall.append(time.perf_counter() - wall)

    @property
    def middle(self) -> Spent:
        """The median call."""
        return Spent(statistics.median(self.cpu), statistics.median(self.wall))

    def percentiles(self) -> dict[str, float]:
        """Of the wall time, in milliseconds, and what the slowest of a hundred takes by the middle one."""
        cuts = statistics.quantiles(self.wall, n=100, method="inclusive")
        return {
            "p50_ms": rounded(cuts[49] * 1000),
            "p99_ms": rounded(cuts[98] * 1000),
            "p99_by_p50": round(cuts[98] / cuts[49], 2),
        }


def main() -> None:
    """Print the table and, as its last line, the same as JSON."""
    chosen = arguments(__doc__, events=600, runs=3)
    with stage() as playing:
        table = playing.create_table()
        use(playing, table)
        settle_in(playing.application(table), CREDITOR)
        handler, dynamodb = load_handler("receive_invoices"), playing.client("dynamodb")
        webhook = Webhook(WEBHOOK_SECRET)

        def ours(request: dict[str, Any]) -> None:
            answer = handler.handler(request, Context())
            assert answer["statusCode"] == 202, answer

        def bare(request: dict[str, Any]) -> None:
            webhook.verify(request["body"], request["headers"], json_parse=False)
            for name in ("id", "invoice"):
                item = {"pk": {"S": f"BARE#{request['headers']['webhook-id']}"}, "sk": {"S": name}}
                dynamodb.put_item(TableName=table, Item={**item, "content": {"S": request["body"]}})

        requests = [request_of(number) for number in range(chosen.events * chosen.runs + WARM)]
        ours_took, bare_took = Times(), Times()
        with logged(handler):
            Times().take(bare, requests[:WARM])
            recorder = Recorder()
            recorder.watch(bootstrap.application("receive_invoices").clients, "dynamodb", "secretsmanager")
            Times().take(ours, requests[:WARM])
            calls = {name: number / WARM for name, number in recorder.stop().counted().items()}
            for run in range(chosen.runs):
                some = requests[WARM + run * chosen.events :][: chosen.events]
                bare_took.take(bare, some)
                ours_took.take(ours, some)
        row = compared(ours_took.middle, bare_took.middle, 1.5)
        rows = {
            "one event": {**row, **ours_took.percentiles(), "reach_p99_by_p50": 3},
            "baseline": bare_took.percentiles(),
        }
        publish(about(events=chosen.events, runs=chosen.runs, calls_each=calls), rows)


if __name__ == "__main__":
    main()
