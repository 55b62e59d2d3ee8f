"""A file in whatever format: what it is, and reading it from end to end in one process."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import BinaryIO, Final

from upominek.application.ports.formats import ANSWERS, HEAD_BYTES, Accepted, Asking, SourceFormats, Survey, asked_by
from upominek.domain.receivables.asks import COLUMN, NO_ANSWERS, Answers, Ask, joined, refuse_stray
from upominek.domain.receivables.rejects import Reject, Rejected
from upominek.domain.receivables.repeats import Fingerprints, Repeated, disagreeing

BLOCK_BYTES: Final = 1 << 20
CHUNK_BYTES: Final = 16 << 20


def recognise(formats: SourceFormats, blocks: Iterable[bytes]) -> tuple[str, Iterator[bytes]]:
    """The name of the file's format, and the whole file again in blocks."""
    rest = iter(blocks)
    first, length = [], 0
    while length < HEAD_BYTES and (block := next(rest, None)) is not None:
        first.append(block)
        length += len(block)
    return formats.of(b"".join(first)[:HEAD_BYTES]), chain(first, rest)


class SourceFile:
    """One file, read as an import would read it.

    Args:
        spill: opens a file for what does not fit into memory, gone once it is closed.
        answers: what a person has said of its columns.

    Raises:
        TableUnreadable: nothing of it can be taken.
        Refused: `answer_stray`: an answer is about what the file does not have.
    """

    def __init__(
        self,
        formats: SourceFormats,
        stream: BinaryIO,
        spill: Callable[[], BinaryIO],
        answers: Answers = NO_ANSWERS,
    ) -> None:
        self._stream = stream
        self._fingerprints = Fingerprints(spill)
        self.format, blocks = recognise(formats, _blocks(stream))
        known = formats.named(self.format)
        self.survey: Survey = known.survey(blocks, chunk_bytes=CHUNK_BYTES)
        if answers:
            self.survey = replace(self.survey, format={**self.survey.format, ANSWERS: dict(answers)})
        self._reader = known.reader(self.survey.format)
        if isinstance(self._reader, Asking):
            columns = {key: said for key, said in answers.items() if key.startswith(COLUMN)}
            refuse_stray(columns, (), self._reader.columns)

    def statements(self) -> Iterator[Accepted | Rejected]:
        """All of them, in order."""
        for chunk in self.survey.chunks:
            for one in self._reader.read(_blocks(self._stream, chunk.start, chunk.stop), chunk.first_row):
                if (fingerprint := one.fingerprint) is not None:
                    self._fingerprints.add(fingerprint)
                yield one

    def asks(self) -> Sequence[Ask]:
        """After all statements were read: what a person has to answer before they may be believed."""
        return joined(asked_by(self._reader))

    def repeated(self) -> Iterator[tuple[Repeated, Sequence[Reject]]]:
        """After all statements were read: what was stated more than once, and what must not be taken for it."""
        for one in self._fingerprints.repeated():
            yield one, list(disagreeing(one, self._reader.number_column))


def _blocks(stream: BinaryIO, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    stream.seek(start)
    while block := stream.read(BLOCK_BYTES if stop is None else min(BLOCK_BYTES, stop - stream.tell())):
        yield block
