"""Messages as they are handed over, and those who take them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from upominek.domain.messages.reminder import LetterRef, ReminderKey
from upominek.domain.values.carrier import Carrier
from upominek.domain.values.channel import Channel

if TYPE_CHECKING:
    # Only what writes messages, makes letters, reckons interest or sweeps needs these; other cold starts do not wait.
    from upominek.domain.letters.stored_letter import StoredLetter


T_co = TypeVar("T_co", covariant=True)


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


class ReportNaming(StrEnum):
    """How a carrier's report says which message it is about."""

    OUR_TAGS = "our-tags"  # it returns all of our own key, so nothing has to be looked up
    ITS_ID = "its-id"  # it names the message as the carrier did when it took it
    OUR_REFERENCE = "our-reference"  # it returns the reminder's id, which went out with the message


# A tuple is defined in a fifth of the time that a dataclass takes, and every cold start of the sender waits for it.
class CarrierTraits(NamedTuple):
    """What sets a carrier apart, wherever it is asked.

    Attributes:
        channel: what it serves; None for a carrier of another version.
        recipient_pl, recipient_en: who receives a debtor's data with each of its messages, as art. 15 asks to be told.
        naming: how its reports name their message.
        is_reported: somebody reports what became of a message.
        has_reputation: what comes back counts against the account, so the creditor's lane has a brake.
    """

    channel: Channel | None
    recipient_pl: str
    recipient_en: str
    naming: ReportNaming = ReportNaming.OUR_TAGS
    is_reported: bool = True
    has_reputation: bool = False


class Carriers(Protocol):
    """What is known of carriers."""

    def known(self) -> tuple[Carrier, ...]:
        """All that this version can send over."""
        ...

    def traits(self, carrier: Carrier) -> CarrierTraits:
        """What sets the carrier apart; of one of another version nothing is known but its name."""
        ...


class ByCarrier(Protocol[T_co]):
    """What a worker has for each carrier that it serves; a dictionary will do."""

    def __getitem__(self, carrier: Carrier, /) -> T_co:
        """The carrier's. Raises: KeyError."""
        ...

    def get(self, carrier: Carrier, /) -> T_co | None:
        """The carrier's, or None."""
        ...


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
class LetterToPost(NamedTuple):
    """A letter ready to be put among those to print."""

    letter: "StoredLetter"
    pdf: bytes


class PostSender(Protocol):
    """The way out for letters: to where they are gathered for printing."""

    def send(self, letter: LetterToPost) -> str:
        """As `SmsSender.send`; a letter that was put there before is not put there again."""
        ...

    def find(self, key: ReminderKey, day: date) -> LetterRef | None:
        """The letter of a reminder that was put there on the day; None where there is none. Consistent."""
        ...
