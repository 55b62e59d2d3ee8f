"""Imports of files in the table: how far each has come."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from upominek.adapters.aws.table import keys
from upominek.adapters.aws.table.expressions import Update
from upominek.adapters.aws.table.table import ConditionFailed, DynamoRepository, is_new
from upominek.adapters.aws.table.text_packing import pack, unpack
from upominek.adapters.aws.table.typed_json import Item
from upominek.adapters.aws.table.values import time_text
from upominek.application.ports.intake import ImportRecord
from upominek.domain.errors import NotFound


class DynamoImportRepository(DynamoRepository):
    """Imports, each one item; finished chunks are sets of numbers, so that chunks side by side never wait."""

    def start(self, record: ImportRecord) -> ImportRecord:
        """Store the record if its id is new; returns what stands there now."""
        item = {
            **_what(record),
            **_how_far(record),
            "checked": record.checked or None,
            "applied": record.applied or None,
        }
        try:
            self._table.put(keys.import_record(record.creditor, record.id), item, is_new())
            standing = record
        except ConditionFailed as failure:
            standing = self.get(record.creditor, record.id) if failure.item is None else _record(failure.item)
        # Also when the record stood there: whoever stored it may have died before this line.
        self._table.put(keys.arrival(record.creditor, standing.started_at, standing.id), {})
        return standing

    def get(self, creditor: str, import_id: str) -> ImportRecord:
        """A consistent read. Raises: NotFound."""
        item = self._table.get(keys.import_record(creditor, import_id))
        if item is None:
            raise _not_found(import_id)
        return _record(item)

    def finish_chunk(
        self, creditor: str, import_id: str, phase: str, chunk: int, counts: Mapping[str, int]
    ) -> ImportRecord:
        """Note that a chunk is `checked` or `applied` and add its counts, once; returns the record now."""
        update = Update()
        update.add({chunk}, phase)
        for name, count in counts.items():
            update.add(count, "counts", name)
        update.condition = (
            f"attribute_exists({update.name(keys.PK)}) AND NOT contains({update.name(phase)}, {update.value(chunk)})"
        )
        try:
            return _record(self._table.update(keys.import_record(creditor, import_id), update, wants_item=True))
        except ConditionFailed as failure:
            if failure.item is None:
                raise _not_found(import_id) from None
            return _record(failure.item)

    def advance(self, creditor: str, import_id: str, from_state: str, record: ImportRecord) -> bool:
        """Take over everything but the finished chunks, if the state is still `from_state`. Raises: NotFound."""
        return self._advance(creditor, import_id, from_state, record, Update())

    def restart(self, creditor: str, import_id: str, from_state: str, record: ImportRecord) -> bool:
        """The same, and no chunk counts as finished any more."""
        update = Update()
        update.remove("checked")
        update.remove("applied")
        return self._advance(creditor, import_id, from_state, record, update)

    def _advance(self, creditor: str, import_id: str, from_state: str, record: ImportRecord, update: Update) -> bool:
        for name, value in _how_far(record).items():
            if value is None:
                update.remove(name)
            else:
                update.set(name, value)
        update.condition = f"{update.name('state')} = {update.value(from_state)}"
        try:
            self._table.update(keys.import_record(creditor, import_id), update)
        except ConditionFailed as failure:
            if failure.item is None:
                raise _not_found(import_id) from None
            return False
        return True

    def recent(self, creditor: str, limit: int = 20) -> Sequence[ImportRecord]:
        """Newest first."""
        arrivals = self._table.query(
            keys.creditor_partition(creditor), prefix=keys.ARRIVAL, newest_first=True, limit=limit, is_consistent=True
        )
        ids = [item[keys.SK].rpartition("#")[2] for item in arrivals]
        found = self._table.get_many([keys.import_record(creditor, one) for one in ids])
        return [_record(found[key]) for one in ids if (key := keys.import_record(creditor, one)) in found]

    def answers(self, creditor: str) -> Mapping[str, str]:
        """What was kept; a consistent read."""
        item = self._table.get(keys.import_answers(creditor))
        return {} if item is None else item["answers"]

    def keep_answers(self, creditor: str, answers: Mapping[str, str]) -> None:
        """Keep these too."""
        together = {**self.answers(creditor), **answers}
        self._table.put(keys.import_answers(creditor), {"answers": together})


def _what(record: ImportRecord) -> Item:
    return {"file": record.key, "started_at": time_text(record.started_at)}


def _how_far(record: ImportRecord) -> Item:
    return {
        "state": record.state,
        "finished_at": time_text(record.finished_at),
        "digest": record.digest or None,
        "chunks": record.chunks,
        "counts": dict(record.counts),
        "error_code": record.error_code,
        "plan": pack(record.plan) if record.plan else None,
    }


def _record(item: Item) -> ImportRecord:
    creditor, import_id = keys.import_in(item[keys.PK], item[keys.SK])
    finished_at = item.get("finished_at")
    return ImportRecord(
        id=import_id,
        creditor=creditor,
        key=item["file"],
        state=item["state"],
        started_at=datetime.fromisoformat(item["started_at"]),
        finished_at=None if finished_at is None else datetime.fromisoformat(finished_at),
        digest=item.get("digest", ""),
        chunks=item["chunks"],
        checked=frozenset(item.get("checked", ())),
        applied=frozenset(item.get("applied", ())),
        counts=item["counts"],
        error_code=item.get("error_code"),
        plan=unpack(item["plan"]) if "plan" in item else "",
    )


def _not_found(import_id: str) -> NotFound:
    return NotFound("import_not_found", pl=f"Nie ma importu „{import_id}”.", en=f"There is no import “{import_id}”.")
