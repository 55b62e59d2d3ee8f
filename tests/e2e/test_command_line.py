"""The command line, as a user has it: the installed program, in a process of its own, on a running stack."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.household import (
    CREDITOR,
    DUE,
    TODAY,
    Household,
    Provider,
    email,
    eventually,
    open_household,
    phone,
    quiet,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.stack.embedded import Embedded

pytestmark = pytest.mark.e2e

PROGRAM = Path(sys.executable).with_name("upominek")
CAMPAIGNS = Path(__file__).parents[2] / "templates" / "campaigns"
HEADER = "Identyfikator klienta;Nazwa;Telefon;E-mail;Numer faktury;Termin płatności;Kwota brutto"
DUE_AS_WRITTEN = DUE["+5"].strftime("%d.%m.%Y")


class CommandLine:
    """Runs commands with nothing but a path, a home and the folder of the stack."""

    def __init__(self, home: Path, state_dir: Path) -> None:
        self._home, self._state_dir = home, state_dir

    def run(self, *arguments: str | Path, code: int = 0) -> str:
        """What the command prints, after it ended with this code."""
        environment = {"PATH": os.defpath, "HOME": str(self._home), "UPOMINEK_STATE": str(self._state_dir)}
        done = subprocess.run(
            [PROGRAM, *arguments],
            env=environment,
            cwd=self._home,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert done.returncode == code, (arguments, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done.stdout

    def json(self, *arguments: str | Path, code: int = 0) -> Any:  # noqa: ANN401 - each command has its own shape
        """The same, asked for and read as JSON."""
        return json.loads(self.run(*arguments, "--json", code=code))


@pytest.fixture
def cli(embedded: Embedded, tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path, embedded.state_dir)


@pytest.fixture
def open_for(embedded: Embedded, tmp_path: Path) -> Callable[[str], Household]:
    return lambda creditor: open_household(embedded, creditor, tmp_path)


@pytest.fixture(scope="module", autouse=True)
def _quiet(embedded: Embedded) -> None:
    quiet(embedded)


def csv_file(folder: Path, *rows: str, name: str = "faktury.csv") -> Path:
    path = folder / name
    path.write_bytes("\r\n".join([HEADER, *rows]).encode("cp1250"))
    return path


# --- Without a stack -------------------------------------------------------------------------------------------------


@pytest.fixture
def alone(tmp_path: Path) -> CommandLine:
    """A command line where no stack runs."""
    return CommandLine(tmp_path, tmp_path / "nothing-here")


def test_check_says_by_its_exit_code_what_it_found(alone: CommandLine, tmp_path: Path) -> None:
    good = f"K-1;Żak sp. z o.o.;512 345 678;;FV/1;{DUE_AS_WRITTEN};1 234,56 zł"
    fine = alone.json("check", csv_file(tmp_path, good))
    assert (fine["rows"], fine["accepted"], fine["rejected"]) == (1, 1, [])

    bad = f"K-2;Łoś;12;;FV/2;{DUE_AS_WRITTEN};dużo"
    found = alone.json("check", csv_file(tmp_path, good, bad), code=1)
    assert (found["rows"], found["accepted"]) == (2, 1)
    phone_reject, reject = found["rejected"]
    assert phone_reject["code"] == "phone_invalid"
    assert (reject["row"], reject["column"], reject["code"]) == (3, "Kwota brutto", "amount_invalid")
    assert set(reject["message"]) == {"pl", "en"}

    no_table = tmp_path / "faktury.xlsx"
    no_table.write_bytes(b"PK\x03\x04\x14\x00\x06\x00")
    error = alone.json("check", no_table, code=2)["error"]
    assert error["code"]
    assert set(error["message"]) == {"pl", "en"}
    assert "phone_invalid" in alone.run("check", csv_file(tmp_path, bad), code=1)


def test_sms_counts_parts_and_shows_what_plain_letters_would_take(alone: CommandLine) -> None:
    counted = alone.json("sms", "Zażółć gęślą jaźń")
    assert (counted["encoding"], counted["parts"], counted["units"]) == ("UCS-2", 1, 17)
    assert counted["transliterated"] == {"text": "Zazolc gesla jazn", "encoding": "GSM-7", "parts": 1, "units": 17}
    assert alone.json("sms", "x" * 161)["parts"] == 2


def test_campaign_check_points_at_the_line(alone: CommandLine, tmp_path: Path) -> None:
    good = alone.json("campaign", "check", CAMPAIGNS / "default.yaml")
    assert (good["valid"], good["problems"]) == (True, [])
    bad = tmp_path / "bad.yaml"
    bad.write_text((CAMPAIGNS / "default.yaml").read_text("utf-8").replace("tone: formal", "tone: angry", 1), "utf-8")
    found = alone.json("campaign", "check", bad, code=1)
    line = next(number for number, text in enumerate(bad.read_text("utf-8").splitlines(), 1) if "angry" in text)
    assert not found["valid"]
    assert [one["line"] for one in found["problems"]] == [line]


def test_without_a_stack_it_says_how_to_start_one(alone: CommandLine) -> None:
    error = alone.json("creditor", "list", code=2)["error"]
    assert "upominek up" in error["message"]["en"]


# --- On a stack ------------------------------------------------------------------------------------------------------


def test_a_creditor_is_added_changed_and_shown(cli: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "creditor.yaml"
    path.write_text(CREDITOR.format(id="wpisana"), encoding="utf-8")
    added = cli.json("creditor", "add", path)
    assert (added["id"], added["campaigns"], added["webhook_secret"][:6]) == ("wpisana", ["default"], "whsec_")
    assert cli.json("creditor", "add", path)["webhook_secret"] is None
    shown = cli.json("creditor", "show", "wpisana")
    assert (shown["name"], shown["shards"], shown["campaigns"][0]["id"]) == ("Hurtownia wpisana", 2, "default")
    assert "wpisana" in {one["id"] for one in cli.json("creditor", "list")}
    assert added["webhook_secret"] not in cli.run("creditor", "show", "wpisana")
    assert cli.json("creditor", "show", "nieznana", code=2)["error"]["code"] == "creditor_not_found"
    path.write_text("id: Wpisana!\nnam: x\n", encoding="utf-8")
    assert "nam" in cli.json("creditor", "add", path, code=2)["error"]["message"]["en"]


def test_after_a_rotation_both_secrets_hold(cli: CommandLine, open_for: Callable[[str], Household]) -> None:
    firm = open_for("obrotna")
    secret = cli.json("creditor", "rotate-secret", firm.id)["webhook_secret"]
    assert secret != firm.secret
    firm.takes(firm.issued("D-1", "+5"))
    firm.secret = secret
    firm.takes(firm.issued("D-2", "+5"))


def test_a_file_becomes_a_reminder_and_the_case_tells_it(
    cli: CommandLine, open_for: Callable[[str], Household], tmp_path: Path, embedded: Embedded
) -> None:
    firm = open_for("z-terminala")
    number, address, other = phone("00"), email("delivered"), phone("00")
    path = csv_file(
        tmp_path,
        f"K-1;Żak sp. z o.o.;{number};;FV/1;{DUE_AS_WRITTEN};1 234,56",
        f"K-2;Łoś;{other};{address};FV/2;{DUE_AS_WRITTEN};10,00",
        "K-3;Ćma;;;FV/3;31.02.2026;10,00",
    )
    report = cli.json("import", path, "--creditor", firm.id, code=1)
    assert (report["state"], report["accepted"]) == ("done", 2)
    assert [one["code"] for one in report["rejected"]] == ["date_invalid"]
    assert cli.json("import", path, "--creditor", "nieznana", code=2)["error"]["code"] == "creditor_not_found"

    cli.run("hold", firm.id, "K-2", "promise", "--reason", "Zapłaci w piątek", "--until", "2026-03-06", "--by", "Ola")
    plan = cli.json("plan", "--date", str(TODAY), "--creditor", firm.id, "--dry-run")
    assert plan["date"] == str(TODAY)
    (planned,) = plan["reminders"]
    assert planned["parts"] >= 1
    assert (planned["debtor"], planned["step"], planned["channel"], planned["template"], planned["address"]) == (
        "K-1", "+5", "sms", "overdue", number,
    )  # fmt: skip
    assert (planned["invoices"], planned["totals"]) == (["FV/1"], [{"amount": "1234.56", "currency": "PLN"}])
    assert [(one["debtor"], one["reason"]) for one in plan["skipped"]] == [("K-2", "held")]
    assert cli.json("plan", "--date", str(TODAY + timedelta(days=1)), "--creditor", firm.id)["reminders"] == []
    assert "'morgen' is no date" in cli.json("plan", "--date", "morgen", code=2)["error"]["message"]["en"]

    ticked = cli.json("tick")
    assert firm.id in {one["creditor"] for one in ticked["started"]["started"]}
    assert cli.json("tick")["started"] == {"started": []}
    assert len(Provider(embedded).handed(number)) == 1

    cli.run("note", firm.id, "K-1", "Dzwonił, prosi o kopię faktury", "--by", "Ola")
    case = cli.json("case", firm.id, "K-1")
    assert set(case) >= {"debtor", "invoices", "totals", "holds", "timeline"}
    (invoice,) = case["invoices"]
    assert (invoice["number"], invoice["due_date"], invoice["amount"], invoice["outstanding"], invoice["status"]) == (
        "FV/1", str(DUE["+5"]), "1234.56", "1234.56", "open",
    )  # fmt: skip
    kinds = [one["kind"] for one in case["timeline"]]
    assert kinds == ["invoice-issued", "reminder", "note"]
    reminder = case["timeline"][1]
    assert (reminder["channel"], reminder["status"], reminder["step"]) == ("sms", "delivered", "+5")
    assert reminder["provider_message_id"]
    assert [one["kind"] for one in reminder["receipts"]] == ["delivered"]
    drawn = cli.run("case", firm.id, "K-1")
    assert "Żak sp. z o.o." in drawn
    assert "prosi o kopię" in drawn

    held = cli.json("case", firm.id, "K-2")
    assert [(one["kind"], one["until"], one["reason"]) for one in held["holds"]] == [
        ("promise", "2026-03-06", "Zapłaci w piątek")
    ]
    assert [one.get("reason") for one in held["timeline"] if one["kind"] == "reminder"] == ["held"]
    cli.run("release", firm.id, "K-2", "promise", "--reason", "Nie zapłacił")
    assert cli.json("case", firm.id, "K-2")["holds"] == []
    assert cli.json("release", firm.id, "K-2", "promise", code=2)["error"]["code"] == "hold_not_found"
    assert cli.json("case", firm.id, "K-9", code=2)["error"]["code"] == "case_not_found"

    (sent,) = cli.json("outbox", "--creditor", firm.id)
    assert (sent["debtor"], sent["channel"], sent["address"], sent["status"]) == ("K-1", "sms", number, "delivered")
    assert sent["text"] == Provider(embedded).handed(number)[0]
    assert sent["subject"] is None
    (receipt,) = cli.json("receipts", "--creditor", firm.id)
    assert (receipt["reminder"], receipt["kind"]) == (sent["reminder"], "delivered")


def test_a_dead_letter_is_seen_without_contact_data_and_goes_out_once_when_put_back(
    cli: CommandLine, open_for: Callable[[str], Household], embedded: Embedded
) -> None:
    firm = open_for("zagubiona")
    number = phone("00")
    firm.takes(firm.issued("D-1", "+5", phones=[number]))
    sqs = firm.running.client("sqs")
    url = firm.target.outputs["SmsDeadLetterQueueUrl"]
    item = json.dumps(firm.item("D-1", "+5", "sms").to_dict() | {"phone": number})
    for _ in range(2):
        sqs.send_message(QueueUrl=url, MessageBody=item, MessageGroupId=firm.id)
    (listed,) = cli.json("dlq", "list", "sms")
    assert (listed["queue"], listed["count"]) == ("sms", 2)
    assert {one["debtor"] for one in listed["messages"]} == {"D-1"}
    assert number not in json.dumps(listed)
    assert cli.json("dlq", "redrive", "sms") == {"moved": {"sms": 2}}
    assert eventually(lambda: firm.fates("D-1") == [("sms", "delivered")])
    assert len(Provider(embedded).handed(number)) == 1
    assert {one["count"] for one in cli.json("dlq", "list")} == {0}
    assert "choose one of" in cli.json("dlq", "list", "post", code=2)["error"]["message"]["en"]
    # Of two workers that meet, one waits until the other's claim is certainly over: that is not for us to wait for.
    sqs.purge_queue(QueueUrl=firm.target.outputs["SmsQueueUrl"])


def test_a_stopped_lane_is_seen_and_reopened_and_its_message_is_not_lost(
    cli: CommandLine, open_for: Callable[[str], Household]
) -> None:
    firm = open_for("zatrzymana")
    firm.takes(firm.issued("D-1", "+5", phones=[phone("92")]))
    firm.put(firm.item("D-1", "+5", "sms"))
    (stopped,) = eventually(lambda: [one for one in cli.json("lane", "list") if one["creditor"] == firm.id])
    assert (stopped["channel"], bool(stopped["code"])) == ("sms", True)
    sqs, url = firm.running.client("sqs"), firm.target.outputs["SmsQueueUrl"]

    def waiting() -> int:
        name = "ApproximateNumberOfMessagesDelayed"
        return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])

    assert eventually(lambda: waiting() == 1)
    assert firm.fates("D-1") == []
    assert cli.json("lane", "reopen", firm.id, "sms") == {"reopened": "sms", "carrier": "sns", "creditor": firm.id}
    assert [one for one in cli.json("lane", "list") if one["creditor"] == firm.id] == []
    # Otherwise the next test's tick would plan it again, and everybody would wait for it.
    firm.takes(firm.paid("D-1"))
    sqs.purge_queue(QueueUrl=url)
