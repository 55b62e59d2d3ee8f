"""The wait before something that failed is tried again."""

import random
import time
from typing import Final

_FIRST_WAIT_SECONDS: Final = 0.05
_LONGEST_WAIT_SECONDS: Final = 2.0


def back_off(attempt: int) -> None:
    """Wait before the next attempt, longer each time, each worker for another time.

    Args:
        attempt: how many have failed, from 0.
    """
    time.sleep(random.uniform(0.5, 1) * min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2**attempt))
