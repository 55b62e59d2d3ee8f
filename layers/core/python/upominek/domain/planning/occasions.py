"""What a message is asked by its occasion: what sets it apart, what it says, and whether it still holds.

A step of a ladder answers by its campaign, a message on an event by its row here.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from upominek.domain.errors import NotUnderstood
from upominek.domain.messages.occasion import OF_A_STEP, Occasion, OccasionTraits
from upominek.domain.planning.campaign import Campaign, Step
from upominek.domain.planning.decision import SkipReason
from upominek.domain.planning.message_on_event import MessageOnEvent
from upominek.domain.planning.recheck import Gone, remaining
from upominek.domain.receivables.invoice import Invoice
from upominek.domain.receivables.open_invoice import DueInvoice

_ROWS: Final[tuple[MessageOnEvent, ...]] = ()
"""The messages on events: one line for each."""
ON_EVENTS: Final = {row.kind: row for row in _ROWS}


def message_on(occasion: Occasion) -> MessageOnEvent:
    """The row of an event. Raises: NotUnderstood, for one of another version: nobody here knows what it would say."""
    row = ON_EVENTS.get(occasion.kind)
    if row is None:
        raise NotUnderstood("occasion", occasion.kind)
    return row


def traits_of(occasion: Occasion) -> OccasionTraits:
    """What sets the message apart; one of another version counts as what the most depends on."""
    row = ON_EVENTS.get(occasion.kind)
    return OF_A_STEP if row is None else row.traits


def asks_for_payment(text: str) -> bool:
    """Whether the text of this name does: all that are no notices on an event, a creditor's own among them."""
    row = ON_EVENTS.get(text)
    return row is None or row.traits.asks_for_payment


def words_of(occasion: Occasion, step: str, campaigns: Iterable[Campaign], campaign: str) -> Step | None:
    """What is said on the occasion: the step of the campaign's ladder, or the event's words.

    Args:
        step: its name.
        campaign: id of the one that the message belongs to.

    Returns:
        None where there is no such step any more, or nobody here knows the event.
    """
    if not occasion.is_step:
        row = ON_EVENTS.get(occasion.kind)
        return None if row is None else row.words
    ladders = (one.ladder for one in campaigns if one.id == campaign)
    return next((one for ladder in ladders for one in ladder if one.name == step), None)


def event_holds(
    occasion: Occasion, numbers: Sequence[str], invoices: Mapping[str, Invoice]
) -> tuple[dict[DueInvoice, Step], Gone]:
    """The invoices that there is still a word to be said of on an event, and why the others dropped out.

    Args:
        numbers: of the invoices that it is about.
        invoices: as just read; those that do not exist are absent.

    Raises:
        NotUnderstood: the event is of another version.
    """
    row = message_on(occasion)

    def look(invoice: Invoice | None) -> tuple[DueInvoice, Step] | Gone:
        if invoice is None or invoice.header is None or invoice.outstanding is None:
            return Gone(SkipReason.CHANGED)
        header, gone = invoice.header, row.gone(occasion, invoice)
        due = DueInvoice(invoice.debtor, invoice.number, header.due_on, invoice.outstanding, header.claim)
        return (due, row.words) if gone is None else gone

    return remaining(numbers, invoices, look)
