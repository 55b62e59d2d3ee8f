"""YAML files that people write: every value read as text with its place in the file, so that a mistake can be shown.

Only the plain part of YAML is taken. Values stay text until the model of the file says what they are, so `12:30` is no
number of seconds, `no` is no falsehood and an account number keeps its zeros. Aliases, tags and second documents are
refused: nothing here needs them, and they are how a small file becomes a large or a dangerous one.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

import yaml

from upominek.domain.errors import InvalidValue
from upominek.domain.values.problem import FilePlace, Problem

LARGEST_BYTES: Final = 64 * 1024
DEEPEST: Final = 8
LONGEST_SHOWN: Final = 40

_LINE_END: Final = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
"""As YAML counts lines."""

Place = tuple[str | int, ...]
"""Where a value is: keys of mappings and places in lists, from the top."""

Mark = tuple[int, int]
"""Line and column, from 1."""


class InvalidFile(InvalidValue):
    """A file has mistakes; all of them are in `problems`, in order of place."""

    def __init__(self, problems: list[Problem[FilePlace]]) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: (one.where, one.code, one.pl, one.en)))
        super().__init__(
            "file_invalid",
            pl="\n".join(f"{one.where}: {one.pl}" for one in self.problems),
            en="\n".join(f"{one.where}: {one.en}" for one in self.problems),
        )


@dataclass(slots=True)
class Document:
    """A file as read: plain values, where each stands, and what was found wrong so far."""

    file: str
    value: Any = None
    keys: dict[Place, Mark] = field(default_factory=dict)
    values: dict[Place, Mark] = field(default_factory=dict)
    problems: list[Problem[FilePlace]] = field(default_factory=list)

    def problem(self, path: Place, code: str, *, pl: str, en: str, at_key: bool = False) -> None:
        """Note what is wrong with the value (or key) at the path, or else with the nearest that is there."""
        self.problem_at(self.place(path, at_key=at_key), code, pl=pl, en=en)

    def problem_at(self, mark: Mark, code: str, *, pl: str, en: str) -> None:
        """Note what is wrong at a line and column."""
        self.problems.append(Problem(FilePlace(self.file, *mark), code, pl, en))

    def place(self, path: Place, *, at_key: bool = False) -> Mark:
        """Line and column of the value or key, or of the nearest one around it."""
        for length in range(len(path), -1, -1):
            places = (self.keys, self.values) if at_key else (self.values, self.keys)
            for known in places:
                if path[:length] in known:
                    return known[path[:length]]
        return 1, 1


def file_bytes(path: Path) -> bytes:
    """What the file has, or as much of it as shows that it is too large."""
    with path.open("rb") as file:
        return file.read(LARGEST_BYTES + 1)


def read_document(content: bytes, file: str) -> Document:
    """Read a file into mappings, lists and text (None where nothing stands); what is wrong with it is noted there."""
    document = Document(file)
    if len(content) > LARGEST_BYTES:
        document.problem(
            (),
            "file_too_large",
            pl=f"Plik ma ponad {LARGEST_BYTES // 1024} KB, najwięcej, ile tu wolno. Czy to na pewno ten plik?",
            en=f"The file has more than {LARGEST_BYTES // 1024} KB, the most that is allowed. Is it the right file?",
        )
        return document
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        document.problem_at(
            (content.count(b"\n", 0, error.start) + 1, 1),
            "encoding",
            pl="Plik nie jest zapisany w UTF-8. Zapisz go ponownie, wybierając kodowanie UTF-8.",
            en="The file is not UTF-8. Save it again, choosing the encoding UTF-8.",
        )
        return document
    _Reader(document).read(text)
    if document.value is None and not document.problems:
        document.problem((), "file_empty", pl="Plik jest pusty.", en="The file is empty.")
    return document


@dataclass(slots=True)
class _Container:
    """A mapping or list that is being read.

    Attributes:
        key: the mapping's key that waits for its value.
        is_repeated: the key was there before, so the value counts for nothing.
    """

    value: dict[str, Any] | list[Any]
    path: Place
    key: str | None = None
    is_repeated: bool = False


class _Unreadable(Exception):
    """Reading further makes no sense; the problem is noted."""


@dataclass(slots=True)
class _Reader:
    """Builds values from YAML's events, without recursion, and stops before a file becomes expensive."""

    document: Document
    stack: list[_Container] = field(default_factory=list)

    def read(self, text: str) -> None:
        try:
            for event in yaml.parse(text, Loader=yaml.SafeLoader):
                self._take(event)
        except _Unreadable:
            self.document.value = None
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            # The parser lets the latter two through where an escape or a version has a number that is none.
            self._syntax(error, text)
            self.document.value = None

    def _take(self, event: yaml.Event) -> None:
        assert event.start_mark is not None  # noqa: S101 - the parser knows where it is
        mark = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.DocumentStartEvent):
            if self.document.values:
                self._stop(mark, "second_document", pl="Drugi dokument (---)", en="A second document (---)")
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.stack.pop()
        elif isinstance(event, yaml.AliasEvent):
            self._stop(mark, "alias", pl=f"Odwołanie *{event.anchor}", en=f"The alias *{event.anchor}")
        elif isinstance(event, yaml.NodeEvent):
            self._node(event, mark)

    def _node(self, event: yaml.NodeEvent, mark: Mark) -> None:
        if event.anchor is not None:
            self._stop(mark, "anchor", pl=f"Kotwica &{event.anchor}", en=f"The anchor &{event.anchor}")
        if (tag := getattr(event, "tag", None)) not in {None, "!"}:
            self._stop(mark, "tag", pl=f"Znacznik {tag}", en=f"The tag {tag}")
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._key(top, event, mark)
            return
        value: Any = None
        if isinstance(event, yaml.ScalarEvent):
            is_nothing = event.implicit[0] and event.value in {"", "~", "null"}
            value = None if is_nothing else event.value
        else:
            value = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._put(top, value, mark)
        if path not in self.document.keys or not isinstance(value, dict | list):
            self.document.values[path] = mark  # a list or mapping with a key is shown at that key
        if isinstance(value, dict | list):
            if len(self.stack) >= DEEPEST:
                self._stop(mark, "too_deep", pl="Tak głębokie zagnieżdżenie", en="Nesting this deep")
            self.stack.append(_Container(value, path))

    def _key(self, top: _Container, event: yaml.NodeEvent, mark: Mark) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            self._stop(mark, "key", pl="Klucz, który nie jest słowem", en="A key that is no word")
        path = (*top.path, event.value)
        top.key, top.is_repeated = event.value, path in self.document.keys
        if top.is_repeated:
            line, shown = self.document.keys[path][0], event.value[:LONGEST_SHOWN]
            self.document.problem_at(
                mark,
                "duplicate_key",
                pl=f"„{shown}” jest już w wierszu {line}. Zostaw jedno.",
                en=f"“{shown}” is in line {line} already. Keep one of them.",
            )
        self.document.keys.setdefault(path, mark)

    def _put(self, top: _Container | None, value: object, mark: Mark) -> Place:
        """Put the value where it belongs; returns that place."""
        if top is None:
            self.document.value = value
            return ()
        if isinstance(top.value, list):
            top.value.append(value)
            return (*top.path, len(top.value) - 1)
        key, top.key = top.key, None
        assert key is not None  # noqa: S101 - a value follows its key
        if top.is_repeated:
            return (*top.path, key, mark[0])  # a place of its own, where nothing can be taken for a repetition
        top.value[key] = value
        return (*top.path, key)

    def _stop(self, mark: Mark, code: str, *, pl: str, en: str) -> NoReturn:
        self.document.problem_at(
            mark,
            code,
            pl=f"{pl}: tego się tu nie używa. Napisz wartość wprost.",
            en=f"{en} is not allowed here. Write the value out.",
        )
        raise _Unreadable

    def _syntax(self, error: Exception, text: str) -> None:
        known = getattr(error, "problem_mark", None)
        line = known.line if known else len(_LINE_END.findall(text, 0, getattr(error, "position", 0)))
        shown = _LINE_END.split(text)[line]
        is_invisible = isinstance(error, yaml.reader.ReaderError)
        kind = "tab" if "\t" in shown[: len(shown) - len(shown.lstrip())] else "invisible" if is_invisible else "other"
        pl, en = _SYNTAX[kind]
        detail = getattr(error, "problem", None)
        mark = (line + 1, known.column + 1 if known else 1)
        self.document.problem_at(mark, "syntax", pl=pl, en=f"{en} ({detail})" if detail else en)


_SYNTAX: Final = {
    "tab": ("Wcięcia robi się spacjami, nie tabulatorem.", "Indent with spaces, not with tabs."),
    "invisible": (
        "W pliku jest niewidoczny znak sterujący. Usuń go.",
        "The file contains an invisible control character. Remove it.",
    ),
    "other": (
        "Tu kończy się poprawny zapis YAML: sprawdź wcięcia, dwukropki i cudzysłowy w tym i poprzednim wierszu.",
        "This is no YAML from here on: look at indents, colons and quotation marks in this line and the one before.",
    ),
}
