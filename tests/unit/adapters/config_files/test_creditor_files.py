"""Creditor files."""

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from upominek.adapters.config_files.creditors_file import CreditorFile, read_creditor
from upominek.adapters.config_files.yaml_file import InvalidFile
from upominek.application.administration.save_creditor import keeping_shards
from upominek.domain.errors import Refused
from upominek.domain.parties.creditor import Creditor, Limits, Register, SmallestSums
from upominek.domain.values.calendar import ContactHours
from upominek.domain.values.kinds import ClaimKind

WHOLE = """\
id: hydro-hurt
name: Hydro-Hurt Sp. z o.o.
nip: 526-104-08-28
account: 61 1090 1014 0000 0712 1981 2874
sms_sender: HydroHurt
email_from: naleznosci@hydro.example.com
reply_to: anna@Hydro.example.com
contact_person: Anna Nowak
contact_phone: 22 123 45 67
website: https://hydro.example.com
hours: {days: [mon, tue, wed, thu, fri, sat], opens: "07:00", closes: "19:00"}
limits: {per_day: 2, per_week: 5, days_between: 0}
shards: 4
message_lifetime_days: 2
address: [ul. Krótka 1, 00-001 Warszawa]
register: {bureau: Rejestr BIG S.A., seat: "ul. Długa 2, 00-002 Warszawa"}
offers_instalments: true
offers_later_date: no
claim_kind: business
text_days: 30
retention_years: 5
carriers: {sms: sns, letter: print}
campaigns: [consumers, default]
smallest: {reminder: 5, demand: 50}
"""


def read(folder: Path, text: str) -> CreditorFile:
    path = folder / "creditor.yaml"
    path.write_text(text, encoding="utf-8")
    return read_creditor(path)


def mistakes(folder: Path, text: str) -> list[tuple[str, int, str]]:
    with pytest.raises(InvalidFile) as raised:
        read(folder, text)
    return [(Path(problem.where.file).name, problem.where.line, problem.code) for problem in raised.value.problems]


def codes(folder: Path, **changes: str) -> list[tuple[int, str]]:
    """The mistakes of the whole file with some lines changed."""
    lines = [
        f"{key}: {changes[key]}" if (key := line.partition(":")[0]) in changes else line for line in WHOLE.splitlines()
    ]
    return [(line, code) for _, line, code in mistakes(folder, "\n".join(lines))]


def test_a_file_may_say_everything(tmp_path: Path) -> None:
    read_file = read(tmp_path, WHOLE)
    assert read_file.creditor == Creditor(
        id="hydro-hurt",
        name="Hydro-Hurt Sp. z o.o.",
        nip="5261040828",
        account="PL61109010140000071219812874",
        sms_sender="HydroHurt",
        email_from="naleznosci@hydro.example.com",
        reply_to="anna@hydro.example.com",
        contact_person="Anna Nowak",
        contact_phone="22 123 45 67",
        website="https://hydro.example.com",
        hours=ContactHours(weekdays=frozenset(range(6)), opens=time(7), closes=time(19)),
        limits=Limits(2, 5, 0),
        smallest=SmallestSums(5, 50),
        shards=(4,),
        message_lifetime=timedelta(days=2),
        text_days=30,
        retention_years=5,
        address=("ul. Krótka 1", "00-001 Warszawa"),
        register=Register("Rejestr BIG S.A.", "ul. Długa 2, 00-002 Warszawa"),
        offers_instalments=True,
        claim_kind=ClaimKind.BUSINESS,
    )
    assert [one.id for one in read_file.campaigns] == ["consumers", "default"]


def test_what_a_file_leaves_out_has_a_default(tmp_path: Path) -> None:
    read_file = read(tmp_path, "id: hydro\nname: Hydro\nemail_from: a@example.com\n")
    assert read_file.creditor == Creditor(id="hydro", name="Hydro", email_from="a@example.com")
    assert [one.id for one in read_file.campaigns] == ["default"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"id": "Hydro Hurt"}, (1, "creditor_id_invalid")),
        ({"nip": "5261040829"}, (3, "nip_invalid")),
        ({"account": "61 1090 1014 0000 0712 1981 2875"}, (4, "account_invalid")),
        ({"sms_sender": "Hydro Hurt"}, (5, "sms_sender_invalid")),
        ({"sms_sender": "HydroHurtowy"}, (5, "sms_sender_invalid")),
        ({"sms_sender": "12345"}, (5, "sms_sender_invalid")),
        ({"sms_sender": "Żółw"}, (5, "sms_sender_invalid")),
        ({"sms_sender": "-Hydro"}, (5, "sms_sender_invalid")),
        ({"email_from": "naleznosci@"}, (6, "email_invalid")),
        ({"reply_to": "a@example.com, b@example.com"}, (7, "email_several")),
        ({"contact_phone": "22 123"}, (9, "phone_invalid")),
        ({"website": "javascript:alert(1)"}, (10, "website_invalid")),
        ({"hours": "{closes: '07:00'}"}, (11, "contact_hours_invalid")),
        ({"limits": "{per_day: 0}"}, (12, "greater_than_equal")),
        ({"limits": "{days_between: -1}"}, (12, "greater_than_equal")),
        ({"limits": "{days_between: 31}"}, (12, "less_than_equal")),
        ({"shards": "3"}, (13, "shards_invalid")),
        ({"shards": "512"}, (13, "less_than_equal")),
        ({"message_lifetime_days": "0"}, (14, "greater_than_equal")),
        ({"address": "[a, b, c, d, e, f]"}, (15, "too_long")),
        ({"register": "{bureau: BIG}"}, (16, "missing")),
        ({"register": "{bureau: BIG, seat: Ulica, street: x}"}, (16, "unknown_key")),
        ({"offers_instalments": "maybe"}, (17, "bool_parsing")),
        ({"claim_kind": "rent"}, (19, "not_allowed")),
        ({"text_days": "13"}, (20, "greater_than_equal")),
        ({"text_days": "366"}, (20, "less_than_equal")),
        ({"retention_years": "-1"}, (21, "greater_than_equal")),
        ({"carriers": "{sms: ses}"}, (22, "not_allowed")),
        ({"carriers": "{fax: sns}"}, (22, "unknown_key")),
        ({"campaigns": "[]"}, (23, "empty")),
        ({"campaigns": "[defaults]"}, (23, "campaign_not_found")),
        ({"campaigns": "[default, default]"}, (23, "duplicate_campaign")),
        ({"campaigns": "[mine.yaml]"}, (23, "campaign_not_found")),
        ({"smallest": "{reminder: -1}"}, (24, "greater_than_equal")),
        ({"smallest": "{demand: 10.50}"}, (24, "int_parsing")),
        ({"smallest": "{demand: 10001}"}, (24, "less_than_equal")),
        ({"smallest": "{reminder: 20, demand: 10}"}, (24, "demand_below_reminder")),
        ({"smallest": "{final: 10}"}, (24, "unknown_key")),
        ({"smallest": "5"}, (24, "model_type")),
    ],
)
def test_a_mistake_is_shown_at_its_line(tmp_path: Path, changes: dict[str, str], expected: tuple[int, str]) -> None:
    assert codes(tmp_path, **changes) == [expected]


@pytest.mark.parametrize(
    ("smallest", "sums"),
    [
        ("{}", SmallestSums(2, 10)),
        ("{reminder: 0, demand: 0}", SmallestSums(0, 0)),
        ("{demand: 100}", SmallestSums(2, 100)),
        ("{reminder: 25}", SmallestSums(25, 25)),
    ],
)
def test_who_asks_for_no_small_sums_demands_no_smaller_ones(tmp_path: Path, smallest: str, sums: SmallestSums) -> None:
    text = f"id: hydro\nname: Hydro\nemail_from: a@example.com\nsmallest: {smallest}\n"
    assert read(tmp_path, text).creditor.smallest == sums


@pytest.mark.parametrize("sender", ["A", "Hydro-Hurt", "4Hydro", "ABCDEFGHIJK"])
def test_senders_that_carriers_take(tmp_path: Path, sender: str) -> None:
    assert read(tmp_path, WHOLE.replace("HydroHurt", sender)).creditor.sms_sender == sender


def test_who_writes_e_mails_needs_a_sender_address(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "id: hydro\nname: Hydro\n") == [("creditor.yaml", 1, "email_from_missing")]


def test_a_campaign_of_ones_own_stands_beside_the_file_and_is_held_to_the_creditors_hours(tmp_path: Path) -> None:
    own = tmp_path / "mine.yaml"
    own.write_text(
        "name: Mine\nschedule: {at: '18:50'}\nladder:\n  - {offset: 1, channels: [sms], template: overdue}\n",
        encoding="utf-8",
    )
    text = "id: hydro\nname: Hydro\nhours: {closes: '19:00'}\ncampaigns: [mine.yaml]\n"
    assert mistakes(tmp_path, text) == [("mine.yaml", 2, "time_outside_hours")]
    assert [one.id for one in read(tmp_path, text.replace("19:00", "20:00")).campaigns] == ["mine"]


def test_a_huge_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "x" * 10_000_000) == [("creditor.yaml", 1, "file_too_large")]


def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_creditor(tmp_path / "none.yaml")


def test_the_number_of_shards_is_remembered_and_can_only_be_raised() -> None:
    stored = Creditor(id="hydro", name="Old", shards=(1, 4))
    stated = Creditor(id="hydro", name="New", shards=(4,))
    assert keeping_shards(stored, stated) == replace(stated, shards=(1, 4))
    assert keeping_shards(stored, replace(stated, shards=(8,))).shards == (1, 4, 8)
    with pytest.raises(Refused, match="only be raised"):
        keeping_shards(stored, replace(stated, shards=(2,)))
