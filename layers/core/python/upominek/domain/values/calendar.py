"""When a debtor may be contacted: the one module that knows time zones.

Instants are aware UTC `datetime`s, days are `date`s in the creditor's zone. The clock on the creditor's wall decides:
an hour that the spring change leaves out never comes, and one that the autumn change repeats comes twice.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from upominek.domain.errors import InvalidValue
from upominek.domain.values.holiday_table import HOLIDAYS

MONDAY_TO_FRIDAY: Final = frozenset(range(5))
_SUNDAY: Final = 6
_SECOND: Final = timedelta(seconds=1)
# Far more than the longest run of closed days: one contact day a week, and holidays on it three weeks running.
_SEARCH: Final = range(70)


@dataclass(frozen=True, slots=True)
class ContactHours:
    """The days and hours at which a creditor contacts anybody; never on Sundays and statutory holidays.

    Attributes:
        zone: IANA name of the time zone.
        weekdays: 0 for Monday to 5 for Saturday.
        opens: the first moment of a contact day, by the clock on the wall.
        closes: the first moment after it, later than `opens` on the same day.
        holidays: ISO 3166 code of the country whose statutory holidays are kept.

    Raises:
        InvalidValue: `zone_unknown`, `contact_days_invalid`, `contact_hours_invalid`, `holidays_unknown`.
    """

    zone: str = "Europe/Warsaw"
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    opens: time = time(8)
    closes: time = time(20)
    holidays: str = "PL"

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (KeyError, OSError, ValueError):  # unknown, a folder such as `Europe`, a path such as `../etc`
            raise InvalidValue(
                "zone_unknown",
                pl=f"Nieznana strefa czasowa „{self.zone}”. Podaj nazwę IANA, np. Europe/Warsaw.",
                en=f"Unknown time zone “{self.zone}”. Give an IANA name, such as Europe/Warsaw.",
            ) from None
        if not self.weekdays or not self.weekdays <= frozenset(range(_SUNDAY)):
            raise InvalidValue(
                "contact_days_invalid",
                pl="Dni kontaktu to co najmniej jeden dzień od poniedziałku do soboty; niedziela jest wolna.",
                en="Contact days are at least one day from Monday to Saturday; nobody is contacted on a Sunday.",
            )
        if not self.opens < self.closes:
            raise InvalidValue(
                "contact_hours_invalid",
                pl="Godziny kontaktu muszą się kończyć później, niż się zaczynają, tego samego dnia, np. 08:00–20:00.",
                en="Contact hours must end later than they begin, on the same day, such as 08:00–20:00.",
            )
        if self.holidays not in HOLIDAYS:
            raise InvalidValue(
                "holidays_unknown",
                pl=f"Nie mamy świąt kraju „{self.holidays}”. Dostępne: {', '.join(HOLIDAYS)}.",
                en=f"The holidays of “{self.holidays}” are not known here. Available: {', '.join(HOLIDAYS)}.",
            )

    def is_contact_day(self, day: date) -> bool:
        """Whether anybody may be contacted on this day at all."""
        return day.weekday() in self.weekdays and not self.is_holiday(day)

    def is_holiday(self, day: date) -> bool:
        """Whether the day is a statutory holiday.

        Raises:
            InvalidValue: `year_unknown`, outside the years that the table covers.
        """
        table = HOLIDAYS[self.holidays]
        if day.year not in table:
            raise InvalidValue(
                "year_unknown",
                pl=f"Święta są znane dla lat {min(table)}–{max(table)}, nie dla {day.year}. Popraw datę.",
                en=f"Holidays are known for {min(table)}–{max(table)}, not for {day.year}. Mend the date.",
            )
        return day.month * 100 + day.day in table[day.year]

    def next_contact_day(self, day: date) -> date:
        """The day itself, or else the first contact day after it."""
        return next(later for ahead in _SEARCH if self.is_contact_day(later := day + timedelta(days=ahead)))

    def last_contact_day(self, day: date) -> date:
        """The day itself, or else the last contact day before it."""
        return next(earlier for back in _SEARCH if self.is_contact_day(earlier := day - timedelta(days=back)))

    def is_open(self, instant: datetime) -> bool:
        """Whether anybody may be contacted at this instant."""
        local = self._local(instant)
        return self.opens <= local.time() < self.closes and self.is_contact_day(local.date())

    def next_opening(self, instant: datetime) -> datetime:
        """The instant itself if it is open, or else the first open instant after it, in UTC."""
        if self.is_open(instant):
            return instant.astimezone(UTC)
        today = self.local_day(instant)
        return next(
            min(openings)
            for ahead in _SEARCH
            if (openings := [o for o in self._openings(today + timedelta(days=ahead)) if o > instant])
        )

    def local_day(self, instant: datetime) -> date:
        """The date in the creditor's zone."""
        return self._local(instant).date()

    def at_local(self, day: date, clock: time) -> datetime:
        """When the clock on the wall shows this on this day, in UTC.

        The first of two times when the autumn change repeats it; the change itself when the spring change skips it.
        """
        first, second = self._readings(day, clock)
        shown = self._local(first).replace(tzinfo=None)
        return first if shown == datetime.combine(day, clock) else self._clock_change(second, first)

    def _openings(self, day: date) -> Iterator[datetime]:
        """The instants of a day at which it may turn from closed to open: by the hour, or by a change of the clock."""
        for boundary in (self.opens, self.closes):
            first, second = sorted(self._readings(day, boundary))
            yield from filter(self.is_open, (first, second, self._clock_change(first, second)))

    def _readings(self, day: date, clock: time) -> tuple[datetime, datetime]:
        """The same local time by the offset before a change of the clock and by the one after it; usually the same."""
        local = datetime.combine(day, clock, ZoneInfo(self.zone))
        return local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)

    def _clock_change(self, before: datetime, after: datetime) -> datetime:
        """The first instant with the offset that is in force `after`."""
        new = self._local(after).utcoffset()

        def is_new(seconds: int) -> bool:
            return self._local(before + seconds * _SECOND).utcoffset() == new

        return before + bisect_left(range((after - before) // _SECOND), x=True, key=is_new) * _SECOND

    def _local(self, instant: datetime) -> datetime:
        if instant.tzinfo is None:
            raise ValueError("an instant without a time zone")
        return instant.astimezone(ZoneInfo(self.zone))
