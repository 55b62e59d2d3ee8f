"""Writing one letter of a case: which invoices it is about, what it may claim, and what keeps it from being written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from upominek.application.ports.cases import CaseRepository
from upominek.application.ports.creditors import CreditorRepository
from upominek.application.ports.letters import Typesetter
from upominek.application.ports.rates import RateRepository
from upominek.application.ports.texts import TextRepository
from upominek.application.ports.world import Clock
from upominek.domain.cases.balance import owed, set_off
from upominek.domain.cases.case import CaseFile
from upominek.domain.errors import NotUnderstood
from upominek.domain.law.answers import answers, debts_of
from upominek.domain.law.compensation import check_owes_compensation
from upominek.domain.law.due_date import is_overdue
from upominek.domain.law.limitation import is_barred
from upominek.domain.law.rates import RateTables
from upominek.domain.law.register_entry import Debt, month_after
from upominek.domain.letters.content import LetterContent
from upominek.domain.letters.letter import INSTALMENTS, Instalment, Letter, Window, check_kind, instalments
from upominek.domain.letters.remarks import (
    Remark,
    barred_left_out,
    barred_named,
    case_is_held,
    claim_withheld,
    covered_by_credit,
    disputed_left_out,
    interest_none,
    no_address,
    nothing_left,
    rates_may_change,
    register_conditions,
    several_currencies,
)
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.planning.campaign import PAY_WITHIN_DAYS, Claims, Step, Use
from upominek.domain.planning.decision import Decision, effective_claims
from upominek.domain.planning.letter_kind import LetterKind
from upominek.domain.planning.statutory_additions import Additions, add
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.texts.message_context import build_context
from upominek.domain.values.channel import Tone
from upominek.domain.values.money import Money
from upominek.domain.values.unknown import Unknown

MENTION: Final = frozenset({"contract", "amount", "age"})
"""Conditions of a register entry without which not even its possibility is mentioned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRequest:
    """What a person or a campaign's step asks for.

    Attributes:
        day: the day that the letter bears; None for the creditor's today.
        language: None for the debtor's.
        interest: None for what the kind usually does.
        first_on: when the first instalment is due; None for a month from the day.
    """

    kind: LetterKind
    day: date | None = None
    language: str | None = None
    pay_within_days: int = PAY_WITHIN_DAYS
    interest: Use | None = None
    compensation: Use = Use.NONE
    instalments: int = INSTALMENTS
    first_on: date | None = None
    window: Window = Window.LEFT
    logo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A letter's content, the invoices that it names, and what is to be said about them."""

    content: LetterContent
    invoices: tuple[DueInvoice, ...]
    remarks: tuple[Remark, ...]


class WriteLetter:
    """Reads a case as it stands and makes a letter of it; stores nothing and sends nothing."""

    def __init__(
        self,
        *,
        creditors: CreditorRepository,
        cases: CaseRepository,
        rates: RateRepository,
        texts: TextRepository,
        typesetter: Typesetter,
        clock: Clock,
    ) -> None:
        self._creditors = creditors
        self._cases = cases
        self._rates = rates
        self._texts = texts
        self._typesetter = typesetter
        self._clock = clock

    def __call__(self, creditor: str, debtor: str, request: LetterRequest) -> tuple[Letter, Composed]:
        """The letter, and what it was made of.

        Raises:
            NotFound: `creditor_not_found`, `case_not_found`.
            Refused, InvalidValue: as `compose`, and where the text does not render.
        """
        keeper = self._creditors.get(creditor)
        today = keeper.hours.local_day(self._clock.now())
        composed = compose(keeper, self._cases.file(creditor, debtor), request, today, self._rates.tables())
        return self._typesetter.letter(composed.content, self._texts.current(creditor)), composed


def compose(creditor: Creditor, file: CaseFile, request: LetterRequest, today: date, tables: RateTables) -> Composed:
    """What the letter says.

    A consumer is never asked for what is time-barred, nor for compensation; what is disputed waits until that is
    settled. A letter that would have to leave out what it is for is not written.

    Args:
        today: the creditor's local day, where the request names none.

    Raises:
        Refused: `nothing_overdue`, `covered_by_credit`, `compensation_consumer`, `letter_tax`, `register_conditions`,
            `claim_withheld`, `instalments_currency`, `interest_none`.
        InvalidValue: `instalments_count`, `instalments_amount`, `interest_date`.
        NotUnderstood: the debtor, or what is owed for, is of a kind of another version.
    """
    kind, day = request.kind, request.day or today
    if isinstance(file.case.debtor.kind, Unknown):
        raise NotUnderstood("kind", file.case.debtor.kind)
    if request.compensation is not Use.NONE:
        check_owes_compensation(file.case.debtor.kind)
    debts, remarks = _chosen(creditor, file, kind, day)
    check_kind(kind, frozenset(debt.claim for debt in debts))
    if kind.traits.is_registered:
        _check_register(creditor, file, day)
    case = replace(file.case, debtor=replace(file.case.debtor, language=request.language or file.case.debtor.language))
    invoices = tuple(
        DueInvoice(case.debtor.id, debt.number, debt.due_on, debt.outstanding, debt.claim) for debt in debts
    )
    totals = owed(invoices, set_off(case, invoices))
    if not totals:
        raise covered_by_credit()
    step = _step(request)
    claims, withheld = effective_claims(creditor, case, step.claims, invoices, day)
    details = {invoice.number: invoice for invoice in file.invoices}
    decision = Decision(debtor=case.debtor.id, step=step, invoices=invoices, totals=totals, claims=claims)
    settled, added = add(creditor, case, decision, details, day, tables)
    if withheld or settled.withheld:
        raise claim_withheld((*withheld, *settled.withheld))
    context = build_context(creditor, case, settled, details, day, added=added)
    if kind.traits.is_for_interest and context.interest is None:
        raise interest_none()
    return Composed(
        content=LetterContent(
            kind=kind,
            context=context,
            reckoned=added.reckoned,
            instalments=_instalments(request, context.grand_totals, day),
            is_registered=kind.traits.is_registered,
            window=request.window,
            logo=request.logo,
        ),
        invoices=invoices,
        remarks=(*remarks, *_doubts(file, day, added)),
    )


def _step(request: LetterRequest) -> Step:
    """The letter as a step of a campaign, which is what the rules about claims look at."""
    traits = request.kind.traits
    interest = traits.usual_interest if request.interest is None else request.interest
    return Step(
        offset_days=1,
        channels=(),
        template=request.kind.value,
        tone=Tone.FORMAL,
        letter=request.kind.value,
        pay_within_days=request.pay_within_days,
        claims=Claims(
            interest=interest if traits.is_demand else Use.NONE,
            compensation=request.compensation if traits.is_demand else Use.NONE,
            register=traits.is_registered,
        ),
    )


def _chosen(creditor: Creditor, file: CaseFile, kind: LetterKind, day: date) -> tuple[Sequence[Debt], list[Remark]]:
    """The invoices that the letter is about, and why others are not among them."""
    debts = debts_of(file, creditor, day)
    is_balance = not kind.traits.is_demand
    wanted = [debt for debt in debts if is_balance or is_overdue(debt.due_on, day)]
    barred = [debt for debt in wanted if is_barred(debt.due_on, debt.claim, day, debt.acknowledged_on)]
    disputed = [debt for debt in wanted if not is_balance and _is_disputed(debt, day)]
    must_not = file.case.debtor.kind_in_law is DebtorKind.CONSUMER
    remarks = []
    if barred:
        remarks.append(barred_left_out(barred) if must_not else barred_named(barred))
    if disputed:
        remarks.append(disputed_left_out(disputed))
    left_out = {debt.number for debt in (*(barred if must_not else ()), *disputed)}
    chosen = [debt for debt in wanted if debt.number not in left_out]
    if not chosen:
        raise nothing_left(remarks, is_balance=is_balance)
    return chosen, remarks


def _is_disputed(debt: Debt, day: date) -> bool:
    return debt.disputed_until is not None and day <= debt.disputed_until


def _check_register(creditor: Creditor, file: CaseFile, day: date) -> None:
    """The warning is written only where an entry could follow: a contract, the amount and the age."""
    missing = answers(file, creditor, day).register.missing
    if lacks := [one for one in missing if one.condition in MENTION]:
        raise register_conditions(lacks)


def _instalments(request: LetterRequest, totals: Sequence[Money], day: date) -> tuple[Instalment, ...]:
    if not request.kind.traits.is_in_parts:
        return ()
    if len(totals) != 1:
        raise several_currencies()
    return instalments(totals[0], request.instalments, request.first_on or month_after(day))


def _doubts(file: CaseFile, day: date, added: Additions) -> Iterator[Remark]:
    """What somebody should look at before the letter goes."""
    if (hold := file.case.hold_on(day)) is not None:
        yield case_is_held(hold)
    if not file.case.debtor.address:
        yield no_address()
    if any(one.is_provisional for one in added.reckoned.values()):
        yield rates_may_change(next(iter(added.reckoned.values())).rates_as_of)
