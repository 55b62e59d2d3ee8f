"""Requests side by side, and items by the batch."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

T = TypeVar("T")


R = TypeVar("R")


WORKERS: Final = 16
"""Requests under way at once; the client's pool of connections is at least as large."""


def in_parallel(work: Callable[[T], R], items: Sequence[T], workers: int = WORKERS) -> Iterable[R]:
    """The results of independent requests, in order, with several of them under way."""
    if len(items) <= 1:
        return [work(item) for item in items]
    with ThreadPoolExecutor(min(workers, len(items))) as pool:
        return list(pool.map(work, items))
