"""The commands about what the law lets one say, on a case in memory."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import cases, law
from cli.commands import app
from tests.worlds.intake_world import HURT, IntakeWorld, stated
from upominek.application.cases.legal_status import AssessLegalStatus
from upominek.application.cases.manage_case import ShowCase
from upominek.application.cases.record_evidence import RecordAcknowledgement, RecordDemand
from upominek.domain.errors import UpominekError
from upominek.domain.parties.creditor import Register


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Commands work on one creditor with a bureau, whose debtor K-1 owes 600 PLN since 30 January 2026."""
    world = IntakeWorld()
    world.clock.time = datetime(2026, 4, 2, 9, tzinfo=UTC)
    world.creditors.save(replace(HURT, register=Register("Biuro SA", "ul. Przykładowa 1, Warszawa")))
    world.apply(stated("FV/1", grosze=60_000, due_on=date(2026, 1, 30)))
    ports = world.creditors, world.cases, world.clock
    application = SimpleNamespace(
        clock=world.clock,
        show_case=ShowCase(world.creditors, world.cases, world.unmatched_payments, world.clock),
        legal_status=AssessLegalStatus(*ports),
        record_acknowledgement=RecordAcknowledgement(*ports),
        record_demand=RecordDemand(*ports),
    )
    for module in (cases, law):
        monkeypatch.setattr(module, "find_target", lambda *_, **__: SimpleNamespace(application=application))
    return CliRunner()


def run(cli: CliRunner, *arguments: str) -> str:
    done = cli.invoke(app, [*arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def data_of(cli: CliRunner, *arguments: str) -> Any:  # noqa: ANN401 - each command has its own shape
    return json.loads(run(cli, *arguments, "--json"))


def test_a_demand_makes_an_entry_lawful_a_month_later(cli: CliRunner) -> None:
    before = data_of(cli, "register", "hurt", "K-1", "--date", "2026-03-02")
    assert (before["may_mention"], before["entry_lawful_from"]) == (True, None)
    assert [set(one) >= {"condition", "article", "message"} for one in before["missing"]] == [True]
    kept = data_of(cli, "case", "demand", "hurt", "K-1", "--route", "registered", "--sent-on", "2026-03-02")
    assert (kept["bureau"], kept["invoices"], kept["counts"]) == ("Biuro SA", ["FV/1"], True)
    after = data_of(cli, "register", "hurt", "K-1", "--date", "2026-04-02")
    assert (after["lawful"], after["entry_lawful_from"], after["missing"]) == (True, "2026-04-02", [])


def test_an_acknowledgement_is_kept_with_the_time_in_poland(cli: CliRunner) -> None:
    arguments = ["--kind", "promise", "--channel", "phone", "--by", "Jan", "--text", "Zapłacę", "--invoice", "FV/1"]
    kept = data_of(cli, "case", "acknowledge", "hurt", "K-1", *arguments, "--at", "2026-04-02 01:30")
    assert (kept["at"], kept["invoices"]) == ("2026-04-01T23:30:00.000Z", ["FV/1"])
    told = data_of(cli, "rules", "hurt", "K-1", "--date", "2026-04-02")
    assert told["claims"][0]["acknowledged_on"] == "2026-04-02"
    shown = run(cli, "case", "hurt", "K-1")
    assert "acknowledgement promise" in shown
    assert "Zapłacę" in shown
    assert kept["digest"] not in shown


def test_a_case_is_shown_with_and_without_the_word(cli: CliRunner) -> None:
    shown = data_of(cli, "case", "hurt", "K-1")
    assert shown["debtor"]["id"] == "K-1"
    assert data_of(cli, "case", "show", "hurt", "K-1") == shown
    assert json.loads(run(cli, "case", "--json", "hurt", "K-1")) == shown
    assert "acknowledge" in run(cli, "case", "--help")


def test_every_answer_has_its_article_on_the_screen(cli: CliRunner) -> None:
    drawn = " ".join(run(cli, "rules", "hurt", "K-1").split())
    for article in ("art. 554", "art. 7 ust. 1", "art. 10 ust. 1", "art. 15 ust. 1 pkt 2", "art. 15 ust. 1 pkt 3"):
        assert article in drawn
    assert "FV/1" in run(cli, "limitation", "hurt", "K-1")
    assert "2028-12-31" in run(cli, "limitation", "hurt", "K-1")
    assert "demand" in run(cli, "register", "hurt", "K-1")


def test_limitation_of_a_claim_that_is_in_no_case() -> None:
    told = data_of(
        CliRunner(),
        *("limitation", "--due", "2023-05-10", "--claim", "sale", "--acknowledged", "2025-11-20"),
        *("--date", "2027-12-31"),
    )
    assert told["barred_from"] == "2028-01-01"
    assert (told["acknowledged_on"], told["standing"]) == ("2025-11-20", "close")


def test_a_limitation_of_nothing(cli: CliRunner) -> None:
    done = cli.invoke(app, ["limitation", "--json"])
    assert (done.exit_code, json.loads(done.output)["error"]["code"]) == (2, "usage")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["limitation", "--due", "wczoraj"], "date_invalid"),
        (["register", "hurt", "K-1", "--date", "2026-02-30"], "date_invalid"),
        (["case", "demand", "hurt", "K-1", "--route", "registered", "--sent-on", ""], "date_missing"),
        (["register", "hurt", "K-9"], "case_not_found"),
    ],
)
def test_what_is_not_understood(cli: CliRunner, arguments: list[str], code: str) -> None:
    with pytest.raises(UpominekError) as error:
        run(cli, *arguments)
    assert error.value.code == code


def test_days_may_be_written_the_polish_way(cli: CliRunner) -> None:
    kept = data_of(cli, "case", "demand", "hurt", "K-1", "--route", "in-person", "--sent-on", "02.03.2026")
    assert kept["sent_on"] == "2026-03-02"


def test_a_time_that_is_none(cli: CliRunner) -> None:
    arguments = ["--kind", "promise", "--channel", "phone", "--by", "Jan", "--text", "Zapłacę", "--at", "wczoraj"]
    with pytest.raises(UpominekError) as error:
        run(cli, "case", "acknowledge", "hurt", "K-1", *arguments)
    assert error.value.code == "time"
