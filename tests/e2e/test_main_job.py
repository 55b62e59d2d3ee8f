"""The main job, by the packaged functions: invoices in, reminders out, receipts back into the case's history.

All tests work on one stack, on the same day, each for a creditor of its own.
"""

from __future__ import annotations

import csv
import io
import json
import time
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from standardwebhooks import Webhook

from local.stack.work import bring_in, start_what_is_due
from tests.e2e.household import (
    DUE,
    PLANNED,
    TODAY,
    Household,
    Provider,
    at_work,
    email,
    eventually,
    open_household,
    phone,
    post,
    quiet,
    signature,
)
from upominek.domain.messages.reminder import Reminder, reminder_key
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.values.channel import Channel, Tone

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from local.stack.embedded import Embedded

pytestmark = pytest.mark.e2e


@pytest.fixture
def open_for(embedded: Embedded, tmp_path: Path) -> Callable[[str], Household]:
    return lambda creditor: open_household(embedded, creditor, tmp_path)


@pytest.fixture(scope="module", autouse=True)
def _quiet(embedded: Embedded) -> None:
    quiet(embedded)


@pytest.fixture
def provider(embedded: Embedded) -> Provider:
    return Provider(embedded)


# --- Files -----------------------------------------------------------------------------------------------------------

HEADER = "Identyfikator klienta;Nazwa;NIP;Telefon;@E-mail;Numer faktury;Termin płatności;Kwota brutto;Zapłacono;Uwagi"
DUE_AS_WRITTEN = DUE["+5"].strftime("%d.%m.%Y")


def messy_file() -> bytes:
    """As a Polish Excel writes it, with a mistake in most rows."""
    rows = [
        HEADER,
        f"K-1;Zażółć Gęślą sp. z o.o.;;{phone('00')[3:]};;FV/1;{DUE_AS_WRITTEN};1 234,56;;",
        f"K-1;Zażółć Gęślą sp. z o.o.;;;;FV/2;{DUE_AS_WRITTEN};100,00 zł;40,00;",
        "K-2;Łódź Bud;;;;FV/3;31.02.2026;10,00;;",
        f"K-2;Łódź Bud;;;;FV/4;{DUE_AS_WRITTEN};=1+1;;",
        f"K-2;Łódź Bud;;;biuro(at)example.pl;FV/5;{DUE_AS_WRITTEN};10,00;;",
        f"K-2;Łódź Bud;1234567890;12;;FV/6;{DUE_AS_WRITTEN};10,00;;",
        f"K-3;Dwa Zdania;;;;FV/7;{DUE_AS_WRITTEN};10,00;;",
        f"K-3;Dwa Zdania;;;;FV/7;{DUE_AS_WRITTEN};11,00;;",
        f"K-4;Korekta;;;;KOR/1;{DUE_AS_WRITTEN};-50,00;;",
    ]
    return "\r\n".join(rows).encode("cp1250")


def test_a_messy_file_comes_in_and_its_bad_cells_are_told(open_for: Callable[[str], Household]) -> None:
    firm = open_for("plikowa")
    content = messy_file()
    report = bring_in(firm.target, firm.id, "faktury marzec.csv", content, timeout_seconds=60)
    assert (report["state"], report["encoding"], report["separator"]) == ("done", "cp1250", ";")
    assert (report["rows"], report["accepted"], report["rejected_rows"], report["new"]) == (9, 5, 4, 5)
    assert report["ignored_columns"] == ["Uwagi"]
    assert [(one["row"], one["column"], one["code"]) for one in report["rejected"]] == [
        (4, "Termin płatności", "date_invalid"),
        (5, "Kwota brutto", "amount_invalid"),
        (8, "Numer faktury", "rows_disagree"),
        (9, "Numer faktury", "rows_disagree"),
    ]
    assert [(one["row"], one["column"], one["code"]) for one in report["remarks"]] == [
        (6, "'@E-mail", "email_invalid"),
        (7, "NIP", "nip_invalid"),
        (7, "Telefon", "phone_invalid"),
    ]

    s3 = firm.running.client("s3")
    raw = s3.get_object(Bucket=firm.target.outputs["BucketName"], Key=report["rejects_file"])["Body"].read()
    assert raw.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";")
    assert header == ["row", "column", "code", "message_pl", "message_en"]
    assert all(pl and en and pl != en for *_, pl, en in rows)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]

    first = firm.case("K-1")
    assert first["debtor"]["name"] == "Zażółć Gęślą sp. z o.o."
    assert [(one["number"], one["amount"], one["outstanding"], one["status"]) for one in first["invoices"]] == [
        ("FV/1", "1234.56", "1234.56", "open"),
        ("FV/2", "100.00", "60.00", "open"),
    ]
    assert [(one["amount"], one["currency"]) for one in firm.case("K-4")["totals"]] == [("-50.00", "PLN")]

    # The same content changes nothing, whatever it is called.
    for name in ("faktury marzec.csv", "faktury (1).csv"):
        again = bring_in(firm.target, firm.id, name, content, timeout_seconds=60)
        assert (again["state"], again["new"], again["changed"]) == ("repeated", 0, 0)
    assert firm.case("K-1") == first


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", b"PK\x03\x04\x14\x00\x06\x00"])
def test_what_is_no_table_gets_one_clear_error(open_for: Callable[[str], Household], content: bytes) -> None:
    firm = open_for(f"nie-tabela-{len(content)}")
    report = bring_in(firm.target, firm.id, "faktury.csv", content, timeout_seconds=60)
    assert report["state"] == "failed"
    assert report["error"]["code"]
    assert report["error"]["message"]["pl"] != report["error"]["message"]["en"]


# --- Webhooks --------------------------------------------------------------------------------------------------------


def test_only_a_genuine_and_recent_signature_opens_the_door(open_for: Callable[[str], Household]) -> None:
    firm = open_for("podpisana")
    event = firm.issued("D-1", "+5", phones=["512 345 678"])
    taken = firm.post(event)
    assert (taken.status, taken.body.get("accepted")) == (202, 1), taken
    assert firm.invoice("D-1")["status"] == "open"

    stranger = Webhook("whsec_bm90IG91ciBzZWNyZXQgYXQgYWxs").sign("strange", firm.now, "[]")
    old = int(time.time()) - 6 * 60
    url, body = f"{firm.target.outputs['WebhookUrl']}/{firm.id}", b"[]"
    for headers in (
        {"webhook_signature": stranger},
        {"webhook_signature": "v1,"},
        {"webhook_signature": "v1,not-base64!"},
    ):
        refused = firm.post([event], **headers)
        assert (refused.status, refused.body["error"]["code"]) == (401, "signature_invalid"), headers
    genuine = signature(firm.secret, "old", old, body)
    stale = post(url, body, {"webhook-id": "old", "webhook-timestamp": str(old), "webhook-signature": genuine})
    cut = signature(firm.secret, "cut", int(time.time()), body)[:-4]
    now = str(int(time.time()))
    truncated = post(url, body, {"webhook-id": "cut", "webhook-timestamp": now, "webhook-signature": cut})
    assert [one.status for one in (stale, truncated)] == [401, 401]
    unsigned = post(url, body, {})
    assert (unsigned.status, unsigned.body["error"]["code"]) == (400, "header_missing")
    slash = replace(firm, id=f"{firm.id}/").post([event])
    assert slash.status == 202
    polish = b'{"type": "case.noted", "text": "\xb3\xf3d\xbc"}'
    signed = signature(firm.secret, "cp1250", int(now), polish)
    unread = post(url, polish, {"webhook-id": "cp1250", "webhook-timestamp": now, "webhook-signature": signed})
    assert (unread.status, unread.body["errors"][0]["code"]) == (422, "body_not_utf8")
    # Whether there is such a creditor is nobody's business.
    assert replace(firm, id="nobody").post([event]).status == 401


def test_an_independent_signature_is_taken_and_of_several_one_is_enough(open_for: Callable[[str], Household]) -> None:
    firm = open_for("niezalezna")
    now = int(time.time())
    body = (
        b'[{"type":"case.noted","timestamp":"2026-03-01T10:00:00+01:00","data":{"debtor_id":"D-1","text":"\xc5\x82"}}]'
    )
    answer = post(
        f"{firm.target.outputs['WebhookUrl']}/{firm.id}",
        body,
        {
            "Webhook-Id": "own",
            "Webhook-Timestamp": str(now),
            "Webhook-Signature": f"v1,AAAA {signature(firm.secret, 'own', now, body)}",
        },
    )
    assert (answer.status, answer.body["accepted"]) == (202, 1)


def test_an_id_stands_for_one_body(open_for: Callable[[str], Household]) -> None:
    firm = open_for("powtorzona")
    event = firm.issued("D-1", "+5")
    assert firm.post(event, webhook_id="evt-1").status == 202
    first = firm.case("D-1")
    assert firm.post(event, webhook_id="evt-1").status == 202
    assert firm.post(event, webhook_id="evt-2").status == 202
    assert firm.case("D-1")["timeline"] == first["timeline"]
    other = firm.post(firm.issued("D-1", "+5", amount="999.00"), webhook_id="evt-1")
    assert (other.status, other.body["error"]["code"]) == (409, "webhook_id_reused")
    assert firm.invoice("D-1")["amount"] == "100.00"


def test_a_bad_field_is_pointed_at_and_nothing_is_taken(open_for: Callable[[str], Household]) -> None:
    firm = open_for("wytknieta")
    good, bad = firm.issued("D-1", "+5"), firm.issued("D-2", "+5", amount="12,345")
    bad["data"]["debtor"]["nip"] = "1234567890"
    answer = firm.post([good, bad])
    assert (answer.status, answer.body["error"]["code"]) == (422, "events_invalid")
    assert {one["pointer"] for one in answer.body["errors"]} == {"/1/data/amount", "/1/data/debtor/nip"}
    assert all(one["message"]["pl"] and one["message"]["en"] for one in answer.body["errors"])
    assert firm.post([firm.event("invoice.issued")]).body["errors"][0]["pointer"].startswith("/0/data")
    # Nothing of a message with an error is taken, so its id is free for the mended one.
    assert firm.post([good], webhook_id=f"{firm.id}-1").status == 202
    assert firm.invoice("D-1")["status"] == "open"


def test_events_may_come_in_any_order(open_for: Callable[[str], Household]) -> None:
    firm = open_for("przestawiona")
    hour = timedelta(hours=1)
    firm.takes(firm.paid("D-1", "40.00", firm.now))
    assert firm.invoice("D-1")["status"] == "awaited"
    firm.takes(firm.issued("D-1", "+5", at=firm.now - 9 * hour))
    assert (firm.invoice("D-1")["status"], firm.invoice("D-1")["outstanding"]) == ("open", "60.00")

    changed = firm.issued("D-1", "+5", amount="150.00", at=firm.now - hour)
    older = firm.issued("D-1", "-3", amount="120.00", at=firm.now - 2 * hour)
    for event in (changed, older):
        firm.takes(event | {"type": "invoice.changed"})
    invoice = firm.invoice("D-1")
    assert (invoice["amount"], invoice["outstanding"], invoice["due_date"]) == ("150.00", "110.00", str(DUE["+5"]))

    cancelled = firm.event("invoice.cancelled", firm.now - 3 * hour, number="FV/D-1", debtor_id="D-1")
    firm.takes(cancelled)
    assert firm.invoice("D-1")["status"] == "open"
    firm.takes(
        firm.paid("D-1", "40.00", firm.now),
        {
            **firm.paid("D-1", "130.00"),
            "data": {"id": "przelew-2", "number": "FV/D-1", "debtor_id": "D-1", "amount": "130.00"},
        },
    )
    invoice = firm.invoice("D-1")
    assert (invoice["status"], invoice["outstanding"], invoice["credit"]) == ("settled", "0.00", "20.00")
    assert firm.case("D-1")["totals"][0]["amount"] == "-20.00"


# --- A campaign's day ------------------------------------------------------------------------------------------------

E_MAIL, SMS = "email", "sms"
# By debtor: step, fate of the phone, fate of the e-mail address, and what must become of the reminders.
DAY: dict[str, tuple[str, str | None, str | None, list[tuple[str, str]]]] = {
    "S-DELIVERED": ("+5", "00", "delivered", [(SMS, "delivered")]),
    "S-TWICE": ("+5", "21", "delivered", [(SMS, "delivered")]),
    "S-EARLY": ("+5", "24", "delivered", [(SMS, "delivered")]),
    "S-NO-ANSWER": ("+5", "20", "delivered", [(SMS, "sent")]),
    "S-BOUNCED": ("+5", "01", "delivered", [(SMS, "bounced"), (E_MAIL, "delivered")]),
    "S-UNREACHABLE": ("+5", "04", "delivered", [(SMS, "failed"), (E_MAIL, "delivered")]),
    "S-BOTH-FAIL": ("+5", "04", "bounced", [(SMS, "failed"), (E_MAIL, "bounced")]),
    "S-OPTED-OUT": ("+5", "03", "delivered", [(SMS, "failed")]),
    "S-OBJECTED": ("+5", "14", "delivered", [(SMS, "failed")]),
    "S-REFUSED": ("+5", "91", "delivered", [(SMS, "failed"), (E_MAIL, "delivered")]),
    "S-NO-PHONE": ("+5", None, "delivered", [(E_MAIL, "delivered")]),
    "E-DELIVERED": ("+1", "00", "delivered", [(E_MAIL, "delivered")]),
    "E-TWICE": ("+1", "00", "twice", [(E_MAIL, "delivered")]),
    "E-EARLY": ("+1", "00", "early", [(E_MAIL, "delivered")]),
    "E-REVERSED": ("+1", "00", "reversed", [(E_MAIL, "delivered")]),
    "E-DELAYED": ("+1", "00", "delayed", [(E_MAIL, "delivered")]),
    "E-CLICKED": ("+1", "00", "clicked", [(E_MAIL, "delivered")]),
    "E-NO-ANSWER": ("+1", "00", "no-answer", [(E_MAIL, "sent")]),
    "E-COMPLAINED": ("+1", "00", "complained", [(E_MAIL, "delivered")]),
    "E-BOUNCED": ("+1", "00", "bounced", [(E_MAIL, "bounced"), (SMS, "delivered")]),
    "E-MAILBOX-FULL": ("+1", "00", "mailbox-full", [(E_MAIL, "failed"), (SMS, "delivered")]),
    "E-RETURNED": ("+1", "00", "returned", [(E_MAIL, "failed"), (SMS, "delivered")]),
    "E-ABSENT": ("+1", "00", "absent", [(E_MAIL, "delivered")]),
    "E-SOFT": ("+1", "00", "unreachable", [(E_MAIL, "failed"), (SMS, "delivered")]),
    "E-NO-E-MAIL": ("+14", "00", None, [(SMS, "delivered")]),
    "BEFORE-DUE": ("-3", "00", None, [(SMS, "delivered")]),
    "NOWHERE": ("+5", None, None, [(SMS, "skipped")]),
    "HELD": ("+5", "00", "delivered", [(SMS, "skipped")]),
    "OPT-OUT": ("+1", "00", "delivered", [(E_MAIL, "skipped")]),
    "PAID": ("+5", "00", "delivered", []),
    "NOT-DUE": ("", "00", "delivered", []),
}  # fmt: skip


def test_on_a_campaigns_day_those_who_are_due_hear_once_and_nobody_else(
    open_for: Callable[[str], Household], provider: Provider
) -> None:
    firm = open_for("dzienna")
    people = {
        debtor: (phone(of_phone) if of_phone else None, email(of_email) if of_email else None)
        for debtor, (_, of_phone, of_email, _) in DAY.items()
    }
    events = []
    for debtor, (step, *_) in DAY.items():
        number, address = people[debtor]
        event = firm.issued(
            debtor, step or "+5", phones=[number] if number else [], emails=[address] if address else []
        )
        if not step:
            event["data"]["due_date"] = (TODAY + timedelta(days=20)).isoformat()
        events.append(event)
    firm.takes(
        *events,
        firm.event("case.held", debtor_id="HELD", kind="dispute", reason="Reklamacja"),
        firm.event("case.held", debtor_id="OPT-OUT", kind="opt-out", reason="Nie życzy sobie"),
        firm.paid("PAID"),
    )
    plan = firm.target.application.preview_plan(TODAY, firm.id).to_dict()
    reached = {debtor for debtor, (*_, fates) in DAY.items() if fates and fates[0][1] != "skipped"}
    assert {one["debtor"] for one in plan["reminders"]} == reached

    start_what_is_due(firm.target)
    start_what_is_due(firm.target)
    firm.settle()
    assert {debtor: firm.fates(debtor) for debtor in DAY} == {debtor: fates for debtor, (*_, fates) in DAY.items()}
    handed = {address: len(provider.handed(address)) for pair in people.values() for address in pair if address}
    expected = {
        address: int(channel in {one for one, status in DAY[debtor][3] if status != "skipped"})
        for debtor, pair in people.items()
        for channel, address in zip((SMS, E_MAIL), pair, strict=True)
        if address
    }
    # The call was refused, so the provider has nothing of it.
    expected[people["S-REFUSED"][0] or ""] = 0
    assert handed == expected

    assert {debtor: firm.reminders(debtor)[0].get("reason") for debtor in ("HELD", "OPT-OUT", "NOWHERE")} == {
        "HELD": "held",
        "OPT-OUT": "opted-out",
        "NOWHERE": "no-address",
    }
    held = firm.reminders("HELD")[0]
    assert (held["detail"], held["reason_at"]) == ("dispute", firm.case("HELD")["holds"][0]["since"])
    assert "complained_at" in firm.reminders("E-COMPLAINED")[0]
    for debtor in ("S-BOUNCED", "S-OPTED-OUT", "E-BOUNCED", "E-COMPLAINED"):
        facts = [one for one in firm.case(debtor)["timeline"] if one["kind"] == "address-suppressed"]
        assert len(facts) == 1, debtor
        assert facts[0]["pl"]
    delivered = firm.reminders("S-TWICE")[0]
    assert (len(delivered["receipts"]), delivered["price"], delivered["parts"] >= 1) == (
        1, f"{delivered['parts'] * 0.04:.2f} USD", True,
    )  # fmt: skip
    assert [one["kind"] for one in firm.reminders("E-TWICE")[0]["receipts"]] == ["delivered"]

    # Whatever comes again – items of the outbox, the planner's jobs, the schedule – finds the records.
    before = {debtor: firm.case(debtor)["timeline"] for debtor in DAY}
    items = [firm.item(debtor, step, fates[0][0]) for debtor, (step, *_, fates) in DAY.items() if fates]
    fallbacks = [replace(item, is_fallback=True) for item in items if len(DAY[item.debtor][3]) > 1]
    firm.put(*items, *fallbacks)
    start_what_is_due(firm.target)
    firm.put(*items)
    firm.settle()
    assert {debtor: firm.case(debtor)["timeline"] for debtor in DAY} == before
    assert {address: len(provider.handed(address)) for address in handed} == handed


def test_a_suppressed_address_is_not_used_again(open_for: Callable[[str], Household], provider: Provider) -> None:
    firm = open_for("zamilkla")
    address, number = email("bounced"), phone("00")
    firm.takes(firm.issued("D-1", "+1", emails=[address]))
    firm.put(firm.item("D-1", "+1", E_MAIL))
    assert eventually(lambda: firm.fates("D-1")[:1] == [(E_MAIL, "bounced")])
    # Somebody else of the same creditor gives the same address.
    firm.takes(firm.issued("D-2", "+1", emails=[address], phones=[number]))
    firm.put(firm.item("D-2", "+1", E_MAIL))
    assert eventually(lambda: firm.fates("D-2") == [(SMS, "delivered")])
    assert (len(provider.handed(address)), len(provider.handed(number))) == (1, 1)


# --- Between planning and sending ------------------------------------------------------------------------------------


def test_who_paid_after_planning_hears_nothing_and_the_case_says_why(
    open_for: Callable[[str], Household], provider: Provider
) -> None:
    firm = open_for("zaplacona")
    number = phone("00")
    firm.takes(firm.issued("D-1", "+5", phones=[number]))
    planned = firm.item("D-1", "+5", SMS)
    payment = firm.paid("D-1", at=firm.now - timedelta(minutes=5))
    firm.takes(payment)
    firm.put(planned)
    firm.settle()
    firm.put(planned)
    firm.settle()
    (skipped,) = firm.reminders("D-1")
    assert (skipped["status"], skipped["reason"]) == ("skipped", "paid")
    (paid,) = (one for one in firm.case("D-1")["timeline"] if one["kind"] == "payment")
    assert skipped["reason_at"] == paid["at"]
    assert provider.handed(number) == []


def test_a_reminder_names_what_is_still_open_at_the_moment_of_sending(
    open_for: Callable[[str], Household], provider: Provider
) -> None:
    firm = open_for("czesciowa")
    number = phone("00")
    firm.takes(firm.issued("D-1", "+5", phones=[number], amount="100.00"))
    firm.takes(firm.paid("D-1", "70.01"))
    firm.put(firm.item("D-1", "+5", SMS))
    assert eventually(lambda: firm.fates("D-1") == [(SMS, "delivered")])
    assert firm.reminders("D-1")[0]["totals"] == [{"amount": "29.99", "currency": "PLN"}]
    assert "29,99" in provider.handed(number)[0]


# --- Nobody knows whether it left ------------------------------------------------------------------------------------


def test_a_lost_answer_is_settled_by_the_receipt_and_never_by_a_second_call(
    open_for: Callable[[str], Household], provider: Provider
) -> None:
    firm = open_for("niepewna")
    people = {"D-CUT": email("cut-off"), "D-HANG": email("hanging")}
    firm.takes(*(firm.issued(debtor, "+1", emails=[address]) for debtor, address in people.items()))
    items = [firm.item(debtor, "+1", E_MAIL) for debtor in people]
    firm.put(*items)
    firm.settle()
    firm.put(*items)
    firm.settle()
    for debtor, address in people.items():
        (reminder,) = firm.reminders(debtor)
        assert reminder["status"] == "delivered", reminder
        assert [one["kind"] for one in reminder["receipts"]] == ["delivered"]
        assert len(provider.handed(address)) == 1
    assert outcomes(firm) == {debtor: ["unknown", "already-handled"] for debtor in people}


def outcomes(firm: Household) -> dict[str, list[str]]:
    """What the sender made of the items of each debtor, from its log."""
    pages = firm.running.client("logs").get_paginator("filter_log_events")
    found: dict[str, list[str]] = {}
    for page in pages.paginate(logGroupName=firm.target.outputs["SendReminderLogGroup"], filterPattern=f'"{firm.id}"'):
        for line in (json.loads(event["message"]) for event in page["events"] if event["message"].startswith("{")):
            if line.get("creditor") == firm.id:
                found.setdefault(line["debtor"], []).append(line["outcome"])
    return found


def test_the_reminder_of_a_worker_that_died_is_unknown_and_never_sent(
    open_for: Callable[[str], Household], provider: Provider
) -> None:
    firm = open_for("porzucona")
    number = phone("00")
    firm.takes(firm.issued("D-1", "+5", phones=[number]))
    item = firm.item("D-1", "+5", SMS)
    claimed_at = firm.now - timedelta(minutes=7)
    abandoned = Reminder(
        key=reminder_key(firm.id, item.campaign, item.debtor, TODAY),
        campaign=item.campaign,
        step=item.step,
        channel=Channel.SMS,
        template="overdue",
        tone=Tone.NEUTRAL,
        status=ReminderStatus.CLAIMED,
        claimed_at=claimed_at,
        lease_until=claimed_at + timedelta(minutes=5),
        invoices=item.invoices,
    )
    assert firm.target.application.reminders.claim(abandoned) is None
    firm.put(item)
    firm.settle()
    firm.put(item)
    firm.settle()
    (reminder,) = firm.reminders("D-1")
    assert (reminder["status"], reminder["reason"]) == ("unknown", "worker-died")
    assert provider.handed(number) == []


# --- Days on which nobody ran it -------------------------------------------------------------------------------------


def test_a_missed_day_is_caught_up_once_and_a_closed_day_moves_its_steps(
    open_for: Callable[[str], Household], provider: Provider
) -> None:
    firm = open_for("nadrobiona")
    clock = firm.running.clock
    missed, weekend, later = phone("00"), phone("00"), phone("00")

    def falls(debtor: str, number: str, on: date) -> dict[str, Any]:
        event = firm.issued(debtor, "+5", phones=[number])
        event["data"]["due_date"] = str(on - timedelta(days=5))
        return event

    start_what_is_due(firm.target)
    firm.settle()
    firm.takes(
        falls("WEDNESDAY", missed, TODAY + timedelta(days=1)),
        falls("SATURDAY", weekend, TODAY + timedelta(days=4)),
        falls("LATER", later, TODAY + timedelta(days=16)),
    )
    firm.settle()
    try:
        # Nobody calls on Wednesday; on Saturday nobody may.
        heard = []
        for days in (2, 4, 6):
            clock.set_today(TODAY + timedelta(days=days), PLANNED)
            start_what_is_due(firm.target)
            firm.settle()
            heard.append([len(provider.handed(number)) for number in (missed, weekend, later)])
    finally:
        at_work(firm.running)
    # SATURDAY had its first step on the very day that it was brought in, after the run: it is said at the next moment.
    assert heard == [[1, 1, 0], [1, 1, 0], [1, 2, 0]]
    assert firm.fates("WEDNESDAY") == [(SMS, "delivered")]


def test_nothing_lies_in_a_dead_letter_queue(open_for: Callable[[str], Household]) -> None:
    """After all of the above."""
    firm = open_for("spokojna")
    sqs = firm.running.client("sqs")
    dead: dict[str, Any] = {}
    for name in ("Imports", "Plans", "Sms", "Email", "Receipts"):
        url = firm.target.outputs[f"{name}DeadLetterQueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        dead[name] = attributes["Attributes"]["ApproximateNumberOfMessages"]
    assert set(dead.values()) == {"0"}, dead
