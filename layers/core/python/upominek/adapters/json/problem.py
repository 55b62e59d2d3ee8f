"""The one shape of a problem in JSON, wherever it is told."""

from typing import Any

from upominek.domain.values.problem import Place, Problem


def problem_to_dict(problem: Problem[Place]) -> dict[str, Any]:
    """`code` and `message` in both languages, and where it is.

    That is `file`, `line` and `column`; or `row` and `column` of a table; or a JSON `pointer`; or nothing.
    """
    place = {} if problem.where is None else problem.where._asdict()
    return {**place, "code": problem.code, "message": {"pl": problem.pl, "en": problem.en}}
