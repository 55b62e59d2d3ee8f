"""`upominek letter`: on a case in memory, and the samples that need no stack."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner, Result

from cli import letters
from cli.commands import app
from tests.worlds.intake_world import HURT, IntakeWorld, stated
from upominek.adapters.letters.typesetting import TypstTypesetter
from upominek.application.letters.write_letter import WriteLetter
from upominek.domain.errors import NotFound, Refused
from upominek.domain.parties.creditor import Register


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    """One creditor with a bureau, whose debtor K-1 owes 600 PLN since 30 January 2026; it is 2 April."""
    world = IntakeWorld()
    world.clock.time = datetime(2026, 4, 2, 9, tzinfo=UTC)
    world.creditors.save(replace(HURT, register=Register("Biuro SA", "ul. Przykładowa 1, Warszawa")))
    world.apply(stated("FV/1", grosze=60_000, due_on=date(2026, 1, 30)))
    write = WriteLetter(
        creditors=world.creditors,
        cases=world.cases,
        rates=world.rates,
        texts=world.texts,
        typesetter=TypstTypesetter(),
        clock=world.clock,
    )
    application = SimpleNamespace(write_letter=write)
    monkeypatch.setattr(letters, "find_target", lambda *_, **__: SimpleNamespace(application=application))
    monkeypatch.chdir(tmp_path)
    return CliRunner()


def run(cli: CliRunner, *arguments: str) -> Result:
    return cli.invoke(app, ["letter", *arguments], catch_exceptions=False)


def data_of(cli: CliRunner, *arguments: str) -> Any:  # noqa: ANN401 - JSON
    done = run(cli, *arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_a_letter_of_a_case_is_written_and_described(cli: CliRunner) -> None:
    data = data_of(cli, "hurt", "K-1", "register-warning", "--out", "a.pdf", "--pay-within", "14")
    assert (data["kind"], data["date"], data["invoices"], data["pages"]) == (
        "register-warning",
        "2026-04-02",
        ["FV/1"],
        1,
    )
    assert data["totals"] == [{"amount": "600.00", "currency": "PLN"}]
    assert [one["code"] for one in data["remarks"]] == ["address_missing"]
    text = PdfReader("a.pdf").pages[0].extract_text()
    assert "Biuro SA" in text
    assert "16 kwietnia 2026" in " ".join(text.split())
    assert Path("a.pdf").stat().st_size == data["bytes"]


def test_instalments_are_as_many_as_asked_for_from_the_day_given(cli: CliRunner) -> None:
    data = data_of(cli, "hurt", "K-1", "instalment-agreement", "--instalments", "7", "--first", "2026-05-31")
    assert data["file"] == "instalment-agreement-K-1-2026-04-02.pdf"
    assert [one["amount"] for one in data["instalments"]] == ["85.72"] * 3 + ["85.71"] * 4
    assert [one["due_date"] for one in data["instalments"]][:3] == ["2026-05-31", "2026-06-30", "2026-07-31"]
    again = data_of(cli, "hurt", "K-1", "instalment-agreement", "--instalments", "7", "--first", "31.05.2026")
    assert again["sha256"] == data["sha256"]


def test_a_note_of_interest_comes_to_the_interest_alone(cli: CliRunner) -> None:
    data = data_of(cli, "hurt", "K-1", "interest-note")
    assert data["totals"] == [{"amount": data["interest"], "currency": "PLN"}]


def test_what_cannot_be_written_is_refused_in_words(cli: CliRunner) -> None:
    with pytest.raises(NotFound):
        run(cli, "hurt", "nobody", "demand")
    with pytest.raises(Refused, match="overdue"):
        run(cli, "hurt", "K-1", "demand", "--date", "2026-01-15")
    assert run(cli, "hurt", "K-1").exit_code == 2
    assert run(cli, "--sample", "demand", "--out", "no/such/folder/a.pdf").exit_code == 2
    assert list(Path().iterdir()) == []


def test_a_sample_needs_no_stack(cli: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(letters, "find_target")
    done = run(cli, "--sample", "demand", "--sample-debtor", "consumer", "--language", "en", "--date", "2026-03-16")
    assert done.exit_code == 0, done.output
    assert "demand-P-0007-2026-03-16.pdf: demand, 1 page, 3 invoices, 3541.25 PLN" in done.output
    assert "Dear Anna Brzozowska," in PdfReader("demand-P-0007-2026-03-16.pdf").pages[0].extract_text()


def test_a_logo_is_looked_at_before_it_is_used(cli: CliRunner) -> None:
    Path("logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>')
    with_logo = data_of(cli, "--sample", "reminder", "--logo", "logo.svg", "--date", "2026-03-16", "--out", "a.pdf")
    without = data_of(cli, "--sample", "reminder", "--date", "2026-03-16", "--out", "b.pdf")
    assert with_logo["sha256"] != without["sha256"]
