"""Files of the National Bank of Poland: its reference rates, and average rates of the euro (table A).

Both come from people's downloads, so they are read by a parser that expands no entities and takes no more than a few
megabytes.

Source: files that the bank publishes: `stopy_procentowe_archiwum.xml` and `stopy_procentowe.xml` (reference rates:
`pozycja id="ref"`), `a021z250131.xml` (one day's table A), `archiwum_tab_a_2025.csv` (a year), and the XML of
https://api.nbp.pl (`ExchangeRatesSeries`, `ArrayOfExchangeRatesTable`).
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, NoReturn
from xml.parsers import expat

from upominek.domain.errors import InvalidValue
from upominek.domain.law.due_date import is_last_business_day, last_business_day_before_month
from upominek.domain.law.rates import EuroRate, ReferenceRate, check_euro, check_percent

LARGEST_BYTES: Final = 4 * 1024 * 1024
LONGEST_SHOWN: Final = 40

_NUMBER: Final = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,6})?")
_EURO_COLUMN: Final = re.compile(r"1 ?EUR")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


def read_reference_rates(content: bytes, file: str) -> list[ReferenceRate]:
    """The reference rates of the bank's XML, oldest first.

    Raises:
        InvalidValue: names file and line: `nbp_syntax`, `nbp_value`, `rates_gap` (a decision without a reference rate),
            `rates_disordered`, `rate_out_of_range`, `reference_missing`.
    """
    reader = _ReferenceReader(_Place(file))
    _parse(content, reader.place, reader.start, reader.end)
    if not reader.rates:
        reader.place.fail(
            "reference_missing",
            pl='W pliku nie ma stóp referencyjnych (pozycja id="ref"). Pobierz z NBP stopy_procentowe_archiwum.xml.',
            en='The file has no reference rates (pozycja id="ref"). Take stopy_procentowe_archiwum.xml from NBP.',
        )
    return reader.rates


def read_euro_rates(content: bytes, file: str) -> list[EuroRate]:
    """The average rates of the euro in a table A, of one day or of many, in XML or as the yearly CSV; by day.

    Raises:
        InvalidValue: names file and line: `nbp_syntax`, `nbp_value`, `euro_rate_out_of_range`, `euro_missing`,
            `euro_contradiction` (a day twice, with two rates).
    """
    place = _Place(file)
    if content.lstrip()[:1] == b"<" or content.startswith((b"\xef\xbb\xbf<", *_UTF16)):
        reader = _EuroReader(place)
        _parse(content, place, reader.start, reader.end, reader.text)
        found: Iterable[EuroRate] = reader.rates
    else:
        found = _csv_rates(content, place)
    rates: dict[date, EuroRate] = {}
    for one in found:
        if rates.setdefault(one.on, one).rate != one.rate:
            place.fail(
                "euro_contradiction",
                pl=f"Dzień {one.on} ma dwa różne kursy. Zostaw właściwy.",
                en=f"The day {one.on} has two different rates. Keep the right one.",
            )
    if not rates:
        place.fail(
            "euro_missing",
            pl="W pliku nie ma średniego kursu euro. Pobierz z NBP tabelę A: XML z jednego dnia albo archiwum CSV.",
            en="The file has no average rate of the euro. Take table A from NBP: one day's XML, or the CSV archive.",
        )
    return [rates[day] for day in sorted(rates)]


def month_ends(rates: Iterable[EuroRate], file: str) -> list[EuroRate]:
    """The rates of the last business days of months, the only ones that compensation asks for.

    Raises:
        InvalidValue: `euro_no_month_end`.
    """
    days = list(rates)
    kept = [one for one in days if is_last_business_day(one.on)]
    if not kept:
        needed = last_business_day_before_month(days[0].on)
        _Place(file).fail(
            "euro_no_month_end",
            pl="W pliku nie ma kursu z ostatniego dnia roboczego miesiąca, a tylko taki jest potrzebny. "
            f"Pobierz np. tabelę z {needed}.",
            en="The file has no rate of the last business day of a month, the only kind that is needed. "
            f"Take the table of {needed}, for one.",
        )
    return kept


class _Place:
    """Where in a file the reader is."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.line: Callable[[], int] = lambda: 1

    def fail(self, code: str, *, pl: str, en: str) -> NoReturn:
        where = f"{self._file}:{self.line()}"
        raise InvalidValue(code, pl=f"{where}: {pl}", en=f"{where}: {en}") from None

    def day(self, text: str) -> date:
        written = text.strip()[:10]
        try:
            return date.fromisoformat(written)
        except ValueError:
            self._value(text, "2026-03-05")

    def number(self, text: str) -> Decimal:
        if not _NUMBER.fullmatch(text.strip()):
            self._value(text, "3,75")
        return Decimal(text.strip().replace(",", "."))

    def checked(self, check: Callable[[Decimal], Decimal], text: str) -> Decimal:
        """The number, if the check finds nothing against it."""
        number = self.number(text)
        try:
            return check(number)
        except InvalidValue as error:
            self.fail(error.code, pl=error.pl, en=error.en)

    def _value(self, text: str, example: str) -> NoReturn:
        shown = text.strip()[:LONGEST_SHOWN]
        self.fail(
            "nbp_value",
            pl=f"„{shown}” nie jest tym, co tu powinno stać, np. {example}. Popraw wartość albo pobierz plik ponownie.",
            en=f"“{shown}” is not what belongs here, such as {example}. Mend it, or download the file again.",
        )


class _ReferenceReader:
    """Takes the reference rate out of each decision (`pozycje`), or of the list of rates now in force."""

    def __init__(self, place: _Place) -> None:
        self.place = place
        self.rates: list[ReferenceRate] = []
        self._decided_on: str | None = None
        self._has_reference = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "pozycje":
            self._decided_on, self._has_reference = attributes.get("obowiazuje_od", ""), False
        elif name == "pozycja" and attributes.get("id", "").strip().lower() == "ref":
            self._has_reference = True
            since = self.place.day(attributes.get("obowiazuje_od") or self._decided_on or "")
            self._add(since, self.place.checked(check_percent, attributes.get("oprocentowanie", "")))

    def _add(self, since: date, percent: Decimal) -> None:
        before = self.rates[-1] if self.rates else None
        if before is not None and since <= before.since:
            self.place.fail(
                "rates_disordered",
                pl=f"Decyzja z {since} stoi po decyzji z {before.since}. Ułóż je od najstarszej, każdy dzień raz.",
                en=f"The decision of {since} stands after that of {before.since}. Put them in order, each day once.",
            )
        self.rates.append(ReferenceRate(since, percent))

    def end(self, name: str) -> None:
        if name == "pozycje":
            if not self._has_reference:
                self.place.fail(
                    "rates_gap",
                    pl=f'Decyzja z {self._decided_on} nie ma stopy referencyjnej. Dopisz ją (pozycja id="ref").',
                    en=f'The decision of {self._decided_on} has no reference rate. Add it (pozycja id="ref").',
                )
            self._decided_on = None


class _EuroReader:
    """Takes the euro's rate out of each table, whether in the bank's older XML or in that of its API."""

    _NAMES: Final = {
        "numer_tabeli": "number",
        "no": "number",
        "data_publikacji": "day",
        "effectivedate": "day",
        "kod_waluty": "code",
        "code": "code",
        "kurs_sredni": "rate",
        "mid": "rate",
        "przelicznik": "units",
    }

    def __init__(self, place: _Place) -> None:
        self.place = place
        self.rates: list[EuroRate] = []
        self._said: dict[str, str] = {}
        self._text: list[str] = []

    def start(self, _name: str, _attributes: Mapping[str, str]) -> None:
        self._text.clear()

    def text(self, piece: str) -> None:
        self._text.append(piece)

    def end(self, name: str) -> None:
        said = self._said
        if name in self._NAMES:
            said[self._NAMES[name]] = "".join(self._text).strip()
        elif name in {"pozycja", "rate"}:
            if said.get("code") == "EUR" and "rate" in said:
                self.rates.append(
                    EuroRate(
                        self.place.day(said.get("day", "")),
                        self.place.checked(check_euro, said["rate"]),
                        said.get("number", ""),
                    )
                )
            said.pop("rate", None)
        self._text.clear()


def _parse(
    content: bytes,
    place: _Place,
    start: Callable[[str, Mapping[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None] | None = None,
) -> None:
    """Walk through an XML file; declarations of types and entities are refused, and so nothing is ever expanded."""
    _check_size(content, place)
    parser = expat.ParserCreate()
    place.line = lambda: parser.CurrentLineNumber
    parser.buffer_text = True

    def refuse(*_: object) -> NoReturn:
        place.fail(
            "nbp_syntax",
            pl="Plik ma deklarację DOCTYPE lub encji, jakich NBP nie używa. Pobierz plik XML jeszcze raz.",
            en="The file declares a DOCTYPE or entities, which NBP's do not. Download the XML file again.",
        )

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: start(_plain(name), attributes)
    parser.EndElementHandler = lambda name: end(_plain(name))
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        # Some copies have blanks or half a byte-order mark before the declaration.
        parser.Parse(content if content.startswith(_UTF16) else content[max(content.find(b"<"), 0) :], True)  # noqa: FBT003 - it is the end
    except (expat.ExpatError, LookupError, ValueError) as error:
        if isinstance(error, InvalidValue):
            raise
        place.fail(
            "nbp_syntax",
            pl=f"To nie jest poprawny plik XML ({error}). Pobierz go z NBP jeszcze raz.",
            en=f"This is no well-formed XML ({error}). Download it from NBP again.",
        )


def _check_size(content: bytes, place: _Place) -> None:
    if len(content) > LARGEST_BYTES:
        place.fail(
            "nbp_syntax",
            pl=f"Plik ma ponad {LARGEST_BYTES // 1024 // 1024} MB. Czy to na pewno plik NBP?",
            en=f"The file has more than {LARGEST_BYTES // 1024 // 1024} MB. Is it a file of NBP's at all?",
        )


def _plain(name: str) -> str:
    """The element's name without its prefix."""
    return name.rpartition(":")[2].lower()


def _csv_rates(content: bytes, place: _Place) -> Iterator[EuroRate]:
    """The rows of the yearly archive: a day, currencies in columns, and the table's full number in the last one."""
    _check_size(content, place)
    text = content.decode("latin-1").removeprefix("\u00ef\u00bb\u00bf")  # only digits and ASCII words matter
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";", quoting=csv.QUOTE_NONE)
    place.line = lambda: rows.line_num
    column: int | None = None
    for row in rows:
        cells = [cell.strip() for cell in row]
        if column is None:
            if cells and cells[0].lower() == "data":
                column = next((at for at, cell in enumerate(cells) if _EURO_COLUMN.fullmatch(cell)), None)
        elif cells and re.fullmatch("[0-9]{8}", cells[0]) and column < len(cells):
            number = next((cell for cell in reversed(cells) if re.fullmatch("[0-9]+/A/NBP/[0-9]{4}", cell)), "")
            day = place.day(f"{cells[0][:4]}-{cells[0][4:6]}-{cells[0][6:]}")
            yield EuroRate(day, place.checked(check_euro, cells[column]), number)
