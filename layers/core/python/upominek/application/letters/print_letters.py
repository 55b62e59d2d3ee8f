"""The day's letters in batches to print: one document, and a table that says what is in it.

Which letters a batch has is said by one write and never changes, so a letter is in exactly one, whoever asks at the
same moment. A letter that comes after a batch was made is in the next one of its day.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from typing import Final

from upominek.application.letters.store_letter import PDF
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.files import TABLE_TYPE, FileStore, WriteTable
from upominek.application.ports.letters import LetterRepository
from upominek.application.ports.world import Clock
from upominek.domain.errors import InvalidValue, NotFound
from upominek.domain.letters.stored_letter import LARGEST_BATCH, Batch, StoredLetter, waiting

Join = Callable[[Sequence[bytes], date], tuple[bytes, int]]
"""From letters to one document and the number of its pages."""

WORKERS: Final = 8
"""Files read at once."""
_COLUMNS: Final = ("number", "debtor", "name")
_MORE_COLUMNS: Final = ("kind", "pages", "first_page", "sha256", "reminder")


class PrintLetters:
    """Gathers what waits to be printed."""

    def __init__(
        self,
        *,
        creditors: CreditorRepository,
        letters: LetterRepository,
        files: FileStore,
        clock: Clock,
        join: Join,
        write_table: WriteTable,
    ) -> None:
        self._creditors = creditors
        self._letters = letters
        self._files = files
        self._clock = clock
        self._join = join
        self._write_table = write_table

    def __call__(self, creditor: str, day: date | None = None) -> Sequence[Batch]:
        """Put what waits into a new batch, finish what was begun. Idempotent.

        Args:
            day: of the letters; None for the creditor's today.

        Returns:
            All batches of the day, by number.

        Raises:
            NotFound: `creditor_not_found`.
            InvalidValue: `letter_changed`: a kept file is not what the list says.
        """
        keeper = self._creditors.get(creditor)
        day = day or keeper.hours.local_day(self._clock.now())
        while True:
            letters, batches = self._letters.of(creditor, day), self._letters.batches(creditor, day)
            if not (rest := waiting(letters, batches)):
                break
            ids = tuple(one.id for one in rest[:LARGEST_BATCH])
            # Who loses the number to somebody else looks again at what still waits.
            self._letters.open_batch(Batch(creditor, day, len(batches) + 1, self._clock.now(), ids))
        by_id = {one.id: one for one in letters}
        return [self._finished(batch, [by_id[one] for one in batch.letters if one in by_id]) for batch in batches]

    def all(self) -> Iterator[Batch]:
        """The batches of today and, in case that evening was missed, of the day before, of every creditor."""
        for creditor in self._creditors.ids():
            today = self._creditors.get(creditor).hours.local_day(self._clock.now())
            for day in (today - timedelta(days=1), today):
                yield from self(creditor, day)

    def _finished(self, batch: Batch, letters: Sequence[StoredLetter]) -> Batch:
        if batch.sha256 is not None:
            return batch
        with ThreadPoolExecutor(WORKERS) as pool:
            contents = list(pool.map(partial(read_letter, self._files), letters))
        document, pages = self._join(contents, batch.day)
        self._files.put(batch.key, document, PDF)
        self._files.put(batch.index_key, b"".join(self._write_table(*index_of(letters))), TABLE_TYPE)
        finished = replace(batch, sha256=sha256(document).hexdigest(), pages=pages)
        self._letters.close_batch(finished)
        return finished


def read_letter(files: FileStore, letter: StoredLetter) -> bytes:
    """The file of a letter, as it was kept.

    Raises:
        NotFound: `file_not_found`.
        InvalidValue: `letter_changed`.
    """
    with files.open(letter.key) as stream:
        content = stream.read()
    if sha256(content).hexdigest() != letter.sha256:
        raise changed(letter)
    return content


def changed(letter: StoredLetter) -> InvalidValue:
    """A file is not the letter that was kept."""
    return InvalidValue(
        "letter_changed",
        pl=f"Plik {letter.key} nie jest tym pismem, które zapisano: skrót się nie zgadza. Przywróć jego wcześniejszą "
        "wersję (bucket je przechowuje).",
        en=f"The file {letter.key} is not the letter that was kept: its hash differs. Restore its earlier version, "
        "which the bucket has.",
    )


def index_of(letters: Sequence[StoredLetter]) -> tuple[Sequence[str], Iterator[Sequence[object]]]:
    """The table of a batch, header and rows: whose letter begins on which page."""
    lines = max((len(one.address) for one in letters), default=0)
    header = (*_COLUMNS, *(f"address_{number}" for number in range(1, lines + 1)), *_MORE_COLUMNS)

    def rows() -> Iterator[Sequence[object]]:
        first = 1
        for number, one in enumerate(letters, 1):
            address = (*one.address, *[""] * (lines - len(one.address)))
            yield (number, one.debtor, one.name, *address, one.kind.value, one.pages, first, one.sha256, one.id)
            first += one.pages

    return header, rows()


def letter_of(letters: Sequence[StoredLetter], letter_id: str) -> StoredLetter:
    """The letter of this id. Raises: NotFound."""
    for one in letters:
        if one.id == letter_id:
            return one
    raise NotFound(
        "letter_not_found",
        pl=f"Nie ma pisma {letter_id}. Listę pokazuje: upominek letter list.",
        en=f"There is no letter {letter_id}. `upominek letter list` shows them.",
    )
