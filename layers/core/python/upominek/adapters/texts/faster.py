"""The same text in half the time: what a template would ask of Python while it renders is worked out before.

Reaching from minijinja into Python costs about two microseconds each time: for an attribute, for a filter, and a shared
piece costs more. So pieces are written into the source, and expressions such as `{{ invoice.due_on | short_day }}`
become one prepared value each. Only what is certain to mean the same is touched; tests hold both against each other.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from operator import attrgetter, call
from typing import Any, Final, NamedTuple

from upominek.adapters.texts.grammar import TAG
from upominek.adapters.texts.values import FAULTS, chooser, is_known, is_plain, on_domain, plain
from upominek.domain.language.language import Language
from upominek.domain.messages.sms import transliterate
from upominek.domain.texts.message_context import MessageContext

_INCLUDE: Final = re.compile(
    r"(?:(?<=\n)[ \t]+|\A[ \t]+)?\{% include [\"'](?P<name>[^\"']+)[\"'] (?P<keeps>\+?)%\}(?P<end>\n?)"
)
_MOST_DEPTH: Final = 8

_LITERAL: Final = r"(?:\"[^\"\\{}%]*\"|'[^'\\{}%]*')"
_EXPRESSION: Final = re.compile(
    r"(?P<open>\{\{-?) (?P<dotted>[a-z_]+(?:\.[a-z][a-z_]*)*)"
    rf"(?P<filters>(?: \| [a-z_]+(?:\({_LITERAL}(?:, {_LITERAL})*\))?)*) (?P<close>-?\}}\}})"
)
_FILTER: Final = re.compile(rf"\| (?P<name>[a-z_]+)(?:\((?P<arguments>{_LITERAL}(?:, {_LITERAL})*)\))?")
_BINDING: Final = re.compile(r"\{%-?\s*for\s+(?P<names>[\w, ]+?)\s+in\b")
_NEVER: Final = frozenset({"loop", "drop", "debtor"})
"""Names whose values change while a text is made shorter, or within it."""
_AFTER_TAG: Final = re.compile(r"((?<!\+)(?:%\}|#\}))\n")
_BEFORE_TAG: Final = re.compile(r"(\A|\n)[ \t]+(?=\{[%#](?!\+))")
_WHITE: Final = re.compile(r"\s+")
_UNSUITED: Final = re.compile(r"\{%[-+]?\s*(?:set|with|macro|call|filter|import|from|raw|extends|block)\b")


Form = Callable[[Any], object]
_Read = Callable[[object], tuple[object, ...]]


class Prepared(NamedTuple):
    """A value that is worked out before rendering.

    Attributes:
        name: in the rewritten source.
        dotted: in the context, `contact` or `invoice.number`.
        form: what its filter makes of it, or how it is shown without one; raises whatever filters do.
    """

    name: str
    dotted: str
    form: Form


class Readings:
    """Prepared values, read out of a context with as few steps as possible."""

    __slots__ = ("_groups",)

    def __init__(self, prepared: Iterable[Prepared]) -> None:
        groups: dict[str, list[Prepared]] = {}
        for one in prepared:
            groups.setdefault(one.dotted.rpartition(".")[0], []).append(one)
        self._groups = tuple((root, *_reading(ones)) for root, ones in groups.items())

    def into(self, values: dict[str, object], context: MessageContext) -> None:
        """Add the values. What cannot be worked out is missed where the text comes to it, and only there."""
        for root, read_as_is, as_is, read, formed, forms in self._groups:
            thing = getattr(context, root) if root else context
            if thing is None:
                continue
            if as_is:
                values.update(zip(as_is, read_as_is(thing)))  # noqa: B905 - of one name there are two values
            if formed:
                read_values = read(thing)
                try:
                    values.update(zip(formed, map(call, forms, read_values)))  # noqa: B905 - likewise
                except FAULTS:
                    values.update(_that_work_out(zip(formed, forms, read_values)))  # noqa: B905 - likewise


def _that_work_out(found: Iterable[tuple[str, Form, object]]) -> Iterator[tuple[str, object]]:
    for name, form, value in found:
        try:
            yield name, form(value)
        except FAULTS:
            continue


def _reading(
    ones: list[Prepared],
) -> tuple[_Read, tuple[str, ...], _Read, tuple[str, ...], tuple[Form, ...]]:
    """How the values of one thing are read: first those that are shown as they are, then those that take a form."""
    as_is = [one for one in ones if one.form is _shown and is_plain(one.dotted)]
    formed = [one for one in ones if one not in as_is]
    return (
        _all_of([one.dotted.rpartition(".")[2] for one in as_is]),
        tuple(one.name for one in as_is),
        _all_of([one.dotted.rpartition(".")[2] for one in formed]),
        tuple(one.name for one in formed),
        tuple(one.form for one in formed),
    )


def _all_of(names: list[str]) -> _Read:
    """Reads all the attributes at once; of one name it would not give a tuple, so that is read twice."""
    return attrgetter(*names, names[0]) if names else _nothing


def _nothing(_: object) -> tuple[object, ...]:
    return ()


def in_one_line(source: str) -> str:
    """The source without line ends and indents, which an SMS has no use for, as minijinja would have trimmed them."""
    if _UNSUITED.search(source):
        return source
    trimmed = _BEFORE_TAG.sub(r"\1", _AFTER_TAG.sub(r"\1", source))
    return _outside_tags(trimmed, lambda text: _WHITE.sub(" ", text))


def in_plain_letters(source: str) -> str:
    """The source with its own words, though not what stands in its brackets, within GSM 03.38."""
    return source if _UNSUITED.search(source) else _outside_tags(source, transliterate)


def _outside_tags(source: str, change: Callable[[str], str]) -> str:
    pieces, end = [], 0
    for tag in TAG.finditer(source):
        pieces += [change(source[end : tag.start()]), tag[0]]
        end = tag.end()
    return "".join((*pieces, change(source[end:])))


def with_pieces_inside(source: str, piece: Callable[[str], str | None], depth: int = 0) -> str:
    """The source with its shared pieces written out, as `trim_blocks` and `lstrip_blocks` would have placed them."""

    def inside(include: re.Match[str]) -> str:
        found = piece(include["name"])
        if found is None or depth >= _MOST_DEPTH or _UNSUITED.search(found):
            return include[0]
        if found.startswith(("{%-", "{{-")) or found.rstrip().endswith(("-%}", "-}}", "#}")):
            return include[0]  # it would trim what is around it
        written = with_pieces_inside(found, piece, depth + 1).removesuffix("\n")
        is_tag_last = written.endswith("%}")  # which eats the line end behind it
        if include["keeps"]:
            return written + ("\n" if is_tag_last and include["end"] else "") + include["end"]
        return written + (include["end"] if is_tag_last else "")

    return _INCLUDE.sub(inside, source)


def prepared(source: str, language: Language) -> tuple[str, tuple[Prepared, ...]]:
    """The source, of a text in the language, with prepared values in place of expressions; how to work them out."""
    if _UNSUITED.search(source):
        return source, ()
    bound = {name.strip() for loop in _BINDING.finditer(source) for name in loop["names"].split(",")} | _NEVER
    found: dict[str, Prepared] = {}

    def replaced(expression: re.Match[str]) -> str:
        dotted, filters = expression["dotted"], expression["filters"]
        if dotted.partition(".")[0] in bound or not is_known(dotted) or (form := _form(filters, language)) is None:
            return expression[0]
        one = found.setdefault(dotted + filters, Prepared(f"prepared_{len(found)}", dotted, form))
        return f"{expression['open']} {one.name} {expression['close']}"

    return _EXPRESSION.sub(replaced, source), tuple(found.values())


def _form(filters: str, language: Language) -> Form | None:
    """What one filter, or none, makes of a value; None for all else."""
    known = on_domain(language)
    steps = [(one["name"], _arguments(one["arguments"])) for one in _FILTER.finditer(filters)]
    match steps:
        case []:
            return _shown
        case [(name, [])] if name in known:
            return known[name]
        case [("plural", [_, *_] as forms)]:
            with suppress(TypeError):  # of a wrong number of forms; rendering says so, at the place
                return chooser(language, forms)
        case [("map", [name]), ("join", [separator])] if name in known:
            write = known[name]
            return lambda values: write(values[0]) if len(values) == 1 else separator.join(map(write, values))
    return None


def _shown(value: object) -> object:
    """Text as it is: what an SMS says is cleaned as a whole."""
    return value if type(value) is str else plain(value)


def _arguments(written: str | None) -> list[str]:
    return [one[1:-1] for one in re.findall(_LITERAL, written or "")]
