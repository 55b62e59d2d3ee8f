"""What the columns of payments say together: how much was paid, what is still to pay, a status, dates.

They are read row by row as one statement. Its canonical text is an amount (`5000 PLN` was paid), nothing, or one of:

- `open`: something is still to pay, and nothing is said of how much was paid before;
- `part`: something was paid, and nothing is said of how much, so a person has to look;
- `cancelled`: the invoice is void;
- `whole 2026-03-05 12300 PLN`, `part 2026-03-05`: paid on this day, as long as it is not in the future.

Columns that contradict each other are at fault: nobody here can know which of them is right.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from upominek.adapters.formats.csv.columns import Columns
from upominek.adapters.formats.csv.fields import Field
from upominek.adapters.formats.csv.payment_words import Told
from upominek.domain.errors import InvalidValue

Texts = Sequence[str]

WORDS: Final = frozenset(Told)


class Said(NamedTuple):
    """What one row says of payments, column by column.

    Attributes:
        amounts: paid so far, in minor units, each with its column.
        words: the same of what words say.
        whole_on, part_on: days of payment.
    """

    amounts: list[tuple[int, int]]
    words: list[tuple[Told, int]]
    whole_on: tuple[str, int] | None
    part_on: tuple[str, int] | None


class Contradiction(NamedTuple):
    """What is wrong with a row, and the column to look at."""

    column: int
    error: InvalidValue
    is_fatal: bool = True


class Found(NamedTuple):
    """The columns of payments as they were read: their texts, and the place of each in the file."""

    paid: list[tuple[int, Texts]]
    left: list[tuple[int, Texts]]
    status: list[tuple[int, Texts]]
    whole_on: list[tuple[int, Texts]]
    part_on: list[tuple[int, Texts]]

    @property
    def only_amounts(self) -> Texts | None:
        """Where all that there is is one column of amounts paid: these; no row has to be looked at."""
        if len(self.paid) != 1 or any(self[1:]) or not WORDS.isdisjoint(self.paid[0][1]):
            return None
        return self.paid[0][1]


def told_together(
    columns: Columns, found: Found, totals: Texts, tell: Callable[[int, Contradiction], None]
) -> Iterator[str]:
    """For each row what its columns say of payments.

    Args:
        totals: the amounts of the invoices; empty where the cell is at fault.
        tell: is told the place of a row and what is wrong with it.
    """
    for place, total in enumerate(totals):
        if not total:
            yield ""
            continue
        said = _said(columns, found, place, total)
        try:
            text, doubt = _together(said, total)
            if doubt is not None:
                tell(place, doubt)
            yield text
        except _Contradicts as error:
            tell(place, error.contradiction)
            yield ""


class _Contradicts(Exception):
    def __init__(self, column: int, error: InvalidValue) -> None:
        super().__init__()
        self.contradiction = Contradiction(column, error)


def _said(columns: Columns, found: Found, place: int, total: str) -> Said:
    amounts: list[tuple[int, int]] = []
    words: list[tuple[Told, int]] = []
    for column, texts in (*found.paid, *found.status):
        if text := texts[place]:
            if text in WORDS:
                words.append((Told(text), column))
            else:
                amounts.append((int(text[:-4]), column))
    days: list[tuple[str, int] | None] = []
    for read in (found.whole_on, found.part_on):
        told = [(texts[place], column) for column, texts in read if texts[place]]
        words.extend((Told(text), column) for text, column in told if text in WORDS)
        days.append(next(((text, column) for text, column in told if text not in WORDS), None))
    whole_on, part_on = days
    units = int(total[:-4])
    speaks = whole_on is not None or any(paid for paid, _ in amounts)
    speaks = speaks or any(told in {Told.PAID, Told.PART} for told, _ in words)
    for column, texts in found.left:
        text = texts[place]
        if not text or (column in columns.to_pay and text == total and speaks):
            continue  # `Do zapłaty` is the total in this program
        if text in WORDS:
            words.append((Told(text), column))
        else:
            amounts.append((units - int(text[:-4]), column))
    return Said(amounts, words, whole_on, part_on)


def _together(said: Said, total: str) -> tuple[str, Contradiction | None]:
    """The canonical text, and what is to be remarked of the row. Raises: _Contradicts."""
    told = dict(reversed(said.words))
    if Told.CANCELLED in told:
        return Told.CANCELLED, None
    if Told.DRAFT in told:
        raise _Contradicts(told[Told.DRAFT], invoice_draft())
    if Told.PAID in told and (column := told.get(Told.OPEN, told.get(Told.PART))) is not None:
        raise _Contradicts(column, status_disagrees())
    return (_amount(said, told, total), None) if said.amounts else _by_words(said, told, total)


def _by_words(said: Said, told: Mapping[Told, int], total: str) -> tuple[str, Contradiction | None]:
    """The same where no amount says how much was paid."""
    if Told.PAID in told:
        return total, None
    column = told.get(Told.PART, told.get(Told.PENDING))
    text: str = Told.PART
    if column is None and Told.OPEN in told:
        if said.whole_on is not None:
            raise _Contradicts(said.whole_on[1], status_disagrees())
        return Told.OPEN, None
    if column is None and said.whole_on is not None:
        return f"whole {said.whole_on[0]} {total}", None
    if column is None and said.part_on is not None:
        text, column = f"{Told.PART} {said.part_on[0]}", said.part_on[1]
    return ("", None) if column is None else (text, Contradiction(column, paid_part_unknown(), is_fatal=False))


def _amount(said: Said, told: Mapping[Told, int], total: str) -> str:
    """What was paid by the amounts, which must agree with each other and with the words."""
    units, currency = int(total[:-4]), total[-3:]
    paid, _ = said.amounts[0]
    for other, column in said.amounts[1:]:
        if other != paid:
            raise _Contradicts(column, amounts_disagree())
    sign = 1 if units >= 0 else -1
    if paid * sign < 0:
        raise _Contradicts(said.amounts[0][1], outstanding_too_large())
    is_whole, is_nothing = (units - paid) * sign <= 0, paid == 0
    if units:
        for word, is_wrong in (
            (Told.PAID, not is_whole),
            (Told.OPEN, is_whole),
            (Told.PART, is_whole or is_nothing),
        ):
            if word in told and is_wrong:
                raise _Contradicts(told[word], status_disagrees())
        if is_nothing and said.whole_on is not None:
            raise _Contradicts(said.whole_on[1], status_disagrees())
    return f"{paid} {currency}"


def left_and_paid(columns: Columns, lefts: Texts, paids: Iterable[Texts]) -> Texts:
    """The amounts of invoices of which only what is left is named, and what was paid.

    Where the column may as well be of totals, it is one, unless nothing is left.
    """
    is_unclear = columns.places[Field.AMOUNT][0] in columns.to_pay
    totals = list(lefts)
    for texts in paids:
        for place, (left, paid) in enumerate(zip(lefts, texts, strict=True)):
            if left and paid and paid not in WORDS and (not is_unclear or left.startswith("0 ")):
                totals[place] = f"{int(left[:-4]) + int(paid[:-4])} {left[-3:]}"
    return totals


def amounts_disagree() -> InvalidValue:
    """Three amounts of which one must be wrong."""
    return InvalidValue(
        "amounts_disagree",
        pl="Kwota, wpłaty i pozostało do zapłaty nie zgadzają się ze sobą. Popraw jedną z nich albo usuń kolumnę.",
        en="The amount, what was paid and what is still to pay do not agree. Mend one of them, or remove the column.",
    )


def outstanding_too_large() -> InvalidValue:
    """More is left than there was, or less than nothing was paid."""
    return InvalidValue(
        "outstanding_too_large",
        pl="Do zapłaty zostało więcej, niż wynosi kwota faktury. Sprawdź obie kwoty: może to saldo całego kontrahenta "
        "albo kwota z odsetkami?",
        en="More is left to pay than the invoice was written for. Look at both amounts: is it perhaps the balance of "
        "the whole debtor, or a sum with interest?",
    )


def status_disagrees() -> InvalidValue:
    """A status that says something else than the amounts, or than another status."""
    return InvalidValue(
        "status_disagrees",
        pl="Status zapłaty przeczy kwotom albo innej kolumnie tego wiersza, np. „opłacona”, choć zostało coś do "
        "zapłaty. Popraw jedno z nich.",
        en="The status of the payment contradicts the amounts, or another column of this row, such as “paid” although "
        "something is left to pay. Mend one of them.",
    )


def invoice_draft() -> InvalidValue:
    """Nobody owes it yet."""
    return InvalidValue(
        "invoice_draft",
        pl="To szkic, proforma albo dokument niezatwierdzony, a nie faktura; został pominięty.",
        en="This is a draft, a pro forma or a document that is not approved, and no invoice; it was left out.",
    )


def paid_part_unknown() -> InvalidValue:
    """Something was paid, and nobody here knows how much is left."""
    return InvalidValue(
        "paid_part_unknown",
        pl="Coś wpłacono, ale plik nie mówi, ile zostało do zapłaty. Przypomnienia o tej fakturze są wstrzymane. Dodaj "
        "kolumnę z kwotą wpłat (np. „Zapłacono”), a potem zwolnij wstrzymanie.",
        en="Something was paid, but the file does not say how much is left. Nobody is reminded of this invoice. Add a "
        "column with the amount paid (such as “Paid”), and then release the hold.",
    )
