"""How the language of a letter writes amounts, days and numbers, and what its layout calls things."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from upominek.adapters.texts.sources import shipped
from upominek.domain.language import english, polish
from upominek.domain.texts.overrides import DEFAULT_LANGUAGE
from upominek.domain.values.money import Money


@dataclass(frozen=True, slots=True)
class Writing:
    """One language of letters."""

    language: str
    labels: Mapping[str, str]

    def amount(self, money: Money) -> str:
        """`1 234,56 zł` or `PLN 1,234.56`."""
        return (polish.long_amount if self.language == DEFAULT_LANGUAGE else english.english_amount)(money)

    def day(self, day: date) -> str:
        """`9 marca 2026 r.` or `9 March 2026`."""
        return f"{polish.long_date(day)} r." if self.language == DEFAULT_LANGUAGE else english.english_date(day)

    def short_day(self, day: date) -> str:
        """For tables: `09.03.2026`, also in English, where a month's name keeps it from being read wrongly."""
        return (
            polish.short_date(day) if self.language == DEFAULT_LANGUAGE else f"{day:%d} {_MONTHS[day.month]} {day:%Y}"
        )

    def rate(self, percent: Decimal) -> str:
        """`9,25%` or `9.25%`."""
        text = f"{percent.normalize():f}%"
        return text.replace(".", ",") if self.language == DEFAULT_LANGUAGE else text


_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@cache
def writing(language: str) -> Writing:
    """The language, or Polish where letters do not speak it."""
    for spoken in (language, DEFAULT_LANGUAGE):
        if source := shipped(f"letter/{spoken}/labels.toml"):
            return Writing(spoken, tomllib.loads(source))
    raise LookupError(language)
