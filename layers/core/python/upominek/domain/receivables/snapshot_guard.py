"""A creditor's full list of open invoices: when it may be believed without asking."""

from upominek.domain.errors import Refused


def doubt_about(listed_before: int, missing: int, unreadable: int) -> Refused | None:
    """Why a list must not be applied before somebody confirms it; None when it may.

    Args:
        listed_before: invoices that are open without the list.
        missing: those of them that it lacks, so that it would settle them.
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
    if missing * 5 > listed_before:
        return Refused(
            "snapshot_settles_too_much",
            pl=f"Na liście brakuje {missing} z {listed_before} otwartych faktur, więcej niż jednej piątej. Jeśli jest "
            "pełna, potwierdź ją; w przeciwnym razie wgraj pełną.",
            en=f"The list lacks {missing} of {listed_before} open invoices, more than a fifth. If it is complete, "
            "confirm it; if not, upload the complete one.",
        )
    return None
