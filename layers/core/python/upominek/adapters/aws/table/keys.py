"""Names of keys and indexes, and how keys are made: the one place that knows them. Nothing scans, all reads start here.

Every partition begins with its creditor, so no query can show another's. A creditor's id has no `#` in it; what may
have one (a debtor's id, an invoice's number) stands last, so that keys can be read back.
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

from upominek.application.ports.invoices import InvoiceKey
from upominek.domain.errors import NotUnderstood
from upominek.domain.messages.reminder import ReminderKey
from upominek.domain.values.carrier import SES, SNS, Carrier, first_carrier
from upominek.domain.values.channel import Channel

PK: Final = "pk"
SK: Final = "sk"
TTL: Final = "expires_at"

DUE_INDEX: Final = "due"
DUE_SHARD: Final = "due_shard"
DUE_KEY: Final = "due_key"

OPEN_INDEX: Final = "open"
"""A local one: the open invoices of a case, with the same sort key as the due index."""

AGENDA_INDEX: Final = "agenda"
AGENDA_SHARD: Final = "agenda_shard"
AGENDA_KEY: Final = "agenda_key"

MESSAGE_INDEX: Final = "message"
MESSAGE_KEY: Final = "message_key"

RETENTION_INDEX: Final = "retention"
RETENTION_SHARD: Final = "retention_shard"
RETENTION_KEY: Final = "retention_key"

Key = tuple[str, str]
"""Partition and sort key."""

CREDITORS: Final = "CREDITORS"
RATES: Final = "RATES"
CAMPAIGN: Final = "CAMPAIGN#"
LANE: Final = "LANE#"
BRAKE: Final = "BRAKE#"
_OTHER_BRAKE: Final = "BRAKEOF#"
IMPORT: Final = "IMPORT#"
ARRIVAL: Final = "ARRIVAL#"
ANSWERS: Final = "ANSWERS"
TEXT: Final = "TEXT#"
LETTER: Final = "LETTER#"
BATCH: Final = "BATCH#"
PAYMENT: Final = "PAYMENT#"
BOOKED: Final = "BOOKED#"
LOOSE: Final = "LOOSE#"
_TEXT_VERSION: Final = "TEXTVERSION#"

ENTRY: Final = "E"
OWED: Final = "A"

_LANE_WORDS: Final = {first_carrier(channel): channel.value for channel in Channel}
"""Lanes of the first carriers are kept under their channels, as they were when a channel had one carrier."""


class CaseItem(StrEnum):
    """The kinds of items in a case's partition, by what their sort keys begin with: the one list of them.

    A new one has to be known to `DynamoCaseRepository.file`, the timeline, the export, the copy without the person and
    memory; a contract test walks each of them through all of these.
    """

    CASE = "CASE"
    INVOICE = "INVOICE#"
    PAYMENTS = "PAYMENTS#"
    REMINDER = "REMINDER#"
    EVENT = "EVENT#"

    @classmethod
    def of(cls, sort: str) -> "CaseItem":
        """The kind of the item with this sort key. Raises: NotUnderstood: another version put it there."""
        word, mark, _ = sort.partition("#")
        try:
            return cls(word + mark)
        except ValueError:
            raise NotUnderstood("case item", word) from None


CASE: Final = CaseItem.CASE.value
INVOICE: Final = CaseItem.INVOICE.value
PAYMENTS: Final = CaseItem.PAYMENTS.value
REMINDER: Final = CaseItem.REMINDER.value
EVENT: Final = CaseItem.EVENT.value


def creditor_partition(creditor: str) -> str:
    """Where a creditor's own items are."""
    return f"C#{creditor}"


def case_partition(creditor: str, debtor: str) -> str:
    """Where everything between the creditor and the debtor is."""
    return f"C#{creditor}#D#{debtor}"


def reference_rates() -> Key:
    """The reference rates that were imported, for all creditors."""
    return RATES, "REFERENCE"


def euro_rates() -> Key:
    """The rates of the euro that were imported, for all creditors."""
    return RATES, "EURO"


def listed_creditor(creditor: str) -> Key:
    """The creditor's line in the list of all."""
    return CREDITORS, creditor


def creditor(creditor: str) -> Key:
    """The creditor."""
    return creditor_partition(creditor), "CREDITOR"


def campaign(creditor: str, campaign: str) -> Key:
    """A campaign."""
    return creditor_partition(creditor), CAMPAIGN + campaign


def case(creditor: str, debtor: str) -> Key:
    """The case itself."""
    return case_partition(creditor, debtor), CASE


def invoice(key: InvoiceKey) -> Key:
    """An invoice."""
    return case_partition(key.creditor, key.debtor), INVOICE + key.number


def payments_page(key: InvoiceKey, page: int) -> Key:
    """One page of the payments of an invoice that has very many; pages count from 1."""
    return case_partition(key.creditor, key.debtor), f"{PAYMENTS}{page:06}#{key.number}"


def payments_page_in(sort: str) -> tuple[str, int]:
    """Invoice and number of a page."""
    page, _, number = sort.removeprefix(PAYMENTS).partition("#")
    return number, int(page)


def reminder(key: ReminderKey) -> Key:
    """A reminder."""
    return case_partition(key.creditor, key.debtor), f"{REMINDER}{key.day.isoformat()}#{key.id}"


def fact(creditor: str, debtor: str, at: datetime, fact_id: str) -> Key:
    """A fact, in the order of time."""
    return case_partition(creditor, debtor), f"{EVENT}{at.isoformat(timespec='microseconds')}#{fact_id}"


def suppressed(creditor: str, digest: str) -> Key:
    """An address that must not be used."""
    return f"C#{creditor}#A#{digest}", "SUPPRESSED"


def webhook(creditor: str, webhook_id: str) -> Key:
    """A webhook that was taken in."""
    return f"C#{creditor}#W#{webhook_id}", "WEBHOOK"


def run(creditor: str, campaign: str, shard: int | None = None) -> Key:
    """How far the planning of a shard has come; without a shard, the last day that was put on the queue."""
    return creditor_partition(creditor), f"RUN#{campaign}" + ("" if shard is None else f"#{shard}")


def agenda_round(creditor: str) -> Key:
    """When something came onto the agenda, and when it was looked at."""
    return creditor_partition(creditor), "AGENDA"


def health(creditor: str) -> Key:
    """What the newest sweep found."""
    return creditor_partition(creditor), "HEALTH"


def lane(creditor: str, carrier: Carrier) -> Key:
    """A stopped lane."""
    return creditor_partition(creditor), LANE + _LANE_WORDS.get(carrier, carrier.value)


_ALONE: Final = frozenset({SNS, SES})


def lane_in(sort: str) -> Carrier:
    """The carrier of a stopped lane."""
    word = sort.removeprefix(LANE)
    return next((carrier for carrier, stored in _LANE_WORDS.items() if stored == word), Carrier(word))


def brake(carrier: Carrier) -> str:
    """What the sort keys of all counts of a carrier begin with."""
    return BRAKE if carrier == SES else f"{_OTHER_BRAKE}{carrier.value}#"


def brake_hour(creditor: str, carrier: Carrier, hour: datetime) -> Key:
    """What became of the creditor's e-mails over a carrier in an hour, in the order of time."""
    return creditor_partition(creditor), f"{brake(carrier)}{hour.astimezone(UTC):%Y-%m-%dT%H}"


def message(carrier: Carrier, message_id: str) -> str:
    """Partition of the message index: no carrier's ids meet another's.

    Ids of SNS and SES have no `#` in them and stand alone, as they did when there was no other carrier in this index.
    """
    return message_id if carrier in _ALONE else f"{carrier.value}#{message_id}"


def message_in(key: str) -> str:
    """The carrier's id in a partition of the message index."""
    return key.partition("#")[2] or key


def import_record(creditor: str, import_id: str) -> Key:
    """An import."""
    return creditor_partition(creditor), IMPORT + import_id


def import_answers(creditor: str) -> Key:
    """What was answered about the columns of the creditor's files, for good."""
    return creditor_partition(creditor), ANSWERS


def arrival(creditor: str, at: datetime, import_id: str) -> Key:
    """The line that finds an import by its time."""
    return creditor_partition(creditor), f"{ARRIVAL}{at.isoformat(timespec='microseconds')}#{import_id}"


def text(creditor: str, path: str) -> Key:
    """A creditor's own text in force."""
    return creditor_partition(creditor), TEXT + path


def text_versions(path: str) -> str:
    """What the sort keys of all versions of a text begin with."""
    return f"{_TEXT_VERSION}{path}#"


def text_version(creditor: str, path: str, version: int) -> Key:
    """One version of it; versions sort by number."""
    return creditor_partition(creditor), f"{text_versions(path)}{version:06}"


def due_shard(creditor: str, shard: int) -> str:
    """Partition of the due index. Older, smaller numbers of shards share the first partitions of the newest."""
    return f"C#{creditor}#S#{shard}"


def due_key(due_on: date, debtor: str, number: str) -> str:
    """Sort key of the due index."""
    return f"{due_on.isoformat()}#{debtor}#{number}"


def agenda_shard(creditor: str, shard: int) -> str:
    """Partition of the agenda index."""
    return f"C#{creditor}#N#{shard}"


def agenda_key(on: date, debtor: str, *, is_entry: bool) -> str:
    """Sort key of the agenda index: what begins apart from what is owed, for it may be spread over days."""
    return f"{ENTRY if is_entry else OWED}{on.isoformat()}#{debtor}"


def retention_shard(creditor: str, shard: int) -> str:
    """Partition of the retention index."""
    return f"C#{creditor}#R#{shard}"


def retention_key(closed_on: date, debtor: str) -> str:
    """Sort key of the retention index."""
    return f"{closed_on.isoformat()}#{debtor}"


def redacted(creditor: str) -> Key:
    """How far the redaction of reminders has come."""
    return creditor_partition(creditor), "REDACTED"


def debtor_in(partition: str) -> tuple[str, str]:
    """Creditor and debtor of a case's partition."""
    creditor, _, debtor = partition.removeprefix("C#").partition("#D#")
    return creditor, debtor


def reminder_in(partition: str, sort: str) -> ReminderKey:
    """Key of the reminder at these keys of the table."""
    creditor, debtor = debtor_in(partition)
    day, _, reminder_id = sort.removeprefix(REMINDER).partition("#")
    return ReminderKey(creditor, debtor, date.fromisoformat(day), reminder_id)


def import_in(partition: str, sort: str) -> tuple[str, str]:
    """Creditor and id of an import."""
    return partition.removeprefix("C#"), sort.removeprefix(IMPORT)


def letters_partition(creditor: str) -> str:
    """Where the list of a creditor's letters is, and of the batches that they are printed in."""
    return f"C#{creditor}#L"


def letter(creditor: str, day: date, letter_id: str) -> Key:
    """A letter, in the order of days."""
    return letters_partition(creditor), f"{LETTER}{day.isoformat()}#{letter_id}"


def batch(creditor: str, day: date, number: int) -> Key:
    """A batch of a day."""
    return letters_partition(creditor), f"{BATCH}{day.isoformat()}#{number:04}"


def payments_partition(creditor: str) -> str:
    """Where a creditor's payments are listed."""
    return f"C#{creditor}#P"


def booked_payment(creditor: str, debtor: str, number: str, payment_id: str, *, is_loose: bool = False) -> Key:
    """A payment that stands with an invoice; a second time where nobody knew the invoice when it came."""
    digest = sha256(f"{debtor}\x1f{number}\x1f{payment_id}".encode()).hexdigest()[:24]
    return payments_partition(creditor), (LOOSE if is_loose else BOOKED) + digest


def unmatched_payment(creditor: str, payment_id: str) -> Key:
    """A payment that was kept apart."""
    return payments_partition(creditor), PAYMENT + payment_id
