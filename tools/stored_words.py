"""What reminders say, as a dictionary to pack their texts with: `make words`, when the shipped texts have outgrown it.

Texts that were packed with a dictionary need that very one for ever. So this writes the next one beside those that are
there, and never over one; `upominek.adapters.aws.table.text_packing` then gives it a mark.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import upominek
from upominek.adapters.texts.renderer import TemplateRenderer
from upominek.adapters.texts.samples import CREDITOR, samples
from upominek.adapters.texts.sources import shipped_texts
from upominek.domain.values.channel import Channel

FOLDER: Final = Path(upominek.__path__[0]) / "data"
LARGEST_BYTES: Final = 22_000
"""Deflate looks back 32 KB, and the text has to fit in as well; more would save little, and each text takes longer."""
LEAST_LETTERS: Final = 4
RARE: Final = ("a name", "an amount", "sixty", "nothing")
"""Beginnings of names of samples that are unlike any everyday case."""

_SENTENCE_END: Final = re.compile(r"(?<=[.:!?]) ")


def made() -> bytes:
    """The sentences of all shipped texts without what differs from case to case, the most frequent last.

    Deflate finds the last ones cheapest. The same texts give the same bytes.
    """
    texts_with: Counter[str] = Counter()
    for text in _rendered():
        texts_with.update(set(_sentences(text)))
    kept = ""
    for sentence in sorted(texts_with, key=lambda one: (-len(one), one)):
        if sentence not in kept:
            kept += f"{sentence}\n"
    by_frequency = sorted(kept.splitlines(), key=lambda one: (texts_with[one], one))
    return "\n".join(by_frequency).encode()[-LARGEST_BYTES:]


def _rendered() -> Iterator[str]:
    renderer = TemplateRenderer()
    for channel in (Channel.SMS, Channel.EMAIL):
        for key in shipped_texts(channel.value):
            for sample in samples(key):
                if not sample.name.startswith(RARE):
                    yield renderer.render(channel, key.name, sample.context).text


def _sentences(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        for constant in _differing().split(line):
            yield from (one for one in _SENTENCE_END.split(constant) if len(one.strip()) >= LEAST_LETTERS)


@cache
def _differing() -> re.Pattern[str]:
    """Numbers, days and amounts, and whoever writes or is written to in a sample."""
    people = [one.context.debtor for one in samples() if not one.name.startswith(RARE)]
    names = [CREDITOR.name, CREDITOR.name.removesuffix(" Sp. z o.o."), CREDITOR.contact_person, CREDITOR.reply_to]
    names += [CREDITOR.website, *CREDITOR.address]
    names += [name for one in people for name in (one.name, one.first_name, *one.address)]
    known = sorted({re.escape(one) for one in names if one}, key=lambda one: (-len(one), one))
    return re.compile(rf"{'|'.join(known)}|\bAnno\b|\S*\d\S*")


if __name__ == "__main__":
    number = len(list(FOLDER.glob("words_*.txt"))) + 1
    (FOLDER / f"words_{number}.txt").write_bytes(made())
    print(f"words_{number}.txt is made; give it a mark in upominek/adapters/aws/table/text_packing.py")
