"""Tables of rates in TOML: those that come with the product, a file of one's own, and what an import writes.

The packaged tables are read when somebody first asks for them, once in a process.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final, NoReturn

from upominek.domain.errors import InvalidValue
from upominek.domain.law.rates import (
    EuroRate,
    InterestKind,
    RateTables,
    ReferenceRate,
    Rule,
    check_euro,
    check_percent,
)

INTEREST_FILE: Final = "interest_rates.toml"
EURO_FILE: Final = "eur_rates.toml"
LARGEST_BYTES: Final = 512 * 1024

_DAY: Final = timedelta(days=1)
_REFERENCE, _EURO = "reference", "euro"
_KINDS: Final = tuple(kind.value for kind in InterestKind)
_TOP: Final = frozenset({"checked_on", "source", _REFERENCE, _EURO, *_KINDS})
_KEYS: Final = {
    _REFERENCE: frozenset({"since", "until", "percent", "source"}),
    _EURO: frozenset({"on", "rate", "table", "source"}),
} | dict.fromkeys(_KINDS, frozenset({"since", "until", "percent", "above_reference", "source"}))
_NUMBER: Final = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,6})?")


@cache
def packaged_rates() -> RateTables:
    """The tables that come with the product."""
    nothing = RateTables.of(reference=(), rules={}, checked_on=date.min)
    folder = files("upominek") / "data"
    tables = read_rates((folder / INTEREST_FILE).read_bytes(), INTEREST_FILE, nothing)
    return read_rates((folder / EURO_FILE).read_bytes(), EURO_FILE, tables)


def read_rates(content: bytes, file: str, base: RateTables) -> RateTables:
    """The tables of a file on top of `base`.

    From the file's first day on its reference rates take the place of all others; the rules of a kind are taken as a
    whole, rates of the euro day by day.

    Raises:
        InvalidValue: names file, line, what is wrong and how to mend it: `rates_syntax`, `rates_gap`, `rates_key`,
            `rates_value`, `rates_disordered`, `rate_out_of_range`, `euro_rate_out_of_range`, `rates_missing`.
    """
    return _File(content, file).over(base)


class _File:
    """One file while it is read."""

    def __init__(self, content: bytes, file: str) -> None:
        import tomllib  # noqa: PLC0415 - only where a table is read: cold start

        self._file = file
        if len(content) > LARGEST_BYTES:
            self._fail(
                1,
                "rates_syntax",
                pl=f"Plik ma ponad {LARGEST_BYTES // 1024} KB. Czy to na pewno tabela stóp?",
                en=f"The file has more than {LARGEST_BYTES // 1024} KB. Is it a table of rates at all?",
            )
        try:
            self._text = content.decode("utf-8-sig")
            self._data: dict[str, Any] = tomllib.loads(self._text, parse_float=Decimal)
        except ValueError as error:  # of TOML and of UTF-8
            line = re.search(r"at line ([0-9]+)", str(error))
            self._fail(
                int(line[1]) if line else 1,
                "rates_syntax",
                pl=f"To nie jest poprawny plik TOML w UTF-8 ({error}). Popraw ten wiersz.",
                en=f"This is no TOML in UTF-8 ({error}). Mend this line.",
            )

    def over(self, base: RateTables) -> RateTables:
        """`base` with what the file says."""
        self._known_keys(self._data, _TOP, 1)
        reference = [
            ReferenceRate(row["since"], self._percent(_REFERENCE, place, row, "percent"))
            for place, row in enumerate(self._series(_REFERENCE))
        ]
        rules = {InterestKind(kind): rows for kind in _KINDS if (rows := tuple(self._rules(kind)))}
        checked_on = self._data.get("checked_on", reference[-1].since if reference else base.checked_on)
        if not _is_day(checked_on):
            self._value(1, "checked_on", "2026-08-25")
        euro = list(self._euro())
        source = " ".join(str(self._data.get("source", "")).split())
        try:
            return base.with_reference(reference, checked_on, source, rules).with_euro(euro)
        except InvalidValue as error:
            if error.en.startswith(self._file):
                raise
            raise InvalidValue(error.code, pl=f"{self._file}: {error.pl}", en=f"{self._file}: {error.en}") from None

    def _rules(self, kind: str) -> Iterator[Rule]:
        for place, row in enumerate(self._series(kind)):
            if ("percent" in row) == ("above_reference" in row):
                self._fail(
                    self._line(kind, place),
                    "rates_value",
                    pl="Podaj albo stałą stopę (percent), albo punkty ponad stopę referencyjną (above_reference).",
                    en="Give either a fixed rate (percent) or points above the reference rate (above_reference).",
                )
            yield Rule(
                since=row["since"],
                percent=self._percent(kind, place, row, "percent") if "percent" in row else None,
                above_reference=self._percent(kind, place, row, "above_reference")
                if "above_reference" in row
                else None,
                source=" ".join(str(row.get("source", "")).split()),
            )

    def _euro(self) -> Iterator[EuroRate]:
        before: date | None = None
        for place, row in enumerate(self._rows(_EURO)):
            day, line = self._day(_EURO, place, row, "on"), self._line(_EURO, place)
            if before is not None and day <= before:
                self._disordered(line, before, day)
            before = day
            try:
                rate = check_euro(self._number(_EURO, place, row, "rate"))
            except InvalidValue as error:
                self._fail(line, error.code, pl=error.pl, en=error.en)
            yield EuroRate(day, rate, str(row.get("table", "")))

    def _series(self, section: str) -> Sequence[Mapping[str, Any]]:
        """Rows that each begin on the day after the one before ends; the last has no end."""
        rows = self._rows(section)
        for place, row in enumerate(rows):
            since, line = self._day(section, place, row, "since"), self._line(section, place)
            until = self._day(section, place, row, "until") if "until" in row else None
            if place + 1 == len(rows):
                if until is not None:
                    self._gap(line, f"po {until}", f"after {until}")
                break
            after = self._day(section, place + 1, rows[place + 1], "since")
            if after <= since:
                self._disordered(self._line(section, place + 1), since, after)
            if until is None:
                self._fail(
                    line,
                    "rates_gap",
                    pl=f"Wpis od {since} nie mówi, do kiedy obowiązuje. Dopisz until = {after - _DAY}.",
                    en=f"The entry of {since} does not say how long it lasts. Add until = {after - _DAY}.",
                )
            if until + _DAY != after:
                self._gap(
                    self._line(section, place + 1),
                    f"między {until} a {after}",
                    f"between {until} and {after}",
                )
        return rows

    def _rows(self, section: str) -> Sequence[Mapping[str, Any]]:
        rows = self._data.get(section, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self._fail(
                1,
                "rates_syntax",
                pl=f"Wpisy zaczynają się nagłówkiem [[{section}]].",
                en=f"Entries begin with the heading [[{section}]].",
            )
        for place, row in enumerate(rows):
            self._known_keys(row, _KEYS[section], self._line(section, place))
        return rows

    def _known_keys(self, row: Mapping[str, Any], known: frozenset[str], line: int) -> None:
        for key in row:
            if key not in known:
                self._fail(
                    line,
                    "rates_key",
                    pl=f"Nieznane „{key}”. Dozwolone: {', '.join(sorted(known))}.",
                    en=f"Unknown “{key}”. Allowed: {', '.join(sorted(known))}.",
                )

    def _day(self, section: str, place: int, row: Mapping[str, Any], key: str) -> date:
        day = row.get(key)
        if not _is_day(day):
            self._value(self._line(section, place), key, "2026-03-05")
        assert isinstance(day, date)  # noqa: S101 - just seen
        return day

    def _percent(self, section: str, place: int, row: Mapping[str, Any], key: str) -> Decimal:
        try:
            return check_percent(self._number(section, place, row, key))
        except InvalidValue as error:
            self._fail(self._line(section, place), error.code, pl=error.pl, en=error.en)

    def _number(self, section: str, place: int, row: Mapping[str, Any], key: str) -> Decimal:
        text = str(row.get(key, ""))
        if not _NUMBER.fullmatch(text):
            self._value(self._line(section, place), key, '"3.75"')
        return Decimal(text.replace(",", "."))

    def _line(self, section: str, place: int) -> int:
        """Where the entry begins, from 1."""
        headings = list(re.finditer(rf"(?m)^[ \t]*\[\[[ \t]*{section}[ \t]*\]\]", self._text))
        return self._text.count("\n", 0, headings[place].start()) + 1 if place < len(headings) else 1

    def _gap(self, line: int, pl: str, en: str) -> NoReturn:
        self._fail(
            line,
            "rates_gap",
            pl=f"W tabeli jest luka albo zakładka {pl}. Dopisz brakujący wpis albo popraw since i until.",
            en=f"The table has a gap or an overlap {en}. Add the missing entry, or mend since and until.",
        )

    def _disordered(self, line: int, before: date, after: date) -> NoReturn:
        self._fail(
            line,
            "rates_disordered",
            pl=f"{after} stoi po {before}. Ułóż wpisy od najstarszego, każdy dzień raz.",
            en=f"{after} stands after {before}. Put the entries in order, oldest first, each day once.",
        )

    def _value(self, line: int, key: str, example: str) -> NoReturn:
        self._fail(
            line,
            "rates_value",
            pl=f"Brakuje „{key}” albo wartość jest niepoprawna. Napisz {key} = {example}.",
            en=f"“{key}” is missing, or its value is wrong. Write {key} = {example}.",
        )

    def _fail(self, line: int, code: str, *, pl: str, en: str) -> NoReturn:
        raise InvalidValue(code, pl=f"{self._file}:{line}: {pl}", en=f"{self._file}:{line}: {en}") from None


def interest_toml(tables: RateTables) -> str:
    """Reference rates and rules as a file that `read_rates` takes, with the derived tables as a comment."""
    lines = [
        "# Statutory interest for delay: reference rates and the rules that the tables are derived by.",
        "# Read by `upominek interest --rates FILE`. Each entry but the newest says its last day (until).",
        "",
        f"checked_on = {tables.checked_on}",
        f"source = {_quoted('; '.join(tables.sources))}",
    ]
    for place, one in enumerate(tables.reference):
        after = [later.since for later in tables.reference[place + 1 : place + 2]]
        lines += ["", f"[[{_REFERENCE}]]", *_span(one.since, after), f'percent = "{one.percent}"']
    for kind, rules in tables.rules.items():
        for place, rule in enumerate(rules):
            after = [later.since for later in rules[place + 1 : place + 2]]
            name = "percent" if rule.above_reference is None else "above_reference"
            value = rule.percent if rule.above_reference is None else rule.above_reference
            lines += ["", f"[[{kind.value}]]", *_span(rule.since, after), f'{name} = "{value}"']
            lines += [f"source = {_quoted(rule.source)}"] if rule.source else []
    for kind, table in tables.tables.items():
        lines += ["", f"# {kind.value}, per cent a year:"]
        lines += [f"#   {one.since}  {one.percent}" for one in table.rates]
    return "\n".join([*lines, ""])


def euro_toml(tables: RateTables) -> str:
    """Rates of the euro as a file that `read_rates` takes."""
    lines = ["# Average rates of the euro. Read by `upominek compensation --rates FILE`."]
    for day in sorted(tables.euro):
        one = tables.euro[day]
        lines += ["", f"[[{_EURO}]]", f"on = {day}", f'rate = "{one.rate}"']
        lines += [f"table = {_quoted(one.table)}"] if one.table else []
    return "\n".join([*lines, ""])


def _span(since: date, after: Sequence[date]) -> list[str]:
    return [f"since = {since}", *(f"until = {day - _DAY}" for day in after)]


def _quoted(text: str) -> str:
    """A TOML string; what could end it early is put aside."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)
