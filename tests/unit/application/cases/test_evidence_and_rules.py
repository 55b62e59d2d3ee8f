"""What is written down as evidence, and what the law then says of the case."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.worlds.intake_world import HURT, IntakeWorld, paid, stated
from upominek.adapters.json.case import case_to_dict
from upominek.adapters.json.law import answers_to_dict, case_register_to_dict, demand_to_dict
from upominek.application.cases.legal_status import AssessLegalStatus
from upominek.application.cases.manage_case import ManageCase, ShowCase
from upominek.application.cases.record_evidence import RecordAcknowledgement, RecordDemand, Sending, Statement
from upominek.application.cases.wake_debtors import WakeDebtors
from upominek.domain.errors import InvalidValue, NotFound, UpominekError
from upominek.domain.law.acknowledgement import AcknowledgementKind, StatementChannel
from upominek.domain.law.demand import Route
from upominek.domain.parties.actor import Actor, Face
from upominek.domain.parties.creditor import Register
from upominek.domain.parties.debtor import DebtorDetails, DebtorKind
from upominek.domain.receivables.events import CaseHeld
from upominek.domain.values.kinds import ClaimKind, HoldKind
from upominek.domain.values.money import Money

EWA = Actor("Ewa", Face.COMMAND_LINE)
BUREAU = Register("Rejestr Przykładowy BIG SA", "ul. Przykładowa 1, 00-001 Warszawa")
NOW = datetime(2026, 4, 1, 22, 30, tzinfo=UTC)
"""Half past midnight of 2 April in Poland."""
TODAY = date(2026, 4, 2)
PROMISE = Statement(
    kind=AcknowledgementKind.PROMISE, channel=StatementChannel.PHONE, by="Jan Kowalski", text="Zapłacę po wypłacie"
)
REGISTERED = Sending(route=Route.REGISTERED, sent_on=date(2026, 3, 2))


class LawWorld(IntakeWorld):
    """One debtor with an invoice of 600 PLN due on 30 January 2026 and one of 100 PLN due on 20 March 2026."""

    def __init__(self, kind: DebtorKind = DebtorKind.BUSINESS, *, clause: str | None = None) -> None:
        super().__init__()
        self.clock.time = NOW
        self.creditors.save(replace(HURT, register=BUREAU))
        details = DebtorDetails(id="K-1", kind=kind, email_clause=clause)
        self.apply(
            replace(stated("FV/1", grosze=60_000, due_on=date(2026, 1, 30)), debtor=details),
            replace(stated("FV/2", grosze=10_000, due_on=date(2026, 3, 20)), debtor=details),
        )
        self.acknowledge = RecordAcknowledgement(self.creditors, self.cases, self.clock)
        self.demand = RecordDemand(self.creditors, self.cases, self.clock)
        self.rules = AssessLegalStatus(self.creditors, self.cases, self.clock)

    def register(self, day: date | None = None) -> dict[str, Any]:
        return case_register_to_dict(self.rules("hurt", "K-1", day))

    def claims(self, day: date | None = None) -> dict[str, Any]:
        return {one["invoice"]: one for one in answers_to_dict(self.rules("hurt", "K-1", day))["claims"]}

    def timeline(self) -> list[dict[str, Any]]:
        shown: list[dict[str, Any]] = case_to_dict(
            ShowCase(self.creditors, self.cases, self.unmatched_payments, self.clock)("hurt", "K-1")
        )["timeline"]
        return [one for one in shown if one["kind"] in {"acknowledgement", "demand"}]


def code_of(error: pytest.ExceptionInfo[UpominekError]) -> str:
    return error.value.code


def test_an_acknowledgement_of_all_that_is_open_is_in_the_timeline() -> None:
    world = LawWorld()
    world.apply(stated("FV/3", grosze=-500), stated("FV/4"), paid("p", "FV/4"))
    said = world.acknowledge(EWA, "hurt", "K-1", PROMISE)
    assert said.numbers == ("FV/1", "FV/2")
    (entry,) = world.timeline()
    assert entry == {
        "at": "2026-04-01T22:30:00.000Z",
        "kind": "acknowledgement",
        "acknowledgement": "promise",
        "channel": "phone",
        "text": "Zapłacę po wypłacie",
        "invoices": ["FV/1", "FV/2"],
        "digest": said.digest,
        "by": "Jan Kowalski",
    }
    assert world.cases.get("hurt", "K-1").acknowledged == {"FV/1": (TODAY,), "FV/2": (TODAY,)}


def test_the_same_acknowledgement_twice_is_one() -> None:
    world = LawWorld()
    said = replace(PROMISE, at=NOW - timedelta(days=1), numbers=["FV/2", "FV/2"])
    assert world.acknowledge(EWA, "hurt", "K-1", said) == world.acknowledge(EWA, "hurt", "K-1", said)
    assert len(world.timeline()) == 1


def test_limitation_runs_anew_from_the_local_day() -> None:
    world = LawWorld()
    assert world.claims()["FV/1"]["last_day"] == "2028-12-31"
    world.acknowledge(EWA, "hurt", "K-1", replace(PROMISE, at=datetime(2027, 1, 1, tzinfo=UTC) - timedelta(days=300)))
    # A claim for carriage of goods: one year from the day of the words.
    world.apply(stated("FV/1", 30, grosze=60_000, due_on=date(2026, 1, 30), claim=ClaimKind.TRANSPORT, is_change=True))
    told = world.claims()["FV/1"]
    assert (told["claim"], told["acknowledged_on"], told["last_day"]) == ("transport", "2026-03-07", "2027-03-07")
    # Judged on a day before, nothing had been said yet.
    assert world.claims(date(2026, 3, 1))["FV/1"]["last_day"] == "2027-01-30"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text": " \n"}, "text_missing"),
        ({"text": "x" * 2001}, "text_too_long"),
        ({"by": " "}, "by_missing"),
        ({"at": NOW + timedelta(seconds=1)}, "time_in_future"),
    ],
)
def test_what_is_no_acknowledgement(changes: dict[str, Any], code: str) -> None:
    world = LawWorld()
    with pytest.raises(InvalidValue) as error:
        world.acknowledge(EWA, "hurt", "K-1", replace(PROMISE, **changes))
    assert code_of(error) == code
    assert world.timeline() == []


def test_only_invoices_of_the_case_are_acknowledged() -> None:
    world = LawWorld()
    with pytest.raises(NotFound) as error:
        world.acknowledge(EWA, "hurt", "K-1", replace(PROMISE, numbers=["FV/9"]))
    assert code_of(error) == "invoice_not_found"
    world.apply(paid("a", "FV/1", grosze=60_000), paid("b", "FV/2"))
    with pytest.raises(InvalidValue) as nothing:
        world.acknowledge(EWA, "hurt", "K-1", PROMISE)
    assert code_of(nothing) == "nothing_owed"
    with pytest.raises(NotFound):
        world.acknowledge(EWA, "hurt", "K-9", PROMISE)


def test_a_demand_is_kept_with_bureau_and_seat_and_the_month_counts_from_it() -> None:
    world = LawWorld()
    before = world.register()
    assert (before["may_mention"], before["lawful"], before["entry_lawful_from"]) == (True, False, None)
    assert [one["condition"] for one in before["missing"]] == ["demand"]
    assert before["lawful_if_demanded_today"] == "2026-05-02"
    recorded = world.demand(EWA, "hurt", "K-1", replace(REGISTERED, letter="ab" * 32))
    assert world.demand(EWA, "hurt", "K-1", replace(REGISTERED, letter="ab" * 32)) == recorded
    assert recorded.is_admissible
    assert demand_to_dict(recorded.demand) == {
        "route": "registered",
        "sent_on": "2026-03-02",
        "bureau": BUREAU.bureau,
        "seat": BUREAU.seat,
        "invoices": ["FV/1"],  # FV/2 was not overdue yet
        "letter": "ab" * 32,
        "by": "Ewa",
    }
    (entry,) = world.timeline()
    assert (entry["at"], entry["kind"], entry["invoices"]) == ("2026-03-02T00:00:00.000Z", "demand", ["FV/1"])
    after = world.register()
    assert (after["lawful"], after["entry_lawful_from"], after["missing"]) == (True, "2026-04-02", [])
    day_before = world.register(date(2026, 4, 1))
    assert (day_before["lawful"], day_before["entry_lawful_from"]) == (False, "2026-04-02")
    assert [(one["condition"], one["holds_from"]) for one in day_before["missing"]] == [("month", "2026-04-02")]


def test_the_shape_of_the_registers_answer() -> None:
    world = LawWorld(DebtorKind.CONSUMER)
    told = world.register(date(2026, 2, 10))
    assert {
        name: told[name] for name in ("creditor", "debtor", "kind", "date", "may_mention", "entry_lawful_from")
    } == {
        "creditor": "hurt",
        "debtor": "K-1",
        "kind": "consumer",
        "date": "2026-02-10",
        "may_mention": False,
        "entry_lawful_from": None,
    }
    assert [set(one) for one in told["missing"]] == [{"condition", "article", "message", "holds_from"}] * 2
    assert [(one["condition"], one["article"].split(" ustawy")[0]) for one in told["missing"]] == [
        ("age", "art. 14 ust. 1 pkt 2"),
        ("demand", "art. 14 ust. 1 pkt 3"),
    ]


@pytest.mark.parametrize(
    ("kind", "clause", "counts"),
    [
        (DebtorKind.BUSINESS, None, False),
        (DebtorKind.BUSINESS, "wezwania@example.com", True),
        (DebtorKind.CONSUMER, "wezwania@example.com", False),
    ],
)
def test_a_demand_by_email(kind: DebtorKind, clause: str | None, counts: bool) -> None:  # noqa: FBT001 - a parameter
    world = LawWorld(kind, clause=clause)
    assert world.demand(EWA, "hurt", "K-1", replace(REGISTERED, route=Route.EMAIL)).is_admissible is counts
    assert world.register()["lawful"] is counts


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sent_on": date(2026, 4, 3)}, "day_in_future"),
        ({"letter": "xyz"}, "letter_invalid"),
        ({"sent_on": date(2026, 1, 30)}, "nothing_owed"),  # nothing was overdue on the due date itself
        ({"numbers": ["FV/9"]}, "invoice_not_found"),
    ],
)
def test_what_is_no_demand(changes: dict[str, Any], code: str) -> None:
    world = LawWorld()
    with pytest.raises(UpominekError) as error:
        world.demand(EWA, "hurt", "K-1", replace(REGISTERED, **changes))
    assert code_of(error) == code
    assert world.timeline() == []


def test_without_a_bureau_there_is_nothing_to_warn_of() -> None:
    world = LawWorld()
    world.creditors.save(HURT)
    with pytest.raises(InvalidValue) as error:
        world.demand(EWA, "hurt", "K-1", REGISTERED)
    assert code_of(error) == "register_missing"
    assert [one["condition"] for one in world.register()["missing"]] == ["demand", "contract"]


def test_a_dispute_about_an_invoice_or_the_case_takes_it_out() -> None:
    world = LawWorld()
    world.demand(EWA, "hurt", "K-1", REGISTERED)
    keep = ManageCase(
        world.creditors,
        world.cases,
        WakeDebtors(world.creditors, world.cases, world.progress, world.clock),
        world.clock,
        world.ids,
    )
    hold = CaseHeld(debtor_id="K-1", kind=HoldKind.DISPUTE, at=NOW, reason="wada", until=date(2026, 4, 20))
    keep(EWA, "hurt", replace(hold, number="FV/2"))
    assert world.register()["lawful"]
    keep(EWA, "hurt", replace(hold, number="FV/1"))
    told = world.register()
    assert [one["condition"] for one in told["missing"]] == ["amount", "disputed"]
    assert told["entry_lawful_from"] == "2026-04-21"
    keep(EWA, "hurt", replace(hold, until=None))
    assert world.register()["entry_lawful_from"] is None


def test_credits_of_the_case_are_taken_off() -> None:
    world = LawWorld()
    world.demand(EWA, "hurt", "K-1", REGISTERED)
    world.apply(stated("KOR/1", grosze=-10_001))
    told = world.register()
    # FV/2 is needed now, which is neither old enough (until 19 April) nor demanded.
    assert [(one["condition"], one["holds_from"]) for one in told["missing"]] == [
        ("age", "2026-04-19"),
        ("demand", None),
    ]
    assert told["amount"] == "599.99"


@pytest.mark.parametrize(
    ("kind", "interest", "article", "compensation"),
    [
        (DebtorKind.CONSUMER, "civil", "art. 481 § 1 i 2 KC", False),
        (DebtorKind.BUSINESS, "commercial", "art. 7 ust. 1", True),
        (DebtorKind.PUBLIC, "commercial", "art. 8 ust. 1", True),
        (DebtorKind.HEALTHCARE, "healthcare", "art. 8 ust. 1", True),
    ],
)
def test_interest_and_compensation_by_who_owes(
    kind: DebtorKind,
    interest: str,
    article: str,
    compensation: bool,  # noqa: FBT001 - a parameter
) -> None:
    told = answers_to_dict(LawWorld(kind).rules("hurt", "K-1"))
    assert {one["interest"] for one in told["claims"]} == {interest}
    assert told["interest"]["article"].startswith(article)
    assert told["compensation"]["allowed"] is compensation
    assert "art. 10 ust. 1" in told["compensation"]["article"]


def test_taxes_bear_no_compensation_and_are_told_to_nobody() -> None:
    world = LawWorld(DebtorKind.BUSINESS)
    world.creditors.save(replace(HURT, register=BUREAU, claim_kind=ClaimKind.TAX))
    told = answers_to_dict(world.rules("hurt", "K-1"))
    assert {(one["claim"], one["interest"]) for one in told["claims"]} == {("tax", None)}
    assert told["compensation"]["allowed"] is False
    assert [one["condition"] for one in told["register"]["missing"]][:2] == ["amount", "tax"]


@pytest.mark.parametrize(
    ("kind", "claim", "allowed", "article"),
    [
        (DebtorKind.CONSUMER, None, False, "art. 117 § 2¹ KC"),
        (DebtorKind.BUSINESS, None, True, "art. 117 § 2 KC"),
        (DebtorKind.PUBLIC, None, True, "art. 117 § 2 KC"),
        (DebtorKind.CONSUMER, ClaimKind.TAX, False, "art. 59 § 1 pkt 9 Ordynacji podatkowej"),
    ],
)
def test_what_a_barred_claim_means(
    kind: DebtorKind,
    claim: ClaimKind | None,
    allowed: bool,  # noqa: FBT001 - a parameter
    article: str,
) -> None:
    world = LawWorld(kind)
    world.apply(stated("FV/0", grosze=100, due_on=date(2020, 3, 3), claim=claim))
    told = world.claims()["FV/0"]
    assert (told["standing"], told["allowed"]) == ("barred", allowed)
    assert told["article"].endswith(article)
    assert told["message"]["pl"] != told["message"]["en"]


def test_a_claim_close_to_its_end_says_how_many_days_are_left() -> None:
    world = LawWorld()
    near = world.claims(date(2028, 12, 1))["FV/1"]
    assert (near["standing"], near["allowed"]) == ("close", True)
    assert "30" in near["message"]["en"]
    assert world.claims(date(2028, 6, 1))["FV/1"]["standing"] == "running"
    found = world.rules("hurt", "K-1", date(2028, 6, 1), close_days=365)
    assert found.claims[0].standing.value == "close"


def test_money_of_a_credit_note_is_no_claim() -> None:
    world = LawWorld()
    world.apply(stated("KOR/1", grosze=-500, due_on=date(2020, 1, 1)))
    assert "KOR/1" not in world.claims()
    assert world.cases.get("hurt", "K-1").credit_in("PLN") == Money(500)
