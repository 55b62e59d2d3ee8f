"""What a text may be made of: a small part of Jinja, which is all that texts need.

Texts come from creditors, and a template that doubles a string thirty times over fills any memory. So nothing can be
given a name but the invoices of a loop, loops are not nested, and nothing multiplies: then a text is not much longer
than its source, and its source is limited. Read by signs, not by meaning: what is refused could be harmless.
"""

import re
from collections.abc import Iterator
from typing import Final

from upominek.domain.values.problem import FilePlace, Problem

LONGEST_SOURCE: Final = 20_000
LONGEST_LITERAL: Final = 500
"""Of a string within a tag: `join` puts one between every two letters of another."""

TAG: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_STRING: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", re.DOTALL)
_STATEMENT: Final = re.compile(r"\{%[-+]?\s*(?P<name>[a-z]+)\b(?P<rest>.*?)[-+]?%\}", re.DOTALL)
_LOOP: Final = re.compile(r"\s*[a-z_]+\s+in\s+[a-z_]+(?:\.[a-z_]+)*\s*(?:\[[0-9: -]*\])?\s*")
_REFERENCE: Final = re.compile(r"\s*(?:\"[^\"]*\"|'[^']*')\s*")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BRACKETS: Final = {"(": ")", "[": "]"}
_STATEMENTS: Final = frozenset(
    {"if", "elif", "else", "endif", "for", "endfor", "extends", "block", "endblock", "include"}
)


def faults(source: str, file: str) -> Iterator[Problem[FilePlace]]:
    """What the source has and may not have.

    Args:
        file: name of the text's file.
    """

    def place(found: re.Match[str]) -> FilePlace:
        return FilePlace.at(file, source, found.start())

    if len(source) > LONGEST_SOURCE:
        yield Problem(
            FilePlace.at(file, source, LONGEST_SOURCE),
            "text_too_big",
            pl=f"Tekst ma {len(source)} znaków, najwyżej {LONGEST_SOURCE}. Skróć go.",
            en=f"The text has {len(source)} characters, at most {LONGEST_SOURCE} are taken. Shorten it.",
        )
        return
    for control in _CONTROL.finditer(source):
        yield Problem(
            place(control),
            "control_character",
            pl="W tekście stoi znak sterujący, którego nie widać. Usuń go.",
            en="There is a control character that cannot be seen. Remove it.",
        )
    depth = 0
    for tag in TAG.finditer(source):
        if tag[0].startswith("{#"):
            continue
        yield from (Problem(place(tag), *fault) for fault in _in_strings(tag[0]))
        yield from (Problem(place(tag), *fault) for fault in _in_expression(_STRING.sub('""', tag[0])))
        statement = _STATEMENT.fullmatch(tag[0])
        if statement is None:
            continue
        yield from (Problem(place(tag), *fault) for fault in _in_statement(statement["name"], statement["rest"], depth))
        depth += {"for": 1, "endfor": -1}.get(statement["name"], 0)


def _in_strings(tag: str) -> Iterator[tuple[str, str, str]]:
    """Where the tag ends for the engine too: not in the middle of a string, nor of a bracket.

    Otherwise `{{ "}}" ~ "{#" }}` would seem to begin a comment here, and what follows would not be looked at.
    """
    if any(len(string[0]) > LONGEST_LITERAL for string in _STRING.finditer(tag)):
        yield (
            "literal_too_long",
            f"Napis w nawiasach może mieć najwyżej {LONGEST_LITERAL} znaków. Napisz go poza nawiasami.",
            f"A string in brackets can have {LONGEST_LITERAL} characters. Write it outside the brackets.",
        )
    rest, waiting = _STRING.sub("", tag[2:-2]), []
    for sign in rest:
        if sign in _BRACKETS:
            waiting.append(_BRACKETS[sign])
        elif sign in "\"'{}" or (sign in ")]" and (not waiting or waiting.pop() != sign)):
            waiting.append("")
            break
    if waiting:
        yield (
            "tag_unclear",
            "W tym znaczniku cudzysłowy lub nawiasy nie tworzą par. Nawiasów klamrowych w środku nie używaj.",
            "In this tag, quotation marks or brackets do not come in pairs. Use no braces within it.",
        )


def _in_expression(tag: str) -> Iterator[tuple[str, str, str]]:
    if "*" in tag:
        yield (
            "operator_refused",
            "Mnożenie (*) nie jest dozwolone w tekstach. Kwoty liczy program; podaj je gotowe.",
            "Texts do not multiply (*). Amounts are worked out before; name them as they are.",
        )
    if len(re.findall(r"\|\s*join\b", tag)) > 1:
        yield (
            "filter_refused",
            "Filtr join może stać w wyrażeniu tylko raz.",
            "The filter join may stand in an expression once.",
        )


def _in_statement(name: str, rest: str, depth: int) -> Iterator[tuple[str, str, str]]:
    if name not in _STATEMENTS:
        yield (
            "statement_refused",
            f"Instrukcja „{name}” nie jest dozwolona. Dozwolone: {', '.join(sorted(_STATEMENTS))}.",
            f"The statement “{name}” is not taken. Taken are: {', '.join(sorted(_STATEMENTS))}.",
        )
    elif name == "for" and (depth or not _LOOP.fullmatch(rest)):
        yield (
            "loop_refused",
            "Pętla może iść tylko po wartości z kontekstu (for line in invoices) i nie może stać w innej pętli.",
            "A loop goes over a value of the context only (for line in invoices), and not within another loop.",
        )
    elif name in {"extends", "include"} and not _REFERENCE.fullmatch(rest):
        yield (
            "piece_refused",
            f"Po „{name}” podaj nazwę pliku w cudzysłowie.",
            f"Give the name of a file in quotes after “{name}”.",
        )
