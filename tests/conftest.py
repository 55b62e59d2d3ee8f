"""What holds for all tests."""

from pathlib import Path

import pytest
from hypothesis import settings

from tests.leaks import LeakWatch

# A machine that is busy with something else is no failure; `timeout` in pyproject.toml ends what hangs.
settings.register_profile("upominek", deadline=None)
settings.load_profile("upominek")


def pytest_configure(config: pytest.Config) -> None:
    """Nothing personal is ever logged, whatever a test is about."""
    config.pluginmanager.register(LeakWatch(), "leaks")


STACK = frozenset({"e2e", "infra", "packages"})
"""Folders of tests that build and deploy the stack, so that one worker should do it once for all of them."""
TOGETHER = frozenset({"browser", "faults"})
"""Folders whose tests share something else that takes its time to make."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Several workers share the tests (`--dist loadgroup`), and what is dear to make is made once."""
    here = Path(__file__).parent
    for item in items:
        folder = item.path.relative_to(here).parts[0]
        if folder in STACK | TOGETHER:
            item.add_marker(pytest.mark.xdist_group("stack" if folder in STACK else folder))
