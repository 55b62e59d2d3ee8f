"""The embedded default, deployed once for all tests that need it, in a folder of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local import embedded as embedded_default

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.embedded import Embedded

ANSWER_AFTER_SECONDS = 0.2


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The running stack; tests share it, so each works with debtors and addresses of its own."""
    state_dir: Path = tmp_path_factory.mktemp("embedded")
    try:
        yield embedded_default.up(state_dir, answer_after_seconds=ANSWER_AFTER_SECONDS)
    finally:
        embedded_default.down(state_dir)
