"""The linter for texts: what a reminder must not say, and what it has to.

The rules are data, `data/wording.toml`, with their reasons and legal sources. A text is read twice: as it is written,
so that a finding can name its line, and as it comes out for sample cases, so that what stands in shared pieces or
behind conditions is seen as debtors see it.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from upominek.adapters.texts.checking import check
from upominek.adapters.texts.policy import MOST_PARTS, read_policy
from upominek.adapters.texts.renderer import TemplateRenderer
from upominek.adapters.texts.samples import CREDITOR, Sample, samples
from upominek.adapters.texts.sources import shipped
from upominek.domain.errors import InvalidValue
from upominek.domain.language.languages import LANGUAGES
from upominek.domain.messages.sms import transliterate
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.planning.occasions import asks_for_payment
from upominek.domain.texts.message_context import MessageContext
from upominek.domain.texts.overrides import KINDS, TextKey
from upominek.domain.values.channel import Channel
from upominek.domain.values.problem import FilePlace, Problem

LONGEST_SENTENCE: Final = 200
"""Characters of a sentence that a finding shows."""

_OF_DEMANDS: Final = frozenset({"missing-amount", "missing-date", "missing-account"})
"""What a text need not say that asks for no payment."""

_MARKS: Final = str.maketrans("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ\u00a0’", "acelnoszzACELNOSZZ '")
_CODE: Final = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_STATEMENT: Final = re.compile(r"\{#.*?#\}|\{%.*?%\}", re.DOTALL)
_STRUCTURE: Final = re.compile(r"\{%[-+]?\s*(?:extends|include|block|endblock|import|from)\b|\{\{[-+]?\s*section\(")
_LITERAL: Final = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_SENTENCE_END: Final = re.compile(r"[.?!](?=\s)|\n\s*\n")
_HEADER: Final = re.compile(r"\A\s*\{#.*?#\}", re.DOTALL)
_SURNAME, _NIP, _STREET, _ID = "Znacznikowska", "9990000077", "ul. Znacznikowa 77", "ZNACZNIK-77"


@dataclass(frozen=True, slots=True)
class Advice:
    """Why something is found fault with, in Polish and English, and what to write instead."""

    reason: Mapping[str, str]
    instead: Mapping[str, str]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a text must not say; see the head of `wording.toml`."""

    id: str
    group: str
    is_error: bool
    advice: Advice
    patterns: Mapping[str, tuple[re.Pattern[str], ...]]
    exceptions: tuple[re.Pattern[str], ...]
    cased: tuple[re.Pattern[str], ...]
    cased_exceptions: tuple[re.Pattern[str], ...]
    allowed_in: frozenset[str]
    channels: frozenset[str]
    when: str | None

    def holds_for(self, channel: str, name: str) -> bool:
        """Whether the rule looks at such a text."""
        return name not in self.allowed_in and (not self.channels or channel in self.channels)

    def matches(self, text: str, language: str) -> Iterator[tuple[int, int]]:
        """Beginning and end of each thing said that should not be."""
        unmarked, small = _folded(text)
        for patterns, exceptions, seen in (
            ((*self.patterns.get(language, ()), *self.patterns["any"]), self.exceptions, small),
            (self.cased, self.cased_exceptions, unmarked),
        ):
            found = [match.span() for pattern in patterns for match in pattern.finditer(seen)]
            if found:
                fine = [match.span() for pattern in exceptions for match in pattern.finditer(seen)]
                yield from (one for one in found if not any(one[0] < end and start < one[1] for start, end in fine))


@lru_cache(maxsize=32)
def _folded(text: str) -> tuple[str, str]:
    """The text without Polish marks, and that in small letters; places stay."""
    unmarked = text.translate(_MARKS)
    small = unmarked.lower()
    if len(small) != len(unmarked):
        small = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in unmarked)
    return unmarked, small


@dataclass(frozen=True, slots=True)
class Element:
    """What a message must say."""

    id: str
    channels: frozenset[str]
    advice: Advice


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything in `wording.toml`."""

    wording: tuple[Rule, ...]
    elements: tuple[Element, ...]

    def rule(self, name: str) -> Rule:
        """The rule of that id."""
        return next(one for one in self.wording if one.id == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to mend.

    Attributes:
        file: path of the text.
        line: from 1; None for what is missing, and for what stands in a piece that the text includes.
        sentence: what was said; empty for what is missing.
        sample: the case in which it shows; None where the source itself says it.
    """

    rule: str
    is_error: bool
    file: str
    line: int | None
    sentence: str
    advice: Advice = field(repr=False)
    sample: str | None = None

    @property
    def where(self) -> str:
        """`file:line`, as editors know it."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def as_problem(self, key: TextKey) -> Problem[FilePlace]:
        """The finding among the faults of form."""
        said = f"„{self.sentence}”: " if self.sentence else ""
        pl, en = self.advice.instead["pl"], self.advice.instead["en"]
        return Problem(
            FilePlace(_file(key.path), self.line or 1, 1),
            self.rule,
            pl=f"{said}{self.advice.reason['pl']} Zamiast tego: {pl}",
            en=f"{said}{self.advice.reason['en']} Instead: {en}",
        )

    def to_dict(self) -> dict[str, object]:
        """The shape of `upominek template check --json`."""
        return {
            "file": self.file,
            "line": self.line,
            "column": None,
            "code": self.rule,
            "severity": "error" if self.is_error else "warning",
            "sentence": self.sentence,
            "sample": self.sample,
            "message": dict(self.advice.reason),
            "instead": dict(self.advice.instead),
            "source": self.advice.source,
        }


def refusals(key: TextKey, source: str, creditor: Creditor | None = None) -> list[Problem[FilePlace]]:
    """What keeps a text from going out: every fault of its form, and of its words every error."""
    found = examine(key, source, creditor)
    return [one if isinstance(one, Problem) else one.as_problem(key) for one in found if _refuses(one)]


def _refuses(problem: Problem[FilePlace] | Finding) -> bool:
    return not isinstance(problem, Finding) or problem.is_error


def examine(key: TextKey, source: str, creditor: Creditor | None = None) -> list[Problem[FilePlace] | Finding]:
    """Everything to mend in a text, in its form and in its words; nothing where it can go out.

    Where the form is wrong, only the words of the source itself are read.

    Args:
        creditor: whose text it is; its name and contacts then stand in the samples.
    """
    problems = check(key, source, creditor)
    if problems:
        return [*problems, *lint_source(key.path, source)]
    return [*lint(key, source, samples(key, creditor or CREDITOR))]


# --- The rules --------------------------------------------------------------------------------------------------------


@cache
def load_rules() -> Rules:
    """The rules that come with the product."""
    return read_rules((files("upominek") / "data" / "wording.toml").read_text(encoding="utf-8"))


def read_rules(text: str) -> Rules:
    """Rules from the text of a file; it is ours, so a mistake in it is one of the program."""
    stated = tomllib.loads(text)
    return Rules(
        tuple(_rule(one) for one in stated["rule"]),
        tuple(Element(one["id"], frozenset(one["channels"]), _advice(one)) for one in stated["element"]),
    )


def _rule(stated: Mapping[str, Any]) -> Rule:
    words = {name: _patterns(stated.get(name, ()), at_word=name != "any") for name in (*LANGUAGES, "any")}
    return Rule(
        id=stated["id"],
        group=stated["group"],
        is_error=stated["severity"] == "error",
        advice=_advice(stated),
        patterns=words,
        exceptions=_patterns(stated.get("except", ()), at_word=True),
        cased=_patterns(stated.get("cased", ()), at_word=False),
        cased_exceptions=_patterns(stated.get("except_cased", ()), at_word=False),
        allowed_in=frozenset(stated.get("allowed_in", ())),
        channels=frozenset(stated.get("channels", ())),
        when=stated.get("when"),
    )


def _advice(stated: Mapping[str, Any]) -> Advice:
    return Advice(stated["reason"], stated["instead"], stated["source"])


def _patterns(written: Iterable[str], *, at_word: bool) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_spaced(one) if not at_word else rf"(?<!\w)(?:{_spaced(one)})") for one in written)


def _spaced(pattern: str) -> str:
    gap = r"(?:\s+|\s[^.?!]{0,40}?\s)"
    return pattern.replace(" .. ", gap).replace(" ?", r"\s*").replace(" ", r"\s+")


# --- What is written --------------------------------------------------------------------------------------------------


def lint_source(path: str, source: str) -> list[Finding]:
    """What the words of a source say that they should not, by line.

    Args:
        path: of a text or of a shared piece, `sms/pl/overdue.friendly` or `sms/pl/_help`.
    """
    channel, language, variant = path.removesuffix(".txt").split("/")
    name, *parts = variant.split(".")
    words = words_of(source)
    found = [
        _at(rule, path, source, words, start, end)
        for rule in load_rules().wording
        if rule.when in {None, *parts} and rule.holds_for(channel, name)
        for start, end in rule.matches(words, language)
    ]
    return _without_repetition(found)


def words_of(source: str) -> str:
    """The source with its code blanked out, so that places stay; words that code may print stay as well."""

    def blanked(code: re.Match[str]) -> str:
        text = code.group()
        kept = [" " if letter != "\n" else "\n" for letter in text]
        if not text.startswith("{#") and not _STRUCTURE.match(text):
            for literal in _LITERAL.finditer(text):
                kept[literal.start() + 1 : literal.end() - 1] = text[literal.start() + 1 : literal.end() - 1]
        return "".join(kept)

    return _CODE.sub(blanked, source)


def _at(rule: Rule, path: str, source: str, words: str, start: int, end: int) -> Finding:
    first, last = _sentence(words, start, end)
    return Finding(
        rule=rule.id,
        is_error=rule.is_error,
        file=_file(path),
        line=source.count("\n", 0, start) + 1,
        sentence=_short(source[first:last]),
        advice=rule.advice,
    )


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence begins and ends that has this in it."""
    before = [match.end() for match in _SENTENCE_END.finditer(text, 0, start)]
    after = _SENTENCE_END.search(text, end - 1)
    return before[-1] if before and before[-1] <= start else 0, after.end() if after else len(text)


def _short(text: str) -> str:
    text = " ".join(_STATEMENT.sub(" ", text).split())
    return text if len(text) <= LONGEST_SENTENCE else text[: LONGEST_SENTENCE - 1] + "…"


def _file(path: str) -> str:
    return path if path.endswith(".txt") else f"{path}.txt"


def _without_repetition(found: Iterable[Finding]) -> list[Finding]:
    """One finding for each rule and sentence, in order of place."""
    kept: dict[tuple[str, str], Finding] = {}
    for one in sorted(found, key=lambda one: (one.line or 0, one.rule)):
        kept.setdefault((one.rule, one.sentence), one)
    return list(kept.values())


# --- What comes out ---------------------------------------------------------------------------------------------------


def lint(key: TextKey, source: str, cases: Sequence[Sample] | None = None) -> list[Finding]:
    """Everything to mend in a text that renders.

    Args:
        cases: those that the text is read in instead of the usual samples; the first is an ordinary one, whose values
            hold nothing that a rule could mind.
    """
    found = lint_source(key.path, source)
    known = {one.rule for one in found}
    reader = _Reader(key, source, samples(key) if cases is None else cases)
    found += [one for one in reader.wording() if one.rule not in known]
    found += reader.privacy()
    found += reader.missing()
    return _without_repetition(found)


class _Reader:
    """A text, read as it comes out; cases in which it does not come out are for the validator to tell."""

    def __init__(self, key: TextKey, source: str, cases: Sequence[Sample]) -> None:
        self._key, self._source, self._words = key, source, words_of(source)
        self._text = _renderer(key, source)
        self._roomy = _renderer(key, _roomy(source)) if key.channel == "sms" else self._text
        told = ((one, self._said(one.context)) for one in cases)
        self._cases = [(one, said) for one, said in told if said is not None]

    def wording(self) -> Iterator[Finding]:
        """What the text says with everything that it stands on."""
        for ordinary, said in self._cases[:1]:
            yield from self._faults(said, None)
            if self._key.name != "register-warning":
                yield from self._without_register(ordinary.context)
            if self._key.kind in {None, "consumer"} and not self._has_variant("consumer"):
                yield from self._faults(self._said(self._to_a_consumer(ordinary.context)), "consumer")

    def _without_register(self, context: MessageContext) -> Iterator[Finding]:
        said = self._said(replace(context, register=None))
        yield from self._faults(said, "without-register")
        if said is None:  # it counts on a bureau that most cases have not
            at = self._source.find("register.")
            line = self._source.count("\n", 0, at) + 1 if at >= 0 else None
            sentence = self._source.splitlines()[line - 1] if line else ""
            yield self._finding(load_rules().rule("register"), sentence, line=line)

    def privacy(self) -> Iterator[Finding]:
        """What an SMS tells of a person to whoever looks at the telephone."""
        rule = load_rules().rule("personal-data")
        if self._key.channel not in rule.channels or self._key.kind in {"business", "public"}:
            return
        for ordinary, _ in self._cases[:1]:
            person = self._to_a_consumer(ordinary.context)
            marked = replace(person.debtor, name=f"Anna {_SURNAME}", id=_ID, nip=_NIP, address=(_STREET,))
            said = self._said(replace(person, debtor=marked), self._roomy) or ""
            if any(secret in said for secret in (_SURNAME, _NIP, _STREET, _ID)):
                lines = enumerate(self._source.splitlines(), start=1)
                yield self._finding(rule, said, line=next((at for at, one in lines if "debtor." in one), None))

    def missing(self) -> Iterator[Finding]:
        """What the text does not say in some case; in an SMS that had to be shortened only the most needed counts."""
        for one, said in self._cases:
            if self._key.channel == "sms":
                yield from self._unsaid(one, said, {"missing-sender", "missing-amount"})
                yield from self._unsaid(one, self._said(one.context, self._roomy) or said, None)
            else:
                yield from self._unsaid(one, said, None)

    def _unsaid(self, case: Sample, text: str, needed: Collection[str] | None) -> Iterator[Finding]:
        said, spared = _flat(text), frozenset() if asks_for_payment(self._key.name) else _OF_DEMANDS
        for element in load_rules().elements:
            if element.id in spared:
                continue
            if self._key.channel in element.channels and (needed is None or element.id in needed):
                accepted = _accepted(element.id, case.context)
                if accepted and not any(_flat(one) in said for one in accepted):
                    yield Finding(
                        rule=element.id,
                        is_error=True,
                        file=_file(self._key.path),
                        line=None,
                        sentence="",
                        advice=element.advice,
                        sample=case.name,
                    )

    def _faults(self, said: str | None, when: str | None) -> Iterator[Finding]:
        """What the rules that hold then mind in a text that came out."""
        language = self._key.language
        for rule in load_rules().wording:
            if said is not None and rule.when == when and rule.holds_for(self._key.channel, self._key.name):
                for span in rule.matches(said, language):
                    first, last = _sentence(said, *span)
                    yield self._written(rule) or self._finding(rule, said[first:last])

    def _written(self, rule: Rule) -> Finding | None:
        """The finding at the place in the source that says so; None where a shared piece does, or code."""
        for start, end in rule.matches(self._words, self._key.language):
            place = _at(rule, self._key.path, self._source, self._words, start, end)
            return replace(place, sample=self._cases[0][0].name)
        return None

    def _finding(self, rule: Rule, sentence: str, *, line: int | None = None) -> Finding:
        return Finding(
            rule=rule.id,
            is_error=rule.is_error,
            file=_file(self._key.path),
            line=line,
            sentence=_short(sentence),
            advice=rule.advice,
            sample=self._cases[0][0].name,
        )

    def _said(self, context: MessageContext, renderer: TemplateRenderer | None = None) -> str | None:
        """The text for the case; None where it does not come out."""
        renderer = renderer or self._text
        try:
            if self._key.channel == "letter":
                sections = renderer.sections("letter", self._key.name, context)
                return "\n\n".join(paragraph for paragraphs in sections.values() for paragraph in paragraphs)
            rendered = renderer.render(Channel(self._key.channel), self._key.name, context, with_images=False)
        except InvalidValue:
            return None
        return "\n\n".join(filter(None, (rendered.subject, rendered.preheader, rendered.text)))

    def _has_variant(self, kind: str) -> bool:
        return self._key.kind is None and shipped(f"{replace(self._key, kind=kind).path}.txt") is not None

    @staticmethod
    def _to_a_consumer(context: MessageContext) -> MessageContext:
        """The same owed by a person, so without what only firms owe."""
        lines = tuple(replace(line, compensation=None) for line in context.invoices)
        return replace(
            context,
            kind="consumer",
            is_consumer=True,
            debtor=replace(context.debtor, kind=DebtorKind.CONSUMER),
            compensation=None,
            claims_compensation=False,
            invoices=lines,
            invoice=lines[0] if len(lines) == 1 else None,
        )


def _roomy(source: str) -> str:
    """The SMS with so much room that nothing has to be given up."""
    items = read_policy(source).shorten
    header = f"{{# parts: {MOST_PARTS}{'; shorten: ' if items else ''}{', '.join(items)} #}}"
    return header + _HEADER.sub("", source, count=1)


def _renderer(key: TextKey, source: str) -> TemplateRenderer:
    """A renderer to which this source is the one text of its name."""
    others = {f"{replace(key, kind=kind).path}.txt" for kind in (None, *KINDS)}

    def sources(name: str) -> str | None:
        if name == f"{key.path}.txt":
            return source
        return None if name in others else shipped(name)

    return TemplateRenderer(sources)


def _accepted(element: str, context: MessageContext) -> Sequence[str]:
    """Ways to say the element, any of which will do; none where the case has nothing to say."""
    match element:
        case "missing-sender":
            return (context.sender, context.creditor.name)
        case "missing-invoices":
            return [line.number for line in context.invoices[:1]] + ([str(context.count)] if context.count > 1 else [])
        case "missing-amount":
            sums = [*context.totals, *context.grand_totals, *([context.interest] if context.interest else [])]
            return [
                written
                for amount in sums
                for language in LANGUAGES.values()
                for written in (language.short_amount(amount), language.amount(amount))
            ]
        case "missing-date":
            return [
                written
                for day in (context.first_due_on, context.last_due_on, context.as_of)
                for language in LANGUAGES.values()
                for written in (language.short_date(day), language.long_date(day))
            ]
        case "missing-account":
            return [account for account in (context.account, *(line.account for line in context.invoices)) if account]
        case "missing-contact":
            return [one for one in (context.creditor.contact_phone, context.creditor.reply_to) if one]
        case _:
            raise LookupError(element)


def _flat(text: str) -> str:
    return " ".join(transliterate(text).split())
