"""Items by the batch: what stores take at a time is limited."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of so many."""
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch
