"""A case without its person: what the law and the books ask for stays under a name that leads back to nobody."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from upominek.domain.cases.case import Case, CaseFile, Fact
from upominek.domain.messages.occasion import Occasion
from upominek.domain.messages.reminder import LetterRef, Reminder
from upominek.domain.parties.debtor import Debtor
from upominek.domain.receivables.events import Header
from upominek.domain.receivables.invoice import Invoice

_KEPT_IN_FACTS: Final = frozenset(
    {
        "acknowledgement",
        "bureau",
        "channel",
        "code",
        "hold",
        "invoice",
        "invoices",
        "pages",
        "route",
        "seat",
        "sent_on",
        "sha256",
        "until",
    }
)
"""What a fact may keep: codes, days, numbers of invoices, the creditor's bureau. All else may be words on a person."""

_KEPT_IN_HEADERS: Final = frozenset({"at", "amount", "due_on", "issued_on", "paid", "is_change", "claim"})
"""What a header may keep. An account may be one that was opened for this debtor alone, and a link may carry a name."""


@dataclass(frozen=True, slots=True)
class Alias:
    """New names for a debtor and all that is kept under ids made of the debtor's own.

    Attributes:
        secret: known while the case is being rewritten, so that a repetition finds the same names; thrown away after.
    """

    secret: str

    @property
    def debtor(self) -> str:
        """`X-` and 20 digits."""
        return f"X-{self.of('debtor')}"

    def of(self, known_as: str) -> str:
        """The new id of what had this one."""
        return sha256(f"{self.secret}\x1f{known_as}".encode()).hexdigest()[:20]


def without_person(file: CaseFile, alias: Alias, at: datetime) -> CaseFile:
    """Amounts, dates, statuses and that something was sent stay; who it was about, and every word, does not.

    The numbers of invoices stay as well: by them the creditor's books, kept by law, remain explainable. So do the
    providers' numbers of messages, which say nothing by themselves: a report that is still to come is told by them.
    """
    case = file.case
    return CaseFile(
        case=Case(
            creditor=case.creditor,
            debtor=Debtor(id=alias.debtor, kind=case.debtor.kind),
            credits=case.credits,
            acknowledged=case.acknowledged,
        ),
        invoices=tuple(_invoice(one, alias) for one in file.invoices),
        reminders=tuple(_reminder(one, alias, at) for one in file.reminders),
        facts=tuple(_fact(one, alias) for one in file.facts),
    )


def _invoice(invoice: Invoice, alias: Alias) -> Invoice:
    header = invoice.header and _header(invoice.header)
    payments = {alias.of(payment_id): payment for payment_id, payment in invoice.payments.items()}
    return replace(invoice, debtor=alias.debtor, header=header, payments=payments)


def _header(header: Header) -> Header:
    gone: dict[str, Any] = {one.name: None for one in fields(header) if one.name not in _KEPT_IN_HEADERS}
    return replace(header, **gone)


def _reminder(reminder: Reminder, alias: Alias, at: datetime) -> Reminder:
    letter = reminder.letter
    return replace(
        reminder,
        key=replace(reminder.key, debtor=alias.debtor, id=alias.of(reminder.key.id)),
        address=None,
        address_hash=None,
        subject=None,
        text=None,
        detail=None,
        redacted_at=at,
        receipts=tuple(replace(one, detail="") for one in reminder.receipts),
        occasion=_occasion(reminder.occasion, alias),
        letter=letter and LetterRef(alias.of(letter.id), letter.kind, "", letter.sha256, letter.pages),
    )


def _occasion(occasion: Occasion, alias: Alias) -> Occasion:
    return occasion if occasion.is_step else Occasion(occasion.kind, alias.of(occasion.id))


def _fact(fact: Fact, alias: Alias) -> Fact:
    data = {name: value if name in _KEPT_IN_FACTS else "" for name, value in fact.data.items()}
    return Fact(id=alias.of(fact.id), at=fact.at, kind=fact.kind, data=data)
