"""What was understood only in part, as data: the row is taken all the same, and people are told what it lacks.

A remark is no reject. What it is about is contact data, or something else without which the debt is still known.
"""

from typing import Final

from upominek.domain.receivables.rejects import REJECTS_HEADER
from upominek.domain.values.problem import Problem, TablePlace

Remark = Problem[TablePlace]
"""One cell, or one row. Neither sentence repeats contact data."""

REMARKS_HEADER: Final = REJECTS_HEADER
"""As lines, remarks are written and read as rejects are: `rejects.reject_line`, `rejects.reject_of`."""

MOST_TOLD: Final = 100
"""Remarks in a report; the file beside it has all of them."""
