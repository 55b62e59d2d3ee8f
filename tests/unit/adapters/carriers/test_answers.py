"""The table of providers' answers: whole, sourced, and complete for everything that AWS documents."""

import re
import tomllib
from importlib.resources import files
from typing import Any

import pytest

from upominek.adapters.carriers.registry import FOLDERS
from upominek.adapters.carriers.ses.answers import answer_of as answer_of_ses
from upominek.adapters.carriers.sns.answers import answer_of as answer_of_sns
from upominek.domain.messages.receipt import Action, ReceiptKind
from upominek.domain.values.carrier import SES, SNS

TABLES: dict[str, Any] = {
    folder: tomllib.loads((files(folder) / "answers.toml").read_text("utf-8"))
    for folder in FOLDERS.values()
    if (files(folder) / "answers.toml").is_file()
}
SNS_ROWS, SES_ROWS = (TABLES[FOLDERS[one]]["answers"] for one in (SNS, SES))

# Source: Amazon SNS Developer Guide, "SMS delivery failure reasons".
SNS_FAILURES = {
    "Blocked as spam by phone carrier": ("blocked-as-spam", Action.FALLBACK),
    "Destination is on a blocked list": ("destination-blocked", Action.SUPPRESS),
    "Invalid phone number": ("invalid-number", Action.SUPPRESS),
    "Message body is invalid": ("invalid-text", Action.FALLBACK),
    "Phone carrier has blocked this message": ("blocked-by-carrier", Action.FALLBACK),
    "Phone carrier is currently unreachable/unavailable": ("carrier-unreachable", Action.RETRY_LATER),
    "Phone has blocked SMS": ("sms-blocked", Action.SUPPRESS),
    "Phone is on a blocked list": ("phone-blocked", Action.SUPPRESS),
    "Phone is currently unreachable/unavailable": ("unreachable", Action.RETRY_LATER),
    "Phone number is opted out": ("opted-out", Action.SUPPRESS),
    "This delivery would exceed max price": ("price-limit", Action.STOP_LANE),
    "Unknown error attempting to reach phone": ("unknown-error", Action.RETRY_LATER),
    "No quota left for account": ("spend-limit", Action.STOP_LANE),
    "Rate exceeded.": ("rate-exceeded", Action.RETRY_LATER),
    "Destination is blacklisted": ("destination-blocked", Action.SUPPRESS),
    "phone is blacklisted": ("phone-blocked", Action.SUPPRESS),
}
# Source: Amazon SES Developer Guide, "Bounce types".
BOUNCES = {
    ("Undetermined", "Undetermined"): (ReceiptKind.RETURNED, Action.RETRY_LATER),
    ("Permanent", "General"): (ReceiptKind.BOUNCED, Action.SUPPRESS),
    ("Permanent", "NoEmail"): (ReceiptKind.BOUNCED, Action.SUPPRESS),
    ("Permanent", "Suppressed"): (ReceiptKind.BOUNCED, Action.SUPPRESS),
    ("Permanent", "OnAccountSuppressionList"): (ReceiptKind.BOUNCED, Action.SUPPRESS),
    ("Permanent", "UnsubscribedRecipient"): (ReceiptKind.OPTED_OUT, Action.SUPPRESS),
    ("Permanent", "SomethingNew"): (ReceiptKind.BOUNCED, Action.SUPPRESS),
    ("Permanent", ""): (ReceiptKind.BOUNCED, Action.SUPPRESS),
    ("Transient", "General"): (ReceiptKind.FAILED, Action.RETRY_LATER),
    ("Transient", "MailboxFull"): (ReceiptKind.RETURNED, Action.RETRY_LATER),
    ("Transient", "CustomTimeoutExceeded"): (ReceiptKind.RETURNED, Action.RETRY_LATER),
    ("Transient", "MessageTooLarge"): (ReceiptKind.RETURNED, Action.FALLBACK),
    ("Transient", "ContentRejected"): (ReceiptKind.RETURNED, Action.FALLBACK),
    ("Transient", "AttachmentRejected"): (ReceiptKind.RETURNED, Action.FALLBACK),
    ("Transient", "SomethingNew"): (ReceiptKind.RETURNED, Action.ALARM),
    ("SomethingNew", "General"): (ReceiptKind.RETURNED, Action.ALARM),
}
# Source: the same page, "Complaint types" (RFC 5965 and the IANA register of feedback types).
COMPLAINTS = {
    "abuse": (ReceiptKind.COMPLAINED, Action.SUPPRESS),
    "fraud": (ReceiptKind.COMPLAINED, Action.SUPPRESS),
    "virus": (ReceiptKind.COMPLAINED, Action.ALARM),
    "other": (ReceiptKind.COMPLAINED, Action.SUPPRESS),
    "": (ReceiptKind.COMPLAINED, Action.SUPPRESS),
    "not-spam": (ReceiptKind.DELIVERED, Action.NONE),
    "auth-failure": (ReceiptKind.SENT, Action.ALARM),
}
# Source: the same page, "DeliveryDelay object".
DELAYS = (
    *("InternalFailure", "General", "MailboxFull", "SpamDetected", "RecipientServerError", "IPFailure"),
    *("TransientCommunicationFailure", "BYOIPHostNameLookupUnavailable", "Undetermined", "SendingDeferral"),
)


@pytest.mark.parametrize(("text", "meaning"), SNS_FAILURES.items())
def test_every_failure_of_sns_that_is_known(text: str, meaning: tuple[str, Action]) -> None:
    answer = answer_of_sns("FAILURE", f" {text} ")
    assert (answer.code, answer.action) == meaning


def test_every_success_of_sns_is_a_delivery() -> None:
    for text in ("Message has been accepted by phone carrier", "Message has been accepted by phone", ""):
        assert answer_of_sns("SUCCESS", text).kind is ReceiptKind.DELIVERED


def test_an_answer_that_is_not_known_is_kept_and_rings() -> None:
    for status in ("FAILURE", "PERHAPS"):
        answer = answer_of_sns(status, "Gremlins")
        assert (answer.kind, answer.code, answer.action) == (ReceiptKind.FAILED, "unclassified", Action.ALARM)


@pytest.mark.parametrize(
    "text",
    [
        "+48455000020 is opted out",
        "… is opted out",
        "PHONE NUMBER +48 455 000 020 IS OPTED OUT.",
        "Opted out: +48455000020",
        "The recipient has opted-out of messages from this account",
        "Destination phone number\tis  opted\nout",
    ],
)
def test_an_opt_out_is_understood_in_whatever_words(text: str) -> None:
    answer = answer_of_sns("FAILURE", text)
    assert (answer.kind, answer.code, answer.action) == (ReceiptKind.OPTED_OUT, "opted-out", Action.SUPPRESS)


def test_what_was_delivered_is_no_opt_out_whatever_it_says() -> None:
    assert answer_of_sns("SUCCESS", "opted out").kind is ReceiptKind.DELIVERED


@pytest.mark.parametrize(("bounce", "meaning"), BOUNCES.items())
def test_every_bounce(bounce: tuple[str, str], meaning: tuple[ReceiptKind, Action]) -> None:
    answer = answer_of_ses("Bounce", *bounce)
    assert (answer.kind, answer.action) == meaning


@pytest.mark.parametrize(("feedback", "meaning"), COMPLAINTS.items())
def test_every_complaint(feedback: str, meaning: tuple[ReceiptKind, Action]) -> None:
    answer = answer_of_ses("Complaint", feedback)
    assert (answer.kind, answer.action) == meaning


def test_a_complaint_of_an_address_that_ses_had_suppressed_was_never_delivered() -> None:
    answer = answer_of_ses("Complaint", "abuse", "OnAccountSuppressionList")
    assert (answer.kind, answer.action) == (ReceiptKind.BOUNCED, Action.SUPPRESS)


@pytest.mark.parametrize("kind", DELAYS)
def test_every_delay_is_known(kind: str) -> None:
    answer = answer_of_ses("DeliveryDelay", kind)
    assert answer.kind is ReceiptKind.DELAYED
    assert answer.code != "unclassified"


def test_what_ses_may_invent_tomorrow_is_kept_and_rings() -> None:
    assert answer_of_ses("DeliveryDelay", "SomethingNew").action is Action.ALARM
    assert answer_of_ses("Telepathy").action is Action.ALARM


def test_every_row_is_whole() -> None:
    for folder, row in [(folder, row) for folder, table in TABLES.items() for row in table["answers"]]:
        assert ReceiptKind(row["kind"])
        assert Action(row["action"])
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", row["code"])
        assert row["source"] in TABLES[folder]["sources"]
        for sentence in (row["pl"], row["en"]):
            assert sentence.endswith(".")
            assert "!" not in sentence


def test_no_answer_is_listed_twice() -> None:
    sns = [(row["status"], one) for row in SNS_ROWS for one in _several(row["answer"])]
    ses = [(row["event"], row.get("type"), row.get("subtype")) for row in SES_ROWS]
    assert len(sns) == len(set(sns))
    assert len(ses) == len(set(ses))


def test_one_code_means_one_action_and_one_sentence_per_channel() -> None:
    for rows in (SNS_ROWS, SES_ROWS):
        meanings: dict[str, set[tuple[str, str]]] = {}
        for row in rows:
            if row["code"] not in {"unclassified", "complaint"}:
                meanings.setdefault(row["code"], set()).add((row["action"], row["pl"]))
        assert all(len(one) == 1 for one in meanings.values())


def _several(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
