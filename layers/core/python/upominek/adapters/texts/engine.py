"""minijinja as texts need it: strict, without anything that could reach out of the context or eat up memory.

Texts may come from creditors. So there are no methods, no functions but `section`, and only those filters whose results
are not much longer than what they were given; loops are stopped by fuel; includes find shared pieces and nothing else.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from minijinja import Environment, TemplateError

from upominek.adapters.texts.faster import Readings, in_one_line, in_plain_letters, prepared, with_pieces_inside
from upominek.adapters.texts.policy import Alphabet, Policy, read_policy
from upominek.adapters.texts.values import FAULTS, View, context_values, filters
from upominek.domain.errors import InvalidValue
from upominek.domain.language.language import Language
from upominek.domain.language.languages import DEFAULT, language_of
from upominek.domain.texts.message_context import MessageContext

Sources = Callable[[str], str | None]
"""From a file's name below `templates/` to what stands in it."""

CONTEXT_NAMES: Final = frozenset(one.name for one in fields(MessageContext))
EXTRA_NAMES: Final = frozenset({"drop", "section"})
"""What texts know besides the context."""

FUEL: Final = 50_000
"""Instructions that one text may take; an e-mail on sixty invoices takes 2 000."""

NATIVE_FILTERS: Final = frozenset(
    {
        *("abs", "capitalize", "count", "d", "default", "first", "join", "last", "length", "list", "lower", "map"),
        *("max", "min", "reject", "rejectattr", "round", "select", "selectattr", "sort", "trim", "unique", "upper"),
    }
)
"""What stays of minijinja's own filters."""
_FOREIGN_FILTERS: Final = (
    *("attr", "batch", "bool", "chain", "dictsort", "e", "escape", "filesizeformat", "float", "format", "groupby"),
    *("indent", "int", "items", "lines", "pluralize", "pprint", "replace", "reverse", "safe", "slice", "split"),
    *("string", "striptags", "sum", "title", "tojson", "truncate", "urlencode", "wordwrap", "zip"),
)
_GLOBALS: Final = ("cycler", "debug", "dict", "joiner", "namespace", "range")

_PIECE: Final = re.compile(r"(?:sms|email|letter)/[a-z]{2}/_[a-z0-9-]+\.txt")
_REFERENCE: Final = re.compile(r"\{%[-+]?\s*(?:extends|include)\s+[\"'](?P<name>[^\"']*)[\"']")
_OPENS: Final = "\x1e"
_NAMED: Final = "\x1f"
_BLANK_LINES: Final = re.compile(r"\n[ \t]*\n\s*")
_SPACES: Final = re.compile(r"[ \t\r\n]+")

IN_LINES: Final = frozenset({"signoff"})
"""Sections of which each line stands by itself; elsewhere a line end is a space, as in the source of a paragraph."""


_NO_READINGS: Final = Readings(())


@dataclass(frozen=True, slots=True)
class Template:
    """A text ready to be rendered.

    Attributes:
        name: within the environment; begins with the text's path.
        language: in which it writes amounts, days and counts.
        names: what it reads of the context while it renders.
        readings: values that are worked out before.
    """

    name: str
    path: str
    source: str
    language: Language
    policy: Policy
    names: tuple[str, ...]
    readings: Readings = _NO_READINGS

    def values(self, context: MessageContext) -> dict[str, object]:
        """What it is rendered with. Raises: TypeError, when nobody said how a value is to be shown."""
        values = context_values(context, self.names)
        self.readings.into(values, context)
        return values


class Engine:
    """Sources made into templates, and templates into text."""

    def __init__(
        self,
        sources: Sources,
        *,
        refuses_holes: bool = False,
        is_fast: bool = False,
        functions: Mapping[str, Callable[..., Any]] | None = None,
    ) -> None:
        """No environment is made before the first text comes.

        Args:
        refuses_holes: whether a value that is None, or a thing instead of its name, is an error.
        is_fast: whether SMS are rewritten so that they render faster; their errors then name other lines.
        functions: more of them than texts usually have.
        """
        self._sources = sources
        self._is_fast = is_fast
        self._refuses_holes = refuses_holes
        self._functions = {"section": _section, **(functions or {})}
        self._environments: dict[str, Environment] = {}

    def template(self, path: str, source: str, *, name: str | None = None) -> Template:
        """The source, compiled.

        Args:
            name: to tell versions of one text apart.

        Raises:
            TemplateError, InvalidValue: it does not parse, or its header does not.
        """
        name = name or f"{path}.txt"
        language = language_of(path.split("/")[1])
        environment = self._environment(language)
        is_sms = path.startswith("sms/")
        policy = read_policy(source) if is_sms else Policy()
        written, readings = source, _NO_READINGS
        if is_sms and self._is_fast:
            written, values = prepared(in_one_line(with_pieces_inside(source, self._piece)), language)
            readings = Readings(values)
            if policy.letters is Alphabet.TRANSLITERATE:
                written = in_plain_letters(written)
        environment.add_template(name, written)
        read = frozenset[str]().union(*map(environment.undeclared_variables_in_str, self.with_pieces(written)))
        return Template(name, path, source, language, policy, tuple(sorted(read & CONTEXT_NAMES)), readings)

    def render(self, template: Template, values: Mapping[str, object]) -> str:
        """The text with the values.

        Raises:
            InvalidValue: `template_invalid`.
        """
        try:
            return self._environments[template.language.code].render_template(template.name, **values)
        except FAULTS as error:
            raise not_rendered(template.path, error) from None

    def rendered(self, template: Template, values: Mapping[str, object]) -> str:
        """The text with the values. Raises: one of `FAULTS`, as it comes."""
        return self._environments[template.language.code].render_template(template.name, **values)

    @staticmethod
    def references(source: str) -> Iterator[re.Match[str]]:
        """Where the source takes in other files, each with its `name`."""
        return _REFERENCE.finditer(source)

    def has_piece(self, name: str) -> bool:
        """Whether there is such a shared piece."""
        return self._piece(name) is not None

    def with_pieces(self, source: str) -> list[str]:
        """The source and those of all pieces that it stands on."""
        found, waiting = {"": source}, [source]
        while waiting:
            for reference in self.references(waiting.pop()):
                piece = self._piece(name := reference["name"])
                if name not in found and piece is not None:
                    found[name] = piece
                    waiting.append(piece)
        return list(found.values())

    def undeclared(self, source: str) -> set[str]:
        """What the source reads, as far as that can be told without rendering: `creditor.name`, `invoices`."""
        return self._environment(DEFAULT).undeclared_variables_in_str(source, nested=True)

    def forget(self) -> None:
        """Give up all templates."""
        for environment in self._environments.values():
            environment.clear_templates()

    def _environment(self, language: Language) -> Environment:
        """Where texts of the language are rendered, made when the first one comes."""
        known = self._environments.get(language.code)
        if known is not None:
            return known
        made = Environment(
            loader=self._piece,
            filters=dict(filters(language)),
            globals=self._functions,
            undefined_behavior="strict",
            fuel=FUEL,
            trim_blocks=True,
            lstrip_blocks=True,
            pycompat=False,
            debug=False,  # its error texts would repeat the values, and those are personal data
            finalizer=_refuse_holes if self._refuses_holes else None,
        )
        for name in _GLOBALS:
            made.remove_global(name)
        for name in _FOREIGN_FILTERS:
            made.remove_filter(name)
        self._environments[language.code] = made
        return made

    def _piece(self, name: str) -> str | None:
        return self._sources(name) if _PIECE.fullmatch(name) else None


def not_rendered(path: str, error: Exception) -> InvalidValue:
    """The error that says so; what a filter says is left out, since it may repeat the value that it choked on."""
    what = f"{error.message} (line {error.line})" if isinstance(error, TemplateError) else type(error).__name__
    return InvalidValue(
        "template_invalid",
        pl=f"Tekst {path} nie daje się złożyć: {what}.",
        en=f"The text {path} does not render: {what}.",
    )


def sections(text: str) -> dict[str, list[str]]:
    """The paragraphs of each section of a rendered text that has `section` marks."""
    found: dict[str, list[str]] = {}
    for part in text.split(_OPENS)[1:]:
        name, _, body = part.partition(_NAMED)
        pieces: Sequence[str] = body.splitlines() if name in IN_LINES else _BLANK_LINES.split(body)
        found.setdefault(name, []).extend(filter(None, (_SPACES.sub(" ", piece).strip(" ") for piece in pieces)))
    return found


def _section(name: str) -> str:
    return f"{_OPENS}{name}{_NAMED}"


def _refuse_holes(value: Any) -> Any:  # noqa: ANN401 - whatever a text prints
    if value is None or isinstance(value, bool | list | tuple | dict | View):
        raise ValueError("hole")
    return value
