"""A creditor's full list of open invoices: when it may be believed without asking."""

from typing import Final

from upominek.domain.errors import Refused

FEWEST: Final = 5
"""Invoices: fewer may be closed or opened by any file, for to a small firm one payment is a fifth of all."""


def is_too_much(affected: int, of: int) -> bool:
    """Whether a file would change so much at once that a person should look first: a fifth, and not just a few."""
    return affected >= FEWEST and affected * 5 > of


def doubt_about(listed_before: int, missing: int, unreadable: int) -> Refused | None:
    """Why a list must not be applied before somebody confirms it; None when it may.

    Args:
        listed_before: invoices that are open without the list.
        missing: those of them that it would settle.
        unreadable: rows whose invoice cannot be told, so that it may be one of these.
    """
    if missing and unreadable:
        return Refused(
            "snapshot_unreadable_rows",
            pl=f"Na liście brakuje {missing} otwartych faktur, a w {unreadable} wierszach nie da się odczytać numeru: "
            "nie wiadomo, czy to nie te same. Popraw odrzucone wiersze i wgraj listę jeszcze raz albo ją potwierdź.",
            en=f"The list lacks {missing} open invoices, and in {unreadable} rows the number cannot be read: they may "
            "be the same. Mend the rejected rows and upload the list again, or confirm it.",
        )
    lacks_all = missing == listed_before > 1  # an export of nothing, more likely than all paid at once
    if lacks_all or is_too_much(missing, listed_before):
        return Refused(
            "snapshot_settles_too_much",
            pl=f"Na liście brakuje {missing} z {listed_before} otwartych faktur, więcej niż jednej piątej. Jeśli jest "
            "pełna, potwierdź ją; w przeciwnym razie wgraj pełną.",
            en=f"The list lacks {missing} of {listed_before} open invoices, more than a fifth. If it is complete, "
            "confirm it; if not, upload the complete one.",
        )
    return None


def doubt_about_reopening(accepted: int, reopened: int) -> Refused | None:
    """Why a file must not be applied before somebody confirms it: it opens again too much that was done with."""
    if not is_too_much(reopened, accepted):
        return None
    return Refused(
        "file_reopens_too_much",
        pl=f"Plik otwiera ponownie {reopened} z {accepted} faktur, które były już rozliczone albo anulowane, więcej "
        "niż jedną piątą. Może nie zna wpłat? Jeśli jest właściwy, potwierdź go; w przeciwnym razie wgraj aktualny.",
        en=f"The file opens {reopened} of its {accepted} invoices again that were settled or cancelled, more than a "
        "fifth. Perhaps it does not know of payments? If it is right, confirm it; if not, upload a current one.",
    )
