"""`upominek gdpr`: on a case in memory."""

import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli import gdpr
from cli.commands import app
from tests.functions.test_forgetting import composed
from tests.worlds.intake_world import HURT, NOON, IntakeWorld, paid, settled, stated
from upominek.application.administration.erase_person import ErasePerson, ForgetNow
from upominek.application.administration.fetch_letters import FetchLetters
from upominek.application.administration.show_creditors import ShowCreditors
from upominek.application.cases.apply_case_event import apply_to_case
from upominek.application.privacy.export_case import ExportCase
from upominek.domain.cases.case import Fact
from upominek.domain.errors import NotFound, Refused, Unavailable
from upominek.domain.letters.stored_letter import Route, StoredLetter
from upominek.domain.parties.debtor import DebtorDetails
from upominek.domain.planning.letter_kind import LetterKind
from upominek.domain.receivables.events import CaseHeld
from upominek.domain.values.contact import Phone, address_hash
from upominek.domain.values.kinds import HoldKind

PHONE = "+48512345678"
PERSON = DebtorDetails(
    id="K-1", name="Anna Kowalska", pesel="44051401359", phones=(Phone(PHONE, may_receive_sms=True),), regon="123456785"
)
LETTER = StoredLetter(
    creditor=HURT.id,
    debtor="K-1",
    day=NOON.date(),
    id="a1b2",
    kind=LetterKind.DEMAND,
    route=Route.RECORD,
    at=NOON,
    sha256="0" * 64,
    pages=1,
    name="Anna Kowalska",
    address=("ul. Polna 1",),
)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> IntakeWorld:
    world = IntakeWorld()
    world.apply(stated("FV/1", debtor="K-1"), paid("p-1", "FV/1", grosze=100))
    world.cases.open_case(HURT.id, PERSON, NOON + timedelta(hours=1))
    apply_to_case(
        world.cases, HURT.id, CaseHeld(debtor_id="K-1", at=NOON, kind=HoldKind.DISPUTE, reason="wada", number="FV/1")
    )
    world.cases.suppress(HURT.id, "K-1", address_hash(PHONE, HURT.id), Fact(id="s", at=NOON, kind="x"))
    world.letters.add(LETTER)
    world.files.put(LETTER.key, b"%PDF")
    application = SimpleNamespace(
        show_creditors=ShowCreditors(world.creditors),
        fetch_letters=FetchLetters(world.files),
        export_case=ExportCase(world.creditors, world.cases, world.letters, world.unmatched_payments, world.clock),
        erase_person=ErasePerson(world.creditors, composed(world).erase),
        forget_now=ForgetNow(composed(world)),
    )
    monkeypatch.setattr(gdpr, "find_target", lambda *_, **__: SimpleNamespace(application=application))
    monkeypatch.chdir(tmp_path)
    return world


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["gdpr", *arguments], catch_exceptions=False)


def data_of(*arguments: str) -> Any:  # noqa: ANN401 - JSON
    done = run(*arguments)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.usefixtures("world")
def test_the_export_has_every_field_of_the_case() -> None:
    data = data_of("export", "hurt", "K-1")
    debtor = data["case"]["debtor"]
    assert (debtor["name"], debtor["pesel"], debtor["regon"]) == ("Anna Kowalska", "44051401359", "123456785")
    assert debtor["phones"] == [{"e164": PHONE, "may_receive_sms": True}]
    (invoice,) = data["invoices"]
    assert (invoice["number"], invoice["header"]["amount"]) == ("FV/1", {"amount": "100.00", "currency": "PLN"})
    assert invoice["payments"] == {
        "p-1": {"amount": {"amount": "1.00", "currency": "PLN"}, "at": "2026-03-02T13:00:00.000Z"}
    }
    assert data["case"]["holds"]["dispute/FV/1"]["reason"] == "wada"
    assert {one["kind"] for one in data["facts"]} == {"hold", "x"}
    assert data["letters"][0]["key"] == LETTER.key
    assert data["suppressed_addresses"] == [{"hash": address_hash(PHONE, "hurt"), "address": PHONE}]
    assert data["controller"]["name"] == HURT.name
    assert {"purpose", "basis", "recipients", "retention", "rights"} <= set(data["information"])


@pytest.mark.usefixtures("world")
def test_the_export_goes_into_a_file_with_the_letters_beside_it(tmp_path: Path) -> None:
    said = data_of("export", "hurt", "K-1", "--output", "out/k1.json", "--letters", "out/letters", "--json")
    assert said == {"creditor": "hurt", "debtor": "K-1", "file": "out/k1.json", "letters": 1}
    assert json.loads((tmp_path / "out/k1.json").read_text(encoding="utf-8"))["format"] == "upominek-case/1"
    assert [one.read_bytes() for one in (tmp_path / "out/letters").iterdir()] == [b"%PDF"]


@pytest.mark.usefixtures("world")
def test_who_is_not_there_is_not_exported() -> None:
    with pytest.raises(NotFound):
        run("export", "hurt", "K-2")


def test_nothing_is_erased_without_a_yes(world: IntakeWorld) -> None:
    done = run("erase", "hurt", "K-1", "--json")
    assert done.exit_code == 2
    assert "--yes" in done.stdout
    assert world.cases.get(HURT.id, "K-1").debtor.name == "Anna Kowalska"


@pytest.mark.usefixtures("world")
def test_an_open_case_is_refused_in_words_for_a_bookkeeper() -> None:
    with pytest.raises(Refused) as refused:
        run("erase", "hurt", "K-1", "--yes")
    assert "art. 17 ust. 3 lit. e RODO" in refused.value.pl
    assert "--despite-open-invoices" in refused.value.en


def test_erasing_says_what_stays_where(world: IntakeWorld) -> None:
    world.apply(settled("FV/1", hour=2))
    data = data_of("erase", "hurt", "K-1", "--yes", "--json")
    assert data["alias"].startswith("X-")
    assert (data["invoices"], data["letters"]) == (1, 1)
    assert {one["what"] for one in data["remaining"]} >= {"files", "backups", "suppressions"}
    assert LETTER.key not in world.files.files
    assert world.cases.get_many(HURT.id, ["K-1"]) == {}


def test_a_person_reads_it_as_text(world: IntakeWorld) -> None:
    world.apply(settled("FV/1", hour=2))
    done = run("erase", "hurt", "K-1", "--yes")
    assert "K-1: erased" in done.stdout
    assert "rejected/" in done.stderr


def test_what_the_nights_do_can_be_done_now(world: IntakeWorld) -> None:
    world.apply(settled("FV/1", hour=2))
    world.clock.advance(days=5 * 366)
    assert data_of("forget", "--json") == [
        {"creditor": "hurt", "reminders_redacted": 0, "cases_erased": 1, "is_done": True}
    ]
    assert "messages redacted" in run("forget").stdout


def test_what_could_not_be_done_is_named(world: IntakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: str) -> None:
        raise Unavailable("ListObjectsV2")

    monkeypatch.setattr(world.manifests, "days", fails)
    done = run("forget")
    assert done.exit_code == 2
    assert "creditor hurt: Not available for now: ListObjectsV2." in done.stderr
