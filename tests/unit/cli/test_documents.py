"""`upominek qr`."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from typer.testing import CliRunner

from cli.commands import app
from upominek.domain.errors import InvalidValue

ACCOUNT = "61 1090 1014 0000 0712 1981 2874"
PAYLOAD = "5261040828|PL|61109010140000071219812874|123456|Hurtownia Rura|Zapłata za fakturę FV/1|||"
BANKS = "5214349636|PL|24160000035175530643314956|012345|Testowy odbiorca|Tytuł płatności|11223344|990066|reserved"


def qr(*more: str, account: str = ACCOUNT, amount: str = "1 234,56", code: int = 0) -> Any:  # noqa: ANN401 - JSON
    command = ["qr", "--account", account, "--amount", amount, "--recipient", "Hurtownia Rura"]
    done = CliRunner().invoke(app, [*command, "--title", "Zapłata za fakturę FV/1", "--nip", "526-104-08-28", *more])
    if isinstance(done.exception, InvalidValue):
        raise done.exception
    assert done.exit_code == code, done.output
    return json.loads(done.stdout) if "--json" in more else done.output


def test_the_text_of_the_code_is_printed() -> None:
    assert qr("--json") == {"payload": PAYLOAD, "file": None, "warnings": []}
    assert qr().strip() == PAYLOAD


def test_the_banks_example_with_all_fields() -> None:
    command = ["qr", "--account", "24160000035175530643314956", "--amount", "123,45", "--nip", "5214349636"]
    words = ["--recipient", "Testowy odbiorca", "--title", "Tytuł płatności"]
    reserved = ["--reserved", "11223344", "990066", "reserved"]
    done = CliRunner().invoke(app, [*command, *words, *reserved, "--json"])
    assert json.loads(done.stdout)["payload"] == BANKS


def test_the_code_is_drawn(tmp_path: Path) -> None:
    assert qr("--json", "--out", str(tmp_path / "kod.png"))["file"] == str(tmp_path / "kod.png")
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO((tmp_path / "kod.png").read_bytes())))
    assert found.text == PAYLOAD
    qr("--out", str(tmp_path / "kod.SVG"))
    assert b"<svg" in (tmp_path / "kod.SVG").read_bytes()


def test_an_account_that_no_bank_knows_is_drawn_with_a_warning() -> None:
    answer = qr("--json", account="01234567890123456789012345")
    assert answer["payload"].startswith("5261040828|PL|01234567890123456789012345|")
    assert [one["code"] for one in answer["warnings"]] == ["account_invalid"]
    assert "warning" in qr(account="01234567890123456789012345")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"account": "DE89370400440532013000"}, "transfer_code_account"),
        ({"amount": "12,00 EUR"}, "transfer_code_currency"),
        ({"amount": "0"}, "transfer_code_amount"),
        ({"amount": "dużo"}, "amount_invalid"),
    ],
)
def test_a_transfer_without_a_code_says_why(changes: dict[str, str], why: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        qr("--json", **changes)  # type: ignore[arg-type]
    assert caught.value.code == why


def test_a_picture_of_another_kind_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    answer = qr("--json", "--out", str(tmp_path / "kod.gif"), code=2)
    assert ".svg or .png" in answer["error"]["message"]["en"]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    answer = qr("--json", "--out", str(tmp_path / "nie" / "kod.png"), code=2)
    assert "cannot be written" in answer["error"]["message"]["en"]
