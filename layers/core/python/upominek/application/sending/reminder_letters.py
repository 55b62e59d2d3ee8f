"""Letters that campaigns produce: posted ones made on the spot, attached ones made before and looked at once more."""

from collections.abc import Callable
from hashlib import sha256
from typing import Final

from upominek.application.ports.carriers import Attachment, LetterToPost
from upominek.application.ports.files import FileStore
from upominek.application.ports.letters import Typesetter
from upominek.application.ports.rates import RateRepository
from upominek.application.sending.lease import Lease, LetterOutdated, MessagePlan
from upominek.application.texts.compose_letter import fingerprint, letter_content
from upominek.domain.errors import NotFound, PermanentFailure
from upominek.domain.letters.letter import Letter, envelope_lines
from upominek.domain.letters.stored_letter import Route, StoredLetter
from upominek.domain.messages.reminder import LetterRef
from upominek.domain.planning.letter_kind import LetterKind

LARGEST_ATTACHMENT: Final = 10_000_000
"""Bytes. Mail programs of many firms take no more than that; a letter of one page has forty thousand."""
PDF: Final = "application/pdf"


def typeset(
    lease: Lease, message_plan: MessagePlan, kind: LetterKind, rates: RateRepository, typesetter: Typesetter
) -> Letter:
    """The letter, set in the words in force."""
    terms = lease.terms
    content = letter_content(
        kind,
        message_plan.context,
        creditor=terms.creditor,
        case=message_plan.case,
        decision=message_plan.decision,
        invoices=message_plan.invoices,
        rates=rates,
    )
    return typesetter.letter(content, terms.overrides)


def stored_as(lease: Lease, message_plan: MessagePlan, letter: Letter, letter_id: str, route: Route) -> StoredLetter:
    """The letter as it is kept."""
    debtor = message_plan.case.debtor
    return StoredLetter(
        creditor=lease.item.creditor,
        debtor=debtor.id,
        day=lease.today,
        id=letter_id,
        kind=letter.kind,
        route=route,
        at=lease.reminder.claimed_at,
        sha256=letter.sha256,
        pages=letter.pages,
        name=debtor.name or debtor.id,
        address=envelope_lines(debtor.address),
    )


def posted(
    lease: Lease, message_plan: MessagePlan, rates: RateRepository, typesetter: Typesetter | None
) -> LetterToPost:
    """The letter that the reminder is."""
    if message_plan.letter is None or typesetter is None:
        raise LookupError("letters to be posted are made by another function")
    letter = typeset(lease, message_plan, message_plan.letter, rates, typesetter)
    return LetterToPost(
        letter=stored_as(lease, message_plan, letter, lease.reminder.key.id, Route.POST),
        pdf=letter.pdf,
    )


def attached(
    lease: Lease, message_plan: MessagePlan, files: Callable[[], FileStore] | None
) -> tuple[Attachment, LetterRef]:
    """The letter that was made for the e-mail, if it still says what holds.

    Raises:
        LetterOutdated: it does not, or it is not there.
        PermanentFailure: `letter-too-large`.
    """
    made, kind = lease.item.letter, message_plan.letter
    if made is None or kind is None or files is None:
        raise LetterOutdated
    if made.kind != kind.value or made.fingerprint != fingerprint(kind, message_plan.context, lease.terms.overrides):
        raise LetterOutdated
    try:
        with files().open(made.key, 0, LARGEST_ATTACHMENT) as stream:
            content = stream.read(LARGEST_ATTACHMENT + 1)
    except NotFound:
        raise LetterOutdated from None
    if len(content) > LARGEST_ATTACHMENT:
        raise PermanentFailure("letter-too-large")
    if sha256(content).hexdigest() != made.sha256:
        raise LetterOutdated
    letter = LetterRef(id=made.id, kind=made.kind, key=made.key, sha256=made.sha256, pages=made.pages)
    return Attachment(name=made.name, media_type=PDF, content=content), letter
