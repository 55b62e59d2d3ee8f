"""Messages as they are handed over, and those who take them."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from upominek.domain.messages.carrier_traits import CarrierTraits
from upominek.domain.messages.reminder import LetterRef, ReminderKey
from upominek.domain.values.carrier import Carrier

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
