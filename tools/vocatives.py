"""The table of first names and their vocatives, made from SGJP, the Grammatical Dictionary of Polish, by Morfeusz.

`make names` (`python -m tools.vocatives`) writes `upominek.domain.language.first_name_table` from `first_names.toml`;
a test says when it is out of date. Morfeusz has no package for arm64, so it works here and not where messages are sent.

Source: `morfeusz2` (http://morfeusz.sgjp.pl), whose dictionary and licence texts it carries and prints itself.
"""

import textwrap
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import morfeusz2

from upominek.domain.language import first_name_table

CANDIDATES: Final = Path(__file__).with_name("first_names.toml")
TABLE: Final = Path(first_name_table.__file__)
WIDTH: Final = 116
WITHOUT_MARKS: Final = str.maketrans("ĄĆĘŁŃÓŚŹŻąćęłńóśźż", "ACELNOSZZacelnoszz")
"""Polish letters as somebody writes them whose keyboard lacks them."""
GENDERS: Final = {"women": "f", "men": "m1"}
SUBSTANDARD: Final = frozenset({"niepopr.", "pot.", "przest.", "daw."})
"""Marks of forms that nobody is addressed by in a letter: incorrect, colloquial, obsolete."""


class UnconfirmedName(Exception):
    """A name of the list cannot be confirmed; the message says what to mend."""


@dataclass(frozen=True, slots=True)
class Vocative:
    """A vocative as SGJP has it, with its marks: `Ablu` and `bibl.`."""

    form: str
    marks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Table:
    """What is generated: vocatives by name, and the names that count only with their Polish letters."""

    women: Mapping[str, str]
    men: Mapping[str, str]
    only_as_written: frozenset[str]


class Dictionary:
    """SGJP, asked about first names."""

    def __init__(self) -> None:
        self._morfeusz: Any = morfeusz2.Morfeusz()

    @property
    def edition(self) -> str:
        """`sgjp-2026.06.01`, with the version of Morfeusz."""
        return f"{self._morfeusz.dict_id()}, Morfeusz {morfeusz2.__version__}"

    @property
    def licence(self) -> str:
        """The licence of the dictionary, as the package states it."""
        return str(self._morfeusz.dict_copyright()).strip()

    def vocatives(self, name: str) -> dict[str, frozenset[Vocative]]:
        """The vocatives of a first name by gender (`f`, `m1`, …); empty for a word that is no first name."""
        nominatives: set[tuple[str, str]] = set()
        found: dict[tuple[str, str], set[Vocative]] = {}
        for form, lemma, tag, labels, marks in self._morfeusz.generate(name):
            if not tag.startswith("subst:sg:") or "imię" not in labels:
                continue
            cases, genders = (values.split(".") for values in tag.split(":")[2:4])
            for gender in genders:
                if "nom" in cases and form == name:
                    nominatives.add((lemma, gender))
                if "voc" in cases:
                    found.setdefault((lemma, gender), set()).add(Vocative(form, frozenset(marks)))
        answer: dict[str, frozenset[Vocative]] = {}
        for lemma, gender in nominatives:
            answer[gender] = answer.get(gender, frozenset()) | found.get((lemma, gender), set())
        return answer


class Builder:
    """Confirms the list of names with the dictionary."""

    def __init__(self, stated: Mapping[str, Any], dictionary: Dictionary) -> None:
        self._stated, self._dictionary = stated, dictionary
        self._borne_today = self._names("borne_today")

    def table(self) -> Table:
        """The whole table.

        Raises:
            UnconfirmedName: names what cannot be confirmed, and why.
        """
        only = self._names("only_as_written")
        tables = {people: self._people(people) for people in GENDERS}
        for name, model in self._stated["after_model"].items():
            people = next((one for one, names in tables.items() if model in names), None)
            if people is None:
                raise UnconfirmedName(f"{name}: its model {model} is not in the list")
            self._unknown(name)
            tables[people][name] = declined_after(name, model, tables[people][model])
        for name in self._names("undeclined"):
            self._unknown(name)
            tables["women"][name] = name
        self._check(tables, only)
        clashing = {one for names in tables.values() for one in names if self._is_name_unmarked(one, tables)}
        return Table(_sorted(tables["women"]), _sorted(tables["men"]), only | clashing)

    def _names(self, section: str) -> frozenset[str]:
        return frozenset(self._stated[section]["names"].split())

    def _people(self, people: str) -> dict[str, str]:
        names = self._stated[people].split()
        if len(set(names)) < len(names):
            raise UnconfirmedName(f"{people}: {sorted(one for one in set(names) if names.count(one) > 1)} stand twice")
        return {name: self._vocative(name, GENDERS[people]) for name in names}

    def _vocative(self, name: str, gender: str) -> str:
        found = self._dictionary.vocatives(name)
        if set(found) != {gender}:
            raise UnconfirmedName(f"{name}: SGJP has it as {sorted(found) or 'no first name'}, expected {gender}")
        usable = {one.form for one in found[gender] if not one.marks & SUBSTANDARD}
        marked = {mark for one in found[gender] if one.form in usable for mark in one.marks}
        if marked and name not in self._borne_today:
            raise UnconfirmedName(f"{name}: SGJP marks it {sorted(marked)}; a living person's name? see borne_today")
        chosen = self._stated["chosen"].get(name)
        if chosen:
            usable &= {chosen["vocative"]}
        elif len(usable) > 1 and gender == "f":
            usable &= {name[:-1] + "o"}
        if len(usable) != 1:
            raise UnconfirmedName(f"{name}: SGJP has {sorted(usable)} as vocatives; say which in `chosen`")
        return usable.pop()

    def _unknown(self, name: str) -> None:
        if self._dictionary.vocatives(name):
            raise UnconfirmedName(f"{name}: SGJP knows it by now; move it to the names that it confirms")

    def _check(self, tables: Mapping[str, Mapping[str, str]], only: Iterable[str]) -> None:
        women, men = tables["women"].keys(), tables["men"].keys()
        if women & men:
            raise UnconfirmedName(f"both women and men: {sorted(women & men)}")
        if twice := self._stated["left_out"].keys() & (women | men):
            raise UnconfirmedName(f"left out, and in the list all the same: {sorted(twice)}")
        if missing := {*self._borne_today, *self._stated["chosen"], *only} - (women | men):
            raise UnconfirmedName(f"mentioned, but not in the list: {sorted(missing)}")

    def _is_name_unmarked(self, name: str, tables: Mapping[str, Mapping[str, str]]) -> bool:
        """Whether the name without Polish letters is another name (or a name left out)."""
        unmarked = name.translate(WITHOUT_MARKS)
        return unmarked != name and (
            any(unmarked in names for names in tables.values())
            or unmarked in self._stated["left_out"]
            or bool(self._dictionary.vocatives(unmarked))
        )


def declined_after(name: str, model: str, vocative: str) -> str:
    """The vocative of a name after one that ends alike: Oksana as Roksana, Roksano.

    Raises:
        UnconfirmedName: the two do not end alike.
    """
    kept = next((at for at, (a, b) in enumerate(zip(model, vocative, strict=False)) if a != b), len(model))
    ending, its_vocative = model[kept:], vocative[kept:]
    alike = max(len(ending), 1)
    if name[-alike:] != model[-alike:]:
        raise UnconfirmedName(f"{name} does not end as its model {model} does")
    return name[: len(name) - len(ending)] + its_vocative


def module(table: Table, dictionary: Dictionary) -> str:
    """The text of the generated module."""
    licence = "\n".join(
        f"# {line}".rstrip() for text in dictionary.licence.splitlines() for line in textwrap.wrap(text, WIDTH) or [""]
    )
    return f'''"""First names and their vocatives. Generated by `make names`: mend `tools/first_names.toml` instead.

Source: SGJP, Słownik gramatyczny języka polskiego, edition {dictionary.edition}
(http://morfeusz.sgjp.pl); some names that it does not know follow one that ends alike. Its licence, kept with the data:
"""

{licence}

from typing import Final

WOMEN: Final = """
{_pairs(table.women, table.only_as_written)}
"""

MEN: Final = """
{_pairs(table.men, table.only_as_written)}
"""
'''


def _pairs(names: Mapping[str, str], only_as_written: Collection[str]) -> str:
    """Names as they may be written, in small letters, each with its vocative; the two stay on one line."""
    written: dict[str, str] = {}
    for name, vocative in names.items():
        written[name.casefold()] = vocative
        if name not in only_as_written:
            written.setdefault(name.translate(WITHOUT_MARKS).casefold(), vocative)
    joined = " ".join(f"{name}\u00a0{vocative}" for name, vocative in written.items())
    return textwrap.fill(joined, WIDTH, break_on_hyphens=False).replace("\u00a0", " ")


def _sorted(names: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(names.items(), key=lambda one: _alphabetical(one[0])))


def _alphabetical(name: str) -> list[int]:
    return ["aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż".find(letter) for letter in name.lower()]


def build() -> tuple[Table, Dictionary]:
    """The table from the list of names and the installed dictionary."""
    dictionary = Dictionary()
    return Builder(tomllib.loads(CANDIDATES.read_text(encoding="utf-8")), dictionary).table(), dictionary


def main() -> None:
    """Write the table."""
    table, dictionary = build()
    TABLE.write_text(module(table, dictionary), encoding="utf-8")
    print(f"{TABLE}: {len(table.women)} women's names, {len(table.men)} men's, {dictionary.edition}")


if __name__ == "__main__":
    main()
