"""What cannot be taken, as data: which row and column, why, and how to mend it."""

from typing import NamedTuple

REJECTS_HEADER = ("row", "column", "code", "message_pl", "message_en")


class Reject(NamedTuple):
    """One bad cell, or one bad row; its fields are the columns of the rejects file.

    Attributes:
        row: as a spreadsheet numbers it; the header is row 1.
        column: the header as it stands in the file; empty when the row as a whole is at fault.
        code: for programs.
        pl, en: a sentence that says how to mend it. Neither repeats contact data.
    """

    row: int
    column: str
    code: str
    pl: str
    en: str


def cells_missing(row: int, cells: int, width: int) -> Reject:
    """The row ends before its required cells."""
    return Reject(
        row,
        "",
        "cells_missing",
        pl=f"Wiersz ma {cells} z {width} komórek. Jeśli w komórce jest koniec wiersza, usuń go lub ujmij komórkę "
        "w cudzysłów; brakujące komórki uzupełnij.",
        en=f"The row has {cells} of {width} cells. If a cell has a line break in it, remove it or put the cell in "
        "quotation marks; fill in what is missing.",
    )


def cells_extra(row: int, cells: int, width: int, separator: str) -> Reject:
    """The row goes on after its last column."""
    sign_pl, sign_en = ("tabulator", "a tab") if separator == "\t" else (separator, separator)
    return Reject(
        row,
        "",
        "cells_extra",
        pl=f"Wiersz ma {cells} komórek zamiast {width}. Komórkę ze znakiem „{sign_pl}” w treści ujmij w cudzysłów.",
        en=f"The row has {cells} cells instead of {width}. Put a cell that contains “{sign_en}” in quotation marks.",
    )


def cell_too_long(row: int, column: str, limit: int) -> Reject:
    """The cell is no value but a document."""
    return Reject(
        row,
        column,
        "cell_too_long",
        pl=f"Komórka ma ponad {limit} znaków. Skróć ją; sprawdź też, czy cudzysłowy są zamknięte.",
        en=f"The cell has more than {limit} characters. Shorten it, and see whether quotation marks are closed.",
    )


def rows_disagree(row: int, column: str, rows: str) -> Reject:
    """The file says two things of one invoice, and nobody here can know which is right."""
    return Reject(
        row,
        column,
        "rows_disagree",
        pl=f"Ta sama faktura ma różne dane w wierszach {rows}. Zostaw tylko właściwy wiersz.",
        en=f"The same invoice has different data in rows {rows}. Keep the right row only.",
    )
