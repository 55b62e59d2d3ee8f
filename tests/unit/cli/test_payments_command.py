"""`upominek payments`: on payments in memory."""

import json
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from cli import payments
from cli.commands import app
from tests.unit.application.administration.test_payments import Office
from tests.unit.application.intake.test_payments import payment

Run = Callable[..., str]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Commands over one payment that is booked, and one that waits."""
    office = Office()
    office.say(payment(id="P-0", amount="30"), payment(number=None, title="za wodę"))
    application = SimpleNamespace(show_payments=office.show, assign_payment=office.desk)
    monkeypatch.setattr(payments, "find_target", lambda *_, **__: SimpleNamespace(application=application))

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["payments", *arguments], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    return run


def test_the_list_is_of_the_documents_shape(run: Run) -> None:
    booked, waiting = json.loads(run("hurt", "--json"))
    assert booked == {
        "id": "P-0", "day": "2026-03-02", "amount": "30.00", "currency": "PLN", "debtor": "K-1", "invoice": "FV/1",
        "status": "booked", "why": None, "age_days": 0, "payer": None, "account": None, "title": None, "by": None,
    }  # fmt: skip
    assert [waiting] == json.loads(run("hurt", "--unmatched", "--json"))
    assert (waiting["status"], waiting["why"], waiting["title"]) == ("unmatched", "no-invoice", "za wodę")
    assert "za wodę" in run("hurt", "--unmatched")


def test_a_payment_is_assigned_and_taken_back(run: Run) -> None:
    how = "--debtor", "K-1", "--invoice", "FV/2", "--by", "Ewa"
    done = json.loads(run("assign", "hurt", "P-1", *how, "--json"))
    assert done == {"done": "assigned", "id": "P-1", "debtor": "K-1", "invoice": "FV/2", "by": "Ewa"}
    assert json.loads(run("hurt", "--unmatched", "--json")) == []
    assert "none" in run("hurt", "--unmatched")
    assert "waits again" in run("unassign", "hurt", "P-1")
    assert len(json.loads(run("hurt", "--unmatched", "--json"))) == 1
    assert "FV/2" in run("assign", "hurt", "P-1", *how)
