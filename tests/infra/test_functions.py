"""A function has its place everywhere, and what a new one still lacks is said here: see docs/adding/function.md."""

import re

import pytest

from infra.bundling import FUNCTIONS as FOLDERS
from infra.bundling import ROOT
from infra.functions import FUNCTIONS, QUEUES, worker_of
from infra.rows import Function, Queue
from tests.infra.test_permissions import PERMISSIONS
from tests.packages.test_functions_run import EVENTS
from upominek.settings import NEEDS

PLACES = {
    "a folder in functions/, with a handler.py": {each.parent.name for each in FOLDERS.glob("*/handler.py")},
    "a row in infra/functions.py": {row.folder for row in FUNCTIONS},
    "its settings in upominek.settings.NEEDS": NEEDS.keys(),
    "what it may do, by hand, in tests/infra/test_permissions.py": PERMISSIONS.keys(),
    "an event that it is started with in tests/packages/test_functions_run.py": EVENTS.keys(),
    "its place in the picture of docs/architecture.md": set(
        re.findall(r"[a-z]+(?:_[a-z]+)+", (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"))
    ),
}
KNOWN = sorted(set[str]().union(*list(PLACES.values())[:-1]))  # the page has other words with an underscore


@pytest.mark.parametrize("function", KNOWN)
def test_a_function_has_all_that_belongs_to_it(function: str) -> None:
    lacking = [place for place, functions in PLACES.items() if function not in functions]
    assert not lacking, f"{function} lacks {'; '.join(lacking)}. See docs/adding/function.md"


def test_no_function_stands_there_twice() -> None:
    assert len({row.folder for row in FUNCTIONS}) == len(FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda row: row.folder)
def test_something_wakes_each_function(function: Function) -> None:
    assert function.batches or function.schedules or function.routes or function.takes_delivery_logs


@pytest.mark.parametrize("queue", QUEUES, ids=lambda row: row.name)
def test_each_queue_wakes_one_function(queue: Queue) -> None:
    assert queue in [each.queue for each in worker_of(queue).batches]


def test_a_queue_without_a_function_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="the queue Nowhere must wake one function"):
        worker_of(Queue(name="Nowhere", alarm_age_minutes=5))


def test_delivery_logs_wake_one_function() -> None:
    assert len([row for row in FUNCTIONS if row.takes_delivery_logs]) == 1


def test_rights_that_end_in_a_wildcard_have_their_reason() -> None:
    unexplained = [row.folder for row in FUNCTIONS if (row.files or row.reads_secrets) and not row.why_wildcards]
    assert not unexplained, f"the rows of {unexplained} lack why_wildcards"


def test_what_starts_by_the_clock_alone_does_not_fail_unheard() -> None:
    unheard = [row.folder for row in FUNCTIONS if row.schedules and not row.alarms]
    assert not unheard, f"no alarm in the rows of {unheard}: nobody would see a schedule's call fail"
