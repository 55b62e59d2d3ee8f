"""What no step will ever reach, and why. That the months to come agree, `local/simulation/test_unreached.py` tests."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from upominek.domain.cases.case import Agenda, Case, Hold
from upominek.domain.cases.last_word import LastWord, LastWords
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import Debtor, DebtorKind
from upominek.domain.planning.campaign import Audience, Campaign, Entry, Step
from upominek.domain.planning.unreached import unreached
from upominek.domain.planning.unreached_sums import Unreached, UnreachedSums, Why, WhyUnreached, both
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.channel import Channel, Tone
from upominek.domain.values.contact import Email, Phone, address_hash
from upominek.domain.values.kinds import ClaimKind, HoldKind
from upominek.domain.values.money import Money
from upominek.domain.values.unknown import Unknown

MONDAY = date(2026, 3, 2)
DAY = timedelta(days=1)
NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
CREDITOR = Creditor(id="hydro", name="Hydro-Hurt")
PHONE = Phone("+48512345678", may_receive_sms=True)
LADDER = Campaign(
    id="default",
    name="Default",
    ladder=(
        Step(offset_days=-3, channels=(Channel.SMS,), template="before-due"),
        Step(offset_days=5, channels=(Channel.SMS, Channel.EMAIL), template="overdue"),
        Step(offset_days=14, channels=(Channel.EMAIL,), template="demand", tone=Tone.FORMAL),
    ),
)


def case(**changes: object) -> Case:
    debtor = Debtor(id="K-1", phones=(PHONE,), emails=(Email("biuro@example.com"),))
    agenda = Agenda(MONDAY)
    return replace(Case(creditor=CREDITOR.id, debtor=debtor, agenda=agenda), **changes)  # type: ignore[arg-type]


def invoice(
    number: str = "FV 1", due_on: date = MONDAY, grosze: int = 10_000, currency: str = "PLN", **more: object
) -> DueInvoice:
    made = DueInvoice("K-1", number, due_on, Money(grosze, currency), known_at=NOW - timedelta(days=200))
    return replace(made, **more)  # type: ignore[arg-type]


def held(kind: HoldKind | Unknown, until: date | None = None, number: str | None = None) -> Mapping[str, Hold]:
    hold = Hold(kind=kind, since=NOW, reason="said so", until=until, number=number)
    return {hold.key: hold}


def found(who: Case, *open_: DueInvoice, campaigns: Sequence[Campaign] = (LADDER,)) -> list[tuple[str, str | None]]:
    """Reasons with details, in order of due dates."""
    return [(one.why.reason.value, one.why.detail) for one in unreached(CREDITOR, tuple(campaigns), who, open_, MONDAY)]


def told(offset: int, on: date = MONDAY - DAY) -> dict[str, LastWords]:
    word = LastWord(on=on, at=NOW - DAY, offset_days=offset, text="demand", reminder_id="r-1")
    return {"default": LastWords(overdue=word)}


NO_ADDRESS = Debtor(id="K-1")
ONLY_PHONE = Debtor(id="K-1", phones=(PHONE,))
LATE = invoice(due_on=MONDAY - 40 * DAY, known_at=NOW)


def test_what_a_step_will_reach_is_not_told() -> None:
    assert found(case(), invoice(), invoice("FV 2", MONDAY + 90 * DAY), LATE) == []


@pytest.mark.parametrize(
    ("who", "owes", "reason"),
    [
        (case(debtor=NO_ADDRESS), invoice(), ("no-address", None)),
        (
            case(suppressed=frozenset({address_hash(PHONE.e164, "hydro")}), debtor=ONLY_PHONE),
            invoice(),
            ("no-address", None),
        ),
        (case(debtor=ONLY_PHONE, words=told(5)), invoice(due_on=MONDAY - 6 * DAY), ("no-address", None)),
        (case(holds=held(HoldKind.OPT_OUT)), invoice(), ("opted-out", "opt-out")),
        (case(holds=held(HoldKind.HANDED_OVER)), invoice(), ("held", "handed-over")),
        (case(holds=held(HoldKind.DISPUTE, number="FV 1")), invoice(), ("held", "dispute")),
        (case(holds=held(Unknown("frozen"))), invoice(), ("held", "frozen")),
        (case(debtor=replace(ONLY_PHONE, kind=Unknown("trust"))), invoice(), ("held", "trust")),
        (case(), invoice(claim=Unknown("toll")), ("held", "toll")),
        (case(), invoice(claim=ClaimKind.TAX, due_on=date(2019, 1, 1), known_at=NOW), ("limitation", None)),
        (case(credits={"KOR 1": Money(10_000)}), invoice(), ("covered-by-credit", None)),
        (case(), invoice(grosze=199), ("too-small", None)),
        (
            case(words=told(5)),
            invoice(due_on=MONDAY - 6 * DAY, grosze=999),
            ("too-small", None),
        ),  # a demand asks for 10
        (case(words=told(14)), invoice(due_on=MONDAY - 20 * DAY), ("ladder-ended", None)),
        (case(agenda=None), invoice(due_on=MONDAY - 90 * DAY), ("no-step", None)),  # nobody looks at it any more
    ],
)
def test_why_no_step_will_reach_it(who: Case, owes: DueInvoice, reason: tuple[str, str | None]) -> None:
    assert found(who, owes) == [reason]


def test_what_passes_by_itself_is_no_reason() -> None:
    assert found(case(holds=held(HoldKind.PROMISE, MONDAY + 30 * DAY)), invoice()) == []
    assert found(case(holds=held(HoldKind.DISPUTE, MONDAY + 30 * DAY, "FV 1")), invoice()) == []


def test_what_no_campaign_takes_or_takes_up() -> None:
    people = replace(LADDER, audience=Audience(kinds=frozenset({DebtorKind.CONSUMER})))
    assert found(case(), invoice(), campaigns=[people]) == [("no-campaign", None)]
    assert found(case(), invoice(), campaigns=[]) == [("no-campaign", None)]
    none = replace(LADDER, entry=Entry.NONE)
    assert found(case(), LATE, invoice("FV 2"), campaigns=[none]) == [("entry-none", None)]


def test_a_campaign_of_steps_before_the_due_date_has_none_for_what_is_overdue() -> None:
    early = replace(LADDER, ladder=LADDER.ladder[:1])
    assert found(case(), invoice(due_on=MONDAY - 10 * DAY), campaigns=[early]) == [("no-step", None)]
    assert found(case(), invoice(due_on=MONDAY + 9 * DAY), campaigns=[early]) == []


def test_whose_ladder_has_ended_is_told_again_with_another_invoice() -> None:
    ended = invoice(due_on=MONDAY - 20 * DAY)
    assert found(case(words=told(14)), ended, invoice("FV 2", MONDAY + 3 * DAY)) == []
    small = invoice("FV 2", MONDAY - 30 * DAY, grosze=50)
    assert found(case(), small, invoice()) == []  # goes along with the other one


def test_credit_notes_are_not_counted_and_currencies_stand_apart() -> None:
    one, other = invoice(grosze=100), invoice("FV 2", grosze=150, currency="EUR")
    third = invoice("FV 3", MONDAY - DAY, grosze=50)
    (zlote, euro) = unreached(CREDITOR, (LADDER,), case(), [one, other, third, invoice("KOR", grosze=-500)], MONDAY)
    assert zlote == Unreached("K-1", ("FV 3", "FV 1"), Money(150), Why(WhyUnreached.TOO_SMALL))
    assert euro == Unreached("K-1", ("FV 2",), Money(150, "EUR"), Why(WhyUnreached.TOO_SMALL))


def test_an_advanced_step_without_an_address_stands_in_the_way_of_gentler_ones() -> None:
    # The demand by e-mail has come for FV 1 and cannot be said; +5 of FV 2 by SMS would have its turn after it only.
    who = case(debtor=ONLY_PHONE, words=told(5, MONDAY - 10 * DAY))
    first, second = invoice(due_on=MONDAY - 20 * DAY), invoice("FV 2", MONDAY + 10 * DAY)
    (both_of_them,) = unreached(CREDITOR, (LADDER,), who, [first, second], MONDAY)
    assert (both_of_them.invoices, both_of_them.why) == (("FV 1", "FV 2"), Why(WhyUnreached.NO_ADDRESS))
    assert found(who, second) == []


def test_sums_by_reason_and_currency() -> None:
    rows = [
        Unreached("A", ("1", "2"), Money(300), Why(WhyUnreached.HELD, "dispute")),
        Unreached("B", ("3",), Money(100), Why(WhyUnreached.HELD, "dispute")),
        Unreached("B", ("4",), Money(100, "EUR"), Why(WhyUnreached.NO_ADDRESS)),
        Unreached("C", ("5",), Money(900), Why(WhyUnreached.LADDER_ENDED)),
    ]
    sums = UnreachedSums.of(rows)
    said = both(sums)
    assert said["unreached"]["invoices"] == 4
    assert [(one["reason"], one["amount"], one["debtors"]) for one in said["unreached"]["sums"]] == [
        ("no-address", "1.00", 1),
        ("held", "4.00", 2),
    ]
    assert said["ended"]["invoices"] == 1
    assert UnreachedSums.from_store(sums.to_store()) == sums
    assert UnreachedSums.from_store([["of-tomorrow", None, 1, "PLN", 1, 1]]).sums[0].why.reason == "of-tomorrow"
