"""A cold start loads what it needs: each further module costs every one of them its time."""

import pytest

from tests.functions.imports import LISTS, loaded_by, written_for
from upominek.settings import NEEDS


@pytest.mark.parametrize("function", NEEDS)
def test_a_function_loads_what_is_written_down(function: str) -> None:
    loaded, written = set(loaded_by(function)), set(written_for(function))
    assert sorted(loaded - written) == [], (
        "a cold start loads more than before: import it where it is needed, inside the function; or, where it must be "
        "there from the start, write the lists anew by `python -m tests.functions.imports`"
    )
    assert sorted(written - loaded) == [], "less than before: `python -m tests.functions.imports` writes that down"


def test_there_is_a_list_for_each_function_and_no_other() -> None:
    assert {path.stem for path in LISTS.iterdir()} == set(NEEDS)
