"""What a letter may say of a case, and when it is not written."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tools.letter_sample import CREDITOR, sample_case, sample_rates
from upominek.application.letters.write_letter import Composed, LetterRequest, compose
from upominek.domain.cases.case import CaseFile, Hold
from upominek.domain.errors import Refused
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.planning.campaign import Use
from upominek.domain.planning.letter_kind import LetterKind
from upominek.domain.values.kinds import ClaimKind, HoldKind
from upominek.domain.values.money import Money

DAY = date(2026, 3, 16)
CONSUMER, BUSINESS = DebtorKind.CONSUMER, DebtorKind.BUSINESS


def written(
    kind: LetterKind,
    file: CaseFile | None = None,
    creditor: Creditor = CREDITOR,
    *,
    interest: Use | None = None,
    compensation: Use = Use.NONE,
    day: date = DAY,
) -> Composed:
    request = LetterRequest(kind=kind, day=day, interest=interest, compensation=compensation)
    file = file or sample_case(BUSINESS, DAY, 2, "pl")
    return compose(creditor, file, request, DAY, sample_rates(DAY))


def refused(kind: LetterKind, file: CaseFile | None = None, creditor: Creditor = CREDITOR, **options: Use) -> Refused:
    with pytest.raises(Refused) as caught:
        written(kind, file, creditor, **options)
    return caught.value


def with_header(file: CaseFile, place: int, **changes: object) -> CaseFile:
    invoices = list(file.invoices)
    header = invoices[place].header
    assert header is not None
    invoices[place] = replace(invoices[place], header=replace(header, **changes))  # type: ignore[arg-type]
    return replace(file, invoices=tuple(invoices))


def held(file: CaseFile, kind: HoldKind, number: str | None = None) -> CaseFile:
    hold = Hold(kind=kind, since=datetime(2026, 3, 1, tzinfo=UTC), reason="Telefon", number=number)
    return replace(file, case=replace(file.case, holds={hold.key: hold}))


def test_a_demand_names_all_overdue_invoices_and_gives_a_working_day() -> None:
    made = written(LetterKind.DEMAND)
    context = made.content.context
    assert [one.number for one in made.invoices] == ["FV/001/2026", "FV/002/2026"]
    assert context.grand_totals == (Money(123_456 + 131_375 - 40_000),)
    assert context.pay_by == date(2026, 3, 23)
    assert (context.interest, context.compensation, context.register) == (None, None, None)


def test_what_is_claimed_is_in_the_sum_and_what_is_mentioned_is_not() -> None:
    plain = written(LetterKind.DEMAND).content.context.grand_totals[0]
    mentioned = written(LetterKind.DEMAND, interest=Use.MENTION).content.context
    claimed = written(LetterKind.DEMAND, interest=Use.CLAIM, compensation=Use.CLAIM).content.context
    assert mentioned.interest is not None
    assert mentioned.interest.grosze > 0
    assert mentioned.grand_totals == (plain,)
    assert claimed.interest == mentioned.interest
    assert claimed.compensation == Money(2 * 17_000)  # 2 × 40 EUR at the sample's 4.25
    assert claimed.grand_totals == (plain + mentioned.interest + Money(34_000),)


def test_a_note_of_interest_lists_periods_that_add_up_and_split_at_the_part_payment() -> None:
    made = written(LetterKind.INTEREST_NOTE, sample_case(CONSUMER, DAY, 2, "pl")).content
    periods = [period for one in made.reckoned.values() for period in one.periods]
    assert made.context.interest == Money(sum(period.interest.grosze for period in periods))
    assert [period.base.grosze for period in made.reckoned["FV/002/2026"].periods] == [131_375, 91_375, 91_375]
    assert {str(period.rate) for period in periods} == {"9.50", "9.25"}


def test_a_firm_pays_the_rate_of_commercial_transactions_and_a_hospital_less() -> None:
    def rate(kind: DebtorKind) -> str | None:
        return written(LetterKind.INTEREST_NOTE, sample_case(kind, DAY, 1, "pl")).content.context.interest_rate

    assert [rate(kind) for kind in (CONSUMER, BUSINESS, DebtorKind.HEALTHCARE)] == ["9,25", "14", "12"]


def test_a_consumer_is_never_asked_for_compensation() -> None:
    for use in (Use.MENTION, Use.CLAIM):
        error = refused(LetterKind.DEMAND, sample_case(CONSUMER, DAY, 1, "pl"), compensation=use)
        assert error.code == "compensation_consumer"
        assert "art. 10" in error.pl


def test_a_time_barred_claim_is_not_demanded_of_a_consumer() -> None:
    one = sample_case(CONSUMER, DAY, 1, "pl")
    error = refused(LetterKind.DEMAND, with_header(one, 0, due_on=date(2021, 5, 4)))
    assert error.code == "nothing_overdue"
    assert "art. 117 § 2¹ KC" in error.pl
    two = with_header(sample_case(CONSUMER, DAY, 2, "pl"), 0, due_on=date(2021, 5, 4))
    for kind in (LetterKind.REMINDER, LetterKind.BALANCE_CONFIRMATION, LetterKind.INSTALMENT_AGREEMENT):
        made = written(kind, two)
        assert [one.number for one in made.invoices] == ["FV/002/2026"]
        assert [remark.code for remark in made.remarks] == ["time_barred_left_out"]


def test_a_firm_may_be_asked_for_it_and_the_operator_is_told() -> None:
    made = written(LetterKind.DEMAND, with_header(sample_case(BUSINESS, DAY, 2, "pl"), 0, due_on=date(2021, 5, 4)))
    assert len(made.invoices) == 2
    assert [remark.code for remark in made.remarks] == ["time_barred"]


def test_what_is_disputed_is_left_out_of_demands_but_not_of_a_balance() -> None:
    file = held(sample_case(BUSINESS, DAY, 2, "pl"), HoldKind.DISPUTE, "FV/001/2026")
    made = written(LetterKind.DEMAND, file)
    assert [one.number for one in made.invoices] == ["FV/002/2026"]
    assert [remark.code for remark in made.remarks] == ["disputed_left_out"]
    assert len(written(LetterKind.BALANCE_CONFIRMATION, file).invoices) == 2


def test_a_hold_on_the_case_is_a_remark_for_the_person_who_asks() -> None:
    made = written(LetterKind.DEMAND, held(sample_case(BUSINESS, DAY, 1, "pl"), HoldKind.PROMISE))
    assert [remark.code for remark in made.remarks] == ["case_held"]


def test_a_register_warning_names_the_bureau_and_the_first_lawful_day() -> None:
    for kind in (CONSUMER, BUSINESS):
        made = written(LetterKind.REGISTER_WARNING, sample_case(kind, DAY, 1, "pl"))
        register = made.content.context.register
        assert register is not None
        assert CREDITOR.register is not None
        assert (register.bureau, register.seat) == (CREDITOR.register.bureau, CREDITOR.register.seat)
        assert register.lawful_from == date(2026, 4, 16)
        assert made.content.is_registered


@pytest.mark.parametrize(
    ("creditor", "changes", "condition"),
    [
        (replace(CREDITOR, register=None), {}, "art. 12"),
        (CREDITOR, {"amount": Money(49_999)}, "art. 15 ust. 1 pkt 2"),
        (CREDITOR, {"due_on": date(2026, 3, 1)}, "art. 15 ust. 1 pkt 2"),
    ],
)
def test_nobody_is_warned_of_an_entry_that_could_not_follow(
    creditor: Creditor, changes: dict[str, object], condition: str
) -> None:
    error = refused(
        LetterKind.REGISTER_WARNING, with_header(sample_case(BUSINESS, DAY, 1, "pl"), 0, **changes), creditor
    )
    assert error.code == "register_conditions"
    assert condition in error.pl


def test_only_a_balance_names_what_is_not_due_yet() -> None:
    file = with_header(sample_case(BUSINESS, DAY, 2, "pl"), 0, due_on=date(2026, 4, 1))
    assert [one.number for one in written(LetterKind.REMINDER, file).invoices] == ["FV/002/2026"]
    assert len(written(LetterKind.BALANCE_CONFIRMATION, file).invoices) == 2


def test_no_letter_goes_where_credits_cover_everything() -> None:
    file = sample_case(BUSINESS, DAY, 1, "pl")
    covered = replace(file, case=replace(file.case, credits={"KOR/1": Money(999_999)}))
    assert refused(LetterKind.DEMAND, covered).code == "covered_by_credit"
    assert refused(LetterKind.BALANCE_CONFIRMATION, covered).code == "covered_by_credit"


def test_a_rate_that_is_missing_is_told_and_not_guessed() -> None:
    file = with_header(sample_case(BUSINESS, DAY, 1, "pl"), 0, due_on=date(2023, 5, 4))
    error = refused(LetterKind.DEMAND, file, compensation=Use.CLAIM)
    assert error.code == "claim_withheld"
    assert "upominek rates import-eur" in error.pl


def test_interest_on_foreign_money_and_on_taxes_is_refused() -> None:
    euro = with_header(sample_case(BUSINESS, DAY, 1, "pl"), 0, amount=Money(100_00, "EUR"))
    assert refused(LetterKind.INTEREST_NOTE, euro).code == "claim_withheld"
    tax = with_header(sample_case(CONSUMER, DAY, 1, "pl"), 0, claim=ClaimKind.TAX)
    assert refused(LetterKind.DEMAND, tax).code == "letter_tax"
    assert written(LetterKind.REMINDER, tax).invoices


def test_instalments_add_up_to_what_is_claimed() -> None:
    made = written(LetterKind.INSTALMENT_AGREEMENT, interest=Use.CLAIM).content
    assert Money(sum(one.amount.grosze for one in made.instalments)) == made.context.grand_totals[0]
    assert [one.due_on for one in made.instalments] == [date(2026, 4, 16), date(2026, 5, 16), date(2026, 6, 16)]
    mixed = with_header(sample_case(BUSINESS, DAY, 2, "pl"), 0, amount=Money(100_00, "EUR"))
    assert refused(LetterKind.INSTALMENT_AGREEMENT, mixed).code == "instalments_currency"


def test_a_balance_never_claims_anything() -> None:
    made = written(LetterKind.BALANCE_CONFIRMATION, interest=Use.CLAIM, compensation=Use.CLAIM).content.context
    assert (made.interest, made.compensation) == (None, None)


def test_the_language_can_be_another_than_the_debtors() -> None:
    file = sample_case(BUSINESS, DAY, 1, "pl")
    request = LetterRequest(kind=LetterKind.DEMAND, language="en")
    assert compose(CREDITOR, file, request, DAY, sample_rates(DAY)).content.context.debtor.language == "en"


def test_missing_addresses_and_rates_beyond_what_is_known_are_remarked() -> None:
    file = sample_case(CONSUMER, date(2027, 3, 16), 1, "pl")
    homeless = replace(file, case=replace(file.case, debtor=replace(file.case.debtor, address=())))
    made = written(LetterKind.INTEREST_NOTE, homeless, day=date(2027, 3, 16))
    assert [remark.code for remark in made.remarks] == ["address_missing", "rates_provisional"]
