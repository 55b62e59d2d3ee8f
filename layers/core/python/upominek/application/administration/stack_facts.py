"""What somebody has to know of a deployed stack who manages it from outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class StackFacts:
    """One stack; its functions need none of this.

    Attributes:
        outputs: names and addresses of what it consists of, as the stack says them.
        is_embedded: whether it runs on this machine: with a clock that can be moved, and without CloudWatch's metrics.
    """

    name: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)
    is_embedded: bool = False
