"""Letters that were made, and the batches that they are printed in, in the table."""

from collections.abc import Sequence
from datetime import date, datetime

from upominek.adapters.aws.table import keys
from upominek.adapters.aws.table.expressions import Update
from upominek.adapters.aws.table.table import ConditionFailed, DynamoRepository, is_new
from upominek.adapters.aws.table.typed_json import Item
from upominek.adapters.aws.table.values import time_text
from upominek.domain.letters.stored_letter import Batch, Route, StoredLetter
from upominek.domain.planning.letter_kind import LetterKind
from upominek.domain.values.unknown import read_word


class DynamoLetterRepository(DynamoRepository):
    """One partition for each creditor, by day. Which letters a batch has is one conditional write."""

    def add(self, letter: StoredLetter) -> StoredLetter:
        """Remember the letter, if its day and id are free; returns the one that stands there now. Idempotent."""
        try:
            self._table.put(keys.letter(letter.creditor, letter.day, letter.id), _letter_item(letter), is_new())
        except ConditionFailed as failure:
            if failure.item is not None:
                return _letter(failure.item)
            raise
        return letter

    def find(self, creditor: str, day: date, letter_id: str) -> StoredLetter | None:
        """A consistent read."""
        item = self._table.get(keys.letter(creditor, day, letter_id))
        return None if item is None else _letter(item)

    def of(self, creditor: str, day: date | None = None) -> Sequence[StoredLetter]:
        """The creditor's letters, of a day or all, by day and id; consistent."""
        prefix = keys.LETTER if day is None else f"{keys.LETTER}{day.isoformat()}#"
        return [_letter(item) for item in self._below(creditor, prefix)]

    def remove(self, letter: StoredLetter) -> None:
        """Strike it off the list. Idempotent."""
        self._table.delete(keys.letter(letter.creditor, letter.day, letter.id))

    def batches(self, creditor: str, day: date) -> Sequence[Batch]:
        """The batches of a day by number, consistent."""
        return [_batch(item) for item in self._below(creditor, f"{keys.BATCH}{day.isoformat()}#")]

    def open_batch(self, batch: Batch) -> bool:
        """Say which letters the batch has, once and for all; False where the number is taken."""
        item: Item = {
            "creditor": batch.creditor,
            "day": batch.day.isoformat(),
            "number": batch.number,
            "made_at": time_text(batch.made_at),
            "letters": list(batch.letters),
        }
        try:
            self._table.put(keys.batch(batch.creditor, batch.day, batch.number), item, is_new())
        except ConditionFailed:
            return False
        return True

    def close_batch(self, batch: Batch) -> None:
        """Note the hash and the pages of the batch's PDF. Idempotent."""
        update = Update()
        update.set("sha256", batch.sha256)
        update.set("pages", batch.pages)
        self._table.update(keys.batch(batch.creditor, batch.day, batch.number), update)

    def _below(self, creditor: str, prefix: str) -> list[Item]:
        # `~` comes after all that ids consist of.
        between = prefix, f"{prefix}~"
        partition = keys.letters_partition(creditor)
        return list(self._table.query(partition, between=between, is_consistent=True))


def _letter_item(letter: StoredLetter) -> Item:
    return {
        "creditor": letter.creditor,
        "debtor": letter.debtor,
        "day": letter.day.isoformat(),
        "id": letter.id,
        "kind": letter.kind.value,
        "route": letter.route.value,
        "at": time_text(letter.at),
        "sha256": letter.sha256,
        "pages": letter.pages,
        "name": letter.name,
        "address": list(letter.address),
    }


def _letter(item: Item) -> StoredLetter:
    return StoredLetter(
        creditor=item["creditor"],
        debtor=item["debtor"],
        day=date.fromisoformat(item["day"]),
        id=item["id"],
        kind=read_word(LetterKind, item["kind"]),
        route=read_word(Route, item["route"]),
        at=datetime.fromisoformat(item["at"]),
        sha256=item["sha256"],
        pages=int(item["pages"]),
        name=item["name"],
        address=tuple(item["address"]),
    )


def _batch(item: Item) -> Batch:
    return Batch(
        creditor=item["creditor"],
        day=date.fromisoformat(item["day"]),
        number=int(item["number"]),
        made_at=datetime.fromisoformat(item["made_at"]),
        letters=tuple(item["letters"]),
        sha256=item.get("sha256"),
        pages=int(item.get("pages", 0)),
    )
