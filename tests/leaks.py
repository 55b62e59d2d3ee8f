"""No log line of any test has a phone number, an e-mail address or the words of a message in it.

Looks at what every log handler writes, at what product code prints (metrics are printed), and at the text of every
message that is rendered meanwhile. The test in which it happens fails.
"""

import builtins
import logging
import re
import sys
from collections.abc import Iterator
from typing import Any, Final

import pytest

PHONE: Final = re.compile(
    r"(?<![\w.:/-])"
    r"(?:\+[1-9][0-9]{7,14}|(?:00|\+)?(?:48)?[ -]?[1-9][0-9]{2}([ -]?)[0-9]{3}\1[0-9]{3})"
    r"(?![\w.:/-])"
)
EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
NOBODYS: Final = re.compile(
    r"(?:[\w-]+=)?[\w.-]+@(?:[0-9]+\.)+[0-9]+|noreply@github\.com|[0-9a-f-]+@email\.amazonses\.com"
)
"""What looks like an address and is none: versions of packages, and the ids that SES gives messages."""
ESCAPE: Final = re.compile(r"\\u([0-9a-f]{4})")
WORDS: Final = re.compile(r"\w+")
RUN: Final = 5
"""So many words of a message in a row are its text."""
MOST_RUNS: Final = 300_000
PRODUCT: Final = ("upominek", "handler", "functions", "aws_lambda_powertools")


def runs(text: str) -> Iterator[tuple[str, ...]]:
    """Every few words that stand in a row."""
    words = WORDS.findall(text.casefold())
    return zip(*(words[start:] for start in range(RUN)), strict=False)


class LeakWatch:
    """Watches while tests run.

    Attributes:
        found: what was written that must not be, since it was last asked.
    """

    def __init__(self) -> None:
        self.found: list[str] = []
        self._told: set[tuple[str, ...]] = set()
        self._patch = pytest.MonkeyPatch()

    def look_at(self, line: str) -> None:
        """Note what is wrong with a line, without repeating it whole."""
        for kind, pattern in (("a phone number", PHONE), ("an e-mail address", EMAIL)):
            for found in pattern.finditer(line):
                if not NOBODYS.fullmatch(found[0]):
                    before = line[max(0, found.start() - 80) : found.start()]
                    self.found.append(f"{kind} ({found[0][:4]}…): {before}…")
        if self._told and any(run in self._told for run in runs(_unescaped(line))):
            self.found.append(f"the text of a message: {line[:60]}…")

    def hear(self, text: str | None) -> None:
        """Remember the words of a message."""
        if text and len(self._told) < MOST_RUNS:
            self._told.update(runs(text))

    def begin(self) -> None:
        """Listen in."""
        from upominek.application.ports.texts import Rendered  # noqa: PLC0415 - not before coverage is measured

        write, say, make = logging.Handler.format, builtins.print, Rendered.__init__

        def written(handler: logging.Handler, record: logging.LogRecord) -> str:
            line = write(handler, record)
            self.look_at(line)
            return line

        def said(*values: Any, **how: Any) -> None:  # noqa: ANN401 - as print has it
            if how.get("file") is None and _caller().startswith(PRODUCT):
                self.look_at(" ".join(map(str, values)))
            say(*values, **how)

        def made(rendered: Rendered, *values: Any, **named: Any) -> None:  # noqa: ANN401 - as the class has it
            make(rendered, *values, **named)
            self.hear(rendered.text)

        self._patch.setattr(logging.Handler, "format", written)
        self._patch.setattr(builtins, "print", said)
        self._patch.setattr(Rendered, "__init__", made)

    def end(self) -> None:
        """Listen no more."""
        self._patch.undo()

    # --- what pytest calls

    def pytest_collection_finish(self) -> None:
        self.begin()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Iterator[None]:
        try:
            return (yield)
        finally:
            self.settle()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Iterator[None]:
        try:
            return (yield)
        finally:
            self.settle()

    def pytest_unconfigure(self) -> None:
        self.end()

    def settle(self) -> None:
        """Fail where something was found."""
        found, self.found = self.found, []
        if found:
            pytest.fail("Logged, and must not be: " + "; ".join(dict.fromkeys(found)), pytrace=False)


def _unescaped(line: str) -> str:
    """The letters that JSON writes by their numbers."""
    return ESCAPE.sub(lambda found: chr(int(found[1], 16)), line)


def _caller() -> str:
    """The module that prints."""
    return str(sys._getframe(2).f_globals.get("__name__", ""))
