"""What is kept of a person as JSON, field by field as the domain has it, so that no field can be left out."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

from upominek.adapters.carriers.registry import CARRIERS
from upominek.adapters.json.case import time_text
from upominek.application.privacy.erase_case import Erased
from upominek.application.privacy.export_case import CaseExport
from upominek.domain.letters.stored_letter import Route as LetterRoute
from upominek.domain.messages.reminder import Reminder
from upominek.domain.messages.reminder_status import ReminderStatus
from upominek.domain.values.carrier import first_carrier
from upominek.domain.values.channel import Channel
from upominek.domain.values.money import Money

FORMAT: Final = "upominek-case/1"

_INFORMATION: Final = {
    "purpose": {
        "pl": "Przypominanie o niezapłaconych fakturach i dochodzenie zapłaty; obrona przed roszczeniami.",
        "en": "Reminding of unpaid invoices and claiming payment; defence against claims.",
    },
    "basis": {
        "pl": "Prawnie uzasadniony interes wierzyciela (art. 6 ust. 1 lit. f RODO).",
        "en": "The creditor's legitimate interest (art. 6 (1) (f) GDPR).",
    },
    "source": {
        "pl": "System fakturowania wierzyciela; dostawcy SMS i e-mail (doręczenia, reklamacje, rezygnacje).",
        "en": "The creditor's invoicing system; providers of SMS and e-mail (deliveries, complaints, opt-outs).",
    },
    "rights": {
        "pl": "Dostęp, sprostowanie, usunięcie, ograniczenie, przenoszenie, sprzeciw; skarga do Prezesa UODO.",
        "en": "Access, rectification, erasure, restriction, portability, objection; a complaint to the supervisory "
        "authority (in Poland: Prezes UODO).",
    },
    "automated_decisions": {
        "pl": "Kiedy i jakim kanałem wysłać przypomnienie, ustala program według kalendarza wierzyciela; nie ma to "
        "skutków prawnych (art. 22 RODO nie ma zastosowania).",
        "en": "When a reminder goes and by which channel, a program decides by the creditor's schedule; this has no "
        "legal effect (art. 22 GDPR does not apply).",
    },
}

_REMAINING: Final = (
    {
        "what": "files",
        "pl": "Pliki z fakturami (incoming/, rejected/, remarks/, reports/ w buckecie) usuwa cykl życia po "
        "retention.file_days (domyślnie 90 dniach) i 30 dniach dla dawnych wersji; skasowane pisma giną po 30 dniach.",
        "en": "Files with invoices (incoming/, rejected/, remarks/, reports/ in the bucket) go by lifecycle after "
        "retention.file_days (90 by default), and 30 days for old versions; deleted letters are gone after 30 days.",
    },
    {
        "what": "backups",
        "pl": "Kopia tabeli (PITR) sięga 35 dni wstecz: po jej odtworzeniu powtórz to polecenie.",
        "en": "The table's backup (PITR) goes 35 days back: repeat this command after restoring it.",
    },
    {
        "what": "queues-and-logs",
        "pl": "Komunikaty w kolejkach (do 14 dni) i dzienniki doręczeń SNS z numerami telefonów (domyślnie 14 dni).",
        "en": "Messages on queues (up to 14 days) and SNS delivery logs with phone numbers (14 days by default).",
    },
    {
        "what": "manifests",
        "pl": "Spisy wysyłek (manifests/) znają tylko identyfikatory; giną z cyklem życia.",
        "en": "Manifests of what was sent (manifests/) know ids only; they go by lifecycle.",
    },
    {
        "what": "suppressions",
        "pl": "Skróty adresów, na które nie wolno pisać, zostają bez nazwiska i identyfikatora: inaczej nowy import "
        "wznowiłby wysyłkę wbrew sprzeciwowi.",
        "en": "Hashes of addresses that must not be used stay, without name or id: or a new import would write there "
        "again in spite of the objection.",
    },
    {
        "what": "own-system",
        "pl": "System fakturowania wierzyciela: następny plik z tym kontrahentem założy nową sprawę.",
        "en": "The creditor's invoicing system: the next file with this debtor begins a new case.",
    },
)


def export_to_dict(export: CaseExport) -> dict[str, Any]:
    """All that is kept of one debtor, and what art. 15 asks to be said besides."""
    creditor = export.creditor
    years = creditor.retention_years
    return {
        "format": FORMAT,
        "exported_at": time_text(export.at),
        "controller": {
            "id": creditor.id,
            "name": creditor.name,
            "nip": creditor.nip,
            "address": list(creditor.address),
            "contact_person": creditor.contact_person,
            "contact_phone": creditor.contact_phone,
            "email": creditor.reply_to or creditor.email_from,
        },
        "information": {
            **_INFORMATION,
            "recipients": _recipients(export),
            "retention": {
                "pl": f"Treść i adresy wiadomości: {creditor.text_days} dni; sprawa: do końca {years}. roku po roku, w "
                "którym zamknięto ostatnią fakturę.",
                "en": f"Words and addresses of messages: {creditor.text_days} days; the case: until the end of year "
                f"{years} after the one in which its last invoice was closed.",
            },
        },
        "case": plain(export.file.case),
        "invoices": [plain(one) for one in export.file.invoices],
        "reminders": [plain(one) for one in export.file.reminders],
        "facts": [plain(one) for one in export.file.facts],
        "unmatched_payments": [plain(one) for one in export.unmatched],
        "letters": [plain(one) | {"key": one.key} for one in export.letters],
        "suppressed_addresses": [
            {"hash": digest, "address": address or None} for digest, address in export.suppressed.items()
        ],
    }


def _recipients(export: CaseExport) -> dict[str, str]:
    """Who has the data: AWS, which keeps it, and whoever took a message of this case to the debtor."""
    carriers = {one.carried_by for one in export.file.reminders if _may_have_left(one)}
    if any(one.route is not LetterRoute.EMAIL for one in export.letters):
        carriers.add(first_carrier(Channel.LETTER))
    order = CARRIERS.known()
    known = [one for one in order if one in carriers]
    found = [CARRIERS.traits(one) for one in (*known, *sorted(carriers - set(order)))]
    return {
        "pl": "; ".join(("Amazon Web Services jako podmiot przetwarzający", *(one.recipient_pl for one in found)))
        + ".",
        "en": "; ".join(("Amazon Web Services as processor", *(one.recipient_en for one in found))) + ".",
    }


def _may_have_left(reminder: Reminder) -> bool:
    return reminder.sent_at is not None or reminder.status in {ReminderStatus.UNKNOWN, ReminderStatus.CLAIMED}


def erased_to_dict(erased: Erased, debtor: str) -> dict[str, Any]:
    """What became of a case, and what is left elsewhere."""
    return {
        "creditor": erased.creditor,
        "debtor": debtor,
        "alias": erased.alias,
        "invoices": erased.invoices,
        "reminders": erased.reminders,
        "facts": erased.facts,
        "letters": erased.letters,
        "remaining": [dict(one) for one in _REMAINING],
    }


def plain(value: Any) -> Any:  # noqa: ANN401, PLR0911 - one line for each type
    """A value of the domain in JSON's own types."""
    match value:
        case Money():
            return {"amount": value.plain(), "currency": value.currency}
        case Enum():
            return value.value
        case datetime():
            return time_text(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {str(name): plain(one) for name, one in value.items()}
        case frozenset():
            return sorted(map(plain, value))
    if is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if hasattr(value, "_asdict"):
        return {name: plain(one) for name, one in value._asdict().items()}
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    return value
