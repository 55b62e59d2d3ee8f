"""`upominek check`: what would be taken of a file, in words and as JSON."""

import json
from pathlib import Path

from typer.testing import CliRunner

from cli.commands import app

HEADER = "Id kontrahenta;Nazwa;Telefon;Numer faktury;Termin płatności;Kwota brutto\n"


def check(tmp_path: Path, text: str, *more: str, code: int = 0) -> str:
    file = tmp_path / "faktury.csv"
    file.write_bytes(text.encode())
    done = CliRunner().invoke(app, ["check", str(file), *more], env={"COLUMNS": "200"})
    assert done.exit_code == code, done.output
    return done.stdout


def test_what_was_understood_in_part_is_told_and_is_no_failure(tmp_path: Path) -> None:
    table = HEADER + "K-1;Firma;12;FV/1;2026-03-02;1,00\nK-1;Firma;12;FV/1;2026-03-02;1,00\n"
    told = json.loads(check(tmp_path, table, "--json"))
    assert (told["accepted"], told["repeated"], told["rejected"]) == (2, 1, [])
    assert [(one["row"], one["column"], one["code"]) for one in told["remarks"]] == [(2, "Telefon", "phone_invalid")]
    assert set(told["remarks"][0]["message"]) == {"pl", "en"}
    words = check(tmp_path, table)
    assert "taken, but understood only in part" in words
    assert "phone_invalid" in words


def test_rejects_are_a_failure(tmp_path: Path) -> None:
    told = json.loads(check(tmp_path, HEADER + "K-1;Firma;12;FV/1;nigdy;1,00\n", "--json", code=1))
    assert [one["code"] for one in told["rejected"]] == ["phone_invalid", "date_invalid"]
    assert told["remarks"] == []
