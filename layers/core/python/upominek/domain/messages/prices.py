"""What messages are expected to cost, before anybody is billed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class LetterPrices:
    """What a letter on paper takes.

    Attributes:
        page: printed.
        stamp, registered: of an ordinary letter and of a registered one.
    """

    page: Decimal = Decimal()
    envelope: Decimal = Decimal()
    stamp: Decimal = Decimal()
    registered: Decimal = Decimal()


@dataclass(frozen=True, slots=True)
class Prices:
    """Net prices in one currency.

    Attributes:
        sms_part: price of one SMS part by beginning of the number (E.164 without its plus); an empty one fits all.
        email: price of one e-mail.
        as_of: day on which the oldest of the prices was looked up.
    """

    currency: str
    sms_part: Mapping[str, Decimal]
    email: Decimal
    as_of: date = date.min
    letter: LetterPrices = LetterPrices()

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

    def of_letter(self, pages: int, *, is_registered: bool) -> Decimal:
        """The price of a letter of so many pages, in its envelope."""
        stamp = self.letter.registered if is_registered else self.letter.stamp
        return pages * self.letter.page + self.letter.envelope + stamp
