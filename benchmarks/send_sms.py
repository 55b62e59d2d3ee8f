"""Processor time for each SMS sent: from the record of SQS, through the handler, to the reminder on record.

    python -m benchmarks.send_sms [--messages 500] [--runs 5] [--batch 10]

Baselines, measured in turn with it: one bare `sns.publish` and two bare `update_item` calls against the same endpoints;
and the very requests that sending makes, by bare botocore, nothing done with the answers. What the first one leaves out
is what at-most-once costs in requests, what the second one leaves out is our own code. The wait for the account's pace
is none here. `--profile 1` prints where the time goes instead.
"""

import cProfile
import io
import pstats
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice
from types import ModuleType
from typing import Any

from benchmarks.as_lambda import Context, load_handler, logged, sqs_event
from benchmarks.calls import Recorder, on_twin, replay
from benchmarks.measuring import about, arguments, compared, in_turn, publish
from benchmarks.stage import Stage, stage, use
from benchmarks.world import cases, debtors_for, due_invoices, outbox, settle_in
from upominek import bootstrap
from upominek.domain.values.channel import Channel

CREDITOR = "hurt"
TEXT = (
    "Hurtownia: przypominamy o fakturze FV/1/2026 na 123,45 PLN, termin 25.02.2026. Pytania: 455 000 000. " + "." * 30
)
WARM = 50


class Sending:
    """Reminders that wait on the outbox, and the function that sends them."""

    def __init__(self, playing: Stage, tables: Sequence[str], channel: Channel, count: int, batch: int) -> None:
        numbers = debtors_for(channel, count)
        for table in tables:
            playing.load(table, cases(CREDITOR, numbers))
            playing.load(table, due_invoices(CREDITOR, numbers))
        self._waiting = outbox(CREDITOR, numbers, channel)
        self._batch = batch

    def take(self, count: int) -> list[list[dict[str, Any]]]:
        """The next reminders, in batches; none is sent twice."""
        bodies = (item.to_dict() for item in islice(self._waiting, count))
        return list(iter(lambda: list(islice(bodies, self._batch)), []))

    @staticmethod
    def send(handler: ModuleType, batches: list[list[dict[str, Any]]]) -> None:
        """Call the function with each batch."""
        for batch in batches:
            answer = handler.handler(sqs_event(batch), Context())
            assert not answer["batchItemFailures"], answer


def bare_three(playing: Stage, table: str, count: int) -> Callable[[], None]:
    """One publish and two updates for each message."""
    sns, dynamodb = playing.client("sns"), playing.client("dynamodb")
    attributes = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}

    def work() -> None:
        for number in range(count):
            sns.publish(PhoneNumber="+48450000001", Message=TEXT, MessageAttributes=attributes)
            for name in ("claimed", "sent"):
                dynamodb.update_item(
                    TableName=table,
                    Key={"pk": {"S": f"BARE#{number}"}, "sk": {"S": "REMINDER"}},
                    UpdateExpression="SET #a = :a",
                    ExpressionAttributeNames={"#a": name},
                    ExpressionAttributeValues={":a": {"S": TEXT}},
                )

    return work


def main() -> None:
    """Print the table and, as its last line, the same as JSON."""
    chosen = arguments(__doc__, messages=500, runs=5, batch=10, profile=0)
    count, runs = chosen.messages, chosen.runs
    with stage() as playing:
        table, twin = playing.create_table(), playing.create_table()
        settle_in(playing.application(table), CREDITOR)
        sending = Sending(playing, (table, twin), Channel.SMS, count * runs + WARM, chosen.batch)
        use(playing, table)
        handler = load_handler("send_reminder")
        clients = bootstrap.application("send_reminder").clients
        with logged(handler):
            sending.send(handler, sending.take(WARM))
            if chosen.profile:
                found = profiled(lambda: sending.send(handler, sending.take(count)))
        if chosen.profile:
            print(found)
            return
        recorder = Recorder()
        recorder.watch(clients, "dynamodb", "sns", "sqs")
        bare = {service: playing.client(service) for service in ("dynamodb", "sns", "sqs")}
        counted: Counter[str] = Counter()

        def same() -> None:
            calls = on_twin(recorder.taken(), table, twin)
            counted.update(f"{call.service}.{call.operation}" for call in calls)
            replay(calls, bare.__getitem__)()

        ours = iter([sending.take(count) for _ in range(runs)])
        with logged(handler) as log:
            took = in_turn(
                runs,
                three=bare_three(playing, table, count),
                ours=lambda: sending.send(handler, next(ours)),
                same=same,
            )
            said = len(log.getvalue().encode())
        rows = {
            "by 1 publish + 2 updates": compared(took["ours"], took["three"], 1.3, per=count),
            "by the same requests": compared(took["ours"], took["same"], per=count),
        }
        calls = {name: round(number / count / runs, 2) for name, number in counted.items()}
        publish(about(messages=count, runs=runs, calls_each=calls, log_bytes_each=round(said / count / runs)), rows)


def profiled(work: Callable[[], object]) -> str:
    """Where the time goes."""
    profile, text = cProfile.Profile(), io.StringIO()
    profile.runcall(work)
    pstats.Stats(profile, stream=text).sort_stats("tottime").print_stats(45)
    return text.getvalue()


if __name__ == "__main__":
    main()
