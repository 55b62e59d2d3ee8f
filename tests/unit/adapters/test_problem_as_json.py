"""A problem has one shape in JSON, whatever it is about."""

import pytest

from upominek.adapters.json.problem import problem_to_dict
from upominek.domain.errors import InvalidValue
from upominek.domain.values.problem import FilePlace, JsonPlace, Place, TablePlace, problem_of

ERROR = InvalidValue("phone_invalid", pl="Popraw numer.", en="Mend the number.")
TOLD = {"code": "phone_invalid", "message": {"pl": "Popraw numer.", "en": "Mend the number."}}


@pytest.mark.parametrize(
    ("where", "told"),
    [
        (FilePlace("hurt.yaml", 3, 7), {"file": "hurt.yaml", "line": 3, "column": 7}),
        (TablePlace(12, "Telefon"), {"row": 12, "column": "Telefon"}),
        (JsonPlace("/0/data/debtor/phones/1"), {"pointer": "/0/data/debtor/phones/1"}),
        (JsonPlace(""), {"pointer": ""}),
        (None, {}),
    ],
)
def test_where_it_is_what_it_is_and_how_to_mend_it(where: Place, told: dict[str, object]) -> None:
    assert list(problem_to_dict(problem_of(ERROR, where)).items()) == list((told | TOLD).items())


@pytest.mark.parametrize(("offset", "line", "column"), [(0, 1, 1), (2, 1, 3), (3, 2, 1), (4, 3, 1), (6, 3, 3)])
def test_lines_and_columns_count_from_one(offset: int, line: int, column: int) -> None:
    place = FilePlace.at("a.txt", "ab\n\ncd", offset)
    assert place == ("a.txt", line, column)
    assert str(place) == f"a.txt:{line}:{column}"
