"""Tests that look at what people see, in Chromium."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import mail_program


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if reason := mail_program.missing():
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with mail_program.started() as started:
        yield started
