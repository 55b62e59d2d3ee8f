"""What the cells of many rows say, column by column: canonical texts, and the cells that are at fault."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import repeat

from upominek.adapters.formats.csv import cells as reading
from upominek.adapters.formats.csv.columns import Columns
from upominek.adapters.formats.csv.doubtful_columns import DoubtfulColumns
from upominek.adapters.formats.csv.fields import COLUMNS, OF_PAYMENT, Field
from upominek.adapters.formats.csv.payment_columns import (
    Contradiction,
    Found,
    left_and_paid,
    told_together,
)
from upominek.adapters.formats.csv.payment_words import Told
from upominek.adapters.formats.csv.shortcuts import plain_amounts, plain_ids
from upominek.domain.errors import InvalidValue
from upominek.domain.receivables.asks import (
    LONGEST_WORD,
    MOST_WORDS,
    NO_ANSWERS,
    STATUS_UNKNOWN,
    Answers,
    Ask,
    WordMeaning,
    word_key,
)

Reader = Callable[[str], str]
Texts = Sequence[str]

WORD_READERS: Mapping[Field, Reader] = {
    Field.STATUS: reading.read_status,
    Field.CANCELLED: reading.read_cancelled,
    Field.PAID_ON: reading.read_payment_date,
    Field.PAYMENT_ON: reading.read_payment_date,
}
"""Of the columns of payments that hold no amounts."""

TOLD_OF: Mapping[str, Told] = {
    WordMeaning.PAID: Told.PAID,
    WordMeaning.UNPAID: Told.OPEN,
    WordMeaning.PART: Told.PART,
    WordMeaning.CANCELLED: Told.CANCELLED,
    WordMeaning.DRAFT: Told.DRAFT,
    WordMeaning.NONE: Told.NOTHING,
}
"""What a person may say of a word."""

REMEMBERED_CELLS = 10_000
MANY = 4


class Faults(defaultdict[int, dict[int, InvalidValue]]):
    """By the place of a row among those read together, and by column, what is wrong: at most one thing a cell.

    Attributes:
        fatal: the places of rows that cannot be taken; the others are, without the cells at fault.
    """

    def __init__(self, dispensable: frozenset[int]) -> None:
        """Args: dispensable: columns without which the debt is known."""
        super().__init__(dict)
        self.fatal: set[int] = set()
        self._dispensable = dispensable

    def add(self, place: int, column: int, error: InvalidValue, *, is_needed: bool = False) -> None:
        """The first error of a cell explains the ones that follow from it.

        Args:
            is_needed: the row cannot be taken without it, whatever the column is.
        """
        self[place].setdefault(column, error)
        if is_needed or column not in self._dispensable:
            self.fatal.add(place)

    def forget(self, place: int, column: int) -> None:
        """What looked wrong in the cell is right after all."""
        self[place].pop(column, None)
        if all(one in self._dispensable for one in self[place]):
            self.fatal.discard(place)
        if not self[place]:
            del self[place]

    def note(self, place: int, column: int, error: InvalidValue) -> None:
        """Something in the cell was not understood; the row is taken with the rest of it."""
        self[place].setdefault(column, error)


class ValueReader:
    """Reads cells into one canonical text for each of `fields`.

    Attributes:
        fields: in the order of the values; one that may have several columns is there for each.
    """

    def __init__(self, columns: Columns, answers: Answers = NO_ANSWERS) -> None:
        places = columns.places
        plan = [
            (field, place, known.plain or _none_plain, _Remembering(known.read).__getitem__)
            for field, known in COLUMNS.items()
            if known.read is not None
            for place in places.get(field, ())
        ]
        self._plan = [step[1:] for step in plan]
        self._dispensable = frozenset(
            place for field, known in COLUMNS.items() if known.is_dispensable for place in places.get(field, ())
        )
        # This order is part of what rows are compared by, and of what an import under way has kept of them.
        self.fields = (*(field for field, *_ in plan), Field.DEBTOR_ID, Field.AMOUNT, Field.PAID)
        self.number_place = self.fields.index(Field.NUMBER)
        self._nip_place = self.fields.index(Field.NIP) if Field.NIP in places else None
        self._currency_place = self.fields.index(Field.CURRENCY) if Field.CURRENCY in places else None
        # Without an id's column there is a NIP's: `match_columns` has seen to it.
        self._has_ids = Field.DEBTOR_ID in places
        self._id_column = places[Field.DEBTOR_ID if self._has_ids else Field.NIP][0]
        self._amount_column = places[Field.AMOUNT][0]
        self._due_column = places[Field.DUE_ON][0]
        self._columns = columns
        self._has_payments = any(field in places for field in OF_PAYMENT)
        self._read_id = _Remembering(reading.read_debtor_id).__getitem__
        self._amount_readers = _ReaderByCurrency(reading.read_amount)
        self._paid_readers = _ReaderByCurrency(reading.read_paid)
        self._outstanding_readers = _ReaderByCurrency(reading.read_outstanding)
        self._answers = answers
        self._word_readers = {
            field: _Remembering(partial(self._word, read)).__getitem__ for field, read in WORD_READERS.items()
        }
        self._unknown: defaultdict[int, dict[str, None]] = defaultdict(dict)
        self._doubtful = DoubtfulColumns(columns)

    def read(self, columns: Sequence[Texts]) -> tuple[list[Texts], Faults]:
        """The canonical texts of each field, empty where the cell is at fault.

        Args:
            columns: all the cells of each column, for one row or many.
        """
        faults = Faults(self._dispensable)
        values = [
            _texts(column, columns[column], shortcut(columns[column]), repeat(read), faults)
            for column, shortcut, read in self._plan
        ]
        absent = [""] * len(columns[0])
        ids = self._ids(columns, absent if self._nip_place is None else values[self._nip_place], faults)
        currencies = absent if self._currency_place is None else values[self._currency_place]
        amounts = _amounts(self._amount_column, columns, currencies, self._amount_readers, faults)
        # What was paid is in the currency of the amount, whichever cell named it.
        currencies = [amount[-3:] or currency for amount, currency in zip(amounts, currencies, strict=True)]
        self._doubtful.look(columns, amounts)
        self._let_credits_go_undated(columns, amounts, faults)
        if not self._has_payments:
            return [*values, ids, amounts, absent], faults
        found = self._payments(columns, currencies, faults)
        if self._columns.is_left:
            amounts = left_and_paid(self._columns, amounts, [texts for _, texts in found.paid])
        paid = found.only_amounts or self._paid(found, amounts, faults)
        return [*values, ids, amounts, paid], faults

    def asks(self) -> Iterator[Ask]:
        """What a person has to be asked of the rows read so far."""
        yield from self._doubtful.asks()
        for column, words in self._unknown.items():
            yield Ask(STATUS_UNKNOWN, self._columns.header[column].strip(), tuple(words))

    def _word(self, read: Reader, cell: str) -> str:
        """A cell of a status, by what a person has said of the word, or by what is known of it."""
        if self._answers and (answer := self._answers.get(word_key(cell))) is not None:
            return TOLD_OF[answer]
        return read(cell)

    def _let_credits_go_undated(self, columns: Sequence[Texts], amounts: Texts, faults: Faults) -> None:
        """A credit note falls due on no day, so it needs none."""
        for place in [one for one in faults if amounts[one].startswith("-")]:
            if not reading.cleaned(columns[self._due_column][place]):
                faults.forget(place, self._due_column)

    def _ids(self, columns: Sequence[Texts], nips: Texts, faults: Faults) -> Texts:
        """The debtors' ids; where there is none, the NIP is the id."""
        ids = nips
        if self._has_ids:
            cells = columns[self._id_column]
            ids = _texts(self._id_column, cells, plain_ids(cells), repeat(self._read_id), faults)
        if "" in ids:
            ids = [debtor_id or nip for debtor_id, nip in zip(ids, nips, strict=True)]
            for place, debtor_id in enumerate(ids):
                if not debtor_id:
                    faults.add(place, self._id_column, reading.debtor_id_missing(), is_needed=True)
        return ids

    def _payments(self, columns: Sequence[Texts], currencies: Texts, faults: Faults) -> Found:
        """The columns that speak of payments, each by itself."""
        places = self._columns.places

        def of_amounts(field: Field, readers: _ReaderByCurrency) -> list[tuple[int, Texts]]:
            return [
                (column, _amounts(column, columns, currencies, readers, faults)) for column in places.get(field, ())
            ]

        def of_words(*fields: Field) -> list[tuple[int, Texts]]:
            return [
                (column, self._words(column, columns[column], self._word_readers[field], faults))
                for field in fields
                for column in places.get(field, ())
            ]

        return Found(
            paid=of_amounts(Field.PAID, self._paid_readers),
            left=of_amounts(Field.OUTSTANDING, self._outstanding_readers),
            status=of_words(Field.STATUS, Field.CANCELLED),
            whole_on=of_words(Field.PAID_ON),
            part_on=of_words(Field.PAYMENT_ON),
        )

    def _words(self, column: int, cells: Texts, read: Reader, faults: Faults) -> Texts:
        """The words of a status; those that are not known are kept, to be asked about."""
        texts = _texts(column, cells, _none_plain(cells), repeat(read), faults)
        for cell in {cell for cell, text in zip(cells, texts, strict=True) if not text}:
            with suppress(InvalidValue):
                read(cell)
                continue
            known = self._unknown[column]
            word = cell.strip()
            if len(known) < MOST_WORDS and (len(word) <= LONGEST_WORD and "@" not in word):
                known[word] = None
        return texts

    def _paid(self, found: Found, amounts: Texts, faults: Faults) -> Texts:
        """What the columns say of payments together; what contradicts itself is at fault."""

        def tell(place: int, wrong: Contradiction) -> None:
            if wrong.is_fatal:
                faults.add(place, wrong.column, wrong.error, is_needed=True)
            else:
                faults.note(place, wrong.column, wrong.error)

        return list(told_together(self._columns, found, amounts, tell))


class _Remembering(dict[str, str]):
    """A reader that knows the cells it has met: dates, currencies and blanks repeat themselves."""

    def __init__(self, read: Reader) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: str) -> str:
        text = self._read(cell)
        if len(self) >= REMEMBERED_CELLS:
            self.clear()
        self[cell] = text
        return text


class _ReaderByCurrency(dict[str, Reader]):
    """For each currency (an empty one: the cell decides) the reader of its amounts."""

    def __init__(self, read: Callable[[str, str], str]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, currency: str) -> Reader:
        reader = _Remembering(lambda cell: self._read(cell, currency)).__getitem__
        self[currency] = reader
        return reader


def _none_plain(cells: Texts) -> Texts:
    """The short cut of a column that has none."""
    return [""] * len(cells)


def _amounts(
    column: int, columns: Sequence[Texts], currencies: Texts, readers: _ReaderByCurrency, faults: Faults
) -> Texts:
    cells = columns[column]
    is_repetitive = len(set(cells)) * MANY < len(cells)  # as in a column of `0,00`: then remembering is quicker
    plain = _none_plain(cells) if is_repetitive else plain_amounts(cells, currencies)
    return _texts(column, cells, plain, map(readers.__getitem__, currencies), faults)


def _texts(column: int, cells: Texts, plain: Texts, readers: Iterable[Reader], faults: Faults) -> Texts:
    """The canonical texts of a column: those found in one go, and the rest cell by cell."""
    readers = [read for _, read in zip(cells, readers, strict=False)]
    try:
        return [text or read(cell) for text, cell, read in zip(plain, cells, readers, strict=True)]
    except InvalidValue:
        # Something is wrong: once more, with care, to find all that is.
        return [
            text or _text_or_fault(place, column, cell, read, faults)
            for place, (text, cell, read) in enumerate(zip(plain, cells, readers, strict=True))
        ]


def _text_or_fault(place: int, column: int, cell: str, read: Reader, faults: Faults) -> str:
    try:
        return read(cell)
    except reading.InPart as error:
        faults.note(place, column, error)
        return error.text
    except InvalidValue as error:
        faults.add(place, column, error)
        return ""
