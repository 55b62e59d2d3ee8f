"""Letters set by typst: one compiler in a process, one document for one letter or for many."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import typst

from upominek.adapters.letters.composing import compose
from upominek.adapters.letters.glyphs import unbound
from upominek.adapters.letters.tables import Block
from upominek.adapters.letters.writing import writing
from upominek.adapters.texts.qr import QUICK_MASK, svg
from upominek.adapters.texts.renderer import TemplateRenderer
from upominek.adapters.texts.sources import shipped
from upominek.domain.errors import InvalidValue
from upominek.domain.letters.content import LetterContent
from upominek.domain.letters.letter import Letter
from upominek.domain.texts.overrides import NO_OVERRIDES, Overrides

if TYPE_CHECKING:
    from typst import PDFStandard  # typst has it for type checkers only

STANDARDS: "Final[list[PDFStandard]]" = ["a-2a", "ua-1"]
"""For archives and for screen readers. PDF/A-3 would allow attachments, and letters have none."""

SHORT_ROWS: Final = 10
"""Rows of a table up to which a letter is first tried on one page."""

_PAGE: Final = re.compile(rb"/Type\s*/Page\b(?!s)")


class TypstTypesetter:
    """Makes letters from their content and the texts in force.

    Values travel as JSON, so nothing in them is ever read as typst. The same content gives the same bytes: a document
    bears the day of its letters as its time, and nothing else of the moment.
    """

    def __init__(self, texts: TemplateRenderer | None = None) -> None:
        self._texts = texts or TemplateRenderer()
        fonts = typst.Fonts(include_system_fonts=False)
        # Fonts of the machine would make the same letter look different elsewhere.
        self._compiler = typst.Compiler(font_paths=fonts, ignore_system_fonts=True)

    def letter(self, content: LetterContent, overrides: Overrides = NO_OVERRIDES) -> Letter:
        """One letter.

        Raises:
            InvalidValue: its text does not render, or `letter_not_set`.
        """
        block, unprintable = self._composed(content, overrides)
        pdf = self._set([block], [content], title=unbound(block["title"]))
        return Letter(
            kind=content.kind,
            language=block["language"],
            pdf=pdf,
            sha256=sha256(pdf).hexdigest(),
            pages=pages_of(pdf),
            file_name=f"{writing(block['language']).labels[f'file_{content.kind.value}']}-{content.context.as_of}.pdf",
            unprintable=unprintable,
        )

    def batch(self, contents: Sequence[LetterContent], title: str, overrides: Overrides = NO_OVERRIDES) -> bytes:
        """Many letters in one document to print; each begins on a page of its own, numbered from one.

        Two hundred at a time keep memory within 400 MB.

        Raises:
            InvalidValue: a text does not render, or `letter_not_set`.
        """
        return self._set([self._composed(one, overrides)[0] for one in contents], contents, title=title)

    def _composed(self, content: LetterContent, overrides: Overrides) -> tuple[Block, str]:
        sections = self._texts.sections("letter", content.kind.value, content.context, overrides)
        return compose(content, sections, _drawn)

    def _set(self, letters: Sequence[Block], contents: Sequence[LetterContent], *, title: str) -> bytes:
        """Letters that should take one page each are tried without looking numbers up, which takes half the time."""
        logos: dict[str, int] = {}
        for letter, content in zip(letters, contents, strict=True):
            labels = writing(letter["language"]).labels
            letter["page"] = [labels["page"], labels["of"]]
            letter["logo"] = None if content.logo is None else logos.setdefault(content.logo, len(logos))
            letter["is-short"] = _rows(letter) <= SHORT_ROWS
        frame = {
            "title": title,
            "author": ", ".join(dict.fromkeys(content.context.creditor.name for content in contents)),
            "logos": list(logos),
        }
        made_on = max(content.context.as_of for content in contents)
        if short := [letter for letter in letters if letter["is-short"]]:
            tried = self._compiled({**frame, "letters": short}, made_on)
            if pages_of(tried) > len(short):
                for letter in short:
                    letter["is-short"] = False
            elif len(short) == len(letters):
                return tried
        return self._compiled({**frame, "letters": letters}, made_on)

    def _compiled(self, document: Block, made_on: date) -> bytes:
        try:
            pdf = self._compiler.compile(
                input=_layout(),
                format="pdf",
                sys_inputs={"letters": json.dumps(document, ensure_ascii=False)},
                pdf_standards=STANDARDS,
                timestamp=int(datetime.combine(made_on, time(), UTC).timestamp()),
            )
        except typst.TypstError as error:
            raise InvalidValue(
                "letter_not_set",
                pl="Pisma nie da się złożyć. Sprawdź logo i nazwy: skład odrzucił coś, co w nich jest.",
                en="The letter cannot be set. Check the logo and the names: something in them was refused.",
            ) from error
        assert isinstance(pdf, bytes)  # noqa: S101 - only pictures come as lists
        return pdf


def pages_of(pdf: bytes) -> int:
    """How many pages a document of typst has: it writes its objects of pages plainly."""
    return len(_PAGE.findall(pdf))


@cache
def _layout() -> bytes:
    source = shipped("letter/layout.typ")
    assert source is not None  # noqa: S101 - it is part of the package
    return source.encode()


def _drawn(payload: str) -> str:
    return svg(payload, mask=QUICK_MASK).decode()


def _rows(letter: Block) -> int:
    return sum(len(block["rows"]) for block in letter["body"] if block["is"] == "table")
