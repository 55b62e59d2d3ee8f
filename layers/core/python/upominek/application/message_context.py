"""What a message may say: the one set of values that every template is given.

Templates know these names and no others; each value is there for every message, None where nothing is known.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from upominek.domain.case import Case
from upominek.domain.creditor import Creditor
from upominek.domain.debtor import Debtor
from upominek.domain.first_names import AddressForm, address_form
from upominek.domain.identifiers import Iban, grouped_account
from upominek.domain.invoice import Invoice
from upominek.domain.money import Money
from upominek.domain.planning import Decision, DueInvoice

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
        outstanding: what is still to be paid.
        amount: the invoice's own total; None when it is not at hand, as in a preview from the index.
        is_partly_paid: something was paid of it.
        days_overdue: days since the due date; zero on the day itself, negative before it.
        account: where this invoice is paid to, in groups of digits.
        payment_link: an http(s) address to pay at.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageContext:
    """Everything that a template can name.

    Attributes:
        sender: the creditor's name without its legal form, for where room is short.
        address: how to address a person in Polish (`address.familiar` is `Pani Anno`), or None.
        invoices: by due date, then number.
        invoice: the invoice where there is just one, else None.
        count: how many there are.
        totals: what is owed, one sum for each currency, with the debtor's credits taken off.
        credits: what was taken off the sums of the invoices, for each currency where that is above zero.
        first_due_on, last_due_on: earliest and latest due date.
        days_overdue: of the invoice that waits longest.
        as_of: the creditor's local day to which the figures apply.
        account: the one account, in groups of digits; None where there is none, or where invoices have their own.
        transfer_title: what to write on the transfer.
        contact: person and telephone, or person and e-mail address, as one text; None where neither can be reached.
        step, tone: name of the step (`+5`) and how it speaks.
    """

    creditor: Creditor
    sender: str
    debtor: Debtor
    address: AddressForm | None
    invoices: tuple[InvoiceLine, ...]
    invoice: InvoiceLine | None
    count: int
    totals: tuple[Money, ...]
    credits: tuple[Money, ...]
    first_due_on: date
    last_due_on: date
    days_overdue: int
    as_of: date
    account: str | None
    transfer_title: str
    contact: str | None
    step: str
    tone: str

    def as_mapping(self) -> Mapping[str, object]:
        """The values by name."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def build_context(
    creditor: Creditor, case: Case, decision: Decision, invoices: Mapping[str, Invoice], today: date
) -> MessageContext:
    """What the message that was decided on may say.

    Args:
        decision: one that goes, so with invoices and totals.
        invoices: details by number; a preview may leave them out.
        today: the creditor's local day.
    """
    lines = tuple(_line(due, invoices.get(due.number), creditor, today) for due in decision.invoices)
    accounts = {line.account for line in lines}
    return MessageContext(
        creditor=creditor,
        sender=_LEGAL_FORM.sub("", creditor.name),
        debtor=case.debtor,
        address=address_form(case.debtor.first_name),
        invoices=lines,
        invoice=lines[0] if len(lines) == 1 else None,
        count=len(lines),
        totals=decision.totals,
        credits=_credits(lines, decision.totals),
        first_due_on=min(line.due_on for line in lines),
        last_due_on=max(line.due_on for line in lines),
        days_overdue=max(line.days_overdue for line in lines),
        as_of=today,
        account=accounts.pop() if len(accounts) == 1 else None,
        transfer_title=_transfer_title([line.number for line in lines]),
        contact=_contact(creditor),
        step=decision.step.name,
        tone=decision.step.tone.value,
    )


def _line(due: DueInvoice, invoice: Invoice | None, creditor: Creditor, today: date) -> InvoiceLine:
    header = invoice.header if invoice else None
    account = (header.account if header else None) or creditor.account
    link = header.payment_link if header else None
    amount = header.amount if header else None
    return InvoiceLine(
        number=due.number,
        due_on=due.due_on,
        outstanding=due.outstanding,
        days_overdue=(today - due.due_on).days,
        amount=amount,
        issued_on=header.issued_on if header else None,
        is_partly_paid=amount is not None and amount.grosze != due.outstanding.grosze,
        account=_grouped(account) if account else None,
        payment_link=link if link and link.lower().startswith(("https://", "http://")) else None,
    )


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
