"""What people see of a case and do with it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.worlds.intake_world import IntakeWorld, at, cancelled, paid, stated
from upominek.adapters.json.case import case_to_dict, time_text
from upominek.application.cases.manage_case import ManageCase, ShowCase
from upominek.application.cases.wake_debtors import WakeDebtors
from upominek.domain.errors import InvalidValue, NotFound, UpominekError
from upominek.domain.messages.receipt import Receipt, ReceiptKind
from upominek.domain.messages.reminder import Reminder, reminder_key
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.parties.actor import Actor, Face
from upominek.domain.receivables.events import CaseEvent, CaseHeld, CaseNoted, CaseReleased
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.kinds import HoldKind
from upominek.domain.values.money import Money

ANNA = Actor("Anna", Face.COMMAND_LINE)


class CaseWorld(IntakeWorld):
    """One case with one invoice."""

    def __init__(self) -> None:
        super().__init__()
        self.apply(stated("FV/1", -24))
        self.show = ShowCase(self.creditors, self.cases, self.unmatched_payments, self.clock)
        self.keep = ManageCase(
            self.creditors,
            self.cases,
            WakeDebtors(self.creditors, self.cases, self.progress, self.clock),
            self.clock,
            self.ids,
        )

    def shown(self, debtor: str = "K-1") -> dict[str, Any]:
        return case_to_dict(self.show("hurt", debtor))


def held(hour: float = 0, **others: object) -> CaseHeld:
    fields: dict[str, object] = {
        "debtor_id": "K-1",
        "kind": HoldKind.DISPUTE,
        "at": at(hour),
        "reason": "Reklamacja",
        "by": "Anna",
    }
    return CaseHeld(**fields | others)  # type: ignore[arg-type]


def released(hour: float = 1, **others: object) -> CaseReleased:
    return CaseReleased(**{"debtor_id": "K-1", "kind": HoldKind.DISPUTE, "at": at(hour)} | others)  # type: ignore[arg-type]


def test_a_case_in_json() -> None:
    world = CaseWorld()
    world.apply(stated("FV/2", -20, -2_500), paid("p-1", "FV/1", -12, 1_000), paid("p-0", "FV/9", -11, 500))
    world.apply(stated("FV/3", -10), cancelled("FV/3", -9))
    world.keep(ANNA, "hurt", held(-2, until=date(2026, 3, 31), number="FV/1"))
    world.keep(ANNA, "hurt", CaseNoted(debtor_id="K-1", at=at(-1), text="Zapłaci w piątek"))
    shown = world.shown()
    assert shown["debtor"] == {
        "id": "K-1",
        "name": "Firma K-1",
        "kind": "business",
        "first_name": None,
        "phones": ["+48512345678"],
        "emails": ["a@b.pl"],
        "language": "pl",
        "tags": [],
        "nip": None,
        "address": [],
        "email_clause": None,
        "vat_id": None,
    }
    asked = ("number", "status", "due_date", "amount", "outstanding", "credit", "currency")
    assert [tuple(one[name] for name in asked) for one in shown["invoices"]] == [
        ("FV/1", "open", "2026-03-16", "100.00", "90.00", None, "PLN"),
        ("FV/2", "open", "2026-03-16", "-25.00", "-25.00", "25.00", "PLN"),
        ("FV/3", "cancelled", "2026-03-16", "100.00", "0.00", None, "PLN"),
        ("FV/9", "awaited", None, None, None, None, None),
    ]
    assert shown["totals"] == [
        {"amount": "65.00", "currency": "PLN", "owed": "90.00", "credit": "25.00", "overdue": "0.00"}
    ]
    [money] = [one for one in shown["holds"] if one["kind"] == "check"]
    assert "p-0 (5.00 PLN)" in money["reason"]
    assert [one for one in shown["holds"] if one != money] == [
        {
            "kind": "dispute",
            "since": "2026-03-02T10:00:00.000Z",
            "until": "2026-03-31",
            "reason": "Reklamacja",
            "invoice": "FV/1",
            "by": "Anna",
            "in_force": True,
        }
    ]
    issued = {"amount": "100.00", "currency": "PLN", "due_date": "2026-03-16"}
    ten, five = ({"amount": amount, "currency": "PLN"} for amount in ("10.00", "5.00"))
    assert [one for one in shown["timeline"] if one.get("by") != "upominek"] == [
        {"at": "2026-03-01T12:00:00.000Z", "kind": "invoice-issued", "invoice": "FV/1", **issued},
        {"at": "2026-03-01T16:00:00.000Z", "kind": "invoice-issued", "invoice": "FV/2", **issued, "amount": "-25.00"},
        {"at": "2026-03-02T00:00:00.000Z", "kind": "payment", "invoice": "FV/1", "id": "p-1", **ten},
        {"at": "2026-03-02T01:00:00.000Z", "kind": "payment", "invoice": "FV/9", "id": "p-0", **five},
        {"at": "2026-03-02T02:00:00.000Z", "kind": "invoice-issued", "invoice": "FV/3", **issued},
        {"at": "2026-03-02T03:00:00.000Z", "kind": "invoice-cancelled", "invoice": "FV/3"},
        {
            "at": "2026-03-02T10:00:00.000Z",
            "kind": "hold",
            "hold": "dispute",
            "reason": "Reklamacja",
            "until": "2026-03-31",
            "invoice": "FV/1",
            "by": "Anna",
        },
        {"at": "2026-03-02T11:00:00.000Z", "kind": "note", "text": "Zapłaci w piątek", "by": "Anna"},
    ]  # fmt: skip


def test_a_reminder_in_the_timeline_tells_what_became_of_it() -> None:
    world = CaseWorld()
    world.reminders.claim(
        Reminder(
            key=reminder_key("hurt", "default", "K-1", date(2026, 3, 2)),
            campaign="default",
            step="-3",
            channel=Channel.SMS,
            template="before",
            tone=Tone.FRIENDLY,
            status=ReminderStatus.DELIVERED,
            claimed_at=at(1),
            sent_at=at(2),
            invoices=("FV/1",),
            totals=(Money(10_000),),
            address="+48512345678",
            provider_message_id="sms-1",
            text="Przypominamy o FV/1",
            parts=1,
            price="0.0324 USD",
            receipts=(Receipt(id="r", kind=ReceiptKind.DELIVERED, at=at(3), code="delivered"),),
        )
    )
    (entry,) = [one for one in world.shown()["timeline"] if one["kind"] == "reminder"]
    assert entry == {
        "at": "2026-03-02T14:00:00.000Z",
        "kind": "reminder",
        "reminder": reminder_key("hurt", "default", "K-1", date(2026, 3, 2)).id,
        "channel": "sms",
        "status": "delivered",
        "campaign": "default",
        "step": "-3",
        "template": "before",
        "provider_message_id": "sms-1",
        "invoices": ["FV/1"],
        "totals": [{"amount": "100.00", "currency": "PLN"}],
        "receipts": [{"at": "2026-03-02T15:00:00.000Z", "kind": "delivered", "code": "delivered"}],
        "address": "+48512345678",
        "sent_at": "2026-03-02T14:00:00.000Z",
        "text": "Przypominamy o FV/1",
        "parts": 1,
        "price": "0.0324 USD",
    }


def test_what_was_not_sent_is_explained_with_the_fields_that_others_rely_on() -> None:
    world = CaseWorld()
    skipped = Reminder(
        key=reminder_key("hurt", "default", "K-1", date(2026, 3, 2)),
        campaign="default",
        step="+1",
        channel=Channel.EMAIL,
        template="after",
        tone=Tone.FRIENDLY,
        status=ReminderStatus.SKIPPED,
        claimed_at=at(1),
        reason="paid",
        reason_at=at(1) - timedelta(minutes=5),
    )
    world.reminders.claim(skipped)
    (entry,) = [one for one in world.shown()["timeline"] if one["kind"] == "reminder"]
    assert (entry["status"], entry["reason"], entry["reason_at"]) == ("skipped", "paid", "2026-03-02T12:55:00.000Z")
    assert (entry["provider_message_id"], entry["receipts"]) == (None, [])


def test_totals_are_as_of_the_creditors_day() -> None:
    world = CaseWorld()
    world.clock.time = datetime.fromisoformat("2026-03-16T22:30:00+00:00")  # 23:30 in Warsaw
    assert (world.shown()["as_of"], world.shown()["totals"][0]["overdue"]) == ("2026-03-16", "0.00")
    world.clock.advance(hours=1)
    assert (world.shown()["as_of"], world.shown()["totals"][0]["overdue"]) == ("2026-03-17", "100.00")


def test_a_hold_that_has_ended_says_so() -> None:
    world = CaseWorld()
    world.keep(ANNA, "hurt", held(until=date(2026, 3, 2)))
    assert world.shown()["holds"][0]["in_force"] is True
    world.clock.advance(days=1)
    assert world.shown()["holds"][0]["in_force"] is False


def test_a_hold_can_be_released_and_the_history_keeps_both() -> None:
    world = CaseWorld()
    world.keep(ANNA, "hurt", held())
    world.keep(ANNA, "hurt", released(reason="Uznana"))
    assert world.shown()["holds"] == []
    assert [one["kind"] for one in world.shown()["timeline"]] == ["invoice-issued", "hold", "release"]


@pytest.mark.parametrize(
    ("creditor", "event", "error", "code"),
    [
        ("nobody", held(), NotFound, "creditor_not_found"),
        ("hurt", held(debtor_id="K-404"), NotFound, "case_not_found"),
        ("hurt", CaseNoted(debtor_id="K-404", at=at(0), text="x"), NotFound, "case_not_found"),
        ("hurt", CaseNoted(debtor_id="K-1", at=at(0), text=" \n"), InvalidValue, "text_missing"),
        ("hurt", held(reason=" "), InvalidValue, "reason_missing"),
        ("hurt", held(until=date(2026, 3, 1)), InvalidValue, "hold_in_past"),
        ("hurt", released(), NotFound, "hold_not_found"),
        ("hurt", released(number="FV/1"), NotFound, "hold_not_found"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(
    creditor: str, event: CaseEvent, error: type[UpominekError], code: str
) -> None:
    world = CaseWorld()
    with pytest.raises(error) as caught:
        world.keep(ANNA, creditor, event)
    assert caught.value.code == code
    assert [one["kind"] for one in world.shown()["timeline"]] == ["invoice-issued"]


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (held(reason="x" * 201), "text_too_long"),
        (held(kind=HoldKind.OPT_OUT, reason="x" * 90_000), "text_too_long"),
        (held(number="x" * 90_000), "invoice_number_too_long"),
        (released(reason="x" * 201), "text_too_long"),
        (CaseNoted(debtor_id="K-1", at=at(1), text="x" * 2001), "text_too_long"),
    ],
)
def test_as_much_may_be_written_as_by_a_webhook(event: CaseEvent, code: str) -> None:
    world = CaseWorld()
    world.keep(ANNA, "hurt", held(-1))
    with pytest.raises(InvalidValue) as refused:
        world.keep(ANNA, "hurt", event)
    assert refused.value.code == code
    world.keep(ANNA, "hurt", held(reason="x" * 200, number="FV/1"))
    world.keep(ANNA, "hurt", CaseNoted(debtor_id="K-1", at=at(1), text="x" * 2000))


def test_nobody_is_shown_who_is_not_there() -> None:
    world = CaseWorld()
    for creditor, debtor in (("nobody", "K-1"), ("hurt", "K-404")):
        with pytest.raises(NotFound):
            world.show(creditor, debtor)


def test_times_are_told_in_utc() -> None:
    assert time_text(at(0)) == "2026-03-02T12:00:00.000Z"
