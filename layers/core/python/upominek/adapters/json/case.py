"""The domain as JSON that others rely on: fields may be added, those that are here stay. Money is text with a dot."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from upominek.adapters.json.problem import problem_to_dict
from upominek.application.cases.manage_case import CaseView
from upominek.domain.cases.case import BETWEEN_NUMBERS, Fact, Hold
from upominek.domain.cases.timeline import Entry, InvoiceNews, PaymentNews, Total
from upominek.domain.errors import UpominekError
from upominek.domain.messages.receipt import Receipt
from upominek.domain.messages.reminder import LetterRef, Reminder
from upominek.domain.parties.debtor import Debtor
from upominek.domain.receivables.events import EventsInvalid, PaymentStated
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.receivables.payments import why_apart
from upominek.domain.values.money import Money


def case_to_dict(view: CaseView) -> dict[str, Any]:
    """The whole case: debtor, invoices, totals as of a day, holds and timeline."""
    case = view.file.case
    return {
        "creditor": case.creditor,
        "as_of": view.today.isoformat(),
        "debtor": debtor_to_dict(case.debtor),
        "invoices": [invoice_to_dict(invoice) for invoice in sorted(view.file.invoices, key=_by_due_date)],
        "totals": [total_to_dict(total) for total in view.totals],
        "holds": [hold_to_dict(hold, view.today) for hold in case.holds.values()],
        "unmatched_payments": [waiting_to_dict(one) for one in view.waiting],
        "timeline": [entry_to_dict(entry) for entry in view.timeline],
    }


def waiting_to_dict(payment: PaymentStated) -> dict[str, Any]:
    """A payment of the debtor that is on the books of no invoice, and why."""
    return {
        "id": payment.id,
        "day": payment.day.isoformat(),
        "amount": payment.amount.plain(),
        "currency": payment.amount.currency,
        "invoice": payment.number,
        "why": why_apart(payment).value,
    }


def debtor_to_dict(debtor: Debtor) -> dict[str, Any]:
    """Who owes, and how they can be reached."""
    return {
        "id": debtor.id,
        "name": debtor.name,
        "kind": debtor.kind.value,
        "first_name": debtor.first_name,
        "phones": [phone.e164 for phone in debtor.phones],
        "emails": [email.value for email in debtor.emails],
        "language": debtor.language,
        "tags": sorted(debtor.tags),
        "nip": debtor.nip,
        "vat_id": debtor.vat_id,
        "address": list(debtor.address),
        "email_clause": debtor.email_clause,
    }


def invoice_to_dict(invoice: Invoice) -> dict[str, Any]:
    """An invoice; one that is still awaited has payments only."""
    header = invoice.header
    return {
        "number": invoice.number,
        "status": invoice.status.value,
        "due_date": header and header.due_on.isoformat(),
        "issue_date": header and _day(header.issued_on),
        "amount": header and header.amount.plain(),
        "paid": _plain(invoice.paid),
        "paid_said": None
        if invoice.paid_said is None
        else {"at": time_text(invoice.paid_said.at), **_money(invoice.paid_said.amount)},
        "outstanding": _plain(invoice.outstanding),
        "credit": _plain(invoice.credit),
        "currency": header and header.amount.currency,
        "claim": header and header.claim and header.claim.value,
        "corrects": header and header.corrects,
    }


def total_to_dict(total: Total) -> dict[str, Any]:
    """What the case comes to in one currency, and how."""
    return {
        "amount": total.amount.plain(),
        "currency": total.amount.currency,
        "owed": total.owed.plain(),
        "credit": total.credit.plain(),
        "overdue": total.overdue.plain(),
    }


def hold_to_dict(hold: Hold, today: date) -> dict[str, Any]:
    """A hold, and whether it is in force on the day."""
    return {
        "kind": hold.kind.value,
        "since": time_text(hold.since),
        "until": _day(hold.until),
        "reason": hold.reason,
        "invoice": hold.number,
        "by": hold.by or None,
        "in_force": hold.holds_on(today),
    }


def entry_to_dict(entry: Entry) -> dict[str, Any]:
    """One thing that happened."""
    return {"at": time_text(entry.at), "kind": entry.kind, **_told(entry)}


def _told(entry: Entry) -> dict[str, Any]:
    match entry.what:
        case InvoiceNews(number, news):
            said = {"invoice": number, **_money(news.amount), "due_date": _day(news.due_on), "paid": _plain(news.paid)}
            said["source"] = news.source
            return _without_none(said)
        case PaymentNews(number, payment_id, payment):
            return {"invoice": number, "id": payment_id, **_money(payment.amount)}
        case Reminder() as reminder:
            return reminder_to_dict(reminder)
        case Fact() as fact:
            return _fact(fact)


def _fact(fact: Fact) -> dict[str, Any]:
    told: dict[str, Any] = {**fact.data, "by": fact.by or None}
    if "invoices" in fact.data:
        told["invoices"] = fact.data["invoices"].split(BETWEEN_NUMBERS)
    return _without_none(told)


def reminder_to_dict(reminder: Reminder) -> dict[str, Any]:
    """A reminder and what became of it; always with `channel`, `status`, `step`, `provider_message_id`, `receipts`."""
    return {
        "reminder": reminder.key.id,
        "channel": reminder.channel.value,
        "status": reminder.status.value,
        "campaign": reminder.campaign,
        "step": reminder.step,
        "template": reminder.template,
        "provider_message_id": reminder.provider_message_id,
        "invoices": list(reminder.invoices),
        "totals": [_money(total) for total in reminder.totals],
        "receipts": [receipt_to_dict(receipt) for receipt in reminder.receipts],
        **_without_none(
            {
                "address": reminder.address,
                "sent_at": reminder.sent_at and time_text(reminder.sent_at),
                "reason": reminder.reason,
                "detail": reminder.detail,
                "reason_at": reminder.reason_at and time_text(reminder.reason_at),
                "subject": reminder.subject,
                "text": reminder.text,
                "parts": reminder.parts,
                "price": reminder.price,
                "is_fallback": reminder.is_fallback or None,
                "to_next_address": reminder.to_next_address or None,
                "occasion": reminder.occasion.text or None,
                "complained_at": reminder.complained_at and time_text(reminder.complained_at),
                "letter": reminder.letter and letter_to_dict(reminder.letter),
                "redacted_at": reminder.redacted_at and time_text(reminder.redacted_at),
            }
        ),
    }


def letter_to_dict(letter: LetterRef) -> dict[str, Any]:
    """A letter by its id, with the hash by which its file is known."""
    return {
        "id": letter.id,
        "kind": letter.kind,
        "sha256": letter.sha256,
        "pages": letter.pages,
        "key": letter.key,
    }


def receipt_to_dict(receipt: Receipt) -> dict[str, Any]:
    """What a provider reported."""
    return {
        "at": time_text(receipt.at),
        "kind": receipt.kind.value,
        **_without_none(
            {
                "code": receipt.code or None,
                "detail": receipt.detail or None,
                "times": receipt.times if receipt.last_at else None,
                "last_at": receipt.last_at and time_text(receipt.last_at),
            }
        ),
    }


def error_to_dict(error: UpominekError) -> dict[str, Any]:
    """An error, with everything that is wrong where there is more than one thing."""
    told: dict[str, Any] = {"error": {"code": error.code, "message": {"pl": error.pl, "en": error.en}}}
    if isinstance(error, EventsInvalid):
        told["errors"] = [problem_to_dict(problem) for problem in error.problems]
    return told


def time_text(at: datetime) -> str:
    """A moment as `2026-03-02T08:15:30.000Z`."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _by_due_date(invoice: Invoice) -> tuple[date, str]:
    return (invoice.header.due_on if invoice.header else date.max), invoice.number


def _money(money: Money | None) -> dict[str, Any]:
    return {} if money is None else {"amount": money.plain(), "currency": money.currency}


def _plain(money: Money | None) -> str | None:
    return None if money is None else money.plain()


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _without_none(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}
