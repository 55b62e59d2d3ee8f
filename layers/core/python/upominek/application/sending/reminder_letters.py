"""Letters that campaigns produce: posted ones made on the spot, attached ones made before and looked at once more."""

from collections.abc import Callable
from hashlib import sha256
from typing import Final

from upominek.application.ports.carriers import Attachment, PostalLetter
from upominek.application.ports.files import FileStore
from upominek.application.ports.letters import Typesetter
from upominek.application.ports.rates import RateRepository
from upominek.application.sending.claim import Claim, Foreseen, LetterOutdated
from upominek.application.texts.compose_letter import fingerprint, letter_content
from upominek.domain.errors import NotFound, PermanentFailure
from upominek.domain.letters.letter import Letter, LetterKind, envelope_lines
from upominek.domain.letters.stored_letter import Route, StoredLetter
from upominek.domain.messages.reminder import SentLetter

LARGEST_ATTACHMENT: Final = 10_000_000
"""Bytes. Mail programs of many firms take no more than that; a letter of one page has forty thousand."""
PDF: Final = "application/pdf"


def typeset(
    claim: Claim, foreseen: Foreseen, kind: LetterKind, rates: RateRepository, typesetter: Typesetter
) -> Letter:
    """The letter, set in the words in force."""
    terms = claim.terms
    content = letter_content(
        kind,
        foreseen.context,
        creditor=terms.creditor,
        case=foreseen.case,
        decision=foreseen.decision,
        invoices=foreseen.invoices,
        rates=rates,
    )
    return typesetter.letter(content, terms.overrides)


def stored_as(claim: Claim, foreseen: Foreseen, letter: Letter, letter_id: str, route: Route) -> StoredLetter:
    """The letter as it is kept."""
    debtor = foreseen.case.debtor
    return StoredLetter(
        creditor=claim.item.creditor,
        debtor=debtor.id,
        day=claim.today,
        id=letter_id,
        kind=letter.kind,
        route=route,
        at=claim.reminder.claimed_at,
        sha256=letter.sha256,
        pages=letter.pages,
        name=debtor.name or debtor.id,
        address=envelope_lines(debtor.address),
    )


def posted(claim: Claim, foreseen: Foreseen, rates: RateRepository, typesetter: Typesetter | None) -> PostalLetter:
    """The letter that the reminder is."""
    if foreseen.letter is None or typesetter is None:
        raise LookupError("letters to be posted are made by another function")
    letter = typeset(claim, foreseen, foreseen.letter, rates, typesetter)
    return PostalLetter(
        letter=stored_as(claim, foreseen, letter, claim.reminder.key.id, Route.POST),
        pdf=letter.pdf,
    )


def attached(claim: Claim, foreseen: Foreseen, files: Callable[[], FileStore] | None) -> tuple[Attachment, SentLetter]:
    """The letter that was made for the e-mail, if it still says what holds.

    Raises:
        LetterOutdated: it does not, or it is not there.
        PermanentFailure: `letter-too-large`.
    """
    made, kind = claim.item.letter, foreseen.letter
    if made is None or kind is None or files is None:
        raise LetterOutdated
    if made.kind != kind.value or made.fingerprint != fingerprint(kind, foreseen.context, claim.terms.overrides):
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
    letter = SentLetter(id=made.id, kind=made.kind, key=made.key, sha256=made.sha256, pages=made.pages)
    return Attachment(name=made.name, media_type=PDF, content=content), letter
