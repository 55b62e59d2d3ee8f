"""What messages are expected to cost, before anybody is billed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Prices:
    """Net prices in one currency.

    Attributes:
        sms_part: price of one SMS part by beginning of the number (E.164 without its plus); an empty one fits all.
        email: price of one e-mail.
    """

    currency: str
    sms_part: Mapping[str, Decimal]
    email: Decimal

    def of_sms(self, number: str, parts: int) -> Decimal:
        """The price of a text of so many parts to an E.164 number; the longest beginning that fits counts.

        Raises:
            LookupError: no beginning fits.
        """
        digits = number.removeprefix("+")
        fitting = (digits[:length] for length in range(len(digits), -1, -1))
        for start in fitting:
            if start in self.sms_part:
                return parts * self.sms_part[start]
        raise LookupError(f"no price for +{digits[:4]}…")
