"""What holds for all tests."""

from hypothesis import settings

# A machine that is busy with something else is no failure; `timeout` in pyproject.toml ends what hangs.
settings.register_profile("upominek", deadline=None)
settings.load_profile("upominek")
