"""Letters: how fast content becomes PDF, one by one and many in one document, on one core.

    python -m benchmarks.letters [--letters 200] [--runs 3]

Everything that a letter takes is counted: its text, tables, the QR code, and setting it as PDF/A. Baseline, measured in
turn with it: the same compiler sets an empty page, once for each letter (single), and as many empty pages in one
document (batch). `ratio` is ours by the baseline. No letter is set twice, so nothing comes out of typst's memory.
Shown is the best run, in processor time: neighbours on the machine can only add to it.
"""

import argparse
import json
import os
import platform
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib.metadata import version

import typst

from tools.letter_sample import CREDITOR, sample_case, sample_rates
from upominek.adapters.letters.typesetting import STANDARDS, TypstTypesetter, pages_of
from upominek.application.letters.write_letter import LetterRequest, compose
from upominek.domain.letters.content import LetterContent
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.planning.letter_kind import LetterKind

DAY = date(2026, 3, 16)
EMPTY = b'#for _ in range(int(sys.inputs.pages)) { page(paper: "a4", [ ]) }\n// '


class Letters:
    """Contents of one page each, no two alike, in the whole run."""

    def __init__(self) -> None:
        request = LetterRequest(kind=LetterKind.REMINDER, day=DAY)
        file = sample_case(DebtorKind.CONSUMER, DAY, 1, "pl")
        self._content = compose(CREDITOR, file, request, DAY, sample_rates(DAY)).content
        self._made = 0

    def take(self, count: int) -> list[LetterContent]:
        """So many that were never set before."""
        return [self._next() for _ in range(count)]

    def _next(self) -> LetterContent:
        self._made += 1
        context = self._content.context
        number = f"FV/{self._made}/2026"
        line = replace(context.invoices[0], number=number)
        debtor = replace(context.debtor, id=f"P-{self._made}", address=(f"ul. Długa {self._made}", "00-000 Lipowa"))
        new = replace(context, debtor=debtor, invoices=(line,), invoice=line, transfer_title=number)
        return replace(self._content, context=new)


def seconds(work: Callable[[], object]) -> float:
    """Processor time of the whole process, so that neighbours on the machine do not count."""
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    """Print the table and, as its last line, the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=200, help="letters in one document, and one by one")
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    count = arguments.letters
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    typesetter, letters = TypstTypesetter(), Letters()
    bare = typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False), ignore_system_fonts=True)
    turn = iter(range(10**9))

    def empty(pages: int) -> None:
        bare.compile(
            input=EMPTY + str(next(turn)).encode(),
            format="pdf",
            sys_inputs={"pages": str(pages)},
            timestamp=0,
        )

    def batch(contents: list[LetterContent]) -> None:
        assert pages_of(typesetter.batch(contents, "Pisma")) == len(contents)

    typesetter.letter(letters.take(1)[0])  # the first one reads the layout and the texts
    singles, singles_bare, batches, batches_bare = [], [], [], []
    for _ in range(arguments.runs):
        contents = letters.take(count)
        singles.append(seconds(lambda contents=contents: [typesetter.letter(one) for one in contents]) / count)
        singles_bare.append(seconds(lambda: [empty(1) for _ in range(count)]) / count)
        contents = letters.take(count)
        batches.append(seconds(lambda contents=contents: batch(contents)) / count)
        batches_bare.append(seconds(lambda: empty(count)) / count)
    found = {
        name: {
            "ms": round(ours * 1000, 2),
            "per_second": round(1 / ours),
            "baseline_ms": round(base * 1000, 2),
            "ratio": round(ours / base, 1),
        }
        for name, ours, base in (
            ("single", min(singles), min(singles_bare)),
            ("batch", min(batches), min(batches_bare)),
        )
    }
    about = {
        "machine": platform.platform(),
        "python": platform.python_version(),
        "typst": version("typst"),
        "segno": version("segno"),
        "standards": STANDARDS,
        "letters": count,
        "runs": arguments.runs,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(", ".join(f"{name} {value}" for name, value in about.items()))
    print(f"{'':10}{'ms a letter':>14}{'letters/s':>12}{'baseline ms':>14}{'ratio':>8}")
    for name, one in found.items():
        print(f"{name:10}{one['ms']:14}{one['per_second']:12}{one['baseline_ms']:14}{one['ratio']:8}")
    print(json.dumps({**about, **found}))


if __name__ == "__main__":
    main()
