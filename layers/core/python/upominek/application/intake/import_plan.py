"""How one file is taken in: where it lies, what the survey found, how it is cut. Stored with the import as JSON."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, BinaryIO, Final

from upominek.application.intake.source_file import recognise
from upominek.application.jobs import VERSION
from upominek.application.ports.files import FileStore
from upominek.application.ports.formats import ANSWERS, Chunk, SourceFormats, Survey
from upominek.domain.errors import Conflict, NotFound, Refused
from upominek.domain.receivables.asks import Answers, Ask

INCOMING: Final = "incoming"
SNAPSHOT: Final = "snapshot"
MOST_BYTES: Final = 5 * 1024**3
"""What S3 takes in one upload, and forty million invoices."""
DIGEST_BYTES: Final = 8
UNNAMED: Final = "csv"
"""The format of a file whose plan names none: the first release knew no other, and its plans are still under way."""


class Step(StrEnum):
    """What is done to a file, in this order; checking and applying chunk by chunk, side by side."""

    CHECK = "check"
    MERGE = "merge"
    APPLY = "apply"
    FINISH = "finish"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportJob:
    """One step of one import, as the queue carries it."""

    creditor: str
    import_id: str
    step: Step
    chunk: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The JSON object on the queue."""
        return {
            "version": VERSION,
            "creditor": self.creditor,
            "import": self.import_id,
            "step": self.step.value,
            "chunk": self.chunk,
        }

    def to_log(self) -> dict[str, Any]:
        """Fields for a log line."""
        return self.to_dict()

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> "ImportJob":
        """The job from its JSON object."""
        return cls(
            creditor=body["creditor"],
            import_id=body["import"],
            step=Step(body["step"]),
            chunk=int(body["chunk"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A file that was put into the bucket.

    Attributes:
        key: `incoming/<creditor>/<name>` or `snapshot/<creditor>/<name>`; the name may have folders.
        at: when, in real time (UTC).
        version: what the bucket calls this upload, where it tells uploads apart.
    """

    key: str
    at: datetime
    version: str = ""

    @property
    def folder(self) -> str:
        """`incoming`, `snapshot`, or something that is no concern of imports."""
        return self.key.split("/", 1)[0]

    @property
    def creditor(self) -> str:
        """Whose file it is, by its path."""
        return self.key.split("/", 2)[1] if self.key.count("/") > 1 else ""

    def to_log(self) -> dict[str, Any]:
        """Fields for a log line; a file's name may tell whose it is, so it is left out."""
        return {"creditor": self.creditor, "folder": self.folder, "uploaded_at": self.at.isoformat()}

    @property
    def is_file(self) -> bool:
        """A file to take in, not a folder's marker and not a report."""
        return self.folder in {INCOMING, SNAPSHOT} and not self.key.endswith("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What must be known to read any part of the file.

    Attributes:
        at: the business time (UTC) as of which the file speaks.
        uploaded_at, version: of the upload, as the bucket told them.
        size, block_bytes, digests: length, and a digest of every block, so that a file that was replaced meanwhile is
            noticed before one byte of it is believed.
        format: the name of the file's format.
        survey: None when the file cannot be read.
        error: code, Polish and English sentence of why it failed or waits.
        asks: what a person has to answer before it is applied.
    """

    key: str
    at: datetime
    uploaded_at: datetime
    version: str = ""
    size: int = 0
    block_bytes: int = 0
    digests: tuple[str, ...] = ()
    survey: Survey | None = None
    error: tuple[str, str, str] | None = None
    format: str = UNNAMED
    asks: tuple[Ask, ...] = ()

    @property
    def digest(self) -> str:
        """Of the whole content."""
        return hashlib.sha256("".join(self.digests).encode()).hexdigest()

    @property
    def is_snapshot(self) -> bool:
        """The file is the full list of open invoices."""
        return self.key.startswith(f"{SNAPSHOT}/")

    @property
    def known_survey(self) -> Survey:
        """The survey of a file that can be read."""
        assert self.survey is not None  # noqa: S101 - a file without one has failed, and is not worked on
        return self.survey

    @property
    def answers(self) -> Answers:
        """What a person has said of the file's columns, or of those of the creditor's files before."""
        answers: Answers = self.known_survey.format.get(ANSWERS, {})
        return answers

    def answered(self, answers: Answers) -> "ImportPlan":
        """The plan with further answers; what was asked is over."""
        if not answers and not self.asks:
            return self
        survey = self.known_survey
        form = {**survey.format, ANSWERS: {**self.answers, **answers}}
        return replace(self, survey=replace(survey, format=form), asks=(), error=None)

    def same_upload(self, other: "ImportPlan") -> bool:
        """Whether both speak of one and the same upload, told twice."""
        return (self.key, self.uploaded_at, self.version) == (other.key, other.uploaded_at, other.version)

    def to_json(self) -> str:
        """The text in the import's record."""
        times = {"at": self.at.isoformat(), "uploaded_at": self.uploaded_at.isoformat()}
        content = {**asdict(self), **times}
        if self.format == UNNAMED:
            del content["format"]  # a release that knows no formats reads the plan after a rollback
        if not self.asks:
            del content["asks"]  # the same
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "ImportPlan":
        """The plan from its text."""
        content = json.loads(text)
        survey = content["survey"]
        return cls(
            **{
                **content,
                "at": datetime.fromisoformat(content["at"]),
                "uploaded_at": datetime.fromisoformat(content["uploaded_at"]),
                "digests": tuple(content["digests"]),
                "asks": tuple(Ask(code, column, tuple(words)) for code, column, words in content.get("asks", ())),
                "error": content["error"] and tuple(content["error"]),
                "survey": survey
                and Survey(
                    format=survey["format"],
                    chunks=tuple(Chunk(**chunk) for chunk in survey["chunks"]),
                    ignored=tuple(survey["ignored"]),
                ),
            }
        )


def survey_file(
    files: FileStore, formats: SourceFormats, arrival: Arrival, at: datetime, *, chunk_bytes: int, block_bytes: int
) -> ImportPlan:
    """Read a file once from end to end, and plan how to read it in parts.

    Args:
        at: business time as of which it speaks.
        chunk_bytes: large enough for a job to be worth its start, small enough to end long before its time is up.
        block_bytes: what is read, and told from other content, at a time.

    Raises:
        NotFound: it is gone already.
        Refused: `file_too_large`; `file_is_no_list` when it was put where full lists of open invoices belong.
        TableUnreadable: nothing of it can be taken.
        Conflict: it was replaced while it was read.
    """
    size = files.size(arrival.key)
    if size > MOST_BYTES:
        raise Refused(
            "file_too_large",
            pl=f"Plik jest większy niż {MOST_BYTES >> 30} GiB. Podziel go na kilka plików.",
            en=f"The file is larger than {MOST_BYTES >> 30} GiB. Split it into several files.",
        )
    digests: list[str] = []
    read = 0

    def digested(pieces: Iterable[bytes]) -> Iterator[bytes]:
        nonlocal read
        for piece in pieces:
            digests.append(_digest(piece))
            read += len(piece)
            yield piece

    with files.open(arrival.key) as stream:
        name, content = recognise(formats, digested(blocks(stream, block_bytes)))
        known = formats.named(name)
        if arrival.folder == SNAPSHOT and not known.may_be_full_list:
            raise _no_list()
        survey = known.survey(content, chunk_bytes=chunk_bytes)
    if read != size:
        raise Conflict(arrival.key)
    return ImportPlan(
        key=arrival.key,
        at=at,
        uploaded_at=arrival.at,
        version=arrival.version,
        size=size,
        block_bytes=block_bytes,
        digests=tuple(digests),
        survey=survey,
        format=name,
    )


def chunk_blocks(files: FileStore, plan: ImportPlan, chunk: Chunk) -> Iterator[bytes]:
    """The bytes of a chunk, certainly those that were surveyed.

    Raises:
        Refused: `file_replaced`, or removed.
    """
    size = plan.block_bytes
    first, last = chunk.start // size, (chunk.stop - 1) // size
    if not is_there(files, plan):
        raise file_replaced()
    with files.open(plan.key, first * size, min((last + 1) * size, plan.size) - 1) as stream:
        pieces = blocks(stream, size)
        for index in range(first, last + 1):
            block = next(pieces, b"")
            if _digest(block) != plan.digests[index]:
                raise file_replaced()
            yield block[max(chunk.start - index * size, 0) : chunk.stop - index * size]


def path_of(key: str) -> str:
    """`<creditor>/<name>`, by which reports and rejects are found."""
    return key.partition("/")[2]


def blocks(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """The stream in blocks of exactly this size but for the last; the stream itself may hand out less at a time."""
    block = bytearray()
    while piece := stream.read(size - len(block)):
        block += piece
        if len(block) == size:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)


def is_there(files: FileStore, plan: ImportPlan) -> bool:
    """Whether the file seems to be what was surveyed; its blocks will tell for certain."""
    try:
        return files.size(plan.key) == plan.size
    except NotFound:
        return False


def file_replaced() -> Refused:
    """Another file lies where the surveyed one was, or none."""
    return Refused(
        "file_replaced",
        pl="Plik został zastąpiony innym albo usunięty w czasie wczytywania. Nowy plik jest wczytywany osobno; jeśli "
        "stary też jest potrzebny, wgraj go pod inną nazwą.",
        en="The file was replaced by another, or removed, while it was read. A new one is taken in on its own; if the "
        "old one is needed as well, upload it under another name.",
    )


def _no_list() -> Refused:
    """Whatever is open would be missing from it."""
    return Refused(
        "file_is_no_list",
        pl=f"Ten plik nie może być pełną listą otwartych faktur. Wgraj go do katalogu {INCOMING}/.",
        en=f"This file cannot be the full list of open invoices. Upload it below {INCOMING}/.",
    )


def _digest(block: bytes) -> str:
    return hashlib.blake2b(block, digest_size=DIGEST_BYTES).hexdigest()
