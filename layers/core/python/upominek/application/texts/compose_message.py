"""From a decision to all that its message may say; the sender, the preview and every simulation ask here."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from upominek.application.ports.rates import RateRepository
from upominek.domain.cases.case import Case
from upominek.domain.messages.reminder import channel_traits
from upominek.domain.parties.creditor import Creditor
from upominek.domain.planning.campaign import Campaign
from upominek.domain.planning.decision import Decision
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.texts.message_context import MessageContext, build_context

if TYPE_CHECKING:
    from upominek.domain.planning.letter_kind import LetterKind


def compose_message(
    creditor: Creditor,
    campaign: Campaign | None,
    case: Case,
    decision: Decision,
    invoices: Mapping[str, Invoice],
    today: date,
    *,
    rates: RateRepository,
    has_letter: bool = False,
) -> tuple[Decision, MessageContext]:
    """The context of the message, with what the law adds to its invoices where the decision claims any of it.

    Args:
        decision: one that goes.
        invoices: details by number; without them the amounts are those of the index, and part payments unknown.
        rates: asked only where an amount is to be worked out, so an ordinary message costs no read.
        has_letter: a letter is attached.

    Returns:
        The decision, without what could not be worked out (`rate-missing`), so its template and tone are those to use;
        and the context.
    """
    added = None
    if decision.claims.adds_money:
        from upominek.domain.planning.statutory_additions import add  # noqa: PLC0415 - most messages claim nothing: cold start

        decision, added = add(creditor, case, decision, invoices, today, rates.tables())
    context = build_context(
        creditor,
        case,
        decision,
        invoices,
        today,
        campaign=campaign,
        added=added,
        has_letter=has_letter,
    )
    return decision, context


def compose_with_letter(
    creditor: Creditor,
    campaign: Campaign | None,
    case: Case,
    decision: Decision,
    invoices: Mapping[str, Invoice],
    today: date,
    *,
    rates: RateRepository,
) -> tuple[Decision, MessageContext, "LetterKind | None"]:
    """As `compose_message`, and the kind of the letter that is posted, or attached to the e-mail; None without one."""
    is_posted = decision.channel is not None and channel_traits(decision.channel).is_letter
    if decision.step.letter is None and not is_posted:
        return *compose_message(creditor, campaign, case, decision, invoices, today, rates=rates), None
    from upominek.application.texts.compose_letter import letter_kind  # noqa: PLC0415 - most messages have no letter

    has_letter = letter_kind(creditor, decision) is not None
    decision, context = compose_message(
        creditor, campaign, case, decision, invoices, today, rates=rates, has_letter=has_letter
    )
    kind = letter_kind(creditor, decision)  # what could not be worked out is not claimed by a letter either
    return decision, replace(context, has_letter=kind is not None), kind
