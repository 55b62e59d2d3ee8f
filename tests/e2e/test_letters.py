"""Letters by the packaged functions: one that is posted, one that an e-mail takes along, and the batch to print."""

from __future__ import annotations

import csv
import email as mails
import hashlib
import json
from email.policy import default
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from local.stack.work import start_what_is_due
from tests.e2e.household import TODAY, Household, email, open_household, quiet
from tests.e2e.test_command_line import CommandLine
from upominek.adapters.config_files.campaigns_file import read_campaign

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from local.stack.embedded import Embedded

pytestmark = pytest.mark.e2e

CAMPAIGN = """
name: Pisma
ladder:
  - {offset: 5, channels: [letter], letter: demand}
  - {offset: 14, channels: [email, letter], template: demand, tone: formal, letter: final-demand}
"""
ADDRESS = ["ul. Długa 5 m. 3", "00-000 Lipowa"]


@pytest.fixture
def firm(embedded: Embedded, tmp_path: Path) -> Household:
    quiet(embedded)
    firm = open_household(embedded, "pisarska", tmp_path)
    campaigns = firm.target.application.creditors
    campaigns.save_campaign(firm.id, read_campaign(CAMPAIGN.encode(), "default.yaml"))
    return firm


def issued(firm: Household, debtor: str, step: str, address: list[str], *emails: str) -> dict[str, Any]:
    event = firm.issued(debtor, step, emails=emails, amount="1234.56")
    event["data"]["debtor"]["address"] = address
    return event


def test_a_letter_is_posted_another_attached_and_the_batch_is_printed(
    firm: Household, embedded: Embedded, tmp_path: Path
) -> None:
    cli = CommandLine(tmp_path, embedded.state_dir)
    to, gone = email("delivered"), email("bounced")
    firm.takes(
        issued(firm, "POSTED", "+5", ADDRESS),
        issued(firm, "NOWHERE", "+5", []),
        issued(firm, "MAILED", "+14", ADDRESS, to),
        issued(firm, "BOUNCED", "+14", ["ul. Krótka 1", "00-000 Lipowa"], gone),
    )
    start_what_is_due(firm.target)
    firm.settle()

    posted = firm.reminders("POSTED")[0]
    assert (posted["channel"], posted["status"], posted["reason"]) == ("letter", "sent", "print-batch")
    assert posted["letter"]["key"] == f"letters/pisarska/{TODAY.isoformat()}/{posted['reminder']}.pdf"
    assert firm.reminders("NOWHERE")[0]["reason"] == "no-address"
    assert firm.fates("MAILED") == [("email", "delivered")]
    assert firm.fates("BOUNCED") == [("email", "bounced"), ("letter", "sent")]

    # The mail has the very file that the history names.
    mail = _mail_to(embedded, to)
    (attached,) = [one for one in mail.iter_attachments() if one.get_content_type() == "application/pdf"]
    assert attached.get_filename() == f"ostateczne-wezwanie-do-zaplaty-{TODAY.isoformat()}.pdf"
    content = attached.get_payload(decode=True)
    assert isinstance(content, bytes)
    told = firm.reminders("MAILED")[0]["letter"]
    assert hashlib.sha256(content).hexdigest() == told["sha256"]
    assert "ostateczne" in PdfReader(BytesIO(content)).pages[0].extract_text().lower()

    (batch,) = cli.json("letter", "batch", firm.id, "--date", TODAY.isoformat(), "--out", str(tmp_path))
    assert (batch["number"], batch["letters"]) == (1, 2)
    document = PdfReader(batch["file"])
    assert len(document.pages) == batch["pages"]
    with open(batch["index"], encoding="utf-8-sig", newline="") as stream:  # noqa: PTH123 - as a spreadsheet would
        rows = list(csv.DictReader(stream, delimiter=";"))
    assert {row["debtor"] for row in rows} == {"POSTED", "BOUNCED"}
    for row in rows:
        text = document.pages[int(row["first_page"]) - 1].extract_text()
        assert f"Firma {row['debtor']}" in text
        assert row["address_1"] in text
    with pypdfium2.PdfDocument(batch["file"]) as printed:
        page = printed[int(rows[0]["first_page"]) - 1].render(scale=3).to_pil()
    (code,) = zxingcpp.read_barcodes(page)
    assert code.text.startswith("0001234562|PL|20000000000000000012345678|123456|")

    # Nothing new: the same batch. And one letter, fetched by itself, is the one that was kept.
    assert cli.json("letter", "batch", firm.id, "--date", TODAY.isoformat(), "--out", str(tmp_path)) == [batch]
    (listed,) = cli.json("letter", "list", firm.id, "--debtor", "POSTED")
    out = tmp_path / "one.pdf"
    fetched = cli.json("letter", "get", firm.id, "POSTED", listed["id"], "--out", str(out))
    assert fetched["sha256"] == posted["letter"]["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()

    # A letter by hand is kept on request, and its hash is in the history.
    by_hand = tmp_path / "demand.pdf"
    made = cli.json("letter", firm.id, "POSTED", "demand", "--record", "--out", str(by_hand))
    (fact,) = [one for one in firm.case("POSTED")["timeline"] if one["kind"] == "letter"]
    assert fact["sha256"] == made["sha256"] == hashlib.sha256(by_hand.read_bytes()).hexdigest()
    assert cli.json("letter", "batch", firm.id, "--date", TODAY.isoformat(), "--out", str(tmp_path)) == [batch]

    # The evening's call finds nothing left to do, and says so.
    answer = firm.running.client("lambda").invoke(
        FunctionName=firm.target.outputs["MakeLettersFunction"], Payload=b'{"gather": true}'
    )
    batches = json.load(answer["Payload"])["batches"]
    assert [one["sha256"] for one in batches if one["creditor"] == firm.id] == [batch["sha256"]]


def _mail_to(running: Embedded, address: str) -> EmailMessage:
    found = [
        mails.message_from_bytes(file.read_bytes(), policy=default)
        for file in (running.state_dir / "mail").glob("*.eml")
    ]
    (mail,) = [one for one in found if address in str(one["To"])]
    return mail
