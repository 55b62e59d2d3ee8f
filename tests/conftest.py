"""What holds for all tests."""

import pytest
from hypothesis import settings

from tests.leaks import LeakWatch

# A machine that is busy with something else is no failure; `timeout` in pyproject.toml ends what hangs.
settings.register_profile("upominek", deadline=None)
settings.load_profile("upominek")


def pytest_configure(config: pytest.Config) -> None:
    """Nothing personal is ever logged, whatever a test is about."""
    config.pluginmanager.register(LeakWatch(), "leaks")
