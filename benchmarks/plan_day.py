"""Planning a day: from the due index to reminders on the outbox.

    python -m benchmarks.plan_day [--invoices 50000] [--due 2500] [--times 10] [--shards 4] [--runs 5]

Three creditors: one with so many open invoices, of which so many are due; one who has beside them ten times as many
that are settled; one with ten times as many due. Baselines, measured in turn with it: the same pages of the index by
bare botocore, nothing done with them; and all the requests that planning makes (the pages, the debtors' cases, the
outbox) by bare botocore, nothing done with the answers. The table is dynoxide in memory, the queues take everything.
"""

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from benchmarks.calls import Recorder, replay
from benchmarks.measuring import about, arguments, compared, in_turn, publish
from benchmarks.stage import Stage, stage
from benchmarks.world import TODAY, cases, invoices, settle_in, settled_invoices
from upominek.adapters.aws.table import keys
from upominek.adapters.aws.table.typed_json import Item
from upominek.application.jobs import PlanJob

if TYPE_CHECKING:
    from upominek.bootstrap import Application

WORKERS = 8
"""As many as `PlanReminders` has."""


class Day:
    """One creditor's day, which can be planned again and again."""

    def __init__(self, playing: Stage, table: str, name: str, *, due: int, shards: int) -> None:
        self._client, self._table, self._name = playing.client("dynamodb"), table, name
        self._due, self._shards = due, shards
        self.application: Application = playing.application(table)
        settle_in(self.application, name, shards)

    def plan(self) -> None:
        """Plan every shard, one after another."""
        found = 0
        for shard in range(self._shards):
            job = PlanJob(creditor=self._name, campaign="default", shard=shard, day=TODAY)
            found += self.application.plan_reminders(job).reminders
        assert found == self._due, found

    def forget(self) -> None:
        """Let the day be unplanned."""
        partition = keys.creditor_partition(self._name)
        for number in range(self._shards):
            place = keys.run(self._name, "default", self._shards + number)
            self._client.delete_item(TableName=self._table, Key={"pk": {"S": partition}, "sk": {"S": place[1]}})

    def recorded(self) -> Recorder:
        """The calls that planning makes."""
        recorder = Recorder()
        recorder.watch(self.application.clients, "dynamodb", "sqs")
        self.plan()
        return recorder.stop()


def _creditor(name: str, count: int, due: int, shards: int) -> tuple[Iterator[Item], Iterator[Item]]:
    return cases(name, range(due)), invoices(name, count, due, shards)


def main() -> None:
    """Print the table and, as its last line, the same as JSON."""
    chosen = arguments(__doc__, invoices=50_000, due=2_500, times=10, shards=4, runs=5)
    count, due, times, shards = chosen.invoices, chosen.due, chosen.times, chosen.shards
    assert due * times <= count, "so many cannot be due"
    tables = {
        "tabela": chain(*_creditor("jeden", count, due, shards), *_creditor("dziesiec", count, due * times, shards)),
        "pelna": chain(*_creditor("jeden", count, due, shards), settled_invoices("jeden", count * times, count)),
    }
    with stage(tables) as playing:
        table, full_table = tables
        day = Day(playing, table, "jeden", due=due, shards=shards)
        busy_day = Day(playing, table, "dziesiec", due=due * times, shards=shards)
        full_day = Day(playing, full_table, "jeden", due=due, shards=shards)
        recorder = day.recorded()
        busy_day.plan()
        full_day.plan()
        bare = {service: playing.client(service) for service in ("dynamodb", "sqs")}
        pages, others = recorder.of("Query"), recorder.of("BatchGetItem", "SendMessageBatch")
        read_pages, do_others = replay(pages, bare.__getitem__), replay(others, bare.__getitem__, WORKERS)
        took = in_turn(
            chosen.runs,
            prepare=lambda: [one.forget() for one in (day, busy_day, full_day)],
            ours=day.plan,
            pages=read_pages,
            calls=lambda: (read_pages(), do_others()),
            full=full_day.plan,
            busy=busy_day.plan,
        )
        rows = {
            "by the index pages alone": compared(took["ours"], took["pages"], 1.25),
            "by all the same requests": compared(took["ours"], took["calls"]),
            f"{times} × settled, by none": compared(took["full"], took["ours"], 1.05),
            f"{times} × due, by once": compared(took["busy"], took["ours"], 1.05 * times),
        }
        facts = about(
            invoices=count,
            due=due,
            shards=shards,
            runs=chosen.runs,
            calls=dict(recorder.counted()),
            reminders_per_cpu_second=round(due / took["ours"].cpu),
        )
        publish(facts, rows)


if __name__ == "__main__":
    main()
