"""How long the fuzzing goes on: some seconds for each test in the test command, `FUZZ` times as long in `make fuzz`."""

import os
from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, Phase, settings

TIMES = int(os.environ.get("FUZZ", "1"))
"""The ordinary run tries the same inputs each time, so that it is red for what was changed and for nothing else."""

F = TypeVar("F", bound=Callable[..., object])


def tries(number: int) -> Callable[[F], F]:
    """Settings for so many examples in the ordinary run."""
    return settings(
        max_examples=number * TIMES,
        derandomize=TIMES == 1,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
