"""Tables of rates as files: what is wrong with one is said with its line, and what is written is read back."""

import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest

from upominek.adapters.reference_data.rates_file import (
    LARGEST_BYTES,
    euro_toml,
    interest_toml,
    packaged_rates,
    read_rates,
)
from upominek.domain.errors import InvalidValue
from upominek.domain.law.rates import EuroRate, InterestKind, RateTables, ReferenceRate, rate_on

GOOD = """checked_on = 2026-08-25

[[reference]]
since = 2015-03-05
until = 2020-03-17
percent = "1.50"

[[reference]]
since = 2020-03-18
until = 2020-04-08
percent = 1.0

[[reference]]
since = 2020-04-09
percent = "0,50"

[[civil]]
since = 2016-01-01
above_reference = "5.5"

[[euro]]
on = 2026-09-30
rate = "4.25"

[[euro]]
on = 2026-10-30
rate = "4.26"
table = "212/A/NBP/2026"
"""


def read(text: str) -> RateTables:
    return read_rates(text.encode(), "mine.toml", packaged_rates())


def test_a_file_of_ones_own_stands_in_for_what_it_has() -> None:
    tables = read(GOOD)
    assert [(one.since.isoformat(), one.percent) for one in tables.tables[InterestKind.CIVIL].rates] == [
        ("2016-01-01", Decimal("7.0")),
        ("2020-03-18", Decimal("6.5")),
        ("2020-04-09", Decimal("6.0")),
    ]
    assert rate_on(InterestKind.COMMERCIAL, date(2026, 8, 1), tables) == Decimal("10.5")  # by the packaged rule
    assert tables.euro_on(date(2026, 10, 30)) == EuroRate(date(2026, 10, 30), Decimal("4.26"), "212/A/NBP/2026")
    assert tables.euro_on(date(2025, 1, 31)).rate == Decimal("4.2130")
    assert tables.checked_on == date(2026, 8, 25)


def test_a_file_with_rates_of_the_euro_alone_leaves_interest_as_it_is() -> None:
    tables = read('[[euro]]\non = 2026-10-30\nrate = "4.26"\n')
    assert tables.tables == packaged_rates().tables
    assert tables.checked_on == packaged_rates().checked_on


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("[[reference]]\nsince = 2020-03-18\nuntil = 2020-04-08\npercent = 1.0\n", "", "rates_gap", "9"),
        ("until = 2020-04-08\n", "", "rates_gap", "8"),
        ("until = 2020-04-08\n", "until = 2020-04-07\n", "rates_gap", "13"),
        ("until = 2020-04-08\n", "until = 2020-04-09\n", "rates_gap", "13"),
        ("since = 2020-04-09\n", "since = 2020-04-09\nuntil = 2026-01-01\n", "rates_gap", "13"),
        ("since = 2020-04-09\n", "since = 2020-03-01\n", "rates_disordered", "13"),
        ("since = 2020-04-09\n", "since = 2020-03-18\n", "rates_disordered", "13"),
        ("since = 2020-04-09\n", "", "rates_value", "13"),
        ("since = 2020-04-09\n", 'since = "kwiecień"\n', "rates_value", "13"),
        ("since = 2020-04-09\n", "since = 2020-04-09T10:00:00\n", "rates_value", "13"),
        ("since = 2020-04-09\n", "since = 2020-04-31\n", "rates_syntax", "14"),
        ('percent = "0,50"\n', "", "rates_value", "13"),
        ('percent = "0,50"\n', 'percent = "-1"\n', "rates_value", "13"),
        ('percent = "0,50"\n', "percent = true\n", "rates_value", "13"),
        ('percent = "0,50"\n', 'percent = "450"\n', "rate_out_of_range", "13"),
        ('percent = "0,50"\n', 'procent = "0,50"\n', "rates_key", "13"),
        ("[[reference]]\nsince = 2020-04-09", "[[referencyjna]]\nsince = 2020-04-09", "rates_key", "1"),
        ("checked_on = 2026-08-25", "checked_on = 2026", "rates_value", "1"),
        ('above_reference = "5.5"\n', "", "rates_value", "17"),
        ('above_reference = "5.5"\n', 'above_reference = "5.5"\npercent = "7"\n', "rates_value", "17"),
        ("on = 2026-10-30\n", "on = 2026-09-30\n", "rates_disordered", "25"),
        ('rate = "4.26"\n', 'rate = "426"\n', "euro_rate_out_of_range", "25"),
        ('rate = "4.26"\n', "", "rates_value", "25"),
        ("[[civil]]\n", "[civil]\n", "rates_syntax", "1"),
        ("[[civil]]\n", "[[civil\n", "rates_syntax", "17"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, code: str, where: str) -> None:
    assert old in GOOD
    with pytest.raises(InvalidValue) as error:
        read(GOOD.replace(old, new))
    assert error.value.code == code
    for text in (error.value.pl, error.value.en):
        assert text.startswith(f"mine.toml:{where}: "), text


def test_before_its_first_day_the_known_rates_count() -> None:
    tables = read('[[reference]]\nsince = 2020-04-09\npercent = "2.5"\n')
    assert [rate_on(InterestKind.CIVIL, date(2020, 4, day), tables) for day in (8, 9)] == [Decimal("6.5"), 8]
    assert rate_on(InterestKind.CIVIL, date(2026, 4, 9), tables) == 8
    assert tables.checked_on == date(2020, 4, 9)  # nothing is known of what came after


def test_a_table_that_begins_too_late_for_its_rules_is_an_error() -> None:
    nothing = RateTables.of(reference=(), rules={}, checked_on=date.min)
    alone = GOOD.replace("since = 2016-01-01", "since = 2015-01-01").encode()
    with pytest.raises(InvalidValue) as error:
        read_rates(alone, "mine.toml", nothing)
    assert error.value.code == "rates_missing"
    assert error.value.en.startswith("mine.toml: ")
    assert "2015-01-01" in error.value.pl


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a = ", b"#" * (LARGEST_BYTES + 1)])
def test_what_is_no_toml_is_said(content: bytes) -> None:
    with pytest.raises(InvalidValue) as error:
        read_rates(content, "mine.toml", packaged_rates())
    assert error.value.code == "rates_syntax"
    assert error.value.en.startswith("mine.toml:1: ")


def test_what_is_written_is_read_back() -> None:
    tables = packaged_rates().with_reference(
        [ReferenceRate(date(2026, 10, 8), Decimal("3.50"))], date(2026, 11, 1), 'a "file" \\ of\nmine'
    )
    again = read_rates(interest_toml(tables).encode(), "out.toml", packaged_rates())
    assert (again.reference, again.rules, again.tables) == (tables.reference, tables.rules, tables.tables)
    assert again.checked_on == date(2026, 11, 1)
    assert again.sources[-1].endswith('a "file" \\ of mine')
    more = tables.with_euro([EuroRate(date(2026, 10, 30), Decimal("4.2600"), "212/A/NBP/2026")])
    assert read_rates(euro_toml(more).encode(), "out.toml", packaged_rates()).euro == more.euro


def test_removing_any_entry_of_a_written_table_is_noticed() -> None:
    head, *entries = interest_toml(packaged_rates()).partition("# civil")[0].split("[[")
    assert len(entries) == 29
    for place, entry in enumerate(entries):
        is_first = place == 0 or entry.partition("]]")[0] != entries[place - 1].partition("]]")[0]
        if is_first:  # a table that begins later is no gap
            continue
        shortened = "[[".join([head, *entries[:place], *entries[place + 1 :]])
        with pytest.raises(InvalidValue):
            read_rates(shortened.encode(), "out.toml", packaged_rates())


def test_nothing_is_read_before_somebody_asks() -> None:
    program = (
        "import sys, upominek.adapters.reference_data.rates_file, upominek.adapters.aws.table.rates, "
        "upominek.domain.law.interest;"
        "print('tomllib' in sys.modules, 'xml.parsers.expat' in sys.modules);"
        "t = upominek.adapters.reference_data.rates_file.packaged_rates;"
        "print(t() is t())"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert told.splitlines() == ["False False", "True"]
