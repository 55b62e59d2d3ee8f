"""Whose report a message of the receipts queue is, and what it says."""

from collections.abc import Mapping
from typing import Any, Final

from upominek.adapters.carriers.carrier_module import carrier_module
from upominek.application.receipts.record_receipt import Report
from upominek.domain.errors import InvalidValue
from upominek.domain.values.carrier import SES, SNS, Carrier

CARRIER: Final = "carrier"
"""Where a report on the queue names its carrier; whoever puts one there writes it, and AWS's own come without."""


def read_report(body: Mapping[str, Any]) -> Report | None:
    """The report in a message of the receipts queue; None for an e-mail that is not a reminder of ours.

    Raises:
        InvalidValue: `report_unreadable`, no report of its carrier.
        NotUnderstood: it is of a carrier of another version.
    """
    try:
        return carrier_module(_carrier(body)).read_report(body)
    except (AttributeError, LookupError, TypeError, ValueError, ArithmeticError) as error:
        # The error may repeat what it choked on, and that may be an address.
        raise InvalidValue(
            "report_unreadable",
            pl=f"Nie jest to raport żadnego przewoźnika ({type(error).__name__}).",
            en=f"This is no report of a carrier ({type(error).__name__}).",
        ) from None


def _carrier(body: Mapping[str, Any]) -> Carrier:
    if CARRIER in body:
        return Carrier(body[CARRIER])
    return SES if body.get("source") == "aws.ses" else SNS
