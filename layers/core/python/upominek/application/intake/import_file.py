"""Importing files of invoices: check everything, then apply what is good, then say what became of it.

A file is surveyed, cut, checked chunk by chunk, merged (rows that contradict each other are found), applied chunk by
chunk and finished. The chunks of a large file go through the queue, side by side; a small file takes the same steps at
once. Every step may be killed and delivered again: it reads where the import stands, repeats what is not certain, and
ends where one clean run would have ended.
"""

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Final

from upominek.application.intake.apply_events import ApplyEvents
from upominek.application.intake.count_unreached import CountUnreached
from upominek.application.intake.doubts import (
    REOPENED,
    against_what_is_known,
    decided,
    held_until_decided,
    would_settle,
)
from upominek.application.intake.import_plan import (
    Arrival,
    ImportJob,
    ImportPlan,
    Step,
    chunk_blocks,
    is_there,
    path_of,
    survey_file,
)
from upominek.application.intake.import_report import (
    first_remarks,
    put_refusal,
    put_repetition,
    put_report,
    remarks_key,
)
from upominek.application.intake.import_workspace import Work, listing, listing_of_reject
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.files import TABLE_TYPE, FileStore, ReadTable, WriteTable
from upominek.application.ports.formats import Accepted, Asking, SourceFormats, StatementReader, asked_by
from upominek.application.ports.intake import ImportRecord, ImportRepository
from upominek.application.ports.invoices import InvoiceKey, InvoiceRepository
from upominek.application.ports.queues import Queues
from upominek.application.ports.world import Clock
from upominek.domain.errors import InvalidValue, NotFound, Refused, TableUnreadable, UpominekError
from upominek.domain.receivables.asks import NO_ANSWERS, Answers, file_asks, refuse_stray, silent_answers
from upominek.domain.receivables.events import InvoiceSettled, InvoiceStated, Statement
from upominek.domain.receivables.rejects import REJECTS_HEADER, Reject, Rejected, reject_line
from upominek.domain.receivables.remarks import REMARKS_HEADER, Remark
from upominek.domain.receivables.snapshot_guard import doubt_about, doubt_about_reopening
from upominek.domain.values.identifiers import parse_creditor_id
from upominek.domain.values.problem import Problem, TablePlace

SETTLED_AT_ONCE: Final = 500

CHECKING, APPLYING, DONE, FAILED, WAITING = "checking", "applying", "done", "failed", "waiting"
NEXT: Final = {Step.CHECK: Step.MERGE, Step.MERGE: Step.APPLY, Step.APPLY: Step.FINISH}
STATE_OF: Final = {Step.CHECK: CHECKING, Step.MERGE: CHECKING, Step.APPLY: APPLYING, Step.FINISH: APPLYING}

DISCARDED, OVERTAKEN = "import_discarded", "import_overtaken"
"""Why an import that waited has failed: a person let it go, or a newer list made it needless."""

NO_NUMBER: Final = "invoice_number_missing"
"""A row without a number is no invoice, but a line of sums or a remark, as reports have them at the end."""


@dataclass(kw_only=True)
class ImportFile:
    """Takes in files that were put into the bucket.

    Files in `incoming/` are statements about the invoices that they list; the same content a second time changes
    nothing. A file in `snapshot/` is the full list of open invoices as well: what it lacks is settled, unless that
    would settle more than a fifth of them, or a row cannot be read that may be one of them. Then nothing at all is
    applied until somebody confirms it.

    Attributes:
        real_time: the real time, which the bucket dates its files by; the clock may have been moved.
        chunk_bytes: large enough for a job to be worth its start, small enough to end long before its time is up.
        block_bytes: what is read, and told from other content, at a time.
    """

    creditors: CreditorRepository
    imports: ImportRepository
    invoices: InvoiceRepository
    files: FileStore
    queues: Queues
    apply_events: ApplyEvents
    count_unreached: CountUnreached
    clock: Clock
    formats: SourceFormats
    write_table: WriteTable
    read_table: ReadTable
    real_time: Callable[[], datetime]
    chunk_bytes: int = 4 * 1024 * 1024
    block_bytes: int = 1024 * 1024

    def __call__(self, task: Arrival | ImportJob) -> ImportRecord | None:
        """Do what a message of the queue asks for; see `arrived` and `work`."""
        return self.arrived(task) if isinstance(task, Arrival) else self.work(task)

    def arrived(self, arrival: Arrival) -> ImportRecord | None:
        """Begin with a file, or go on with it when it was told of before.

        Returns:
            The import as it stands now; None for what is no file of a creditor.

        Raises:
            Conflict, Unavailable: repeat it later.
        """
        if not arrival.is_file:
            return None
        try:
            self.creditors.get(parse_creditor_id(arrival.creditor))
        except (InvalidValue, NotFound) as error:
            put_refusal(self.files, arrival, error)
            return None
        try:
            record = self._begun(arrival)
        except NotFound:
            return None  # removed before anybody read it
        standing = self.imports.start(record)
        if standing.state == FAILED and not _is_same_upload(standing, record):
            # The same content failed before, for a reason that may be over: a new upload is a new attempt.
            record = replace(record, id=_digest(arrival.key, arrival.at.isoformat(), arrival.version))
            standing = self.imports.start(record)
        jobs, is_same = _open_jobs(standing), _is_same_upload(standing, record)
        if jobs or is_same:
            standing = self._carry_on(standing, jobs)
        if not is_same:
            put_repetition(self.files, arrival, standing)
        return standing

    def work(self, job: ImportJob) -> ImportRecord:
        """Take one step of an import, which may have been taken before.

        Returns:
            The import as it stands now.

        Raises:
            Conflict, Unavailable, NotFound: repeat it later.
        """
        record = self.imports.get(job.creditor, job.import_id)
        return self._carry_on(record, self._step(job))

    def confirm(
        self, creditor: str, import_id: str, answers: Answers = NO_ANSWERS, *, keeps: bool = False
    ) -> ImportRecord:
        """Let a file that waits be applied as it is, or, with what was asked about its columns answered, be read anew.

        Args:
            answers: what was asked and is not among them has nothing to do with payments.
            keeps: whether they hold for the creditor's next files, too.

        Raises:
            NotFound: no such import.
            Refused: `import_not_waiting`, `import_expired` when the file or what was found out about it is gone,
                `answer_stray` when nobody asked that.
            TableUnreadable: by these answers it is no table of invoices.
        """
        record = self.imports.get(creditor, import_id)
        plan = ImportPlan.from_json(record.plan)
        if record.state != WAITING:
            raise _not_waiting(record)
        if not is_there(self.files, plan) or not self._work(record).is_kept():
            raise Refused(
                "import_expired",
                pl="Pliku już nie ma albo się zmienił. Wgraj aktualną listę jeszcze raz.",
                en="The file is gone or has changed. Upload the current list once more.",
            )
        if plan.asks or answers:
            reader = self._reader(plan)
            refuse_stray(answers, plan.asks, reader.columns if isinstance(reader, Asking) else ())
            self._answer(record, plan, {**silent_answers(plan.asks), **answers}, keeps=keeps)
        else:
            released = replace(record, state=APPLYING, error_code=None, plan=replace(plan, error=None).to_json())
            self.imports.advance(creditor, import_id, WAITING, released)
        standing = self.imports.get(creditor, import_id)
        self.queues.import_chunks([job.to_dict() for job in _open_jobs(standing)])
        return standing

    def _answer(self, record: ImportRecord, plan: ImportPlan, answers: Answers, *, keeps: bool) -> None:
        """Have the file read anew, by these answers."""
        answered = plan.answered(answers)
        self._reader(answered)  # says whether it can be read so
        if keeps:
            self.imports.keep_answers(record.creditor, answers)
        if record.counts.get("held"):
            self._release(record)
        self._work(record).clean_up()
        anew = replace(record, state=CHECKING, counts={}, error_code=None, plan=answered.to_json())
        self.imports.restart(record.creditor, record.id, WAITING, anew)

    def discard(self, creditor: str, import_id: str) -> ImportRecord:
        """Let a file that waits go unused; what it lacks is addressed again.

        Raises:
            NotFound: no such import.
            Refused: `import_not_waiting`.
        """
        record = self.imports.get(creditor, import_id)
        if record.state != WAITING:
            raise _not_waiting(record)
        self._close(record, _discarded())
        return self.imports.get(creditor, import_id)

    # --- The way of an import -----------------------------------------------------------------------------------------

    def _begun(self, arrival: Arrival) -> ImportRecord:
        """A new record for the file, with the plan of how to read it."""
        now = self.clock.now()
        # The bucket knows the real time only; whole seconds, so that the hair between two clocks makes no difference.
        at = arrival.at + timedelta(seconds=round((now - self.real_time()).total_seconds()))
        error: UpominekError | None = None
        try:
            plan = survey_file(
                self.files,
                self.formats,
                arrival,
                at,
                chunk_bytes=self.chunk_bytes,
                block_bytes=self.block_bytes,
            )
            plan = plan.answered(self.imports.answers(arrival.creditor))
        except (TableUnreadable, Refused) as unreadable:
            error = unreadable
            plan = ImportPlan(
                key=arrival.key,
                at=at,
                uploaded_at=arrival.at,
                version=arrival.version,
                error=(error.code, error.pl, error.en),
            )
        if error or plan.is_snapshot:
            identity = (arrival.key, arrival.at.isoformat(), arrival.version)
        else:
            identity = (plan.digest, str(self.chunk_bytes), str(self.block_bytes))
        return ImportRecord(
            id=_digest(*identity),
            creditor=arrival.creditor,
            key=arrival.key,
            state=FAILED if error else CHECKING,
            started_at=now,
            finished_at=now if error else None,
            digest="" if error else plan.digest,
            chunks=0 if error else len(plan.known_survey.chunks),
            error_code=error.code if error else None,
            plan=plan.to_json(),
        )

    def _carry_on(self, record: ImportRecord, jobs: Sequence[ImportJob]) -> ImportRecord:
        """Have the jobs done, at once or, of a file with several chunks, by the queue; the import as it then stands."""
        if record.chunks > 1:
            if jobs:
                self.queues.import_chunks([job.to_dict() for job in jobs])
        else:
            waiting = deque(jobs)
            while waiting:
                waiting.extend(self._step(waiting.popleft()))
        standing = self.imports.get(record.creditor, record.id)
        if standing.state not in {CHECKING, APPLYING}:
            put_report(self.files, standing, first_remarks(self.files, self.read_table, standing))
        if standing.state in {DONE, FAILED}:
            self._work(standing).clean_up()
        return standing

    def _step(self, job: ImportJob) -> list[ImportJob]:
        """Do the job unless it was done before, and say what comes next."""
        record = self.imports.get(job.creditor, job.import_id)
        plan = ImportPlan.from_json(record.plan)
        if record.state == STATE_OF[job.step]:
            do = {Step.CHECK: self._check, Step.MERGE: self._merge, Step.APPLY: self._apply, Step.FINISH: self._finish}
            try:
                record = do[job.step](record, plan, job.chunk)
            except (Refused, TableUnreadable) as error:
                self._fail(record, plan, error)
                return []
        return [following for following in _open_jobs(record) if following.step is NEXT.get(job.step)]

    def _fail(self, record: ImportRecord, plan: ImportPlan, error: UpominekError) -> None:
        told = replace(plan, error=(error.code, error.pl, error.en))
        failed = replace(record, state=FAILED, finished_at=self.clock.now(), error_code=error.code, plan=told.to_json())
        self.imports.advance(record.creditor, record.id, record.state, failed)

    # --- The steps ----------------------------------------------------------------------------------------------------

    def _check(self, record: ImportRecord, plan: ImportPlan, number: int) -> ImportRecord:
        if number in record.checked:
            return record
        counts: Counter[str] = Counter(rows=0, accepted=0, rejected=0, unreadable=0)
        rejects: list[Reject] = []
        remarks: list[Remark] = []
        fingerprints: list[bytes] = []
        listed: list[bytes] = []
        stated: list[tuple[Accepted, InvoiceStated]] = []
        reader = self._reader(plan)
        for one in self._statements(plan, number, reader):
            counts["rows"] += 1
            if (fingerprint := one.fingerprint) is not None:
                fingerprints.append(fingerprint)
            if not isinstance(one, Rejected):
                counts["accepted"] += 1
                remarks.extend(one.remarks)
                if one.invoice is not None:
                    listed.append(listing(*one.invoice))
                    says = _as_listed(one.stated(plan.at), plan)
                    if isinstance(says, InvoiceStated):
                        stated.append((one, says))
                continue
            counts["rejected"] += 1
            rejects.extend(one.rejects)
            if fingerprint is not None:
                listed.append(listing_of_reject(fingerprint))
            elif all(reject.code != NO_NUMBER for reject in one.rejects):
                counts["unreadable"] += 1
        again = list(against_what_is_known(self.invoices, record.creditor, stated, reader.number_column))
        counts["reopening"] = sum(one.code == REOPENED for one in again)
        remarks = sorted([*remarks, *again], key=lambda one: one.where.row)
        self._work(record).put_checked(
            number, rejects, remarks, fingerprints, listed if plan.is_snapshot else None, asked_by(reader)
        )
        return self.imports.finish_chunk(record.creditor, record.id, "checked", number, counts)

    def _merge(self, record: ImportRecord, plan: ImportPlan, _: int) -> ImportRecord:
        if len(record.checked) < record.chunks:
            return record
        survey, work = plan.known_survey, self._work(record)
        counts = Counter(record.counts)
        found = work.merge_rows(survey.chunks, self._reader(plan).number_column)
        counts["accepted"] -= found["disagreeing"]
        counts["rejected"] += found["disagreeing"]
        counts["repeated"] = found["repeated"]
        self._put_table(f"rejected/{path_of(plan.key)}", REJECTS_HEADER, work.rejects(len(survey.chunks)))
        counts["remarks"] = self._put_table(remarks_key(plan.key), REMARKS_HEADER, work.remarks(len(survey.chunks)))
        asks = work.asks(len(survey.chunks))
        doubt = file_asks(asks) if asks else doubt_about_reopening(counts["accepted"], counts["reopening"])
        if plan.is_snapshot:
            doubt = self._doubt_about_list(record, plan, counts, doubt)
        error = (doubt.code, doubt.pl, doubt.en) if doubt else None
        merged = replace(
            record,
            state=WAITING if doubt else APPLYING,
            counts=counts,
            error_code=doubt.code if doubt else None,
            plan=replace(plan, error=error, asks=tuple(asks)).to_json(),
        )
        self.imports.advance(record.creditor, record.id, CHECKING, merged)
        return self.imports.get(record.creditor, record.id)

    def _doubt_about_list(
        self, record: ImportRecord, plan: ImportPlan, counts: Counter[str], doubt: Refused | None
    ) -> Refused | None:
        """Why the list must wait; then nobody is reminded of what it lacks until somebody has decided.

        Args:
            doubt: what else makes it wait.
        """
        creditor, work = self.creditors.get(record.creditor), self._work(record)
        lacks = work.put_missing(len(plan.known_survey.chunks), self.invoices.all_open(creditor.id, creditor.shards))
        settled = sum(1 for _ in would_settle(self.invoices, creditor.id, work.missing(), plan.at))
        counts.update(open=lacks["open"] - lacks["missing"] + settled, missing=settled)
        doubt = doubt or doubt_about(counts["open"], counts["missing"], counts["unreadable"])
        if doubt is not None:
            missing = would_settle(self.invoices, creditor.id, work.missing(), plan.at)
            counts["held"] = self.apply_events.apply(creditor, held_until_decided(missing, plan.at))["holds"]
        return doubt

    def _put_table(self, key: str, header: Sequence[str], told: Iterator[Problem[TablePlace]]) -> int:
        """Write what is to be told of cells; how much that is. No file where there is nothing to tell."""
        if (first := next(told, None)) is None:
            self.files.delete([key])  # of an earlier file with this name
            return 0
        count = 0

        def lines() -> Iterator[Sequence[object]]:
            nonlocal count
            for count, one in enumerate(chain((first,), told), 1):  # noqa: B007 - told when all are written
                yield reject_line(one)

        self.files.put_stream(key, self.write_table(header, lines()), TABLE_TYPE)
        return count

    def _apply(self, record: ImportRecord, plan: ImportPlan, number: int) -> ImportRecord:
        if number in record.applied:
            return record
        skipped = self._work(record).skipped(number)
        statements = self._statements(plan, number)
        good = (one for one in statements if not isinstance(one, Rejected) and one.row not in skipped)
        creditor = self.creditors.get(record.creditor)
        said = (told for one in good for told in (_as_listed(one.stated(plan.at), plan), *one.holds(plan.at)))
        counts = self.apply_events.apply(creditor, said, count=self.count_unreached)
        return self.imports.finish_chunk(record.creditor, record.id, "applied", number, counts)

    def _finish(self, record: ImportRecord, plan: ImportPlan, _: int) -> ImportRecord:
        if len(record.applied) < record.chunks:
            return record
        counts = Counter(record.counts)
        if plan.is_snapshot:
            counts["settled"] = self._settle(record, plan)
            if counts["held"]:
                self._release(record)
            self._close_older(record, plan)
        finished = replace(record, state=DONE, counts=counts, finished_at=self.clock.now())
        self.imports.advance(record.creditor, record.id, APPLYING, finished)
        return self.imports.get(record.creditor, record.id)

    def _close_older(self, record: ImportRecord, plan: ImportPlan) -> None:
        """Lists that wait are overtaken by a newer one that was applied: what they lack is known now."""
        for older in self.imports.recent(record.creditor):
            earlier = ImportPlan.from_json(older.plan)
            if older.id == record.id or not earlier.is_snapshot or earlier.at > plan.at:
                continue
            if older.state == WAITING:
                self._close(older, _overtaken())

    def _close(self, record: ImportRecord, reason: Refused) -> None:
        """End an import that waits, without applying it; what it lacks is addressed again."""
        plan = ImportPlan.from_json(record.plan)
        if plan.is_snapshot and self._work(record).is_kept():
            self._release(record)
        self._fail(record, plan, reason)

    def _release(self, record: ImportRecord) -> None:
        """Let what a list lacks be addressed again."""
        creditor = self.creditors.get(record.creditor)
        at = max(self.clock.now(), ImportPlan.from_json(record.plan).at)
        self.apply_events.apply(creditor, decided(self._work(record).missing(), at))

    def _settle(self, record: ImportRecord, plan: ImportPlan) -> int:
        """Settle the open invoices that the snapshot lacks; how many that were."""
        creditor = self.creditors.get(record.creditor)
        missing = self._work(record).missing()
        settled = 0
        while some := list(islice(missing, SETTLED_AT_ONCE)):
            keys = [InvoiceKey(creditor.id, debtor, number) for debtor, number in some]
            # What was paid or cancelled meanwhile is closed already; what this very import settled counts again.
            events = [
                InvoiceSettled(number=invoice.number, debtor_id=invoice.debtor, at=plan.at)
                for invoice in self.invoices.get_many(keys).values()
                if invoice.is_open or invoice.settled_at == plan.at
            ]
            settled += self.apply_events.apply(creditor, events)["settled"]
        return settled

    def _statements(
        self, plan: ImportPlan, number: int, reader: StatementReader | None = None
    ) -> Iterator[Accepted | Rejected]:
        """What a chunk says, all of it read before the first statement is believed."""
        chunk = plan.known_survey.chunks[number]
        return (reader or self._reader(plan)).read(list(chunk_blocks(self.files, plan, chunk)), chunk.first_row)

    def _reader(self, plan: ImportPlan) -> StatementReader:
        return self.formats.named(plan.format).reader(plan.known_survey.format)

    def _work(self, record: ImportRecord) -> Work:
        return Work(self.files, f"work/{record.creditor}/{record.id}/")


def _open_jobs(record: ImportRecord) -> list[ImportJob]:
    """What is to be done next, as far as it is not done."""

    def jobs(step: Step, chunks: Sequence[int]) -> list[ImportJob]:
        return [ImportJob(creditor=record.creditor, import_id=record.id, step=step, chunk=number) for number in chunks]

    every = range(record.chunks)
    if record.state == CHECKING:
        return jobs(Step.CHECK, sorted(set(every) - record.checked)) or jobs(Step.MERGE, [0])
    if record.state == APPLYING:
        return jobs(Step.APPLY, sorted(set(every) - record.applied)) or jobs(Step.FINISH, [0])
    return []


def _is_same_upload(one: ImportRecord, other: ImportRecord) -> bool:
    return ImportPlan.from_json(one.plan).same_upload(ImportPlan.from_json(other.plan))


def _not_waiting(record: ImportRecord) -> Refused:
    return Refused(
        "import_not_waiting",
        pl=f"Ten import nie czeka na potwierdzenie (stan: {record.state}).",
        en=f"This import does not wait for a confirmation (state: {record.state}).",
    )


def _overtaken() -> Refused:
    return Refused(
        OVERTAKEN,
        pl="Nowsza pełna lista została już wczytana; ta nie jest potrzebna.",
        en="A newer full list was taken in; this one is not needed any more.",
    )


def _discarded() -> Refused:
    return Refused(
        DISCARDED,
        pl="Plik został odrzucony przez osobę, która go sprawdziła; niczego z niego nie przyjęto.",
        en="A person looked at the file and let it go; nothing of it was taken in.",
    )


def _as_listed(statement: Statement, plan: ImportPlan) -> Statement:
    """The statement; in a full list of what is open, it says that the invoice is."""
    if not plan.is_snapshot or not isinstance(statement, InvoiceStated):
        return statement
    return replace(statement, header=replace(statement.header, is_listed=True, source="list"))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]
