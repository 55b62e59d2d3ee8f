"""Files."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO, Final, Protocol

WriteTable = Callable[[Sequence[str], Iterable[Sequence[object]]], Iterator[bytes]]
"""From a header and rows to a file that people open, in pieces. What a spreadsheet takes for a formula is made safe."""

ReadTable = Callable[[bytes], Sequence[Sequence[str]]]
"""From such a file to its rows, the header first."""

TABLE_TYPE: Final = "text/csv; charset=utf-8"
"""Of the files that a `WriteTable` writes."""


class FileStore(Protocol):
    """Files that came in, and reports that go out (S3)."""

    def size(self, key: str) -> int:
        """Bytes. Raises: NotFound."""
        ...

    def open(self, key: str, first: int = 0, last: int | None = None) -> AbstractContextManager[BinaryIO]:
        """A stream of the bytes from first to last, both included. Raises: NotFound."""
        ...

    def put(self, key: str, content: bytes, content_type: str = "application/octet-stream") -> None:
        """Store or replace."""
        ...

    def put_stream(self, key: str, content: Iterable[bytes], content_type: str = "application/octet-stream") -> None:
        """Store or replace from pieces, in constant memory."""
        ...

    def list(self, prefix: str) -> Sequence[str]:
        """Keys below the prefix, in alphabetical order."""
        ...

    def delete(self, keys: Sequence[str]) -> None:
        """Remove; what is not there is no error."""
        ...
