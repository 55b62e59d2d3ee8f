"""Where `upominek.domain.values.holiday_table` comes from.

`python -m tests.unit.domain.values.holiday_source` writes it anew.
"""

from pathlib import Path

import holidays

from upominek.domain.values import holiday_table

COUNTRIES = ("PL",)
YEARS = range(2000, 2100)


def table() -> dict[str, dict[int, tuple[int, ...]]]:
    """Month and day (`1224`) of each statutory holiday, by country and year."""
    return {
        country: {
            year: tuple(sorted(day.month * 100 + day.day for day in holidays.country_holidays(country, years=year)))
            for year in YEARS
        }
        for country in COUNTRIES
    }


def write() -> None:
    path = Path(holiday_table.__file__)
    head, _, _ = path.read_text(encoding="utf-8").partition("HOLIDAYS: Final")
    lines = [f"{head}HOLIDAYS: Final[Mapping[str, Mapping[int, tuple[int, ...]]]] = {{"]
    for country, years in table().items():
        lines.append(f'    "{country}": {{')
        lines.extend(f"        {year}: {days}," for year, days in years.items())
        lines.append("    },")
    path.write_text("\n".join([*lines, "}", ""]), encoding="utf-8")


if __name__ == "__main__":
    write()
