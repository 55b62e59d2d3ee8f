"""The emulated AWS, as stand-ins use it to tell what became of messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Aws(NamedTuple):
    """Where reports go.

    Attributes:
        client: the boto3 client of a service, by its name (`events`, `logs`, `sqs`); always the same one.
    """

    client: Callable[[str], Any]
    region: str
    account: str
