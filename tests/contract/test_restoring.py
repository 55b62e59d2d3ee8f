"""Backup and restore, tried on the engine of the embedded default: its file is put back as it was some time before."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path

import pytest

from tests.contract.conftest import DYNOXIDE, PLATFORM, Store, _await, create_table, dynamo_store, dynamodb
from tests.unit.application.operations.test_reconcile_after_restore import close, planned, reopen
from tests.unit.application.receipts.test_record_receipt import FALLBACK, report
from tests.worlds.stage import CAMPAIGN, CREDITOR, ISSUED_AT, ITEM, NOW, Stage
from upominek.adapters.memory.world import World
from upominek.application.sending.send_reminder import SendOutcome
from upominek.domain.messages.receipt import Action, ReceiptKind
from upominek.domain.messages.reminder_status import ReminderStatus


class StageOnFile(Stage):
    """The stage with its table in the engine; queues, carriers, manifests and files are outside of it."""

    def __init__(self) -> None:
        World.__init__(self, NOW)

    def use(self, store: Store) -> None:
        self.__dict__ |= {one.name: getattr(store, one.name) for one in fields(store)}

    def begin(self) -> None:
        self._stated_at = ISSUED_AT
        self.creditors.save(CREDITOR)
        self.creditors.save_campaign("rura", CAMPAIGN)
        self.debtor()
        self.invoice("FV/1")


@contextmanager
def engine(file: Path) -> Iterator[str]:
    """The address of an engine that keeps its table in this file."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(DYNOXIDE), "serve", "--port", str(port), "--db-path", str(file)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            _await(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.mark.skipif(not DYNOXIDE.exists(), reason=f"dynoxide has no binary for {PLATFORM}")
@pytest.mark.parametrize("is_closed", [True, False])
def test_after_a_restore_nothing_that_went_before_goes_again(tmp_path: Path, *, is_closed: bool) -> None:
    """Without the command it does: the other half of the test is what makes this one worth something."""
    stage, file, backup = StageOnFile(), tmp_path / "table.sqlite", tmp_path / "backup"
    with engine(file) as address:
        client = dynamodb(address)
        table = create_table(client)
        stage.use(dynamo_store(client, table))
        stage.begin()
    shutil.copytree(tmp_path, backup)

    with engine(file) as address:
        stage.use(dynamo_store(dynamodb(address), table))
        stage.manifests.write("rura", ITEM.day, planned(ITEM))
        assert stage.send() is SendOutcome.SENT
        failed = replace(report(ReceiptKind.FAILED, Action.FALLBACK), key=stage.reminder().key)
        stage.recorder()(failed, {})
        assert [stage.send(item) for item in stage.queues.take_outbox()] == [SendOutcome.SENT]

    for one in tmp_path.glob("table.sqlite*"):
        one.unlink()
    shutil.copytree(backup, tmp_path, dirs_exist_ok=True)
    with engine(file) as address:
        stage.use(dynamo_store(dynamodb(address), table))
        assert stage.is_unclaimed()
        if is_closed:
            assert (close(stage).reminders, close(stage).reminders) == (1, 0)
            assert stage.send() is SendOutcome.LANE_STOPPED
            reopen(stage)
        outcomes = [stage.send(), stage.send(FALLBACK)]
        assert outcomes == [SendOutcome.ALREADY_HANDLED if is_closed else SendOutcome.SENT] * 2
        assert (len(stage.sms.sent), len(stage.email.sent)) == ((1, 1) if is_closed else (2, 2))
        if is_closed:
            assert stage.reminder().status is ReminderStatus.UNKNOWN
            assert len(stage.file().reminders) == 2
