"""What a message may say: the one set of values that every template is given.

Templates know these names and no others; each value is there for every message, None where nothing applies. Strings
that come from data are without control characters and signs that turn the direction of writing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Final, TypeVar

from upominek.domain.cases.case import Case
from upominek.domain.language.language import AddressForm
from upominek.domain.language.languages import language_of
from upominek.domain.law.due_date import is_overdue, moved_due_date
from upominek.domain.parties.creditor import Creditor
from upominek.domain.parties.debtor import Debtor, DebtorKind
from upominek.domain.planning.campaign import Campaign, Use
from upominek.domain.planning.decision import Decision, contact_hours, effective_claims
from upominek.domain.planning.ladder import begins_on
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.display_text import visible
from upominek.domain.values.identifiers import Iban, grouped_account
from upominek.domain.values.money import DEFAULT_CURRENCY, Money, Totals

if TYPE_CHECKING:
    from upominek.domain.planning.statutory_additions import Additions

LONGEST_TRANSFER_TITLE = 140
"""Characters that a Polish transfer carries: four lines of 35."""

_LEGAL_FORM: Final = re.compile(
    r"(,?\s+(sp(\.|ółka)\s*(z\s*(o\.\s*o\.|ograniczoną odpowiedzialnością)|k(\.|omandytowa)|j(\.|awna)|akcyjna)"
    r"|s\.\s*a\.|p\.\s*s\.\s*a\.|s\.\s*c\.))+\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """One invoice as the debtor sees it.

    Attributes:
        number: as the creditor writes it.
        due_on: the day until which it was to be paid.
        outstanding: what is still to be paid.
        days_overdue: days since the due date; zero on the day itself and where it fell on a free day and can still be
            kept, negative before it.
        amount: the invoice's own total; None when it is not at hand, as in a preview from the index.
        issued_on: the day on which it was issued, where that is known.
        is_partly_paid: something was paid of it.
        account: where this invoice is paid to, in groups of digits.
        payment_link: an http(s) address to pay at.
        interest: for delay up to today, where the message mentions or claims it and the invoice bears any.
        compensation: the fixed sum for costs of recovery, likewise.
    """

    number: str
    due_on: date
    outstanding: Money
    days_overdue: int
    amount: Money | None = None
    issued_on: date | None = None
    is_partly_paid: bool = False
    account: str | None = None
    payment_link: str | None = None
    interest: Money | None = None
    compensation: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterWarning:
    """What a warning of an entry in a register of debtors names.

    Attributes:
        bureau: name of the bureau.
        seat: address of its seat.
        lawful_from: the first day on which an entry can be lawful, if the warning is served today as the law asks.
    """

    bureau: str
    seat: str
    lawful_from: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """What comes next if nothing is paid.

    Attributes:
        on: the contact day on which the next step lands.
        template: name of the text that would then go, as things stand today.
    """

    on: date
    template: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageContext:
    """Everything that a template can name.

    Attributes:
        creditor: the creditor as its file describes it: `.name`, `.nip`, `.contact_person`, `.contact_phone` ….
        sender: the creditor's name without its legal form, for where room is short.
        debtor: who owes: `.name`, `.first_name`, `.id` ….
        kind: `consumer`, `business`, `public` or `healthcare`.
        is_consumer: whether a person owes, not a firm or an office.
        address: how to address a person (`.familiar` is `Pani Anno`, `.formal` `Szanowna Pani`), or None; in the
            debtor's language, and where a text of another language stands in, in that.
        invoices: by due date, then number.
        invoice: the invoice where there is just one, else None.
        count: how many there are.
        totals: what is owed, one sum for each currency, with the debtor's credits taken off.
        credits: what was taken off the sums of the invoices, for each currency where that is above zero.
        interest: for delay, of all invoices, in PLN; None unless the message mentions or claims it.
        compensation: fixed sums for costs of recovery, of all invoices, in PLN; likewise.
        claims_interest, claims_compensation: whether they are asked for now, not only mentioned.
        interest_rate: yearly rate of today in per cent, as `9,25`; None where no interest is named.
        grand_totals: `totals` with the interest and compensation that are asked for now.
        first_due_on, last_due_on: earliest and latest due date.
        days_overdue: of the invoice that waits longest.
        as_of: the creditor's local day to which the figures apply.
        pay_by: the day that a demand sets for payment, a working day; None up to the due date.
        account: the one account, in groups of digits; None where there is none, or where invoices have their own.
        transfer_title: what to write on the transfer.
        contact: person and telephone, or person and e-mail address, as one text; None where neither can be reached.
        register: the bureau of a register of debtors, where this message may and does warn of an entry; else None.
        next_step: what comes next if nothing is paid; None after the last step.
        offers_instalments, offers_later_date: whether the creditor offers them to who cannot pay at once.
        has_letter: a letter as PDF is attached.
        has_code: a QR code for the transfer can be shown: one Polish account, one sum in PLN.
        step: name of the step (`+5`).
        tone: how it speaks: `friendly`, `neutral` or `formal`.
    """

    creditor: Creditor
    sender: str
    debtor: Debtor
    kind: str
    is_consumer: bool
    address: AddressForm | None
    invoices: tuple[InvoiceLine, ...]
    invoice: InvoiceLine | None
    count: int
    totals: tuple[Money, ...]
    credits: tuple[Money, ...]
    interest: Money | None
    compensation: Money | None
    claims_interest: bool
    claims_compensation: bool
    interest_rate: str | None
    grand_totals: tuple[Money, ...]
    first_due_on: date
    last_due_on: date
    days_overdue: int
    as_of: date
    pay_by: date | None
    account: str | None
    transfer_title: str
    contact: str | None
    register: RegisterWarning | None
    next_step: NextStep | None
    offers_instalments: bool
    offers_later_date: bool
    has_letter: bool
    has_code: bool
    step: str
    tone: str

    def as_mapping(self) -> Mapping[str, object]:
        """The values by name."""
        return {name: getattr(self, name) for name in _NAMES}


_NAMES: Final = tuple(one.name for one in fields(MessageContext))
_Party = TypeVar("_Party", Creditor, Debtor)


def _texts_of(party: type[_Party]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(party) if one.type in {str, str | None})


_TEXTS: Final = {Creditor: _texts_of(Creditor), Debtor: _texts_of(Debtor)}
_READ: Final = {party: attrgetter(*names) for party, names in _TEXTS.items()}


def build_context(
    creditor: Creditor,
    case: Case,
    decision: Decision,
    invoices: Mapping[str, Invoice],
    today: date,
    *,
    campaign: Campaign | None = None,
    added: "Additions | None" = None,
    has_letter: bool = False,
) -> MessageContext:
    """What the message that was decided on may say.

    Args:
        decision: one that goes, so with invoices and totals.
        invoices: details by number; a preview may leave them out.
        today: the creditor's local day.
        campaign: its ladder tells the next step.
        added: what the law adds to the invoices, where the decision claims any of it.
        has_letter: a letter is attached.
    """
    shown, debtor = _visible(creditor), _visible(case.debtor)
    lines = tuple(_line(due, invoices.get(due.number), shown, today, added) for due in decision.invoices)
    accounts = {line.account for line in lines}
    account = accounts.pop() if len(accounts) == 1 else None
    interest = _sum([line.interest for line in lines]) if added else None
    compensation = _sum([line.compensation for line in lines]) if added else None
    claims_interest = interest is not None and decision.claims.interest is Use.CLAIM
    claims_compensation = compensation is not None and decision.claims.compensation is Use.CLAIM
    claimed = (interest if claims_interest else None, compensation if claims_compensation else None)
    grand_totals = _grand_totals(decision.totals, claimed) if added else decision.totals
    return MessageContext(
        creditor=shown,
        sender=_without_legal_form(shown.name),
        debtor=debtor,
        kind=debtor.kind.value,
        is_consumer=debtor.kind_in_law is DebtorKind.CONSUMER,
        address=language_of(debtor.language).address_form(debtor.first_name),
        invoices=lines,
        invoice=lines[0] if len(lines) == 1 else None,
        count=len(lines),
        totals=decision.totals,
        credits=_credits(lines, decision.totals),
        interest=interest,
        compensation=compensation,
        claims_interest=claims_interest,
        claims_compensation=claims_compensation,
        interest_rate=None if added is None or added.rate is None else f"{added.rate.normalize():f}".replace(".", ","),
        grand_totals=grand_totals,
        first_due_on=min(line.due_on for line in lines),
        last_due_on=max(line.due_on for line in lines),
        days_overdue=max(line.days_overdue for line in lines),
        as_of=today,
        pay_by=_pay_by(decision, today),
        account=account,
        transfer_title=_transfer_title([line.number for line in lines]),
        contact=_contact(shown),
        register=_register(creditor, case, decision, today),
        next_step=_next_step(creditor, campaign, case, decision, today),
        offers_instalments=creditor.offers_instalments,
        offers_later_date=creditor.offers_later_date,
        has_letter=has_letter,
        # A Polish account begins with its check digits, others with the country's letters.
        has_code=account is not None and account[0].isdigit() and [t.currency for t in grand_totals] == ["PLN"],
        step=decision.step.name,
        tone=decision.tone.value,
    )


@lru_cache(maxsize=256)
def _without_legal_form(name: str) -> str:
    return _LEGAL_FORM.sub("", name)


def _visible(party: _Party) -> _Party:
    """The creditor or debtor with nothing unseen in any string; nearly always the very same object."""
    if "".join((*filter(None, _READ[type(party)](party)), *party.address)).isprintable():
        return party
    seen = {name: visible(text) for name in _TEXTS[type(party)] if (text := getattr(party, name)) is not None}
    return replace(party, **seen, address=tuple(map(visible, party.address)))  # type: ignore[arg-type]


def _line(
    due: DueInvoice, invoice: Invoice | None, creditor: Creditor, today: date, added: "Additions | None"
) -> InvoiceLine:
    header = invoice.header if invoice else None
    account = (header.account if header else None) or creditor.account
    link = visible(header.payment_link) if header and header.payment_link else None
    amount = header.amount if header else None
    return InvoiceLine(
        number=visible(due.number),
        due_on=due.due_on,
        outstanding=due.outstanding,
        days_overdue=_days_overdue(due.due_on, today),
        amount=amount,
        issued_on=header.issued_on if header else None,
        is_partly_paid=amount is not None and amount.grosze != due.outstanding.grosze,
        account=_grouped(visible(account)) if account else None,
        payment_link=link if link and link.lower().startswith(("https://", "http://")) else None,
        interest=added.interest.get(due.number) if added else None,
        compensation=added.compensation.get(due.number) if added else None,
    )


def _days_overdue(due_on: date, today: date) -> int:
    return 0 if due_on <= today and not is_overdue(due_on, today) else (today - due_on).days


def _sum(amounts: Iterable[Money | None]) -> Money | None:
    known = [amount for amount in amounts if amount is not None]
    return Totals.of(known).within(DEFAULT_CURRENCY) if known else None


def _grand_totals(totals: tuple[Money, ...], claimed: Sequence[Money | None]) -> tuple[Money, ...]:
    more = [amount for amount in claimed if amount is not None]
    return Totals.of((*totals, *more)).sums if more else totals


def _pay_by(decision: Decision, today: date) -> date | None:
    """The day that a demand sets. A working day, as art. 115 KC has it of every term."""
    if decision.step.offset_days <= 0:
        return None
    return moved_due_date(today + timedelta(days=decision.step.pay_within_days))


def _register(creditor: Creditor, case: Case, decision: Decision, today: date) -> RegisterWarning | None:
    if not decision.claims.register or creditor.register is None:
        return None
    from upominek.domain.law.register_entry import lawful_if_demanded  # noqa: PLC0415 - most messages do not warn

    return RegisterWarning(
        bureau=visible(creditor.register.bureau),
        seat=visible(creditor.register.seat),
        lawful_from=lawful_if_demanded(case.debtor.kind_in_law, decision.invoices, today, default=creditor.claim_kind),
    )


def _next_step(
    creditor: Creditor, campaign: Campaign | None, case: Case, decision: Decision, today: date
) -> NextStep | None:
    """The next step that comes for one of the invoices, and the text that it would bring as things stand."""
    if campaign is None or campaign.ladder[-1].offset_days <= decision.step.offset_days:
        return None
    hours = contact_hours(creditor, campaign)
    # Where the campaign began later than the due date, its steps come later too.
    began = [begins_on(campaign, hours, invoice) or invoice.due_on for invoice in decision.invoices]
    further = [step for step in campaign.ladder if step.offset_days > decision.step.offset_days]
    coming = [(day + timedelta(days=step.offset_days), step) for day in began for step in further]
    days = [day for day, _ in coming if day > today]
    if not days:
        return None
    on = hours.next_contact_day(min(days))
    # Of several that land on one day the most advanced goes.
    found = max((step for day, step in coming if today < day <= on), key=lambda step: step.offset_days)
    _, withheld = effective_claims(creditor, case, found.claims, decision.invoices, on)
    return NextStep(on=on, template=found.neutral_text if withheld else found.template)


@lru_cache(maxsize=256)  # nearly all messages name one of the creditors' own
def _grouped(account: str) -> str:
    return grouped_account(Iban(account if account[:2].isalpha() else f"PL{account}"))


def _credits(lines: Sequence[InvoiceLine], totals: Sequence[Money]) -> tuple[Money, ...]:
    rest: dict[str, int] = {}
    for line in lines:
        rest[line.outstanding.currency] = rest.get(line.outstanding.currency, 0) + line.outstanding.grosze
    for total in totals:
        rest[total.currency] -= total.grosze
    return tuple(Money(grosze, currency) for currency, grosze in sorted(rest.items()) if grosze > 0)


def _transfer_title(numbers: Sequence[str]) -> str:
    """The numbers, as many as a transfer has room for."""
    title = numbers[0]
    for number in numbers[1:]:
        longer = f"{title}, {number}"
        if len(longer) > LONGEST_TRANSFER_TITLE:
            break
        title = longer
    return title[:LONGEST_TRANSFER_TITLE]


def _contact(creditor: Creditor) -> str | None:
    reachable = creditor.contact_phone or creditor.reply_to
    if reachable is None:
        return None
    return f"{creditor.contact_person}, {reachable}" if creditor.contact_person else reachable
