"""Limitation (przedawnienie): until when a claim may be demanded.

The periods, and the articles that they come from:

    sale        2 years, to the end of the year    art. 554 KC
    business    3 years, to the end of the year    art. 118 KC
    periodic    3 years, to the end of the year    art. 118 KC
    other       6 years, to the end of the year    art. 118 KC
    transport   1 year, to the day                 art. 792 KC
    tax         5 years after the end of the year  art. 70 § 1 of the Tax Ordinance

Source: Kodeks cywilny art. 112 (years end on the day of the same date, or on the last day of the month), art. 117 § 2¹
(a time-barred claim cannot be demanded from a consumer), art. 118 (the end falls on the last day of the year unless the
period is shorter than two years), art. 120 § 1 (it runs from the day on which the claim became due), art. 123 § 1 pt 2
and art. 124 § 1 (an acknowledgement interrupts it, and it runs anew), art. 554, art. 792. Ordynacja podatkowa art. 70
§ 1; a tax is not acknowledged, so nothing that the debtor says makes its period run anew.

Periods count from the due date as it is written. Neither the day after it nor the move of a free day (art. 115 KC) is
added: both could only lengthen a period, and where there is doubt, the earlier end harms nobody.
"""

from calendar import monthrange
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from upominek.domain.values.kinds import ClaimKind
from upominek.domain.values.unknown import Unknown

CLOSE_DAYS: Final = 90
"""Days before the end from which a claim counts as close to it, unless asked otherwise."""

CONSUMER_ARTICLE: Final = "art. 117 § 2¹ KC"
"""After the period nobody may demand the claim from a consumer."""

DEFENCE_ARTICLE: Final = "art. 117 § 2 KC"
"""After the period any other debtor may refuse to pay."""

TAX_END_ARTICLE: Final = "art. 59 § 1 pkt 9 Ordynacji podatkowej"
"""After the period a tax is owed no longer."""

YEARS: Final[Mapping[ClaimKind, int]] = {
    ClaimKind.SALE: 2,
    ClaimKind.BUSINESS: 3,
    ClaimKind.PERIODIC: 3,
    ClaimKind.TRANSPORT: 1,
    ClaimKind.TAX: 5,
    ClaimKind.OTHER: 6,
}
ARTICLES: Final[Mapping[ClaimKind, str]] = {
    ClaimKind.SALE: "art. 554 w zw. z art. 118 KC",
    ClaimKind.BUSINESS: "art. 118 KC",
    ClaimKind.PERIODIC: "art. 118 KC",
    ClaimKind.TRANSPORT: "art. 792 KC",
    ClaimKind.TAX: "art. 70 § 1 Ordynacji podatkowej",
    ClaimKind.OTHER: "art. 118 KC",
}
_RENEWAL: Final = "art. 123 § 1 pkt 2 i art. 124 § 1 KC"
_SHORT_YEARS: Final = 2
"""Periods of this many years or more end with a calendar year."""

Days = date | Collection[date] | None
"""On which days the debtor acknowledged the claim: none, one, or several in any order."""


class Standing(StrEnum):
    """Where a claim stands on a day."""

    RUNNING = "running"
    CLOSE = "close"
    BARRED = "barred"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limitation:
    """When a claim is time-barred.

    Attributes:
        due_on: the due date as it is written.
        acknowledged_on: the day from which the period ran anew; None where it runs from the due date.
        last_day: the last day on which the claim is not barred.
        article: where the length of the period comes from.
    """

    claim: ClaimKind | Unknown
    due_on: date
    acknowledged_on: date | None
    last_day: date
    article: str

    @property
    def first_barred_day(self) -> date:
        """The first day on which the claim is barred."""
        return self.last_day + timedelta(days=1)

    def standing(self, today: date, close_days: int = CLOSE_DAYS) -> Standing:
        """Where the claim stands on the day; close to the end from `close_days` before the last day on."""
        if today > self.last_day:
            return Standing.BARRED
        return Standing.CLOSE if (self.last_day - today).days <= close_days else Standing.RUNNING


def limitation(due_on: date, claim: ClaimKind | Unknown, acknowledged_on: Days = None) -> Limitation:
    """When the claim is time-barred.

    An acknowledgement makes the period run anew from its day. One before the due date changes nothing, and neither
    does one that comes after the claim was barred: what has ended cannot be interrupted.
    """
    renewed = _renewed_on(due_on, claim, acknowledged_on)
    article = "" if isinstance(claim, Unknown) else ARTICLES[claim]
    return Limitation(
        claim=claim,
        due_on=due_on,
        acknowledged_on=renewed,
        last_day=_last_day(renewed or due_on, claim),
        article=article if renewed is None else f"{article}, {_RENEWAL}",
    )


def is_barred(due_on: date, claim: ClaimKind | Unknown, today: date, acknowledged_on: Days = None) -> bool:
    """Whether the claim is time-barred on the day; the same answer as `limitation`, at next to no cost."""
    if today.year - due_on.year < _years(claim):
        return False
    if not acknowledged_on:
        return today > _last_day(due_on, claim)
    return today > _last_day(_renewed_on(due_on, claim, acknowledged_on) or due_on, claim)


def _renewed_on(due_on: date, claim: ClaimKind | Unknown, acknowledged_on: Days) -> date | None:
    if acknowledged_on is None or claim is ClaimKind.TAX or isinstance(claim, Unknown):
        return None
    start = due_on
    for day in (acknowledged_on,) if isinstance(acknowledged_on, date) else sorted(acknowledged_on):
        if start < day <= _last_day(start, claim):
            start = day
    return None if start == due_on else start


def _years(claim: ClaimKind | Unknown) -> int:
    """Of a claim of an unknown kind, the shortest period: where there is doubt, the earlier end harms nobody."""
    return min(YEARS.values()) if isinstance(claim, Unknown) else YEARS[claim]


def _last_day(start: date, claim: ClaimKind | Unknown) -> date:
    years = _years(claim)
    year = start.year + years
    if years >= _SHORT_YEARS:
        return date(year, 12, 31)
    return date(year, start.month, min(start.day, monthrange(year, start.month)[1]))
