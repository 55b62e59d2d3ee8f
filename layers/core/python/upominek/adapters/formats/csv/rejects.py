"""What is wrong with the shape of a row, and how to mend it."""

from upominek.domain.receivables.rejects import Reject
from upominek.domain.values.problem import Problem, TablePlace


def cells_missing(row: int, cells: int, width: int) -> Reject:
    """The row ends before its required cells."""
    return Problem(
        TablePlace(row, ""),
        "cells_missing",
        pl=f"Wiersz ma {cells} z {width} komórek. Jeśli w komórce jest koniec wiersza, usuń go lub ujmij komórkę "
        "w cudzysłów; brakujące komórki uzupełnij.",
        en=f"The row has {cells} of {width} cells. If a cell has a line break in it, remove it or put the cell in "
        "quotation marks; fill in what is missing.",
    )


def cells_extra(row: int, cells: int, width: int, separator: str) -> Reject:
    """The row goes on after its last column."""
    sign_pl, sign_en = ("tabulator", "a tab") if separator == "\t" else (separator, separator)
    return Problem(
        TablePlace(row, ""),
        "cells_extra",
        pl=f"Wiersz ma {cells} komórek zamiast {width}. Komórkę ze znakiem „{sign_pl}” w treści ujmij w cudzysłów.",
        en=f"The row has {cells} cells instead of {width}. Put a cell that contains “{sign_en}” in quotation marks.",
    )


def cell_too_long(row: int, column: str, limit: int) -> Reject:
    """The cell is no value but a document."""
    return Problem(
        TablePlace(row, column),
        "cell_too_long",
        pl=f"Komórka ma ponad {limit} znaków. Skróć ją; sprawdź też, czy cudzysłowy są zamknięte.",
        en=f"The cell has more than {limit} characters. Shorten it, and see whether quotation marks are closed.",
    )
