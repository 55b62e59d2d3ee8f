"""Which step of a ladder has come for an invoice, which was said, and whose turn that makes it: pure functions.

A campaign speaks to a debtor of all that is overdue, at the most advanced step that has come for one of the invoices
and was not said of it. It is said of all that the message names, until what it was said for is paid or closed: then
each of the others counts as told as far as its own steps had come. So the stage of a debtor goes back for a reason
only, and nothing is said twice of the same invoices.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from upominek.domain.cases.last_word import LastWord, LastWords
from upominek.domain.law.due_date import is_overdue
from upominek.domain.planning.campaign import Campaign, Entry, Step
from upominek.domain.receivables.open_invoice import DueInvoice
from upominek.domain.values.calendar import ContactHours
from upominek.domain.values.channel import Tone
from upominek.domain.values.unknown import Unknown

SEVERAL: Final = 2
"""Steps after the due date that have passed before an invoice is heard of; with so many, it is heard of late."""

WEIGHTS: Final = {Tone.FRIENDLY: 0, Tone.NEUTRAL: 1, Tone.FORMAL: 2}


def weight_of(tone: Tone | Unknown) -> int:
    """How much a message of this tone weighs within the limits; one of another version as much as any."""
    return WEIGHTS[tone] if isinstance(tone, Tone) else max(WEIGHTS.values())


class OnLadder(NamedTuple):
    """An invoice on a campaign's ladder.

    Attributes:
        begins_on: the day that the steps' offsets are counted from: the due date, or later where the campaign begins
            gently with what it heard of late.
        told: offset of the most advanced step that was said of it; None where none was.
    """

    invoice: DueInvoice
    begins_on: date
    told: int | None

    def come(self, campaign: Campaign, day: date) -> Step | None:
        """The most advanced step that has come by the day; who is overdue is told of no due date to come."""
        late = is_overdue(self.invoice.due_on, day)
        steps = (
            one
            for one in campaign.ladder
            if self.begins_on + timedelta(days=one.offset_days) <= day and (one.offset_days > 0 or not late)
        )
        return max(steps, key=lambda one: one.offset_days, default=None)

    def unsaid(self, campaign: Campaign, day: date) -> Step | None:
        """That step, unless it was said."""
        step = self.come(campaign, day)
        return None if step is None or (self.told is not None and step.offset_days <= self.told) else step


class Turn(NamedTuple):
    """What a campaign has to say to a debtor on a day, before it is asked what may keep it back.

    Attributes:
        invoices: all that are overdue; for a step before the due date those alone whose step has come.
        is_ahead: nothing of it is overdue.
        is_overtaken: more than this was said already of what is still open, so it is not said any more.
    """

    step: Step
    invoices: tuple[DueInvoice, ...]
    is_ahead: bool = False
    is_overtaken: bool = False


def heard_of_on(campaign: Campaign, hours: ContactHours, invoice: DueInvoice) -> date | None:
    """The day on which the campaign first heard of the invoice: when it became known, or when the campaign began."""
    days = (None if invoice.known_at is None else hours.local_day(invoice.known_at), campaign.since)
    return max((day for day in days if day is not None), default=None)


def is_heard_of_late(campaign: Campaign, due_on: date, heard_on: date) -> bool:
    """Whether several steps had passed by then."""
    passed = [one for one in campaign.steps_overdue if due_on + timedelta(days=one.offset_days) < heard_on]
    return len(passed) >= SEVERAL


def begins_on(campaign: Campaign, hours: ContactHours, invoice: DueInvoice) -> date | None:
    """The day that the offsets are counted from; None where the campaign does not take up what it hears of late."""
    heard_on = heard_of_on(campaign, hours, invoice)
    if heard_on is None or not is_heard_of_late(campaign, invoice.due_on, heard_on):
        return invoice.due_on
    if campaign.entry is Entry.NONE:
        return None
    if campaign.entry is Entry.CURRENT:
        return invoice.due_on
    return heard_on - timedelta(days=campaign.steps_overdue[0].offset_days)


def on_ladder(
    campaign: Campaign, hours: ContactHours, words: LastWords, invoices: Iterable[DueInvoice]
) -> list[OnLadder]:
    """The invoices that the campaign takes up, with what was said of each."""
    taken = [OnLadder(one, begins, None) for one in invoices if (begins := begins_on(campaign, hours, one)) is not None]
    # While an invoice is open for whose sake a word was said, it was said of all that it named.
    stands = any(_named(words.overdue, one, of_overdue=True) and _was_due(words.overdue, one) for one in taken)
    return [one._replace(told=_told(campaign, words, one, stands=stands)) for one in taken]


def turn_of(campaign: Campaign, hours: ContactHours, invoices: Sequence[OnLadder], today: date) -> Turn | None:
    """Whose turn it is today, by the ladder alone; None where all that has come was said."""
    overdue = [one for one in invoices if is_overdue(one.invoice.due_on, today)]
    stage = max((one.told for one in overdue if one.told is not None), default=None)
    steps = [step for one in overdue if (step := one.unsaid(campaign, today)) is not None]
    is_ahead = not steps
    if is_ahead:
        coming = [one for one in invoices if one not in overdue and is_fresh(campaign, hours, one, today)]
        steps = [step for one in coming if (step := one.unsaid(campaign, today)) is not None]
        named = coming
    else:
        named = overdue
    if not steps:
        return None
    step = max(steps, key=lambda one: one.offset_days)
    ordered = sorted((one.invoice for one in named), key=lambda one: (one.due_on, one.number))
    return Turn(step, tuple(ordered), is_ahead, is_overtaken=stage is not None and step.offset_days < stage)


def is_joined(campaign: Campaign, invoices: Sequence[OnLadder], turn: Turn, today: date, days: int) -> bool:
    """Whether a word that says no more than the last one can wait for one that does, within so many days."""
    told = [one.told for one in invoices if one.told is not None]
    if turn.is_ahead or not told or turn.step.offset_days > max(told):
        return False
    coming = (one.unsaid(campaign, today + timedelta(days=ahead)) for one in invoices for ahead in range(1, days))
    return any(step is not None and step.offset_days > turn.step.offset_days for step in coming)


def is_fresh(campaign: Campaign, hours: ContactHours, one: OnLadder, today: date) -> bool:
    """Whether an invoice that is not overdue has a step which is unsaid, and still makes sense."""
    step = one.unsaid(campaign, today)
    if step is None:
        return False
    landed_on = hours.next_contact_day(one.begins_on + timedelta(days=step.offset_days))
    return (today - landed_on).days <= step.expires_after_days


def _told(campaign: Campaign, words: LastWords, one: OnLadder, *, stands: bool) -> int | None:
    """The offset of the most advanced step that was said of the invoice."""
    said = [_said_ahead(campaign, words.ahead, one), _said_overdue(campaign, words.overdue, one, stands=stands)]
    return max((offset for offset in said if offset is not None), default=None)


def _said_ahead(campaign: Campaign, word: LastWord | None, one: OnLadder) -> int | None:
    if word is None or not _named(word, one, of_overdue=False):
        return None
    own = one.come(campaign, word.on)
    offsets = [] if own is None else [own.offset_days]
    if _was_due(word, one):
        offsets.append(offset_now(campaign, word))
    return max(offsets, default=None)


def _said_overdue(campaign: Campaign, word: LastWord | None, one: OnLadder, *, stands: bool) -> int | None:
    if word is None:
        return None
    if one.invoice.number in word.left_out:
        return word.left_out[one.invoice.number]
    if not _named(word, one, of_overdue=True):
        return None
    own = one.come(campaign, word.on)
    offsets = [] if own is None else [own.offset_days]
    if stands:
        offsets.append(offset_now(campaign, word))
    return max(offsets, default=None)


def _named(word: LastWord | None, one: OnLadder, *, of_overdue: bool) -> bool:
    """Whether the word was about the invoice: known by then, overdue or not, and not left out."""
    invoice = one.invoice
    if word is None or (invoice.known_at is not None and invoice.known_at > word.at):
        return False
    return invoice.number not in word.left_out and is_overdue(invoice.due_on, word.on) is of_overdue


def _was_due(word: LastWord | None, one: OnLadder) -> bool:
    """Whether the word was that of the invoice's own step."""
    return word is not None and one.begins_on + timedelta(days=word.offset_days) <= word.on


def offset_now(campaign: Campaign, word: LastWord) -> int:
    """The word's offset in the ladder as it is now: where that has moved, the words are the same all the same."""
    offsets = {one.offset_days for one in campaign.ladder}
    same = [one.offset_days for one in campaign.ladder if one.template == word.text]
    if word.offset_days in offsets or not same:
        return word.offset_days
    return min(same, key=lambda offset: abs(offset - word.offset_days))
