"""How the language of a letter writes amounts, days and numbers, and what its layout calls things."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from upominek.adapters.texts.sources import shipped
from upominek.domain.language.language import Language
from upominek.domain.language.languages import DEFAULT, language_of
from upominek.domain.values.money import Money


@dataclass(frozen=True, slots=True)
class Writing:
    """One language of letters."""

    language: Language
    labels: Mapping[str, str]

    def amount(self, money: Money) -> str:
        """`1 234,56 zł` or `PLN 1,234.56`."""
        return self.language.amount(money)

    def day(self, day: date) -> str:
        """`9 marca 2026 r.` or `9 March 2026`."""
        return self.language.document_date(day)

    def short_day(self, day: date) -> str:
        """For tables: `09.03.2026` or `09 Mar 2026`."""
        return self.language.table_date(day)

    def rate(self, percent: Decimal) -> str:
        """`9,25%` or `9.25%`."""
        return self.language.number(f"{percent.normalize():f}%")


@cache
def writing(language: str) -> Writing:
    """The language, or Polish where letters do not speak it."""
    for spoken in (language_of(language), DEFAULT):
        if source := shipped(f"letter/{spoken.code}/labels.toml"):
            return Writing(spoken, tomllib.loads(source))
    raise LookupError(language)
