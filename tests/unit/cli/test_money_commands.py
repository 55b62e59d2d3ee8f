"""`upominek interest`, `compensation` and `rates`, as the installed program runs them, where no stack runs."""

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cli import rates as rates_module
from cli.commands import run
from local.stack import embedded
from upominek.adapters.memory.rates import MemoryRateRepository
from upominek.adapters.reference_data.rates_file import packaged_rates
from upominek.application.administration.import_rates import ImportRates, ShowRates
from upominek.domain.law.rates import InterestKind, rate_on

ARCHIVE = """\ufeff<?xml version="1.0" encoding="utf-8"?>
<stopy_procentowe_archiwum data_publikacji="2015-03-04">
{entries}</stopy_procentowe_archiwum>
"""
ENTRY = '<pozycje obowiazuje_od="{since}"><pozycja id="ref" oprocentowanie="{percent}" /></pozycje>\n'
KNOWN = [(one.since.isoformat(), str(one.percent).replace(".", ",")) for one in packaged_rates().reference]
YEAR = "data;1USD;1EUR;nr tabeli;pełny numer tabeli;\n;dolar;euro;\n" + "".join(
    f"{day};3,6;{rate};1;{number}/A/NBP/2026;\n"
    for day, rate, number in (("20260929", "4,2400", 189), ("20260930", "4,2500", 190), ("20261001", "4,2600", 191))
)

Upominek = Callable[..., tuple[int, str, str]]


@pytest.fixture
def upominek(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Upominek:
    monkeypatch.setattr(embedded, "attach", lambda: None)

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["upominek", *arguments])
        with pytest.raises(SystemExit) as stop:
            run()
        told = capsys.readouterr()
        return int(str(stop.value.code or 0)), told.out, told.err

    return call


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> MemoryRateRepository:
    """A stack's rates, as `--stack test` finds them."""
    repository = MemoryRateRepository()
    target = SimpleNamespace(
        name="test", application=SimpleNamespace(import_rates=ImportRates(repository), show_rates=ShowRates(repository))
    )
    monkeypatch.setattr(rates_module, "find_target", lambda *_, **__: target)
    return repository


def archive(folder: Path, entries: list[tuple[str, str]]) -> str:
    file = folder / "stopy_procentowe_archiwum.xml"
    file.write_text(
        ARCHIVE.format(entries="".join(ENTRY.format(since=since, percent=percent) for since, percent in entries)),
        encoding="utf-8",
    )
    moment = datetime(2026, 11, 20, 10, tzinfo=UTC).timestamp()
    os.utime(file, (moment, moment))
    return str(file)


def loaded(told: tuple[int, str, str]) -> dict[str, Any]:
    code, out, err = told
    assert (code, err) == (0, "")
    data: dict[str, Any] = json.loads(out)
    return data


def test_interest_as_json(upominek: Upominek) -> None:
    data = loaded(
        upominek(
            *("interest", "--amount", "12 400,00 zł", "--due", "10.02.2026", "--paid", "2026-03-26"),
            *("--kind", "commercial", "--json"),
        )
    )
    assert data["interest"] == "209.27"
    assert data["due_date_moved_to"] == "2026-02-10"
    assert data["periods"] == [
        {
            "from": "2026-02-11",
            "to": "2026-03-26",
            "days": 44,
            "rate": "14.00",
            "base": "12400.00",
            "interest": "209.27",
        }
    ]
    assert (data["rates_as_of"], data["provisional"]) == ("2026-08-25", False)


def test_part_payments_are_taken_as_files_have_them(upominek: Upominek) -> None:
    data = loaded(
        upominek(
            *("interest", "--amount", "10000", "--due", "2022-03-01", "--paid", "2022-09-20", "--kind", "CIVIL"),
            *("--payment", "10.06.2022:2 000,50", "--payment", "2022-07-01:1000", "--json"),
        )
    )
    assert [one["base"] for one in data["periods"]][-1] == "6999.50"
    assert Decimal(data["interest"]) == sum(Decimal(one["interest"]) for one in data["periods"])


def test_interest_as_a_table(upominek: Upominek) -> None:
    code, out, _ = upominek(
        *("interest", "--amount", "100", "--due", "2026-08-15", "--paid", "2026-12-01", "--kind", "civil")
    )
    assert code == 0
    assert "the due date moved to 2026-08-17" in out
    assert "rates are known up to 2026-08-25" in out
    assert "2026-08-18" in out
    assert "100.00 due 2026-08-15, to 2026-12-01: 2.69 PLN" in out


def test_compensation_as_json_and_as_a_table(upominek: Upominek) -> None:
    asked = ("compensation", "--amount", "5000.01", "--due", "2026-03-12", "--eur-rate", "4,2589")
    data = loaded(upominek(*asked, "--json"))
    assert {name: data[name] for name in ("eur", "rate", "rate_date", "pln")} == {
        "eur": "70.00",
        "rate": "4.2589",
        "rate_date": "2026-02-27",
        "pln": "298.12",
    }
    assert "298.12" in upominek(*asked)[1]
    assert loaded(upominek("compensation", "--amount", "10", "--due", "2025-02-10", "--json"))["pln"] == "168.52"


INTEREST = {"--amount": "100", "--due": "2026-03-02", "--paid": "2026-04-02", "--kind": "civil"}
COMPENSATION = {"--amount": "100", "--due": "2026-03-12"}


@pytest.mark.parametrize(
    ("command", "changed", "code"),
    [
        ("interest", {"--amount": "sto"}, "amount_invalid"),
        ("interest", {"--amount": "1.234"}, "amount_ambiguous"),
        ("interest", {"--amount": "-100"}, "interest_amount"),
        ("interest", {"--amount": "100 EUR"}, "interest_currency"),
        ("interest", {"--due": "31.02.2026"}, "date_invalid"),
        ("interest", {"--due": ""}, "date_missing"),
        ("interest", {"--paid": "wczoraj"}, "date_invalid"),
        ("interest", {"--kind": "tax"}, "kind_unknown"),
        ("interest", {"--due": "2014-03-03"}, "rate_unknown"),
        ("interest", {"--payment": "500"}, "payment_syntax"),
        ("interest", {"--payment": "2026-03-10:x"}, "amount_invalid"),
        ("interest", {"--payment": "2026-05-10:10"}, "payment_after"),
        ("interest", {"--payment": "2026-03-10:-10"}, "payment_invalid"),
        ("compensation", {}, "euro_rate_unknown"),
        ("compensation", {"--eur-rate": "drogo"}, "euro_rate_invalid"),
        ("compensation", {"--eur-rate": "NaN"}, "euro_rate_invalid"),
        ("compensation", {"--eur-rate": "425,89"}, "euro_rate_out_of_range"),
        ("compensation", {"--eur-rate": "4,25", "--debtor": "consumer"}, "compensation_consumer"),
        ("compensation", {"--eur-rate": "4,25", "--amount": "0"}, "compensation_amount"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(
    upominek: Upominek, command: str, changed: dict[str, str], code: str
) -> None:
    options = {**(INTEREST if command == "interest" else COMPENSATION), **changed}
    arguments = [f"{name}={value}" for name, value in options.items()]
    exit_code, out, _ = upominek(command, *arguments, "--json")
    told = json.loads(out)["error"]
    assert (exit_code, told["code"]) == (2, code)
    assert told["message"]["pl"]
    exit_code, out, err = upominek(command, *arguments)
    assert (exit_code, out) == (2, "")
    assert err.startswith("error: ")


def test_an_import_writes_a_table_that_interest_is_reckoned_by(upominek: Upominek, tmp_path: Path) -> None:
    file, out = archive(tmp_path, [*KNOWN, ("2026-10-08", "3,50")]), tmp_path / "stopy.toml"
    data = loaded(upominek("rates", "import", file, "--out", str(out), "--json"))
    assert (data["read"], data["new"]) == (len(KNOWN) + 1, [{"since": "2026-10-08", "percent": "3.50"}])
    assert (data["contradicts"], data["stored_in"], data["out"]) == ([], None, str(out))
    assert data["checked_on"] == "2026-11-20"
    assert data["civil"][-1] == {"since": "2026-10-08", "rate": "9.00"}
    assert data["commercial"][-1] == {"since": "2027-01-01", "rate": "13.50"}
    asked = ("interest", "--amount", "10000", "--due", "2026-09-30", "--paid", "2026-11-02", "--kind", "civil")
    found = loaded(upominek(*asked, "--rates", str(out), "--json"))
    assert [one["rate"] for one in found["periods"]] == ["9.25", "9.00"]
    assert (found["rates_as_of"], found["provisional"]) == ("2026-11-20", False)


def test_a_gap_in_a_table_is_said_with_its_line(upominek: Upominek, tmp_path: Path) -> None:
    out = tmp_path / "stopy.toml"
    loaded(upominek("rates", "import", archive(tmp_path, KNOWN), "--out", str(out), "--json"))
    head, *entries = out.read_text(encoding="utf-8").split("[[")
    out.write_text("[[".join([head, *entries[:3], *entries[4:]]), encoding="utf-8")
    arguments = [f"{name}={value}" for name, value in INTEREST.items()]
    code, told, _ = upominek("interest", *arguments, "--rates", str(out), "--json")
    error = json.loads(told)["error"]
    assert (code, error["code"]) == (2, "rates_gap")
    assert "stopy.toml:22: " in error["message"]["pl"]


def test_xml_in_place_of_a_table_says_how_to_go_on(upominek: Upominek, tmp_path: Path) -> None:
    code, told, _ = upominek("rates", "show", "--rates", archive(tmp_path, KNOWN), "--json")
    assert code == 2
    assert "rates import" in json.loads(told)["error"]["message"]["pl"]


def test_without_a_stack_an_import_asks_where_to(upominek: Upominek, tmp_path: Path) -> None:
    code, told, _ = upominek("rates", "import", archive(tmp_path, KNOWN), "--json")
    assert code == 2
    assert "not running" in json.loads(told)["error"]["message"]["en"]


def test_an_import_into_a_stack_is_in_force(upominek: Upominek, stored: MemoryRateRepository, tmp_path: Path) -> None:
    file = archive(tmp_path, [*KNOWN, ("2026-10-08", "3,50")])
    data = loaded(upominek("rates", "import", file, "--as-of", "21.11.2026", "--stack", "test", "--json"))
    assert (data["stored_in"], data["checked_on"]) == ("test", "2026-11-21")
    assert rate_on(InterestKind.CIVIL, date(2026, 10, 8), stored.tables()) == 9
    arguments = [f"{name}={value}" for name, value in {**INTEREST, "--paid": "2026-11-02"}.items()]
    found = loaded(upominek("interest", *arguments, "--stack", "test", "--json"))
    assert found["periods"][-1]["rate"] == "9.00"
    assert "kept in the table of test" in upominek("rates", "import", file, "--stack", "test")[1]


@pytest.mark.parametrize(
    ("entries", "contradiction"),
    [
        ([*KNOWN[:10], *KNOWN[11:]], {"since": KNOWN[10][0], "known": "4.50", "file": None}),
        (KNOWN[:-1], {"since": "2026-03-05", "known": "3.75", "file": None}),
        ([*KNOWN[:-1], ("2026-03-05", "3,70")], {"since": "2026-03-05", "known": "3.75", "file": "3.70"}),
        ([*KNOWN[:-1], ("2026-03-04", "3,75")], {"since": "2026-03-04", "known": None, "file": "3.75"}),
    ],
)
def test_a_file_that_lacks_or_changes_what_is_known_is_refused(
    upominek: Upominek,
    stored: MemoryRateRepository,
    tmp_path: Path,
    entries: list[tuple[str, str]],
    contradiction: dict[str, str | None],
) -> None:
    file = archive(tmp_path, entries)
    code, told, _ = upominek("rates", "import", file, "--stack", "test", "--json")
    assert (code, json.loads(told)["error"]["code"]) == (2, "rates_contradict")
    assert str(contradiction["since"]) in told
    assert stored.tables() == packaged_rates()
    data = loaded(upominek("rates", "import", file, "--stack", "test", "--replace", "--json"))
    assert contradiction in data["contradicts"]
    assert len(stored.tables().reference) == len(entries)


def test_rates_of_the_euro_come_in(upominek: Upominek, stored: MemoryRateRepository, tmp_path: Path) -> None:
    file = tmp_path / "archiwum_tab_a_2026.csv"
    file.write_text(YEAR, encoding="windows-1250")
    data = loaded(upominek("rates", "import-eur", str(file), "--stack", "test", "--json"))
    assert (data["read"], data["euro"]) == (3, [{"on": "2026-09-30", "rate": "4.2500", "table": "190/A/NBP/2026"}])
    asked = ("compensation", "--amount", "100", "--due", "2026-10-12", "--json")
    assert loaded(upominek(*asked, "--stack", "test"))["pln"] == "170.00"
    file.write_text(YEAR.replace("4,2500", "4,2501"), encoding="windows-1250")
    code, told, _ = upominek("rates", "import-eur", str(file), "--stack", "test", "--json")
    assert (code, json.loads(told)["error"]["code"]) == (2, "rates_contradict")
    assert stored.tables().euro_on(date(2026, 9, 30)).rate == Decimal("4.25")
    out = tmp_path / "euro.toml"
    assert loaded(upominek("rates", "import-eur", str(file), "--out", str(out), "--json"))["out"] == str(out)
    assert loaded(upominek(*asked, "--rates", str(out)))["rate"] == "4.2501"


def test_rates_are_shown_with_their_sources(upominek: Upominek) -> None:
    data = loaded(upominek("rates", "show", "--json"))
    assert data["civil"][-1] == {"since": "2026-03-05", "rate": "9.25"}
    assert data["healthcare"][-1] == {"since": "2026-07-01", "rate": "11.75"}
    assert data["reference"][-1] == {"since": "2026-03-05", "percent": "3.75"}
    assert data["euro"][0] == {"on": "2025-01-31", "rate": "4.2130", "table": "021/A/NBP/2025"}
    assert any("static.nbp.pl" in source for source in data["sources"])
    code, out, _ = upominek("rates", "show")
    assert code == 0
    assert "complete up to 2026-08-25" in out
    assert "Art. 481 § 2 KC" in out
