"""Whether a text can go out: read, held against the context, and told for every sample, before anybody gets it.

What stands here is about form. Whether the words frighten, mislead or lack something is for the linter to say.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from itertools import pairwise
from typing import Final

from minijinja import TemplateError

from upominek.adapters.texts import grammar
from upominek.adapters.texts.engine import CONTEXT_NAMES, EXTRA_NAMES, Engine, Sources, Template, sections
from upominek.adapters.texts.renderer import counted, given_up, in_line
from upominek.adapters.texts.samples import CREDITOR, Sample, samples
from upominek.adapters.texts.sources import shipped, shipped_texts
from upominek.adapters.texts.values import ATTRIBUTES, FAULTS, kinds_of
from upominek.domain.errors import InvalidValue
from upominek.domain.parties.creditor import Creditor
from upominek.domain.texts.message_context import InvoiceLine, MessageContext
from upominek.domain.texts.overrides import TextKey
from upominek.domain.values.problem import FilePlace, Problem

LONGEST_PREHEADER: Final = 100
LONGEST_SUBJECT: Final = 150
NEEDED_SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "email": ("subject", "preheader", "greeting", "opening", "closing", "signoff"),
    "letter": ("title",),
}

_PROBE: Final = "probe"
_ATTRIBUTE: Final = re.compile(
    r"\battribute\s*=\s*[\"'](?P<name>[^\"']*)|(?:select|reject)attr\(\s*[\"'](?P<other>[^\"']*)"
)


def check(
    key: TextKey, source: str, creditor: Creditor | None = None, *, sources: Sources = shipped
) -> list[Problem[FilePlace]]:
    """Everything that is wrong with the source, in the order of the file; nothing where it can go out.

    Args:
        creditor: whose text it is; its name and contacts then stand in the samples.
    """
    return TextCheck(key, source, creditor or CREDITOR, sources).problems()


def unknown_text(key: TextKey) -> Problem[FilePlace] | None:
    """The problem that there is no text of this name and tone, which nobody would ever send."""
    known = sorted({one.name for one in shipped_texts(key.channel)})
    if key.name in known:
        return None
    near = ", ".join(get_close_matches(key.name, known, n=3)) or ", ".join(known)
    return Problem(
        FilePlace(_file(key), 1, 1),
        "text_unknown",
        pl=f"Nie ma tekstu o nazwie „{key.name}” ({key.channel}). Są: {near}.",
        en=f"There is no text named “{key.name}” ({key.channel}). There are: {near}.",
    )


class TextCheck:
    """One source under examination."""

    def __init__(self, key: TextKey, source: str, creditor: Creditor, sources: Sources) -> None:
        self._key, self._source, self._creditor = key, source, creditor
        self._sources = sources
        self._engine = Engine(sources, refuses_holes=True)

    def problems(self) -> list[Problem[FilePlace]]:
        """Everything, without repetitions."""
        if found := list(self._in_form()):
            return found
        try:
            template = self._engine.template(self._key.path, self._source)
        except TemplateError as error:
            return [self._not_read(error)]
        except InvalidValue as invalid:
            return [self._problem(0, invalid.code, invalid.pl, invalid.en)]
        found = [*self._unknown_names(template), *self._unknown_attributes()]
        if not found:
            found = [
                problem for sample in samples(self._key, self._creditor) for problem in self._told(template, sample)
            ]
        first = {(one.code, one.where): one for one in reversed(found)}
        return sorted(first.values(), key=lambda one: one.where)

    # --- Reading -----------------------------------------------------------------------------------------------------

    def _in_form(self) -> Iterator[Problem[FilePlace]]:
        if (unknown := unknown_text(self._key)) is not None:
            yield unknown
        yield from grammar.faults(self._source, _file(self._key))
        for reference in self._engine.references(self._source):
            if not self._engine.has_piece(reference["name"]):
                yield self._problem(
                    reference.start(),
                    "piece_unknown",
                    f"Nie ma pliku „{reference['name']}”. Dołączać można tylko wspólne części, np. "
                    f"{self._key.channel}/pl/_….txt.",
                    f"There is no file “{reference['name']}”. Only shared pieces can be taken in, such as "
                    f"{self._key.channel}/pl/_….txt.",
                )

    def _not_read(self, error: TemplateError) -> Problem[FilePlace]:
        what = error.detail or error.message
        return self._problem(
            self._place(error),
            "syntax",
            f"Szablonu nie da się odczytać: {what}. Sprawdź nawiasy {{{{ }}}} i {{% %}} w tym miejscu.",
            f"The template cannot be read: {what}. Look at the brackets {{{{ }}}} and {{% %}} here.",
        )

    def _unknown_names(self, template: Template) -> Iterator[Problem[FilePlace]]:
        for name in sorted(self._engine.undeclared(self._source)):
            known = self._names_at(name, template)
            if known is None:
                continue
            last = name.rpartition(".")[2]
            near = ", ".join(get_close_matches(last, known, n=3)) or ", ".join(sorted(known)) or "–"
            yield self._problem(
                self._first(name),
                "name_unknown",
                f"Nie ma wartości „{name}”. Może chodziło o: {near}.",
                f"There is no value “{name}”. Perhaps this was meant: {near}.",
            )

    def _unknown_attributes(self) -> Iterator[Problem[FilePlace]]:
        """Attributes that filters name, which minijinja passes over in silence where there are none."""
        known = ATTRIBUTES[InvoiceLine]
        for named in _ATTRIBUTE.finditer(self._source):
            if (name := named["name"] or named["other"]) not in known:
                yield self._problem(
                    named.start(),
                    "name_unknown",
                    f"Faktura nie ma wartości „{name}”. Są: {', '.join(known)}.",
                    f"An invoice has no value “{name}”. There are: {', '.join(known)}.",
                )

    def _names_at(self, name: str, template: Template) -> frozenset[str] | None:
        """What could stand where an unknown name stands; None where the name is known."""
        root, *rest = name.split(".")
        if root == "drop":
            items = frozenset(template.policy.shorten)
            return items if rest and rest[0] not in items else None
        if root not in CONTEXT_NAMES:
            return None if root in EXTRA_NAMES else CONTEXT_NAMES
        kind = kinds_of(MessageContext)[root]
        for part in rest:
            known = kinds_of(kind) if kind else {}
            if part not in known:
                return frozenset(known)
            kind = known[part]
        return None

    # --- Telling -----------------------------------------------------------------------------------------------------

    def _told(self, template: Template, sample: Sample) -> Iterator[Problem[FilePlace]]:
        values = template.values(sample.context)
        try:
            if self._key.channel == "sms":
                yield from self._sms(template, sample, values)
            else:
                yield from self._sections(sample, self._engine.rendered(template, values))
        except FAULTS as error:
            yield self._fails(template, sample, values, error)

    def _sms(self, template: Template, sample: Sample, values: dict[str, object]) -> Iterator[Problem[FilePlace]]:
        policy = template.policy
        levels = [
            counted(in_line(self._engine.rendered(template, given)), policy)
            for given in (given_up(policy, level, sample.context, values) for level in range(len(policy.shorten) + 1))
        ]
        if any(not parts.text for parts in levels):
            yield self._problem(
                0,
                "text_empty",
                f"Tekst jest pusty w przypadku „{sample.name}”.",
                f"The text is empty for “{sample.name}”.",
            )
        for item, (before, after) in zip(policy.shorten, pairwise(levels), strict=True):
            if after.parts > before.parts:
                yield self._problem(
                    self._first(item),
                    "shorten_lengthens",
                    f"Pominięcie „{item}” wydłuża SMS w przypadku „{sample.name}”. Zmień tekst lub kolejność "
                    "w shorten.",
                    f"Leaving out “{item}” lengthens the SMS for “{sample.name}”. Change the text or the order "
                    "in shorten.",
                )
        shortest = levels[-1]
        if min(parts.parts for parts in levels) > policy.parts:
            yield self._problem(
                0,
                "too_many_parts",
                f"SMS ma {shortest.parts} części ({shortest.encoding}, {shortest.units} znaków) w przypadku "
                f"„{sample.name}”, a może mieć {policy.parts}. Skróć go, dopisz do shorten, co można pominąć, albo "
                "zwiększ parts.",
                f"The SMS takes {shortest.parts} parts ({shortest.encoding}, {shortest.units} units) for "
                f"“{sample.name}”; it may take {policy.parts}. Shorten it, name in shorten what can be left out, or "
                "raise parts.",
            )

    def _sections(self, sample: Sample, text: str) -> Iterator[Problem[FilePlace]]:
        written = sections(text)
        for name in NEEDED_SECTIONS[self._key.channel]:
            if not written.get(name):
                yield self._problem(
                    self._first(f"block {name}"),
                    "section_missing",
                    f"Część „{name}” jest pusta w przypadku „{sample.name}”. Uzupełnij blok {name}.",
                    f"The section “{name}” is empty for “{sample.name}”. Fill in the block {name}.",
                )
        subject, preheader = (" ".join(written.get(name, ())) for name in ("subject", "preheader"))
        for name, said, longest in (("subject", subject, LONGEST_SUBJECT), ("preheader", preheader, LONGEST_PREHEADER)):
            if len(said) > longest:
                yield self._problem(
                    self._first(f"block {name}"),
                    f"{name}_too_long",
                    f"{name} ma {len(said)} znaków w przypadku „{sample.name}”, najwyżej {longest}. Skróć go.",
                    f"The {name} has {len(said)} characters for “{sample.name}”, at most {longest}. Shorten it.",
                )
        if preheader and preheader == subject:
            yield self._problem(
                self._first("block preheader"),
                "preheader_repeats",
                "Preheader powtarza temat. Powiedz w nim coś, czego w temacie nie ma.",
                "The preheader repeats the subject. Say something that the subject does not.",
            )

    def _fails(
        self, template: Template, sample: Sample, values: Mapping[str, object], error: Exception
    ) -> Problem[FilePlace]:
        if isinstance(error, TemplateError):
            what = str(error.detail or error.message).partition("\n")[0]
            return self._problem(
                self._place(error) if error.name in {None, template.name} else 0,
                "does_not_render",
                f"Tekst nie daje się złożyć w przypadku „{sample.name}”: {what}.",
                f"The text does not render for “{sample.name}”: {what}.",
            )
        return self._problem(
            self._last_probed(values),
            "hole",
            f"Tekst wstawiłby tu nic, listę albo rzecz zamiast słów w przypadku „{sample.name}”. Sprawdź wartość "
            "przez if, a kwotę lub dzień przepuść przez filtr.",
            f"The text would print nothing, a list or a thing instead of words here for “{sample.name}”. Ask for the "
            "value with if, and write amounts and days with a filter.",
        )

    def _last_probed(self, values: Mapping[str, object]) -> int:
        """Where rendering was when it failed, found by marks in front of every expression."""
        met: list[int] = []

        def probe(at: int) -> str:
            met.append(at)
            return ""

        def probed(tag: re.Match[str]) -> str:
            return f"{{{{ {_PROBE}({tag.start()}) }}}}{tag[0]}" if tag[0].startswith("{{") else tag[0]

        engine = Engine(self._sources, refuses_holes=True, functions={_PROBE: probe})
        source = grammar.TAG.sub(probed, self._source)
        try:
            engine.rendered(engine.template(self._key.path, source), values)
        except FAULTS:
            return met[-1] if met else 0
        return 0

    # --- Places ------------------------------------------------------------------------------------------------------

    def _first(self, name: str) -> int:
        found = re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", self._source)
        return found.start() if found else 0

    def _place(self, error: TemplateError) -> int:
        """Where minijinja stopped; it counts bytes."""
        if error.range is not None:
            return len(self._source.encode()[: error.range[0]].decode(errors="ignore"))
        lines = self._source.split("\n")[: (error.line or 1) - 1]
        return sum(len(line) + 1 for line in lines)

    def _problem(self, at: int, code: str, pl: str, en: str) -> Problem[FilePlace]:
        return Problem(FilePlace.at(_file(self._key), self._source, at), code, pl, en)


def _file(key: TextKey) -> str:
    return f"{key.path}.txt"
