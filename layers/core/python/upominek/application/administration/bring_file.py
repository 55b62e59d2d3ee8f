"""Bring a file in, as one that is dropped into the bucket comes in, and wait for its report; and list what came in."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from upominek.application.intake.import_file import ImportFile
from upominek.application.intake.import_report import report_of
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.files import FileStore, ReadTable
from upominek.application.ports.intake import ImportRecord, ImportRepository
from upominek.application.ports.world import Clock
from upominek.domain.errors import NotFound, Unavailable
from upominek.domain.parties.actor import Actor
from upominek.domain.receivables.asks import NO_ANSWERS, Answers
from upominek.domain.receivables.rejects import Reject, reject_of

FIRST_PAUSE_SECONDS: Final = 0.2
LONGEST_PAUSE_SECONDS: Final = 5.0
LONGEST_WAIT: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of a file: its report as it was written, and the cells that were rejected."""

    report: Mapping[str, Any]
    rejects: tuple[Reject, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BringFile:
    """Puts a file where files come in, and waits for its report.

    Attributes:
        real_time: for how long it waits; the clock may have been moved.
    """

    creditors: CreditorRepository
    files: FileStore
    clock: Clock
    real_time: Callable[[], datetime]
    read_table: ReadTable

    def __call__(
        self,
        actor: Actor,
        creditor: str,
        name: str,
        content: Iterable[bytes],
        *,
        is_snapshot: bool = False,
        wait: timedelta = LONGEST_WAIT,
    ) -> FileReport:
        """Bring it in.

        Args:
            name: of the file; the same name again replaces the report of the earlier one.
            is_snapshot: whether the file lists all open invoices, so that what it lacks is settled.

        Raises:
            NotFound: `creditor_not_found`.
            Unavailable: there is still no report after the wait; the import may still be under way.
        """
        actor.require(creditor)
        self.creditors.get(creditor)
        until = self.real_time() + wait
        report_key = f"reports/{creditor}/{name}.json"
        before = self._report(report_key)
        self.files.put_stream(f"{'snapshot' if is_snapshot else 'incoming'}/{creditor}/{name}", content)
        pause = FIRST_PAUSE_SECONDS
        while (report := self._report(report_key)) is None or report == before:
            if self.real_time() > until:
                raise Unavailable(f"the report on {name}")
            self.clock.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)
        return FileReport(report, self._rejects(report))

    def _report(self, key: str) -> dict[str, Any] | None:
        try:
            with self.files.open(key) as stream:
                report: dict[str, Any] = json.load(stream)
        except NotFound:
            return None
        return report

    def _rejects(self, report: Mapping[str, Any]) -> tuple[Reject, ...]:
        if not report.get("rejects_file"):
            return ()
        with self.files.open(report["rejects_file"]) as stream:
            _, *rows = self.read_table(stream.read())
        return tuple(reject_of(line) for line in rows)


@dataclass(frozen=True, slots=True)
class ConfirmImport:
    """Decides about a file that waits, since it would settle or open again much, or since something was asked."""

    imports: ImportFile

    def __call__(
        self,
        actor: Actor,
        creditor: str,
        import_id: str,
        answers: Answers = NO_ANSWERS,
        *,
        keeps: bool = False,
        discards: bool = False,
    ) -> ImportRecord:
        """Let it through, or let it go unused; see `ImportFile.confirm` and `ImportFile.discard`."""
        actor.require(creditor)
        if discards:
            return self.imports.discard(creditor, import_id)
        return self.imports.confirm(creditor, import_id, answers, keeps=keeps)


@dataclass(frozen=True, slots=True)
class ShowImports:
    """Lists imports."""

    creditors: CreditorRepository
    imports: ImportRepository

    def __call__(self, creditor: str) -> Sequence[Mapping[str, Any]]:
        """The reports on the newest imports of a creditor, as they stand. Raises: NotFound."""
        self.creditors.get(creditor)
        return [report_of(one) for one in self.imports.recent(creditor)]
