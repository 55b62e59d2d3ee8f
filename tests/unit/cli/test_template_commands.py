"""`upominek template …` on ports in memory."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import templates
from cli.commands import app
from local.stack.target import Target
from tests.worlds.planning_world import MONDAY, PlanningWorld
from upominek.domain.errors import UpominekError
from upominek.domain.parties.actor import Actor, Face
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.texts.overrides import TextInvalid, TextKey, TextOverride

GOOD = """\
{# parts: 2; shorten: thanks #}
{{ sender }}: {% if invoice %}faktura {{ invoice.number }}{% else %}liczba faktur: {{ count }}{% endif %},
termin minął {{ first_due_on | short_date }}, do zapłaty {{ grand_totals | map("short_amount") | join(" i ") }}.
{% if not drop.thanks %}Serdecznie dziękujemy za wszystkie dotychczasowe terminowe wpłaty i miłą współpracę.{% endif +%}
{% if contact %}Pytania: {{ contact }}{% endif %}

"""
BAD = GOOD + "Inaczej przyjdzie komornik!\n"
TEXT = "sms/pl/overdue.friendly"


@pytest.fixture
def world() -> PlanningWorld:
    world = PlanningWorld()
    world.invoice(
        "FV/7", "D-1", MONDAY - timedelta(days=5), 9900, kind=DebtorKind.CONSUMER, name="Anna Lis", first_name="Anna"
    )
    return world


@pytest.fixture(autouse=True)
def _on_memory(world: PlanningWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands work on the stack of this test."""
    target = Target("memory", {}, is_embedded=True)
    for port in ("creditors", "texts", "cases", "rates", "clock"):
        setattr(target.application, port, getattr(world, port))
    monkeypatch.setattr(templates, "find_target", lambda _stack, **_: target)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sms" / "pl" / "overdue.friendly.txt"
    path.parent.mkdir(parents=True)
    path.write_text(GOOD, encoding="utf-8")
    return path


def run(*arguments: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["template", *map(str, arguments)])
    if isinstance(done.exception, UpominekError):
        raise done.exception
    assert done.exit_code == code, (done.output, done.exception)
    return done.output


def told(*arguments: object, code: int = 0) -> Any:  # noqa: ANN401 - each command has its own shape
    return json.loads(run(*arguments, "--json", code=code))


def store(world: PlanningWorld, key: TextKey, source: str) -> None:
    """A text that came into the table before the linter knew its words."""
    version = len(world.texts.history("hydro", key)) + 1
    at = world.clock.now()
    world.texts.save("hydro", TextOverride(key=key, source=source, version=version, sha256="", by="somebody", at=at))


# --- Looking ----------------------------------------------------------------------------------------------------------


def test_all_texts_are_listed_with_those_that_a_creditor_replaced(file: Path) -> None:
    run("add", "hydro", file, "--by", "anna")
    listed = {one["text"]: one for one in told("list", "--creditor", "hydro")}
    assert listed[TEXT]["own"]["version"] == 1
    assert listed["email/en/demand.formal"] == {"text": "email/en/demand.formal", "shipped": True, "own": None}
    assert "letter/pl/final-demand.consumer" in listed
    assert "version 1 by anna" in run("list", "--creditor", "hydro")


def test_a_source_is_shown_as_it_is_in_force(file: Path) -> None:
    assert told("show", TEXT)["own"] is None
    run("add", "hydro", file, "--by", "anna")
    shown = told("show", TEXT, "--creditor", "hydro")
    assert (shown["source"], shown["own"]["by"]) == (GOOD, "anna")
    assert "miłą współpracę" in run("show", TEXT, "--creditor", "hydro")
    with pytest.raises(UpominekError, match=r"Near: .*sms/pl/overdue\.friendly"):
        run("show", "sms/pl/overdu.friendly")


# --- Checking ---------------------------------------------------------------------------------------------------------


def test_a_good_file_passes_and_a_bad_one_is_explained_by_line(file: Path) -> None:
    assert told("check", file) == {"texts": 1, "errors": 0, "warnings": 0, "problems": []}
    file.write_text(BAD, encoding="utf-8")
    data = told("check", file, code=1)
    assert (data["texts"], data["errors"]) == (1, 2)
    bailiff = data["problems"][0]
    assert (bailiff["file"], bailiff["line"], bailiff["code"]) == (str(file), 7, "bailiff")
    assert bailiff["sentence"] == "Inaczej przyjdzie komornik!"
    printed = run("check", file, code=1)
    for words in (f"{file}:7: error: bailiff", "instead: ", "source: ", "1 texts: 2 errors"):
        assert words in printed


def test_the_name_of_the_text_is_read_from_the_file_or_said(tmp_path: Path) -> None:
    flat = tmp_path / "sms.pl.overdue.friendly.txt"
    flat.write_text(GOOD, encoding="utf-8")
    assert told("check", flat)["errors"] == 0
    other = tmp_path / "moj tekst.txt"
    other.write_text(GOOD, encoding="utf-8")
    with pytest.raises(UpominekError, match="names no text"):
        run("check", other)
    assert told("check", other, "--as", TEXT)["errors"] == 0
    assert "one text" in told("check", other, flat, "--as", TEXT, code=2)["error"]["message"]["en"]


def test_a_name_that_nobody_would_send_is_an_error_with_the_near_ones(tmp_path: Path) -> None:
    path = tmp_path / "sms.pl.overdu.friendly.txt"
    path.write_text(GOOD, encoding="utf-8")
    (problem,) = told("check", path, code=1)["problems"]
    assert problem["code"] == "text_unknown"
    assert "overdue" in problem["message"]["en"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfeabc", "not UTF-8"),
        ("{{ sender }}\nzażółć".encode("cp1250"), ":2 is not UTF-8"),
        (b"a" * 200_000, "bytes"),
    ],
)
def test_what_is_no_text_is_refused(file: Path, content: bytes, words: str) -> None:
    file.write_bytes(content)
    assert words in told("check", file, code=2)["error"]["message"]["en"]


def test_something_must_be_checked() -> None:
    assert "name files" in told("check", code=2)["error"]["message"]["en"]
    assert "cannot be read" in told("check", "nothing/sms/pl/overdue.friendly.txt", code=2)["error"]["message"]["en"]


def test_a_creditors_texts_in_force_can_be_checked_again(world: PlanningWorld, file: Path) -> None:
    run("add", "hydro", file, "--by", "anna")
    assert told("check", "--creditor", "hydro") == {"texts": 1, "errors": 0, "warnings": 0, "problems": []}
    key = templates.key_of(file)
    store(world, key, BAD)
    found = told("check", "--creditor", "hydro", code=1)["problems"]
    assert {one["code"] for one in found} == {"bailiff", "exclamation"}
    assert {one["file"] for one in found} == {f"{TEXT}.txt"}


def test_shipped_texts_are_checked_with_the_pieces_that_they_share(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[str] = []
    few = {"sms": TEXT, "email": "email/en/demand.formal", "letter": "letter/pl/demand"}
    monkeypatch.setattr(templates, "shipped_texts", lambda channel: (TextKey.parse(few[channel]),))
    monkeypatch.setattr(templates, "lint_source", lambda path, _source: pieces.append(path) or [])
    assert told("check", "--shipped") == {"texts": 3, "errors": 0, "warnings": 0, "problems": []}
    assert {"sms/pl/_hello", "email/en/_message", "letter/pl/_letter"} <= set(pieces)


# --- Replacing --------------------------------------------------------------------------------------------------------


def test_a_text_is_put_in_force_with_what_it_will_cost(world: PlanningWorld, file: Path) -> None:
    data = told("add", "hydro", file, "--by", "anna")
    assert data["texts"][0]["own"]["version"] == 1
    samples = {one["sample"]: one for one in data["texts"][0]["samples"]}
    assert samples["one invoice of a consumer"] == {
        "sample": "one invoice of a consumer",
        "parts_before": 1,
        "parts_after": 2,
        "cost_before": "0.04",
        "cost_after": "0.08",
    }
    assert world.texts.current("hydro").texts[TEXT].source == GOOD
    assert "parts before" in run("add", "hydro", file, "--by", "anna")


def test_nothing_is_stored_where_any_file_has_errors(world: PlanningWorld, file: Path) -> None:
    bad = file.with_name("overdue.neutral.txt")
    bad.write_text(BAD, encoding="utf-8")
    assert told("add", "hydro", file, bad, "--by", "anna", code=1)["errors"] == 2
    assert world.texts.current("hydro").texts == {}


def test_versions_are_listed_brought_back_and_given_up(world: PlanningWorld, file: Path) -> None:
    run("add", "hydro", file, "--by", "anna")
    file.write_text(GOOD.replace("Serdecznie ", ""), encoding="utf-8")
    run("add", "hydro", file, "--by", "jan")
    assert told("restore", "hydro", TEXT, 1, "--by", "anna")["own"]["version"] == 3
    assert world.texts.current("hydro").texts[TEXT].source == GOOD
    assert "the shipped text is back" in run("remove", "hydro", TEXT, "--by", "jan")
    history = told("history", "hydro", TEXT)
    assert [(one["version"], one["by"], one["source"] is None) for one in history] == [
        (1, "anna", False),
        (2, "jan", False),
        (3, "anna", False),
        (4, "jan", True),
    ]
    assert "the shipped text is back" in run("history", "hydro", TEXT)
    assert "always the shipped text" in run("history", "hydro", "sms/pl/demand.formal")


def test_what_is_not_there_is_neither_restored_nor_removed(file: Path) -> None:
    run("add", "hydro", file, "--by", "anna")
    assert "no version 7" in told("restore", "hydro", TEXT, 7, "--by", "anna", code=2)["error"]["message"]["en"]
    run("remove", "hydro", TEXT, "--by", "anna")
    with pytest.raises(UpominekError, match="of its own"):
        run("remove", "hydro", TEXT, "--by", "anna")
    assert "who changes" in told("add", "hydro", file, "--by", " ", code=2)["error"]["message"]["en"]


def test_the_use_case_itself_refuses_what_the_linter_does(world: PlanningWorld, file: Path) -> None:
    keep = templates.find_target(None).application.manage_texts
    with pytest.raises(TextInvalid) as refused:
        keep.save(Actor("anna", Face.COMMAND_LINE), "hydro", templates.key_of(file), BAD)
    assert [(one.code, one.where.line) for one in refused.value.problems] == [("bailiff", 7), ("exclamation", 7)]
    assert "komornik" in refused.value.problems[0].pl
    assert world.texts.current("hydro").texts == {}


def test_an_old_version_that_would_not_pass_today_is_not_brought_back(world: PlanningWorld, file: Path) -> None:
    store(world, templates.key_of(file), BAD)
    run("add", "hydro", file, "--by", "anna")
    assert told("restore", "hydro", TEXT, 1, "--by", "anna", code=1)["errors"] == 2
    assert world.texts.current("hydro").texts[TEXT].source == GOOD


# --- Previewing -------------------------------------------------------------------------------------------------------


def test_a_text_is_previewed_in_an_invented_case() -> None:
    data = told("preview", "overdue", "--tone", "friendly")
    assert (data["case"], data["parts"], data["cost"]) == ("one invoice of a consumer", 1, "0.04")
    assert "Pani Anno" in data["text"]
    assert "sixty" in told("preview", TEXT, "--sample", "SIXTY")["case"]
    with pytest.raises(UpominekError, match="There are: one invoice"):
        run("preview", TEXT, "--sample", "no such")
    assert told("preview", "demand", "--channel", "letter")["cost"] is None


def test_a_draft_is_previewed_with_what_is_wrong_with_it(file: Path) -> None:
    assert told("preview", TEXT, "--file", file)["problems"] == []
    file.write_text(BAD, encoding="utf-8")
    data = told("preview", TEXT, "--file", file)
    assert "komornik" in data["text"]
    assert [one["code"] for one in data["problems"]] == ["bailiff", "exclamation"]
    assert "error: bailiff" in run("preview", TEXT, "--file", file)
    file.write_text("{{ sender", encoding="utf-8")
    with pytest.raises(UpominekError, match="does not render"):
        run("preview", TEXT, "--file", file)


def test_a_text_is_previewed_in_a_real_case_with_the_creditors_own_words(file: Path) -> None:
    data = told("preview", TEXT, "--creditor", "hydro", "--debtor", "D-1")
    assert (data["case"], data["notes"]) == ("D-1, 1 invoices", [])
    assert "FV/7" in data["text"]
    assert "99,00 PLN" in data["text"]
    run("add", "hydro", file, "--by", "anna")
    assert "terminowe" in told("preview", TEXT, "--creditor", "hydro", "--debtor", "D-1")["text"]


def test_a_preview_says_which_text_would_go_instead() -> None:
    data = told("preview", "sms/en/register-warning.formal", "--creditor", "hydro", "--debtor", "D-1")
    assert data["text_name"] == "sms/pl/overdue.neutral"
    assert "register-warning" in data["notes"][0]
    assert "consumer, in pl" in data["notes"][1]
    assert "note: " in run("preview", "register-warning", "--creditor", "hydro", "--debtor", "D-1")


def test_an_email_can_be_opened_in_a_browser(tmp_path: Path) -> None:
    path = tmp_path / "mail.html"
    data = told("preview", "email/pl/overdue.formal", "--html", path)
    assert data["html"] == str(path)
    html = path.read_text(encoding="utf-8")
    assert "data:image/png;base64," in html
    assert "cid:" not in html
    assert "subject: " in run("preview", "email/pl/overdue.formal")
    assert "only an e-mail" in told("preview", TEXT, "--html", path, code=2)["error"]["message"]["en"]


def test_a_real_case_needs_its_creditor_and_no_letter() -> None:
    assert "--creditor" in told("preview", TEXT, "--debtor", "D-1", code=2)["error"]["message"]["en"]
    with pytest.raises(UpominekError, match="upominek letter"):
        run("preview", "letter/pl/demand", "--creditor", "hydro", "--debtor", "D-1")
