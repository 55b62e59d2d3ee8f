"""A file of payments: which invoice, how much, on which day."""

import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final

from upominek.adapters.formats.known import KnownFormats
from upominek.application.intake.source_file import SourceFile
from upominek.domain.errors import Refused
from upominek.domain.receivables.events import PaymentStated
from upominek.domain.receivables.rejects import Reject, Rejected
from upominek.domain.values.money import Money

LARGEST_BYTES: Final = 64 * 1024 * 1024
FORMATS: Final = {"csv": "upominek.adapters.formats.csv.payments"}
"""Here a table is one of payments, not of invoices."""


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment.

    Attributes:
        row: as a spreadsheet numbers it.
        debtor: None where the file does not say whose invoice it is.
        day: the local day on which it came in.
    """

    row: int
    number: str
    debtor: str | None
    day: date
    amount: Money


def read_payments(path: Path) -> tuple[list[Paid], list[Reject]]:
    """The payments, in the order of the file, and what is wrong with the other rows.

    Raises:
        TableUnreadable: it is no table.
        Refused: `columns_missing`, `file_too_large`.
        OSError: it cannot be opened.
    """
    if path.stat().st_size > LARGEST_BYTES:
        raise Refused(
            "file_too_large",
            pl=f"Plik {path.name} ma ponad 64 MB. Zostaw wpłaty tylko z tych dni, o które chodzi.",
            en=f"The file {path.name} has more than 64 MB. Keep the payments of the days in question only.",
        )
    paid: list[Paid] = []
    rejects: list[Reject] = []
    with path.open("rb") as stream:
        for one in SourceFile(KnownFormats(FORMATS), stream, tempfile.TemporaryFile).statements():
            if isinstance(one, Rejected):
                rejects.extend(one.rejects)
                continue
            told = one.stated(datetime.combine(date.min, time(0), UTC))
            assert isinstance(told, PaymentStated)  # noqa: S101 - this format states nothing else
            paid.append(Paid(one.row, told.number or "", told.debtor_id, told.day, told.amount))
    return paid, rejects
