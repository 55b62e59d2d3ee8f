"""What SES and SNS send, read as reports."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.functions.recorded import event, ses_event, sns_log
from upominek.adapters.carriers.reporting import without_contact_data
from upominek.adapters.carriers.reports import read_report
from upominek.adapters.carriers.ses.tags import key_from_tags, reminder_tags
from upominek.adapters.carriers.sns.reports import without_phone
from upominek.application.receipts.record_receipt import Report
from upominek.domain.errors import InvalidValue
from upominek.domain.messages.receipt import Action, Price, ReceiptKind
from upominek.domain.messages.reminder import ReminderKey

KEY = ReminderKey("rura", "D-1", date(2026, 3, 2), "5a8d5e392bb25ce6298c")


def report(content: dict[str, Any]) -> Report:
    found = read_report(content)
    assert found is not None
    return found


def test_a_bounce_of_ses() -> None:
    found = report(ses_event("bounce-permanent", KEY.id))
    assert found.key == KEY
    assert found.message_id == "0107019a-example-02f9-4d12-a87d-dd0099a07f8a-000000"
    assert found.pl == "Taki adres e-mail nie istnieje."
    receipt = found.receipt
    assert (receipt.kind, receipt.code, receipt.action) == (ReceiptKind.BOUNCED, "no-such-mailbox", Action.SUPPRESS)
    assert receipt.detail == "Bounce Permanent NoEmail 5.1.1"
    assert receipt.at == datetime(2026, 3, 2, 9, 0, 5, 669000, tzinfo=UTC)


@pytest.mark.parametrize("name", ["send", "delivery", "bounce-permanent", "complaint", "delivery-delay", "click"])
def test_no_report_has_an_address(name: str) -> None:
    assert "@" not in str(report(ses_event(name, KEY.id)))


def test_events_that_say_no_time_of_their_own_take_that_of_the_message() -> None:
    found = report(ses_event("reject", KEY.id))
    assert found.receipt.at == datetime(2026, 3, 2, 9, 0, 1, 240000, tzinfo=UTC)


def test_each_report_has_an_id_of_its_own_and_the_same_report_the_same() -> None:
    names = ("send", "delivery", "bounce-permanent", "bounce-transient", "complaint", "open", "click", "delivery-delay")
    ids = [report(ses_event(name, KEY.id)).receipt.id for name in names]
    assert len(set(ids)) == len(names)
    assert ids == [report(ses_event(name, KEY.id)).receipt.id for name in names]


def test_opening_a_message_again_is_the_same_receipt_and_another_delay_is_not() -> None:
    first, second = ses_event("open", KEY.id), ses_event("open", KEY.id)
    second["detail"]["open"]["timestamp"] = "2026-03-03T07:00:00.000Z"
    assert report(first).receipt.id == report(second).receipt.id
    first, second = ses_event("delivery-delay", KEY.id), ses_event("delivery-delay", KEY.id)
    second["detail"]["deliveryDelay"]["timestamp"] = "2026-03-02T10:25:40.095Z"
    assert report(first).receipt.id != report(second).receipt.id


def test_a_delivery_log_of_sns_with_price_parts_and_the_time_of_delivery() -> None:
    found = report(sns_log("success", "sms-1"))
    assert (found.message_id, found.key) == ("sms-1", None)
    receipt = found.receipt
    assert (receipt.kind, receipt.parts, receipt.price) == (ReceiptKind.DELIVERED, 1, Price("0.03244", "USD"))
    assert receipt.at == datetime(2026, 3, 2, 9, 0, 2, 902000, tzinfo=UTC)


def test_a_delivery_log_without_price_and_with_a_short_fraction_of_a_second() -> None:
    receipt = report(sns_log("quota", "sms-1")).receipt
    assert (receipt.parts, receipt.price, receipt.action) == (None, None, Action.STOP_LANE)
    assert receipt.at == datetime(2026, 3, 2, 9, 0, 1, 684000, tzinfo=UTC)


def test_the_same_log_with_another_delay_is_the_same_receipt() -> None:
    again = sns_log("success", "sms-1")
    again["delivery"]["dwellTimeMs"] = 700
    assert report(again).receipt.id == report(sns_log("success", "sms-1")).receipt.id


def test_a_tiny_price_is_written_out() -> None:
    log = sns_log("success", "sms-1")
    log["delivery"]["priceInUSD"] = 0.00002
    assert report(log).receipt.price == Price("0.00002", "USD")


WRITTEN = (
    *("+48455000020", "48455000020", "0048455000020", "455000020", "0455000020", "+48 455 000 020", "455 000 020"),
    *("(+48) 455-000-020", "+48 (0) 45 500 00 20", "45 500 00 20", "455.000.020", "+48\u00a0455\u00a0000\u00a0020"),
    *("455/000/020", "455\u2011000\u2011020", "tel:+48455000020", "nr455000020", "nr455 000 020", "455000020x"),
)


@pytest.mark.parametrize("number", WRITTEN)
@pytest.mark.parametrize("words", ["Cannot reach {} today", "{} is opted out", "Unreachable: {}.", "{}"])
def test_a_number_in_an_answer_is_not_kept_nor_passed_on(number: str, words: str) -> None:
    log = sns_log("failure", "sms-1")
    log["delivery"]["providerResponse"] = words.format(number)
    passed = without_phone(log)
    for kept in (report(log).receipt.detail, passed["delivery"]["providerResponse"]):
        assert "…" in kept
        assert not re.search(r"\d", kept)
    assert report(passed) == report(log)


@given(
    digits=st.text("0123456789", min_size=7, max_size=15),
    between=st.lists(
        st.sampled_from(("", "", " ", "-", ".", "/", ") ", " (", "\u00a0", "\u2013")), min_size=14, max_size=14
    ),
    before=st.sampled_from(("", "+", "tel. ", "nr:", "(", "=", "on ")),
    after=st.sampled_from(("", " is opted out", ".", ")", ", sorry", "x")),
)
def test_a_number_is_cut_out_however_it_is_written(digits: str, between: list[str], before: str, after: str) -> None:
    number = digits[0] + "".join(gap + digit for gap, digit in zip(between, digits[1:], strict=False))
    kept = without_contact_data(f"{before}{number}{after}")
    assert not re.search(r"\d", kept)
    assert without_contact_data(kept) == kept


def test_what_is_no_number_stays_in_an_answer() -> None:
    log = sns_log("failure", "sms-1")
    log["delivery"]["providerResponse"] = "Error 404: SMSC refused (5.1.1), try 3 of 12, code E-1207"
    assert report(log).receipt.detail == log["delivery"]["providerResponse"]


def test_an_address_in_what_ses_says_is_not_kept() -> None:
    content = ses_event("bounce-permanent", KEY.id)
    content["detail"]["bounce"]["bounceSubType"] = "jan.kowalski@example.com"
    content["detail"]["bounce"]["bouncedRecipients"][0]["status"] = "5.1.1 <jan.kowalski@example.com>"
    assert "kowalski" not in str(report(content))


def test_what_is_passed_on_has_no_phone_number() -> None:
    log = sns_log("success", "sms-1")
    more = {"recipient": "+48512345678"}
    delivery, notification = log["delivery"] | more, log["notification"] | more
    passed = without_phone({**log, **more, "delivery": delivery, "notification": notification})
    assert "+48512345678" not in str(passed)
    assert report(passed) == report(log)


def test_an_email_without_our_tags_is_none_of_ours() -> None:
    content = event("ses-delivery")
    content["detail"]["mail"]["tags"] = {"ses:configuration-set": ["other"]}
    assert read_report(content) is None
    del content["detail"]["mail"]["tags"]
    assert read_report(content) is None


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"source": "aws.ses"},
        {"source": "aws.ses", "detail": "text"},
        {"notification": {}, "delivery": {}, "status": "SUCCESS"},
        {"notification": {"messageId": "m", "timestamp": "yesterday"}, "delivery": {}, "status": "SUCCESS"},
        {
            "notification": {"messageId": "m", "timestamp": "2026-03-02 09:00:00"},
            "delivery": {"priceInUSD": "+48512345678,00"},
            "status": "SUCCESS",
        },
    ],
)
def test_what_is_no_report_is_refused_without_repeating_it(broken: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue) as caught:
        read_report(broken)
    assert caught.value.code == "report_unreadable"
    assert "48512345678" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_broken_tags_are_refused() -> None:
    content = ses_event("delivery", KEY.id)
    content["detail"]["mail"]["tags"]["upominek-day"] = ["someday"]
    with pytest.raises(InvalidValue):
        read_report(content)


@given(debtor=st.text(min_size=1, max_size=64))
def test_tags_carry_any_debtor_there_and_back(debtor: str) -> None:
    try:
        debtor.encode()
    except UnicodeEncodeError:
        return
    key = ReminderKey("biuro-rachunkowe-1", debtor, date(2026, 3, 2), "5a8d5e392bb25ce6298c")
    tags = reminder_tags(key)
    for tag in tags:
        assert set(tag["Name"] + tag["Value"]) <= set(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
        )
        assert 0 < len(tag["Value"]) <= 256
    assert len(tags) <= 50
    assert key_from_tags({tag["Name"]: [tag["Value"]] for tag in tags}) == key
