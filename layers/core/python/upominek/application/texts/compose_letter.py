"""The letter that a campaign's step produces: which kind, what it says, and how one knows that this still holds."""

import hashlib
from collections.abc import Mapping
from typing import Final

from upominek.application.ports.rates import RateRepository
from upominek.domain.cases.case import Case
from upominek.domain.letters.content import LetterContent
from upominek.domain.messages.reminder import channel_traits
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.decision import Decision
from upominek.domain.planning.letter_kind import LetterKind
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.texts.message_context import MessageContext
from upominek.domain.texts.overrides import Overrides
from upominek.domain.values.kinds import ClaimKind

_DEBTOR: Final = ("name", "first_name", "kind", "nip", "address", "language")
_CREDITOR: Final = (
    "name",
    "nip",
    "account",
    "address",
    "reply_to",
    "contact_person",
    "contact_phone",
    "website",
)
_OF_THE_MESSAGE: Final = frozenset({"creditor", "debtor", "has_letter", "has_code", "tone"})
"""What the letter does not say, or not as a whole."""


def letter_kind(creditor: Creditor, decision: Decision) -> LetterKind | None:
    """The letter that the decision brings: attached to an e-mail, or posted; None where there is none.

    What is posted is never nothing: where the law, or the case, does not allow the letter that the step names, the
    plain reminder goes. Taxes and fees are demanded by a letter of their own, so of these too only a reminder is made.
    """
    channel = None if decision.channel is None else channel_traits(decision.channel)
    is_posted = channel is not None and channel.is_letter
    may_have_one = channel is None or channel.is_letter or channel.attaches_letters
    if not may_have_one or (decision.step.letter is None and not is_posted):
        return None
    kind = LetterKind(decision.letter) if decision.letter is not None else None
    is_tax = any((one.claim or creditor.claim_kind) is ClaimKind.TAX for one in decision.invoices)
    if kind is None or (is_tax and not kind.traits.suits_taxes):
        return LetterKind.REMINDER if is_posted else None
    return kind


def letter_content(
    kind: LetterKind,
    context: MessageContext,
    *,
    creditor: Creditor,
    case: Case,
    decision: Decision,
    invoices: Mapping[str, Invoice],
    rates: RateRepository,
) -> LetterContent:
    """What is set: the same figures as the message has, and for a note of interest every period of it."""
    reckoned = {}
    if decision.claims.adds_money:
        from upominek.domain.planning.statutory_additions import add  # noqa: PLC0415 - only where there is something to reckon

        _, added = add(creditor, case, decision, invoices, context.as_of, rates.tables())
        reckoned = dict(added.reckoned)
    return LetterContent(
        kind=kind,
        context=context,
        reckoned=reckoned,
        is_registered=kind.traits.is_registered,
    )


def fingerprint(kind: LetterKind, context: MessageContext, overrides: Overrides) -> str:
    """A hash over everything that the letter says: invoices, what is owed, sums, dates, addressee, the words in force.

    Two letters with the same one say the same. It holds for one day, as every letter bears its date.
    """
    own = sorted((path, one.sha256) for path, one in overrides.texts.items() if path.startswith("letter/"))
    said = [
        kind.value,
        *((name, getattr(context.debtor, name)) for name in _DEBTOR),
        *((name, getattr(context.creditor, name)) for name in _CREDITOR),
        *((name, value) for name, value in context.as_mapping().items() if name not in _OF_THE_MESSAGE),
        own,
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def attached_id(reminder_id: str, says: str) -> str:
    """What an attached letter is kept under: a letter that says something else is another one."""
    return f"{reminder_id}-{says[:12]}"
