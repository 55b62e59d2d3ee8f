"""The embedded default, deployed once for all tests that need it, in a folder of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.stack import embedded as embedded_default
from tests.leaks import LeakWatch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.stack.embedded import Embedded

ANSWER_AFTER_SECONDS = 0.2


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The running stack; tests share it, so each works with debtors and addresses of its own."""
    state_dir: Path = tmp_path_factory.mktemp("embedded")
    try:
        running = embedded_default.up(state_dir, answer_after_seconds=ANSWER_AFTER_SECONDS)
        yield running
        assert_nothing_personal_was_logged(running)
    finally:
        embedded_default.down(state_dir)


def assert_nothing_personal_was_logged(running: Embedded) -> None:
    """What the functions logged has no phone number and no address in it."""
    lines = (running.state_dir / "run" / "functions.log").read_text(encoding="utf-8").splitlines()
    assert lines, "the functions have logged nothing at all, so nothing was looked at"
    watch = LeakWatch()
    for line in lines:
        watch.look_at(line)
    assert not watch.found
