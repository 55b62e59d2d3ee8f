"""The webhook's language: what is taken, and where exactly something is wrong."""

import gzip
import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upominek.adapters.webhook.events import TYPES
from upominek.adapters.webhook.reading import MOST_EVENTS, MOST_PROBLEMS, read_events
from upominek.domain.parties.debtor import DebtorDetails, DebtorKind
from upominek.domain.receivables.events import (
    CaseHeld,
    CaseNoted,
    CaseReleased,
    Event,
    EventsInvalid,
    Header,
    InvoiceCancelled,
    InvoiceStated,
    PaymentReceived,
)
from upominek.domain.values.contact import Email, Phone
from upominek.domain.values.kinds import ClaimKind, HoldKind
from upominek.domain.values.money import Money

AT = datetime(2026, 3, 2, 8, 15, 30, 250_000, tzinfo=UTC)
LATEST = AT + timedelta(minutes=10)
DEBTOR: dict[str, Any] = {"id": "K-1024"}
INVOICE: dict[str, Any] = {"number": "FV/17/03/2026", "debtor": DEBTOR, "due_date": "2026-03-16", "amount": "1234.56"}
PAYMENT: dict[str, Any] = {"id": "P-889", "number": "FV/17/03/2026", "debtor_id": "K-1024", "amount": "100"}
HOLD: dict[str, Any] = {"debtor_id": "K-1024", "kind": "dispute", "reason": "Reklamacja"}


def is_ahead(at: datetime) -> bool:
    return at > LATEST


def event(kind: str = "invoice.issued", data: object = INVOICE, **others: object) -> dict[str, Any]:
    return {"type": kind, "timestamp": "2026-03-02T08:15:30.25Z", "data": data} | others


def debtor(**fields: object) -> dict[str, Any]:
    return event(data=INVOICE | {"debtor": DEBTOR | fields})


def body(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def read(content: object) -> Event:
    (one,) = read_events(body(content), is_ahead)
    return one


def problems(content: bytes | object) -> list[tuple[str, str]]:
    with pytest.raises(EventsInvalid) as caught:
        read_events(content if isinstance(content, bytes) else body(content), is_ahead)
    assert all(problem.pl and problem.en and problem.pl != problem.en for problem in caught.value.problems)
    return [(problem.where.pointer, problem.code) for problem in caught.value.problems]


def test_the_smallest_invoice() -> None:
    assert read(event()) == InvoiceStated(
        number="FV/17/03/2026",
        debtor=DebtorDetails(id="K-1024"),
        header=Header(at=AT, amount=Money(123_456), due_on=date(2026, 3, 16), source="webhook"),
    )


def test_the_fullest_invoice() -> None:
    debtor = DEBTOR | {
        "name": "  Hydro-Bud  sp. z o.o. ",
        "kind": "business",
        "first_name": "Anna",
        "phones": ["512 345 678", "+48 22 123 45 67", "+48512345678"],
        "emails": ["Biuro@Firma.PL"],
        "language": "pl",
        "tags": ["stały", "hurt", "hurt"],
        "nip": "526-104-08-28",
        "regon": "012100784",
        "pesel": "44051401359",
        "address": ["ul. Długa 5", "00-001 Warszawa"],
        "email_clause": "Wezwania@Firma.PL",
    }
    data = INVOICE | {
        "debtor": debtor,
        "issue_date": "2026-03-02",
        "currency": "EUR",
        "amount": 1234.5,
        "paid": "-0.01",
        "account": "61 1090 1014 0000 0712 1981 2874",
        "payment_link": "https://pay.example.com/x?y=1",
        "claim": "periodic",
    }
    assert read(event("invoice.changed", data)) == InvoiceStated(
        number="FV/17/03/2026",
        debtor=DebtorDetails(
            id="K-1024",
            name="Hydro-Bud sp. z o.o.",
            kind=DebtorKind.BUSINESS,
            first_name="Anna",
            phones=(Phone("+48512345678", may_receive_sms=True), Phone("+48221234567", may_receive_sms=False)),
            emails=(Email("Biuro@firma.pl"),),
            language="pl",
            tags=frozenset({"stały", "hurt"}),
            nip="5261040828",
            regon="012100784",
            pesel="44051401359",
            address=("ul. Długa 5", "00-001 Warszawa"),
            email_clause="Wezwania@firma.pl",
        ),
        header=Header(
            source="webhook",
            at=AT,
            amount=Money(123_450, "EUR"),
            due_on=date(2026, 3, 16),
            issued_on=date(2026, 3, 2),
            paid=Money(-1, "EUR"),
            account="PL61109010140000071219812874",
            payment_link="https://pay.example.com/x?y=1",
            claim=ClaimKind.PERIODIC,
            is_change=True,
        ),
    )


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        (
            "invoice.cancelled",
            {"number": "FV/1", "debtor_id": "K-1"},
            InvoiceCancelled(number="FV/1", debtor_id="K-1", at=AT),
        ),
        (
            "payment.received",
            PAYMENT | {"amount": "-100.10"},
            PaymentReceived(id="P-889", number="FV/17/03/2026", debtor_id="K-1024", amount=Money(-10_010), at=AT),
        ),
        (
            "case.held",
            HOLD | {"until": "2026-03-31", "number": "FV/1", "by": "Anna Nowak"},
            CaseHeld(
                debtor_id="K-1024",
                kind=HoldKind.DISPUTE,
                at=AT,
                reason="Reklamacja",
                until=date(2026, 3, 31),
                number="FV/1",
                by="Anna Nowak",
            ),
        ),
        (
            "case.released",
            {"debtor_id": "K-1024", "kind": "opt-out"},
            CaseReleased(debtor_id="K-1024", kind=HoldKind.OPT_OUT, at=AT),
        ),
        (
            "case.noted",
            {"debtor_id": "K-1024", "text": "Rozmowa:\n  zapłaci\u200b w piątek ", "id": "n-1"},
            CaseNoted(debtor_id="K-1024", at=AT, text="Rozmowa:\nzapłaci w piątek", id="n-1"),
        ),
    ],
)
def test_every_other_event(kind: str, data: object, expected: Event) -> None:
    assert read(event(kind, data)) == expected


def test_an_empty_list_is_said_and_null_is_not() -> None:
    stated = read(event(data=INVOICE | {"debtor": DEBTOR | {"phones": [], "emails": None}, "paid": None}))
    assert isinstance(stated, InvoiceStated)
    assert (stated.debtor.phones, stated.debtor.emails, stated.header.paid) == ((), None, None)


@given(st.integers(-(10**12), 10**12))
def test_numbers_are_read_without_loss(grosze: int) -> None:
    sign = "-" if grosze < 0 else ""
    number = f"{sign}{abs(grosze) // 100}.{abs(grosze) % 100:02}"
    content = body(event(data=INVOICE | {"amount": "@"})).replace(b'"@"', number.encode())
    (stated,) = read_events(content, is_ahead)
    assert isinstance(stated, InvoiceStated)
    assert stated.header.amount == Money(grosze)


@pytest.mark.parametrize(
    ("number", "grosze"), [("1e3", 100_000), ("1234.500", 123_450), ("0.10", 10), ("-0", 0), ("12E-1", 120)]
)
def test_numbers_in_every_notation_of_json(number: str, grosze: int) -> None:
    content = body(event(data=INVOICE | {"amount": "@"})).replace(b'"@"', number.encode())
    (stated,) = read_events(content, is_ahead)
    assert isinstance(stated, InvoiceStated)
    assert stated.header.amount == Money(grosze)


def test_a_list_is_put_in_order_of_time() -> None:
    late, early = event(timestamp="2026-03-02T10:00:00+02:00"), event(timestamp="2026-03-02T07:59:59.999Z")
    assert [one.at.isoformat() for one in read_events(body([late, early]), is_ahead)] == [
        "2026-03-02T07:59:59.999000+00:00",
        "2026-03-02T08:00:00+00:00",
    ]


def test_time_is_kept_to_the_millisecond() -> None:
    assert read(event(timestamp="2026-03-02T08:15:30.123456789Z")).at.microsecond == 123_000


def test_unknown_fields_of_the_envelope_are_ignored_and_of_the_data_refused_with_a_hint() -> None:
    assert read(event(api_version=3, id="evt_1"))
    with pytest.raises(EventsInvalid) as caught:
        read(event(data=INVOICE | {"debtor": DEBTOR | {"e-mails": []}, "wholly/else~": 1}))
    mine = sorted(caught.value.problems, key=lambda one: one.where.pointer)
    assert [(one.where.pointer, one.code, one.en) for one in mine] == [
        (
            "/data/debtor/e-mails",
            "field_unknown",
            "There is no field “e-mails”. Did you mean “emails”?",
        ),
        ("/data/wholly~1else~0", "field_unknown", "There is no field “wholly/else~”."),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (1, ("", "object_expected")),
        (None, ("", "object_expected")),
        ("text", ("", "object_expected")),
        ([], ("", "events_number")),
        ([event()] * (MOST_EVENTS + 1), ("", "events_number")),
        ([event(), 3], ("/1", "object_expected")),
        ([event(), [event()]], ("/1", "object_expected")),
        ({}, ("/type", "type_unknown")),
        (event("invoice.paid"), ("/type", "type_unknown")),
        (event(7), ("/type", "type_unknown")),  # type: ignore[arg-type]
        ([event(), event("x")], ("/1/type", "type_unknown")),
        ({"type": "invoice.issued", "data": INVOICE}, ("/timestamp", "field_missing")),
        ({"type": "case.noted", "timestamp": "2026-03-02T08:15:30Z"}, ("/data", "field_missing")),
        (event(timestamp=1_772_439_330), ("/timestamp", "text_expected")),
        (event(timestamp="2026-03-02T08:15:30"), ("/timestamp", "timestamp_invalid")),
        (event(timestamp="2026-03-02"), ("/timestamp", "timestamp_invalid")),
        (event(timestamp="2026-02-30T08:15:30Z"), ("/timestamp", "timestamp_invalid")),
        (event(timestamp="2026-03-02T08:15:30+99:00"), ("/timestamp", "timestamp_invalid")),
        (event(timestamp="0001-01-01T00:00:00+14:00"), ("/timestamp", "timestamp_invalid")),
        (event(timestamp="1970-01-01T00:00:00Z"), ("/timestamp", "timestamp_invalid")),
        (event(timestamp="2026-03-02T08:25:31Z"), ("/timestamp", "timestamp_in_future")),
        (event(data=[]), ("/data", "object_expected")),
        (event(data=INVOICE | {"number": ""}), ("/data/number", "invoice_number_missing")),
        (event(data=INVOICE | {"number": 17}), ("/data/number", "text_expected")),
        (event(data=INVOICE | {"number": "x" * 65}), ("/data/number", "invoice_number_too_long")),
        (event(data=INVOICE | {"number": "FV\ud800"}), ("/data/number", "invoice_number_invisible")),
        (event(data=INVOICE | {"debtor": "K-1"}), ("/data/debtor", "object_expected")),
        (event(data=INVOICE | {"debtor": {}}), ("/data/debtor/id", "field_missing")),
        (event(data=INVOICE | {"debtor": {"id": "a#b"}}), ("/data/debtor/id", "debtor_id_hash")),
        (event(data=INVOICE | {"due_date": "16.03.2026"}), ("/data/due_date", "date_invalid")),
        (event(data=INVOICE | {"due_date": "2026-02-30"}), ("/data/due_date", "date_invalid")),
        (event(data=INVOICE | {"due_date": "20260316"}), ("/data/due_date", "date_invalid")),
        (event(data=INVOICE | {"due_date": "9999-12-31"}), ("/data/due_date", "date_invalid")),
        (event(data=INVOICE | {"due_date": None}), ("/data/due_date", "field_missing")),
        (event(data=INVOICE | {"issue_date": ""}), ("/data/issue_date", "date_invalid")),
        (event(data=INVOICE | {"amount": True}), ("/data/amount", "amount_invalid")),
        (event(data=INVOICE | {"amount": None}), ("/data/amount", "amount_invalid")),
        (event(data=INVOICE | {"amount": {"value": 1}}), ("/data/amount", "amount_invalid")),
        (event(data=INVOICE | {"amount": "dużo"}), ("/data/amount", "amount_invalid")),
        (event(data=INVOICE | {"amount": "1.234"}), ("/data/amount", "amount_ambiguous")),
        (event(data=INVOICE | {"amount": "10,005"}), ("/data/amount", "amount_ambiguous")),
        (event(data=INVOICE | {"amount": 10**30}), ("/data/amount", "amount_too_large")),
        (event(data=INVOICE | {"amount": "1", "currency": "XXX"}), ("/data/currency", "currency_unknown")),
        (event(data=INVOICE | {"amount": "1.5", "currency": "JPY"}), ("/data/amount", "amount_decimals")),
        (event(data=INVOICE | {"amount": "1 EUR", "currency": "PLN"}), ("/data/amount", "currency_mismatch")),
        (event(data=INVOICE | {"paid": "x"}), ("/data/paid", "amount_invalid")),
        (event(data=INVOICE | {"account": "123"}), ("/data/account", "account_invalid")),
        (event(data=INVOICE | {"payment_link": "http://x.pl"}), ("/data/payment_link", "link_invalid")),
        (event(data=INVOICE | {"claim": "loan"}), ("/data/claim", "value_unknown")),
        (
            event(data=INVOICE | {"debtor": DEBTOR | {"email_clause": "firma.pl"}}),
            ("/data/debtor/email_clause", "email_invalid"),
        ),
        (event(data=INVOICE | {"payment_link": "https://x.pl/a b"}), ("/data/payment_link", "link_invalid")),
        (debtor(phones="512"), ("/data/debtor/phones", "list_expected")),
        (debtor(phones=["512345678", "1"]), ("/data/debtor/phones/1", "phone_invalid")),
        (debtor(phones=["512345678"] * 11), ("/data/debtor/phones", "list_too_long")),
        (debtor(emails=["@"]), ("/data/debtor/emails/0", "email_invalid")),
        (debtor(kind="firma"), ("/data/debtor/kind", "value_unknown")),
        (debtor(nip="5261040829"), ("/data/debtor/nip", "nip_invalid")),
        (debtor(regon="1"), ("/data/debtor/regon", "regon_invalid")),
        (debtor(pesel="1"), ("/data/debtor/pesel", "pesel_invalid")),
        (debtor(language="polski"), ("/data/debtor/language", "language_unknown")),
        (debtor(name=" \u200b "), ("/data/debtor/name", "text_missing")),
        (debtor(name="x" * 201), ("/data/debtor/name", "text_too_long")),
        (debtor(tags=[1]), ("/data/debtor/tags/0", "text_expected")),
        (debtor(phone="1"), ("/data/debtor/phone", "field_unknown")),
        (event("payment.received", PAYMENT | {"id": ""}), ("/data/id", "text_missing")),
        (event("payment.received", PAYMENT | {"debtor_id": ["K"]}), ("/data/debtor_id", "text_expected")),
        (event("case.held", HOLD | {"kind": "nigdy"}), ("/data/kind", "value_unknown")),
        (event("case.held", HOLD | {"until": 20260331}), ("/data/until", "text_expected")),
        (event("case.noted", {"debtor_id": "K", "text": "x" * 2001}), ("/data/text", "text_too_long")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_a_pointer(content: object, expected: tuple[str, str]) -> None:
    assert problems(json.dumps(content).encode()) == [expected]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    wrong = event(data=INVOICE | {"number": "", "amount": "x", "debtor": DEBTOR | {"phones": ["1", "2"]}})
    assert problems([event(), wrong, event(timestamp="now")]) == [
        ("/1/data/number", "invoice_number_missing"),
        ("/1/data/debtor/phones/0", "phone_invalid"),
        ("/1/data/debtor/phones/1", "phone_invalid"),
        ("/1/data/amount", "amount_invalid"),
        ("/2/timestamp", "timestamp_invalid"),
    ]
    assert len(problems([wrong] * MOST_EVENTS)) == MOST_PROBLEMS


def test_no_message_repeats_personal_data() -> None:
    secret = "90090515836x"
    with pytest.raises(EventsInvalid) as caught:
        read(event(data=INVOICE | {"debtor": DEBTOR | {"pesel": secret, "phones": [secret], "emails": [secret]}}))
    assert len(caught.value.problems) == 3
    assert not any(secret in f"{problem.pl} {problem.en}" for problem in caught.value.problems)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b"NaN",
        b'{"type": Infinity}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"type": "case.noted", "type": "case.held"}',
        b"1" * 5_000,
        b'{"timestamp": 1' + b"0" * 10_000 + b"}",
        b"\x00",
    ],
)
def test_what_is_no_json_is_refused(content: bytes) -> None:
    assert problems(content) == [("", "json_invalid")]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ('{"a": "Łódź"}'.encode("cp1250"), "1250"),
        ('{"a": "Łódź"}'.encode("iso-8859-2"), "1250"),
        (b'"\xc3\x28"', "1250"),
        ('{"a": "Łódź"}'.encode("utf-16"), "UTF-16"),
        ('{"a": "Łódź"}'.encode("utf-16-le"), "UTF-16"),
        ('{"a": "a"}'.encode("utf-16-le"), "UTF-16"),
        ('{"a": "a"}'.encode("utf-16-be"), "UTF-16"),
        (gzip.compress(b"{}", mtime=0), "gzip"),
        (b"\xff\xfe{}", "UTF-16"),
    ],
)
def test_what_is_no_utf8_is_told_what_it_looks_like(content: bytes, word: str) -> None:
    assert problems(content) == [("", "body_not_utf8")]
    with pytest.raises(EventsInvalid) as caught:
        read_events(content, is_ahead)
    assert word in caught.value.problems[0].en
    assert word in caught.value.problems[0].pl


def test_a_huge_exponent_costs_nothing() -> None:
    content = body(event(data=INVOICE | {"amount": "@"})).replace(b'"@"', b"1e999999999")
    assert problems(content) == [("/data/amount", "amount_too_large")]


def test_a_byte_order_mark_is_no_error() -> None:
    assert read_events(b"\xef\xbb\xbf" + body(event()), is_ahead)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = sorted({*INVOICE, *PAYMENT, *HOLD, "text", "until", "by", "paid", "account", "phones", "id"})


@given(
    st.sampled_from(sorted(TYPES)),
    st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6) | JSON,
    st.sampled_from([INVOICE, PAYMENT, HOLD, {}]),
)
def test_whatever_comes_it_is_events_or_problems(kind: str, data: object, base: dict[str, Any]) -> None:
    content = event(kind, base | data if isinstance(data, dict) else data)
    with suppress(EventsInvalid):
        (one,) = read_events(json.dumps(content).encode(), is_ahead)
        repr(one).encode()  # nothing in it that a store could not take


def test_every_type_has_its_model() -> None:
    for kind, model in TYPES.items():
        assert model.model_fields["type"].annotation.__args__ == (kind,)  # type: ignore[union-attr]
