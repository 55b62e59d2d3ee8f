"""The watch over the logs sees what it is there for."""

import json
import logging

import pytest

from tests.leaks import LeakWatch
from upominek.application.ports.texts import Rendered

TEXT = "Hydro: przypominamy o fakturze FV 1/2026 na 123,00 PLN, termin 25.02.2026."


@pytest.fixture
def watch(request: pytest.FixtureRequest) -> LeakWatch:
    found = request.config.pluginmanager.get_plugin("leaks")
    assert isinstance(found, LeakWatch)
    return found


@pytest.mark.parametrize(
    "line",
    [
        "+48512345678",
        "tel. 512 345 678",
        "Error for 0048512345678",
        '{"to": "anna@nowak.example.pl"}',
        f"sent: {TEXT[:50]}",
        json.dumps(TEXT),
    ],
)
def test_what_must_not_be_logged_is_seen(watch: LeakWatch, line: str) -> None:
    Rendered(text=TEXT)
    logging.getLogger("leak").warning(line)
    assert watch.found
    watch.found.clear()


@pytest.mark.parametrize(
    "line",
    [
        "2026-03-02 09:00:00,123456",
        "1772442930123",
        "52fdfc07-2182-154f-163f-5f0f9a621d72",
        "FV/123456789",
        "botocore@1.2.3",
    ],
)
def test_what_may_be_logged_is_let_pass(watch: LeakWatch, line: str) -> None:
    logging.getLogger("leak").warning(line)
    assert not watch.found


def test_a_test_that_leaks_fails(watch: LeakWatch) -> None:
    logging.getLogger("leak").warning("to anna@nowak.example.pl")
    with pytest.raises(pytest.fail.Exception, match="e-mail address"):
        watch.settle()
