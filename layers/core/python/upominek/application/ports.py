"""What the use cases need of the world.

Adapters in `upominek.adapters` make these real; `adapters.memory` holds every one of them in memory, with the same
guarantees, and the contract tests hold all of them to the same words.

Times are aware UTC, days are the creditor's local dates. Repositories raise `domain.errors` only.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol

from upominek.application.messages import OutboxItem, PlanJob, Planned
from upominek.domain.bounce_brake import Tally
from upominek.domain.campaign import Campaign
from upominek.domain.case import Case, CaseFile, Contact, Fact, Hold
from upominek.domain.creditor import Creditor, Limits
from upominek.domain.debtor import DebtorDetails
from upominek.domain.invoice import Invoice
from upominek.domain.planning import DueInvoice, Span
from upominek.domain.receipt import Receipt
from upominek.domain.reminder import Channel, Reminder, ReminderKey, ReminderStatus, SentLetter
from upominek.domain.sms import SmsParts
from upominek.domain.text import NO_OVERRIDES, Overrides, TextKey, TextOverride

if TYPE_CHECKING:
    # Only what writes messages, makes letters, reckons interest or sweeps needs these; other cold starts do not wait.
    from upominek.application.health import Health
    from upominek.application.letter_content import LetterContent
    from upominek.application.message_context import MessageContext
    from upominek.domain.law.rates import EuroRate, RateTables, ReferenceRate
    from upominek.domain.letter import Letter
    from upominek.domain.posting import Batch, StoredLetter


class Clock(Protocol):
    """Time, as business sees it: movable in the embedded default, nowhere else."""

    def now(self) -> datetime:
        """The current time, aware UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait for real seconds."""
        ...


class IdFactory(Protocol):
    """Fresh ids, for facts that no retry must meet again."""

    def new(self) -> str:
        """A new id, sortable by time."""
        ...


@dataclass(frozen=True, slots=True)
class InvoiceKey:
    """Where an invoice is kept."""

    creditor: str
    debtor: str
    number: str


@dataclass(frozen=True, slots=True)
class InvoiceChange:
    """An invoice as it was read (version 0 when it did not exist) and as it shall be."""

    before: Invoice
    after: Invoice


class CreditorRepository(Protocol):
    """Creditors and their campaigns."""

    def get(self, creditor: str) -> Creditor:
        """The creditor. Raises: NotFound."""
        ...

    def ids(self) -> Sequence[str]:
        """All creditors, in alphabetical order."""
        ...

    def save(self, creditor: Creditor) -> None:
        """Store or replace."""
        ...

    def campaigns(self, creditor: str) -> tuple[Campaign, ...]:
        """All campaigns of the creditor, active or not, in no particular order."""
        ...

    def save_campaign(self, creditor: str, campaign: Campaign) -> None:
        """Store or replace."""
        ...


class CaseRepository(Protocol):
    """Cases: debtor, holds, caps, suppressed addresses, and the history of each."""

    def get(self, creditor: str, debtor: str) -> Case:
        """A consistent read. Raises: NotFound."""
        ...

    def get_many(self, creditor: str, debtors: Collection[str]) -> dict[str, Case]:
        """Eventually consistent, in batches; debtors without a case are absent."""
        ...

    def open_case(self, creditor: str, details: DebtorDetails, at: datetime) -> None:
        """Create the case, or take over what the details state unless something newer was taken over before.

        Idempotent. Leaves holds, contacts and credits alone.
        """
        ...

    def open_cases(self, creditor: str, details: Sequence[tuple[DebtorDetails, datetime]]) -> None:
        """`open_case` for many debtors at once; those that change nothing are not written."""
        ...

    def reserve_contact(self, creditor: str, debtor: str, contact: Contact, limits: Limits) -> tuple[Case, bool]:
        """Take a place within the caps, atomically; repeating it for the same contact takes no second place.

        Returns:
            The case as it is now, consistently, and whether a place is held. One write, no read.

        Raises:
            NotFound: there is no such case.
        """
        ...

    def release_contact(self, creditor: str, debtor: str, contact: Contact) -> None:
        """Give the place back, if it is held. Idempotent."""
        ...

    def hold(self, creditor: str, debtor: str, hold: Hold, fact: Fact) -> None:
        """Set the hold, replacing one with the same key, and write the fact, both or neither. Idempotent by fact id.

        Raises:
            NotFound: there is no such case.
        """
        ...

    def release(self, creditor: str, debtor: str, hold_key: str, fact: Fact) -> None:
        """Remove the hold and write the fact, both or neither. Idempotent.

        Raises:
            NotFound: there is no such case.
        """
        ...

    def add_fact(self, creditor: str, debtor: str, fact: Fact) -> None:
        """Write a fact into the history; the same id and time twice is one fact."""
        ...

    def acknowledge(self, creditor: str, debtor: str, day: date, numbers: Collection[str], fact: Fact) -> None:
        """Write the fact and tell the case that these invoices were acknowledged on the day, both or neither.

        Idempotent by fact id; nothing overwrites either.

        Raises:
            NotFound: there is no such case.
        """
        ...

    def suppress(self, creditor: str, debtor: str, address_digest: str, fact: Fact) -> None:
        """Mark the address as unusable for this creditor (all its debtors) and tell this case. Idempotent."""
        ...

    def suppressed(self, creditor: str, digests: Collection[str]) -> frozenset[str]:
        """Those of the digests that are suppressed for the creditor.

        Eventually consistent: what another debtor's case has told of a shared address may be missing for a second. Of
        its own addresses each case knows at once.
        """
        ...

    def note_closing(self, creditor: str, debtors: Collection[str], day: date, shards: tuple[int, ...]) -> None:
        """Note the day on which an invoice of each case is about to be closed: its retention may run from it.

        Comes before the invoice is written, so that no crash and no race leaves a closed case without its day. That
        other invoices of the case are open is found out when the years are over.
        """
        ...

    def file(self, creditor: str, debtor: str) -> CaseFile:
        """The whole case by one query, consistent. Raises: NotFound."""
        ...


class InvoiceRepository(Protocol):
    """Invoices, and the index of open ones by due date."""

    def get_many(self, keys: Collection[InvoiceKey]) -> dict[InvoiceKey, Invoice]:
        """Consistent, in batches; those that do not exist are absent."""
        ...

    def save(self, changes: Sequence[InvoiceChange], shards: tuple[int, ...]) -> list[InvoiceKey]:
        """Write each change, provided that the stored invoice still has the version of `before`.

        An invoice whose `credit` changes is written in one transaction with its case. What is open gets its place in
        the due index, by the creditor's newest number of shards; what is closed leaves it.

        Returns:
            Keys that somebody else changed first: read, fold and save these again. The others are durable.
        """
        ...

    def due(self, creditor: str, shards: tuple[int, ...], shard: int, spans: Sequence[Span]) -> Iterator[DueInvoice]:
        """Open invoices of one shard with due dates in the spans, from the index, by due date then debtor.

        Args:
            shards: every number of shards that the creditor has had; `shard` counts within the newest.
        """
        ...

    def all_open(self, creditor: str, shards: tuple[int, ...]) -> Iterator[DueInvoice]:
        """Every open invoice of the creditor, from the index."""
        ...


class ReminderRepository(Protocol):
    """Reminders and their receipts."""

    def claim(self, reminder: Reminder) -> Reminder | None:
        """Record the claimed reminder if its key is free.

        Returns:
            None when the claim is ours; otherwise the reminder that stands there already.
        """
        ...

    def unclaim(self, key: ReminderKey, claimed_at: datetime) -> None:
        """Take back our own claim, after a failure that certainly preceded the provider call. Idempotent."""
        ...

    def record(self, reminder: Reminder) -> None:
        """Store the outcome over the claim: sent, skipped, expired, failed or unknown, with all fields.

        Never lowers a status (`Rank`) that a faster receipt has set; details are filled in all the same.
        """
        ...

    def apply_receipt(self, key: ReminderKey, receipt: Receipt, status: ReminderStatus | None) -> Reminder | None:
        """Append the receipt unless its id is known, and raise the status to `status` if that ranks higher.

        Returns:
            The reminder afterwards when the receipt was new, None when it was a repetition.

        Raises:
            NotFound: no such reminder (yet).
        """
        ...

    def find_by_message(self, message_id: str) -> ReminderKey | None:
        """The SMS reminder that a provider's message id belongs to, from the index, eventually consistent.

        E-mails are not in the index, as their receipts carry our own ids, unless the person was erased from the case.
        """
        ...

    def get(self, key: ReminderKey) -> Reminder:
        """A consistent read. Raises: NotFound."""
        ...

    def get_many(self, wanted: Collection[ReminderKey]) -> dict[ReminderKey, Reminder]:
        """Eventually consistent, in batches; those that do not exist are absent."""
        ...

    def since(self, creditor: str, debtor: str, first: date, last: date) -> Sequence[Reminder]:
        """Reminders of the days, both included, consistent."""
        ...


@dataclass(frozen=True, slots=True)
class LaneStop:
    """A channel of a creditor that stands still until a person mends the cause and reopens it."""

    channel: Channel
    at: datetime
    code: str
    detail: str = ""


class ProgressRepository(Protocol):
    """How far the runs have come, and which lanes stand still."""

    def planned_through(self, creditor: str, campaign: str, shard: int) -> date | None:
        """The last day of which the shard was planned completely."""
        ...

    def set_planned_through(self, creditor: str, campaign: str, shard: int, day: date) -> None:
        """Move the cursor forward; never back."""
        ...

    def started_on(self, creditor: str, campaign: str) -> date | None:
        """The last day for which the campaign's shards were put on the queue."""
        ...

    def set_started_on(self, creditor: str, campaign: str, day: date) -> None:
        """Remember it; never back."""
        ...

    def lane_stops(self, creditor: str) -> Mapping[Channel, LaneStop]:
        """The stopped lanes of the creditor."""
        ...

    def stop_lane(self, creditor: str, stop: LaneStop) -> None:
        """Stop a lane; the first reason stays."""
        ...

    def reopen_lane(self, creditor: str, channel: Channel) -> None:
        """Let it run again. Idempotent.

        With the e-mail lane, everything counted until now is forgotten: it would stop the lane again at once.
        """
        ...

    def count(self, creditor: str, hour: datetime, tally: Tally, token: str) -> None:
        """Add to what became of the creditor's e-mails in this hour, by one write.

        Args:
            token: of this addition; one that is repeated right after itself is not added again.
        """
        ...

    def counted(self, creditor: str, first: datetime) -> Tally:
        """What was counted since this hour, consistent. Hours are forgotten after some days."""
        ...


class ManifestStore(Protocol):
    """Which reminders each day's runs put on the outbox: all of them, since nothing is sent before it is written here.

    Manifests are dropped some time after their day; nothing else ever scans for reminders.
    """

    def write(self, creditor: str, day: date, entries: Sequence[Planned]) -> None:
        """Add to the day's manifest, durably. Idempotent; entries may have been written before, with others."""
        ...

    def days(self, creditor: str) -> list[date]:
        """The days with a manifest, ascending."""
        ...

    def read(self, creditor: str, day: date) -> Iterator[Planned]:
        """The day's reminders, each once, in no particular order; empty where there is no manifest.

        Originals, not fallbacks: the fallback's key derives from the same creditor, campaign, debtor and day.
        """
        ...


class HealthRepository(Protocol):
    """What the newest sweep found of each creditor."""

    def get(self, creditor: str) -> "Health | None":
        """What was kept last; None where no sweep has come by."""
        ...

    def save(self, health: "Health") -> None:
        """Store or replace."""
        ...


class RetentionRepository(Protocol):
    """What is kept no longer: words and addresses of old reminders, and the person in cases closed long ago."""

    def redacted_through(self, creditor: str) -> date | None:
        """The last day of planning whose reminders were all redacted."""
        ...

    def set_redacted_through(self, creditor: str, day: date) -> None:
        """Remember it; never back."""
        ...

    def redact(self, reminders: Sequence[Reminder]) -> Sequence[ReminderKey]:
        """Write each as `retention.redacted` made it, unless a receipt has come since it was read.

        Returns:
            Keys of those that changed in the meantime: read and redact these again.
        """
        ...

    def closed_before(self, creditor: str, shards: tuple[int, ...], day: date) -> Iterator[tuple[str, date]]:
        """Debtors whose last noted closing was before the day, with the day of it, from the index.

        A case whose erasure has begun is among them at once, with `date.min`.
        """
        ...

    def keep_open(self, creditor: str, debtor: str, closed_on: date) -> None:
        """Take a case off the index that turned out not to be closed, unless a later closing was noted. Idempotent."""
        ...

    def begin_erasure(self, creditor: str, debtor: str, shards: tuple[int, ...], secret: str) -> str:
        """Note in the case that it is being erased; returns the secret that stands there now, the first one given."""
        ...

    def keep_nameless(self, file: CaseFile, at: datetime) -> None:
        """Store a case that `pseudonym.without_person` made, idempotent.

        It is in no index but that of messages, e-mails too: their receipts carry ids that lead nowhere any more.
        """
        ...

    def forget(self, creditor: str, debtor: str, secret: str, digests: Collection[str]) -> None:
        """Delete all that is kept of the case, the case itself last. Idempotent.

        Args:
            secret: of the erasure; a case that has another one, or none, is a new one and stays.
            digests: of addresses; where they are marked as unusable, the marks stay and no longer name the debtor.
        """
        ...


class WebhookRepository(Protocol):
    """Ids of webhooks taken in, so that one id never stands for two bodies."""

    def remember(self, creditor: str, webhook_id: str, body_digest: str) -> bool:
        """Remember the id with the digest of its body, for some days; False when it stands for another body."""
        ...


class Queues(Protocol):
    """The queues that this product writes to."""

    def plan(self, jobs: Sequence[PlanJob]) -> None:
        """Put jobs on the planning queue, durably."""
        ...

    def send(self, items: Iterable[OutboxItem], *, delay_seconds: int = 0) -> None:
        """Put reminders on the lanes of their channels, in batches, fair by creditor, durably.

        Args:
            delay_seconds: 0 to 900; nobody sees the item before.
        """
        ...

    def import_chunks(self, jobs: Sequence[Mapping[str, object]]) -> None:
        """Put jobs on the import queue, durably."""
        ...

    def receipts(self, bodies: Iterable[Mapping[str, object]], *, delay_seconds: int = 0) -> None:
        """Put reports of providers on the receipts queue, in batches, durably.

        Args:
            delay_seconds: 0 to 900; nobody sees them before.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsMessage:
    """An SMS ready to go."""

    key: ReminderKey
    to: str
    text: str
    sender: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with an e-mail.

    Attributes:
        media_type: `application/pdf`, `image/png`.
        content_id: set for a picture that the HTML shows as `cid:<content_id>`, and only for that.
    """

    name: str
    media_type: str
    content: bytes
    content_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailMessage:
    """An e-mail ready to go.

    Attributes:
        sender, reply_to: an address, possibly with a name: `Hydro <faktury@example.com>`.
        attachments: files to keep, and pictures that the HTML shows.
    """

    key: ReminderKey
    to: str
    sender: str
    subject: str
    text: str
    html: str
    reply_to: str | None = None
    attachments: tuple[Attachment, ...] = ()


class SmsSender(Protocol):
    """The way out for SMS."""

    def send(self, message: SmsMessage) -> str:
        """Hand the message over, once; returns the provider's message id.

        Raises:
            TemporaryFailure, PermanentFailure, LaneFault: certainly not sent.
            OutcomeUnknown: may or may not have been sent.
        """
        ...


class EmailSender(Protocol):
    """The way out for e-mail."""

    def send(self, message: EmailMessage) -> str:
        """As `SmsSender.send`."""
        ...


# A tuple is defined in a fifth of the time that a dataclass takes, and every cold start of the sender waits for it.
class PostalLetter(NamedTuple):
    """A letter ready to be put among those to print."""

    letter: "StoredLetter"
    pdf: bytes


class PostSender(Protocol):
    """The way out for letters: to where they are gathered for printing."""

    def send(self, letter: PostalLetter) -> str:
        """As `SmsSender.send`; a letter that was put there before is not put there again."""
        ...

    def find(self, key: ReminderKey, day: date) -> SentLetter | None:
        """The letter of a reminder that was put there on the day; None where there is none. Consistent."""
        ...


class LetterRepository(Protocol):
    """Letters that were made, and the batches in which they are printed."""

    def add(self, letter: "StoredLetter") -> "StoredLetter":
        """Remember the letter, if its day and id are free; returns the one that stands there now. Idempotent."""
        ...

    def find(self, creditor: str, day: date, letter_id: str) -> "StoredLetter | None":
        """A consistent read."""
        ...

    def of(self, creditor: str, day: date | None = None) -> "Sequence[StoredLetter]":
        """The creditor's letters, of a day or all, by day and id; consistent."""
        ...

    def remove(self, letter: "StoredLetter") -> None:
        """Strike it off the list. Idempotent."""
        ...

    def batches(self, creditor: str, day: date) -> "Sequence[Batch]":
        """The batches of a day by number, consistent."""
        ...

    def open_batch(self, batch: "Batch") -> bool:
        """Say which letters the batch has, once and for all; False where the number is taken."""
        ...

    def close_batch(self, batch: "Batch") -> None:
        """Note the hash and the pages of the batch's PDF. Idempotent."""
        ...


@dataclass(slots=True)  # not frozen: that would take longer to make than counting an SMS takes
class Rendered:
    """A message's words; subject, preheader and html are None for SMS.

    Attributes:
        preheader: the sentence that mail programs show beside the subject.
        images: shown within the HTML by their content ids.
        documents: files that go with the message.
        posted: what is printed; None for what goes over a network.
        parts: how the text travels as an SMS; None for an e-mail.
        failed_override: path of the creditor's own text that did not render, so that the shipped one stands here.
    """

    text: str
    subject: str | None = None
    html: str | None = None
    preheader: str | None = None
    images: tuple[Attachment, ...] = ()
    documents: tuple[Attachment, ...] = ()
    posted: PostalLetter | None = None
    parts: SmsParts | None = None
    failed_override: str | None = None


class Renderer(Protocol):
    """Templates made into texts."""

    def render(
        self,
        channel: Channel,
        template: str,
        context: "MessageContext",
        overrides: Overrides = NO_OVERRIDES,
        *,
        with_images: bool = True,
    ) -> Rendered:
        """The message; its language, tone and kind are the context's.

        Args:
            template: the text's name, such as `overdue`.
            overrides: the creditor's own texts, which come before the shipped ones.
            with_images: whether images are wanted: a preview has no use for them, and drawing takes time.

        Raises:
            InvalidValue: `template_not_found`, `template_invalid`, or `text_too_long` for any provider.
        """
        ...


class Typesetter(Protocol):
    """Letters made into PDF; the same content gives the same bytes."""

    def letter(self, content: "LetterContent", overrides: Overrides = NO_OVERRIDES) -> "Letter":
        """One letter.

        Raises:
            InvalidValue: `template_not_found`, `template_invalid`, `letter_not_set`.
        """
        ...


class TextRepository(Protocol):
    """Creditors' own texts: the ones in force, and every version that there ever was."""

    def current(self, creditor: str) -> Overrides:
        """Those in force, by one consistent query."""
        ...

    def save(self, creditor: str, override: TextOverride) -> None:
        """Store a new version and put it in force, both or neither; one without a source brings the shipped text back.

        Args:
            override: its version is the one before plus one.

        Raises:
            Conflict: somebody else made this version first.
        """
        ...

    def history(self, creditor: str, key: TextKey) -> Sequence[TextOverride]:
        """All versions of a text, oldest first; empty where the shipped text always stood."""
        ...


class FileStore(Protocol):
    """Files that came in, and reports that go out (S3)."""

    def size(self, key: str) -> int:
        """Bytes. Raises: NotFound."""
        ...

    def open(self, key: str, first: int = 0, last: int | None = None) -> AbstractContextManager[BinaryIO]:
        """A stream of the bytes from first to last, both included. Raises: NotFound."""
        ...

    def put(self, key: str, content: bytes, content_type: str = "application/octet-stream") -> None:
        """Store or replace."""
        ...

    def put_stream(self, key: str, content: Iterable[bytes], content_type: str = "application/octet-stream") -> None:
        """Store or replace from pieces, in constant memory."""
        ...

    def list(self, prefix: str) -> Sequence[str]:
        """Keys below the prefix, in alphabetical order."""
        ...

    def delete(self, keys: Sequence[str]) -> None:
        """Remove; what is not there is no error."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRecord:
    """How far the import of one file has come; also its final report.

    Attributes:
        id: derived from the file (key and version), so that a redelivered event meets the same import.
        state: `checking`, `applying`, `done`, `failed`, or `waiting` (a snapshot that would settle too much).
        chunks: how many the file was cut into; `checked` and `applied` hold the numbers of those finished.
        counts: rows, accepted, rejected, new, changed, unchanged, settled.
        plan: the cut as JSON text, opaque to the repository.
    """

    id: str
    creditor: str
    key: str
    state: str
    started_at: datetime
    finished_at: datetime | None = None
    digest: str = ""
    chunks: int = 0
    checked: frozenset[int] = frozenset()
    applied: frozenset[int] = frozenset()
    counts: Mapping[str, int] = field(default_factory=dict)
    error_code: str | None = None
    plan: str = ""


class ImportRepository(Protocol):
    """Imports of files."""

    def start(self, record: ImportRecord) -> ImportRecord:
        """Store the record if its id is new; returns what stands there now."""
        ...

    def get(self, creditor: str, import_id: str) -> ImportRecord:
        """A consistent read. Raises: NotFound."""
        ...

    def finish_chunk(
        self, creditor: str, import_id: str, phase: str, chunk: int, counts: Mapping[str, int]
    ) -> ImportRecord:
        """Note that a chunk is `checked` or `applied` (the phase) and add its counts, once, atomically.

        Returns:
            The record as it is now.
        """
        ...

    def advance(self, creditor: str, import_id: str, from_state: str, record: ImportRecord) -> bool:
        """Replace state, counts, plan, error and finish time if the state is still `from_state`; False otherwise."""
        ...

    def recent(self, creditor: str, limit: int = 20) -> Sequence[ImportRecord]:
        """Newest first."""
        ...


class RateRepository(Protocol):
    """What interest and compensation are reckoned by: the packaged tables, and what was imported since."""

    def tables(self) -> "RateTables":
        """The packaged tables with what was imported. May be some minutes old, but not what this process saved."""
        ...

    def save_reference(self, rates: Sequence["ReferenceRate"], checked_on: date, source: str) -> None:
        """From the first of these days on, put these reference rates in place of all others.

        Args:
            rates: oldest first, at least one.
            checked_on: the day up to which they are known to be complete.

        Raises:
            Conflict: somebody else imported at the same moment.
        """
        ...

    def save_euro(self, rates: Iterable["EuroRate"], source: str) -> None:
        """Add these rates of the euro; of one day, the newest counts. Raises: Conflict."""
        ...


class SecretStore(Protocol):
    """Webhook secrets."""

    def webhook_secrets(self, creditor: str) -> tuple[str, ...]:
        """The valid secrets (`whsec_…`), newest first; at most two, so that they can be rotated. Raises: NotFound."""
        ...

    def save_webhook_secrets(self, creditor: str, secrets: Sequence[str]) -> None:
        """Store or replace."""
        ...
