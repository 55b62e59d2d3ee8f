"""Texts, and how they are rendered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from upominek.domain.messages.sms import SmsParts
from upominek.domain.texts.overrides import NO_OVERRIDES, Overrides, TextKey, TextOverride
from upominek.domain.values.channel import Channel

if TYPE_CHECKING:
    # Only what writes messages, makes letters, reckons interest or sweeps needs these; other cold starts do not wait.
    from upominek.domain.texts.message_context import MessageContext
from upominek.application.ports.carriers import Attachment, LetterToPost


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
    posted: LetterToPost | None = None
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
